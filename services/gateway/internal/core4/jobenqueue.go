package core4

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// postJob is POST /job, and POST /job/queue, which lists.
func (d *door) postJob(c *app.Call) (any, error) {
	switch action := c.Group("0"); action {
	case "":
	case "queue":
		return d.listJobs(c)
	default:
		return nil, unknownAction(c, action)
	}
	name, err := arg.Get[string](c.Args, "qual_name")
	if err != nil {
		return nil, err
	}
	args, err := arg.Get(c.Args, "args", map[string]any{})
	if err != nil {
		return nil, err
	}
	follow, err := arg.Get(c.Args, "follow", true)
	if err != nil {
		return nil, err
	}
	j, err := d.enqueue(c, name, args, jobsapi.Spec{})
	if err != nil {
		return nil, err
	}
	if follow {
		return nil, d.followJob(c, j, true)
	}
	return objectID(j.ID.String()), nil
}

// enqueue submits a job of a configured kind. What of the description is set
// already is the client's wish.
func (d *door) enqueue(c *app.Call, name string, args map[string]any, wish jobsapi.Spec) (jobsapi.Job, error) {
	kind, ok := d.Jobs[name]
	switch {
	case !ok:
		return jobsapi.Job{}, app.Error(http.StatusNotFound, "job [%s] not found", name)
	case !c.Perms.Job(name, true):
		return jobsapi.Job{}, app.ErrDenied
	}
	text, err := json.Marshal(orEmpty(args)) // with its members in order
	switch {
	case err != nil:
		return jobsapi.Job{}, app.Error(http.StatusBadRequest, "parameter [args] cannot be written as JSON")
	case len(text) > jobdef.MaxArgs:
		return jobsapi.Job{}, app.Error(http.StatusBadRequest, "parameter [args] has more than %d bytes", jobdef.MaxArgs)
	}
	spec, err := kind.Spec(jobdef.Enqueued{QualName: name, Args: text, Request: c.ID})
	if err != nil {
		return jobsapi.Job{}, err
	}
	spec.Priority = wish.Priority
	if wish.Limits.Runtime > 0 {
		spec.Limits.Runtime = wish.Limits.Runtime
	}
	same := jobdef.Same(name, text)
	key := c.Request().Header.Get("Idempotency-Key")
	if key == "" {
		return d.submitOnce(c, spec, same)
	}
	tag := keyTag(key)
	if j, found, err := d.repeated(c, tag, same); found || err != nil {
		return j, err
	}
	spec.Tags = append(slices.Clip(spec.Tags), tag)
	j, err := d.submitOnce(c, spec, same)
	if err != nil { // the other of two at the same time may have won
		if first, found, _ := d.repeated(c, tag, same); found {
			return first, nil
		}
	}
	return j, err
}

// keyTag marks the job of a request that came with an idempotency key.
func keyTag(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "core4.key:" + hex.EncodeToString(sum[:])
}

// repeated is the caller's job of an earlier request with the same key.
func (d *door) repeated(c *app.Call, tag, same string) (j jobsapi.Job, found bool, err error) {
	page, err := d.Backend.Jobs.List(c.Context(), jobsapi.ListRequest{Tags: []string{tag}, States: jobsapi.States(), Limit: 1})
	switch {
	case err != nil || len(page.Jobs) == 0:
		return j, false, err
	case !slices.Contains(page.Jobs[0].Spec.Tags, same):
		return j, true, app.Error(http.StatusConflict, "the Idempotency-Key came with another request before")
	default:
		return page.Jobs[0], true, nil
	}
}

func orEmpty(args map[string]any) map[string]any {
	if args == nil {
		return map[string]any{}
	}
	return args
}

// submitOnce submits a job unless one of the caller's with the same name and
// arguments has not ended. Of requests at the same time one wins: all name the
// same job before them in the key, and no two have the same description.
func (d *door) submitOnce(c *app.Call, spec jobsapi.Spec, same string) (jobsapi.Job, error) {
	ask := jobsapi.ListRequest{Tags: []string{same}, States: jobsapi.States(), Limit: 1}
	before, err := d.Backend.Jobs.List(c.Context(), ask)
	if err != nil {
		return jobsapi.Job{}, err
	}
	ask.States = unended() // asked later, so that a job that is not before is among these
	there, err := d.Backend.Jobs.List(c.Context(), ask)
	switch {
	case err != nil:
		return jobsapi.Job{}, err
	case len(there.Jobs) > 0:
		return jobsapi.Job{}, existsWithArgs(spec.Name)
	}
	key := same
	if len(before.Jobs) > 0 {
		key += " after " + before.Jobs[0].ID.String()
	}
	j, err := d.Backend.Jobs.Submit(c.Context(), jobsapi.SubmitRequest{Spec: spec, Key: key})
	if fault.Is(err, fault.Conflict) && fault.From(err).Code == "idempotency.mismatch" {
		return j, existsWithArgs(spec.Name)
	}
	return j, err
}

func existsWithArgs(name string) error {
	return app.Error(http.StatusBadRequest, "job [%s] exists with args", name)
}

// unended are the states of jobs that have not come to their end.
func unended() []jobsapi.State {
	return slices.DeleteFunc(jobsapi.States(), jobsapi.State.Ended)
}
