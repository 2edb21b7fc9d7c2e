package outputs

import (
	"context"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// View is a look at an output by somebody who comes back to it again and
// again, and does so in their own time. All views and followers share a reader.
type View struct {
	h *Hub
	r *reader
	right
}

// View opens a view; Close it.
func (h *Hub) View(j jobsapi.Job, file string) *View {
	return &View{h, h.join(j, file), right{jobs: h.cfg.Jobs}}
}

// Close gives the view up.
func (v *View) Close() { v.h.leave(v.r) }

// Bytes returns what there is from a place on, some hundred KiB at once;
// nothing if nothing is there. With whole it waits until the job has ended and
// all that it wrote is there. Who may not read the job is Denied.
func (v *View) Bytes(ctx context.Context, from int64, whole bool) ([]byte, error) {
	s, err := v.settled(ctx, whole)
	if err == nil {
		err = v.check(ctx, s.job)
	}
	if err != nil || !s.begun {
		return nil, err
	}
	var all []byte
	for len(all) < Chunk {
		b, err := v.h.from(ctx, s, v.r, from+int64(len(all)))
		if err != nil || len(b) == 0 {
			return all, err
		}
		all = append(all, b...)
	}
	return all, nil
}

// settled waits until the reader has looked, or with whole has seen all.
func (v *View) settled(ctx context.Context, whole bool) (state, error) {
	for {
		s := v.r.state()
		switch {
		case s.err != nil:
			return s, s.err
		case s.over, !whole && (s.begun || !writes(s.job) && !s.job.State.Ended()):
			return s, nil
		}
		select {
		case <-s.changed:
		case <-ctx.Done():
			return s, context.Cause(ctx)
		}
	}
}
