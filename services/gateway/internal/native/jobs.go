package native

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) jobRoutes() []rest.Route {
	tags := []string{"jobs"}
	user := who.Authenticated
	act := func(verb, title, text string, f func(context.Context, actRequest) (Job, error)) rest.Route {
		return rest.Handle("POST /jobs/{id}/"+verb, user, rest.Doc{Title: title, Text: text, Tags: tags,
			Response: exampleJob, Errors: []fault.Kind{fault.Missing, fault.Denied}}, f)
	}
	return []rest.Route{
		rest.Handle("POST /jobs", user, rest.Doc{
			Title: "Submit a job", Tags: tags, Text: submitText,
			Request: submission{Spec: exampleSpec}, Response: exampleJob, Errors: []fault.Kind{fault.Conflict, fault.Exhausted},
		}, d.submit),
		rest.Handle("GET /jobs", user, rest.Doc{
			Title: "List jobs", Tags: tags, Text: listText,
			Response: Jobs{Jobs: []Job{exampleJob}, Next: "MDAx"},
		}, d.list),
		rest.Handle("GET /jobs/{id}", user, rest.Doc{
			Title: "Look at a job, or wait for it", Tags: tags, Text: getText,
			Response: exampleJob, Errors: []fault.Kind{fault.Missing, fault.Denied},
		}, d.get),
		act("start", "Start a job that waits for its files",
			"A job with `client_stage_in` stays `ready` until this; any other is left as it is.", d.start),
		act("abort", "Stop a job", "Its whole process tree is killed; a job that has ended is left as it is.", d.abort),
		act("hold", "Keep a job back",
			"A job that no runner has yet waits, `blocked`, until it is let go; one that has ended is left as it is, and one that runs is a conflict.", d.hold),
		act("unhold", "Let a job go that was kept back", "A job that nobody keeps back is left as it is.", d.unhold),
		act("reschedule", "Run a job again as if it were new",
			"One that is under way is stopped first. It is counted: a job that is rescheduled too often fails.", d.reschedule),
		rest.Handle("PATCH /jobs/{id}", user, rest.Doc{
			Title: "Change a job", Tags: tags, Text: "Sets what is given, and answers with the job.",
			Request: changeBody{Tags: &[]string{"nightly"}}, Response: exampleJob, Errors: []fault.Kind{fault.Missing, fault.Denied},
		}, d.changeJob),
		act("restart", "Run an ended job again", "In the same working directory; a job that has not ended is left as it is.", d.restart),
		rest.Handle("DELETE /jobs/{id}", user, rest.Doc{
			Title: "Remove a job and its working directory", Tags: tags,
			Text:   "A running job is stopped first.",
			Errors: []fault.Kind{fault.Missing, fault.Denied},
		}, d.destroy),
		rest.Handle("GET /sites", user, rest.Doc{
			Title: "List the sites", Tags: tags, Text: "Where jobs can run, as the sites' runners report it.",
			Response: jobsapi.Sites{Sites: []jobsapi.Site{{Name: "DEMO-SITE", Runners: 1, Slots: 4}}},
		}, d.sites),
	}
}

// Job is a job and where its files are.
type Job struct {
	jobsapi.Job
	Storage string `json:"storage" doc:"the storage that is its working directory"`
}

func show(j jobsapi.Job) Job { return Job{j, j.Storage()} }

// etag is the job's version as an entity tag.
func etag(j jobsapi.Job) string { return quoted(j.Version) }

type submitRequest struct {
	Key  string     `header:"Idempotency-Key" doc:"makes the request safe to repeat: the same key with the same description finds the first job, with another it is a conflict"`
	Body submission `body:"json" required:"true"`
}

// submission is a description, and what is not kept in it.
type submission struct {
	jobsapi.Spec
	Secrets map[string]jobsapi.Secret `json:"secrets,omitempty" doc:"what opens the URLs of imports and exports, by the names that they give; never shown again, and gone with the job"`
}

