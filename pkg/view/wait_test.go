package view_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/view"
)

func TestWaitIsBounded(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	v, _ := running(t, file(t), st, tally())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := v.Wait(ctx, 1)
	if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter == 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("at the deadline: %v", err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := v.Wait(gone, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	wait(t, v, write(t, st, "evt.t.a.1", "n", 1))
	if err := v.Wait(gone, 1); err != nil {
		t.Errorf("what is there needs no waiting: %v", err)
	}
}

func TestManyWaitForManyPositions(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	v, _ := running(t, file(t), st, tally())
	const commits, each = 200, 25
	var wg sync.WaitGroup
	for seq := range uint64(commits) {
		for n := range each {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
				if n == 0 { // some give up early
					cancel()
				}
				defer cancel()
				err := v.Wait(ctx, seq+1)
				if err == nil && v.Position() < seq+1 {
					t.Errorf("woken for %d at %d", seq+1, v.Position())
				}
				if n > 0 && err != nil {
					t.Errorf("waiting for %d: %v", seq+1, err)
				}
			})
		}
	}
	for i := range commits {
		write(t, st, fmt.Sprint("evt.t.a.", i), "n", i)
	}
	wg.Wait()
}

func TestAppliedIsCalledWhenReadersSee(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	p := tally()
	var v *view.View
	seen := make(chan error, 100)
	opened := make(chan struct{})
	p.Applied = func(batch []es.Recorded) {
		<-opened
		last := batch[len(batch)-1]
		var at uint64
		err := v.DB().QueryRow(`SELECT last FROM tally WHERE topic = ?`, last.Topic).Scan(&at)
		if err == nil && (at < last.Seq || v.Position() < last.Seq) {
			err = fmt.Errorf("readers see %d and position %d, applied is %d", at, v.Position(), last.Seq)
		}
		seen <- err
	}
	v, _ = running(t, file(t), st, p)
	close(opened)
	for i := range 20 {
		wait(t, v, write(t, st, "evt.t.a.1", "n", i))
		if err := <-seen; err != nil {
			t.Error(err)
		}
	}
}

// The file and the position move together, wherever a crash falls: copies of
// the file, taken while it grows, hold exactly the commits up to their position.
func TestContentAndPositionMoveTogether(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	path := file(t)
	running(t, path, st, tally())
	source, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		for range 300 {
			write(t, st, "evt.t.a.1", "n", 1)
		}
	})
	for range 30 {
		copied := filepath.Join(t.TempDir(), "copy.db")
		if _, err := source.Exec(`VACUUM INTO ?`, copied); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", copied)
		if err != nil {
			t.Fatal(err)
		}
		var position, events int
		err = db.QueryRow(`SELECT position, coalesce((SELECT events FROM tally), 0) FROM _view`).Scan(&position, &events)
		if err != nil || position != events {
			t.Errorf("at position %d there are %d events (%v)", position, events, err)
		}
		db.Close()
	}
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	v, _ := running(t, file(t), esmem.New(), tally())
	if _, err := v.DB().Exec(`DELETE FROM _view`); err == nil {
		t.Error("a reader deleted the position")
	}
}

// BenchmarkApply measures commits a second from a journal in memory into the
// file, as after a deleted file.
func BenchmarkApply(b *testing.B) {
	st := esmem.New()
	for i := range b.N {
		id := fmt.Sprint("c", i)
		_, err := st.Append(b.Context(), fmt.Sprint("evt.t.a.", i), 0, es.Commit{Command: id, Events: []es.Event{
			{ID: id + ".0", Type: "n", Source: "/test", Data: json.RawMessage("1")}}})
		if err != nil {
			b.Fatal(err)
		}
	}
	v, err := view.Open(file(b), st, tally(), logx.Discard())
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	b.ResetTimer()
	ended := make(chan error, 1)
	go func() { ended <- v.Run(ctx) }()
	if err := v.Wait(b.Context(), uint64(b.N)); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
	cancel()
	<-ended
	v.Close()
}
