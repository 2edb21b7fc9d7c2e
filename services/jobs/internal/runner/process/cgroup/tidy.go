package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Prefix begins the names of all groups that are made here.
const Prefix = "heddle-"

// youth is how long a group stays even if nobody seems to use it: whoever
// made it may be about to.
const youth = time.Minute

// Tidy removes the empty groups of the base that nobody uses any more, as a
// runner leaves when it is killed together with its keeper and its state is
// taken away. alive tells whether who used the group of a name, without the
// prefix, may still do so. Nothing is killed.
func (b Base) Tidy(now time.Time, alive func(name string) bool) error {
	if b.Dir == "" {
		return nil
	}
	entries, err := os.ReadDir(b.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, ours := strings.CutPrefix(e.Name(), Prefix)
		info, gone := e.Info()
		if !ours || !e.IsDir() || gone != nil || now.Sub(info.ModTime()) < youth || alive(name) {
			continue
		}
		err = errors.Join(err, unlessGone(removeEmpty(filepath.Join(b.Dir, e.Name()))))
	}
	return err
}

// removeEmpty removes a group and those below it, unless one has processes.
func removeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := unlessGone(os.Remove(filepath.Join(dir, e.Name()))); err != nil {
				return fmt.Errorf("control group %s: %w", dir, err)
			}
		}
	}
	return os.Remove(dir)
}
