package view

import (
	"cmp"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var codec = es.NewCodec(job.Events())

// apply folds a batch: each job is read once, folded in memory, and written
// once, however many of its commits the batch holds.
func (h *hot) apply(tx *sql.Tx, batch []es.Recorded) (err error) {
	defer func() {
		if err != nil {
			h.forget() // what was folded was not written
		}
	}()
	w := &writer{tx: tx, kept: h.statements}
	defer w.close()
	rows := map[id.ID]*row{}
	for _, c := range batch {
		_, n, ok := jobsapi.ParseTopic(c.Topic)
		if !ok {
			if err = w.batch(c); err != nil {
				return err
			}
			continue
		}
		r, seen := rows[n]
		if !seen {
			if r, err = h.load(w, n, c); err != nil {
				return err
			}
			rows[n] = r
		}
		if err := r.fold(w, c); err != nil {
			return err
		}
	}
	if err := write(w, rows, h.half); err != nil {
		return err
	}
	h.keep(rows)
	return nil
}

func (r *row) fold(w *writer, c es.Recorded) error {
	for _, e := range c.Events {
		ev, ok, err := codec.Decode(e.Type, e.Data)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if _, first := ev.(job.JobSubmitted); first != (r.seq == 0) {
			continue // a job whose submit was parked, or a second submit
		}
		if r.seq == 0 {
			r.seq = c.Seq
		}
		if _, changed := ev.(job.TagsChanged); changed {
			r.tags, r.retold = append(r.tags, r.job.Spec.Tags...), true
		}
		before := r.job
		r.job = Fold(r.job, ev, e.Time, c.Seq)
		if u, ended := useOf(before, r.job, e.Time); ended {
			w.used = append(w.used, u)
		}
		if r.job.State != before.State && !child(r.job) {
			r.came = append(r.came, arrival{r.job.Owner, quarter(e.Time), r.job.State})
		}
	}
	return nil
}

func write(w *writer, rows map[id.ID]*row, half time.Duration) error {
	// In order of submission, so that the table grows at its end.
	inOrder := slices.SortedFunc(maps.Values(rows), func(a, b *row) int { return cmp.Compare(a.seq, b.seq) })
	for _, r := range inOrder {
		var err error
		switch {
		case r.seq == 0:
		case r.stored:
			err = w.change(r)
		default:
			err = w.add(r)
		}
		if err != nil {
			return err
		}
	}
	if err := w.count(rows); err != nil {
		return err
	}
	if err := w.queue(rows, half); err != nil {
		return err
	}
	return w.chart(rows)
}
