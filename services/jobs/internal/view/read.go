package view

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Get returns a job with all that is known of it; ok is false if there is
// none, destroyed ones included in what there is.
func (v *View) Get(ctx context.Context, n id.ID) (j jobsapi.Job, ok bool, err error) {
	rows, err := v.query(ctx, selectJob, int64(n))
	found, err := scanEach(rows, err, scanRow)
	if err != nil || len(found) == 0 {
		return jobsapi.Job{}, false, err
	}
	return found[0].job, true, nil
}

// Glance is how far a job is, without its description.
type Glance struct {
	Owner   string
	State   jobsapi.State
	Version uint64
}

// Peek takes a glance at a job; ok is false if there is none.
func (v *View) Peek(ctx context.Context, n id.ID) (g Glance, ok bool, err error) {
	rows, err := v.query(ctx, `SELECT owner, state, head ->> '$.version' FROM jobs WHERE id = ?`, int64(n))
	found, err := scanEach(rows, err, func(scan func(...any) error) (g Glance, err error) {
		err = scan(&g.Owner, &g.State, &g.Version)
		return g, err
	})
	if err != nil || len(found) == 0 {
		return Glance{}, false, err
	}
	return found[0], true, nil
}

// Held returns the jobs that the runner holds, without their history and
// without what may be large in their descriptions.
func (v *View) Held(ctx context.Context, runner string) ([]jobsapi.Job, error) {
	return v.jobs(ctx, `SELECT head, brief FROM jobs INDEXED BY jobs_runner
		WHERE runner = ? AND runner <> '' AND state IN ('matched', 'running') ORDER BY seq`, runner)
}

// Holders returns the runners that hold jobs.
func (v *View) Holders(ctx context.Context) ([]string, error) {
	return scanAll[string](v.query(ctx, `SELECT DISTINCT runner FROM jobs INDEXED BY jobs_runner
		WHERE runner <> '' AND state IN ('matched', 'running')`))
}

// Staging returns jobs whose inputs have been on their way since before the
// given time, in the order of their ids after one, at most n.
func (v *View) Staging(ctx context.Context, before time.Time, after id.ID, n int) ([]jobsapi.Job, error) {
	return v.jobs(ctx, staging+`state = 'staging_in' AND updated < ? AND id > ? ORDER BY id LIMIT ?`, before.UnixNano(), int64(after), n)
}

func (v *View) jobs(ctx context.Context, query string, args ...any) ([]jobsapi.Job, error) {
	rows, err := v.query(ctx, query, args...)
	return scanEach(rows, err, func(scan func(...any) error) (jobsapi.Job, error) {
		var head, spec string
		if err := scan(&head, &spec); err != nil {
			return jobsapi.Job{}, err
		}
		return assemble(head, spec)
	})
}

// OwnersNamed returns the user ids of the login names.
func (v *View) OwnersNamed(ctx context.Context, names []string) ([]string, error) {
	s := &statement{}
	s.add("SELECT owner FROM owners WHERE 1")
	s.in(column{"name", names})
	return scanAll[string](v.query(ctx, s.String(), s.args...))
}
