//go:build faults

package faults

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// TestLostDiskOfFiles takes the disk of homes and working directories away,
// makes it read-only, and gives it back: files are turned away meanwhile, and
// are there again afterwards.
func TestLostDiskOfFiles(t *testing.T) {
	s := prepared(t)
	real := filepath.Join(s.Dir, "network-disk")
	if err := os.Mkdir(real, 0o700); err != nil {
		t.Fatal(err)
	}
	attach := func() { mount(t, real, s.Site(), "", syscall.MS_BIND, "") }
	attach()
	if err := s.StartAll(stage.Parts(), time.Minute); err != nil {
		t.Fatal(err)
	}
	c := patient(t, s.Gateway(1))
	if err := c.upload(t); err != nil {
		t.Fatal(err)
	}
	read := func() error {
		_, err := c.Do(t.Context(), "GET", "/api/v1/storages/home/files/note", nil, new(string))
		return err
	}

	unmount(t, s.Site())
	if err := c.upload(t); !unavailable(err) {
		t.Errorf("upload to a lost disk: %v", err)
	}
	if err := read(); !unavailable(err) {
		t.Errorf("download from a lost disk: %v", err)
	}
	id := c.submit(t, "during-the-loss", object{"executable": "/bin/true"})
	attach()
	eventually(t, "the file is there again", func() bool { return read() == nil })
	if j := c.ended(t, id); j.State != "succeeded" {
		t.Errorf("the job submitted during the loss %s: %s", j.State, j.Reason)
	}

	mount(t, "", s.Site(), "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, "")
	if err := c.upload(t); !unavailable(err) {
		t.Errorf("upload to a disk that cannot be written: %v", err)
	}
	if err := read(); err != nil {
		t.Errorf("download from a disk that can still be read: %v", err)
	}
	mount(t, "", s.Site(), "", syscall.MS_REMOUNT|syscall.MS_BIND, "")
	eventually(t, "files are taken again", func() bool { return c.upload(t) == nil })
	id = c.submit(t, "after-the-loss", object{"executable": "/bin/true"})
	if j := c.ended(t, id); j.State != "succeeded" {
		t.Errorf("job %s: %s", j.State, j.Reason)
	}
}
