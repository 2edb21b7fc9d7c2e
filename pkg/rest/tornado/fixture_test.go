package tornado_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// The handlers of TornadoREST's manual: hello and job. The job handler talks
// to a workload system that lives in memory.

type hello struct{}

type anything struct {
	Args   []string       `arg:",tail"`
	Kwargs map[string]any `arg:",rest"`
}

func (hello) GetHello(_ context.Context, in *anything) (any, error) {
	return map[string]any{"args": in.Args, "kwargs": in.Kwargs}, nil
}

func (hello) Meta() tornado.Meta { return tornado.Meta{Authorization: []string{"all"}} }

// jobHandler is the manual's long example.
type jobHandler struct {
	system   *workload
	requests atomic.Int64 // my_requests
	about    tornado.Info
}

func (h *jobHandler) Meta() tornado.Meta {
	return tornado.Meta{Location: "/", Authorization: []string{"authenticated"}}
}

func (h *jobHandler) Init(_ context.Context, about tornado.Info) error {
	h.requests.Store(0)
	h.system, h.about = newWorkload(), about
	return nil
}

func (h *jobHandler) BeforeRequest(ctx context.Context) (context.Context, error) {
	h.requests.Add(1)
	return ctx, nil
}

type oneJob struct {
	JobID    int     `arg:"jobID"`
	Category *string `arg:"category"`
}

func (h *jobHandler) GetJob(ctx context.Context, in *oneJob) (any, error) {
	if in.Category == nil {
		return h.system.show(in.JobID, func(j job) any { return map[string]string{"Status": j.status} }), nil
	}
	switch *in.Category {
	case "owner":
		return h.system.show(in.JobID, func(j job) any { return j.owner }), nil
	case "site":
		return h.system.show(in.JobID, func(j job) any { return j.site }), nil
	}
	return tornado.Respond(nil).Redirect(tornado.From(ctx).URL("job/%d", in.JobID)), nil
}

type someJobs struct {
	Owner    *string `arg:"owner"`
	JobGroup *string `arg:"jobGroup,keyword"`
	JobName  *string `arg:"jobName,keyword"`
}

func (h *jobHandler) GetJobs(ctx context.Context, in *someJobs) (any, error) {
	owner := tornado.From(ctx).Credentials(ctx).Username
	if in.Owner != nil {
		owner = *in.Owner
	}
	return tornado.OK(h.system.find(func(j job) bool {
		return j.owner == owner && (in.JobGroup == nil || j.group == *in.JobGroup) && (in.JobName == nil || j.name == *in.JobName)
	})), nil
}

type manifest struct {
	Manifest map[string]any `arg:"manifest"`
}

func (h *jobHandler) PostJob(ctx context.Context, in *manifest) (any, error) {
	return h.system.submit(tornado.From(ctx).Credentials(ctx).Username, in.Manifest), nil
}

type jobIDs struct {
	JobIDs []int `arg:"jobIDs"`
}

func (h *jobHandler) DeleteJob(_ context.Context, in *jobIDs) (any, error) {
	return h.system.remove(in.JobIDs), nil
}

func (h *jobHandler) OptionsJob() string {
	return "You use OPTIONS method to access job manager API."
}

type job struct{ status, owner, group, name, site string }

// workload keeps jobs 1, 2, … in memory.
type workload struct {
	mu   sync.Mutex
	jobs map[int]job
	last int
}

func newWorkload() *workload {
	return &workload{last: 125, jobs: map[int]job{
		123: {"Running", "alice", "g1", "sim", "DEMO-SITE"},
		124: {"Done", "alice", "g1", "fit", "DEMO-SITE"},
		125: {"Waiting", "bob", "g2", "sim", "ANY"},
	}}
}

func (s *workload) show(id int, f func(job) any) tornado.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.jobs[id]
	if !ok {
		return tornado.Failed(tornado.EWMSNOMATCH, "job %d", id)
	}
	return tornado.OK(f(j))
}

func (s *workload) find(matches func(job) bool) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := []int{}
	for id, j := range s.jobs {
		if matches(j) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (s *workload) submit(owner string, manifest map[string]any) tornado.Result {
	if manifest["Executable"] == nil {
		return tornado.Failed(tornado.EWMSJDL, "there is no Executable")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.jobs[s.last] = job{"Received", owner, fmt.Sprint(manifest["JobGroup"]), fmt.Sprint(manifest["JobName"]), "ANY"}
	return tornado.OK(s.last)
}

func (s *workload) remove(ids []int) tornado.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if _, ok := s.jobs[id]; !ok {
			return tornado.Failed(tornado.EWMSNOMATCH, "job %d", id)
		}
	}
	for _, id := range ids {
		delete(s.jobs, id)
	}
	return tornado.OK(ids)
}
