package revocation

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// bound is work that must end with its credential.
type bound struct {
	position uint64
	end      context.CancelCauseFunc
}

// Bind calls end, with a fault, when the credential expires or is revoked,
// which may be at once. The function must be called when the work is over.
// Silence ends nothing: what was missed is heard later.
func (s *Set) Bind(f who.Facts, end context.CancelCauseFunc) (release func()) {
	b := &bound{position: f.Position, end: end}
	names := f.Names()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ended(f); err != nil { // since it was checked
		end(err)
		return func() {}
	}
	for _, n := range names {
		if s.bound[n] == nil {
			s.bound[n] = map[*bound]bool{}
		}
		s.bound[n][b] = true
	}
	if f.Expires.IsZero() {
		return func() { s.release(b, names) }
	}
	timer := time.AfterFunc(time.Until(f.Expires), func() { end(expired()) })
	return func() {
		timer.Stop()
		s.release(b, names)
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
