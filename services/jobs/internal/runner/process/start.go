package process

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// Start starts the supervisor of a job, which claims the run and then starts
// the job's command.
func (e *Executor) Start(job executor.Job) (executor.Run, error) {
	if e.instance == "" {
		return nil, errors.New("process executor: Start before Recover")
	}
	dir, err := e.workDir(job)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	env, err := e.environ(job, dir)
	if err != nil {
		return nil, err
	}
	j, err := e.enter()
	if err != nil {
		return nil, err
	}
	r := newRun(e, job.Key, j)
	r.limit = e.limit(time.Duration(job.Spec.Limits.Runtime) * time.Second)
	p, err := e.launch(r, job, root, env)
	if err != nil {
		e.leave(j)
		return nil, err
	}
	r.watchChild(p)
	return r, nil
}

// launch gathers what the supervisor needs and starts it.
func (e *Executor) launch(r *run, job executor.Job, root *os.Root, env []string) (*os.Process, error) {
	command, err := e.command(r, job, root, env)
	if err != nil {
		return nil, err
	}
	files, err := e.open(root, job)
	defer files.close(e.null)
	if err != nil {
		return nil, err
	}
	return e.supervise(r, command, root.Name(), env, files)
}

func (e *Executor) workDir(job executor.Job) (string, error) {
	dir := filepath.Join(e.cfg.WorkDirs, job.ID.String())
	// The files service may have made it already.
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return dir, nil
}

// limit is the wall time that a job gets; 0 is none.
func (e *Executor) limit(asked time.Duration) time.Duration {
	if asked <= 0 {
		asked = e.cfg.DefaultRuntime
	}
	if e.cfg.MaxRuntime > 0 && (asked <= 0 || asked > e.cfg.MaxRuntime) {
		return e.cfg.MaxRuntime
	}
	return max(asked, 0)
}

func (e *Executor) supervise(r *run, command []string, dir string, env []string, s streams) (*os.Process, error) {
	var deadline int64
	if r.limit > 0 {
		r.deadline = time.Now().Add(r.limit)
		deadline = r.deadline.UnixMilli()
	}
	p, err := os.StartProcess(e.cfg.Shell, wrap(e.cfg.Shell, claim{r.journal.path, r.key.String()}, deadline, e.cfg.MaxFiles, command), &os.ProcAttr{
		Dir: dir, Env: env, Files: []*os.File{s.in, s.out, s.err},
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
	switch {
	case errors.Is(err, syscall.E2BIG):
		return nil, executor.Refuse(126, "cannot start: the arguments and the environment together are too long for the system")
	case errors.Is(err, syscall.EINVAL):
		return nil, executor.Refuse(126, "cannot start: an argument or a variable holds a NUL")
	}
	return p, err
}
