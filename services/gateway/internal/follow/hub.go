package follow

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
)

// Config describes a hub. Zero numbers get the default.
type Config struct {
	Store     es.Store
	Log       *slog.Logger
	Keep      int           // newest commits kept in memory, from which followers go on; 4096
	Bytes     int           // that the kept commits may take; 8 MiB
	CatchUps  int           // followers that read the journal itself at once; 8
	Heartbeat time.Duration // 15 s
	Patience  time.Duration // with a journal that does not answer; 5 s
}

// Hub tails one journal for all followers of a gateway.
type Hub struct {
	cfg   Config
	slots chan struct{} // of catch-ups
	ready chan struct{}
	wake  chan struct{} // of capacity 1: somebody waits for the end of the rest

	mu      sync.Mutex
	started bool // floor and head mean something
	closed  bool
	present int           // who follow, or are about to
	woken   chan struct{} // closed at the end of the rest; nil: the hub does not rest
	floor   uint64        // everything behind it, up to head, is in recent
	head    uint64        // the newest commit seen
	recent  []es.Recorded // by position
	bytes   int           // of recent
	owners  map[string]map[*follower]bool
	all     map[*follower]bool // followers who may see everything
}

// NewHub returns a hub; Run makes it work.
func NewHub(cfg Config) *Hub {
	cfg.Keep = cmp.Or(cfg.Keep, 4096)
	cfg.Bytes = cmp.Or(cfg.Bytes, 8<<20)
	cfg.CatchUps = cmp.Or(cfg.CatchUps, 8)
	cfg.Heartbeat = cmp.Or(cfg.Heartbeat, 15*time.Second)
	cfg.Patience = cmp.Or(cfg.Patience, 5*time.Second)
	return &Hub{
		cfg: cfg, slots: make(chan struct{}, cfg.CatchUps), ready: make(chan struct{}), wake: make(chan struct{}, 1),
		owners: map[string]map[*follower]bool{}, all: map[*follower]bool{},
	}
}

// Ready is closed when the hub follows the journal.
func (h *Hub) Ready() <-chan struct{} { return h.ready }

// Run tails the journal, while it is followed, until ctx ends, and then ends
// all followers.
func (h *Hub) Run(ctx context.Context) error {
	defer h.close()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := h.tail(ctx)
		for errors.Is(err, errRest) && h.called(ctx) {
			err = h.tail(ctx)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		h.cfg.Log.WarnContext(ctx, "the tail of the journal broke; trying again", "err", err)
		if errors.Is(err, es.ErrGap) {
			h.lost()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// tail follows from where it ended before, or from the present.
func (h *Hub) tail(ctx context.Context) error {
	h.mu.Lock()
	started, head := h.started, h.head
	h.mu.Unlock()
	if !started {
		last, err := h.last(ctx)
		if err != nil {
			return err
		}
		head = last
		h.mu.Lock()
		h.started, h.floor, h.head, h.recent, h.bytes = true, last, last, nil, 0
		h.rise()
		h.mu.Unlock()
	}
	return h.cfg.Store.Tail(ctx, head, func(batch []es.Recorded, _ bool) error {
		return h.publish(batch)
	})
}

// last asks the journal how far it is.
func (h *Hub) last(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Patience)
	defer cancel()
	last, err := h.cfg.Store.Last(ctx)
	if err != nil {
		return 0, unavailable(err)
	}
	return last, nil
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "events.unavailable",
		"The journal does not answer; try again shortly.").WithRetry(2 * time.Second)
}

// publish gives a batch to those who want it, or ends the tail to rest.
func (h *Hub) publish(batch []es.Recorded) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.isReady() {
		close(h.ready)
	}
	if len(h.recent) > 2*h.cfg.Keep || h.bytes > 2*h.cfg.Bytes {
		if h.rest() {
			return errRest
		}
		h.trim()
	}
	h.recent = append(h.recent, batch...)
	for _, c := range batch {
		h.head = c.Seq
		h.bytes += size(c)
		for f := range h.owners[owner(c.Topic)] {
			f.offer(c)
		}
		for f := range h.all {
			f.offer(c)
		}
	}
	return nil
}

func (h *Hub) isReady() bool {
	select {
	case <-h.ready:
		return true
	default:
		return false
	}
}

// lost forgets the journal: another one has taken its place.
func (h *Hub) lost() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.started = false
	h.cutAll(ErrLost)
}

func (h *Hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.rise()
	h.cutAll(ErrClosed)
}
