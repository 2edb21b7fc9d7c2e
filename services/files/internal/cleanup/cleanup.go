// Package cleanup removes the working directories of destroyed jobs, and what
// dead processes left half done. It is separate from the requests: destroying a
// job is done when its event is stored, and this may take as long as it takes.
// Every replica does it; removing what is gone already is nothing.
package cleanup

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Jobs says which jobs are destroyed.
type Jobs interface {
	Position() uint64
	Destroyed(ctx context.Context, after uint64, limit int) (jobs []id.ID, upTo uint64, err error)
	WhichDestroyed(context.Context, []id.ID) ([]id.ID, error)
}

// Disk is where the directories are.
type Disk interface {
	Names(storage.Kind, func([]string) error) error
	Destroy(storage.Key) error
	Sweep(ctx context.Context, before time.Time) error
}

const (
	batch      = 500
	patrol     = 10 * time.Minute // between looks at all directories
	daily      = 24 * time.Hour   // between sweeps
	unfinished = 24 * time.Hour   // age at which nobody continues an upload
	minRest    = 100 * time.Millisecond
	maxRest    = time.Minute
	tellAfter  = 10        // tries before operators hear of it
	mayTake    = time.Hour // to remove one directory
	atOnce     = 4         // disk calls that may hang
)

// Janitor removes what nobody needs any more.
type Janitor struct {
	jobs  Jobs
	disk  Disk
	gate  *disk.Gate
	log   *slog.Logger
	bell  chan struct{}
	after uint64 // position up to which the destroyed jobs are known
	late  map[id.ID]*try
}

// try is a directory that could not be removed: something still writes there.
type try struct {
	count int
	next  time.Time
}

// New returns a janitor.
func New(jobs Jobs, d Disk, log *slog.Logger) *Janitor {
	return &Janitor{
		jobs: jobs, disk: d, gate: disk.NewGate(atOnce, mayTake), log: log,
		bell: make(chan struct{}, 1), late: map[id.ID]*try{},
	}
}

// Ring says that jobs were destroyed. It never waits.
func (j *Janitor) Ring() {
	select {
	case j.bell <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. The jobs must be known up to now when it begins.
func (j *Janitor) Run(ctx context.Context) error {
	j.after = j.jobs.Position()
	var sweeping sync.Mutex // a sweep of a large disk may outlast a day
	sweep := func() {
		if sweeping.TryLock() {
			defer sweeping.Unlock()
			j.sweep(ctx)
		}
	}
	go sweep()
	j.patrol(ctx)
	next, tomorrow := time.Now().Add(patrol), time.Now().Add(daily)
	for {
		if !time.Now().Before(tomorrow) {
			go sweep()
			tomorrow = time.Now().Add(daily)
		}
		j.follow(ctx)
		j.retry(ctx)
		if !time.Now().Before(next) {
			j.patrol(ctx)
			next = time.Now().Add(patrol)
		}
		timer := time.NewTimer(time.Until(j.wake(next)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-j.bell:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// wake is when there is something to do without being told.
func (j *Janitor) wake(next time.Time) time.Time {
	for _, t := range j.late {
		if t.next.Before(next) {
			next = t.next
		}
	}
	return next
}

// sweep finishes what dead processes left.
func (j *Janitor) sweep(ctx context.Context) {
	err := j.disk.Sweep(ctx, time.Now().Add(-unfinished))
	if err != nil && ctx.Err() == nil {
		j.log.Warn("what dead processes left stays", "err", err)
	}
}

// follow removes the directories of the jobs destroyed since the last time.
func (j *Janitor) follow(ctx context.Context) {
	if j.jobs.Position() < j.after {
		j.after = 0 // another journal, or a read model that is grown anew
	}
	for ctx.Err() == nil {
		jobs, upTo, err := j.jobs.Destroyed(ctx, j.after, batch)
		if err != nil {
			j.log.Warn("the janitor waits", "err", err)
			return // the patrol finds what is missed
		}
		for _, n := range jobs {
			j.remove(ctx, n)
		}
		j.after = upTo
		if len(jobs) < batch {
			return
		}
	}
}

// patrol looks at the directories that are there: it finds what a replica
// missed while it was away, and directories that somebody made again.
func (j *Janitor) patrol(ctx context.Context) {
	there, err := disk.Do(ctx, j.gate, func(context.Context) (jobs []id.ID, err error) {
		err = j.disk.Names(storage.WorkDirs, func(names []string) error {
			for _, name := range names {
				if n, err := id.Parse(name); err == nil && n.String() == name {
					jobs = append(jobs, n)
				}
			}
			return nil
		})
		return jobs, err
	})
	for some := range slices.Chunk(there, batch) {
		var gone []id.ID
		if err == nil {
			gone, err = j.jobs.WhichDestroyed(ctx, some)
		}
		for _, n := range gone {
			j.remove(ctx, n)
		}
	}
	if err != nil && ctx.Err() == nil {
		j.log.Warn("the janitor could not look at all working directories", "err", err)
	}
}

func (j *Janitor) retry(ctx context.Context) {
	for n, t := range j.late {
		if !time.Now().Before(t.next) {
			j.remove(ctx, n)
		}
	}
}

func (j *Janitor) remove(ctx context.Context, n id.ID) {
	_, err := disk.Do(ctx, j.gate, func(context.Context) (struct{}, error) {
		return struct{}{}, j.disk.Destroy(storage.Key{Kind: storage.WorkDirs, Name: n.String()})
	})
	if err == nil || ctx.Err() != nil {
		delete(j.late, n)
		return
	}
	t := j.late[n]
	if t == nil {
		t = &try{}
		j.late[n] = t
	}
	t.next = time.Now().Add(min(maxRest, minRest<<min(t.count, 16)))
	if t.count++; t.count == tellAfter {
		j.log.Warn("a working directory cannot be removed; trying on", "job", n, "err", err)
	}
}
