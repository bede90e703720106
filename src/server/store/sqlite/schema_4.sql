-- Large commands that are at work; see "Large commands" in docs/architecture.md. Nobody else changes an account while it
-- is busy with one. What it will change is in journal_changes already, without an entry in journal until its end.
CREATE TABLE jobs (owner BLOB PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
ALTER TABLE accounts ADD COLUMN busy INTEGER NOT NULL DEFAULT 0;
