package view

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Quarter is the finest grain of a timeline.
const Quarter = 15 * time.Minute

// arrival is one job that came to a state in a quarter of an hour.
type arrival struct {
	owner string
	at    int64 // when the quarter began, in seconds
	state jobsapi.State
}

func quarter(t time.Time) int64 { return t.Truncate(Quarter).Unix() }

const addArrivals = `INSERT INTO timeline (owner, at, state, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`

// chart writes what came to a state in this batch.
func (w *writer) chart(rows map[id.ID]*row) error {
	all := map[arrival]int{}
	for _, r := range rows {
		for _, a := range r.came {
			all[a]++
		}
	}
	for a, n := range all {
		if err := w.exec(addArrivals, a.owner, a.at, a.state, n); err != nil {
			return err
		}
	}
	return nil
}

// Timeline counts the jobs of an owner, or of all if there is none, that came
// to each state since the time, by grains of whole quarters of an hour.
func (v *View) Timeline(ctx context.Context, owner string, since time.Time, grain time.Duration) ([]jobsapi.Point, error) {
	s := &statement{}
	seconds := int64(grain / time.Second)
	s.add("SELECT at / ? * ? AS grain, state, sum(n) FROM timeline WHERE at >= ?", seconds, seconds, quarter(since))
	if owner != "" {
		s.add(" AND owner = ?", owner)
	}
	s.add(" GROUP BY 1, 2 ORDER BY 1, 2")
	rows, err := v.query(ctx, s.String(), s.args...)
	return scanEach(rows, err, func(scan func(...any) error) (p jobsapi.Point, err error) {
		var at int64
		err = scan(&at, &p.State, &p.Jobs)
		p.At = time.Unix(at, 0).UTC()
		return p, err
	})
}
