package dirac

import (
	"context"
	"net/http"
	"strings"

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
	start, err := number(q, "startJob", 0)
	if err != nil {
		return err
	}
	count, err := number(q, "maxJobs", defaultJobs)
	if err != nil {
		return err
	}
	page, err := d.page(r.Context(), f, start, min(count, maxJobs))
	if err != nil {
		return err
	}
	return reply(w, page)
}

func (d *door) page(ctx context.Context, f filter, start, count int) (listView, error) {
	out := listView{Jobs: []jobView{}}
	var err error
	switch {
	case f.nothing:
	case len(f.rest) == 0:
		f.request.Offset = start
		out.Entries, err = d.Backend.EachJob(ctx, f.request, count, func(j jobsapi.Job) { out.Jobs = append(out.Jobs, d.view(j)) })
	default:
		err = d.scan(ctx, f, func(v jobView) {
			if out.Entries >= start && len(out.Jobs) < count {
				out.Jobs = append(out.Jobs, v)
			}
			out.Entries++
		})
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

// summary counts jobs by the attributes named with group.
func (d *door) summary(w http.ResponseWriter, r *http.Request) error {
	names := r.URL.Query()["group"]
	if len(names) == 0 {
		names = []string{"Status"}
	}
	var by []attribute
	for _, name := range names {
		a, ok := find(name)
		if !ok {
			return invalid("group", "there is no attribute %q", name)
		}
		by = append(by, a)
	}
	all, err := boolean(r.URL.Query(), "allOwners", false)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	if len(by) == 1 && by[0].name == "Status" {
		err = d.countStatuses(r.Context(), all, counts)
	} else {
		err = d.scan(r.Context(), filter{request: jobsapi.ListRequest{All: all}}, func(v jobView) { counts[values(by, v)]++ })
	}
	if err != nil {
		return err
	}
	return reply(w, counts)
}

// countStatuses asks for each status how many there are, however many that is.
func (d *door) countStatuses(ctx context.Context, all bool, counts map[string]int) error {
	for _, s := range jobsapi.States() {
		if s == jobsapi.Destroyed {
			continue
		}
		page, err := d.Backend.Jobs.List(ctx, jobsapi.ListRequest{All: all, States: []jobsapi.State{s}, Limit: 1, Total: true})
		if err != nil {
			return err
		}
		if page.Total > 0 {
			counts[statusWords[s].major] += page.Total
		}
	}
	return nil
}

func values(by []attribute, v jobView) string {
	parts := make([]string, 0, len(by))
	for _, a := range by {
		parts = append(parts, a.of(v))
	}
	return strings.Join(parts, "|")
}
