package storage

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestDirectoryGoesAsAWhole(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "d/e/f", "1")
	seen := "never called"
	must(t, tree.Remove("d", func() {
		seen = "nothing"
		if l, err := tree.List("", "", 10); err != nil || len(l.Entries) > 0 {
			seen = "something"
		}
		if _, err := tree.Stat("d/e/f"); !fault.Is(err, fault.Missing) {
			seen = "the file"
		}
	}))
	if seen != "nothing" || len(entries(t, dir)) != 0 {
		t.Errorf("seen while it went: %s; left: %v", seen, entries(t, dir))
	}
}

// TestRemovesWhatItsOwnerMayNotWrite: package managers leave directories that
// are not writable. It works as an ordinary user, since nothing stops root.
func TestRemovesWhatItsOwnerMayNotWrite(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "d/closed/locked/f", "1")
	put(t, tree, "d/g", "1")
	const nobody = 65534
	for _, p := range []string{"d/closed/locked/f", "d/closed/locked", "d/closed", "d/g", "d", ""} {
		if os.Getuid() == 0 {
			must(t, os.Lchown(filepath.Join(dir, p), nobody, nobody))
		}
	}
	must(t, os.Chmod(filepath.Join(dir, "d/closed/locked"), 0))
	must(t, os.Chmod(filepath.Join(dir, "d/closed"), 0o555))
	if os.Getuid() == 0 {
		must(t, os.Chmod(filepath.Dir(dir), 0o755)) // homes, which nobody must pass
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlock: the thread ends with the goroutine
		if os.Getuid() == 0 {
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
		}
		done <- tree.Remove("d", unseen)
	}()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := entries(t, dir); !slices.Equal(got, nil) {
		t.Errorf("left: %v", got)
	}
}
