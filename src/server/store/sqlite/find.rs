//! How a page of expenses is found, and what all of it sums to: by an index that has the order, by one that leaves few
//! rows to be sorted, or by terms. It must never read more of an account than an answer needs, and never miss a row.

use super::{
    super::{
        Result,
        numbers::day_int,
        place::{ExpensePlace, SortKey},
        search::Search,
    },
    error::damaged,
    expenses::{self, Where, account_currency, blob, page_sql},
    found::{self, Asked, DAY},
    rows::id,
    sql::{SUM, all, count, one, sum},
    sums,
};
use crate::domain::{
    Day, Expense, ExpenseFilter, ExpenseId, Money, Page, Sort, Total, UserId, expense::Added, page::PageRequest,
};
use rusqlite::{Connection, params, params_from_iter, types::Value};
use std::collections::BTreeSet;
use uuid::Uuid;

pub const BY_DATE: &str = "expenses_by_date";
pub const BY_AMOUNT: &str = "expenses_by_amount";
pub const BY_CATEGORY: &str = "expenses_by_category";

/// So many entries of an index are read and sorted in a few milliseconds; so many rows, if each is looked at.
const FEW_ENTRIES: i64 = 20_000;
const FEW_ROWS: i64 = 5_000;
/// So many found by terms are sorted before anything else is tried, and so many rows are then walked through.
const SORTED: usize = 20_000;
const WALKED: i64 = 10_000;

#[cfg(test)]
thread_local! {
    /// How many entries of terms the last list by day read.
    pub static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// What a list asks for.
struct List<'a> {
    c: &'a Connection,
    owner: UserId,
    filter: &'a ExpenseFilter,
    search: &'a Search,
    after: Option<&'a ExpensePlace>,
    /// One more than are shown.
    wanted: usize,
}

/// The first of what comes, in order.
struct First {
    up: bool,
    wanted: usize,
    keys: Vec<(i64, Uuid)>,
}

impl First {
    fn add(&mut self, key: (i64, Uuid)) {
        self.keys.push(key);
        if self.keys.len() > self.wanted.saturating_mul(8).max(4_096) {
            self.settle();
        }
    }
    fn settle(&mut self) {
        if self.up {
            self.keys.sort_unstable()
        } else {
            self.keys.sort_unstable_by(|a, b| b.cmp(a))
        }
        self.keys.truncate(self.wanted);
    }
    fn done(mut self) -> Vec<(i64, Uuid)> {
        self.settle();
        self.keys
    }
}

/// A page in the filter's order.
pub fn list(c: &Connection, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>> {
    let after = page.cursor.as_ref().map(|cursor| ExpensePlace::parse(cursor, filter.sort)).transpose()?;
    let search = found::search(c, owner, filter)?;
    let wanted = (page.limit as usize).saturating_add(1);
    let list = List { c, owner, filter, search: &search, after: after.as_ref(), wanted };
    let mut items = list.items()?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|e| ExpensePlace::of(e, filter.sort).cursor());
    Ok(Page { items, next_cursor })
}

