-- From where an expense was recorded, or its statement: page, api or cli. Of those that are there it is not known.
ALTER TABLE expenses ADD COLUMN via TEXT NOT NULL DEFAULT 'page';
-- How much somebody means to spend in a category, from some period of their calendar on; of all categories where it is NULL.
CREATE TABLE budgets (
  owner BLOB NOT NULL, id BLOB NOT NULL, category BLOB, body TEXT NOT NULL, PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX budgets_by_category ON budgets (category) WHERE category IS NOT NULL;
