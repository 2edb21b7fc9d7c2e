package outputs

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// reader looks at one file until its job has ended.
type reader struct {
	h         *Hub
	key       key
	file      filesapi.Path
	cancel    context.CancelFunc
	followers int // the hub's mu guards it

	mu      sync.Mutex
	job     jobsapi.Job
	begun   bool   // there is an output: below is what is known of it
	epoch   int    // the run that writes it
	start   int64  // place of the first byte of kept
	kept    []byte // only ever appended to, so that others may read what they got
	over    bool   // the job has ended, and all is read
	err     error  // why the reader gave up
	changed chan struct{}
}

// state is a moment of a reader's.
type state struct {
	job     jobsapi.Job
	begun   bool
	epoch   int
	start   int64
	kept    []byte
	over    bool
	err     error
	changed <-chan struct{}
}

func (s state) end() int64 { return s.start + int64(len(s.kept)) }

func (r *reader) state() state {
	r.mu.Lock()
	defer r.mu.Unlock()
	return state{r.job, r.begun, r.epoch, r.start, r.kept, r.over, r.err, r.changed}
}

// update changes the state and tells all.
func (r *reader) update(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *reader) failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err != nil || r.over
}

// run reads until the job has ended, or nobody is left to read for.
func (r *reader) run(ctx context.Context) {
	j, wait := r.job, r.h.cfg.Tick
	for {
		grown, err := r.look(ctx, j)
		ended := j.State.Ended()
		if err == nil && ended {
			r.update(func() { r.over = true })
			return
		}
		if wait = min(2*wait, 5*r.h.cfg.Tick); grown {
			wait = r.h.cfg.Tick
		}
		if !writes(j) {
			wait = jobsapi.MaxWait
		}
		if err == nil {
			j, err = r.next(ctx, j, wait)
		}
		if err != nil && !r.endure(ctx, err) {
			return
		}
	}
}

// writes reports whether the job has, or may have, a run that writes.
func writes(j jobsapi.Job) bool { return j.State == jobsapi.Running || j.State == jobsapi.StagingOut }

// next waits until the job changes, or a while.
func (r *reader) next(ctx context.Context, j jobsapi.Job, wait time.Duration) (jobsapi.Job, error) {
	now, err := r.h.cfg.Jobs.Get(ctx, jobsapi.GetRequest{ID: j.ID, Wait: wait, After: j.Version})
	if err != nil {
		return j, err
	}
	if now.Version != j.Version {
		r.update(func() { r.job = now })
	}
	return now, nil
}

// endure waits after an error that will pass; false if it will not.
func (r *reader) endure(ctx context.Context, err error) bool {
	passing := fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Timeout) || fault.Is(err, fault.Exhausted)
	if ctx.Err() == nil && passing {
		pause := time.NewTimer(5 * r.h.cfg.Tick)
		defer pause.Stop()
		select {
		case <-pause.C:
			return true
		case <-ctx.Done():
		}
	}
	r.update(func() { r.err = err })
	if ctx.Err() == nil {
		r.h.cfg.Log.WarnContext(ctx, "an output is no longer read", "job", r.key.job.String(), "file", r.key.file, "err", err)
	}
	return false
}

// look reads what is new. A job that waits, perhaps to be run once more, has
// no output of its own yet.
func (r *reader) look(ctx context.Context, j jobsapi.Job) (grown bool, err error) {
	if !writes(j) && !j.State.Ended() {
		return false, nil
	}
	if s := r.state(); !s.begun || s.epoch != j.Epoch {
		p, err := r.h.end(ctx, r.file, r.h.cfg.Keep)
		if err != nil {
			return false, err
		}
		r.begin(j.Epoch, p)
	}
	for {
		at := r.state().end()
		p, err := r.h.read(ctx, r.file, at, Chunk)
		switch {
		case err != nil:
			return grown, err
		case p.size < at: // somebody has truncated it
			r.begin(j.Epoch, piece{})
			continue
		case len(p.data) == 0:
			return grown, nil
		}
		r.add(p.data)
		grown = true
		if len(p.data) < Chunk {
			return grown, nil
		}
	}
}

func (r *reader) begin(epoch int, p piece) {
	r.update(func() { r.begun, r.epoch, r.start, r.kept = true, epoch, p.from, p.data })
}

// add keeps what is new, and forgets what is too much.
func (r *reader) add(data []byte) {
	r.update(func() {
		r.kept = append(r.kept, data...)
		if extra := len(r.kept) - r.h.cfg.Keep; extra > r.h.cfg.Keep {
			r.start += int64(extra)
			r.kept = append(make([]byte, 0, 2*r.h.cfg.Keep+Chunk), r.kept[extra:]...)
		}
	})
}