impl List<'_> {
    fn items(&self) -> Result<Vec<Expense>> {
        let Self { c, owner, filter, search, .. } = *self;
        if let Some(index) = category_index(filter, search) {
            return self.by_index(index);
        }
        match found::asked(c, owner, filter, search)? {
            Asked::Nothing => Ok(Vec::new()),
            Asked::Everything => self.by_index(self.index()?),
            Asked::Match(_) if has_few_amounts(c, owner, filter, FEW_ROWS)? => self.by_index(BY_AMOUNT),
            Asked::Match(terms) => {
                let keys = if self.by_day() { self.terms_by_day(&terms)? } else { self.terms_by_amount(&terms)? };
                self.rows(&keys)
            }
        }
    }

    fn by_day(&self) -> bool {
        self.filter.sort.is_by_day()
    }
    fn up(&self) -> bool {
        matches!(self.filter.sort, Sort::DateUp | Sort::AmountUp)
    }
    fn first(&self) -> First {
        First { up: self.up(), wanted: self.wanted, keys: Vec::new() }
    }

    /// For days and amounts only: the order's own, unless the other one leaves few to be sorted.
    fn index(&self) -> Result<&'static str> {
        let Self { c, owner, filter, .. } = *self;
        Ok(match self.by_day() {
            true if has_few_amounts(c, owner, filter, FEW_ENTRIES)? => BY_AMOUNT,
            true => BY_DATE,
            false if has_few_days(c, owner, filter, FEW_ENTRIES)? => BY_DATE,
            false => BY_AMOUNT,
        })
    }

    fn by_index(&self, index: &str) -> Result<Vec<Expense>> {
        let (sql, mut values) = page_sql(self.owner, self.filter, self.search, index, self.after);
        values.push(i64::try_from(self.wanted).unwrap_or(i64::MAX).into());
        all(self.c, &sql, params_from_iter(values), expenses::read)
    }

    fn rows(&self, keys: &[(i64, Uuid)]) -> Result<Vec<Expense>> {
        let row = |(_, id): &(i64, Uuid)| {
            expenses::get(self.c, self.owner, ExpenseId(*id))?.ok_or_else(|| damaged("an expense that was found is not there"))
        };
        keys.iter().map(row).collect()
    }

    /// What terms find comes by day, but within a day as it was recorded: a day is read to its end.
    fn terms_by_day(&self, terms: &str) -> Result<Vec<(i64, Uuid)>> {
        let place = self.place();
        let (mut from, mut to) = days(self.filter);
        if let Some((day, _)) = place {
            let bound = if self.up() { &mut from } else { &mut to };
            *bound = if self.up() { (*bound).max(day) } else { (*bound).min(day) };
        }
        let order = if self.up() { "ORDER BY f.rowid ASC" } else { "ORDER BY f.rowid DESC" };
        let (sql, values) = terms_sql("e.doc, e.id", self.owner, self.filter, terms, (from, to), order);
        let mut statement = self.c.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let (mut first, mut last) = (self.first(), None);
        #[cfg(test)]
        READ.set(0);
        while let Some(row) = rows.next()? {
            #[cfg(test)]
            READ.set(READ.get() + 1);
            let day = row.get::<_, i64>(0)?.div_euclid(DAY);
            if last != Some(day) && first.keys.len() >= self.wanted {
                break;
            }
            last = Some(day);
            let key = (day, super::sql::uuid(row, 1)?);
            if place.is_none_or(|place| if self.up() { key > place } else { key < place }) {
                first.add(key);
            }
        }
        Ok(first.done())
    }

    /// When there are many, those with the largest or smallest amounts may come up soon on the way through the amounts.
    fn terms_by_amount(&self, terms: &str) -> Result<Vec<(i64, Uuid)>> {
        let (found, is_all) = self.sorted(terms, SORTED)?;
        if is_all {
            return Ok(found);
        }
        match self.walk()? {
            Some(keys) => Ok(keys),
            None => Ok(self.sorted(terms, usize::MAX)?.0),
        }
    }

    /// The first of what terms find, and whether these were no more than `most`.
    fn sorted(&self, terms: &str, most: usize) -> Result<(Vec<(i64, Uuid)>, bool)> {
        let place = self.place();
        let ExpenseFilter { min, max, .. } = *self.filter;
        let all = ExpenseFilter { min: None, max: None, ..self.filter.clone() };
        let (sql, values) = terms_sql("e.amount, e.id", self.owner, &all, terms, days(&all), "");
        let mut statement = self.c.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let (mut first, mut n) = (self.first(), 0);
        while let Some(row) = rows.next()? {
            n += 1;
            if n > most {
                return Ok((Vec::new(), false));
            }
            let key: (i64, Uuid) = (row.get(0)?, super::sql::uuid(row, 1)?);
            let within = min.is_none_or(|min| key.0 >= min) && max.is_none_or(|max| key.0 <= max);
            if within && place.is_none_or(|place| if self.up() { key > place } else { key < place }) {
                first.add(key);
            }
        }
        Ok((first.done(), true))
    }

    /// A page by looking at one row after the other; `None` when it did not come together soon.
    fn walk(&self) -> Result<Option<Vec<(i64, Uuid)>>> {
        let mut it = Where::owner(self.owner);
        it.categories(self.filter);
        it.dates(self.filter);
        it.amounts(self.filter);
        let order = if self.up() { "ASC" } else { "DESC" };
        if let Some((amount, id)) = self.place() {
            it.and(&format!("(amount, id) {} (?, ?)", if self.up() { ">" } else { "<" }), [amount.into(), blob(id)]);
        }
        it.values.push(WALKED.into());
        let sql = format!(
            "SELECT amount, id FROM expenses INDEXED BY {BY_AMOUNT} WHERE {} ORDER BY amount {order}, id {order} LIMIT ?",
            it.text
        );
        let mut fits = Where::owner(self.owner);
        fits.rest(self.filter, self.search);
        let fits_sql = format!("SELECT 1 FROM expenses WHERE {} AND id = ?", fits.text);
        let mut check = self.c.prepare_cached(&fits_sql)?;
        let mut statement = self.c.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(it.values))?;
        let (mut keys, mut seen) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            seen += 1;
            let key = (row.get(0)?, super::sql::uuid(row, 1)?);
            let values = fits.values.iter().cloned().chain([blob(key.1)]);
            if check.exists(params_from_iter(values))? {
                keys.push(key);
                if keys.len() == self.wanted {
                    return Ok(Some(keys));
                }
            }
        }
        Ok((seen < WALKED).then_some(keys))
    }

    /// The place before the page, as a key.
    fn place(&self) -> Option<(i64, Uuid)> {
        self.after.map(|place| match place.key {
            SortKey::Date(day) => (day_int(day), place.id.0),
            SortKey::Amount(minor) => (minor, place.id.0),
        })
    }
}

