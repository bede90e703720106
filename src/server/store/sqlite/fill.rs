//! A new file that is filled in one go does without the indexes that nothing asks for meanwhile: made at the end, each is
//! written once and in its order.

use super::{super::Result, sql::all};
use rusqlite::Connection;

/// What the numbers of expenses are looked up in.
const NEEDED: &str = "expenses_by_doc";

/// Drops the indexes that can wait; answers what makes them.
pub fn without_indexes(c: &Connection) -> Result<Vec<String>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE INDEX %' AND name <> ?";
    let indexes = all(c, sql, [NEEDED], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    for (name, _) in &indexes {
        c.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// Makes them.
pub fn with_indexes(c: &Connection, indexes: &[String]) -> Result<()> {
    Ok(indexes.iter().try_for_each(|sql| c.execute_batch(sql))?)
}
