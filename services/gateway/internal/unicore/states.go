package unicore

import "github.com/heddle-dev/heddle/services/jobs/jobsapi"

// statusWords are UNICORE's words for our states, for all of them. UNDEFINED
// is for what a client cannot meet: a destroyed job is gone.
var statusWords = map[jobsapi.State]string{
	jobsapi.Submitted:  "READY",
	jobsapi.StagingIn:  "STAGINGIN",
	jobsapi.Ready:      "READY",
	jobsapi.Blocked:    "READY",
	jobsapi.Queued:     "QUEUED",
	jobsapi.Matched:    "QUEUED",
	jobsapi.Running:    "RUNNING",
	jobsapi.StagingOut: "STAGINGOUT",
	jobsapi.Succeeded:  "SUCCESSFUL",
	jobsapi.Failed:     "FAILED",
	jobsapi.Aborted:    "FAILED",
	jobsapi.Destroyed:  "UNDEFINED",
}
