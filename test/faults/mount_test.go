//go:build faults

package faults

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// disk is a small file system of its own.
type disk struct{ dir string }

// smallDisk mounts a disk of some MiB; that needs root.
func smallDisk(t *testing.T, dir string, size int) disk {
	t.Helper()
	mount(t, "tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", size))
	return disk{dir}
}

func mount(t *testing.T, source, dir, fstype string, flags uintptr, data string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount(source, dir, fstype, flags, data); err != nil {
		t.Fatalf("mount %s: %v (these tests need root)", dir, err)
	}
	t.Cleanup(func() { unmount(t, dir) })
}

// unmount takes a disk away at once, whoever uses it. One that is gone is fine.
func unmount(t *testing.T, dir string) {
	t.Helper()
	if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil && !errors.Is(err, syscall.EINVAL) {
		t.Errorf("unmount %s: %v", dir, err)
	}
}

func (d disk) ballast() string { return filepath.Join(d.dir, "ballast") }

// fill leaves no byte free.
func (d disk) fill(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for chunk := make([]byte, 1<<20); len(chunk) > 0; {
		n, err := f.Write(chunk)
		switch {
		case errors.Is(err, syscall.ENOSPC):
			chunk = chunk[:(len(chunk)-n)/2]
		case err != nil:
			t.Fatal(err)
		}
	}
}

// clear makes room again.
func (d disk) clear(t *testing.T) {
	t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		t.Fatal(err)
	}
}
