// Package dirac speaks the job resources of DIRAC's REST interface: it
// translates between DIRAC's jobs and Heddle's, and decides nothing. It is
// separate, like every dialect, so that what one client community expects
// stays in one place.
package dirac

import (
	"cmp"
	"embed"
	"log/slog"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Deps is what the dialect needs of the gateway. Backend, Prover and Now are
// required.
type Deps struct {
	Backend backend.Backend
	Prover  edge.Prover
	Now     func() time.Time
	Setup   string // DIRAC's setup; default "Production"
	VO      string // the virtual organization; default "heddle"

	// OwnOnly keeps the jobs of others out of sight; otherwise everybody sees
	// what a list says of them.
	OwnOnly bool
	// MaxParametric is the most jobs of one parametric manifest; default 20.
	MaxParametric int

	// Address and Log are the demonstration's: where a request came from, and
	// its handlers' log; nil: as the request says, and none.
	Address func(*http.Request) string
	Log     *slog.Logger
}

// door is the dialect at work.
type door struct{ Deps }

func (d Deps) filled() Deps {
	d.Setup, d.VO = cmp.Or(d.Setup, "Production"), cmp.Or(d.VO, "heddle")
	d.MaxParametric = cmp.Or(d.MaxParametric, 20)
	return d
}

// Container returns DIRAC's job resources, rooted at /jobs.
func Container(d Deps) rest.Container {
	s := &door{d.filled()}
	list := s.route("GET /", "Jobs", "Your jobs, newest first. `startJob` and `maxJobs` page; every attribute of a job, in DIRAC's or the short spelling, restricts: values of one are alternatives, different ones must all hold. `FromDate`, `ToDate` and `LastUpdate` bound when a job last changed, `sort=Attribute:ASC` or `:DESC` orders, `fields` picks.", s.list)
	return rest.MustExamples(examples, "examples/jobs.http").Of(rest.Container{
		Name: "dirac", Root: "/jobs", Title: "DIRAC jobs",
		Doc:          "Jobs in the form of DIRAC's REST interface: numeric ids, manifests, sandboxes.",
		Authenticate: s.authenticate,
		Errors:       writeError,
		Wrap:         uncached,
		Routes: []rest.Route{
			list,
			s.route("POST /", "Submit jobs", "One manifest or several, as JSON or as form fields `manifest`; the files of a multipart form, of any kind, become one sandbox in the `InputSandbox` of each. A manifest with `Parameters` is one job for each value. All are submitted or none. An `Idempotency-Key` makes it safe to repeat.", s.submit),
			s.route("POST /kill", "Kill jobs", bulkText, s.many(jobsapi.ActAbort)),
			s.route("POST /delete", "Kill and delete jobs", bulkText, s.many(jobsapi.ActDestroy)),
			s.route("POST /reschedule", "Run jobs again", "As if they were new, three times at most; `reset=true` forgets the times before, for administrators. "+bulkText, s.many(jobsapi.ActReschedule)),
			s.route("GET /summary", "Count jobs", "By `Status`, or by the attributes named with `group`.", s.summary),
			s.route("GET /history", "Count jobs by time", "How many came to their present status in each quarter of an hour, or a longer step, of the last `timeSpan` seconds (a day).", s.history),
			s.route("GET /{jid}/{object}", "Jobs in groups", "At `/jobs/groupby/Attribute`: a page of jobs, of at most `maxJobs`, for each value that the query gives the attribute; everything else restricts as in the list. `flatten` makes one list of them.", s.groupBy),
			s.route("DELETE /", "Nothing", "A job is deleted by its id: always 404.", nothing),
			s.route("GET /{jid}", "A job", "Its attributes, states and times, as in the list.", s.get),
			s.route("POST /{jid}", "Nothing", "Jobs are submitted to `/jobs`: always 404.", nothing),
			s.route("DELETE /{jid}", "Kill a job", "With `killonly=false` or `delete=true` it is deleted, unless it runs: then it is killed.", s.remove),
			s.route("GET /{jid}/manifest", "A job's manifest", "With all defaults; `original=true` gives it as submitted, and `Accept: text/x-jdl` in JDL.", s.manifest),
			s.route("GET /{jid}/description", "A job's manifest", "Another name of it.", s.manifest),
			s.route("GET /{jid}/inputsandbox", "The input sandbox", "The files that came with the manifest, as tar.gz; its `ETag` is their SHA-256.", s.inputSandbox),
			s.route("GET /{jid}/outputsandbox", "The output sandbox", "The files of `OutputSandbox` and both outputs, as tar.gz, as soon as the job has ended.", s.outputSandbox),
		},
	})
}

//go:embed examples
var examples embed.FS

func (d *door) route(pattern, title, text string, f func(http.ResponseWriter, *http.Request) error) rest.Route {
	return rest.Raw(pattern, who.Authenticated, rest.Doc{Title: title, Text: text, Tags: []string{"DIRAC"}}, f)
}

// uncached forbids the caching of answers; a sandbox allows it again.
func uncached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// nothing answers for methods that DIRAC's clients know as 404, not 405.
func nothing(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.Missing, "not_found", "There is nothing here for this method.")
}
