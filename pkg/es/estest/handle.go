package estest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
)

func handleLaws() []law {
	return []law{
		{"a decision's events are one commit", oneCommit},
		{"a command sent again after a lost acknowledgement is done once", lostAck},
		{"a command that loses a race decides again", losesRace},
		{"of a crowd each command is effective exactly once", crowd},
		{"old versions of events are read", upcasts},
		{"a memory refuses only after looking", staleMemory},
		{"a memory of a lost journal does no harm", lostJournal},
	}
}

// handle sends a command to the purse.
func handle(st es.Store, mem *es.Memory[purse], topic, command string, c put) (es.Outcome[purse, es.Typed], error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return es.Handle(ctx, st, mem, purseDomain(), topic, meta(command), c)
}

func mustHandle(t testing.TB, st es.Store, mem *es.Memory[purse], topic, command string, c put) es.Outcome[purse, es.Typed] {
	t.Helper()
	out, err := handle(st, mem, topic, command, c)
	if err != nil {
		t.Fatalf("command %s: %v", command, err)
	}
	return out
}

func oneCommit(t *testing.T, h Harness) {
	st := h.Open(t)
	out := mustHandle(t, st, nil, h.topic(1), "c1", put{"ann", purseMax})
	if len(out.Events) != 2 || !out.State.Full {
		t.Fatalf("outcome %+v", out)
	}
	got := mustLoad(t, st, h.topic(1), 0)
	if len(got) != 1 || len(got[0].Events) != 2 || got[0].Events[1].ID != "c1.1" || got[0].Events[0].Actor != "u1" {
		t.Fatalf("stored %+v", got)
	}
	if out := mustHandle(t, st, nil, h.topic(1), "c2", put{"ann", 0}); len(out.Events) != 0 || out.Seq != got[0].Seq {
		t.Errorf("already so, yet %+v", out)
	}
	if _, err := handle(st, nil, h.topic(1), "c3", put{"ann", 1}); !errors.Is(err, errFull) {
		t.Errorf("refused with %v", err)
	}
	if n := len(mustLoad(t, st, h.topic(1), 0)); n != 1 {
		t.Errorf("%d commits", n)
	}
}

func lostAck(t *testing.T, h Harness) {
	for name, mem := range map[string]*es.Memory[purse]{"memory": es.NewMemory[purse](10), "none": nil} {
		st := &Faulty{Store: h.Open(t)}
		topic := h.topic(name)
		mustHandle(t, st, mem, topic, name+"1", put{"ann", 1})
		st.LoseAcks(1)
		if _, err := handle(st, mem, topic, name+"2", put{"ben", 1}); !errors.Is(err, ErrLost) {
			t.Fatalf("the loss was hidden: %v", err)
		}
		out := mustHandle(t, st, mem, topic, name+"2", put{"ben", 1})
		if len(out.Events) != 0 || out.State.Cents != 2 {
			t.Errorf("%s: sent again: %+v", name, out)
		}
		if n := len(mustLoad(t, st, topic, 0)); n != 2 {
			t.Errorf("%s: %d commits", name, n)
		}
	}
}

func losesRace(t *testing.T, h Harness) {
	inner := h.Open(t)
	st := &Faulty{Store: inner}
	mem := es.NewMemory[purse](10)
	mustHandle(t, st, mem, h.topic(1), "c1", put{"ann", 400})
	st.Meet(func() { mustHandle(t, inner, nil, h.topic(1), "c2", put{"ben", 400}) })
	if out := mustHandle(t, st, mem, h.topic(1), "c3", put{"cem", 100}); out.State.Cents != 900 {
		t.Errorf("after the race: %+v", out)
	}
	st.Meet(func() { mustHandle(t, inner, nil, h.topic(1), "c4", put{"ben", 50}) })
	if _, err := handle(st, mem, h.topic(1), "c5", put{"cem", 100}); !errors.Is(err, errFull) {
		t.Errorf("decided on an old state: %v", err)
	}
	// The command itself may have won the race: an earlier try of it.
	st.Meet(func() { mustHandle(t, inner, nil, h.topic(1), "c6", put{"cem", 50}) })
	if out := mustHandle(t, st, mem, h.topic(1), "c6", put{"cem", 50}); out.State.Cents != purseMax || len(out.Events) != 0 {
		t.Errorf("done by an earlier try: %+v", out)
	}
}

