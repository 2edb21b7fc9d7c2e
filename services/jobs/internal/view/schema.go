package view

import (
	"time"

	readmodel "github.com/heddle-dev/heddle/pkg/view"
)

// Projection is the read model. half is how long it takes until only half of what somebody used counts.
func Projection(half time.Duration) readmodel.Projection {
	h := newHot(half)
	return readmodel.Projection{Name: "jobs", Version: 4, Schema: schema + queueSchema, Apply: h.apply, Statements: h.statements}
}

// The rowid of a job is the position of its submit, so that it is also the
// sort key of lists and every index ends with it. A job's JSON is cut in
// four, since a transition changes only head and history, and a list needs
// only head and brief:
//
//	head     the Job without Spec and History
//	brief    the Spec without what may be large
//	spec     the whole Spec, if it is more than brief
//	history  the Steps
//
// site is where the job runs or, until it does, where it wants to run.
// Indexes are named after their columns: see plan. Destroyed jobs are left out
// of those without the state, and the children of sweeps of all, so that a
// list need not step over them. counts spares counting rows.
//
// parent is the sweep of which the job is a child, within the allocation in
// which it runs, and children how many it has; 0: none. due is when a job that
// waits for its time may run, and expires when it is to be destroyed, in
// nanoseconds; 0: never. awaits names the jobs for whose end blocked ones
// wait, batches those that may not be made whole, and timeline counts how many
// jobs came to a state, by quarters of an hour.
const schema = `
CREATE TABLE jobs (
	seq        INTEGER PRIMARY KEY,
	id         INTEGER NOT NULL UNIQUE,
	owner      TEXT NOT NULL,
	grp        TEXT NOT NULL,
	name       TEXT NOT NULL,
	site       TEXT NOT NULL,
	state      TEXT NOT NULL,
	runner     TEXT NOT NULL,
	priority   INTEGER NOT NULL,
	updated    INTEGER NOT NULL,
	submitted  INTEGER NOT NULL,
	parent     INTEGER NOT NULL,
	within     INTEGER NOT NULL,
	children   INTEGER NOT NULL,
	due        INTEGER NOT NULL,
	expires    INTEGER NOT NULL,
	head       TEXT NOT NULL,
	brief      TEXT NOT NULL,
	history    TEXT NOT NULL,
	spec       TEXT
);
CREATE INDEX jobs_owner_state      ON jobs(owner, state) WHERE parent = 0;
CREATE INDEX jobs_owner_site_state ON jobs(owner, site, state) WHERE parent = 0;
CREATE INDEX jobs_owner_name       ON jobs(owner, name) WHERE parent = 0 AND state <> 'destroyed';
CREATE INDEX jobs_owner_grp        ON jobs(owner, grp) WHERE parent = 0 AND state <> 'destroyed';
CREATE INDEX jobs_state            ON jobs(state) WHERE parent = 0;
CREATE INDEX jobs_site_state       ON jobs(site, state) WHERE parent = 0;
CREATE INDEX jobs_name             ON jobs(name) WHERE parent = 0 AND state <> 'destroyed';
CREATE INDEX jobs_grp              ON jobs(grp) WHERE parent = 0 AND state <> 'destroyed';
CREATE INDEX jobs_runner           ON jobs(runner) WHERE runner <> '' AND state IN ('matched', 'running');
CREATE INDEX jobs_parent           ON jobs(parent) WHERE parent <> 0;
CREATE INDEX jobs_submitted        ON jobs(submitted);
CREATE INDEX jobs_staging          ON jobs(state) WHERE state IN ('staging_in', 'staging_out');
CREATE INDEX jobs_sweeps           ON jobs(state) WHERE children <> 0;
CREATE INDEX jobs_within           ON jobs(within) WHERE within <> 0 AND state NOT IN ('succeeded', 'failed', 'aborted', 'destroyed');
CREATE INDEX jobs_due              ON jobs(due) WHERE due <> 0;
CREATE INDEX jobs_expires          ON jobs(expires) WHERE expires <> 0;
CREATE TABLE awaits (
	job INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (job, seq)
) WITHOUT ROWID;
CREATE TABLE batches (
	id    INTEGER PRIMARY KEY,
	owner TEXT NOT NULL,
	at    INTEGER NOT NULL
);
CREATE TABLE timeline (
	owner TEXT NOT NULL,
	at    INTEGER NOT NULL,
	state TEXT NOT NULL,
	n     INTEGER NOT NULL,
	PRIMARY KEY (owner, at, state)
) WITHOUT ROWID;
CREATE INDEX timeline_at ON timeline(at, owner, state, n);
CREATE TABLE tags (
	owner TEXT NOT NULL,
	tag   TEXT NOT NULL,
	seq   INTEGER NOT NULL,
	PRIMARY KEY (owner, tag, seq)
) WITHOUT ROWID;
CREATE INDEX tags_tag ON tags(tag, seq);
CREATE TABLE owners (
	owner TEXT PRIMARY KEY,
	name  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX owners_name ON owners(name);
CREATE TABLE counts (
	owner TEXT NOT NULL,
	site  TEXT NOT NULL,
	state TEXT NOT NULL,
	n     INTEGER NOT NULL,
	PRIMARY KEY (owner, site, state)
) WITHOUT ROWID;
`
