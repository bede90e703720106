-- From where an expense was recorded, or its statement: page, api or cli. Of those that are there it is not known.
ALTER TABLE expenses ADD COLUMN via TEXT NOT NULL DEFAULT 'page';
