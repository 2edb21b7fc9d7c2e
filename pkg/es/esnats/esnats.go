// Package esnats keeps a service's journal in a NATS JetStream stream: one
// subject an aggregate, one message a commit; and its timers in a second
// stream of scheduled messages. It is separate from es so that a domain does
// not link a broker's client.
package esnats

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
)

// patience bounds every question to the server: if one is not answered in
// this time, nobody knows what became of it.
const patience = 3 * time.Second

// Config describes a journal.
type Config struct {
	Stream   string // "EVT_JOBS"; its timers are in "TMR_JOBS"
	Subject  string // what it holds: "evt.jobs.>"; its timers are "tmr.jobs.>" and "due.jobs.>"
	Replicas int    // 0 means 1
	// TypesOnly is for readers who need to know what happened to which topic
	// and not how: Tail brings events with type, topic and position alone, and
	// the time when they were stored. It costs a fraction.
	TypesOnly bool
}

// Store is a journal and its timers. Except for the errors that es.Store
// names, its errors are faults of kind Unavailable with a time to retry after.
type Store struct {
	*journal
	*timers
}

var (
	_ es.Store  = (*Store)(nil)
	_ es.Timers = (*Store)(nil)
)

// Open returns the journal, making its streams where they do not exist. It
// waits for JetStream to be there until ctx ends; what no waiting can cure (a
// name or subject that something else has) fails at once. Several replicas
// may open the same journal at the same time.
func Open(ctx context.Context, nc *nats.Conn, cfg Config) (*Store, error) {
	service := strings.TrimSuffix(strings.TrimPrefix(cfg.Subject, "evt."), ".>")
	if cfg.Stream == "" || service+".>" != strings.TrimPrefix(cfg.Subject, "evt.") {
		return nil, fmt.Errorf("esnats: a stream needs a name and a subject such as evt.jobs.>, not %q and %q", cfg.Stream, cfg.Subject)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("esnats: %w", err)
	}
	cfg.Replicas = max(1, cfg.Replicas)
	l := newLink(nc)
	s := &Store{
		journal: newJournal(l, newStream(js, journalConfig(cfg)), cfg.TypesOnly),
		timers:  newTimers(l, newStream(js, timerConfig(cfg, service)), service),
	}
	for _, st := range []*stream{s.journal.stream, s.timers.stream} {
		if err := st.await(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// journalConfig is the stream of the events. A full stream refuses what is
// new: facts are never thrown away. Direct gets are answered by any replica,
// which may lag behind what was acknowledged, and a decision must not rest on
// that; so they are only for streams of one replica, and elsewhere the same
// questions go to the stream's leader.
func journalConfig(cfg Config) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: cfg.Stream, Subjects: []string{cfg.Subject}, Replicas: cfg.Replicas,
		Storage: jetstream.FileStorage, Discard: jetstream.DiscardNew,
		AllowDirect: cfg.Replicas == 1, DenyDelete: true,
	}
}
