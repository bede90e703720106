-- What the expenses of a day and of a month sum to, in each category: a report reads these few rows, however many the
-- expenses. The triggers keep them, in the same transaction.
-- `unit`: 1, and `date` is a day; 100, and `date` is a month as yyyymm00. An empty `category` is none.
-- The sum is high * 1000000000 + low, so that neither overflows.
CREATE TABLE sums (
  owner BLOB NOT NULL, unit INTEGER NOT NULL, date INTEGER NOT NULL, category BLOB NOT NULL,
  n INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL,
  PRIMARY KEY (owner, unit, date, category)
) STRICT, WITHOUT ROWID;

-- What the sums must be; with the sums themselves, all that `outlay doctor` needs.
CREATE VIEW expected_sums AS
SELECT owner, unit, date / unit * unit AS date, coalesce(category, x'') AS category, count(*) AS n,
  sum(amount / 1000000000) AS high, sum(amount % 1000000000) AS low
FROM expenses CROSS JOIN (SELECT 1 AS unit UNION ALL SELECT 100)
GROUP BY 1, 2, 3, 4;

INSERT INTO sums SELECT * FROM expected_sums;

CREATE TRIGGER sums_gain AFTER INSERT ON expenses BEGIN
  INSERT INTO sums (owner, unit, date, category, n, high, low)
  VALUES
    (NEW.owner, 1, NEW.date, coalesce(NEW.category, x''), 1, NEW.amount / 1000000000, NEW.amount % 1000000000),
    (NEW.owner, 100, NEW.date / 100 * 100, coalesce(NEW.category, x''), 1, NEW.amount / 1000000000, NEW.amount % 1000000000)
  ON CONFLICT DO UPDATE SET n = n + 1, high = high + excluded.high, low = low + excluded.low;
END;

CREATE TRIGGER sums_lose AFTER DELETE ON expenses BEGIN
  INSERT INTO sums (owner, unit, date, category, n, high, low)
  VALUES
    (OLD.owner, 1, OLD.date, coalesce(OLD.category, x''), 1, OLD.amount / 1000000000, OLD.amount % 1000000000),
    (OLD.owner, 100, OLD.date / 100 * 100, coalesce(OLD.category, x''), 1, OLD.amount / 1000000000, OLD.amount % 1000000000)
  ON CONFLICT DO UPDATE SET n = n - 1, high = high - excluded.high, low = low - excluded.low;
  DELETE FROM sums
  WHERE owner = OLD.owner AND unit = 1 AND date = OLD.date AND category = coalesce(OLD.category, x'') AND n = 0;
  DELETE FROM sums
  WHERE owner = OLD.owner AND unit = 100 AND date = OLD.date / 100 * 100 AND category = coalesce(OLD.category, x'') AND n = 0;
END;

CREATE TRIGGER sums_move AFTER UPDATE OF owner, date, category, amount ON expenses
WHEN (NEW.owner, NEW.date, NEW.category, NEW.amount) IS NOT (OLD.owner, OLD.date, OLD.category, OLD.amount) BEGIN
  INSERT INTO sums (owner, unit, date, category, n, high, low)
  VALUES
    (OLD.owner, 1, OLD.date, coalesce(OLD.category, x''), 1, OLD.amount / 1000000000, OLD.amount % 1000000000),
    (OLD.owner, 100, OLD.date / 100 * 100, coalesce(OLD.category, x''), 1, OLD.amount / 1000000000, OLD.amount % 1000000000)
  ON CONFLICT DO UPDATE SET n = n - 1, high = high - excluded.high, low = low - excluded.low;
  INSERT INTO sums (owner, unit, date, category, n, high, low)
  VALUES
    (NEW.owner, 1, NEW.date, coalesce(NEW.category, x''), 1, NEW.amount / 1000000000, NEW.amount % 1000000000),
    (NEW.owner, 100, NEW.date / 100 * 100, coalesce(NEW.category, x''), 1, NEW.amount / 1000000000, NEW.amount % 1000000000)
  ON CONFLICT DO UPDATE SET n = n + 1, high = high + excluded.high, low = low + excluded.low;
  DELETE FROM sums
  WHERE owner = OLD.owner AND unit = 1 AND date = OLD.date AND category = coalesce(OLD.category, x'') AND n = 0;
  DELETE FROM sums
  WHERE owner = OLD.owner AND unit = 100 AND date = OLD.date / 100 * 100 AND category = coalesce(OLD.category, x'') AND n = 0;
END;
