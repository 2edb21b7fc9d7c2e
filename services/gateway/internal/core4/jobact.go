package core4

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// putJob is PUT /job/{action}/{id}.
func (d *door) putJob(c *app.Call) (any, error) {
	action, text := verb(c.Group("0"), "kill", "remove", "restart")
	if action == "" && text == "" {
		return nil, errNoJob()
	}
	switch action {
	case "kill", "remove":
		return true, d.end(c, action, text)
	case "restart":
		follow, err := arg.Get(c.Args, "follow", true)
		if err != nil {
			return nil, err
		}
		j, err := d.restart(c, text)
		if err != nil {
			return nil, err
		}
		if follow {
			return nil, d.followJob(c, j, true)
		}
		return objectID(j.ID.String()), nil
	case "":
		return nil, unknownAction(c, text)
	default:
		return nil, unknownAction(c, action)
	}
}

func errNoJob() error { return app.Error(http.StatusBadRequest, "requires job _id") }

// actOn is a job that the caller may end or start again.
func (d *door) actOn(c *app.Call, text string) (jobsapi.Job, error) {
	if text == "" {
		return jobsapi.Job{}, errNoJob()
	}
	return d.job(c, text, mayExecute)
}

// end kills a job, or removes it with its directory. One that is being killed
// already is not there to be killed.
func (d *door) end(c *app.Call, action, text string) error {
	j, err := d.actOn(c, text)
	if err != nil {
		return err
	}
	if action == "kill" && j.Aborting {
		return app.Error(http.StatusNotFound, "job [%s] is being killed", text)
	}
	f := d.Backend.Jobs.Destroy
	if action == "kill" {
		f = d.Backend.Jobs.Abort
	}
	_, err = f(asCaller(c, c.Context()), jobsapi.ActRequest{ID: j.ID, Reason: "Asked by " + c.User().Name + "."})
	return err
}

// restart has a stopped job's work done again, by a new job; one that has been
// restarted has its successor already. What clients themselves have put into the
// directory no other job has, and a sweep's child is a part of it, so that such
// jobs are run again where they are.
func (d *door) restart(c *app.Call, text string) (jobsapi.Job, error) {
	j, err := d.actOn(c, text)
	if err != nil {
		return j, err
	}
	if highState(stateWords[j.State]) != "stopped" {
		return j, app.Error(http.StatusBadRequest, "job [%s] is %s and cannot be restarted", text, stateWords[j.State])
	}
	again := d.Backend.Jobs.Resubmit
	if j.Spec.ClientStageIn || j.Spec.Parent != nil {
		again = d.Backend.Jobs.Restart
	}
	return again(asCaller(c, c.Context()), jobsapi.ActRequest{ID: j.ID})
}
