package es_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
)

// counting counts loads.
type counting struct {
	es.Store
	loads int
}

func (c *counting) Load(ctx context.Context, topic string, after uint64) ([]es.Recorded, error) {
	c.loads++
	return c.Store.Load(ctx, topic, after)
}

// adder is a domain that adds numbers up.
func adder() es.Decider[int, int, int] {
	return es.Decider[int, int, int]{
		Decide: func(_, c int) ([]int, error) { return []int{c}, nil },
		Evolve: func(s, e int) int { return s + e },
		Codec: es.Codec[int]{
			Encode: func(e int) (string, any) { return "added.v1", e },
			Decode: func(_ string, data json.RawMessage) (int, bool, error) {
				n, err := strconv.Atoi(string(data))
				return n, true, err
			},
		},
	}
}

func TestMemorySavesLoadsWithinItsBound(t *testing.T) {
	t.Parallel()
	st := &counting{Store: esmem.New()}
	mem := es.NewMemory[int](2)
	n := 0
	add := func(topic string) (sum, loads int) {
		t.Helper()
		n++
		before := st.loads
		out, err := es.Handle(t.Context(), st, mem, adder(), topic, es.Meta{Command: fmt.Sprint("c", n), Source: "/test"}, 1)
		if err != nil {
			t.Fatal(err)
		}
		return out.State, st.loads - before
	}
	for _, step := range []struct {
		topic      string
		sum, loads int
	}{
		{"a", 1, 1}, {"a", 2, 0}, {"b", 1, 1}, {"a", 3, 0},
		{"c", 1, 1}, // b is the least recently used: it is forgotten
		{"a", 4, 0}, {"b", 2, 1},
		{"c", 2, 1}, // forgotten for b
		{"b", 3, 0},
	} {
		if sum, loads := add(step.topic); sum != step.sum || loads != step.loads {
			t.Errorf("%s: sum %d with %d loads, want %d with %d", step.topic, sum, loads, step.sum, step.loads)
		}
	}
}

func TestALongTopicStaysCheap(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	mem := es.NewMemory[int](1)
	const n = 3000
	for i := range n {
		out, err := es.Handle(t.Context(), st, mem, adder(), "a", es.Meta{Command: fmt.Sprint("c", i), Source: "/test"}, 1)
		if err != nil || out.State != i+1 {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	// The oldest command is still known.
	out, err := es.Handle(t.Context(), st, mem, adder(), "a", es.Meta{Command: "c0", Source: "/test"}, 1)
	if err != nil || out.State != n || len(out.Events) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
}
