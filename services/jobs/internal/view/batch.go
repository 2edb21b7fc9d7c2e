package view

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/batch"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Batch is a batch whose jobs may not all be there.
type Batch struct {
	ID    id.ID
	Owner string
}

// batch notes a batch until its jobs are there.
func (w *writer) batch(c es.Recorded) error {
	owner, n, ok := jobsapi.ParseBatchTopic(c.Topic)
	if !ok {
		return nil
	}
	for _, e := range c.Events {
		var err error
		switch e.Type {
		case batch.Submitted{}.Type():
			err = w.exec(`INSERT OR IGNORE INTO batches (id, owner, at) VALUES (?, ?, ?)`, int64(n), owner, e.Time.UnixNano())
		case batch.Made{}.Type():
			err = w.exec(`DELETE FROM batches WHERE id = ?`, int64(n))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Batches returns batches that were submitted before the time and that may
// lack jobs, at most n.
func (v *View) Batches(ctx context.Context, before time.Time, n int) ([]Batch, error) {
	rows, err := v.query(ctx, `SELECT id, owner FROM batches WHERE at < ? LIMIT ?`, before.UnixNano(), n)
	return scanEach(rows, err, func(scan func(...any) error) (b Batch, err error) {
		err = scan(&b.ID, &b.Owner)
		return b, err
	})
}
