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
	version INTEGER NOT NULL, -- position of its last commit
	state   TEXT    NOT NULL, -- JSON
	PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX aggregate_seq ON aggregate (kind, seq);
CREATE INDEX aggregate_name ON aggregate (kind, name);
CREATE INDEX aggregate_owner ON aggregate (kind, owner, seq);

CREATE TABLE identity ( -- what users are recognised by
	kind  TEXT NOT NULL, -- dn, key, link
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
`
