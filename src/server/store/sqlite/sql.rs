//! Small words for talking to SQLite: cached statements, and the types of columns.

use super::{
    super::{
        Result,
        numbers::{held, int_day},
    },
    error::damaged,
};
use crate::domain::{Currency, Day, Instant, Money, journal::Via};
use rusqlite::{Connection, Params, Row};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Runs a statement that answers nothing; how many rows it changed.
pub fn run(c: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    Ok(c.prepare_cached(sql)?.execute(params)?)
}

/// All rows, read by `read`.
pub fn all<T>(c: &Connection, sql: &str, params: impl Params, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read(row)?);
    }
    Ok(out)
}

/// The first row, if there is one.
pub fn one<T>(c: &Connection, sql: &str, params: impl Params, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// A record kept as JSON in the first column.
pub fn body<T: DeserializeOwned>(row: &Row<'_>) -> Result<T> {
    Ok(serde_json::from_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?)
}

pub fn uuid(row: &Row<'_>, column: usize) -> Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(column)?))
}
pub fn maybe_uuid(row: &Row<'_>, column: usize) -> Result<Option<Uuid>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}
pub fn instant(row: &Row<'_>, column: usize) -> Result<Instant> {
    Ok(Instant(row.get(column)?))
}
/// A whole number that is never negative.
pub fn count(row: &Row<'_>, column: usize) -> Result<u64> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| damaged("a count"))
}
/// From where something came.
pub fn via(row: &Row<'_>, column: usize) -> Result<Via> {
    let code = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    Via::ALL.into_iter().find(|via| via.code() == code).ok_or_else(|| damaged("an origin"))
}
pub fn day(row: &Row<'_>, column: usize) -> Result<Day> {
    int_day(row.get(column)?).ok_or_else(|| damaged("a day"))
}

pub fn currency(row: &Row<'_>, column: usize) -> Result<Currency> {
    row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?.parse().map_err(|_| damaged("a currency"))
}
/// Minor units in one column, the currency in the next.
pub fn money(row: &Row<'_>, column: usize) -> Result<Money> {
    Ok(Money::new(row.get(column)?, currency(row, column + 1)?))
}

/// Sums a column of minor units as two columns that cannot overflow; [`sum`] reads them.
pub const SUM: &str = "coalesce(sum(amount / 1000000000), 0), coalesce(sum(amount % 1000000000), 0)";

/// The sum in `column` and the next.
pub fn sum(row: &Row<'_>, column: usize) -> Result<i64> {
    Ok(held(wide(row, column)?))
}
/// As [`sum`], whatever it is.
pub fn wide(row: &Row<'_>, column: usize) -> Result<i128> {
    let (high, low): (i64, i64) = (row.get(column)?, row.get(column + 1)?);
    Ok(i128::from(high) * 1_000_000_000 + i128::from(low))
}
