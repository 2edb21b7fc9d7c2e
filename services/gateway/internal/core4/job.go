package core4

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// work are the rules of jobs: those of core4, and behind them the older ones.
func (d *door) work() []app.Rule {
	const older = "core4.api.v1.request.queue.job."
	request := &app.Handler{
		Qual: "core4.api.v1.request.job.JobRequest", Title: "Jobs", Author: author, Doc: jobIntro,
		Methods: app.Methods{http.MethodGet: d.getJob, http.MethodPost: d.postJob, http.MethodPut: d.putJob},
		Docs: map[string]rest.Doc{http.MethodGet: docOf("job.get"), http.MethodPost: docOf("job.post"),
			http.MethodPut: docOf("job.put")},
	}
	list := &app.Handler{Qual: older + "JobList", Title: "Kinds of jobs", Author: author,
		Methods: app.Methods{http.MethodGet: d.listKinds}, Docs: map[string]rest.Doc{http.MethodGet: docOf("job.kinds")}}
	post := &app.Handler{Qual: older + "JobPost", Title: "Start a job", Author: author,
		Methods: app.Methods{http.MethodPost: d.olderEnqueue}, Docs: map[string]rest.Doc{http.MethodPost: docOf("jobs.enqueue")}}
	stream := &app.Handler{Qual: older + "JobStream", Title: "Follow a job", Author: author,
		Methods: app.Methods{http.MethodGet: d.olderPoll, http.MethodPost: d.olderPoll},
		Docs:    map[string]rest.Doc{http.MethodGet: docOf("jobs.poll.get"), http.MethodPost: docOf("jobs.poll.post")}}
	jobs := &app.Handler{Qual: older + "JobHandler", Title: "The queue's jobs", Author: author,
		Methods: app.Methods{http.MethodGet: d.olderGet, http.MethodPost: d.olderGet, http.MethodPut: d.olderPut, http.MethodDelete: d.olderDelete},
		Docs: map[string]rest.Doc{http.MethodGet: docOf("jobs.get"), http.MethodPost: docOf("jobs.get"),
			http.MethodPut: docOf("jobs.put"), http.MethodDelete: docOf("jobs.delete")}}
	return []app.Rule{
		{Pattern: "/job", Handler: request}, {Pattern: "/job/(.+)", Handler: request},
		{Pattern: "/jobs/poll", Handler: stream}, {Pattern: "/jobs/poll/(.*)", Handler: stream},
		{Pattern: "/jobs/list", Handler: list},
		{Pattern: "/jobs/enqueue", Handler: post}, {Pattern: "/enqueue", Handler: post},
		{Pattern: "/jobs", Handler: jobs}, {Pattern: "/jobs/(.*)", Handler: jobs},
	}
}

// right is what a caller may do with a job.
type right int

const (
	noRight right = iota
	mayRead
	mayExecute
)

// rightTo is what core4's permissions make of a job for the caller. Whose it is
// may do everything with it, whatever door it came by; others need job://NAME/r
// or job://NAME/x, if nobody has shared it with them (see lent).
func rightTo(c *app.Call, j jobsapi.Job) right {
	name := jobdef.NameOf(j)
	switch {
	case j.Hidden:
		return noRight
	case j.Owner == c.User().ID || c.Perms.Job(name, true):
		return mayExecute
	case c.Perms.Job(name, false):
		return mayRead
	default:
		return noRight
	}
}

// asCaller is a context in which the jobs service judges the caller by core4's
// permissions, too: what job:// gives is delegated, and no more.
func asCaller(c *app.Call, ctx context.Context) context.Context {
	p := c.User()
	p.Delegated = c.Perms.Jobs()
	return who.With(ctx, p)
}

// overlooking is asCaller for lists of everybody's jobs: of those that are not
// the caller's to see, the jobs service hides all but that they are there.
func overlooking(c *app.Call, ctx context.Context) context.Context {
	p := who.From(asCaller(c, ctx))
	p.Delegated = append(p.Delegated, who.Overview)
	return who.With(ctx, p)
}

// job is the job of an id as core4 spells it, if the caller has the right.
func (d *door) job(c *app.Call, text string, need right) (jobsapi.Job, error) {
	n, err := jobID(text)
	if err != nil {
		return jobsapi.Job{}, err
	}
	j, err := d.Backend.Jobs.Get(asCaller(c, c.Context()), jobsapi.GetRequest{ID: n})
	switch {
	case fault.Is(err, fault.Missing):
		return j, unknownJob(text)
	case fault.Is(err, fault.Denied):
		return j, app.ErrDenied
	case err != nil:
		return j, err
	case rightTo(c, j) >= need:
		return j, nil
	}
	have, err := d.lent(c, n)
	if err == nil && have < need {
		err = app.ErrDenied
	}
	return j, err
}

// lent is the caller's right to a job by what the jobs service knows: its owner
// has shared it, or they have rights to jobs of others by another door's rules.
func (d *door) lent(c *app.Call, n id.ID) (right, error) {
	may, err := d.Backend.Jobs.Access(asCaller(c, c.Context()), jobsapi.AccessRequest{ID: n})
	switch {
	case err != nil:
		return noRight, err
	case may.Write:
		return mayExecute, nil
	case may.Read:
		return mayRead, nil
	}
	return noRight, nil
}

func jobID(text string) (id.ID, error) {
	own, ok := ownID(text)
	if !ok {
		return 0, app.Error(http.StatusBadRequest, "failed to parse job _id [%s]", text)
	}
	n, err := id.Parse(own)
	if err != nil {
		return 0, unknownJob(text)
	}
	return n, nil
}

func unknownJob(text string) error {
	return app.Error(http.StatusNotFound, "job [%s] not found", text)
}

// verb takes what follows the handler's path apart: an action and an id. Of
// one segment that is no action it is the id.
func verb(rest string, actions ...string) (action, id string) {
	action, id, _ = strings.Cut(rest, "/")
	if id == "" && !slices.Contains(actions, action) {
		return "", action
	}
	return action, id
}

func unknownAction(c *app.Call, action string) error {
	return app.Error(http.StatusMethodNotAllowed, "unknown action %s [%s]", c.Request().Method, action)
}

// getJob is GET /job and what is below it.
func (d *door) getJob(c *app.Call) (any, error) {
	action, text := verb(c.Group("0"), "list", "detail", "follow", "log")
	switch action {
	case "":
		if text == "" {
			return d.listJobs(c)
		}
		return d.jobDetail(c, text)
	case "detail":
		return d.jobDetail(c, text)
	case "list":
		return d.listKinds(c)
	case "follow":
		j, err := d.job(c, text, mayRead)
		if err != nil {
			return nil, err
		}
		return nil, d.followJob(c, j, true)
	case "log":
		return d.jobLog(c, text)
	default:
		return nil, unknownAction(c, action)
	}
}

func (d *door) jobDetail(c *app.Call, text string) (any, error) {
	if wordOnly(text) {
		return nil, unknownAction(c, text)
	}
	j, err := d.job(c, text, mayRead)
	if err != nil {
		return nil, err
	}
	return jobDocument(j, d.Now()), nil
}

// wordOnly tells an action that there is not from an id that is none.
func wordOnly(text string) bool {
	return text != "" && len(text) != 24 && !strings.ContainsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' })
}
