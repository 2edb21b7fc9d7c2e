// Package process runs jobs as processes of this machine. It is separate from
// the agent because it is the only place that knows about sessions, signals,
// /proc and files of runs.
//
// A run survives the runner: its supervisor (see wrapper) leads a session of
// its own and writes into a journal. Whoever opens the state directory next
// can tell from the journals what happened, and shuts out starts that were
// still under way by renaming the directory that they would claim in.
//
// Journals are not synced to disk: a killed runner loses nothing, but a power
// loss can lose the lines of the last seconds. The name of an instance's
// directory therefore holds the machine's boot id; after a reboot a run that
// is not on record counts as unknown, never as "not started".
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
}

// Executor is the process executor.
type Executor struct {
	cfg      Config
	log      *slog.Logger
	null     *os.File
	lock     *os.File
	instance string   // where this instance's runs are claimed
	closed   []string // directories of earlier instances
	mu       sync.Mutex
	current  *journal // of this instance
	journals int      // how many it has had
	over     chan struct{}
	end      sync.Once
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
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	lock, err := lockDir(cfg.State)
	if err != nil {
		null.Close()
		return nil, err
	}
	return &Executor{cfg: cfg, log: log, null: null, lock: lock, over: make(chan struct{})}, nil
}

// Close gives the state directory free. Runs go on; from now on the next
// instance sees to them and to their limits.
func (e *Executor) Close() error {
	var err error
	e.end.Do(func() {
		close(e.over)
		err = errors.Join(e.lock.Close(), e.null.Close())
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
