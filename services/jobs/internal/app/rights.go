package app

import (
	"reflect"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// DIRAC's properties of groups that are rights to jobs.
const (
	normalUser       = "NormalUser"       // to submit
	jobSharing       = "JobSharing"       // to the jobs of one's group
	jobAdministrator = "JobAdministrator" // to all jobs of one's virtual organization
	jobMonitor       = "JobMonitor"       // to know of all jobs what Summaries tells
)

// rights are what a caller may do with jobs: everything with their own, with
// everybody's if they are an operator, and with those of their virtual
// organization if they are a job administrator of it; with those of their group
// if that shares them; what a job's access list says; and what a door delegated to them,
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
	return r.ID == j.Owner || r.everything() || r.administers(j) || r.shares(j) || r.listed(j, act) || r.delegated.Job(j.Spec.QualName(), act)
}

// everything reports whether all jobs are as the caller's own.
func (r rights) everything() bool { return r.Operator() }

// administers reports whether a job is as the caller's own since it is of the
// virtual organization whose jobs they administer.
func (r rights) administers(j jobsapi.Job) bool {
	return r.has(jobAdministrator) && r.VO != "" && r.VO == j.VO
}

// realm is the virtual organization whose jobs are all that the caller may know
// of; empty: there is no such bound.
func (r rights) realm() string {
	if r.everything() || r.summaries() || slices.Contains(r.Delegated, who.Overview) || !r.has(jobAdministrator) {
		return ""
	}
	return r.VO
}

func (r rights) has(property string) bool { return slices.Contains(r.Properties, property) }

func (r rights) shares(j jobsapi.Job) bool {
	return r.Group != "" && r.Group == j.Group && (j.VO == "" || j.VO == r.VO) && r.has(jobSharing)
}

// overview reports whether the caller may know of all jobs that there are.
func (r rights) overview() bool {
	return r.everything() || r.summaries() || slices.Contains(r.Delegated, who.Overview) || r.realm() != ""
}

// summaries reports whether the caller may know of all jobs what a list of
// them says.
func (r rights) summaries() bool {
	return r.has(jobMonitor) || slices.Contains(r.Delegated, who.Summaries)
}

// hide leaves of a page of everybody's jobs what the caller may see. Where a job
// was found by what it is, that it was found tells what it is; so it is left
// out then.
func (r rights) hide(req jobsapi.ListRequest, page jobsapi.Page) jobsapi.Page {
	if !req.All || r.everything() || r.realm() != "" { // the page was asked for within that
		return page
	}
	if r.summaries() {
		for i, j := range page.Jobs {
			if !r.may(j, false) {
				page.Jobs[i] = summary(j)
			}
		}
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

// summary is what everybody who may see summaries knows of a job.
func summary(j jobsapi.Job) jobsapi.Job {
	s := hidden(j)
	s.Owner, s.OwnerName, s.Group, s.Site, s.ExitCode = j.Owner, j.OwnerName, j.Group, j.Site, j.ExitCode
	s.Reschedules, s.Rescheduled = j.Reschedules, j.Rescheduled
	s.Spec = jobsapi.Spec{Name: j.Spec.Name, Priority: j.Spec.Priority, Site: j.Spec.Site, Sites: j.Spec.Sites, JobGroup: j.Spec.JobGroup, JobType: j.Spec.JobType}
	return s
}
