package notify

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/pause"
)

const (
	beat  = 2 * time.Second        // how often the leader is heard of, and looked for
	lapse = 3 * beat               // how long it may be silent before another takes its place
	save  = 250 * time.Millisecond // how soon is kept what was told
)

// reign is one replica's time as the leader.
type reign struct {
	*Notifier
	name    string
	version uint64 // of what is kept
	kept    kept
	book    *book
}

// Run tells whenever this replica is the leader, until ctx ends.
func (n *Notifier) Run(ctx context.Context) {
	name := rand.Text()
	if !n.await(ctx) {
		return
	}
	for ctx.Err() == nil {
		if r := n.claim(ctx, name); r != nil {
			if err := r.lead(ctx); err != nil && ctx.Err() == nil {
				n.Log.WarnContext(ctx, "this gateway does not tell jobs' notifications any more; another one may", "err", err)
				_ = pause.For(ctx, beat) // ends with ctx
			}
		}
	}
}

func (r *reign) put(ctx context.Context, k kept, holder string) error {
	k.Holder, k.Journal = holder, r.kept.Journal
	value, err := json.Marshal(k)
	if err != nil {
		return err
	}
	version, err := r.Keep.Put(ctx, value, r.version)
	if err == nil {
		r.version = version
	}
	return err
}

// lead tells until ctx ends or another may lead, and leaves behind how far it
// has come.
func (r *reign) lead(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	inner, cancel := context.WithCancel(ctx)
	lanes := newLanes(inner, r.Notifier, r.book.settle)
	broken := make(chan error, 1)
	var following sync.WaitGroup
	following.Go(func() { broken <- r.follow(inner, lanes) })
	err := r.serve(ctx, broken)
	cancel()
	following.Wait()
	lanes.wait()
	if !errors.Is(err, errChanged) {
		after, end := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer end()
		k, _ := r.book.state()
		if left := r.put(after, k, ""); left != nil {
			r.Log.WarnContext(ctx, "cannot keep which notifications were told last: they may be told twice", "err", left)
		}
	}
	return err
}

// begin looks whether what is kept is of this journal.
func (r *reign) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	journal, err := r.Journal.Identity(ctx)
	if err != nil {
		return err
	}
	if r.kept.Journal != journal {
		r.kept = kept{Journal: journal, Position: r.from(ctx)}
	}
	r.book = newBook(r.kept)
	return nil
}

// from is where to begin in a journal that nobody has read: where the mark is,
// unless that is of another journal.
func (r *reign) from(ctx context.Context) uint64 {
	since, _, err := r.Since(ctx)
	if err != nil {
		return 0 // more is read than need be
	}
	if last, err := r.Journal.Last(ctx); err != nil || since > last {
		return 0
	}
	return since
}

// follow gives what is due to the lanes.
func (r *reign) follow(ctx context.Context, l *lanes) error {
	return r.Journal.Tail(ctx, r.kept.Position, func(batch []es.Recorded, _ bool) error {
		for _, c := range batch {
			if r.book.read(c) {
				if err := l.add(ctx, c.Topic, c.Seq); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// serve keeps how far the leader is. Whoever cannot for too long must take it
// that another leads.
func (r *reign) serve(ctx context.Context, broken <-chan error) error {
	tick := time.NewTicker(save)
	defer tick.Stop()
	heard := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-broken:
			if errors.Is(err, es.ErrGap) { // another journal, or nothing of what was read last is left
				r.kept.Journal = ""
			}
			return err
		case <-tick.C:
		}
		k, news := r.book.state()
		if !news && time.Since(heard) < beat {
			continue
		}
		err := r.put(ctx, k, r.name)
		switch {
		case err == nil:
			heard = time.Now()
			continue
		case errors.Is(err, errChanged):
			return err
		}
		r.book.again()
		if time.Since(heard) > lapse {
			return err
		}
	}
}
