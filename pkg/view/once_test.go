package view_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/view"
)

// counted counts how often the journal is asked how far it is.
type counted struct {
	es.Store
	asked atomic.Int64
}

func (c *counted) Last(ctx context.Context) (uint64, error) {
	c.asked.Add(1)
	return c.Store.Last(ctx)
}

// TestOnceAsksOnce: and still sees what was acknowledged before the first call.
func TestOnceAsksOnce(t *testing.T) {
	t.Parallel()
	st := &counted{Store: esmem.New()}
	v, _ := running(t, file(t), st, tally())
	seq := write(t, st, "evt.test.x.-.a", "added", 1)
	st.asked.Store(0)
	ctx := view.Once(t.Context())
	for range 3 {
		if err := v.Fresh(ctx); err != nil || v.Position() < seq {
			t.Fatalf("at %d of %d, %v", v.Position(), seq, err)
		}
	}
	if n := st.asked.Load(); n != 1 {
		t.Errorf("the journal was asked %d times", n)
	}
	later := write(t, st, "evt.test.x.-.b", "added", 1)
	if err := v.Fresh(view.Once(t.Context())); err != nil || v.Position() < later {
		t.Errorf("another request is at %d of %d, %v", v.Position(), later, err)
	}
	other, _ := running(t, file(t), st, tally())
	if other.Fresh(ctx) != nil || other.Position() < later {
		t.Errorf("another view is at %d of %d", other.Position(), later)
	}
}
