package outputs

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Position is a place in what one run of a job writes. A restart begins to
// write anew, under another epoch.
type Position struct {
	Epoch  int   `json:"epoch"`  // 0: the latest
	Offset int64 `json:"offset"` // bytes from the beginning
}

// Sink takes what a follower gets. An error ends the following.
type Sink interface {
	// Data is what was written at a place. If that is not where the last data
	// ended, the output has begun anew.
	Data(at Position, data []byte) error
	// Quiet says from time to time that nothing was written.
	Quiet() error
}

// quiet is how long nothing may come before Quiet.
const quiet = 15 * time.Second

// Follow gives all that a job writes into a file, from a place on, until the
// job has ended; it returns the job as it then is. A place that the file does
// not have, because it was truncated or belongs to an earlier run, is taken
// for the beginning. Who may not read the job, or no longer may, is Denied.
func (h *Hub) Follow(ctx context.Context, j jobsapi.Job, file string, at Position, sink Sink) (jobsapi.Job, error) {
	r := h.join(j, file)
	defer h.leave(r)
	f := &follower{h: h, r: r, at: at, sink: sink, right: right{jobs: h.cfg.Jobs}}
	clock := time.NewTimer(quiet)
	defer clock.Stop()
	for {
		s := r.state()
		sent, err := f.step(ctx, s)
		switch {
		case err != nil:
			return s.job, err
		case sent:
			clock.Reset(quiet)
			continue
		case s.err != nil:
			return s.job, s.err
		case s.over:
			return s.job, nil
		}
		select {
		case <-s.changed:
		case <-clock.C:
			clock.Reset(quiet)
			if err := sink.Quiet(); err != nil {
				return s.job, err
			}
		case <-ctx.Done():
			return s.job, context.Cause(ctx)
		}
	}
}

type follower struct {
	h    *Hub
	r    *reader
	at   Position
	sink Sink
	right
}

// step sends what is there, a part of it at least; false if nothing is.
func (f *follower) step(ctx context.Context, s state) (sent bool, err error) {
	if err := f.check(ctx, s.job); err != nil || !s.begun {
		return false, err
	}
	if f.at.Epoch == 0 {
		f.at.Epoch = s.epoch
	}
	if f.at.Epoch != s.epoch {
		f.at = Position{Epoch: s.epoch}
	}
	if f.at.Offset > s.end() {
		if err := f.ahead(ctx, s); err != nil || f.at.Offset > 0 {
			return false, err
		}
	}
	data, err := f.h.from(ctx, s, f.r, f.at.Offset)
	if err != nil || len(data) == 0 {
		return false, err
	}
	if err := f.sink.Data(f.at, data); err != nil {
		return false, err
	}
	f.at.Offset += int64(len(data))
	return true, nil
}

// ahead finds out how somebody can be further than the reader: it may not have
// looked since another replica's did, or the file was truncated.
func (f *follower) ahead(ctx context.Context, s state) error {
	p, err := f.h.read(asOwner(ctx, s.job), f.r.file, f.at.Offset, 1)
	if err == nil && p.size < f.at.Offset {
		f.at.Offset = 0
	}
	return err
}

// from is what there is from a place on: of what the reader keeps, or a piece
// of what is older.
func (h *Hub) from(ctx context.Context, s state, r *reader, at int64) ([]byte, error) {
	if at >= s.start {
		return s.kept[min(at-s.start, int64(len(s.kept))):], nil
	}
	p, err := h.read(asOwner(ctx, s.job), r.file, at, int(min(Chunk, s.start-at)))
	return p.data, err
}

// Tail is the place from which a file has so many lines to its end, or as many
// as are in its last 8 MiB. A line that has no end yet is one, too.
func (h *Hub) Tail(ctx context.Context, j jobsapi.Job, file string, lines int) (int64, error) {
	const most = 8 << 20
	if err := h.May(ctx, j); err != nil {
		return 0, err
	}
	p, err := h.end(asOwner(ctx, j), fileOf(j, file), Chunk)
	if err != nil {
		return 0, err
	}
	at, left := p.size, lines
	if lines == 0 {
		return at, nil
	}
	for first := true; ; first = false {
		for i := len(p.data) - 1; i >= 0; i-- {
			if p.data[i] != '\n' || first && i == len(p.data)-1 {
				continue
			}
			if left--; left == 0 {
				return p.from + int64(i) + 1, nil
			}
		}
		if at = p.from; at == 0 || p.size-at >= most {
			return at, nil
		}
		from := max(0, at-Chunk)
		if p, err = h.read(asOwner(ctx, j), fileOf(j, file), from, int(at-from)); err != nil {
			return 0, err
		}
	}
}
