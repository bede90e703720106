//! A new file that is filled in one go does without what nothing asks for meanwhile: the indexes, and the terms by which
//! expenses are found. Made at the end, each is written once and in its order.

use super::{
    super::{Record, Result, numbers::day_int, search::search_text},
    found, rows,
    sql::all,
};
use rusqlite::Connection;
use std::collections::HashMap;

/// What waits until a file is filled.
pub struct Filling {
    /// What makes the indexes.
    indexes: Vec<String>,
    /// The last number of each day (see [`found::DAY`]).
    numbers: HashMap<i64, i64>,
}

impl Filling {
    /// Of a file that holds nothing.
    pub fn begin(c: &Connection) -> Result<Self> {
        let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE INDEX %'";
        let indexes = all(c, sql, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        for (name, _) in &indexes {
            c.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        Ok(Self { indexes: indexes.into_iter().map(|(_, sql)| sql).collect(), numbers: HashMap::new() })
    }

    /// Writes a record; of an expense, the row alone.
    pub fn put(&mut self, c: &Connection, record: &Record) -> Result<()> {
        let Record::Expense(expense) = record else { return rows::put(c, record) };
        let first = day_int(expense.date) * found::DAY;
        let number = self.numbers.entry(first).or_insert(first);
        *number += 1;
        rows::write_expense(c, expense, &search_text(expense), *number)
    }

    /// Makes what has waited.
    pub fn end(self, c: &Connection) -> Result<()> {
        self.indexes.iter().try_for_each(|sql| c.execute_batch(sql))?;
        found::fill(c)
    }
}
