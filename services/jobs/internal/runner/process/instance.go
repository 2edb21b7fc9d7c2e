package process

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/tree"
)

// An instance is a keeper and its directory <state>/runs/<random>.<boot>.
// An executor has one of its own, and those that earlier ones left.
type instance struct {
	dir    string
	client *keeper.Client // nil: it is dead, or not started yet

	mu   sync.Mutex
	open int  // runs that are not forgotten
	old  bool // gets no more runs: its directory goes with the last

	reading sync.Once
	records keeper.Records
	err     error
}

func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "unknown"
	}
	return strings.ReplaceAll(strings.TrimSpace(string(b)), "-", "")
}

// openInstance makes the directory of a new instance, and makes it last.
func openInstance(runs, boot string) (*instance, error) {
	dir := filepath.Join(runs, strings.ToLower(rand.Text()[:10])+"."+boot)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	d, err := os.Open(runs)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return nil, err
	}
	return &instance{dir: dir}, nil
}

// verdict is the end of a run whose keeper is dead, according to the journal
// that it left; what is left of the run goes.
func (i *instance) verdict(key executor.Key) executor.Result {
	i.reading.Do(func() {
		i.records, i.err = keeper.ReadRecords(i.dir)
		_ = i.disband() // tidy will say what it cannot do either
	})
	if i.err != nil {
		tree.Sweep(keeper.Mark(i.dir, key))
		return executor.Result{Evidence: executor.FromNone, Problem: "the record of its run is unreadable: outcome unknown"}
	}
	r := i.records[key].Result()
	if !r.Never {
		tree.Sweep(keeper.Mark(i.dir, key))
	}
	return r
}

// enter counts a run in.
func (i *instance) enter() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open++
}

// leave counts a run out.
func (i *instance) leave() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open--
	return i.tidy()
}

// retire says that no more runs will come.
func (i *instance) retire() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.old = true
	return i.tidy()
}

func (i *instance) tidy() error {
	if !i.old || i.open > 0 {
		return nil
	}
	if i.client != nil {
		_ = i.client.Close() // its keeper has nothing left to do, and ends
	}
	return errors.Join(i.disband(), os.RemoveAll(i.dir))
}

// band makes the control group for those of the instance's runs. Its path is
// written down first, so that whoever comes later finds it.
func (i *instance) band(base cgroup.Base) (cgroup.Base, error) {
	if base.Dir == "" {
		return base, nil
	}
	name := cgroup.Prefix + filepath.Base(i.dir)
	if err := os.WriteFile(i.groupFile(), []byte(filepath.Join(base.Dir, name)), 0o600); err != nil {
		return base, err
	}
	return base.Make(name)
}

// disband ends whatever is left in the instance's control group.
func (i *instance) disband() error {
	path, err := os.ReadFile(i.groupFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return cgroup.Destroy(string(path))
}

func (i *instance) groupFile() string { return filepath.Join(i.dir, "cgroup") }
