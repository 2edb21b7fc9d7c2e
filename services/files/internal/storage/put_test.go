package storage

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// entries are the names in a directory on the disk, hidden ones included.
func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	es, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range es {
		names = append(names, e.Name())
	}
	return names
}

// covers: U4-106
func TestPutMakesParentsAndReplaces(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "some/new/dir/file", "one")
	must(t, os.Chmod(filepath.Join(dir, "some/new/dir/file"), 0o750))
	put(t, tree, "some/new/dir/file", "two!")
	f, err := tree.Stat("some/new/dir/file")
	if err != nil || f.Size != 4 || f.Mode != 0o750 || f.Dir || f.Name != "file" {
		t.Errorf("stat: %+v, %v", f, err)
	}
	if got := entries(t, filepath.Join(dir, "some/new/dir")); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestPutConflicts(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "dir/file", "x")
	for _, p := range []string{"", "/", "dir", "dir/file/below", "dir/file/far/below"} {
		_, err := tree.Put(t.Context(), p, strings.NewReader("y"), 10)
		want(t, "put "+p, err, fault.Conflict)
	}
	_, err := tree.MakeDir("dir/file")
	want(t, "a directory where a file is", err, fault.Conflict)
	_, err = tree.MakeDir("dir/file/below")
	want(t, "a directory below a file", err, fault.Conflict)
	if get(t, tree, "dir/file") != "x" || len(entries(t, dir)) != 1 {
		t.Error("something changed")
	}
}

func TestCutUploadChangesNothing(t *testing.T) {
	t.Parallel()
	const content = "new content that never arrives whole"
	for _, before := range []string{"", "old"} {
		tree, dir := open(t)
		if before != "" {
			put(t, tree, "f", before)
		}
		for n := range len(content) {
			body := io.MultiReader(strings.NewReader(content[:n]), iotest.ErrReader(io.ErrUnexpectedEOF))
			_, err := tree.Put(t.Context(), "f", body, 1<<20)
			want(t, "cut", err, fault.Invalid)
		}
		if before == "" {
			if got := entries(t, dir); len(got) != 0 {
				t.Errorf("left behind: %v", got)
			}
		} else if got := get(t, tree, "f"); got != before || len(entries(t, dir)) != 1 {
			t.Errorf("content %q, entries %v", got, entries(t, dir))
		}
	}
}

func TestPutStopsWithItsContextAndItsLimit(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	read := 0
	endless := readerFunc(func(b []byte) (int, error) {
		if read += len(b); read > 1<<20 {
			cancel()
		}
		return len(b), nil
	})
	_, err := tree.Put(ctx, "f", endless, 1<<40)
	want(t, "cancelled", err, fault.Timeout)

	_, err = tree.Put(t.Context(), "f", strings.NewReader("12345"), 4)
	want(t, "over the limit", err, fault.Exhausted)
	if s := fault.From(err).Status; s != 413 {
		t.Errorf("status %d", s)
	}
	if got := entries(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	_, err = tree.Put(t.Context(), "f", strings.NewReader("1234"), 4)
	want(t, "exactly the limit", err, "")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestNoSpaceSaysSo(t *testing.T) {
	t.Parallel()
	f := fault.From(toFault(&os.PathError{Op: "write", Path: "f", Err: syscall.ENOSPC}, "f"))
	if f.Kind != fault.Unavailable || f.RetryAfter <= 0 || f.Code != "files.no_space" {
		t.Errorf("a full disk: %+v", f)
	}
	f = fault.From(toFault(&os.PathError{Op: "write", Path: "f", Err: syscall.EDQUOT}, "f"))
	if f.Kind != fault.Exhausted || f.Status != 507 || f.Code != "files.quota" {
		t.Errorf("a used up quota: %+v", f)
	}
	f = fault.From(toFault(&os.PathError{Op: "read", Path: "f", Err: syscall.EIO}, "f"))
	if f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
		t.Errorf("a broken disk: %+v", f)
	}
}

// TestReadersSeeWholeFiles overwrites a file while others read it: each reads
// one version, never a mixture and never nothing.
func TestReadersSeeWholeFiles(t *testing.T) {
	t.Parallel()
	tree, _ := open(t)
	version := func(i int) string { return strings.Repeat(string(rune('a'+i%26)), 1000+i%7) }
	put(t, tree, "f", version(0))
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for !stop.Load() {
				got := get(t, tree, "f")
				if len(got) < 1000 || strings.Trim(got, got[:1]) != "" {
					t.Errorf("a mixture of %d bytes", len(got))
					return
				}
			}
		})
	}
	for i := range 100 {
		put(t, tree, "f", version(i))
	}
	stop.Store(true)
	wg.Wait()
}

func TestSweepFinishesWhatTheDeadLeft(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	d, err := NewDisk(base, filepath.Join(base, "jobs"))
	must(t, err)
	dir := filepath.Join(base, "jobs", "j1", "deep")
	must(t, os.MkdirAll(dir, 0o700))
	now := time.Now()
	for name, age := range map[string]time.Duration{
		partPrefix + "OLD": 2 * time.Hour, partPrefix + "NEW": 0, "data": 2 * time.Hour,
	} {
		p := filepath.Join(dir, name)
		must(t, os.WriteFile(p, []byte("x"), 0o600))
		must(t, os.Chtimes(p, now.Add(-age), now.Add(-age)))
	}
	must(t, os.MkdirAll(filepath.Join(dir, gonePrefix+"NEW", "deep"), 0o700))
	must(t, os.WriteFile(filepath.Join(base, "jobs", "stray-file"), nil, 0o600))
	must(t, d.Sweep(t.Context(), now.Add(-time.Hour)))
	if got := entries(t, dir); len(got) != 2 {
		t.Errorf("left: %v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Sweep(ctx, now); !errors.Is(err, context.Canceled) {
		t.Errorf("swept on: %v", err)
	}
}
