package unicore

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) jobRoutes() []rest.Route {
	return []rest.Route{
		d.user("GET /jobs", "Jobs", "Your jobs, newest first: `offset`, `num`, `tags`.", d.listAllJobs),
		d.user("POST /jobs", "Submit a job", "The job description is the body; the job's URL is in `Location`. An `Idempotency-Key` makes it safe to repeat.", d.submit),
		d.user("GET /sites/{site}/jobs", "Jobs of a site", "Newest first: `offset`, `num`, `tags`. Those of the default site are all that you have.", d.listSiteJobs),
		d.user("POST /sites/{site}", "Submit a job to a site", "As `POST /jobs`.", d.submit),
		d.user("GET /sites/{site}/jobs/{job}", "A job", "As `GET /jobs/{job}`.", d.showJob),
		d.user("POST /jobs/{job}", "Submit a task into an allocation", "The job is of the type `ALLOCATE`; the task runs in the place that it holds.", d.submitInto),
		d.user("GET /jobs/{job}", "A job", "Its status, log, exit code and links.", d.showJob),
		d.user("PUT /jobs/{job}", "Change a job's properties", "Answers for each property whether it was changed.", d.changeJob),
		d.user("DELETE /jobs/{job}", "Destroy a job", "Aborts it and removes its working directory.", d.act(jobsapi.Service.Destroy)),
		d.user("GET /jobs/{job}/details", "Details of a job", "What the runner knows.", d.details),
		d.user("GET /jobs/{job}/submitted", "The submitted description", "Without credentials and inline data. A job that came through another door is described as it would be here.", d.submitted),
		d.user("POST /jobs/{job}/actions/{action}", "Start, abort or restart a job", "`start`, `abort` or `restart`; where there is nothing to do, nothing is done.", d.action),
	}
}

func (d *door) listAllJobs(a *ask) error { return d.listJobs(a, 200, nil) }

func (d *door) listSiteJobs(a *ask) error {
	t, err := d.target(a)
	if err != nil {
		return err
	}
	return d.listJobs(a, 100, t.label())
}

// listed are the jobs that bear a label and are to be found at this site.
func (d *door) listed(label []string) jobsapi.ListRequest {
	r := jobsapi.ListRequest{Tags: label}
	if d.further() {
		r.Sites = []string{d.Site}
	}
	return r
}

// listJobs lists the jobs that bear a label, num of them unless another
// number is asked for.
func (d *door) listJobs(a *ask, num int, label []string) error {
	w, err := a.window(num)
	if err != nil {
		return err
	}
	wanted := d.listed(label)
	wanted.All, wanted.Tags, wanted.Offset = a.me.Operator() && label == nil, slices.Concat(w.tags, label), w.offset
	var urls []string
	total, err := d.Backend.EachJob(a.Context(), wanted, w.num,
		func(j jobsapi.Job) { urls = append(urls, a.base+"/jobs/"+j.ID.String()) })
	if err != nil {
		return err
	}
	return a.list("jobs", w, urls, total)
}

// job finds the job of the path.
func (d *door) job(a *ask) (jobsapi.Job, error) {
	jobID, err := jobID(a)
	if err != nil {
		return jobsapi.Job{}, err
	}
	j, err := d.Backend.Jobs.Get(a.Context(), jobsapi.GetRequest{ID: jobID})
	if err == nil && j.State == jobsapi.Destroyed {
		err = missing("job", jobID.String())
	}
	return j, err
}

func jobID(a *ask) (id.ID, error) {
	v, err := id.Parse(a.PathValue("job"))
	if err != nil {
		return 0, missing("job", a.PathValue("job"))
	}
	return v, nil
}

func (d *door) showJob(a *ask) error {
	j, err := d.job(a)
	if err != nil {
		return err
	}
	return a.show(a.jobView(j, d.Now()))
}

func (d *door) changeJob(a *ask) error {
	j, err := d.job(a)
	if err != nil {
		return err
	}
	change := func(r jobsapi.ChangeRequest) error {
		r.ID = j.ID
		_, err := d.Backend.Jobs.Change(a.Context(), r)
		return err
	}
	return a.change(map[string]property{
		"tags": func(v any) error {
			tags, err := tagsOf(v)
			if err != nil {
				return err
			}
			tags = append(tags, labels(j)...)
			return change(jobsapi.ChangeRequest{Tags: &tags})
		},
		"terminationTime": func(v any) error {
			at, err := timeOf(v, d.Now())
			if err != nil {
				return err
			}
			return change(jobsapi.ChangeRequest{Expires: &at})
		},
		"acl": func(v any) error {
			entries, err := aclOf(v)
			if err != nil {
				return err
			}
			return change(jobsapi.ChangeRequest{ACL: &entries})
		},
	})
}

func (d *door) submitted(a *ask) error {
	j, err := d.job(a)
	if err != nil {
		return err
	}
	if !submittedHere(j) {
		spec := j.Spec
		spec.Tags = shownTags(j)
		return a.show(description.Redacted(description.Describe(a.servers().Outside(spec))))
	}
	return a.show(j.Spec.Origin.Document)
}

// act makes a handler of something that can be done to a job.
func (d *door) act(do func(jobsapi.Service, context.Context, jobsapi.ActRequest) (jobsapi.Job, error)) func(*ask) error {
	return func(a *ask) error {
		v, err := jobID(a)
		if err != nil {
			return err
		}
		if _, err := do(d.Backend.Jobs, a.Context(), jobsapi.ActRequest{ID: v}); err != nil {
			return err
		}
		return a.done()
	}
}

func (d *door) action(a *ask) error {
	if _, err := a.document(); err != nil {
		return err
	}
	switch name := a.PathValue("action"); name {
	case "start":
		return d.act(jobsapi.Service.Start)(a)
	case "abort":
		return d.act(jobsapi.Service.Abort)(a)
	case "restart":
		return d.act(jobsapi.Service.Restart)(a)
	default:
		return missing("action", name)
	}
}
