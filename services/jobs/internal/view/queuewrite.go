package view

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
)

const (
	insertQueued = `INSERT OR REPLACE INTO queue (seq, id, grp, owner, demand, priority, since, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	deleteQueued = `DELETE FROM queue WHERE seq = ?`
	addWaiting   = `INSERT INTO waiting (grp, owner, demand, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`
	dropWaiting  = `DELETE FROM waiting WHERE grp = ? AND owner = ? AND demand = ? AND n = 0`
	selectUse    = `SELECT at, used, ended, held, cores, began FROM fairuse WHERE grp = ? AND owner = ?`
	deleteUse    = `DELETE FROM fairuse WHERE grp = ? AND owner = ?`
	replaceUse   = `INSERT OR REPLACE INTO fairuse (grp, owner, at, used, ended, held, cores, began) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
)

// account is what a batch changes of what an account has used.
type account struct {
	held, cores int
	began       int64
	ended       []use
}

// queue brings the batch's jobs into the queue and out of it, and counts what
// was used.
func (w *writer) queue(rows map[id.ID]*row, half time.Duration) error {
	waiting, accounts := map[Class]int{}, map[match.Account]*account{}
	at := func(a match.Account) *account {
		if accounts[a] == nil {
			accounts[a] = &account{}
		}
		return accounts[a]
	}
	for _, r := range rows {
		if r.seq == 0 {
			continue
		}
		was, is := r.stands, standingOf(r.job)
		if err := w.enqueue(r, was, is, waiting); err != nil {
			return err
		}
		if was.held != is.held || was.began != is.began {
			a := at(is.Account)
			a.began += is.began - was.began
			a.cores += is.cores - was.cores
			a.held += count(is.held) - count(was.held)
		}
		r.stands = is
	}
	for _, u := range w.used {
		a := at(u.Account)
		a.ended = append(a.ended, u)
	}
	if err := w.classes(waiting); err != nil {
		return err
	}
	for a, change := range accounts {
		if err := w.account(a, change, half); err != nil {
			return err
		}
	}
	return nil
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (w *writer) enqueue(r *row, was, is standing, waiting map[Class]int) error {
	if was.queued {
		waiting[Class{Account: was.Account, Demand: was.demand}]--
	}
	if is.queued {
		waiting[Class{Account: is.Account, Demand: is.demand}]++
		j := r.job
		return w.exec(insertQueued, r.seq, int64(j.ID), j.Group, j.Owner, is.demand, j.Spec.Priority, since(j).UnixMilli(), r.size)
	}
	if was.queued {
		return w.exec(deleteQueued, r.seq)
	}
	return nil
}

func (w *writer) classes(waiting map[Class]int) error {
	for c, n := range waiting {
		if n == 0 {
			continue
		}
		if err := w.exec(addWaiting, c.Group, c.Owner, c.Demand, n); err != nil {
			return err
		}
		if n < 0 {
			if err := w.exec(dropWaiting, c.Group, c.Owner, c.Demand); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) account(a match.Account, change *account, half time.Duration) error {
	s, err := w.stmt(selectUse)
	if err != nil {
		return err
	}
	var at, began int64
	var used, ended float64
	var held, cores int
	rows, err := s.Query(a.Group, a.Owner)
	if _, err := scanEach(rows, err, func(scan func(...any) error) (struct{}, error) {
		return struct{}{}, scan(&at, &used, &ended, &held, &cores, &began)
	}); err != nil {
		return err
	}
	for _, u := range change.ended {
		// Reports come in any order: what is younger ages the rest, what is
		// older comes aged.
		t := u.at.UnixMilli()
		old, young := 1.0, 1.0
		if t > at {
			old, at = match.Decay(time.Duration(t-at)*time.Millisecond, half), t
		} else {
			young = match.Decay(time.Duration(at-t)*time.Millisecond, half)
		}
		used, ended = used*old+u.used*young, ended*old+young*float64(u.cores)
	}
	held, cores, began = held+change.held, cores+change.cores, began+change.began
	if held == 0 && ended == 0 {
		return w.exec(deleteUse, a.Group, a.Owner)
	}
	return w.exec(replaceUse, a.Group, a.Owner, at, used, ended, held, cores, began)
}
