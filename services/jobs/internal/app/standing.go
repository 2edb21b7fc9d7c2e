package app

import (
	"context"
	"sync"
)

// standing are the offers under way in this replica, by runner. A runner that
// registers has made none of them: whoever made them is gone, and a job given
// to one would lie about until somebody asks for it. Other replicas do not
// hear of that; the runner asks again when theirs are over for sure.
type standing struct {
	mu sync.Mutex
	of map[string]map[*offer]bool
}

// offer is one long poll.
type offer struct {
	end  chan struct{} // closed: it is to give no more jobs
	over chan struct{} // closed: it has given its last
}

// enter begins an offer; leave must be called at its end.
func (s *standing) enter(runner string) (end <-chan struct{}, leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]map[*offer]bool{}
	}
	if s.of[runner] == nil {
		s.of[runner] = map[*offer]bool{}
	}
	o := &offer{end: make(chan struct{}), over: make(chan struct{})}
	s.of[runner][o] = true
	return o.end, func() {
		close(o.over)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.of[runner], o)
		if len(s.of[runner]) == 0 {
			delete(s.of, runner)
		}
	}
}

// end ends all offers of a runner and waits, as long as ctx lasts, until they
// have given their last job.
func (s *standing) end(ctx context.Context, runner string) {
	s.mu.Lock()
	old := s.of[runner]
	delete(s.of, runner)
	s.mu.Unlock()
	for o := range old {
		close(o.end)
	}
	for o := range old {
		select {
		case <-o.over:
		case <-ctx.Done():
			return
		}
	}
}
