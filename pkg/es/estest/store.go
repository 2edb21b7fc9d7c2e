package estest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
)

func storeLaws() []law {
	return []law{
		{"a commit comes back as it was appended", comesBack},
		{"an append with a wrong expectation is a conflict", conflicts},
		{"of many who expect the same one wins", oneWins},
		{"what cannot be stored is refused", refuses},
		{"a topic's end is found among many", manyTopics},
		{"a restart loses nothing", survivesRestart},
		{"last is never behind an acknowledgement", lastIsFresh},
		{"a journal has an identity", hasIdentity},
		{"the caller's end is the caller's error", obeysContext},
	}
}

func comesBack(t *testing.T, h Harness) {
	st := h.Open(t)
	topic := h.topic(1)
	if got := mustLoad(t, st, topic, 0); len(got) != 0 {
		t.Fatalf("a topic never written holds %v", got)
	}
	first := mustAppend(t, st, topic, 0, commit("c1", 1))
	mustAppend(t, st, h.topic(2), 0, commit("other", 1))
	second := mustAppend(t, st, topic, first, commit("c2", 3))
	got := mustLoad(t, h.Open(t), topic, 0)
	if len(got) != 2 || got[0].Seq != first || got[1].Seq != second || first >= second {
		t.Fatalf("appended at %d and %d, loaded %+v", first, second, got)
	}
	for i, want := range []es.Commit{commit("c1", 1), commit("c2", 3)} {
		for n := range want.Events {
			want.Events[n].Topic, want.Events[n].Seq = topic, got[i].Seq
		}
		if !reflect.DeepEqual(got[i].Commit, want) || got[i].Topic != topic || got[i].Time.IsZero() {
			t.Errorf("loaded %+v\nwant %+v", got[i], want)
		}
	}
	if got := mustLoad(t, st, topic, first); len(got) != 1 || got[0].Command != "c2" {
		t.Errorf("after %d there is %+v", first, got)
	}
	if got := mustLoad(t, st, topic, second); len(got) != 0 {
		t.Errorf("after the end there is %+v", got)
	}
}

func conflicts(t *testing.T, h Harness) {
	st := h.Open(t)
	first := mustAppend(t, st, h.topic(1), 0, commit("c1", 1))
	second := mustAppend(t, st, h.topic(1), first, commit("c2", 1))
	for _, expect := range []uint64{0, first, second + 1, second + 1000} {
		if _, err := st.Append(bounded(t), h.topic(1), expect, commit("c3", 1)); !errors.Is(err, es.ErrConflict) {
			t.Errorf("expecting %d: %v", expect, err)
		}
	}
	if _, err := st.Append(bounded(t), h.topic(2), second, commit("c4", 1)); !errors.Is(err, es.ErrConflict) {
		t.Errorf("expecting %d of a new topic: %v", second, err)
	}
	if n := len(mustLoad(t, st, h.topic(1), 0)); n != 2 {
		t.Errorf("%d commits are stored", n)
	}
}

func oneWins(t *testing.T, h Harness) {
	st := h.Open(t)
	var wins, losses sync.Map
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			seq, err := st.Append(bounded(t), h.topic(1), 0, commit(fmt.Sprint("c", i), 1))
			if err == nil {
				wins.Store(i, seq)
			} else {
				losses.Store(i, err)
			}
		})
	}
	wg.Wait()
	stored := mustLoad(t, st, h.topic(1), 0)
	wins.Range(func(i, seq any) bool {
		if len(stored) != 1 || stored[0].Command != fmt.Sprint("c", i) || stored[0].Seq != seq {
			t.Errorf("%v was acknowledged at %v, stored is %+v", i, seq, stored)
		}
		return true
	})
	losses.Range(func(i, err any) bool {
		if !errors.Is(err.(error), es.ErrConflict) {
			t.Errorf("%v lost with %v", i, err)
		}
		return true
	})
}

