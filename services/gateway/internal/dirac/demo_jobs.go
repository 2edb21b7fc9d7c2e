package dirac

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// demoJobs is the manual's job handler: it shows, lists, submits and deletes.
type demoJobs struct {
	*door
	requests atomic.Int64
}

// Meta is the manual's DEFAULT_LOCATION and DEFAULT_AUTHORIZATION.
func (h *demoJobs) Meta() tornado.Meta {
	return tornado.Meta{Location: "/", Authorization: []string{"authenticated"},
		Doc: "The manual's way to jobs: `POST /job` submits a manifest, `GET /job/{jobID}` shows a state, the owner or the site, `GET /jobs` lists numbers, " +
			"`DELETE /job` deletes. `/requests` says how often it was asked."}
}

// Init is the manual's initializeHandler.
func (h *demoJobs) Init(context.Context, tornado.Info) error {
	h.requests.Store(0)
	return nil
}

// BeforeRequest is the manual's initializeRequest.
func (h *demoJobs) BeforeRequest(ctx context.Context) (context.Context, error) {
	h.requests.Add(1)
	return ctx, nil
}

// GetRequests says how many requests there were, this one included.
func (h *demoJobs) GetRequests() map[string]int64 {
	return map[string]int64{"requests": h.requests.Load()}
}

type demoJob struct {
	JobID    uint64 `arg:"jobID" doc:"a job's number"`
	Category string `arg:"category" default:"" doc:"owner or site; nothing is its status, anything else leads to that"`
}

// GetJob is the manual's get_job.
func (h *demoJobs) GetJob(ctx context.Context, in *demoJob) (any, error) {
	if in.Category != "" && in.Category != "owner" && in.Category != "site" {
		return tornado.Respond(nil).Redirect(tornado.From(ctx).URL("job/%d", in.JobID)), nil
	}
	j, err := h.Backend.Jobs.Get(ctx, jobsapi.GetRequest{ID: id.ID(in.JobID)})
	if err != nil {
		return nil, numberedError(err)
	}
	v := h.view(j)
	switch in.Category {
	case "owner":
		return tornado.OK(v.Owner), nil
	case "site":
		return tornado.OK(v.Site), nil
	}
	return tornado.OK(map[string]string{"Status": v.Status, "MinorStatus": v.MinorStatus, "ApplicationStatus": v.AppStatus}), nil
}

type demoSearch struct {
	Owner    *string `arg:"owner" doc:"a user's name; nothing is the caller's"`
	JobGroup *string `arg:"jobGroup,keyword"`
	JobName  *string `arg:"jobName,keyword"`
}

// GetJobs is the manual's get_jobs: the numbers of jobs, newest first. Only
// operators find others' jobs.
func (h *demoJobs) GetJobs(ctx context.Context, in *demoSearch) (any, error) {
	me := who.From(ctx)
	req, found := jobsapi.ListRequest{}, []uint64{}
	switch {
	case in.Owner == nil || *in.Owner == me.Name:
	case !me.Operator():
		return tornado.OK(found), nil
	default:
		req.All, req.Owners = true, []string{*in.Owner}
	}
	if in.JobGroup != nil {
		req.Tags = []string{manifest.GroupTag(*in.JobGroup)}
	}
	if in.JobName != nil {
		req.Names = []string{*in.JobName}
	}
	_, err := h.Backend.EachJob(ctx, req, maxJobs, func(j jobsapi.Job) { found = append(found, uint64(j.ID)) })
	return tornado.OK(found), numberedError(err)
}

type demoManifest struct {
	Manifest map[string]any `arg:"manifest" doc:"a job's manifest"`
}

// PostJob is the manual's post_job; its value is the job's number.
func (h *demoJobs) PostJob(ctx context.Context, in *demoManifest) (any, error) {
	sent := submission{manifests: []lenient.Object{ordered(in.Manifest)}}
	specs, err := h.translate(ctx, sent)
	if err != nil {
		return nil, numberedError(err)
	}
	jids, err := h.submitAll(ctx, specs, sent, "")
	if err != nil {
		return nil, numberedError(err)
	}
	return tornado.OK(jids[0]), nil
}

// ordered is an object as the manifest's reader takes it.
func ordered(m map[string]any) lenient.Object {
	out := lenient.Object{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, lenient.Member{Name: name, Value: orderedValue(m[name])})
	}
	return out
}

func orderedValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return ordered(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = orderedValue(e)
		}
		return out
	}
	return v
}

type demoJobIDs struct {
	JobIDs []uint64 `arg:"jobIDs" doc:"jobs' numbers"`
}

// DeleteJob is the manual's delete_job. It deletes all the jobs, or, if one of
// them is not the caller's, none.
func (h *demoJobs) DeleteJob(ctx context.Context, in *demoJobIDs) (any, error) {
	if len(in.JobIDs) > jobsapi.MaxBatch {
		return nil, tornado.Fail(tornado.EVALUE, "there are more than %d jobs", jobsapi.MaxBatch)
	}
	for _, jid := range in.JobIDs {
		if _, err := h.open(ctx, id.ID(jid)); err != nil {
			return nil, numberedError(err)
		}
	}
	for _, jid := range in.JobIDs {
		if _, err := h.Backend.Jobs.Destroy(ctx, jobsapi.ActRequest{ID: id.ID(jid)}); err != nil {
			return nil, numberedError(err)
		}
	}
	return tornado.OK(in.JobIDs), nil
}

// OptionsJob is the manual's options_job.
func (h *demoJobs) OptionsJob() string {
	return "You use OPTIONS method to access job manager API."
}

// numberedError is an S_ERROR where DIRAC's services have one.
func numberedError(err error) error {
	f := fault.From(err)
	switch {
	case err == nil:
		return nil
	case errnos[f.Code] != 0:
		return tornado.Fail(errnos[f.Code], "%s", describe(f))
	case f.Kind == fault.Missing:
		return tornado.Fail(tornado.EWMSNOMATCH, "%s", f.Message)
	case f.Kind == fault.Denied:
		return tornado.Fail(tornado.ENOAUTH, "%s", f.Message)
	}
	return err
}
