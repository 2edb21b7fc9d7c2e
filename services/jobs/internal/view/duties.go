package view

import (
	"context"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// What the service has to do by itself, as the jobs show it.

const wholeJob = `SELECT head, coalesce(spec, brief) FROM jobs `

// among are ids that come as one argument, see numbers: however many, the
// query is the same, and stays prepared.
const among = `(SELECT value FROM json_each(?))`

const (
	whole    = wholeJob + `WHERE id IN ` + among
	waiters  = wholeJob + `WHERE seq IN (SELECT seq FROM awaits WHERE job IN ` + among + `)`
	parents  = wholeJob + `WHERE children <> 0 AND (id IN ` + among + ` OR id IN (SELECT parent FROM jobs WHERE id IN ` + among + ` AND parent <> 0))`
	senders  = wholeJob + `WHERE id IN ` + among + ` AND state = 'staging_out'`
	homeless = insideOf + ` AND within IN ` + among
)

// Due returns jobs that wait for their time, which has come, at most n.
func (v *View) Due(ctx context.Context, now time.Time, n int) ([]jobsapi.Job, error) {
	return v.jobs(ctx, wholeJob+`INDEXED BY jobs_due WHERE due <> 0 AND due <= ? ORDER BY due LIMIT ?`, now.UnixNano(), n)
}

// Answered returns jobs that wait for others, one of which has ended, at most n.
func (v *View) Answered(ctx context.Context, n int) ([]jobsapi.Job, error) {
	return v.jobs(ctx, wholeJob+`WHERE seq IN (SELECT awaits.seq FROM awaits JOIN jobs other ON other.id = awaits.job
		WHERE other.state IN ('succeeded', 'failed', 'aborted', 'destroyed') LIMIT ?)`, n)
}

// Waiters returns jobs that wait for one of these.
func (v *View) Waiters(ctx context.Context, jobs []id.ID) ([]jobsapi.Job, error) {
	return v.jobs(ctx, waiters, numbers(jobs))
}

// Sweeps returns sweeps that run, and those that were destroyed with children
// that were not, at most n of each.
func (v *View) Sweeps(ctx context.Context, n int) ([]jobsapi.Job, error) {
	const one = `SELECT * FROM (` + wholeJob + `INDEXED BY jobs_sweeps WHERE children <> 0 AND state = `
	return v.jobs(ctx, one+`'running' LIMIT ?) UNION ALL `+one+`'destroyed' AND EXISTS (SELECT 1 FROM jobs child INDEXED BY jobs_parent
		WHERE child.parent = jobs.id AND child.parent <> 0 AND child.state <> 'destroyed') LIMIT ?)`, n, n)
}

// Parents returns the sweeps among the jobs, and those whose children are
// among them.
func (v *View) Parents(ctx context.Context, jobs []id.ID) ([]jobsapi.Job, error) {
	in := numbers(jobs)
	return v.jobs(ctx, parents, in, in)
}

// ChildrenOf returns the children of a sweep that were not destroyed, of all
// its rounds, without what may be large in a description.
func (v *View) ChildrenOf(ctx context.Context, parent id.ID) ([]jobsapi.Job, error) {
	return v.jobs(ctx, `SELECT head, brief FROM jobs INDEXED BY jobs_parent WHERE parent = ? AND parent <> 0 AND state <> 'destroyed' ORDER BY seq`, int64(parent))
}

// Expired returns jobs that were to be destroyed before the time, at most n.
func (v *View) Expired(ctx context.Context, before time.Time, n int) ([]jobsapi.Job, error) {
	return v.jobs(ctx, wholeJob+`INDEXED BY jobs_expires WHERE expires <> 0 AND expires <= ? ORDER BY expires LIMIT ?`, before.UnixNano(), n)
}

const staging = wholeJob + `INDEXED BY jobs_staging WHERE state IN ('staging_in', 'staging_out') AND `

// StagingOut returns jobs whose outputs have been on their way since before
// the time, in the order of their ids after one, at most n.
func (v *View) StagingOut(ctx context.Context, before time.Time, after id.ID, n int) ([]jobsapi.Job, error) {
	return v.jobs(ctx, staging+`state = 'staging_out' AND updated < ? AND id > ? ORDER BY id LIMIT ?`, before.UnixNano(), int64(after), n)
}

// Senders returns those of these jobs whose outputs are on their way.
func (v *View) Senders(ctx context.Context, jobs []id.ID) ([]jobsapi.Job, error) {
	return v.jobs(ctx, senders, numbers(jobs))
}

const insideOf = wholeJob + `INDEXED BY jobs_within WHERE within <> 0 AND state NOT IN ('succeeded', 'failed', 'aborted', 'destroyed')
	AND EXISTS (SELECT 1 FROM jobs place WHERE place.id = jobs.within AND place.state IN ('succeeded', 'failed', 'aborted', 'destroyed'))`

// Homeless returns jobs that have not ended in allocations that have, at most n.
func (v *View) Homeless(ctx context.Context, n int) ([]jobsapi.Job, error) {
	return v.jobs(ctx, insideOf+` LIMIT ?`, n)
}

// HomelessOf returns those of these allocations.
func (v *View) HomelessOf(ctx context.Context, allocations []id.ID) ([]jobsapi.Job, error) {
	return v.jobs(ctx, homeless, numbers(allocations))
}

// Placed returns jobs that wait for their allocation, which runs, at most n.
func (v *View) Placed(ctx context.Context, n int) ([]jobsapi.Job, error) {
	return v.jobs(ctx, wholeJob+`INDEXED BY jobs_within WHERE within <> 0 AND state NOT IN ('succeeded', 'failed', 'aborted', 'destroyed')
		AND state = 'blocked' AND EXISTS (SELECT 1 FROM jobs place WHERE place.id = jobs.within AND place.state = 'running') LIMIT ?`, n)
}

// Allocations returns the ids of the allocations that run at a runner.
func (v *View) Allocations(ctx context.Context, runner string) ([]id.ID, error) {
	return scanAll[id.ID](v.query(ctx, `SELECT id FROM jobs INDEXED BY jobs_runner
		WHERE runner = ? AND runner <> '' AND state IN ('matched', 'running') AND state = 'running' AND brief ->> '$.kind' = 'allocation' ORDER BY id`, runner))
}

// Whole returns the jobs with these ids, in no order.
func (v *View) Whole(ctx context.Context, jobs []id.ID) ([]jobsapi.Job, error) {
	return v.jobs(ctx, whole, numbers(jobs))
}

// numbers are the ids as among takes them.
func numbers(jobs []id.ID) string {
	out := []byte{'['}
	for i, n := range jobs {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, int64(n), 10)
	}
	return string(append(out, ']'))
}
