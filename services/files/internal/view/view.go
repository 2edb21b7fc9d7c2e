// Package view is what the files service knows of jobs: whose they are, and
// which are gone. It is grown from the journal of the jobs service, so that
// files needs no other service to be up to say who may touch what. It is
// separate from app, which spells no SQL.
package view

import (
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	readmodel "github.com/heddle-dev/heddle/pkg/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// schema keeps a row for every job ever, since a directory may turn up again
// long after its job was destroyed. destroyed is the position of that event.
const schema = `
CREATE TABLE job (
	id INTEGER PRIMARY KEY, owner TEXT NOT NULL,
	submitted INTEGER NOT NULL, destroyed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX job_by_owner ON job (owner, submitted, id) WHERE destroyed = 0;
CREATE INDEX job_destroyed ON job (destroyed) WHERE destroyed > 0;`

// patience bounds the wait for the view to catch up.
const patience = 3 * time.Second

// View is the read model of one replica.
type View struct{ *readmodel.View }

// Open opens or makes the file. destroyed is called, quickly, whenever jobs
// have been destroyed.
func Open(path string, st es.Store, log *slog.Logger, destroyed func()) (*View, error) {
	v, err := readmodel.Open(path, st, readmodel.Projection{
		Name: "files", Version: 2, Schema: schema, Apply: apply,
		Applied: func(batch []es.Recorded) {
			if holds(batch, jobsapi.EventDestroyed) {
				destroyed()
			}
		},
	}, log)
	if err != nil {
		return nil, err
	}
	return &View{v}, nil
}

func holds(batch []es.Recorded, eventType string) bool {
	for _, c := range batch {
		for _, e := range c.Events {
			if e.Type == eventType {
				return true
			}
		}
	}
	return false
}

// Fresh returns when readers see everything that was acknowledged before the
// call; if that takes too long it is Unavailable.
func (v *View) Fresh(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := v.View.Fresh(bounded); err != nil {
		return fault.Wrap(err, fault.Unavailable, "files.behind",
			"The files service is catching up; try again shortly.").WithRetry(2 * time.Second)
	}
	return nil
}

// apply takes all it needs from the envelope: what is in the events is no
// business of this service.
func apply(tx *sql.Tx, batch []es.Recorded) error {
	insert, err := tx.Prepare(insertJob)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, c := range batch {
		owner, job, ok := jobsapi.ParseTopic(c.Topic)
		if !ok {
			continue
		}
		for _, e := range c.Events {
			switch e.Type {
			case jobsapi.EventSubmitted:
				if strings.HasPrefix(c.Command, jobsapi.PartCommand) {
					continue // its directory is in that of another
				}
				_, err = insert.Exec(int64(job), owner, e.Time.UnixMilli())
			case jobsapi.EventDestroyed:
				_, err = tx.Exec(destroyJob, int64(job), owner, e.Time.UnixMilli(), int64(c.Seq))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	insertJob  = `INSERT INTO job (id, owner, submitted) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	destroyJob = `INSERT INTO job (id, owner, submitted, destroyed) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET destroyed = excluded.destroyed`
)
