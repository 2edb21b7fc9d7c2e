package dirac

import (
	"context"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	defaultJobs = 100
	maxJobs     = 1000 // in one answer
	// maxScan is the most jobs that are looked at one by one for one answer.
	maxScan = 10000
)

// listView is one page of jobs, and how many there are on all pages.
type listView struct {
	Entries int       `json:"entries"`
	Jobs    []jobView `json:"jobs"`
}

func (d *door) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := newFilter(q, who.From(r.Context()))
	if err != nil {
		return err
	}
	o, err := newOrder(q)
	if err != nil {
		return err
	}
	start, err := number(q, "startJob", 0)
	if err != nil {
		return err
	}
	count, err := number(q, "maxJobs", defaultJobs)
	if err != nil {
		return err
	}
	page, err := d.page(r.Context(), f, o, start, min(count, maxJobs))
	if err != nil {
		return err
	}
	if !q.Has("fields") {
		return reply(w, page)
	}
	picked, err := pick(page, q["fields"])
	if err != nil {
		return err
	}
	return reply(w, picked)
}

func (d *door) page(ctx context.Context, f filter, o order, start, count int) (listView, error) {
	out := listView{Jobs: []jobView{}}
	var err error
	switch {
	case f.nothing:
	case !f.scans() && o.natural():
		f.request.Offset = start
		out.Entries, err = d.Backend.EachJob(ctx, f.request, count, func(j jobsapi.Job) { out.Jobs = append(out.Jobs, d.view(j)) })
	case o.natural():
		err = d.scan(ctx, f, func(v jobView) {
			if out.Entries >= start && len(out.Jobs) < count {
				out.Jobs = append(out.Jobs, v)
			}
			out.Entries++
		})
	default:
		var all []jobView
		err = d.scan(ctx, f, func(v jobView) { all = append(all, v) })
		o.sort(all)
		out.Entries = len(all)
		out.Jobs = append(out.Jobs, all[min(start, len(all)):min(start+count, len(all))]...)
	}
	return out, err
}

// scan calls see with every job that the filter admits.
func (d *door) scan(ctx context.Context, f filter, see func(jobView)) error {
	total, err := d.Backend.EachJob(ctx, f.request, maxScan, func(j jobsapi.Job) {
		if v := d.view(j); f.admits(v) {
			see(v)
		}
	})
	if err == nil && total > maxScan {
		err = fault.New(fault.Exhausted, "too_many_jobs",
			"There are %d jobs to look through; restrict them further by Status or JobName.", total).
			WithStatus(http.StatusBadRequest)
	}
	return err
}
