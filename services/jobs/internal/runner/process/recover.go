package process

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"
)

// Recover takes over the keepers that earlier executors left, with their
// runs. A keeper that is taken over starts nothing more for its old owner;
// one that is dead can start nothing. So a run that neither knows was never
// started and never will be.
func (e *Executor) Recover() (executor.Left, error) {
	if err := os.MkdirAll(e.runs, 0o700); err != nil {
		return executor.Left{}, err
	}
	entries, err := os.ReadDir(e.runs)
	if err != nil {
		return executor.Left{}, err
	}
	if e.current, err = openInstance(e.runs, e.boot); err != nil {
		return executor.Left{}, err
	}
	left := executor.Left{Complete: len(entries) > 0}
	for _, entry := range entries {
		i := &instance{dir: filepath.Join(e.runs, entry.Name())}
		keys, err := i.takeOver()
		if err != nil {
			return left, err
		}
		for _, key := range keys {
			i.enter()
			left.Runs = append(left.Runs, e.follow(i, key))
		}
		e.earlier = append(e.earlier, i)
		if !strings.HasSuffix(i.dir, "."+e.boot) {
			left.Complete = false // of before a power loss, perhaps
		}
	}
	return left, nil
}

// takeOver connects to the keeper of an instance, or reads what it left.
func (i *instance) takeOver() ([]executor.Key, error) {
	client, keys, err := keeper.Dial(i.dir)
	if err == nil {
		i.client = client
		return keys, nil
	}
	if !errors.Is(err, keeper.ErrDead) {
		return nil, err
	}
	records, err := keeper.ReadRecords(i.dir)
	if err != nil {
		return nil, err
	}
	i.reading.Do(func() { i.records = records })
	for key := range records {
		keys = append(keys, key)
	}
	return keys, nil
}

// Settle lets the directories of earlier instances go.
func (e *Executor) Settle() error {
	var errs []error
	for _, i := range e.earlier {
		errs = append(errs, i.retire())
	}
	e.earlier = nil
	return errors.Join(errs...)
}