/// One category and no terms beside it, by day: its index has that order.
fn category_index(filter: &ExpenseFilter, search: &Search) -> Option<&'static str> {
    let one = filter.categories.len() + usize::from(filter.uncategorised) == 1;
    let by_day = filter.sort.is_by_day();
    let bare = search.is_empty() && filter.import_id.is_none() && filter.added.is_empty();
    (one && by_day && bare).then_some(BY_CATEGORY)
}

/// The first and last day of a filter, as they are kept.
fn days(filter: &ExpenseFilter) -> (i64, i64) {
    (filter.from.map_or(day_int(Day::MIN), day_int), filter.to.map_or(day_int(Day::MAX), day_int))
}

/// Reads what terms find within these days.
fn terms_sql(
    columns: &str,
    owner: UserId,
    filter: &ExpenseFilter,
    terms: &str,
    (from, to): (i64, i64),
    order: &str,
) -> (String, Vec<Value>) {
    let mut it = Where::owner(owner);
    it.amounts(filter);
    let sql = format!(
        "SELECT {columns} FROM found f CROSS JOIN expenses e INDEXED BY expenses_by_doc ON e.doc = f.rowid
         WHERE found MATCH ? AND f.rowid >= ? AND f.rowid < ? AND {} {order}",
        it.text
    );
    let bounds = [terms.to_owned().into(), (from * DAY).into(), ((to + 1) * DAY).into()];
    (sql, bounds.into_iter().chain(it.values).collect())
}

fn has_few_amounts(c: &Connection, owner: UserId, filter: &ExpenseFilter, few: i64) -> Result<bool> {
    let bounds = (filter.min.unwrap_or(i64::MIN), filter.max.unwrap_or(i64::MAX));
    Ok((filter.min.is_some() || filter.max.is_some()) && has_few(c, owner, ("amount", BY_AMOUNT), bounds, few)?)
}

