package view

import (
	"database/sql"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	readmodel "github.com/heddle-dev/heddle/pkg/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// writer holds the statements that one batch has needed so far.
type writer struct {
	tx     *sql.Tx
	kept   *readmodel.Statements
	stmts  map[string]*sql.Stmt
	owners map[string]string // written in this batch already
	used   []use             // by jobs that ended in this batch, in the journal's order
}

const (
	insertJob = `INSERT INTO jobs (seq, id, owner, grp, name, site, state, runner, priority, updated, submitted, parent, within, children, due, expires, head, brief, history, spec)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateJob   = `UPDATE jobs SET site = ?, state = ?, runner = ?, updated = ?, children = ?, due = ?, expires = ?, head = ?, history = ? WHERE seq = ?`
	updateSpec  = `UPDATE jobs SET brief = ?, spec = ? WHERE seq = ?`
	deleteTag   = `DELETE FROM tags WHERE owner = ? AND tag = ? AND seq = ?`
	insertAwait = `INSERT OR IGNORE INTO awaits (job, seq) VALUES (?, ?)`
	deleteAwait = `DELETE FROM awaits WHERE job = ? AND seq = ?`
	insertTag   = `INSERT OR IGNORE INTO tags (owner, tag, seq) VALUES (?, ?, ?)`
	insertOwner = `INSERT INTO owners (owner, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name`
	addCount    = `INSERT INTO counts (owner, site, state, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`
	dropCount   = `DELETE FROM counts WHERE owner = ? AND site = ? AND state = ? AND n = 0`
)

func (w *writer) stmt(query string) (*sql.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.kept.In(w.tx, query)
	if err != nil {
		return nil, err
	}
	if w.stmts == nil {
		w.stmts = map[string]*sql.Stmt{}
	}
	w.stmts[query] = s
	return s, nil
}

func (w *writer) exec(query string, args ...any) error {
	s, err := w.stmt(query)
	if err == nil {
		_, err = s.Exec(args...)
	}
	return err
}

func (w *writer) close() {
	for _, s := range w.stmts {
		_ = s.Close()
	}
}

// load reads the job of a commit; a zero seq says that there is none. The
// first commit of a job needs no look.
func (w *writer) load(n id.ID, c es.Recorded) (*row, error) {
	if c.Events[0].Type == jobsapi.EventSubmitted {
		return &row{}, nil
	}
	s, err := w.stmt(selectJob)
	if err != nil {
		return nil, err
	}
	rows, err := s.Query(int64(n))
	found, err := scanEach(rows, err, scanRow)
	if err != nil || len(found) == 0 {
		return &row{}, err
	}
	return found[0], nil
}

func (w *writer) add(r *row) error {
	j := r.job
	head, history, err := cut(j)
	if err != nil {
		return err
	}
	short, whole, err := cutSpec(j.Spec)
	if err != nil {
		return err
	}
	r.size = max(len(short), len(whole.String))
	if err := w.exec(insertJob, r.seq, int64(j.ID), j.Owner, j.Group, j.Spec.Name, place(j), j.State, j.Runner,
		j.Spec.Priority, j.Updated.UnixNano(), j.Submitted.UnixNano(), parentOf(j), idOf(j.Spec.Within), childrenOf(j), dueOf(j), expiryOf(j),
		head, short, history, whole); err != nil {
		return err
	}
	if err := w.tag(r); err != nil {
		return err
	}
	if err := w.await(r); err != nil {
		return err
	}
	if w.owners[j.Owner] == j.OwnerName {
		return nil
	}
	if w.owners == nil {
		w.owners = map[string]string{}
	}
	w.owners[j.Owner] = j.OwnerName
	return w.exec(insertOwner, j.Owner, j.OwnerName)
}

func (w *writer) change(r *row) error {
	j := r.job
	head, history, err := cut(j)
	if err != nil {
		return err
	}
	if r.retold {
		if err := w.retell(r); err != nil {
			return err
		}
	}
	if err := w.await(r); err != nil {
		return err
	}
	return w.exec(updateJob, place(j), j.State, j.Runner, j.Updated.UnixNano(), childrenOf(j), dueOf(j), expiryOf(j), head, history, r.seq)
}

// count moves the batch's jobs from the counts they were in to those they are
// in now.
func (w *writer) count(rows map[id.ID]*row) error {
	deltas := map[key]int{}
	for _, r := range rows {
		if child(r.job) {
			continue
		}
		if r.stored {
			deltas[r.was]--
		}
		if r.seq != 0 {
			deltas[keyOf(r.job)]++
		}
	}
	for k, n := range deltas {
		if n == 0 {
			continue
		}
		if err := w.exec(addCount, k.owner, k.site, k.state, n); err != nil {
			return err
		}
		if n < 0 {
			if err := w.exec(dropCount, k.owner, k.site, k.state); err != nil {
				return err
			}
		}
	}
	return nil
}
