package view_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// began is when the stories of these tests begin.
var began = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// world is a journal and whoever writes to it.
type world struct {
	testing.TB
	store   *esmem.Store
	written int
}

func newWorld(t testing.TB) *world { return &world{TB: t, store: esmem.New()} }

// do passes commands to one job and fails the test if one is refused.
func (w *world) do(owner string, n id.ID, commands ...job.Command) {
	w.Helper()
	d := es.NewDecider(job.Decide, job.Evolve, job.Events())
	for _, c := range commands {
		w.written++
		m := es.Meta{Command: "c" + strconv.Itoa(w.written), At: began.Add(time.Duration(w.written) * time.Second), Source: "/jobs"}
		if _, err := es.Handle(context.Background(), w.store, nil, d, jobsapi.Topic(owner, n), m, c); err != nil {
			w.Fatalf("%T for %s: %v", c, n, err)
		}
	}
}

func submit(owner string, n id.ID, s job.Spec) job.Submit {
	return job.Submit{ID: n.String(), Owner: owner, OwnerName: strings.ToUpper(owner), Group: s.Group, Spec: s}
}

// open runs a view of the journal, in the file if one is given, until the
// test ends.
func (w *world) open(file string) *view.View {
	w.Helper()
	if file == "" {
		file = filepath.Join(w.TempDir(), "jobs.db")
	}
	v, err := view.Open(file, w.store, halfLife, logx.Discard(), view.Heard{Queued: func([]view.Queued) {}})
	if err != nil {
		w.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = v.Run(ctx) }()
	w.Cleanup(func() { stop(); <-done; v.Close() })
	return v
}

func fresh(t testing.TB, v *view.View) {
	t.Helper()
	if err := v.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

const halfLife = time.Hour

// dump is all that the file holds, as text.
func dump(t testing.TB, v *view.View) string {
	t.Helper()
	var b strings.Builder
	for _, table := range []string{"jobs", "tags", "owners", "counts", "timeline", "awaits", "queue", "waiting", "fairuse"} {
		rows, err := v.DB().Query("SELECT * FROM " + table + " ORDER BY 1, 2, 3")
		if table == "owners" || table == "awaits" {
			rows, err = v.DB().Query("SELECT * FROM " + table + " ORDER BY 1, 2")
		}
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(&b, table)
			for _, v := range values {
				fmt.Fprintf(&b, " %v", *v.(*any))
			}
			fmt.Fprintln(&b)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}
