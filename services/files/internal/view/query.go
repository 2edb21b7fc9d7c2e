package view

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/heddle-dev/heddle/pkg/id"
)

// Job is a job with a working directory.
type Job struct {
	ID    id.ID
	Owner string // user id
}

// Job returns a job; ok is false if there is none, or none any more.
func (v *View) Job(ctx context.Context, n id.ID) (job Job, ok bool, err error) {
	job.ID = n
	err = v.DB().QueryRowContext(ctx, `SELECT owner FROM job WHERE id = ? AND destroyed = 0`, int64(n)).Scan(&job.Owner)
	if errors.Is(err, sql.ErrNoRows) {
		return Job{}, false, nil
	}
	return job, err == nil, err
}

// Jobs returns a page of an owner's jobs, newest first, and how many there are.
func (v *View) Jobs(ctx context.Context, owner string, limit, offset int) (page []Job, total int, err error) {
	db := v.DB()
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM job WHERE owner = ? AND destroyed = 0`, owner).Scan(&total)
	if err != nil || limit <= 0 {
		return nil, total, err
	}
	ids, err := scan(db.QueryContext(ctx, `SELECT id FROM job WHERE owner = ? AND destroyed = 0
		ORDER BY submitted DESC, id DESC LIMIT ? OFFSET ?`, owner, limit, offset))
	for _, n := range ids {
		page = append(page, Job{n, owner})
	}
	return page, total, err
}

// Destroyed returns jobs destroyed after a position of the journal, in order,
// and the position they reach to.
func (v *View) Destroyed(ctx context.Context, after uint64, limit int) (jobs []id.ID, upTo uint64, err error) {
	rows, err := v.DB().QueryContext(ctx, `SELECT id, destroyed FROM job WHERE destroyed > ? AND destroyed > 0
		ORDER BY destroyed LIMIT ?`, int64(after), limit)
	if err != nil {
		return nil, after, err
	}
	defer rows.Close()
	upTo = after
	for rows.Next() {
		var n, seq int64
		if err := rows.Scan(&n, &seq); err != nil {
			return nil, after, err
		}
		jobs, upTo = append(jobs, id.ID(n)), uint64(seq)
	}
	return jobs, upTo, rows.Err()
}

// WhichDestroyed returns those of the jobs that are destroyed.
func (v *View) WhichDestroyed(ctx context.Context, jobs []id.ID) ([]id.ID, error) {
	if len(jobs) == 0 {
		return nil, nil
	}
	args := make([]any, len(jobs))
	for i, n := range jobs {
		args[i] = int64(n)
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(jobs)), ",")
	return scan(v.DB().QueryContext(ctx, `SELECT id FROM job WHERE destroyed > 0 AND id IN (`+marks+`)`, args...))
}

func scan(rows *sql.Rows, err error) ([]id.ID, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []id.ID
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		ids = append(ids, id.ID(n))
	}
	return ids, rows.Err()
}

// Living returns an owner's jobs that are not destroyed, by id, after one of them.
func (v *View) Living(ctx context.Context, owner string, after id.ID, limit int) ([]id.ID, error) {
	return scan(v.DB().QueryContext(ctx, `SELECT id FROM job WHERE owner = ? AND destroyed = 0 AND id > ?
		ORDER BY id LIMIT ?`, owner, int64(after), limit))
}
