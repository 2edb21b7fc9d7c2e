package keeper

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/script"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// start prepares a job's directory, files and environment, claims the run,
// and starts its command as the leader of a session of its own.
func (k *Keeper) start(s *session, job executor.Job) (remarks []string, err error) {
	at, err := k.workDir(job)
	if err != nil {
		return nil, err
	}
	defer at.Close()
	dir := at.Name()
	if remarks, err = directives(at.Root, job.Spec); err != nil {
		return nil, err
	}
	left, err := at.share(job.Spec, k.cfg.MaxShared)
	if err != nil {
		return nil, err
	}
	remarks = append(remarks, left...)
	r := k.newRun(job)
	job.Spec = script.Render(job.Spec, r.hook)
	env, err := k.environ(job, dir)
	if err != nil {
		return nil, err
	}
	command, err := k.command(r, job, at, env)
	if err != nil {
		return nil, err
	}
	if command, err = k.limited(job.Spec, command); err != nil {
		return nil, err
	}
	files, err := openStreams(at, job)
	defer files.close()
	if err != nil {
		return nil, err
	}
	if err := k.claim(s, r); err != nil {
		return nil, err
	}
	if err := k.launch(r, command, dir, env, files); err != nil {
		r.fail()
		k.forget(r.key)
		return nil, err
	}
	return remarks, nil
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
// site or the job wants that: a limit of the keeper's own would bound the
// keeper.
func (k *Keeper) limited(s jobsapi.Spec, command []string) ([]string, error) {
	var first []string
	if s.Umask != "" {
		mask, err := strconv.ParseUint(s.Umask, 8, 32)
		if err != nil || mask > 0o777 {
			return nil, executor.Refuse(126, "umask: %q is no octal number up to 777", s.Umask)
		}
		first = append(first, fmt.Sprintf("umask %04o", mask))
	}
	if k.cfg.MaxFiles > 0 {
		first = append(first, fmt.Sprintf("ulimit -n %d", k.cfg.MaxFiles))
	}
	if n := s.Limits.Memory; n > 0 && !k.cfg.Groups.Memory {
		first = append(first, fmt.Sprintf("{ ulimit -d %d 2>/dev/null || :; }", backstop(n)>>10)) // it may be less already
	}
	if n := s.Limits.CPUTime; n > 0 {
		n += n/10 + 1 // the watch comes first: the kernel's limit is of one process, and not so exact
		first = append(first, fmt.Sprintf("ulimit -S -t %d && ulimit -H -t %d", n, n+cpuGrace))
	}
	if len(first) == 0 {
		return command, nil
	}
	return append([]string{k.cfg.Shell, "-c", strings.Join(append(first, `exec "$@"`), " && "), "limits"}, command...), nil
}

// cpuGrace is how many seconds of processor time SIGKILL comes after SIGXCPU.
const cpuGrace = 5

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
	k.attend(r)
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
