package view_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/es/estest"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/view"
)

// These tests change the file or the journal under a view.

func TestAFileThatDoesNotFitIsReplaced(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	last := write(t, st, "evt.t.a.1", "n", 5)
	want := fmt.Sprintf("evt.t.a.1 1 5 %d", last)
	for name, spoil := range map[string]func(path string, p *view.Projection) error{
		"other version": func(_ string, p *view.Projection) error { p.Version++; return nil },
		"other name":    func(_ string, p *view.Projection) error { p.Name = "other"; return nil },
		"not a database": func(path string, _ *view.Projection) error {
			return os.WriteFile(path, []byte("this is not a database, and long enough to be read as a header of one hundred bytes; so much is needed at the least"), 0o600)
		},
		"empty":  func(path string, _ *view.Projection) error { return os.Truncate(path, 0) },
		"cut":    func(path string, _ *view.Projection) error { return os.Truncate(path, 5000) },
		"absent": func(path string, _ *view.Projection) error { return os.Remove(path) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, p := file(t), tally()
			_, stop := running(t, path, st, p)
			stop()
			if err := spoil(path, &p); err != nil {
				t.Fatal(err)
			}
			v, _ := running(t, path, st, p)
			if got := content(t, v); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAFileOfAnotherJournalIsReplaced(t *testing.T) {
	t.Parallel()
	path, old, st := file(t), esmem.New(), esmem.New()
	for i := range 5 {
		write(t, old, "evt.t.a.old", "n", i)
	}
	_, stop := running(t, path, old, tally())
	stop()
	last := write(t, st, "evt.t.a.1", "n", 5)
	v, _ := running(t, path, st, tally())
	if got, want := content(t, v), fmt.Sprintf("evt.t.a.1 1 5 %d", last); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGrowsAnewWhileItRuns(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	for i := range 50 {
		write(t, st, "evt.t.a.old", "n", i)
	}
	p := tally()
	p.Schema += `; CREATE VIRTUAL TABLE words USING fts5(word); CREATE INDEX by_total ON tally (total);
		CREATE VIEW totals AS SELECT total FROM tally;
		CREATE TRIGGER spell AFTER INSERT ON tally BEGIN INSERT INTO words VALUES (new.topic); END`
	v, _ := running(t, file(t), st, p)
	st.Remake() // the operators lost the journal
	last := write(t, st, "evt.t.a.new", "n", 5)
	want := fmt.Sprintf("evt.t.a.new 1 5 %d", last)
	eventually(t, func() bool { return content(t, v) == want })
	wait(t, v, last)
	next := write(t, st, "evt.t.a.new", "n", 6)
	wait(t, v, next)
	if v.Position() != next {
		t.Errorf("at %d, want %d", v.Position(), next)
	}
}

func TestADamagedFileIsReplacedWhileItRuns(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	for i := range 50 {
		write(t, st, fmt.Sprint("evt.t.a.", i), "n", i)
	}
	path := file(t)
	damage := new(atomic.Bool)
	p := tally()
	apply := p.Apply
	p.Apply = func(tx *sql.Tx, batch []es.Recorded) error {
		if damage.CompareAndSwap(true, false) {
			// The schema is torn out of the running database.
			_, err := tx.Exec(`PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 9999 WHERE name = 'tally'; PRAGMA schema_version = 77`)
			if err != nil {
				return err
			}
		}
		return apply(tx, batch)
	}
	v, _ := running(t, path, st, p)
	want := content(t, v)
	damage.Store(true)
	last := write(t, st, "evt.t.a.x", "n", 7)
	wait(t, v, last)
	if got := content(t, v); got != want+fmt.Sprintf("\nevt.t.a.x 1 7 %d", last) {
		t.Errorf("got %q after %q", got, want)
	}
	var parked int
	if err := v.DB().QueryRow(`SELECT count(*) FROM _parked`).Scan(&parked); err != nil || parked != 0 {
		t.Errorf("%d commits are parked for the file's fault (%v)", parked, err)
	}
}

func TestASecondWriterDoesNotApplyTwice(t *testing.T) {
	t.Parallel()
	st, path := esmem.New(), file(t)
	v, _ := running(t, path, st, tally())
	other, err := view.Open(path, st, tally(), logx.Discard()) // a mistake in the configuration
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- other.Run(ctx) }()
	for i := range 100 {
		write(t, st, "evt.t.a.1", "n", i%2)
	}
	var events int
	eventually(t, func() bool {
		if err := v.DB().QueryRow(`SELECT events FROM tally`).Scan(&events); err != nil && !errors.Is(err, sql.ErrNoRows) {
			t.Fatal(err)
		}
		return events >= 100
	})
	cancel()
	<-ended
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	if events != 100 {
		t.Errorf("100 events were counted as %d", events)
	}
}

func TestWaitsForAJournalThatIsAway(t *testing.T) {
	t.Parallel()
	mem := esmem.New()
	st := &estest.Faulty{Store: mem}
	away := fault.New(fault.Unavailable, "journal.unavailable", "Away.")
	st.Down(away)
	v, err := view.Open(file(t), st, tally(), logx.Discard())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- v.Run(ctx) }()
	defer func() { cancel(); <-ended; v.Close() }()
	if err := v.Fresh(t.Context()); !errors.Is(err, away) {
		t.Errorf("Fresh says %v", err)
	}
	first := write(t, mem, "evt.t.a.1", "n", 1)
	st.Down(nil)
	wait(t, v, first)
	st.Down(away)
	second := write(t, mem, "evt.t.a.1", "n", 2) // ends the tail
	eventually(t, func() bool { return v.Fresh(t.Context()) != nil })
	st.Down(nil)
	wait(t, v, second)
	if got, want := content(t, v), fmt.Sprintf("evt.t.a.1 2 3 %d", second); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// eventually fails the test if the condition does not come true.
func eventually(t testing.TB, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	end := time.After(20 * time.Second)
	for !condition() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("it did not come true within 20 s")
		}
	}
}
