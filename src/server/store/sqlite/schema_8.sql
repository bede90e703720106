-- Programs that may ask for access in somebody's name (OAuth 2.0). From this version on a credential may hold a second factor,
-- which an older Outlay would not ask for.
CREATE TABLE programs (id BLOB PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- What bears on security and is no command, from one process after another in about the order of time.
CREATE TABLE events (
  owner BLOB NOT NULL, id BLOB NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_id ON events (id);
CREATE INDEX events_by_age ON events (at);
