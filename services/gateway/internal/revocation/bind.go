package revocation

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/who"
)

// bound is work that must end with its credential.
type bound struct {
	position uint64
	cancel   context.CancelCauseFunc
}

// Bind returns a context that ends when the credential expires or is revoked;
// context.Cause then gives the fault. The function must be called when the
// work is over. Silence ends nothing: what was missed is heard later.
func (s *Set) Bind(ctx context.Context, f who.Facts) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	free := func() {}
	if !f.Expires.IsZero() {
		ctx, free = context.WithDeadlineCause(ctx, f.Expires, expired())
	}
	b := &bound{position: f.Position, cancel: cancel}
	names := f.Names()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ended(f); err != nil { // since it was checked
		cancel(err)
	}
	for _, n := range names {
		if s.bound[n] == nil {
			s.bound[n] = map[*bound]bool{}
		}
		s.bound[n][b] = true
	}
	return ctx, func() {
		s.release(b, names)
		cancel(context.Canceled)
		free()
	}
}

func (s *Set) release(b *bound, names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		delete(s.bound[n], b)
		if len(s.bound[n]) == 0 {
			delete(s.bound, n)
		}
	}
}
