package native

import (
	"time"

	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// The examples of the documentation.
var (
	exampleSpec = jobsapi.Spec{Name: "greeting", Executable: "/bin/echo", Arguments: []string{"hello"}, Tags: []string{"demo"}}
	exampleTime = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	exampleJob  = show(jobsapi.Job{
		ID: 3217984512345, Owner: "0f3k9m2p1qs", OwnerName: "alice", Group: "users", State: jobsapi.Queued,
		Submitted: exampleTime, Updated: exampleTime, Spec: exampleSpec, Version: 42,
		History: []jobsapi.Step{{At: exampleTime, Event: "jobs.job.submitted.v1", State: jobsapi.Submitted, Text: "submitted"}},
	})
	exampleStorage = filesapi.Storage{ID: "home", Kind: filesapi.KindHome, Owner: "0f3k9m2p1qs", Free: 1 << 34, Total: 1 << 36}
)

const submitText = "The body is the job's description: `executable` with `arguments` (never through a shell), or `script`. " +
	"The job's working directory is a storage; its id is in the answer. With `client_stage_in` the job waits, `ready`, " +
	"until files were uploaded there and it is started.\n\n" +
	"`imports` are brought into that directory before the job runs, and `exports` are sent from it when it has succeeded. Their URLs are `https`, `http`, " +
	"`storage:ID/PATH` for files of another storage of yours (`storage:home/data/*.dat`), and what else the site offers. A URL that wants to be opened names one of `secrets`: " +
	"`{\"imports\": [{\"from\": \"https://data.example.org/a.dat\", \"to\": \"a.dat\", \"secret\": \"data\"}], \"secrets\": {\"data\": {\"bearer\": \"…\"}}}`.\n\n" +
	"With an `Idempotency-Key` the request can be repeated until it is answered: it makes one job."

const listText = "The caller's jobs, newest first. All conditions must hold; a list of values means one of them (for tags: all of them)."

const getText = "With its history. The `ETag` is the job's version: sent back as `If-None-Match` it makes polling cheap.\n\n" +
	"`?wait=30s` keeps the answer back until the job changes (`until=change`, from version `after` on) or has ended (`until=end`), " +
	"for at most 30 s; then the job is shown as it is. Ask again as often as you like."