func refuses(t *testing.T, h Harness) {
	st := h.Open(t)
	large := commit("c1", 1)
	large.Events[0].Data = json.RawMessage(`"` + strings.Repeat("x", 9<<20) + `"`)
	if _, err := st.Append(bounded(t), h.topic(1), 0, large); !errors.Is(err, es.ErrTooLarge) {
		t.Errorf("9 MiB: %v", err)
	}
	if _, err := st.Append(bounded(t), h.topic(1), 0, es.Commit{Command: "c1"}); !errors.Is(err, es.ErrWire) {
		t.Errorf("no events: %v", err)
	}
	if got := mustLoad(t, st, h.topic(1), 0); len(got) != 0 {
		t.Errorf("stored: %+v", got)
	}
}

func manyTopics(t *testing.T, h Harness) {
	st := h.Open(t)
	const topics, each = 40, 6
	ends := map[int]uint64{}
	for n := range each {
		for i := range topics {
			ends[i] = mustAppend(t, st, h.topic(i), ends[i], commit(fmt.Sprintf("c%d-%d", i, n), 1+n%2))
		}
	}
	for i := range topics {
		got := mustLoad(t, st, h.topic(i), 0)
		if len(got) != each || got[each-1].Seq != ends[i] {
			t.Fatalf("topic %d holds %d commits, want %d up to %d", i, len(got), each, ends[i])
		}
		for n, c := range got {
			if c.Command != fmt.Sprintf("c%d-%d", i, n) {
				t.Fatalf("topic %d, commit %d is %s", i, n, c.Command)
			}
		}
	}
}

func survivesRestart(t *testing.T, h Harness) {
	st := h.Open(t)
	before, err := st.Identity(bounded(t))
	if err != nil {
		t.Fatal(err)
	}
	seq := mustAppend(t, st, h.topic(1), 0, commit("c1", 2))
	h.Restart(t)
	seq = insist(t, st, h.topic(1), seq, commit("c2", 1))
	if got := mustLoad(t, st, h.topic(1), 0); len(got) != 2 || got[0].Command != "c1" || len(got[0].Events) != 2 {
		t.Errorf("stored: %+v", got)
	}
	if last, err := st.Last(bounded(t)); err != nil || last != seq {
		t.Errorf("last is %d (%v), want %d", last, err, seq)
	}
	if after, err := st.Identity(bounded(t)); err != nil || after != before {
		t.Errorf("identity was %q and is %q (%v)", before, after, err)
	}
}

func lastIsFresh(t *testing.T, h Harness) {
	here, there := h.Open(t), h.Open(t)
	if last, err := here.Last(bounded(t)); err != nil || last != 0 {
		t.Fatalf("an empty journal ends at %d (%v)", last, err)
	}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			var seq uint64
			for n := range 20 {
				var err error
				if seq, err = here.Append(bounded(t), h.topic(i), seq, commit(fmt.Sprintf("c%d-%d", i, n), 1)); err != nil {
					t.Error(err)
					return
				}
				if last, err := there.Last(bounded(t)); err != nil || last < seq {
					t.Errorf("%d is acknowledged, last is %d (%v)", seq, last, err)
				}
			}
		})
	}
	wg.Wait()
}

func hasIdentity(t *testing.T, h Harness) {
	st := h.Open(t)
	mustAppend(t, st, h.topic(1), 0, commit("c1", 1))
	one, err := st.Identity(bounded(t))
	if err != nil || one == "" {
		t.Fatalf("identity %q, %v", one, err)
	}
	if again, _ := h.Open(t).Identity(bounded(t)); again != one {
		t.Errorf("one replica says %q, another %q", one, again)
	}
	h.Remake(t)
	st = h.Open(t)
	if other, err := st.Identity(bounded(t)); err != nil || other == one || other == "" {
		t.Errorf("made anew it is still %q (%v)", other, err)
	}
	if last, err := st.Last(bounded(t)); err != nil || last != 0 {
		t.Errorf("made anew it ends at %d (%v)", last, err)
	}
}

func obeysContext(t *testing.T, h Harness) {
	st := h.Open(t)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for name, do := range map[string]func() error{
		"append": func() error { _, err := st.Append(ended, h.topic(1), 0, commit("c1", 1)); return err },
		"load":   func() error { _, err := st.Load(ended, h.topic(1), 0); return err },
		"tail":   func() error { return st.Tail(ended, 0, func([]es.Recorded, bool) error { return nil }) },
		"due":    func() error { return st.Due(ended, func(context.Context, string, []byte) error { return nil }) },
	} {
		if err := do(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
