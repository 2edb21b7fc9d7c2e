package app

import (
	"reflect"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// rights are what a caller may do with jobs: everything with their own, and
// with everybody's if they are an operator; and what a door delegated to them,
// which says by the kinds of jobs what they may look at and what they may
// act on.
type rights struct {
	who.Principal
	delegated perm.Set
}

func rightsOf(p who.Principal) rights {
	r := rights{Principal: p}
	kinds := slices.DeleteFunc(slices.Clone(p.Delegated), func(right string) bool { return !strings.HasPrefix(right, "job://") })
	if len(kinds) > 0 {
		r.delegated = perm.Compile(kinds)
	}
	return r
}

// may reports whether the caller may look at a job or, with act, act on it.
func (r rights) may(j jobsapi.Job, act bool) bool {
	return r.ID == j.Owner || r.Operator() || r.delegated.Job(j.Spec.QualName(), act)
}

// overview reports whether the caller may know of all jobs that there are.
func (r rights) overview() bool { return r.Operator() || slices.Contains(r.Delegated, who.Overview) }

// hide leaves of a page of everybody's jobs what the caller may see. Where a job
// was found by what it is, that it was found tells what it is; so it is left
// out then.
func (r rights) hide(req jobsapi.ListRequest, page jobsapi.Page) jobsapi.Page {
	if !req.All || r.Operator() {
		return page
	}
	told := !reflect.DeepEqual(req, jobsapi.ListRequest{All: true, States: req.States, Limit: req.Limit, Cursor: req.Cursor, Offset: req.Offset, Total: req.Total})
	if told {
		page.Total = 0
	}
	shown := page.Jobs[:0]
	for _, j := range page.Jobs {
		if r.may(j, false) {
			shown = append(shown, j)
		} else if !told {
			shown = append(shown, hidden(j))
		}
	}
	page.Jobs = shown
	return page
}

// hidden is what everybody with an overview knows of a job.
func hidden(j jobsapi.Job) jobsapi.Job {
	return jobsapi.Job{ID: j.ID, State: j.State, Aborting: j.Aborting, Epoch: j.Epoch, Submitted: j.Submitted, Updated: j.Updated,
		Started: j.Started, Ended: j.Ended, RestartedAs: j.RestartedAs, Version: j.Version, Hidden: true, Spec: jobsapi.Spec{Priority: j.Spec.Priority}}
}
