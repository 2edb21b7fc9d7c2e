package view

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/heddle-dev/heddle/pkg/es"
)

func parkedCounter() metric.Int64Counter {
	c, _ := otel.Meter("github.com/heddle-dev/heddle/pkg/view").Int64Counter("heddle_view_parked",
		metric.WithDescription("Commits that a read model could not apply."))
	return c
}

// apply makes a batch visible to readers.
func (v *View) apply(ctx context.Context, f *file, batch []es.Recorded) error {
	if len(batch) == 0 {
		return nil
	}
	err := v.fold(f, batch)
	if err != nil && !mechanical(err) && !errors.Is(err, errForeignWriter) {
		err = v.applySingly(ctx, f, batch)
	}
	if err != nil {
		return err
	}
	v.seen.reach(f.position)
	if v.p.Applied != nil {
		v.p.Applied(batch)
	}
	return nil
}

// applySingly finds the commits that cannot be applied and parks them.
func (v *View) applySingly(ctx context.Context, f *file, batch []es.Recorded) error {
	for i := range batch {
		err := v.fold(f, batch[i:i+1])
		if err != nil && !mechanical(err) && !errors.Is(err, errForeignWriter) {
			err = v.park(ctx, f, batch[i], err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fold applies commits and moves the position, or does neither.
func (v *View) fold(f *file, batch []es.Recorded) error {
	to := batch[len(batch)-1].Seq
	f.own.use(f.writer)
	v.p.Statements.use(f.writer)
	err := f.write(func(tx *sql.Tx) error {
		if err := v.callApply(tx, batch); err != nil {
			return err
		}
		return f.move(tx, to)
	})
	if err == nil {
		f.position = to
		f.own.keep()
		v.p.Statements.keep()
	}
	return err
}

// callApply turns a panic of the projection into an error: one bad commit
// must not stop a service.
func (v *View) callApply(tx *sql.Tx, batch []es.Recorded) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return v.p.Apply(tx, batch)
}

var errForeignWriter = errors.New("view: another process writes this file")

// move sets the position, provided that it still is where we left it.
func (f *file) move(tx *sql.Tx, to uint64) error {
	stmt, err := f.own.In(tx, `UPDATE _view SET position = ? WHERE position = ?`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	res, err := stmt.Exec(to, f.position)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errForeignWriter, err)
	}
	return nil
}

// park keeps a commit that cannot be applied where operators find it.
func (v *View) park(ctx context.Context, f *file, c es.Recorded, cause error) error {
	events, err := json.Marshal(c.Events)
	if err != nil {
		return err
	}
	err = f.write(func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT OR REPLACE INTO _parked (seq, topic, command, events, error) VALUES (?, ?, ?, ?, ?)`,
			c.Seq, c.Topic, c.Command, string(events), cause.Error())
		if err != nil {
			return err
		}
		return f.move(tx, c.Seq)
	})
	if err != nil {
		return err
	}
	f.position = c.Seq
	v.parked.Add(ctx, 1, metric.WithAttributes(attribute.String("view", v.p.Name)))
	v.log.Error("a commit cannot be applied and is parked", "seq", c.Seq, "topic", c.Topic, "err", cause)
	return nil
}
