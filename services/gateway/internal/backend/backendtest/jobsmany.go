package backendtest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// SubmitMany stores all jobs, or none if there is no room for all.
func (s *Jobs) SubmitMany(ctx context.Context, r jobsapi.BatchRequest) (jobsapi.Batch, error) {
	if have := len(s.All()); s.Most > 0 && have+len(r.Specs) > s.Most {
		return jobsapi.Batch{}, fault.New(fault.Unavailable, "jobs.full", "Try again.").WithRetry(time.Second)
	}
	var b jobsapi.Batch
	for _, spec := range r.Specs {
		j, err := s.Submit(ctx, jobsapi.SubmitRequest{Spec: spec})
		if err != nil {
			return jobsapi.Batch{}, err
		}
		b.Jobs = append(b.Jobs, j)
	}
	return b, nil
}

// ActMany notes what was asked of each job, as the single acts do.
func (s *Jobs) ActMany(ctx context.Context, r jobsapi.ManyRequest) (jobsapi.ManyResult, error) {
	var out jobsapi.ManyResult
	ids := r.IDs
	if r.Match != nil {
		match := *r.Match
		match.Limit, match.Cursor, match.Offset = jobsapi.MaxBatch, "", 0
		page, err := s.List(ctx, match)
		if err != nil {
			return out, err
		}
		for _, j := range page.Jobs {
			ids = append(ids, j.ID)
		}
		out.More = page.Next != ""
	}
	for _, n := range ids {
		_, err := s.act(ctx, r.What, jobsapi.ActRequest{ID: n, Reason: r.Reason})
		list := &out.Done
		switch {
		case fault.Is(err, fault.Denied):
			list = &out.Denied
		case fault.Is(err, fault.Missing):
			list = &out.Missing
		case fault.Is(err, fault.Conflict):
			list = &out.Refused
		case err != nil:
			list = &out.Failed
		}
		*list = append(*list, n)
	}
	return out, nil
}

// Hold notes that it was asked.
func (s *Jobs) Hold(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, jobsapi.ActHold, r)
}

// Unhold notes that it was asked.
func (s *Jobs) Unhold(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, jobsapi.ActUnhold, r)
}

// Reschedule notes that it was asked.
func (s *Jobs) Reschedule(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return s.act(ctx, jobsapi.ActReschedule, r)
}

// Change sets what is given, without judging it.
func (s *Jobs) Change(ctx context.Context, r jobsapi.ChangeRequest) (jobsapi.Job, error) {
	j, err := s.Get(ctx, jobsapi.GetRequest{ID: r.ID})
	if err != nil {
		return j, err
	}
	if r.Tags != nil {
		j.Spec.Tags = *r.Tags
	}
	if r.ACL != nil {
		j.ACL = *r.ACL
	}
	if r.Expires != nil {
		j.Expires = *r.Expires
	}
	s.Put(j)
	return j, nil
}

// Summary counts the jobs that List shows.
func (s *Jobs) Summary(ctx context.Context, r jobsapi.SummaryRequest) (jobsapi.Summary, error) {
	jobs, err := s.listed(ctx, r.Of)
	counts := map[string]int{}
	for _, j := range jobs {
		of := map[string]string{
			jobsapi.ByState: string(j.State), jobsapi.BySite: cmp.Or(j.Site, j.Spec.Site), jobsapi.ByOwner: j.OwnerName, jobsapi.ByGroup: j.Group,
			jobsapi.ByName: j.Spec.Name, jobsapi.ByJobGroup: j.Spec.JobGroup, jobsapi.ByJobType: j.Spec.JobType,
		}
		var values []string
		for _, by := range r.By {
			values = append(values, of[by])
		}
		counts[strings.Join(values, "\x00")]++
	}
	var out jobsapi.Summary
	for values, n := range counts {
		out.Rows = append(out.Rows, jobsapi.SummaryRow{Values: strings.Split(values, "\x00"), Jobs: n})
	}
	slices.SortFunc(out.Rows, func(a, b jobsapi.SummaryRow) int {
		return cmp.Or(cmp.Compare(b.Jobs, a.Jobs), slices.Compare(a.Values, b.Values))
	})
	return out, err
}

// Timeline counts the jobs that List shows.
func (s *Jobs) Timeline(ctx context.Context, r jobsapi.TimelineRequest) (jobsapi.Timeline, error) {
	out := jobsapi.Timeline{Grain: cmp.Or(r.Grain, 15*time.Minute)}
	jobs, err := s.listed(ctx, jobsapi.ListRequest{All: r.All})
	counts := map[jobsapi.Point]int{}
	for _, j := range jobs {
		counts[jobsapi.Point{At: j.Updated.Truncate(out.Grain), State: j.State}]++
	}
	for p, n := range counts {
		p.Jobs = n
		out.Points = append(out.Points, p)
	}
	slices.SortFunc(out.Points, func(a, b jobsapi.Point) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.State, b.State))
	})
	return out, err
}

// listed is all jobs of a list.
func (s *Jobs) listed(ctx context.Context, r jobsapi.ListRequest) ([]jobsapi.Job, error) {
	r.Limit, r.Cursor, r.Offset = 1<<20, "", 0
	page, err := s.List(ctx, r)
	return page.Jobs, err
}
