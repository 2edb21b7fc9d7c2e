package unicore

import (
	"cmp"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) submit(a *ask) error {
	t, err := d.targetFor(a)
	if err != nil {
		return err
	}
	return d.submitTo(a, t, "")
}

// submitInto submits a task into an allocation: it runs in the place that
// that one holds.
func (d *door) submitInto(a *ask) error {
	j, err := d.job(a)
	if err != nil {
		return err
	}
	if j.Spec.Kind != jobsapi.Allocation {
		return fault.New(fault.Conflict, "unicore.allocation", "The job %s is no allocation; tasks can be submitted into allocations only.", j.ID)
	}
	return d.submitTo(a, target{ID: targetOf(j)}, j.ID.String())
}

func (d *door) submitTo(a *ask, t target, within string) error {
	doc, err := a.document()
	if err != nil {
		return err
	}
	if len(doc) == 0 && a.ContentLength == 0 {
		return fault.New(fault.Invalid, "unicore.json", "The body must be a job description; {} is the shortest.")
	}
	made, err := description.Translate(doc, description.Site{
		Name: d.Site, UserDN: distinguished(a.me.Name), Umask: cmp.Or(t.Umask, usualUmask), Now: d.Now(), Servers: a.servers()})
	if err != nil {
		return err
	}
	spec := made.Spec
	if spec.Origin != nil {
		spec.Origin.Preferences = a.me.preferences()
	}
	spec.Tags = append(spec.Tags, t.label()...)
	spec.Within = within
	job, err := d.Backend.Jobs.Submit(a.Context(), jobsapi.SubmitRequest{
		Anyway: true, // what only the site can refuse is a failed job, not a refused one
		Spec:   spec, Key: a.Header.Get("Idempotency-Key"), Sent: a.sent, Secrets: made.Secrets})
	if err != nil {
		return worded(fault.From(err))
	}
	return a.created("/jobs/" + job.ID.String())
}

// worded names the fields of a fault as descriptions do.
func worded(f *fault.Error) *fault.Error {
	f = f.Renamed(keys)
	for i, field := range f.Fields {
		if field.Name == "Notification.url" {
			f.Fields[i].Name = "Notification"
		}
		at := strings.LastIndexByte(field.Name, '.')
		if at < 0 || !strings.HasPrefix(field.Name, "Imports[") && !strings.HasPrefix(field.Name, "Exports[") {
			continue
		}
		if key, ok := transferKeys[field.Name[at+1:]]; ok {
			f.Fields[i].Name = field.Name[:at+1] + key
		}
	}
	return f
}

// transferKeys are those of one import or export.
var transferKeys = map[string]string{
	"from": "From", "to": "To", "mode": "Mode", "permissions": "Permissions", "optional": "FailOnError", "secret": "Credentials",
}

// keys are UNICORE's names of the fields of a description.
var keys = map[string]string{
	"name": "Name", "command": "Executable", "arguments": "Arguments", "environment": "Environment", "parameters": "Parameters",
	"application.name": "ApplicationName", "application.version": "ApplicationVersion", "application": "ApplicationName",
	"stdin": "Stdin", "stdout": "Stdout", "stderr": "Stderr", "inputs": "Imports", "imports": "Imports", "exports": "Exports",
	"pre": "User precommand", "post": "User postcommand", "umask": "Umask", "project": "Project", "queue": "Resources.Queue", "tags": "Tags",
	"resources.cpus": "Resources.TotalCPUs", "resources.memory": "Resources.Memory", "resources.runtime": "Resources.Runtime",
	"resources.nodes": "Resources.Nodes", "resources.cpus_per_node": "Resources.CPUsPerNode", "resources.gpus": "Resources.GPUsPerNode",
	"resources.other": "Resources", "site": "Site", "sweep": "Parameters, Arguments and Imports", "not_before": "Not before", "notify": "Notification",
	"kind": "Job type", "directives": "BSS file", "login_node": "Login node", "user_email": "User email", "within": "the allocation",
	"key": "Idempotency-Key",
}
