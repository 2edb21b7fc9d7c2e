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
	p := q.page()
	rows, err := v.query(ctx, p.String(), p.args...)
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
