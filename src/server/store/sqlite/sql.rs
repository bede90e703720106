//! Small words for talking to SQLite: cached statements, and the types of columns.

use super::{super::Result, error::damaged};
use crate::domain::{Currency, Day, Instant, Money};
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
/// As SQLite keeps whole numbers. Counts of the store never come near its end.
pub fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A day as it is kept: `20261122`.
pub fn day_int(day: Day) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
pub fn day(row: &Row<'_>, column: usize) -> Result<Day> {
    let n: i64 = row.get(column)?;
    let part = |n: i64| i8::try_from(n % 100).unwrap_or(0);
    i16::try_from(n / 10_000).ok().and_then(|year| Day::new(year, part(n / 100), part(n)).ok()).ok_or_else(|| damaged("a day"))
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

/// The sum in `column` and the next, held at the ends of what minor units can be: nine thousand times
/// the largest balance.
pub fn sum(row: &Row<'_>, column: usize) -> Result<i64> {
    Ok(held(wide(row, column)?))
}
/// As [`sum`], whatever it is.
pub fn wide(row: &Row<'_>, column: usize) -> Result<i128> {
    let (high, low): (i64, i64) = (row.get(column)?, row.get(column + 1)?);
    Ok(i128::from(high) * 1_000_000_000 + i128::from(low))
}
pub fn held(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}
