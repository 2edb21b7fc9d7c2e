package view_test

import (
	"database/sql"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
)

// BenchmarkApply is what the view does for a submit, of which batches come
// with as many as gather under load. It grows as it goes.
func BenchmarkApply(b *testing.B) {
	const batch = 500
	w := newWorld(b)
	p := view.Projection(halfLife)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "jobs.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate&_pragma=cache_size(-8000)&_pragma=wal_autocheckpoint(4000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(p.Schema); err != nil {
		b.Fatal(err)
	}
	for i := range b.N {
		n := id.ID(1_000_000_000 + 4096*i)
		w.do("0f3k2m9qxya", n, submit("0f3k2m9qxya", n, job.Spec{Executable: "/bin/true", Arguments: []string{strconv.Itoa(i)},
			Site: "NOWHERE", Name: "sim-" + strconv.Itoa(i%100), Tags: []string{"batch-" + strconv.Itoa(i%10)}, Group: "users"}))
	}
	var all []es.Recorded
	_ = w.store.Tail(b.Context(), 0, func(batch []es.Recorded, caught bool) error {
		all = append(all, batch...)
		if caught {
			return sql.ErrNoRows
		}
		return nil
	})
	b.ResetTimer()
	b.ReportAllocs()
	start := cpu()
	for len(all) > 0 {
		n := min(batch, len(all))
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Apply(tx, all[:n]); err != nil {
			b.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
		all = all[n:]
	}
	b.ReportMetric(float64((cpu()-start).Microseconds())/float64(b.N), "cpu-µs/op")
}

// cpu is the processor time of this process: what else the machine does is
// not in it.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
