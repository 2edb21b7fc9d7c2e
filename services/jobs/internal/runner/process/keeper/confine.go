package keeper

import (
	"log"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/tree"
)

// enclose makes the run's control group, where the site has those.
func (r *run) enclose() (err error) {
	if r.k.cfg.Groups.Dir != "" {
		r.group, err = r.k.cfg.Groups.Group(r.key.String(), cgroup.Bounds{Processes: r.most, Memory: r.memory})
	}
	return err
}

// disperse removes the group of a run that was not started after all.
func (r *run) disperse() {
	if r.group == nil {
		return
	}
	if err := r.group.End(); err != nil {
		log.Printf("run %s: %v", r.key, err)
	}
}

// fork has the run's leader started in its group, if it has one.
func (r *run) fork(sys *syscall.SysProcAttr, fork func() (int, error)) (int, error) {
	if r.group == nil {
		return fork()
	}
	return r.group.Fork(sys, fork)
}

// signal reaches the run's process group and those who have left it.
func (r *run) signal(s syscall.Signal) {
	if r.group != nil && s == unix.SIGKILL {
		if err := r.group.Kill(); err != nil {
			log.Printf("run %s: %v", r.key, err)
		}
		return
	}
	r.mu.Lock()
	if r.pid != 0 {
		_ = unix.Kill(-r.pid, s)
	}
	leader := r.pid
	r.mu.Unlock()
	for _, pid := range r.beyond() {
		if group, err := unix.Getpgid(pid); err == nil && group != leader {
			_ = unix.Kill(pid, s)
		}
	}
}

// beyond are the processes that are known to be the run's, wherever they went.
func (r *run) beyond() []int {
	if r.group == nil {
		return tree.Marked(r.k.mark(r.key))
	}
	pids, _ := r.group.Processes() // none, if it is gone
	return pids
}

// sweep ends what is left of a run whose leader, pid, has ended. A run that
// was stopped is searched for in all processes of the machine, if need be.
func (r *run) sweep(pid int, stopped bool) {
	if r.group != nil {
		r.disperse()
		return
	}
	if !tree.Gone(pid) {
		log.Printf("run %s: processes of group %d will not die", r.key, pid)
	}
	r.sweepOrphans()
	if !stopped {
		return
	}
	if left := tree.Sweep(r.k.mark(r.key)); len(left) > 0 {
		log.Printf("run %s: processes %v will not die", r.key, left)
	}
}

// confine begins to hold the keeper's runs to the limits of its configuration.
// The caller holds mu.
func (k *Keeper) confine() {
	if n := uint64(k.cfg.MaxFileSize); n > 0 {
		// The keeper itself writes nothing that long.
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: n, Max: n}); err != nil {
			log.Printf("the size of files is not limited: %v", err)
		}
	}
}

// disband removes what is left of the control groups, now that no run is.
func (k *Keeper) disband() error {
	if k.cfg == nil || k.cfg.Groups.Dir == "" {
		return nil
	}
	return cgroup.Destroy(k.cfg.Groups.Dir)
}
