-- Ids are 16 bytes, days are whole numbers yyyymmdd, instants microseconds since 1970 UTC, amounts minor units.
-- `body` is the whole record as JSON; the columns beside it are what is searched.

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id BLOB PRIMARY KEY, username TEXT NOT NULL UNIQUE, active_admin INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE credentials (user BLOB PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
  owner BLOB PRIMARY KEY, balance INTEGER NOT NULL, currency TEXT NOT NULL, opened INTEGER NOT NULL, last_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE categories (id BLOB PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- `search`: the folded words of what and note, each after a space.
CREATE TABLE expenses (
  owner BLOB NOT NULL, id BLOB NOT NULL, date INTEGER NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
  category BLOB, import BLOB, version INTEGER NOT NULL, created_at INTEGER NOT NULL,
  what TEXT NOT NULL, note TEXT, search TEXT NOT NULL,
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX expenses_by_date ON expenses (owner, date, id, amount, category);
CREATE INDEX expenses_by_amount ON expenses (owner, amount, id, date, category);
CREATE INDEX expenses_by_category ON expenses (category, owner, date, id, amount);
CREATE INDEX expenses_by_import ON expenses (owner, import) WHERE import IS NOT NULL;

CREATE TABLE funds (
  owner BLOB NOT NULL, id BLOB NOT NULL, date INTEGER NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
  import BLOB, version INTEGER NOT NULL, created_at INTEGER NOT NULL, note TEXT,
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX funds_by_date ON funds (owner, date, id, amount);
CREATE INDEX funds_by_import ON funds (owner, import) WHERE import IS NOT NULL;

CREATE TABLE journal (
  owner BLOB NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor_id BLOB NOT NULL, actor TEXT NOT NULL, via TEXT NOT NULL,
  command TEXT NOT NULL, summary TEXT NOT NULL, undoable INTEGER NOT NULL, undone_by INTEGER, undoes INTEGER,
  PRIMARY KEY (owner, seq)
) STRICT, WITHOUT ROWID;
-- Records as JSON; `expense` is set where the record is one.
CREATE TABLE journal_changes (
  owner BLOB NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, expense BLOB, before TEXT, after TEXT,
  PRIMARY KEY (owner, seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_changes_by_expense ON journal_changes (owner, expense, seq, n) WHERE expense IS NOT NULL;

-- `dead_at`: the earlier of unused for too long and open for too long.
CREATE TABLE sessions (
  user BLOB NOT NULL, id BLOB NOT NULL UNIQUE, dead_at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (user, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
  user BLOB NOT NULL, id BLOB NOT NULL, hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL, PRIMARY KEY (user, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE throttles (subject TEXT PRIMARY KEY, until INTEGER NOT NULL, updated_at INTEGER NOT NULL, body TEXT NOT NULL)
STRICT, WITHOUT ROWID;
CREATE TABLE idempotency (
  owner BLOB NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (at);

-- The upload's bytes stand last, so that a list of imports does not read them.
CREATE TABLE imports (
  owner BLOB NOT NULL, id BLOB NOT NULL, preview INTEGER NOT NULL, created_at INTEGER NOT NULL, body TEXT NOT NULL,
  content BLOB NOT NULL, PRIMARY KEY (owner, id)
) STRICT;
CREATE TABLE fingerprints (
  owner BLOB NOT NULL, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, row BLOB NOT NULL, import BLOB NOT NULL,
  PRIMARY KEY (owner, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX fingerprints_by_import ON fingerprints (owner, import);
