package keeper

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// start prepares a job's directory, files and environment, claims the run,
// and starts its command as the leader of a session of its own.
func (k *Keeper) start(s *session, job executor.Job) error {
	dir, err := k.workDir(job)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	env, err := k.environ(job, dir)
	if err != nil {
		return err
	}
	r := k.newRun(job)
	command, err := k.command(r, job, root, env)
	if err != nil {
		return err
	}
	files, err := openStreams(root, job)
	defer files.close()
	if err != nil {
		return err
	}
	if err := k.claim(s, r); err != nil {
		return err
	}
	if err := k.launch(r, k.limited(command), dir, env, files); err != nil {
		r.fail()
		k.forget(r.key)
		return err
	}
	return nil
}

func (k *Keeper) workDir(job executor.Job) (string, error) {
	dir := filepath.Join(k.cfg.WorkDirs, job.ID.String())
	// The files service may have made it already.
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return dir, nil
}

// limit is the wall time that a job gets; 0 is none.
func (k *Keeper) limit(asked time.Duration) time.Duration {
	if asked <= 0 {
		asked = k.cfg.DefaultRuntime
	}
	if k.cfg.MaxRuntime > 0 && (asked <= 0 || asked > k.cfg.MaxRuntime) {
		return k.cfg.MaxRuntime
	}
	return max(asked, 0)
}

// limited puts a shell before the command that lowers its limits, where the
// site wants that: a limit of the keeper's own would bound the keeper.
func (k *Keeper) limited(command []string) []string {
	if k.cfg.MaxFiles == 0 {
		return command
	}
	return append([]string{k.cfg.Shell, "-c", `ulimit -n "$0" && exec "$@"`, strconv.Itoa(k.cfg.MaxFiles)}, command...)
}

// launch forks and executes. The lock keeps the reaper from meeting a child
// whose run it cannot know yet.
func (k *Keeper) launch(r *run, command []string, dir string, env []string, s streams) error {
	attr := &syscall.ProcAttr{Dir: dir, Env: env, Files: []uintptr{s.in.Fd(), s.out.Fd(), s.err.Fd()},
		Sys: &syscall.SysProcAttr{Setsid: true}}
	if err := r.enclose(); err != nil {
		return err
	}
	k.forks.Lock()
	r.begins()
	pid, err := r.fork(attr.Sys, func() (int, error) {
		pid, err := syscall.ForkExec(command[0], command, attr)
		if errors.Is(err, syscall.ENOEXEC) {
			// A script without a first line that names its interpreter.
			command = append([]string{k.cfg.Shell}, command...)
			pid, err = syscall.ForkExec(command[0], command, attr)
		}
		return pid, err
	})
	if err == nil {
		k.byPID[pid] = r
	}
	k.forks.Unlock()
	if err != nil {
		r.disperse()
		return blameStart(err)
	}
	select {
	case k.forked <- struct{}{}:
	default:
	}
	r.started(pid)
	return nil
}

// blameStart tells the job's mistakes from the site's troubles.
func blameStart(err error) error {
	switch {
	case errors.Is(err, syscall.E2BIG):
		return executor.Refuse(126, "cannot start: the arguments and the environment together are too long for the system")
	case errors.Is(err, syscall.EINVAL):
		return executor.Refuse(126, "cannot start: an argument or a variable holds a NUL, or the program is not one of this system's")
	}
	for code, faults := range map[int][]syscall.Errno{
		127: {syscall.ENOENT, syscall.ENOTDIR, syscall.ELOOP},
		126: {syscall.EACCES, syscall.EPERM, syscall.ENOEXEC, syscall.ELIBBAD, syscall.EISDIR},
	} {
		for _, fault := range faults {
			if errors.Is(err, fault) {
				return executor.Refuse(code, "cannot start the program or its interpreter: %s", fault)
			}
		}
	}
	return err
}
