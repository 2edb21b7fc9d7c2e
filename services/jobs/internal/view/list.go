package view

import (
	"context"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// pageBytes bounds a page: a NATS message holds 1 MiB.
const pageBytes = 640 << 10

// List returns a page. Its jobs come without History and without what may be
// large in a Spec. A page whose jobs are large is shorter than asked for; its
// Next leads on all the same.
func (v *View) List(ctx context.Context, q Query, total bool) (jobsapi.Page, error) {
	page := jobsapi.Page{Jobs: []jobsapi.Job{}}
	keys := q.keys(q.Limit + 1) // one more tells whether there is a next page
	rows, err := v.query(ctx,
		"SELECT k.seq, j.head, j.brief FROM ("+keys.String()+") k CROSS JOIN jobs j ON j.seq = k.seq ORDER BY k.seq DESC", keys.args...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	var last uint64
	for size := 0; rows.Next(); {
		var seq uint64
		var head, spec string
		if err := rows.Scan(&seq, &head, &spec); err != nil {
			return page, err
		}
		size += len(head) + len(spec)
		if len(page.Jobs) == q.Limit || len(page.Jobs) > 0 && size > pageBytes {
			page.Next = q.cursor(last)
			break
		}
		j, err := assemble(head, spec)
		if err != nil {
			return page, err
		}
		page.Jobs = append(page.Jobs, j)
		last = seq
	}
	if err := rows.Err(); err != nil || !total {
		return page, err
	}
	c := q.count()
	n, err := scanAll[int](v.query(ctx, c.String(), c.args...))
	if err == nil {
		page.Total = n[0]
	}
	return page, err
}
