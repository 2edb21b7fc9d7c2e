package process

import (
	"os"
	"path/filepath"
	"strconv"
)

const journalPrefix = "journal-"

// enter returns the journal for a new run. A journal that has grown long is
// followed by another one, and goes when its last run is forgotten.
func (e *Executor) enter() (*journal, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current == nil || e.current.size() > journalSize {
		e.journals++
		next, err := openJournal(filepath.Join(e.instance, journalPrefix+strconv.Itoa(e.journals)))
		if err != nil {
			return nil, err
		}
		old := e.current
		e.current = next
		e.discard(old)
	}
	e.current.open++
	return e.current, nil
}

// leave says that a run of a journal is forgotten, or never was.
func (e *Executor) leave(j *journal) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j.open--
	e.discard(j)
}

// discard removes a journal that has no runs and will get none.
func (e *Executor) discard(j *journal) {
	if j == nil || j == e.current || j.open > 0 {
		return
	}
	if err := j.close(); err != nil {
		e.log.Warn("a journal was not closed", "path", j.path, "err", err)
	}
	if err := os.Remove(j.path); err != nil && !os.IsNotExist(err) {
		e.log.Warn("a journal stays behind", "path", j.path, "err", err)
	}
}
