// Package process runs jobs as processes of this machine. It is separate from
// the agent because it is the only place that knows about keepers, sessions,
// signals and /proc.
//
// A run survives the runner: a keeper (see package keeper) has started it and
// waits for it. Whoever opens the state directory next takes the keeper over,
// or reads the journal that it left.
//
// Journals are not synced to disk: a kill loses nothing, but a power loss can
// lose the lines of the last seconds. The name of an instance's directory
// therefore holds the machine's boot id; after a reboot a run that is not on
// record counts as unknown, never as "not started".
package process

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"
)

// Config says where and how processes run. Zero durations mean the defaults.
type Config struct {
	State    string // directory of runs' records, for this executor alone
	WorkDirs string // a job's working directory is WorkDirs/<job id>
	Shell    string // a POSIX shell; default /bin/sh

	Env   []string      // NAME=value, the site's environment; default PATH and LANG
	Grace time.Duration // between SIGTERM and SIGKILL; default 5 s

	DefaultRuntime time.Duration // wall time of jobs that ask for none; 0: no limit
	MaxRuntime     time.Duration // no job runs longer; 0: no limit
	MaxFiles       int           // open files of a process; 0: as the runner's
	MaxFileSize    int64         // bytes of a file that a process writes; 0: as the runner's
	MaxShared      int           // names of a sweep's directory that a child has too; 0: no limit
	MaxProcesses   int           // processes of a job; 0: no limit
	Cgroup         string        // control group for those of jobs, as cgroup.Open takes it
}

// Executor is the process executor.
type Executor struct {
	cfg  Config
	log  *slog.Logger
	lock *os.File
	runs string // directory of the instances
	boot string // id of this boot of the machine

	groups cgroup.Base // where the control groups of runs are made

	mu      sync.Mutex
	current *instance   // nil: before Recover, or there was no place for one
	earlier []*instance // of earlier executors
	over    chan struct{}
	end     sync.Once
}

var _ executor.Executor = (*Executor)(nil)

// New opens the state directory; the error says so if another runner has it.
func New(cfg Config, log *slog.Logger) (*Executor, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	// What the parent left open by mistake must not reach jobs; Go marks the
	// files that it opens itself.
	if err := unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC); err != nil && !errors.Is(err, unix.ENOSYS) {
		return nil, fmt.Errorf("close-on-exec: %w", err)
	}
	groups, err := cgroup.Open(cfg.Cgroup)
	if err != nil {
		return nil, err
	}
	if err := groups.Tidy(time.Now(), keeper.Alive); err != nil {
		log.Warn("control groups of keepers that are dead stay behind", "err", err)
	}
	lock, err := keeper.Lock(filepath.Join(cfg.State, "lock"))
	if err != nil {
		return nil, err
	}
	return &Executor{cfg: cfg, log: log, lock: lock, groups: groups, runs: filepath.Join(cfg.State, "runs"), boot: bootID(), over: make(chan struct{})}, nil
}

func (e *Executor) closed() bool {
	select {
	case <-e.over:
		return true
	default:
		return false
	}
}

// Close gives the state directory free. Runs go on, within their limits, and
// the next executor takes them over.
func (e *Executor) Close() error {
	var err error
	e.end.Do(func() {
		close(e.over)
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, i := range append(e.earlier, e.current) {
			if i != nil && i.client != nil {
				_ = i.client.Close()
			}
		}
		err = e.lock.Close()
	})
	return err
}

func (c Config) complete() (Config, error) {
	if c.Shell == "" {
		c.Shell = "/bin/sh"
	}
	if c.Grace <= 0 {
		c.Grace = 5 * time.Second
	}
	if len(c.Env) == 0 {
		c.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"}
	}
	for _, dir := range []*string{&c.State, &c.WorkDirs} {
		if *dir == "" {
			return c, errors.New("process executor: state and working directories must be given")
		}
		abs, err := filepath.Abs(*dir)
		if err != nil {
			return c, err
		}
		if err := os.MkdirAll(abs, 0o700); err != nil {
			return c, err
		}
		// Paths are compared with those of live processes.
		if *dir, err = filepath.EvalSymlinks(abs); err != nil {
			return c, err
		}
	}
	return c, nil
}
