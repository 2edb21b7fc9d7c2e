package oidcverify_test

import (
	"errors"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestKeyRotationIsSeen(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	old := i.token("k1", i.edKey("k1"), nil)
	if _, _, err := v.Verify(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	next := i.token("k2", i.edKey("k2"), nil)
	if _, _, err := v.Verify(t.Context(), next); err != nil {
		t.Fatalf("a token of the new key: %v", err)
	}
	if _, _, err := v.Verify(t.Context(), old); err != nil {
		t.Fatalf("a token of the old key: %v", err)
	}
	if n := i.fetched.Load(); n != 2 {
		t.Errorf("the keys were fetched %d times, 2 are enough", n)
	}
}

func TestUnavailableKeysAreNotTheTokensFault(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	token := i.token("k1", i.edKey("k1"), nil)
	for name, down := range map[string]error{
		"lost":    errors.New("no responders"),
		"refused": fault.New(fault.Denied, "x", "x"), // whatever the reason is, it is not this caller's
	} {
		i.fail(down)
		_, _, err := v.Verify(t.Context(), token)
		if f := fault.From(err); f == nil || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	i.fail(nil)
	if _, _, err := v.Verify(t.Context(), token); err != nil {
		t.Fatalf("the keys are back: %v", err)
	}
	i.fail(errors.New("lost again"))
	if _, _, err := v.Verify(t.Context(), i.token("k2", i.edKey("k2"), nil)); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("a token of an unknown key while the keys are unavailable: %v", err)
	}
	if _, _, err := v.Verify(t.Context(), token); err != nil {
		t.Fatalf("a known key needs no fetch: %v", err)
	}
}

func TestMadeUpKeysDoNotFloodTheIssuer(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	key := i.edKey("k1")
	for range 100 {
		if _, _, err := v.Verify(t.Context(), i.token("made-up", key, nil)); !fault.Is(err, fault.Unauthenticated) {
			t.Fatal(err)
		}
	}
	if n := i.fetched.Load(); n > 5 {
		t.Errorf("100 made-up keys in one instant were %d questions", n)
	}
	i.now.Add(1)
	if _, _, err := v.Verify(t.Context(), i.token("k2", i.edKey("k2"), nil)); err != nil {
		t.Fatalf("a second later a real new key is found: %v", err)
	}
}
