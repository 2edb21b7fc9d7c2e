// Package description turns a UNICORE job description into a canonical job,
// and a canonical job into a description. It is separate from the HTTP side of
// the dialect because it is pure: a document in, a Spec or a list of its
// mistakes out. The workflows dialect describes its jobs with the same
// document.
package description

import (
	"encoding/json"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Dialect is the name in the Origin of the jobs that are described here.
const Dialect = "unicore"

// Site is what a description may refer to.
type Site struct {
	Name   string
	UserDN string // of the caller; the job sees it as UC_USERDN
	Umask  string // of a job that names none
	Now    time.Time
	Servers
}

// Job is what a description becomes. The secrets are named by the transfers
// of the Spec.
type Job struct {
	Spec    jobsapi.Spec
	Secrets map[string]jobsapi.Secret
}

// Translate reads a description. A wrong one is one Invalid fault that names
// every offending key, as Imports[2].To. Unknown keys are ignored. What only
// the site can judge (queues, applications, amounts, names of resources) is
// passed on: a job that it cannot run fails there.
func Translate(doc lenient.Object, site Site) (Job, error) {
	r := &reader{now: site.Now, servers: site.Servers}
	spec := jobsapi.Spec{
		Name:           r.text(doc, "Name"),
		Site:           site.Name,
		Project:        r.text(doc, "Project"),
		Tags:           append(r.tags(doc, "Tags"), r.tags(doc, "tags")...),
		Stdin:          r.path(doc, "Stdin"),
		Stdout:         r.path(doc, "Stdout"),
		Stderr:         r.path(doc, "Stderr"),
		ClientStageIn:  r.flag(doc, "haveClientStageIn"),
		IgnoreExitCode: r.flag(doc, "IgnoreNonZeroExitCode"),
		UserEmail:      r.text(doc, "User email"),
	}
	r.resources(doc, &spec)
	r.imports(doc, &spec)
	r.exports(doc, &spec)
	r.jobType(doc, &spec)
	r.when(doc, &spec)
	r.notification(doc, &spec)
	r.command(doc, site, &spec)
	if len(r.problems) > 0 {
		f := fault.New(fault.Invalid, "unicore.description", "The job description is not valid.")
		f.Fields = r.problems
		return Job{}, f
	}
	spec.Origin = origin(doc)
	return Job{spec, r.secrets}, nil
}

// The words for the type of a job, in lower case.
const (
	typeBatch    = "batch"
	typeLogin    = "on_login_node"
	typeRaw      = "raw"
	typeAllocate = "allocate"
)

func (r *reader) jobType(doc lenient.Object, spec *jobsapi.Spec) {
	const key, directives = "Job type", "BSS file"
	spec.LoginNode = r.text(doc, "Login node")
	switch word := lower(r.text(doc, key)); word {
	case "", typeBatch, "normal":
	case typeLogin, "interactive":
		spec.OnLogin = true
	case typeRaw:
		if spec.Directives = r.path(doc, directives); spec.Directives == "" {
			r.problem(directives, "is needed for a raw job: the file with lines for the batch system")
		}
	case typeAllocate:
		spec.Kind = jobsapi.Allocation
	default:
		r.problem(key, "%q is none of batch, normal, on_login_node, interactive, raw, allocate", word)
	}
}

// when reads the time before which the job is not to run.
func (r *reader) when(doc lenient.Object, spec *jobsapi.Spec) {
	const key = "Not before"
	v, ok := doc.Get(key)
	if !ok {
		return
	}
	at, ok := ParseTime(v, r.now)
	if !ok {
		r.problem(key, "must be a time such as 2026-11-20T23:06:38+0000, 2026-11-20 23:06 or 23:06")
	}
	spec.NotBefore = at
}

// origin keeps the document, without its secrets.
func origin(doc lenient.Object) *jobsapi.Origin {
	text, err := json.Marshal(Redacted(doc))
	if err != nil { // what was parsed can be written
		return nil
	}
	return &jobsapi.Origin{Dialect: Dialect, Document: text}
}
