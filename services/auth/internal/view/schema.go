package view

// schema: one row an aggregate, whose state is the domain's own fold. A
// removed aggregate has no row.
const schema = `
CREATE TABLE aggregate (
	kind    TEXT    NOT NULL, -- user, group, role, client, key, grant, apikey
	id      TEXT    NOT NULL,
	owner   TEXT    NOT NULL, -- id of a user, or -
	name    TEXT    NOT NULL, -- what people call it
	seq     INTEGER NOT NULL, -- position of its first event
	since   TEXT    NOT NULL, -- time of its first event
	version INTEGER NOT NULL, -- position of its last change
	updated TEXT    NOT NULL, -- time of its last change
	used    TEXT    NOT NULL DEFAULT '', -- time of a user's last sign-in, which is no change
	state   TEXT    NOT NULL, -- JSON
	PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX aggregate_seq ON aggregate (kind, seq);
CREATE INDEX aggregate_name ON aggregate (kind, name);
CREATE INDEX aggregate_owner ON aggregate (kind, owner, seq);

CREATE TABLE identity ( -- what users are recognised by
	kind  TEXT NOT NULL, -- dn, key, link, email, login
	value TEXT NOT NULL,
	user  TEXT NOT NULL,
	PRIMARY KEY (kind, value, user)
) WITHOUT ROWID;
CREATE INDEX identity_user ON identity (user);

CREATE TABLE revocation (
	fact  TEXT    NOT NULL PRIMARY KEY, -- user/ID, grant/ID, …
	after INTEGER NOT NULL, -- what was made at or before this position is over
	until INTEGER NOT NULL  -- Unix time, from when on there is nothing left to end
) WITHOUT ROWID;
CREATE INDEX revocation_until ON revocation (until);

CREATE TABLE audit ( -- one row an event
	position   INTEGER NOT NULL,
	n          INTEGER NOT NULL, -- which of its commit
	time       INTEGER NOT NULL, -- Unix time in nanoseconds
	actor_id   TEXT    NOT NULL,
	actor      TEXT    NOT NULL, -- login name, or svc-…
	credential TEXT    NOT NULL,
	type       TEXT    NOT NULL,
	subject    TEXT    NOT NULL, -- user/NAME, client/ID, …
	owner      TEXT    NOT NULL, -- id of the user whom it concerns, or -
	text       TEXT    NOT NULL, -- a sentence
	PRIMARY KEY (position, n)
) WITHOUT ROWID;
CREATE INDEX audit_subject ON audit (subject);
CREATE INDEX audit_owner ON audit (owner);
CREATE INDEX audit_actor ON audit (actor);
CREATE INDEX audit_type ON audit (type);
`
