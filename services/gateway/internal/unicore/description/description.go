// Package description turns a UNICORE job description into a canonical job.
// It is separate from the HTTP side of the dialect because it is pure: a
// document in, a Spec or a list of its mistakes out. The workflows dialect
// describes its jobs with the same document.
package description

import (
	"encoding/json"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Dialect is the name in the Origin of the jobs that are described here.
const Dialect = "unicore"

// Site is what a description may refer to.
type Site struct {
	Name         string
	Queues       []string
	Applications []Application
	UserDN       string // of the caller; the job sees it as UC_USERDN
}

// Translate reads a description. A wrong one is one Invalid fault that names
// every offending key, as Imports[2].From. Unknown keys are ignored; a key
// that is known and cannot be served yet is a mistake, not a silence.
func Translate(doc lenient.Object, site Site) (jobsapi.Spec, error) {
	r := &reader{}
	spec := jobsapi.Spec{
		Name:           r.text(doc, "Name"),
		Site:           site.Name,
		Project:        r.text(doc, "Project"),
		Tags:           append(r.tags(doc, "Tags"), r.tags(doc, "tags")...),
		Stdout:         r.path(doc, "Stdout"),
		Stderr:         r.path(doc, "Stderr"),
		ClientStageIn:  r.flag(doc, "haveClientStageIn"),
		IgnoreExitCode: r.flag(doc, "IgnoreNonZeroExitCode"),
	}
	r.resources(doc, site, &spec)
	files := r.imports(doc)
	for _, f := range files {
		spec.Inputs = append(spec.Inputs, f.Input)
	}
	r.jobType(doc)
	r.notOffered(doc)
	r.command(doc, site, files, &spec)
	if len(r.problems) > 0 {
		f := fault.New(fault.Invalid, "unicore.description", "The job description is not valid.")
		f.Fields = r.problems
		return jobsapi.Spec{}, f
	}
	spec.Origin = origin(doc)
	return spec, nil
}

// jobTypes are the words for the type of a job, in lower case: true for those
// that run here. Without a batch system a login node is as good as any.
var jobTypes = map[string]bool{"batch": true, "normal": true, "on_login_node": true, "interactive": true,
	"raw": false, "allocate": false}

func (r *reader) jobType(doc lenient.Object) {
	const key = "Job type"
	word := lower(r.text(doc, key))
	runs, known := jobTypes[word]
	switch {
	case word == "" || runs:
	case known:
		r.problem(key, "%q is not offered yet", word)
	default:
		r.problem(key, "%q is none of batch, normal, on_login_node, interactive, raw, allocate", word)
	}
}

// notOffered refuses what would otherwise be ignored to the user's surprise.
func (r *reader) notOffered(doc lenient.Object) {
	for _, key := range []string{"Notification", "NotificationSettings", "Not before", "BSS file"} {
		if _, ok := doc.Get(key); ok {
			r.problem(key, "not offered yet")
		}
	}
	if v, ok := doc.Get("Exports"); ok && !emptyCollection(v) {
		r.problem("Exports", "not offered yet; download the files from the working directory")
	}
}

func emptyCollection(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) == 0
	case lenient.Object:
		return len(v) == 0
	}
	return false
}

// origin keeps the document, without its secrets.
func origin(doc lenient.Object) *jobsapi.Origin {
	text, err := json.Marshal(redacted(doc))
	if err != nil { // what was parsed can be written
		return nil
	}
	return &jobsapi.Origin{Dialect: Dialect, Document: text}
}
