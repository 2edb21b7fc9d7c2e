package view

import (
	"errors"
	"testing"
)

// TestMemoKnowsTheMoment: an answer is good for one state of the view, and one
// that was read slowly does not replace what is newer.
func TestMemoKnowsTheMoment(t *testing.T) {
	t.Parallel()
	var m Memo[string]
	at := func(position uint64) moment { return moment{nil, position} }
	m.keep(at(5), "a", "at 5")
	if v, ok := m.find(at(5), "a"); !ok || v != "at 5" {
		t.Errorf("%q, %v", v, ok)
	}
	for _, p := range []uint64{4, 6} {
		if v, ok := m.find(at(p), "a"); ok {
			t.Errorf("at %d: %q", p, v)
		}
	}
	m.keep(at(6), "b", "at 6")
	m.keep(at(5), "b", "late")
	if v, _ := m.find(at(6), "b"); v != "at 6" {
		t.Errorf("a late answer has replaced a newer one: %q", v)
	}
	if _, ok := m.find(at(6), "a"); ok {
		t.Error("an answer has outlived its moment")
	}
}

func TestMemoKeepsNoErrorsAndIsBounded(t *testing.T) {
	t.Parallel()
	v := grown(t, told(t))
	var m Memo[int]
	for range 2 {
		if _, err := m.Get(v, "x", func() (int, error) { return 1, errors.New("away") }); err == nil {
			t.Error("no error")
		}
	}
	for i := range 3 * maxMemo {
		m.keep(moment{v.DB(), v.Position()}, string(rune(i)), i)
	}
	if len(m.kept) > maxMemo {
		t.Errorf("%d answers are kept", len(m.kept))
	}
}
