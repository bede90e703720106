-- By which terms an expense is found; see "Finding" in docs/architecture.md. `doc` is its number in there: its day times 2^32,
-- and the how-manieth of that day it is, of everybody's. So who reads a term's expenses reads them by day.
ALTER TABLE expenses ADD COLUMN doc INTEGER NOT NULL DEFAULT 0;
UPDATE expenses SET doc = numbered.doc FROM (
  SELECT owner, id, date * 4294967296 + row_number() OVER (PARTITION BY date ORDER BY owner, id) AS doc FROM expenses
) AS numbered WHERE expenses.owner = numbered.owner AND expenses.id = numbered.id;
CREATE INDEX expenses_by_doc ON expenses (doc, amount);

-- Each term begins with its owner: w, a word; n, an amount; k, a category; v, how it was added; i, a statement.
CREATE VIRTUAL TABLE found USING fts5 (terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE found_terms USING fts5vocab (found, instance);
-- It is filled by version 7, which makes it anew.

-- Filters of the expenses that somebody keeps under a name.
CREATE TABLE filters (owner BLOB NOT NULL, id BLOB NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, id)) STRICT, WITHOUT ROWID;
