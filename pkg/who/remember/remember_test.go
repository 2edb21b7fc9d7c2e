package remember_test

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who/remember"
)

func TestForgetsAtItsTime(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	m := remember.New[string, int](10, func() time.Time { return now })
	m.Put("a", 1, now.Add(time.Minute))
	if v, ok := m.Get("a"); !ok || v != 1 {
		t.Fatalf("before its time: %v, %v", v, ok)
	}
	now = now.Add(time.Minute)
	if v, ok := m.Get("a"); ok {
		t.Fatalf("at its time it is still %v", v)
	}
	if m.Len() != 0 {
		t.Fatalf("an ended entry still takes room: %d", m.Len())
	}
}

func TestForgetsTheLeastRecentlyUsed(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	m := remember.New[string, int](2, func() time.Time { return now })
	until := now.Add(time.Hour)
	m.Put("a", 1, until)
	m.Put("b", 2, until)
	m.Get("a")
	m.Put("c", 3, until)
	if _, ok := m.Get("b"); ok {
		t.Error("b was used least recently and is still there")
	}
	if _, ok := m.Get("a"); !ok {
		t.Error("a was used recently and is gone")
	}
	if m.Len() != 2 {
		t.Errorf("%d entries, bound is 2", m.Len())
	}
}

func TestPutReplaces(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	m := remember.New[string, int](2, func() time.Time { return now })
	m.Put("a", 1, now.Add(time.Hour))
	m.Put("a", 2, now.Add(time.Second))
	if v, _ := m.Get("a"); v != 2 || m.Len() != 1 {
		t.Fatalf("a = %d of %d entries", v, m.Len())
	}
	now = now.Add(time.Second)
	if _, ok := m.Get("a"); ok {
		t.Fatal("the new end was not taken over")
	}
}
