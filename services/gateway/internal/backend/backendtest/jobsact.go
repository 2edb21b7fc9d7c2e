package backendtest

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (s *Jobs) act(ctx context.Context, what string, r jobsapi.ActRequest) (jobsapi.Job, error) {
	j, err := s.Get(ctx, jobsapi.GetRequest{ID: r.ID})
	if err != nil {
		return j, err
	}
	if j.Hidden {
		return j, fault.New(fault.Denied, "job.not_yours", "The job %s is not yours.", r.ID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acts = append(s.acts, what+" "+r.ID.String())
	return j, nil
}

// Start notes that it was asked.
func (s *Jobs) Start(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, "start", r)
}

// Abort notes that it was asked.
func (s *Jobs) Abort(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, "abort", r)
}

// Restart notes that it was asked.
func (s *Jobs) Restart(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, "restart", r)
}

// Resubmit notes that it was asked.
func (s *Jobs) Resubmit(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, "resubmit", r)
}

// Destroy notes that it was asked.
func (s *Jobs) Destroy(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, "destroy", r)
}

// Slots is one runner whose accounts agree.
func (s *Jobs) Slots(context.Context, jobsapi.Empty) (jobsapi.SlotAudit, error) {
	return jobsapi.SlotAudit{Runners: []jobsapi.RunnerSlots{{Runner: "r-1", Site: "DEMO-SITE", Slots: 2, Seen: At}}}, s.Err
}

// Sites is one site with two slots, a queue and a program.
func (s *Jobs) Sites(context.Context, jobsapi.Empty) (jobsapi.Sites, error) {
	return jobsapi.Sites{Sites: []jobsapi.Site{{Name: "DEMO-SITE", Runners: 1, Slots: 2, SiteReport: jobsapi.SiteReport{
		Capacity: jobsapi.Capacity{Slots: 2, CPUs: 2, Nodes: 1},
		Queues: []jobsapi.Queue{{Name: "normal", Ranges: map[string]jobsapi.Range{
			"cpus": {Min: 1, Max: 2}, "nodes": {Min: 1, Max: 1}, "runtime": {Min: 1}, "partition": {Choices: []string{"blue", "red"}},
		}}},
		Applications: []jobsapi.ApplicationInfo{{Application: jobsapi.Application{Name: "Date", Version: "1.0"}, Executable: "/bin/date",
			Description: "Prints the date and time of the site.", Options: []jobsapi.Option{{Name: "ZONE", Type: "string", Description: "of the time"}, {Name: "FORMAT", Type: "choice", Choices: []string{"short", "long"}, Default: "short"}}}},
		Properties: map[string]string{"room": "cellar"},
	}}}}, s.Err
}
