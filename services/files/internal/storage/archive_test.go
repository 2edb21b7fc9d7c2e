package storage

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func untar(t *testing.T, r io.Reader) map[string]string {
	t.Helper()
	zip, err := gzip.NewReader(r)
	must(t, err)
	files := map[string]string{}
	for in := tar.NewReader(zip); ; {
		h, err := in.Next()
		if err == io.EOF {
			return files
		}
		must(t, err)
		b, err := io.ReadAll(in)
		must(t, err)
		files[h.Name] = string(b)
	}
}

func TestArchiveSelects(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	for _, p := range []string{"w/a.txt", "w/b.txt", "w/sub/c.txt", "w/sub/deep/d.txt", "w/[x]", "other/e.txt"} {
		put(t, tree, p, "in "+p)
	}
	must(t, os.Symlink("sub/c.txt", filepath.Join(dir, "w/link")))
	must(t, os.Symlink("sub", filepath.Join(dir, "w/dirlink")))
	must(t, os.Symlink("/etc/passwd", filepath.Join(dir, "w/evil")))
	must(t, os.Symlink("../a.txt", filepath.Join(dir, "w/sub/a.txt")))
	must(t, os.Symlink("../a.txt", filepath.Join(dir, "w/sub/other")))
	for name, c := range map[string]struct {
		patterns []string
		files    map[string]string
	}{
		"nothing asked": {nil, map[string]string{}},
		"nothing there": {[]string{"nothing", "*.dat", "no/where"}, map[string]string{}},
		"names":         {[]string{"a.txt", "sub/c.txt"}, map[string]string{"a.txt": "in w/a.txt", "sub/c.txt": "in w/sub/c.txt"}},
		"glob":          {[]string{"*.txt"}, map[string]string{"a.txt": "in w/a.txt", "b.txt": "in w/b.txt"}},
		"glob in path":  {[]string{"s*/c.txt", "*/*/d.txt"}, map[string]string{"sub/c.txt": "in w/sub/c.txt", "sub/deep/d.txt": "in w/sub/deep/d.txt"}},
		"twice":         {[]string{"a.txt", "a.*", "/a.txt"}, map[string]string{"a.txt": "in w/a.txt"}},
		"escaped":       {[]string{`\[x\]`}, map[string]string{"[x]": "in w/[x]"}},
		"link":          {[]string{"link"}, map[string]string{"link": "in w/sub/c.txt"}},
		"shared":        {[]string{"sub/*"}, map[string]string{"sub/c.txt": "in w/sub/c.txt", "sub/other": "in w/a.txt"}},
		"shared, named": {[]string{"sub/a.txt"}, map[string]string{"sub/a.txt": "in w/a.txt"}},
		"link out":      {[]string{"evil", "dirlink", "sub"}, map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := tree.Select(t.Context(), "w", c.patterns, Bounds{100, 1 << 20})
			must(t, err)
			var b bytes.Buffer
			must(t, tree.Archive(t.Context(), &b, s))
			if got := untar(t, &b); !maps.Equal(got, c.files) {
				t.Errorf("got %v, want %v", got, c.files)
			}
		})
	}
}

// What the parts of a sweep share is in the whole once, and in none of them.
func TestArchiveOfASweep(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "in", "1234567890")
	for _, part := range []string{"0", "1"} {
		put(t, tree, part+"/stdout", part)
		must(t, os.Symlink("../in", filepath.Join(dir, part, "in")))
	}
	for of, want := range map[string][]string{"": {"in", "0/stdout", "1/stdout"}, "1": {"stdout"}} {
		s, err := tree.SelectAll(t.Context(), of, Bounds{10, 15})
		must(t, err)
		if got := s.Names(); !maps.Equal(set(got), set(want)) {
			t.Errorf("of %q: %q, want %q", of, got, want)
		}
	}
}

func set(names []string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

func TestArchiveRefuses(t *testing.T) {
	t.Parallel()
	tree, _ := open(t)
	put(t, tree, "w/a", "12345")
	put(t, tree, "w/b", "12345")
	for name, c := range map[string]struct {
		dir      string
		patterns []string
		bounds   Bounds
		kind     fault.Kind
	}{
		"too many files":    {"w", []string{"*"}, Bounds{1, 100}, fault.Exhausted},
		"too many bytes":    {"w", []string{"*"}, Bounds{10, 9}, fault.Exhausted},
		"just enough":       {"w", []string{"*"}, Bounds{2, 10}, ""},
		"malformed":         {"w", []string{"[a"}, Bounds{2, 10}, fault.Invalid},
		"escape":            {"w", []string{"../w/a"}, Bounds{2, 10}, fault.Denied},
		"too many patterns": {"w", make([]string, maxPatterns+1), Bounds{2, 10}, fault.Invalid},
		"of a file":         {"w/a", []string{"*"}, Bounds{2, 10}, fault.Conflict},
		"of nothing":        {"x", []string{"*"}, Bounds{2, 10}, fault.Missing},
	} {
		_, err := tree.Select(t.Context(), c.dir, c.patterns, c.bounds)
		want(t, name, err, c.kind)
	}
}

func TestArchiveOfWhatChanges(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "gone", "1")
	put(t, tree, "grown", "1")
	s, err := tree.Select(t.Context(), "", []string{"*"}, Bounds{10, 10})
	must(t, err)
	must(t, os.Remove(filepath.Join(dir, "gone")))
	must(t, os.WriteFile(filepath.Join(dir, "grown"), []byte("12"), 0o600))
	var b bytes.Buffer
	must(t, tree.Archive(t.Context(), &b, s))
	if got := untar(t, &b); !maps.Equal(got, map[string]string{"grown": "12"}) {
		t.Errorf("got %v", got)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tree.Archive(ctx, io.Discard, s); !errors.Is(err, context.Canceled) {
		t.Errorf("went on: %v", err)
	}
	broken := writerFunc(func([]byte) (int, error) { return 0, io.ErrClosedPipe })
	put(t, tree, "grown", strings.Repeat("x", 1<<19))
	if err := tree.Archive(t.Context(), broken, s); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a broken reader: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
