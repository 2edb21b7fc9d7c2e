package core4

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// The older forms of section 7.2: the same jobs, other paths, and a document
// that has name where the newer one has qual_name.

func (doc document) older() document {
	doc["name"] = doc["qual_name"]
	delete(doc, "qual_name")
	return doc
}

func (d *door) olderGet(c *app.Call) (any, error) {
	if text := c.Group("0"); text != "" {
		j, err := d.job(c, text, mayRead)
		if err != nil {
			return nil, err
		}
		return jobDocument(j, d.Now()).older(), nil
	}
	return d.olderList(c)
}

func (d *door) olderList(c *app.Call) (any, error) {
	docs, jobs, err := d.seen(c, true)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		doc.older()
	}
	if docs, err = jobFields.filtered(c.Args, docs); err != nil {
		return nil, err
	}
	if err := jobFields.sortByField(c.Args, docs); err != nil {
		return nil, err
	}
	return d.pageWithArgs(c, docs, jobs)
}

// sortByField sorts by the arguments sort, a field, and order.
func (fs fields) sortByField(args arg.Values, docs []document) error {
	order, err := arg.Get(args, "order", 1)
	if err != nil {
		return err
	}
	by := cmp.Or(args.Text("sort"), "_id")
	if !slices.Contains(fs, by) || order != 1 && order != -1 {
		return badSort()
	}
	slices.SortStableFunc(docs, func(a, b document) int { return order * compare(a[by], b[by]) })
	return nil
}

func (d *door) olderDelete(c *app.Call) (any, error) {
	return true, d.end(c, "remove", c.Group("0"))
}

// olderPut is PUT /jobs/{action}/{id}, or /jobs/{id}?action=.
func (d *door) olderPut(c *app.Call) (any, error) {
	action, text, found := strings.Cut(c.Group("0"), "/")
	if !found {
		action, text = c.Args.Text("action"), action
	}
	switch action {
	case "delete":
		return true, d.end(c, "remove", text)
	case "kill":
		return true, d.end(c, action, text)
	case "restart":
		j, err := d.restart(c, text)
		if err != nil {
			return nil, err
		}
		return document{"old_id": text, "new_id": objectID(j.ID.String())}, nil
	default:
		return nil, app.Error(http.StatusBadRequest, "unknown action [%s]", action)
	}
}

// others are properties of a job in core4 that our jobs do not have.
var others = []string{"attempts", "chain", "defer_time", "defer_max", "dependency", "error_time", "force", "max_parallel", "worker", "zombie_time"}

// own are arguments that are about the request and not the job's.
var own = []string{"name", "priority", "wall_time", "content_type", "safe"}

func (d *door) olderEnqueue(c *app.Call) (any, error) {
	j, err := d.olderSubmit(c)
	if err != nil {
		return nil, err
	}
	return document{"name": j.Spec.Name, "_id": objectID(j.ID.String())}, nil
}

// olderSubmit takes every argument that is not its own as one of the job.
func (d *door) olderSubmit(c *app.Call) (jobsapi.Job, error) {
	name, err := arg.Get[string](c.Args, "name")
	if err != nil {
		return jobsapi.Job{}, err
	}
	var wish jobsapi.Spec
	if wish.Priority, err = arg.Get(c.Args, "priority", 0); err != nil {
		return jobsapi.Job{}, err
	}
	if wish.Limits.Runtime, err = arg.Get(c.Args, "wall_time", int64(0)); err != nil {
		return jobsapi.Job{}, err
	}
	args := map[string]any{}
	for _, n := range c.Args.Names() {
		if slices.Contains(others, n) {
			return jobsapi.Job{}, app.Error(http.StatusBadRequest, "parameter [%s] is not supported: jobs are tried once, as soon as there is room", n)
		}
		if !slices.Contains(own, n) {
			args[n] = c.Args.Raw(n)
		}
	}
	return d.enqueue(c, name, args, wish)
}

// olderPoll follows a job: that of the path or of the argument _id, or with a
// name one that is started for that. A name in the path means all of the kind.
func (d *door) olderPoll(c *app.Call) (any, error) {
	text := cmp.Or(c.Group("0"), c.Args.Text("_id"))
	var j jobsapi.Job
	var err error
	switch {
	case strings.Contains(text, "."):
		return nil, d.followKind(c, text)
	case text != "":
		j, err = d.job(c, text, mayRead)
	case c.Request().Method == http.MethodPost && c.Args.Has("name"):
		j, err = d.olderSubmit(c)
	default:
		err = errNoJob()
	}
	if err != nil {
		return nil, err
	}
	return nil, d.followJob(c, j, true)
}
