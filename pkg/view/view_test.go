package view_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/view"
)

// tally counts the events of each topic and adds up their numbers. An event
// that is "bad" cannot be applied.
func tally() view.Projection {
	kept := &view.Statements{}
	return view.Projection{
		Name: "tally", Version: 1, Statements: kept,
		Schema: `CREATE TABLE tally (topic TEXT PRIMARY KEY, events INTEGER NOT NULL, total INTEGER NOT NULL, last INTEGER NOT NULL)`,
		Apply: func(tx *sql.Tx, batch []es.Recorded) error {
			up, err := kept.In(tx, `INSERT INTO tally VALUES (?1, ?2, ?3, ?4) ON CONFLICT (topic)
				DO UPDATE SET events = events + ?2, total = total + ?3, last = ?4`)
			if err != nil {
				return err
			}
			for _, c := range batch {
				for _, e := range c.Events {
					var n int
					if err := json.Unmarshal(e.Data, &n); err != nil {
						return err
					}
					switch e.Type {
					case "bad":
						return errors.New("bad event")
					case "worse":
						panic("worse event")
					}
					if _, err := up.Exec(c.Topic, 1, n, c.Seq); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
}

var command atomic.Int64

// write appends one event of a type to a topic that nobody else writes to.
func write(t testing.TB, st es.Store, topic, typ string, n int) uint64 {
	t.Helper()
	id := fmt.Sprint("c", command.Add(1))
	past, err := st.Load(t.Context(), topic, 0)
	if err != nil {
		t.Fatal(err)
	}
	var expect uint64
	if len(past) > 0 {
		expect = past[len(past)-1].Seq
	}
	seq, err := st.Append(t.Context(), topic, expect, es.Commit{Command: id, Events: []es.Event{
		{ID: id + ".0", Type: typ, Source: "/test", Data: json.RawMessage(fmt.Sprint(n))}}})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// running opens a view, runs it until the test or stop ends, and waits until
// it is ready.
func running(t testing.TB, path string, st es.Store, p view.Projection) (v *view.View, stop func()) {
	t.Helper()
	v, err := view.Open(path, st, p, logx.Discard())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- v.Run(ctx) }()
	done := false
	stop = func() {
		if done {
			return
		}
		done = true
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
		if err := v.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	t.Cleanup(stop)
	select {
	case <-v.Ready():
	case <-time.After(20 * time.Second):
		t.Fatal("not ready within 20 s")
	}
	return v, stop
}

func wait(t testing.TB, v *view.View, seq uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := v.Wait(ctx, seq); err != nil {
		t.Fatalf("Wait(%d) at %d: %v", seq, v.Position(), err)
	}
}

// content is the whole read model as text.
func content(t testing.TB, v *view.View) string {
	t.Helper()
	var s string
	err := v.DB().QueryRow(`SELECT coalesce(group_concat(topic || ' ' || events || ' ' || total || ' ' || last, char(10)), '')
		FROM (SELECT * FROM tally ORDER BY topic)`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// stores are the journals that every test of this kind runs on.
func stores(t *testing.T, f func(t *testing.T, st es.Store)) {
	t.Run("memory", func(t *testing.T) { t.Parallel(); f(t, esmem.New()) })
	t.Run("nats", func(t *testing.T) {
		t.Parallel()
		st, err := esnats.Open(t.Context(), natstest.Start(t).Conn(t), esnats.Config{Stream: "EVT_T", Subject: "evt.t.>"})
		if err != nil {
			t.Fatal(err)
		}
		f(t, st)
	})
}

func file(t testing.TB) string { return filepath.Join(t.TempDir(), "view", "tally.db") }

func TestDeletedItGrowsBackToTheSameContent(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, st es.Store) {
		v, stop := running(t, file(t), st, tally())
		var last uint64
		for i := range 300 {
			last = write(t, st, fmt.Sprint("evt.t.a.", i%7), "n", i)
		}
		wait(t, v, last)
		want := content(t, v)
		stop()
		again, _ := running(t, file(t), st, tally())
		if got := content(t, again); got != want || again.Position() != last {
			t.Fatalf("grown anew:\n%s\nbefore:\n%s", got, want)
		}
	})
}

func TestGoesOnWhereItWasClosed(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, st es.Store) {
		path := file(t)
		first := write(t, st, "evt.t.a.1", "n", 1)
		_, stop := running(t, path, st, tally())
		stop()
		second := write(t, st, "evt.t.a.1", "n", 2)
		p := tally()
		apply := p.Apply
		p.Apply = func(tx *sql.Tx, batch []es.Recorded) error {
			if batch[0].Seq <= first {
				return fmt.Errorf("commit %d is applied again", batch[0].Seq)
			}
			return apply(tx, batch)
		}
		v, _ := running(t, path, st, p)
		if got, want := content(t, v), fmt.Sprintf("evt.t.a.1 2 3 %d", second); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestParksWhatItCannotApply(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, st es.Store) {
		write(t, st, "evt.t.a.1", "n", 1)
		bad := write(t, st, "evt.t.a.1", "bad", 2)
		worse := write(t, st, "evt.t.a.1", "worse", 4)
		last := write(t, st, "evt.t.a.1", "n", 8)
		v, _ := running(t, file(t), st, tally())
		if got, want := content(t, v), fmt.Sprintf("evt.t.a.1 2 9 %d", last); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		var seqs string
		if err := v.DB().QueryRow(`SELECT group_concat(seq || ' ' || topic) FROM _parked`).Scan(&seqs); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%d evt.t.a.1,%d evt.t.a.1", bad, worse); seqs != want {
			t.Fatalf("parked %q, want %q", seqs, want)
		}
	})
}

func TestReadsItsOwnWriteOnAnotherReplica(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, st es.Store) {
		here, _ := running(t, file(t), st, tally())
		there, _ := running(t, file(t), st, tally())
		misses := 0
		for i := range 1000 {
			topic := fmt.Sprint("evt.t.a.", i)
			seq := write(t, st, topic, "n", i)
			wait(t, here, seq)
			if err := there.Fresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, v := range []*view.View{here, there} {
				var n int
				if err := v.DB().QueryRow(`SELECT total FROM tally WHERE topic = ?`, topic).Scan(&n); err != nil || n != i {
					misses++
				}
			}
		}
		if misses != 0 {
			t.Fatalf("%d misses", misses)
		}
	})
}
