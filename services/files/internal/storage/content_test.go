package storage

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestPutNamedAppearsWholeUnderItsName(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	called := func() (string, error) { return "by/content", nil }
	must(t, tree.PutNamed(t.Context(), strings.NewReader("x"), 1, called))
	must(t, tree.PutNamed(t.Context(), strings.NewReader("x"), 1, called))
	want(t, "too large", tree.PutNamed(t.Context(), strings.NewReader("xx"), 1, called), fault.Exhausted)
	no := fault.New(fault.Invalid, "no", "No.")
	if err := tree.PutNamed(t.Context(), strings.NewReader("x"), 1, func() (string, error) { return "", no }); !errors.Is(err, no) {
		t.Errorf("without a name: %v", err)
	}
	want(t, "a name that leads out", tree.PutNamed(t.Context(), strings.NewReader("x"), 1, func() (string, error) { return "../x", nil }), fault.Denied)
	left, _ := os.ReadDir(dir)
	if len(left) != 1 || get(t, tree, "by/content") != "x" {
		t.Errorf("left %v", left)
	}
	f, err := tree.Scratch()
	must(t, err)
	defer f.Close()
	if left, _ = os.ReadDir(dir); len(left) != 1 {
		t.Errorf("with scratch: %v", left)
	}
}

func TestRemoveUnusedLooksAtTheLastUse(t *testing.T) {
	t.Parallel()
	tree, _ := open(t)
	put(t, tree, "f", "x")
	at := time.Now()
	must(t, tree.Touch("f", at))
	if gone, err := tree.RemoveUnused("f", at); gone || err != nil || get(t, tree, "f") != "x" {
		t.Errorf("used just then: %v, %v", gone, err)
	}
	if gone, err := tree.RemoveUnused("f", at.Add(time.Second)); !gone || err != nil {
		t.Errorf("not used since: %v, %v", gone, err)
	}
	if gone, err := tree.RemoveUnused("f", at); gone || err != nil {
		t.Errorf("gone already: %v, %v", gone, err)
	}
	want(t, "touching it", tree.Touch("f", at), fault.Missing)
}
