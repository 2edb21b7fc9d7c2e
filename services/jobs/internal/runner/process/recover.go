package process

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// Recover shuts out starts of earlier instances, opens this one, and takes
// over what they left. The order matters: after the renames nobody can claim
// in an old directory, so whoever has not is never going to run.
func (e *Executor) Recover() (executor.Left, error) {
	runs, boot := filepath.Join(e.cfg.State, "runs"), bootID()
	closed, complete, err := closeInstances(runs, boot)
	if err != nil {
		return executor.Left{}, err
	}
	if e.instance, err = openInstance(runs, boot); err != nil {
		return executor.Left{}, err
	}
	e.closed = closed
	left := executor.Left{Complete: complete}
	alive := supervisors()
	for _, dir := range closed {
		paths, err := filepath.Glob(filepath.Join(dir, journalPrefix+"*"))
		if err != nil {
			return left, err
		}
		for _, path := range paths {
			found, err := e.adoptAll(path, alive)
			left.Runs = append(left.Runs, found...)
			if err != nil {
				return left, err
			}
		}
	}
	return left, nil
}

// adoptAll takes over the runs of one journal of an earlier instance: those
// that are on record, and those whose supervisor has opened it already.
func (e *Executor) adoptAll(path string, alive map[claim]int) ([]executor.Run, error) {
	j, err := openJournal(path)
	if err != nil {
		return nil, err
	}
	keys, err := j.keys()
	if err != nil {
		return nil, err
	}
	before := filepath.Join(strings.TrimSuffix(filepath.Dir(path), closedSuffix), filepath.Base(path))
	for c := range alive {
		key, ok := executor.ParseKey(c.run)
		if ok && c.journal == before && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	j.open = len(keys) + 1 // not to be discarded under our hands
	runs := make([]executor.Run, 0, len(keys))
	for _, key := range keys {
		c := claim{before, key.String()}
		runs = append(runs, e.adopt(j, key, c, alive[c]))
	}
	e.leave(j)
	return runs, nil
}

// Settle removes the directories of earlier instances.
func (e *Executor) Settle() error {
	var errs []error
	for _, dir := range e.closed {
		errs = append(errs, os.RemoveAll(dir))
	}
	e.closed = nil
	return errors.Join(errs...)
}

// adopt takes over one run. pid is its live supervisor; 0 if there is none.
func (e *Executor) adopt(j *journal, key executor.Key, c claim, pid int) *run {
	r := newRun(e, key, j)
	r.mark = filepath.Base(filepath.Dir(c.journal)) + "/" + c.run
	r.script = true // there may be one
	stopped := r.inherit()
	if rec, err := j.look(key); err == nil {
		r.deadline = rec.deadline
	}
	if pid == 0 || !r.watchStranger(pid, c) {
		close(r.ended)
		go r.conclude(nil)
		return r
	}
	if stopped {
		go r.stop()
	}
	r.arm()
	return r
}

// inherit takes over a stop that an earlier instance had begun.
func (r *run) inherit() (stopped bool) {
	text, err := os.ReadFile(r.path + stopSuffix)
	if err != nil {
		return false
	}
	r.stopping.Do(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.reason = string(text)
	})
	return true
}

// watchStranger waits, through a pidfd, for a supervisor that is no child of
// this process; false if it is gone already.
func (r *run) watchStranger(pid int, c claim) bool {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return false
	}
	// Now the id is pinned down; is it still the one that was found?
	if held, ok := claimOf(readProc(pid, "cmdline", maxEnviron)); !ok || held != c {
		unix.Close(fd)
		return false
	}
	r.pid = pid
	go func() {
		defer unix.Close(fd)
		for {
			n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1)
			if n > 0 || err != nil && !errors.Is(err, unix.EINTR) {
				break
			}
		}
		close(r.ended)
		r.conclude(nil)
	}()
	return true
}

func leads(pid int) bool {
	sid, err := unix.Getsid(pid)
	return err == nil && sid == pid
}
