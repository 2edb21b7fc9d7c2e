package storage

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// open returns a fresh tree and where it lies.
func open(t *testing.T) (*Tree, string) {
	t.Helper()
	base := t.TempDir()
	d, err := NewDisk(base, filepath.Join(base, "jobs"))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := d.Open(Key{Homes, "alice"}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree, filepath.Join(base, "homes", "alice")
}

func put(t *testing.T, tree *Tree, path, content string) {
	t.Helper()
	if _, err := tree.Put(t.Context(), path, strings.NewReader(content), 1<<20); err != nil {
		t.Fatalf("put %q: %v", path, err)
	}
}

func get(t *testing.T, tree *Tree, path string) string {
	t.Helper()
	f, fi, err := tree.Open(path)
	if err != nil {
		t.Fatalf("open %q: %v", path, err)
	}
	defer f.Close()
	b := make([]byte, fi.Size())
	if _, err := f.ReadAt(b, 0); err != nil && fi.Size() > 0 {
		t.Fatal(err)
	}
	return string(b)
}

// want fails unless err is a fault of the kind.
func want(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if kind == "" && err != nil || kind != "" && !fault.Is(err, kind) {
		t.Errorf("%s: got %v, want %q", what, err, kind)
	}
}

// must fails the test at once on an error of its own preparations.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// every runs each operation that takes a path.
func every(ctx context.Context, tree *Tree, path string) map[string]error {
	_, stat := tree.Stat(path)
	_, list := tree.List(path, "", 10)
	f, _, open := tree.Open(path)
	if open == nil {
		f.Close()
	}
	_, put := tree.Put(ctx, path, strings.NewReader("x"), 10)
	_, sel := tree.Select(ctx, path, []string{"*"}, Bounds{10, 10})
	return map[string]error{"stat": stat, "list": list, "open": open, "put": put, "select": sel}
}

func TestOnlyIdsNameTrees(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	d, err := NewDisk(base, filepath.Join(base, "jobs"))
	must(t, err)
	for _, name := range []string{"", ".", "..", "../homes", "a/b", "A", "a\x00", "a b", strings.Repeat("a", 129)} {
		_, err := d.Open(Key{Homes, name}, true)
		want(t, "open "+name, err, fault.Missing)
		if err := d.Destroy(Key{Homes, name}); err == nil {
			t.Errorf("destroyed %q", name)
		}
	}
	_, err = d.Open(Key{"elsewhere", "alice"}, true)
	want(t, "unknown kind", err, fault.Missing)
	_, err = d.Open(Key{Homes, "nobody"}, false)
	want(t, "not made", err, fault.Missing)
}

func TestTreeMustNotBeALink(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	d, err := NewDisk(base, filepath.Join(base, "jobs"))
	must(t, err)
	must(t, os.Mkdir(filepath.Join(base, "jobs", "hers"), 0o700))
	must(t, os.Symlink("hers", filepath.Join(base, "jobs", "mine")))
	must(t, os.Symlink("/etc", filepath.Join(base, "jobs", "etc")))
	for _, name := range []string{"mine", "etc"} {
		_, err := d.Open(Key{WorkDirs, name}, true)
		want(t, name, err, fault.Unavailable)
	}
}

func TestLostDiskHeals(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	d, err := NewDisk(base, filepath.Join(base, "jobs"))
	must(t, err)
	must(t, os.Rename(filepath.Join(base, "homes"), filepath.Join(base, "away")))
	_, err = d.Open(Key{Homes, "alice"}, true)
	want(t, "disk away", err, fault.Unavailable)
	if fault.From(err).RetryAfter <= 0 {
		t.Error("no hint when to try again")
	}
	must(t, os.Rename(filepath.Join(base, "away"), filepath.Join(base, "homes")))
	tree, err := d.Open(Key{Homes, "alice"}, true)
	must(t, err)
	tree.Close()
	if free, total := d.Space(Homes); free <= 0 || total < free {
		t.Errorf("free %d of %d bytes", free, total)
	}
}

// unseen is for removals of which nobody needs to hear.
func unseen() {}
