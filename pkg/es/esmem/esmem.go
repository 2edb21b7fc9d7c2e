// Package esmem keeps a journal in memory, for tests and for domains that are
// tried out without a broker. It obeys the same law as esnats (see estest),
// stored form included: what cannot be encoded cannot be appended.
package esmem

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

// batchSize is how many commits Tail hands over at most.
const batchSize = 1000

// maxCommit is the largest commit in bytes, as with a broker's usual message.
const maxCommit = 1 << 20

// Store is a journal in memory.
type Store struct {
	*timers
	identity string

	mu      sync.Mutex
	commits []es.Recorded // commits[i].Seq == first+i
	first   uint64        // position of commits[0], or of the next commit
	topics  map[string][]int
	grown   chan struct{} // closed and replaced at every append
}

var (
	_ es.Store  = (*Store)(nil)
	_ es.Timers = (*Store)(nil)
)

// New returns an empty journal.
func New() *Store {
	return &Store{
		timers: newTimers(), identity: "mem-" + rand.Text(), first: 1,
		topics: map[string][]int{}, grown: make(chan struct{}),
	}
}

// Identity names this journal.
func (s *Store) Identity(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identity, nil
}

// Last returns the position of the newest commit.
func (s *Store) Last(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last(), nil
}

func (s *Store) last() uint64 { return s.first + uint64(len(s.commits)) - 1 }

// Load returns the commits of a topic after a position.
func (s *Store) Load(ctx context.Context, topic string, after uint64) ([]es.Recorded, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []es.Recorded
	for _, seq := range s.topics[topic] {
		if uint64(seq) > after && uint64(seq) >= s.first {
			out = append(out, clone(s.commits[uint64(seq)-s.first]))
		}
	}
	return out, nil
}

// Append stores a commit if the topic's last position is expect.
func (s *Store) Append(ctx context.Context, topic string, expect uint64, c es.Commit) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	header, body, err := es.Encode(c)
	if err != nil {
		return 0, err
	}
	if len(body) > maxCommit {
		return 0, es.ErrTooLarge
	}
	stored, err := es.Decode(header, append([]byte(nil), body...))
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var last uint64
	if seqs := s.topics[topic]; len(seqs) > 0 {
		last = uint64(seqs[len(seqs)-1])
	}
	if last != expect {
		return 0, es.ErrConflict
	}
	seq := s.last() + 1
	s.commits = append(s.commits, stored.At(topic, seq, time.Now()))
	s.topics[topic] = append(s.topics[topic], int(seq))
	close(s.grown)
	s.grown = make(chan struct{})
	return seq, nil
}

// Purge forgets the commits before a position, as an operator of a broker
// might; whoever tails from there on gets es.ErrGap.
func (s *Store) Purge(before uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before > s.first {
		n := min(before-s.first, uint64(len(s.commits)))
		s.commits = s.commits[n:]
		s.first += n
	}
}

// Remake forgets everything: the journal is another one from here on.
func (s *Store) Remake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identity, s.first, s.commits, s.topics = "mem-"+rand.Text(), 1, nil, map[string][]int{}
	close(s.grown)
	s.grown = make(chan struct{})
}

// clone gives a reader events of its own.
func clone(r es.Recorded) es.Recorded {
	r.Events = append([]es.Event(nil), r.Events...)
	return r
}
