//! Sums of expenses, from the sums that are kept by day and by month: as quick for a million expenses as for ten.
//!
//! It must never answer anything but what the expenses themselves sum to; [`check`] proves that it does not.

use super::{
    super::{
        Result,
        numbers::{day_int, held},
        sums::{Sum, SumChanges, SumKey, fault, parts},
    },
    error::damaged,
    expenses::account_currency,
    rows::id,
    sql::{all, count, day, run, uuid, wide},
};
use crate::domain::{CategoryId, Day, ExpenseFilter, Money, Span, Total, UserId, fold, report::CategorySum};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most faults that are told.
const TOLD: usize = 20;
const SUM: &str = "sum(high), sum(low)";

/// How many and how much in one category.
struct Group {
    category: Option<CategoryId>,
    n: u64,
    sum: i128,
}

fn groups(c: &Connection, owner: UserId, span: Span) -> Result<Vec<Group>> {
    let part = |unit, n| {
        format!("SELECT category, n, high, low FROM sums WHERE owner = ?1 AND unit = {unit} AND date BETWEEN ?{n} AND ?{}", n + 1)
    };
    let [before, months, after] = [part(1, 2), part(100, 4), part(1, 6)];
    let sql = format!("SELECT category, sum(n), {SUM} FROM ({before} UNION ALL {months} UNION ALL {after}) GROUP BY category");
    let [before, months, after] = parts(span);
    let values = params![id(owner.0), before.0, before.1, months.0, months.1, after.0, after.1];
    all(c, &sql, values, |row| Ok(Group { category: category(row, 0)?, n: count(row, 1)?, sum: wide(row, 2)? }))
}

fn category(row: &Row<'_>, column: usize) -> Result<Option<CategoryId>> {
    let bytes: Vec<u8> = row.get(column)?;
    match bytes.as_slice() {
        [] => Ok(None),
        bytes => Ok(Some(CategoryId(Uuid::from_slice(bytes).map_err(|_| damaged("a category of a sum"))?))),
    }
}

pub fn spending(c: &Connection, owner: UserId, spans: &[Span]) -> Result<Vec<Vec<CategorySum>>> {
    let currency = account_currency(c, owner)?;
    let of_span = |span: &Span| {
        let groups = groups(c, owner, *span)?.into_iter();
        let mut groups: Vec<CategorySum> = groups
            .map(|g| {
                let total = Total { count: g.n, sum: Money::new(held(g.sum), currency) };
                CategorySum { category_id: g.category, total }
            })
            .collect();
        groups.sort_by_key(|g| (std::cmp::Reverse(g.total.sum.minor), g.category_id));
        Ok(groups)
    };
    spans.iter().map(of_span).collect()
}

/// The total of what matches, if the kept sums know it: they know days and categories only.
pub fn total(c: &Connection, owner: UserId, filter: &ExpenseFilter) -> Result<Option<Total>> {
    let ExpenseFilter { from, to, categories, uncategorised, q, min, max, import_id, added, sort: _ } = filter;
    if !fold::words(q).is_empty() || min.is_some() || max.is_some() || import_id.is_some() || !added.is_empty() {
        return Ok(None);
    }
    let wanted = |group: &Group| {
        filter.every_category() || group.category.map_or(*uncategorised, |category| categories.contains(&category))
    };
    let span = Span { from: from.unwrap_or(Day::MIN), to: to.unwrap_or(Day::MAX) };
    let groups = groups(c, owner, span)?;
    let (n, sum) = groups.iter().filter(|g| wanted(g)).fold((0, 0), |(n, sum), group| (n + group.n, sum + group.sum));
    Ok(Some(Total { count: n, sum: Money::new(held(sum), account_currency(c, owner)?) }))
}

/// What the expenses of each day after `after` sum to, in minor units.
pub fn daily(c: &Connection, owner: UserId, after: Day) -> Result<Vec<(Day, i128)>> {
    let sql = format!("SELECT date, {SUM} FROM sums WHERE owner = ? AND unit = 1 AND date > ? GROUP BY date");
    all(c, &sql, params![id(owner.0), day_int(after)], |row| Ok((day(row, 0)?, wide(row, 1)?)))
}

/// The sums of each day of a span, by category.
pub fn daily_by_category(c: &Connection, owner: UserId, span: Span) -> Result<Vec<(Day, CategorySum)>> {
    let currency = account_currency(c, owner)?;
    let sql = "SELECT date, category, n, high, low FROM sums WHERE owner = ? AND unit = 1 AND date BETWEEN ? AND ?
               ORDER BY date, category";
    all(c, sql, params![id(owner.0), day_int(span.from), day_int(span.to)], |row| {
        let total = Total { count: count(row, 2)?, sum: Money::new(held(wide(row, 3)?), currency) };
        Ok((day(row, 0)?, CategorySum { category_id: category(row, 1)?, total }))
    })
}

/// Moves the sums; those of nothing any more go.
pub fn adjust(c: &Connection, changes: &SumChanges) -> Result<()> {
    for (key, sum) in changes.moves() {
        let category = key.category.map_or(Vec::new(), |category| category.0.as_bytes().to_vec());
        let owner = id(key.owner.0);
        run(
            c,
            "INSERT INTO sums (owner, unit, date, category, n, high, low) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET n = n + excluded.n, high = high + excluded.high, low = low + excluded.low",
            params![owner, key.unit, key.date, category, sum.n, sum.high, sum.low],
        )?;
        if sum.n < 0 {
            let empty = "DELETE FROM sums WHERE owner = ? AND unit = ? AND date = ? AND category = ? AND n = 0";
            run(c, empty, params![owner, key.unit, key.date, category])?;
        }
    }
    Ok(())
}

/// Kept sums that are not what the expenses sum to, as lines of faults.
pub fn check(c: &Connection) -> Result<Vec<String>> {
    let mut apart = SumChanges::default();
    let key = |row: &Row<'_>, unit| -> Result<SumKey> {
        Ok(SumKey { owner: UserId(uuid(row, 0)?), unit, date: row.get(1)?, category: category(row, 2)? })
    };
    let mut statement =
        c.prepare("SELECT owner, date, coalesce(category, x''), amount FROM expenses INDEXED BY expenses_by_date")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let SumKey { owner, date, category, .. } = key(row, 1)?;
        apart.add(owner, date, category, Sum::of(row.get(3)?), 1);
    }
    let mut statement = c.prepare("SELECT owner, date, category, unit, n, high, low FROM sums")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let sum = Sum { n: row.get(4)?, high: row.get(5)?, low: row.get(6)? };
        apart.take(key(row, row.get(3)?)?, sum);
    }
    let wrong: BTreeSet<(UserId, i64)> = apart.moves().map(|(key, _)| (key.owner, key.date)).collect();
    let line = |(owner, date): (UserId, i64)| fault(&owner.0.simple().to_string().to_uppercase(), date);
    Ok(wrong.into_iter().take(TOLD).map(line).collect())
}
