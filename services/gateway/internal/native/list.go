package native

import (
	"context"
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

type listRequest struct {
	State  []string `query:"state" doc:"only jobs in one of these states"`
	Site   []string `query:"site" doc:"only jobs at one of these sites"`
	Name   []string `query:"name" doc:"only jobs with one of these names"`
	Group  []string `query:"group" doc:"only jobs of one of these groups"`
	Tag    []string `query:"tag" doc:"only jobs that have all of these tags"`
	All    bool     `query:"all" doc:"everybody's jobs; for operators"`
	Owner  []string `query:"owner" doc:"with all: only jobs of one of these users, by login name"`
	Parent string   `query:"parent" doc:"only the children of this sweep, by its id"`
	Limit  int      `query:"limit" default:"50" doc:"jobs in a page, at most 1000"`
	Cursor string   `query:"cursor" doc:"next of the page before"`
	Total  bool     `query:"total" doc:"count all matches too"`
}

// Jobs is one page of jobs.
type Jobs struct {
	Jobs  []Job  `json:"jobs" doc:"newest first"`
	Next  string `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
	Total *int   `json:"total,omitempty" doc:"how many there are in all, if asked for"`
}

func (d *door) list(ctx context.Context, q listRequest) (rest.Reply, error) {
	ask, err := q.question()
	if err != nil {
		return rest.Reply{}, err
	}
	page, err := d.Backend.Jobs.List(ctx, ask)
	if err != nil {
		return rest.Reply{}, err
	}
	out := Jobs{Jobs: make([]Job, len(page.Jobs)), Next: page.Next}
	for i, j := range page.Jobs {
		out.Jobs[i] = show(j)
	}
	if q.Total {
		out.Total = &page.Total
	}
	header := http.Header{"Cache-Control": {"private, no-cache"}}
	if page.Next != "" {
		header.Set("Link", placeOf(ctx).next("/jobs", "cursor", page.Next))
	}
	return rest.Reply{Header: header, Body: out}, nil
}

const maxPage = 1000

func (q listRequest) question() (jobsapi.ListRequest, error) {
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	if q.Limit < 1 || q.Limit > maxPage {
		bad = bad.WithField("limit", "is %d; it may be 1 to %d", q.Limit, maxPage)
	}
	states := make([]jobsapi.State, len(q.State))
	for i, s := range q.State {
		states[i] = jobsapi.State(s)
		if !slices.Contains(jobsapi.States(), states[i]) {
			bad = bad.WithField("state", "%q is no state; the states are %v", s, jobsapi.States())
		}
	}
	parent := id.ID(0)
	if q.Parent != "" {
		var err error
		if parent, err = id.Parse(q.Parent); err != nil {
			bad = bad.WithField("parent", "is no job's id")
		}
	}
	if len(bad.Fields) > 0 {
		return jobsapi.ListRequest{}, bad
	}
	return jobsapi.ListRequest{
		All: q.All, States: states, Sites: q.Site, Names: q.Name, Groups: q.Group, Owners: q.Owner,
		Tags: q.Tag, Limit: q.Limit, Cursor: q.Cursor, Total: q.Total, Parent: parent,
	}, nil
}
