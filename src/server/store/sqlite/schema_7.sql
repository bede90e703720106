-- Beginnings of one and of two letters have lists of their own: a term begins with the 32 digits of its owner and its kind.
DROP TABLE found_terms;
DROP TABLE found;
CREATE VIRTUAL TABLE found USING fts5 (
  terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '34 35'
);
CREATE VIRTUAL TABLE found_terms USING fts5vocab (found, instance);
INSERT INTO found (rowid, terms)
SELECT doc, replace(search, ' ', ' ' || o || 'w') || ' ' || o || 'n' || amount || ' ' || o || 'k' || iif(category IS NULL, 'none', lower(hex(category)))
  || ' ' || o || 'v' || iif(import IS NULL, via, 'import') || iif(import IS NULL, '', ' ' || o || 'i' || lower(hex(import)))
FROM (SELECT *, lower(hex(owner)) AS o FROM expenses) ORDER BY doc;
-- What was deleted and is not there again, and by which entry: it follows from the journal, which keeps it for good.
-- `thing` is the record as JSON, as it was.
CREATE TABLE trash (
  owner BLOB NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, via TEXT NOT NULL,
  command TEXT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (owner, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX trash_by_seq ON trash (owner, seq, id, kind);

-- The last to delete a thing counts. What a large command has deleted so far has no entry yet; its job knows it.
INSERT INTO trash (owner, kind, id, seq, at, via, command, thing)
SELECT owner, kind, id, seq, at, via, command, before FROM (
  SELECT c.owner, c.seq, c.n, c.before, json_extract(c.before, '$.record') AS kind,
    unhex(replace(json_extract(c.before, '$.value.id'), '-', '')) AS id,
    coalesce(j.at, unixepoch(json_extract(w.body, '$.end.entry.at')) * 1000000) AS at,
    coalesce(j.via, json_extract(w.body, '$.end.entry.via')) AS via,
    coalesce(j.command, json_extract(w.body, '$.end.entry.command')) AS command
  FROM journal_changes c
  LEFT JOIN journal j ON j.owner = c.owner AND j.seq = c.seq
  LEFT JOIN jobs w ON w.owner = c.owner
  WHERE c.after IS NULL AND json_extract(c.before, '$.record') IN ('expense', 'funds')
) AS gone
WHERE at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM expenses e WHERE kind = 'expense' AND e.owner = gone.owner AND e.id = gone.id)
  AND NOT EXISTS (SELECT 1 FROM funds f WHERE kind = 'funds' AND f.owner = gone.owner AND f.id = gone.id)
ORDER BY owner, seq, n
ON CONFLICT (owner, kind, id) DO UPDATE SET seq = excluded.seq, at = excluded.at, via = excluded.via,
  command = excluded.command, thing = excluded.thing;

-- A history of one kind is that of its commands, newest first.
CREATE INDEX journal_by_kind ON journal (owner, command, seq);
-- Expenses and funds that come again and again. `due`: the next day on which the server is to record one, where it is to.
CREATE TABLE recurring (
  owner BLOB NOT NULL, id BLOB NOT NULL, category BLOB, due INTEGER, body TEXT NOT NULL, PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX recurring_by_category ON recurring (category) WHERE category IS NOT NULL;
CREATE INDEX recurring_by_due ON recurring (due, owner, id) WHERE due IS NOT NULL;
-- Links by which somebody may sign up, or choose a new password, once. Only the hash of what is in them is kept.
CREATE TABLE links (id TEXT PRIMARY KEY, ends_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- Who leaves, was deleted, or is being taken away; see "Deleted people" in docs/architecture.md.
CREATE TABLE removals (user BLOB PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- Everybody's entries by what was done and when; and what somebody did to others.
CREATE INDEX journal_by_command ON journal (command, at, owner, seq);
CREATE INDEX journal_by_actor ON journal (actor_id, at, owner, seq) WHERE actor_id <> owner;
