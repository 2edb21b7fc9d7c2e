package native

import (
	"context"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	batchText = "All jobs come to be, or none; the answer has them in the order of the request. A job's `awaits` may name another of the batch by its place: `{\"job\": \"#0\"}`.\n\n" +
		"With an `Idempotency-Key` the request can be repeated until it is answered."
	manyText = "`do` is start, abort, restart, destroy, hold, unhold or reschedule. The jobs are `ids`, or those that a list with the conditions of `match` would show, " +
		"the newest 500; with `more` in the answer there are others.\n\nThe answer says of each job what became of it: `done` is as asked, `denied` is not the caller's, " +
		"`missing` is not there, `refused` is in a state that does not allow it, `failed` can be tried again."
)

// bulkRoutes are about many jobs at once.
func (d *door) bulkRoutes() []rest.Route {
	tags := []string{"jobs"}
	return []rest.Route{
		rest.Handle("POST /jobs/batch", who.Authenticated, rest.Doc{
			Title: "Submit many jobs", Tags: tags, Text: batchText,
			Request: batchBody{Jobs: []jobsapi.Spec{exampleSpec}}, Response: Jobs{Jobs: []Job{exampleJob}},
			Errors: []fault.Kind{fault.Conflict, fault.Exhausted},
		}, d.submitMany),
		rest.Handle("POST /jobs/act", who.Authenticated, rest.Doc{
			Title: "Do the same to many jobs", Tags: tags, Text: manyText,
			Request: manyBody{Do: jobsapi.ActAbort, IDs: []id.ID{exampleJob.ID}}, Response: jobsapi.ManyResult{Done: []id.ID{exampleJob.ID}},
		}, d.actMany),
	}
}

type batchBody struct {
	Jobs []jobsapi.Spec `json:"jobs" doc:"1 to 500 descriptions"`

	Secrets map[string]jobsapi.Secret `json:"secrets,omitempty" doc:"as for one job, of all of them"`
}

type batchRequest struct {
	Key  string    `header:"Idempotency-Key" doc:"makes the request safe to repeat, as for one job"`
	Body batchBody `body:"json" required:"true"`
}

func (d *door) submitMany(ctx context.Context, q batchRequest) (rest.Reply, error) {
	for _, s := range q.Body.Jobs {
		if s.Origin != nil {
			return rest.Reply{}, originGiven()
		}
	}
	made, err := d.Backend.Jobs.SubmitMany(ctx, jobsapi.BatchRequest{Specs: q.Body.Jobs, Key: q.Key, Secrets: q.Body.Secrets})
	if err != nil {
		return rest.Reply{}, err
	}
	out := Jobs{Jobs: make([]Job, len(made.Jobs))}
	for i, j := range made.Jobs {
		out.Jobs[i] = show(j)
	}
	return rest.Reply{Status: http.StatusCreated, Body: out}, nil
}

func originGiven() error {
	return fault.New(fault.Invalid, "job.invalid", "The job's description is not acceptable.").
		WithField("origin", "is set by the dialects, not by clients")
}

type manyBody struct {
	Do     string     `json:"do" doc:"start, abort, restart, destroy, hold, unhold or reschedule"`
	IDs    []id.ID    `json:"ids,omitempty" doc:"the jobs, 500 at most"`
	Match  *matchBody `json:"match,omitempty" doc:"in place of ids: the conditions of a list"`
	Reason string     `json:"reason,omitempty" doc:"why, for the jobs' histories"`
}

// matchBody is the conditions of a list, by the names of its parameters.
type matchBody struct {
	State []jobsapi.State `json:"state,omitempty"`
	Site  []string        `json:"site,omitempty"`
	Name  []string        `json:"name,omitempty"`
	Group []string        `json:"group,omitempty"`
	Tag   []string        `json:"tag,omitempty"`
	All   bool            `json:"all,omitempty" doc:"everybody's jobs; for operators"`
	Owner []string        `json:"owner,omitempty"`
}

func (d *door) actMany(ctx context.Context, q struct {
	Body manyBody `body:"json" required:"true"`
}) (jobsapi.ManyResult, error) {
	r := jobsapi.ManyRequest{What: q.Body.Do, IDs: q.Body.IDs, Reason: q.Body.Reason}
	if m := q.Body.Match; m != nil {
		r.Match = &jobsapi.ListRequest{States: m.State, Sites: m.Site, Names: m.Name, Groups: m.Group, Tags: m.Tag, All: m.All, Owners: m.Owner}
	}
	return d.Backend.Jobs.ActMany(ctx, r)
}
