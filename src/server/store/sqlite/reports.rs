//! Funds, what each day adds to the balance, budgets, and saved filters.

use super::{
    super::{
        Result,
        numbers::{day_int, held},
        place::FundsPlace,
    },
    error::damaged,
    expenses::account_currency,
    rows::{FUNDS, id, read_funds},
    sql::{SUM, all, body, count, day, one, sum, wide},
    sums,
};
use crate::domain::{Budget, CategoryId, Day, Funds, ImportId, Money, Page, SavedFilter, Span, Total, UserId, page::PageRequest};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

pub fn funds_list(c: &Connection, owner: UserId, span: Span, page: &PageRequest) -> Result<Page<Funds>> {
    let limit = i64::from(page.limit).saturating_add(1);
    let (owner, from, to) = (id(owner.0), day_int(span.from), day_int(span.to));
    let order = "ORDER BY date DESC, id DESC LIMIT ?";
    // One bound at each end: with two at one end SQLite would begin at the wider one.
    let mut items = match page.cursor.as_ref().map(FundsPlace::parse).transpose()? {
        Some(place) if place.date <= span.to => all(
            c,
            &format!("SELECT {FUNDS} FROM funds WHERE owner = ? AND date >= ? AND (date, id) < (?, ?) {order}"),
            params![owner, from, day_int(place.date), id(place.id.0), limit],
            read_funds,
        ),
        _ => all(
            c,
            &format!("SELECT {FUNDS} FROM funds WHERE owner = ? AND date >= ? AND date <= ? {order}"),
            params![owner, from, to, limit],
            read_funds,
        ),
    }?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|f| FundsPlace::of(f).cursor());
    Ok(Page { items, next_cursor })
}

pub fn funds_of_import(c: &Connection, owner: UserId, import: ImportId) -> Result<Vec<Funds>> {
    let sql = format!("SELECT {FUNDS} FROM funds WHERE owner = ? AND import = ? ORDER BY id");
    all(c, &sql, [id(owner.0), id(import.0)], read_funds)
}

pub fn funds_total(c: &Connection, owner: UserId, span: Span) -> Result<Total> {
    let currency = account_currency(c, owner)?;
    let sql = format!("SELECT count(*), {SUM} FROM funds WHERE owner = ? AND date BETWEEN ? AND ?");
    one(c, &sql, params![id(owner.0), day_int(span.from), day_int(span.to)], |row| {
        Ok(Total { count: count(row, 0)?, sum: Money::new(sum(row, 1)?, currency) })
    })?
    .ok_or_else(|| damaged("a sum"))
}

pub fn daily_net(c: &Connection, owner: UserId, after: Day) -> Result<Vec<(Day, i64)>> {
    let mut net: BTreeMap<Day, i128> = BTreeMap::new();
    let sql = format!("SELECT date, {SUM} FROM funds WHERE owner = ? AND date > ? GROUP BY date");
    let funds = all(c, &sql, params![id(owner.0), day_int(after)], |row| Ok((day(row, 0)?, wide(row, 1)?)))?;
    let spent = sums::daily(c, owner, after)?.into_iter().map(|(day, sum)| (day, -sum));
    for (day, sum) in funds.into_iter().chain(spent) {
        *net.entry(day).or_default() += sum;
    }
    Ok(net.into_iter().map(|(day, sum)| (day, held(sum))).collect())
}

pub fn budgets(c: &Connection, owner: UserId) -> Result<Vec<Budget>> {
    all(c, "SELECT body FROM budgets WHERE owner = ? ORDER BY id", [id(owner.0)], body)
}

pub fn filters(c: &Connection, owner: UserId) -> Result<Vec<SavedFilter>> {
    all(c, "SELECT body FROM filters WHERE owner = ? ORDER BY id", [id(owner.0)], body)
}

/// Everybody's budgets of a category.
pub fn budgets_of(c: &Connection, category: CategoryId) -> Result<Vec<Budget>> {
    all(c, "SELECT body FROM budgets WHERE category = ? ORDER BY owner, id", [id(category.0)], body)
}