func (d *door) submit(ctx context.Context, q submitRequest) (rest.Reply, error) {
	if q.Body.Origin != nil {
		return rest.Reply{}, originGiven()
	}
	j, err := jobsapi.SubmitTold(ctx, d.Backend.Jobs, jobsapi.SubmitRequest{Spec: q.Body.Spec, Key: q.Key, Secrets: q.Body.Secrets})
	if err != nil {
		return rest.Reply{}, err
	}
	return rest.Reply{
		Status: http.StatusCreated, Body: rest.Bytes{ContentType: "application/json", Body: told(j)},
		Header: http.Header{"Location": {placeOf(ctx).base + "/jobs/" + j.ID.String()}, "Etag": {quoted(j.Version)}},
	}, nil
}

// told is the JSON of a Job, made of what the service told.
func told(j jobsapi.Told) []byte {
	const member = `,"storage":"`
	body := make([]byte, 0, len(j.JSON)+len(member)+len(j.Storage)+len(`"}`))
	body = append(body, bytes.TrimSuffix(j.JSON, []byte("}"))...)
	return append(append(append(body, member...), j.Storage...), `"}`...)
}

// jobID reads the id in a path. What cannot be an id is nobody's job.
func jobID(text string) (id.ID, error) {
	v, err := id.Parse(text)
	if err != nil {
		return 0, fault.New(fault.Missing, "job.unknown", "There is no such job.")
	}
	return v, nil
}

type actRequest struct {
	ID   string `path:"id" doc:"the job's id"`
	Body struct {
		Reason string `json:"reason" doc:"why, for the job's history"`
	} `body:"json"`
}

func act(ctx context.Context, q actRequest, f func(context.Context, jobsapi.ActRequest) (jobsapi.Job, error)) (Job, error) {
	v, err := jobID(q.ID)
	if err != nil {
		return Job{}, err
	}
	j, err := f(ctx, jobsapi.ActRequest{ID: v, Reason: q.Body.Reason})
	return show(j), err
}

func (d *door) start(ctx context.Context, q actRequest) (Job, error) {
	return act(ctx, q, d.Backend.Jobs.Start)
}

func (d *door) abort(ctx context.Context, q actRequest) (Job, error) {
	return act(ctx, q, d.Backend.Jobs.Abort)
}

func (d *door) restart(ctx context.Context, q actRequest) (Job, error) {
	return act(ctx, q, d.Backend.Jobs.Restart)
}

func (d *door) hold(ctx context.Context, q actRequest) (Job, error) {
	return act(ctx, q, d.Backend.Jobs.Hold)
}

func (d *door) unhold(ctx context.Context, q actRequest) (Job, error) {
	return act(ctx, q, d.Backend.Jobs.Unhold)
}

func (d *door) reschedule(ctx context.Context, q actRequest) (Job, error) {
	return act(ctx, q, d.Backend.Jobs.Reschedule)
}

type changeBody struct {
	Tags    *[]string  `json:"tags,omitempty" doc:"labels to filter by, in place of those it has"`
	Expires *time.Time `json:"expires,omitempty" doc:"when it is destroyed with its files"`
	ACL     *[]string  `json:"acl,omitempty" doc:"what others may do with it, as access:type:value; for its owner"`
}

func (d *door) changeJob(ctx context.Context, q struct {
	ID   string     `path:"id" doc:"the job's id"`
	Body changeBody `body:"json" required:"true"`
}) (Job, error) {
	v, err := jobID(q.ID)
	if err != nil {
		return Job{}, err
	}
	j, err := d.Backend.Jobs.Change(ctx, jobsapi.ChangeRequest{ID: v, Tags: q.Body.Tags, Expires: q.Body.Expires, ACL: q.Body.ACL})
	return show(j), err
}

func (d *door) destroy(ctx context.Context, q actRequest) (rest.Reply, error) {
	_, err := act(ctx, q, d.Backend.Jobs.Destroy)
	return rest.Reply{}, err
}

func (d *door) sites(ctx context.Context, _ struct{}) (jobsapi.Sites, error) {
	return d.Backend.Jobs.Sites(ctx, jobsapi.Empty{})
}
