// Package estest is the law of event stores and a stage for domains. Run is
// the conformance suite that every es.Store and es.Timers passes; Scenarios
// plays Given/When/Then stories against a Decider; Faulty is a store that
// fails on demand. It is separate so that only tests link package testing.
package estest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

// Journal is what a store implementation offers.
type Journal interface {
	es.Store
	es.Timers
}

// Harness is one empty journal of the implementation under test.
type Harness struct {
	// Prefix begins every topic: "evt.test.".
	Prefix string
	// Open returns a handle of the journal, as another replica would have it.
	Open func(testing.TB) Journal
	// Restart stops whatever holds the journal and starts it again.
	Restart func(testing.TB)
	// Purge forgets the commits before a position.
	Purge func(t testing.TB, before uint64)
	// Remake deletes the journal and makes an empty one of the same name.
	Remake func(testing.TB)
}

// law is one case of the suite.
type law struct {
	name  string
	check func(*testing.T, Harness)
}

// Run checks an implementation; fresh makes an empty journal for each case.
func Run(t *testing.T, fresh func(testing.TB) Harness) {
	for _, laws := range [][]law{storeLaws(), tailLaws(), handleLaws(), timerLaws()} {
		for _, l := range laws {
			t.Run(l.name, func(t *testing.T) {
				t.Parallel()
				l.check(t, fresh(t))
			})
		}
	}
}

// limit bounds every wait of the suite; nothing that works comes near it.
const limit = 30 * time.Second

func bounded(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

func (h Harness) topic(id any) string { return fmt.Sprintf("%sthing.u1.%v", h.Prefix, id) }

// commit makes a commit of n events.
func commit(command string, n int) es.Commit {
	c := es.Commit{Command: command}
	for i := range n {
		c.Events = append(c.Events, es.Event{
			ID: fmt.Sprintf("%s.%d", command, i), Type: "test.thing.done.v1", Source: "/test", Subject: "thing/1",
			Time: time.Date(2026, 11, 21, 8, 0, 0, i, time.UTC), Actor: "u1", Correlation: "r1", Causation: "c0",
			Data: json.RawMessage(fmt.Sprintf(`{"command":%q,"n":%d}`, command, i)),
		})
	}
	return c
}

func mustAppend(t testing.TB, st es.Store, topic string, expect uint64, c es.Commit) uint64 {
	t.Helper()
	seq, err := st.Append(bounded(t), topic, expect, c)
	if err != nil {
		t.Fatalf("append %s to %s: %v", c.Command, topic, err)
	}
	return seq
}

// insist appends until it is known to be stored: while a server restarts, the
// outcome of an append may be unknown until the topic is loaded again.
func insist(t testing.TB, st es.Store, topic string, expect uint64, c es.Commit) uint64 {
	t.Helper()
	ctx := bounded(t)
	for {
		seq, err := st.Append(ctx, topic, expect, c)
		if err == nil {
			return seq
		}
		stored, failed := st.Load(ctx, topic, expect)
		if len(stored) > 0 && stored[0].Command == c.Command {
			return stored[0].Seq
		}
		if ctx.Err() != nil {
			t.Errorf("append %s: %v, load: %v", c.Command, err, failed)
			return 0
		}
	}
}

func mustLoad(t testing.TB, st es.Store, topic string, after uint64) []es.Recorded {
	t.Helper()
	got, err := st.Load(bounded(t), topic, after)
	if err != nil {
		t.Fatalf("load %s after %d: %v", topic, after, err)
	}
	return got
}
