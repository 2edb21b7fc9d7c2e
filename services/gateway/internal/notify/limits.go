package notify

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/pause"
)

// How many requests there are at once.
const (
	ofReceiver = 4 // of one user to one receiver
	ofUser     = 32
	ofAll      = 512
)

const errFull = plain("too many notifications wait for this receiver")

// limits keep receivers and users from costing each other anything. A waiter
// holds a place at its receiver before it asks for one of its user's, and
// those before one of all, so that a receiver that hangs fills its own places.
type limits struct {
	Config
	all chan struct{}

	mu    sync.Mutex
	gates map[string]*gate // of users, and of users' receivers
}

// gate is what some notices have in common.
type gate struct {
	places  chan struct{}
	present int       // waiting or under way
	next    time.Time // when the next may pass
}

func newLimits(cfg Config) *limits {
	return &limits{Config: cfg, all: make(chan struct{}, ofAll), gates: map[string]*gate{}}
}

// enter joins those who wait at a gate; 0: any number may.
func (l *limits) enter(name string, places, most int) (g *gate, leave func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g = l.gates[name]; g == nil {
		l.forget()
		g = &gate{places: make(chan struct{}, places)}
		l.gates[name] = g
	}
	if most > 0 && g.present >= most {
		return nil, nil, errFull
	}
	g.present++
	return g, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		g.present--
	}, nil
}

// forget drops the gates at which nobody waits, once there are many.
func (l *limits) forget() {
	if len(l.gates) < 10_000 {
		return
	}
	for name, g := range l.gates {
		if g.present == 0 && !g.next.After(time.Now()) {
			delete(l.gates, name)
		}
	}
}

// pass waits until the user may tell once more.
func (l *limits) pass(ctx context.Context, user *gate) error {
	l.mu.Lock()
	now := time.Now()
	at := user.next
	if at.Before(now) {
		at = now
	}
	user.next = at.Add(time.Second / time.Duration(l.Rate))
	l.mu.Unlock()
	if at.Equal(now) {
		return ctx.Err()
	}
	return pause.For(ctx, at.Sub(now))
}

// within does something in a place at each of the gates.
func within(ctx context.Context, do func(), places ...chan struct{}) error {
	for _, p := range places {
		select {
		case p <- struct{}{}:
			defer func() { <-p }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	do()
	return nil
}
