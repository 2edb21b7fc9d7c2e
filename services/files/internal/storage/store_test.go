package storage

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestStoreHasThreeWays(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	for _, c := range []struct {
		exists        Exists
		path, body    string
		want, refused string
	}{
		{Refuse, "new", "one", "one", ""},
		{Refuse, "new", "two", "one", "files.exists"},
		{Extend, "new", "+two", "one+two", ""},
		{Extend, "a/b/c", "first", "first", ""},
		{Replace, "new", "three", "three", ""},
	} {
		_, err := tree.Store(t.Context(), c.path, strings.NewReader(c.body), How{Limit: 100, Exists: c.exists})
		if f := fault.From(err); (f == nil) != (c.refused == "") || f != nil && (f.Code != c.refused || f.Kind != fault.Conflict || !strings.Contains(f.Message, c.path)) {
			t.Errorf("%+v: %v", c, err)
		}
		if got := get(t, tree, c.path); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if got := entries(t, dir); !slices.Equal(got, []string{"a", "new"}) {
		t.Errorf("left behind: %v", got)
	}
}

func TestCutExtensionChangesNothing(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "f", "old")
	cut := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF))
	_, err := tree.Store(t.Context(), "f", cut, How{Limit: 100, Exists: Extend})
	want(t, "cut", err, fault.Invalid)
	_, err = tree.Store(t.Context(), "f", strings.NewReader("12345678"), How{Limit: 10, Exists: Extend})
	want(t, "old and new are too much together", err, fault.Exhausted)
	if get(t, tree, "f") != "old" || len(entries(t, dir)) != 1 {
		t.Error("something changed")
	}
}

func TestPermissionsOfWhatIsStored(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	none, script := fs.FileMode(0), fs.FileMode(0o754)
	for _, c := range []struct {
		how  How
		want fs.FileMode
	}{
		{How{}, 0o600}, {How{New: 0o700}, 0o600}, {How{Always: &script}, 0o754}, {How{}, 0o754}, {How{Always: &none}, 0},
	} {
		c.how.Limit = 10
		if _, err := tree.Store(t.Context(), "f", strings.NewReader("x"), c.how); err != nil {
			t.Fatal(err)
		}
		if fi, err := os.Stat(filepath.Join(dir, "f")); err != nil || fi.Mode().Perm() != c.want {
			t.Errorf("%+v: %v, %v", c.how, fi.Mode(), err)
		}
	}
	if f, err := tree.Store(t.Context(), "new", strings.NewReader("x"), How{Limit: 10, New: 0o700}); err != nil || f.Mode != 0o700 {
		t.Errorf("a new one: %+v, %v", f, err)
	}
}

// TestOneOfManyCreates: of those who come at once, one finds nothing there.
func TestOneOfManyCreates(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 16 {
		wg.Go(func() {
			_, err := tree.Store(t.Context(), "f", strings.NewReader("x"), How{Limit: 10, Exists: Refuse})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if fault.From(err).Code != "files.exists" || !errors.Is(err, os.ErrExist) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if won != 1 || len(entries(t, dir)) != 1 {
		t.Errorf("%d made it, %v", won, entries(t, dir))
	}
}

func TestLinksToTheOutsideAreMadeButNotFollowed(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	outside := filepath.Join(t.TempDir(), "data")
	must(t, os.WriteFile(outside, []byte("outside"), 0o600))
	for range 2 { // once more does no harm
		f, err := tree.Link("in/data", outside, How{})
		if err != nil || !f.Link || f.Path != "/in/data" {
			t.Fatalf("%+v, %v", f, err)
		}
	}
	if to, err := os.Readlink(filepath.Join(dir, "in/data")); err != nil || to != outside {
		t.Errorf("leads to %q, %v", to, err)
	}
	_, err := tree.Link("in/data", outside, How{Exists: Refuse})
	want(t, "there already", err, fault.Conflict)
	for op, err := range every(t.Context(), tree, "in/data") {
		want(t, op, err, fault.Denied)
	}
	put(t, tree, "file", "x")
	_, err = tree.Link("file", outside, How{})
	want(t, "in place of a file", err, "")
	_, err = tree.Link("in", outside, How{})
	want(t, "in place of a directory", err, fault.Conflict)
	if b, _ := os.ReadFile(outside); string(b) != "outside" {
		t.Errorf("the file outside is %q", b)
	}
}

func TestSelectAll(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	for _, p := range []string{"d/a", "d/sub/b", "d/sub/deep/c", "other"} {
		put(t, tree, p, "123")
	}
	must(t, os.Symlink("/etc", filepath.Join(dir, "d/etc")))
	must(t, os.Symlink("../other", filepath.Join(dir, "d/in")))
	s, err := tree.SelectAll(t.Context(), "d", Bounds{10, 100})
	names := slices.Sorted(slices.Values(s.Names()))
	if err != nil || !slices.Equal(names, []string{"a", "in", "sub/b", "sub/deep/c"}) {
		t.Errorf("%v, %v", names, err)
	}
	for _, b := range []Bounds{{3, 100}, {10, 11}} {
		_, err = tree.SelectAll(t.Context(), "d", b)
		want(t, "too much", err, fault.Exhausted)
	}
	_, err = tree.SelectAll(t.Context(), "d/a", Bounds{10, 100})
	want(t, "no directory", err, fault.Conflict)
}
