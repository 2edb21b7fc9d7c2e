package view

import (
	"context"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// queue holds the jobs that wait for a runner, and waiting counts them by what
// makes them equal for a runner. fairuse is what each account has used: until
// the time at, as far as it counted then, by jobs that have ended, with their cores; and the
// jobs that runners have, with their cores and, multiplied by these, the
// times at which they began. Times are milliseconds.
const queueSchema = `
CREATE TABLE queue (
	seq      INTEGER PRIMARY KEY,
	id       INTEGER NOT NULL,
	grp      TEXT NOT NULL,
	owner    TEXT NOT NULL,
	demand   TEXT NOT NULL,
	priority INTEGER NOT NULL,
	since    INTEGER NOT NULL,
	size     INTEGER NOT NULL
);
CREATE INDEX queue_order ON queue(grp, owner, demand, priority DESC, seq);
CREATE TABLE waiting (
	grp    TEXT NOT NULL,
	owner  TEXT NOT NULL,
	demand TEXT NOT NULL,
	n      INTEGER NOT NULL,
	PRIMARY KEY (grp, owner, demand)
) WITHOUT ROWID;
CREATE TABLE fairuse (
	grp   TEXT NOT NULL,
	owner TEXT NOT NULL,
	at    INTEGER NOT NULL,
	used  REAL NOT NULL,
	ended REAL NOT NULL,
	held  INTEGER NOT NULL,
	cores INTEGER NOT NULL,
	began INTEGER NOT NULL,
	PRIMARY KEY (grp, owner)
) WITHOUT ROWID;
`

// Class is what jobs have in common that differ for no runner.
type Class struct {
	match.Account
	Demand string // as match.Demand spells it
	Jobs   int
}

// Waiting returns the classes of the jobs that wait for a runner.
func (v *View) Waiting(ctx context.Context) ([]Class, error) {
	rows, err := v.query(ctx, `SELECT grp, owner, demand, n FROM waiting WHERE n > 0`)
	return scanEach(rows, err, func(scan func(...any) error) (c Class, err error) {
		err = scan(&c.Group, &c.Owner, &c.Demand, &c.Jobs)
		return c, err
	})
}

// Front returns the first n jobs of a class, without their demand.
func (v *View) Front(ctx context.Context, c Class, n int) ([]match.Candidate, error) {
	rows, err := v.query(ctx, `SELECT seq, id, priority, since, size FROM queue INDEXED BY queue_order
		WHERE grp = ? AND owner = ? AND demand = ? ORDER BY priority DESC, seq LIMIT ?`, c.Group, c.Owner, c.Demand, n)
	return scanEach(rows, err, func(scan func(...any) error) (m match.Candidate, err error) {
		var since int64
		err = scan(&m.Seq, &m.ID, &m.Priority, &since, &m.Size)
		m.Group, m.Owner, m.Since = c.Group, c.Owner, time.UnixMilli(since)
		return m, err
	})
}

// Use returns what each account has used, as it counts at the time.
func (v *View) Use(ctx context.Context, now time.Time, half time.Duration) ([]match.Use, error) {
	rows, err := v.query(ctx, `SELECT grp, owner, at, used, ended, held, cores, began FROM fairuse`)
	return scanEach(rows, err, func(scan func(...any) error) (u match.Use, err error) {
		var at, began int64
		err = scan(&u.Group, &u.Owner, &at, &u.Used, &u.Ended, &u.Held, &u.Cores, &began)
		d := match.Decay(max(now.Sub(time.UnixMilli(at)), 0), half)
		u.Used, u.Ended = u.Used*d, u.Ended*d
		u.Running = max(float64(now.UnixMilli()*int64(u.Cores)-began)/1000, 0)
		return u, err
	})
}

// standing is what the tables of this file know of a job.
type standing struct {
	match.Account
	queued bool
	held   bool
	demand string
	cores  int
	began  int64
}

func standingOf(j jobsapi.Job) standing {
	s := standing{Account: match.Account{Group: j.Group, Owner: j.Owner}, queued: j.State == job.Queued}
	// What runs in an allocation uses nothing that the allocation does not.
	s.held = j.Held() && j.Spec.Within == ""
	if s.queued {
		s.demand = match.DemandOf(j.Spec).Key()
	}
	if s.held {
		s.cores = j.Spec.Limits.Cores()
		s.began = begun(j).UnixMilli() * int64(s.cores)
	}
	return s
}

// begun is when the runner that has the job began it or, before that, got it.
func begun(j jobsapi.Job) time.Time { return last(j, jobsapi.EventStarted, jobsapi.EventMatched) }

// since is when the job came to wait for a runner.
func since(j jobsapi.Job) time.Time {
	return last(j, job.JobQueued{}.Type(), jobsapi.EventRequeued)
}

// last is when the job last met one of the events.
func last(j jobsapi.Job, events ...string) time.Time {
	for i := len(j.History) - 1; i >= 0; i-- {
		if slices.Contains(events, j.History[i].Event) {
			return j.History[i].At
		}
	}
	return j.Updated
}

// use is what a job has used that a runner has no more.
type use struct {
	match.Account
	at    time.Time
	cores int
	used  float64 // core-seconds
}

// useOf is what the job has used by an event that it has met at the time. One
// that was given back never started.
func useOf(before, after jobsapi.Job, at time.Time) (u use, ended bool) {
	s := standingOf(before)
	if !s.held || before.State != job.Running || after.State == job.Running || after.State == job.Queued {
		return u, false
	}
	used := float64(at.UnixMilli()*int64(s.cores)-s.began) / 1000
	return use{s.Account, at, s.cores, max(used, 0)}, true
}

// NotBegun counts the owner's jobs that no runner has got yet.
func (v *View) NotBegun(ctx context.Context, owner string) (int, error) {
	n, err := scanAll[int](v.query(ctx, `SELECT coalesce(sum(n), 0) FROM counts
		WHERE owner = ? AND state IN ('submitted', 'staging_in', 'ready', 'blocked', 'queued')`, owner))
	if err != nil {
		return 0, err
	}
	return n[0], nil
}