func crowd(t *testing.T, h Harness) {
	const people = 64
	replicas := []Journal{h.Open(t), h.Open(t)}
	mems := []*es.Memory[purse]{es.NewMemory[purse](10), nil}
	var wg sync.WaitGroup
	for i := range people {
		for r := range replicas { // every command comes to both replicas
			wg.Go(func() {
				if _, err := handle(replicas[r], mems[r], h.topic(1), fmt.Sprint("c", i), put{fmt.Sprint(i), 1}); err != nil {
					t.Errorf("command %d: %v", i, err)
				}
			})
		}
	}
	wg.Wait()
	state, err := es.Fold(bounded(t), replicas[0], purseDomain(), h.topic(1))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(state.Chipin)
	if n := len(slices.Compact(state.Chipin)); state.Cents != people || n != people {
		t.Errorf("%d cents from %d people, want %d", state.Cents, n, people)
	}
}

func upcasts(t *testing.T, h Harness) {
	st := h.Open(t)
	old := commit("c1", 2)
	old.Events[0].Type, old.Events[0].Data = "test.purse.put.v1", json.RawMessage(`{"who":"ann","euros":7}`)
	old.Events[1].Type, old.Events[1].Data = "test.purse.from-the-future.v9", json.RawMessage(`[]`)
	mustAppend(t, st, h.topic(1), 0, old)
	if out := mustHandle(t, st, nil, h.topic(1), "c2", put{"ben", 50}); out.State.Cents != 750 {
		t.Errorf("7 euros and 50 cents are %+v", out.State)
	}
	broken := commit("c1", 1)
	broken.Events[0].Type = "test.purse.put.v1"
	broken.Events[0].Data = json.RawMessage(`{"euros":"seven"}`)
	mustAppend(t, st, h.topic(2), 0, broken)
	if _, err := handle(st, nil, h.topic(2), "c2", put{"ben", 50}); err == nil {
		t.Error("decided on an event that cannot be read")
	}
}

func staleMemory(t *testing.T, h Harness) {
	here, there := h.Open(t), h.Open(t)
	mem := es.NewMemory[purse](10)
	mustHandle(t, here, mem, h.topic(1), "c1", put{"ann", 1})
	// Another replica changes the topic; ours still remembers one cent.
	last := mustHandle(t, there, nil, h.topic(1), "c2", put{"ben", purseMax - 1})
	_, err := handle(here, mem, h.topic(1), "c3", put{"cem", 1})
	if !errors.Is(err, errFull) {
		t.Errorf("a full purse took more: %v", err)
	}
	if out := mustHandle(t, here, mem, h.topic(1), "c4", put{"cem", 0}); out.Seq != last.Seq || !out.State.Full {
		t.Errorf(`"already so" without looking: %+v`, out)
	}
	// A refusal from memory may be as wrong: the topic may allow it by now.
	if out := mustHandle(t, here, mem, h.topic(1), "c2", put{"ben", purseMax - 1}); out.Seq != last.Seq {
		t.Errorf("another replica's command, sent again here: %+v", out)
	}
}

func lostJournal(t *testing.T, h Harness) {
	st := h.Open(t)
	mem := es.NewMemory[purse](10)
	for i := range 5 {
		mustHandle(t, st, mem, h.topic(1), fmt.Sprint("c", i), put{"ann", 1})
	}
	h.Remake(t)
	st = h.Open(t)
	if out := mustHandle(t, st, mem, h.topic(1), "c9", put{"ben", 1}); out.State.Cents != 1 {
		t.Errorf("the new journal's purse: %+v", out.State)
	}
}
