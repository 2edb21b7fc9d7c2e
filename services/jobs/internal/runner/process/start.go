package process

import (
	"errors"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"
)

// tries bounds how often a start is repeated because keepers die over it.
const tries = 3

// Start has the keeper start a job. If the keeper dies over it, its journal
// tells whether the job was started: if so, the run ends with its outcome
// unknown; if not, another keeper starts it.
func (e *Executor) Start(job executor.Job) (r executor.Run, err error) {
	for range tries {
		r, err = e.tryStart(job)
		if !errors.Is(err, keeper.ErrDead) {
			break
		}
	}
	return r, err
}

// tryStart counts the run in before it is started: the directory of a keeper
// that dies meanwhile stays as long as somebody may want to read its journal.
func (e *Executor) tryStart(job executor.Job) (executor.Run, error) {
	i, err := e.ready()
	if err != nil {
		return nil, err
	}
	said, err := i.client.Start(job)
	if errors.Is(err, keeper.ErrDead) {
		e.replace(i)
		if !i.verdict(job.Key).Never {
			err = nil
		}
	}
	if err != nil {
		return nil, errors.Join(err, i.leave())
	}
	return e.follow(i, job.Key, said...), nil
}

// ready returns the current instance with its keeper, which is started when
// it is needed first. One more run is counted in.
func (e *Executor) ready() (*instance, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed() {
		return nil, errors.New("process executor: Start after Close")
	}
	if e.current == nil {
		next, err := openInstance(e.runs, e.boot)
		if err != nil {
			return nil, err
		}
		e.current = next
	}
	if e.current.client == nil {
		client, err := e.spawn(e.current)
		if err != nil {
			dead := e.current
			e.current = nil // the next keeper begins in a place of its own
			return nil, errors.Join(err, dead.retire())
		}
		e.current.client = client
	}
	e.current.enter()
	return e.current, nil
}

// replace puts a new instance in the place of one whose keeper is dead, or
// none if that is not possible.
func (e *Executor) replace(dead *instance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current != dead || e.closed() {
		return
	}
	e.log.Error("the keeper of the runs is dead; another takes its place", "dir", dead.dir)
	next, err := openInstance(e.runs, e.boot)
	if err != nil {
		e.log.Error("there is no place for another keeper", "err", err)
	}
	e.current = next
	if err := dead.retire(); err != nil {
		e.log.Warn("a directory stays behind", "err", err)
	}
}

// spawn starts the keeper of an instance.
func (e *Executor) spawn(i *instance) (*keeper.Client, error) {
	groups, err := i.band(e.groups)
	if err != nil {
		return nil, err
	}
	c := e.cfg
	return keeper.Spawn(i.dir, keeper.Config{WorkDirs: c.WorkDirs, Shell: c.Shell, Env: c.Env, Grace: c.Grace,
		DefaultRuntime: c.DefaultRuntime, MaxRuntime: c.MaxRuntime, MaxFiles: c.MaxFiles, MaxFileSize: c.MaxFileSize,
		MaxShared: c.MaxShared, Groups: groups, MaxProcesses: c.MaxProcesses})
}
