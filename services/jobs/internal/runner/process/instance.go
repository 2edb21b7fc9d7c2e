package process

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// An instance of the executor has a directory <state>/runs/<random>.<boot>
// for the records of its runs. The next instance renames it to ….closed: from
// then on no supervisor can claim in it, while those that have claimed keep
// their open record.
const closedSuffix = ".closed"

// lockPatience covers the moment in which a child of a killed runner still
// holds a copy of the lock, until its exec.
const lockPatience = 2 * time.Second

func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	give := time.Now().Add(lockPatience)
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) || time.Now().After(give) {
			f.Close()
			return nil, fmt.Errorf("state directory %s is in use by another runner: %w", dir, err)
		}
		<-time.After(10 * time.Millisecond)
	}
}

func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "unknown"
	}
	return strings.ReplaceAll(strings.TrimSpace(string(b)), "-", "")
}

// closeInstances shuts the directories of earlier instances and lists them.
// complete: at least one is of this boot, and none of an earlier one.
func closeInstances(runs, boot string) (closed []string, complete bool, err error) {
	if err := os.MkdirAll(runs, 0o700); err != nil {
		return nil, false, err
	}
	entries, err := os.ReadDir(runs)
	if err != nil {
		return nil, false, err
	}
	complete = len(entries) > 0
	for _, e := range entries {
		path := filepath.Join(runs, e.Name())
		open, isClosed := strings.CutSuffix(path, closedSuffix)
		if !isClosed {
			path += closedSuffix
			if err := os.Rename(open, path); err != nil {
				return nil, false, err
			}
		}
		if !strings.HasSuffix(open, "."+boot) {
			complete = false
		}
		closed = append(closed, path)
	}
	return closed, complete, nil
}

// openInstance makes the directory of a new instance, and makes it last.
func openInstance(runs, boot string) (string, error) {
	dir := filepath.Join(runs, strings.ToLower(rand.Text()[:10])+"."+boot)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	d, err := os.Open(runs)
	if err != nil {
		return "", err
	}
	return dir, errors.Join(d.Sync(), d.Close())
}
