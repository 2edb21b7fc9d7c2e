// Package backendtest has services that live in memory, so that a dialect can
// be tested for what it says and not for what the services do. Jobs keep the
// state that the test gives them; nothing runs.
package backendtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Jobs is a jobs service in memory. Ids count from FirstID, and its clock
// stands at At.
type Jobs struct {
	Err  error // if set, every call fails with it
	Most int   // if set, Submit is unavailable once there are so many jobs

	mu   sync.Mutex
	jobs []jobsapi.Job // oldest first
	acts []string
	sent [][]byte // the Sent of each Submit
}

var _ jobsapi.Service = (*Jobs)(nil)

// FirstID is the id of the first job that is submitted.
const FirstID id.ID = 1_000_000_000_000_001

// At is when everything happens.
var At = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// Put adds a job, or replaces the one with its id.
func (s *Jobs) Put(j jobsapi.Job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(j.ID); i >= 0 {
		s.jobs[i] = j
		return
	}
	s.jobs = append(s.jobs, j)
}

// All returns the jobs, oldest first.
func (s *Jobs) All() []jobsapi.Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs)
}

// Acts returns what was asked for jobs, as "abort 3g8…".
func (s *Jobs) Acts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.acts)
}

func (s *Jobs) find(v id.ID) int {
	return slices.IndexFunc(s.jobs, func(j jobsapi.Job) bool { return j.ID == v })
}

// Submit stores a job that waits for a runner.
func (s *Jobs) Submit(ctx context.Context, r jobsapi.SubmitRequest) (jobsapi.Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Err != nil {
		return jobsapi.Job{}, s.Err
	}
	if s.Most > 0 && len(s.jobs) == s.Most {
		return jobsapi.Job{}, fault.New(fault.Unavailable, "jobs.full", "Try again.").WithRetry(time.Second)
	}
	p := who.From(ctx)
	j := jobsapi.Job{
		ID: FirstID + id.ID(len(s.jobs)), Owner: p.ID, OwnerName: p.Name, Group: p.Group,
		State: jobsapi.Queued, Submitted: At, Updated: At, Spec: r.Spec, Version: uint64(len(s.jobs) + 1),
		History: []jobsapi.Step{{At: At, Event: "jobs.job.submitted.v1", State: jobsapi.Submitted, Text: "Submitted."}},
	}
	s.jobs, s.sent = append(s.jobs, j), append(s.sent, r.Sent)
	return j, nil
}

// Sent are the hashes of what was submitted, one by one.
func (s *Jobs) Sent() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Get returns a job; one that is somebody else's is Denied.
func (s *Jobs) Get(ctx context.Context, r jobsapi.GetRequest) (jobsapi.Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Err != nil {
		return jobsapi.Job{}, s.Err
	}
	i := s.find(r.ID)
	if i < 0 {
		return jobsapi.Job{}, fault.New(fault.Missing, "job.unknown", "There is no job %s.", r.ID)
	}
	if p := who.From(ctx); s.jobs[i].Owner != p.ID && !p.Operator() {
		if slices.Contains(p.Delegated, who.Summaries) {
			return summary(s.jobs[i]), nil
		}
		return jobsapi.Job{}, fault.New(fault.Denied, "job.not_yours", "The job %s is not yours.", r.ID)
	}
	return s.jobs[i], nil
}

// Access is everything to the owner and to operators, nothing to others.
func (s *Jobs) Access(ctx context.Context, r jobsapi.AccessRequest) (jobsapi.Access, error) {
	j, err := s.Get(ctx, jobsapi.GetRequest{ID: r.ID})
	if fault.Is(err, fault.Denied) {
		return jobsapi.Access{}, nil
	}
	may := err == nil && !j.Hidden
	return jobsapi.Access{Read: may, Write: may}, err
}

// List filters as the service does, and pages by offset and cursor. As with
// the service, what may be large in a Spec is not in a list.
func (s *Jobs) List(ctx context.Context, r jobsapi.ListRequest) (jobsapi.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := who.From(ctx)
	switch {
	case s.Err != nil:
		return jobsapi.Page{}, s.Err
	case r.All && !p.Operator() && !slices.Contains(p.Delegated, who.Summaries):
		return jobsapi.Page{}, fault.New(fault.Denied, "job.all", "Only operators see everybody's jobs.")
	}
	var found []jobsapi.Job
	for _, j := range slices.Backward(s.jobs) {
		if (r.All || j.Owner == p.ID) && matches(j, r) {
			found = append(found, j)
		}
	}
	from := r.Offset
	if r.Cursor != "" {
		_, _ = fmt.Sscan(r.Cursor, &from)
	}
	from = min(from, len(found))
	to := min(from+r.Limit, len(found))
	page := jobsapi.Page{Total: len(found)}
	for _, j := range found[from:to] {
		j.History, j.Spec.Script, j.Spec.Arguments, j.Spec.Environment = nil, "", nil, nil
		j.Spec.Inputs, j.Spec.Outputs, j.Spec.Origin = nil, nil, nil
		if j.Owner != p.ID && !p.Operator() {
			j = summary(j)
		}
		page.Jobs = append(page.Jobs, j)
	}
	if to < len(found) {
		page.Next = fmt.Sprint(to)
	}
	return page, nil
}

// summary is what others see of a job.
func summary(j jobsapi.Job) jobsapi.Job {
	j.Spec = jobsapi.Spec{Name: j.Spec.Name, Priority: j.Spec.Priority, Site: j.Spec.Site, JobGroup: j.Spec.JobGroup}
	j.Reason, j.History, j.Hidden = "", nil, true
	return j
}

func matches(j jobsapi.Job, r jobsapi.ListRequest) bool {
	for _, tag := range r.Tags {
		if !slices.Contains(j.Spec.Tags, tag) {
			return false
		}
	}
	if len(r.States) == 0 && j.State == jobsapi.Destroyed {
		return false
	}
	if p := j.Spec.Parent; r.Parent != 0 && (p == nil || p.Job != r.Parent.String()) || p != nil && r.Parent == 0 {
		return false
	}
	if j.Submitted.Before(r.From) || !r.To.IsZero() && !j.Submitted.Before(r.To) || j.Updated.Before(r.Since) {
		return false
	}
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return (len(r.States) == 0 || slices.Contains(r.States, j.State)) && in(r.Names, j.Spec.Name) &&
		in(r.Groups, j.Group) && in(r.Owners, j.OwnerName) && in(r.Sites, cmp.Or(j.Site, j.Spec.Site))
}
