package unicore

import (
	"cmp"

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
		return description.NamesOf(spec, doc).Fault(err)
	}
	return a.created("/jobs/" + job.ID.String())
}
