package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

// output is what is wanted of what a job writes.
type output struct {
	name string // stdout or stderr
	tail int    // lines; less than 0: all
	live bool   // until the job has ended
}

// show copies a job's output.
func (e *env) show(ctx context.Context, cl *api.Client, id string, o output, w io.Writer) error {
	from := api.Place{Tail: o.tail}
	if !o.live {
		return copyOutput(ctx, cl, id, o.name, from, w)
	}
	return e.follow(ctx, cl, id, o.name, from, w)
}

func copyOutput(ctx context.Context, cl *api.Client, id, name string, from api.Place, w io.Writer) error {
	var r io.ReadCloser
	err := patiently(ctx, func() (err error) {
		r, err = cl.Output(ctx, id, name, from)
		return err
	})
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(w, r)
	return err
}

// comeBack is how long a broken connection is tried to be had again.
const comeBack = 30 * time.Second

// follow copies until the job has ended. A connection that breaks is had
// again, from the byte that was reached.
func (e *env) follow(ctx context.Context, cl *api.Client, id, name string, from api.Place, w io.Writer) error {
	to := &writer{w: w}
	give := time.Now().Add(comeBack)
	for first, wait := true, time.Duration(0); ; first = false {
		at, n, err := e.followOnce(ctx, cl, id, name, from, to)
		switch {
		case err == nil || to.failed != nil || ctx.Err() != nil:
			return err
		case n > 0:
			give, wait = time.Now().Add(comeBack), 0
		case first && !temporary(err) || time.Now().After(give):
			return err
		}
		from = at
		wait = min(max(2*wait, 50*time.Millisecond), 2*time.Second)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// followOnce copies until the job has ended, which is no error, or the
// connection breaks. It returns the place that was reached.
func (e *env) followOnce(ctx context.Context, cl *api.Client, id, name string, from api.Place, w io.Writer) (api.Place, int64, error) {
	r, at, err := cl.Follow(ctx, id, name, from)
	if err != nil {
		return from, 0, err
	}
	defer r.Close()
	if from.Epoch > 0 && (at.Epoch != from.Epoch || at.Offset < from.Offset) {
		e.note("%s of job %s begins anew", name, id)
	}
	n, err := io.Copy(w, r)
	at.Offset += n
	return at, n, err
}

// writer knows whether it was the writing that failed.
type writer struct {
	w      io.Writer
	failed error
}

func (w *writer) Write(b []byte) (int, error) {
	n, err := w.w.Write(b)
	w.failed = errors.Join(w.failed, err)
	return n, err
}