fn has_few_days(c: &Connection, owner: UserId, filter: &ExpenseFilter, few: i64) -> Result<bool> {
    let bounds = (filter.from.map_or(i64::MIN, day_int), filter.to.map_or(i64::MAX, day_int));
    Ok((filter.from.is_some() || filter.to.is_some()) && has_few(c, owner, ("date", BY_DATE), bounds, few)?)
}

/// Whether no more than `few` lie between two ends of an index.
fn has_few(c: &Connection, owner: UserId, (column, index): (&str, &str), (low, high): (i64, i64), few: i64) -> Result<bool> {
    let sql = format!(
        "SELECT count(*) <= ?1 FROM (SELECT 1 FROM expenses INDEXED BY {index}
         WHERE owner = ?2 AND {column} >= ?3 AND {column} <= ?4 LIMIT ?1 + 1)"
    );
    let answer = one(c, &sql, params![few, id(owner.0), low, high], |row| Ok(row.get(0)?))?;
    answer.ok_or_else(|| damaged("a count"))
}

/// Those that the filter leaves out for how they were added, where these are few in all.
fn but_for_few(c: &Connection, owner: UserId, filter: &ExpenseFilter) -> Result<Option<ExpenseFilter>> {
    let others: BTreeSet<Added> = Added::ALL.into_iter().filter(|added| !filter.added.contains(added)).collect();
    if filter.added.is_empty() || others.is_empty() || !found::has_few_added(c, owner, &others, FEW_ENTRIES)? {
        return Ok(None);
    }
    Ok(Some(ExpenseFilter { added: others, ..filter.clone() }))
}

/// How many match, and what they sum to.
pub fn total(c: &Connection, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
    if let Some(total) = sums::total(c, owner, filter)? {
        return Ok(total);
    }
    let Some(few) = but_for_few(c, owner, filter)? else { return counted(c, owner, filter) };
    let (all, few) = (total(c, owner, &ExpenseFilter { added: BTreeSet::new(), ..filter.clone() })?, counted(c, owner, &few)?);
    Ok(Total { count: all.count - few.count, sum: Money { minor: all.sum.minor - few.sum.minor, ..all.sum } })
}

fn counted(c: &Connection, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
    let currency = account_currency(c, owner)?;
    let search = found::search(c, owner, filter)?;
    let by_index = |index: &str| {
        let it = Where::filter(owner, filter, &search);
        (format!("SELECT count(*), {SUM} FROM expenses INDEXED BY {index} WHERE {}", it.text), it.values)
    };
    let (sql, values) = match found::asked(c, owner, filter, &search)? {
        Asked::Nothing => return Ok(Total { count: 0, sum: Money::zero(currency) }),
        Asked::Match(terms) if !has_few_amounts(c, owner, filter, FEW_ROWS)? => {
            terms_sql(&format!("count(*), {SUM}"), owner, filter, &terms, days(filter), "")
        }
        Asked::Match(_) => by_index(BY_AMOUNT),
        Asked::Everything if has_few_days(c, owner, filter, FEW_ENTRIES)? => by_index(BY_DATE),
        Asked::Everything => by_index(BY_AMOUNT),
    };
    let read = |row: &rusqlite::Row<'_>| Ok(Total { count: count(row, 0)?, sum: Money::new(sum(row, 1)?, currency) });
    one(c, &sql, params_from_iter(values), read)?.ok_or_else(|| damaged("a sum"))
}

/// The expenses that match, by id, at most `limit`.
pub fn matching(c: &Connection, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Result<Vec<Expense>> {
    let search = found::search(c, owner, filter)?;
    let mut it = Where::filter(owner, filter, &search);
    match found::asked(c, owner, filter, &search)? {
        Asked::Nothing => return Ok(Vec::new()),
        Asked::Everything => {}
        Asked::Match(terms) => it.and("doc IN (SELECT rowid FROM found WHERE found MATCH ?)", [terms.into()]),
    }
    it.values.push(i64::from(limit).into());
    let sql = format!("SELECT {} FROM expenses WHERE {} ORDER BY id LIMIT ?", expenses::COLUMNS, it.text);
    all(c, &sql, params_from_iter(it.values), expenses::read)
}
