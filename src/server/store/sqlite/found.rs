//! By which terms an expense is found: FTS5 keeps, for each term, the expenses that have it. Their numbers in there
//! ([`DAY`]) follow the days, so that a list by day is read in its order and left as soon as it is long enough, and terms
//! are intersected without a look at the rows.
//!
//! It must always say what the rows say; [`check`] proves that it does.

use super::{
    super::{
        Result,
        numbers::day_int,
        search::{Clause, Search, fault, search_text},
    },
    error::damaged,
    expenses::{self, COLUMNS},
    rows::{account, id},
    sql::{all, one, run},
};
use crate::domain::{CategoryId, Expense, ExpenseFilter, ExpenseId, ImportId, UserId, expense::Added};
use rusqlite::{Connection, Row, params};
use std::{
    collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

/// The number of an expense is its day (`20261122`) times this, and the how-manieth of that day it is.
pub const DAY: i64 = 1 << 32;
/// With so many words that begin alike, they are looked up one by one, in the order of days; with more, by their beginning.
const MOST_WORDS: usize = 12;
/// Beginnings of so many letters have lists of their own (`prefix` in `schema_7.sql`).
const LISTED: usize = 2;

/// The kinds of terms.
const WORD: char = 'w';
const AMOUNT: char = 'n';
const CATEGORY: char = 'k';
const ADDED: char = 'v';
const IMPORT: char = 'i';

/// The terms of one owner.
#[derive(Clone)]
struct Terms(String);

impl Terms {
    fn of(owner: UserId) -> Self {
        Self(owner.0.simple().to_string())
    }
    fn term(&self, kind: char, value: impl std::fmt::Display) -> String {
        format!("{}{kind}{value}", self.0)
    }
    fn category(&self, category: Option<CategoryId>) -> String {
        category.map_or_else(|| self.term(CATEGORY, "none"), |id| self.term(CATEGORY, id.0.simple()))
    }
    fn import(&self, import: ImportId) -> String {
        self.term(IMPORT, import.0.simple())
    }
    fn added(&self, these: &BTreeSet<Added>) -> String {
        any(these.iter().map(|added| self.term(ADDED, added.code())))
    }
    /// Everything by which an expense is found.
    fn all(&self, expense: &Expense, search: &str) -> String {
        let mut terms = search.replace(' ', &format!(" {}{WORD}", self.0));
        let others = [
            Some(self.term(AMOUNT, expense.amount.minor)),
            Some(self.category(expense.category_id)),
            Some(self.term(ADDED, expense.added().code())),
            expense.import_id.map(|import| self.import(import)),
        ];
        for term in others.into_iter().flatten() {
            terms.push(' ');
            terms.push_str(&term);
        }
        terms
    }
}

/// The number that an expense is to have; `before` is what is kept of it, with its number and its words.
pub fn doc(c: &Connection, expense: &Expense, before: Option<&(Expense, i64, String)>) -> Result<i64> {
    let first = day_int(expense.date) * DAY;
    match before {
        Some((_, doc, _)) if (first..first + DAY).contains(doc) => Ok(*doc),
        _ => {
            let sql = "SELECT coalesce(max(doc), ?1) + 1 FROM expenses INDEXED BY expenses_by_doc WHERE doc BETWEEN ?1 AND ?2";
            let next = one(c, sql, [first, first + DAY - 1], |row| Ok(row.get(0)?))?;
            next.ok_or_else(|| damaged("the number of an expense"))
        }
    }
}

/// Keeps by which terms an expense is found.
pub fn put(c: &Connection, expense: &Expense, doc: i64, search: &str, before: Option<(Expense, i64, String)>) -> Result<()> {
    let terms = Terms::of(expense.owner);
    let now = terms.all(expense, search);
    if let Some((before, old, words)) = before {
        if old == doc && terms.all(&before, &words) == now {
            return Ok(());
        }
        pend(c, old, None)?;
    }
    pend(c, doc, Some(now))
}

/// FTS5 writes what it was given whenever a savepoint begins or ends, which each work of a commit has. So its terms wait in a
/// table in memory, which is rolled back with the work, and are given to it together.
pub fn prepare(c: &Connection) -> Result<()> {
    Ok(c.execute_batch("CREATE TEMP TABLE pending (n INTEGER PRIMARY KEY, doc INTEGER NOT NULL, terms TEXT) STRICT")?)
}

/// FTS5 gathers so much, in bytes, before it writes: by default, and while all is given to it, so that there is little to merge.
const GATHERED: [u32; 2] = [1 << 20, 1 << 25];

/// Gives FTS5 the terms of all expenses of a file that was filled without.
pub fn fill(c: &Connection) -> Result<()> {
    let [usual, all] = GATHERED;
    let gather = |bytes: u32| run(c, "INSERT INTO found (found, rank) VALUES ('hashsize', ?)", [bytes]);
    gather(all)?;
    let mut statement = c.prepare(&format!("SELECT {COLUMNS}, doc, search FROM expenses ORDER BY doc"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let expense = expenses::read(row)?;
        let terms = Terms::of(expense.owner).all(&expense, row.get_ref("search")?.as_str().map_err(rusqlite::Error::from)?);
        run(c, "INSERT INTO found (rowid, terms) VALUES (?, ?)", params![row.get::<_, i64>("doc")?, terms])?;
    }
    gather(usual).map(drop)
}

/// The terms of a number; none when it goes.
fn pend(c: &Connection, doc: i64, terms: Option<String>) -> Result<()> {
    run(c, "INSERT INTO pending (doc, terms) VALUES (?, ?)", params![doc, terms]).map(drop)
}

/// Gives FTS5 what waits, in the order of the numbers: whenever one is not above the one before, it writes out what it has.
/// Before it is asked, and before a commit.
pub fn settle(c: &Connection) -> Result<()> {
    if c.is_readonly("main")? {
        return Ok(());
    }
    let pending = all(c, "SELECT doc, terms FROM pending ORDER BY doc, n", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (doc, terms) in &pending {
        let (doc, terms): (&i64, &Option<String>) = (doc, terms);
        match terms {
            Some(terms) => run(c, "INSERT INTO found (rowid, terms) VALUES (?, ?)", params![doc, terms])?,
            None => run(c, "DELETE FROM found WHERE rowid = ?", [doc])?,
        };
    }
    if !pending.is_empty() {
        run(c, "DELETE FROM pending", [])?;
    }
    Ok(())
}

/// An expense is about to go.
pub fn remove(c: &Connection, owner: UserId, expense: ExpenseId) -> Result<()> {
    let sql = "SELECT doc FROM expenses WHERE owner = ? AND id = ?";
    match one(c, sql, [id(owner.0), id(expense.0)], |row| Ok(row.get(0)?))? {
        Some(doc) => pend(c, doc, None),
        None => Ok(()),
    }
}

/// What is to be found by terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The filter asks for nothing that is a term.
    Everything,
    Nothing,
    /// As FTS5 reads it.
    Match(String),
}

/// What was typed as a filter's search.
pub fn search(c: &Connection, owner: UserId, filter: &ExpenseFilter) -> Result<Search> {
    let currency = if Search::has_digits(&filter.q) { account(c, owner)?.map(|a| a.balance.currency) } else { None };
    Ok(Search::read(&filter.q, currency))
}

/// What a filter asks for by terms.
pub fn asked(c: &Connection, owner: UserId, filter: &ExpenseFilter, search: &Search) -> Result<Asked> {
    let terms = Terms::of(owner);
    let mut every = Vec::new();
    if !filter.every_category() {
        let none = filter.uncategorised.then(|| terms.category(None));
        every.push(any(filter.categories.iter().map(|id| terms.category(Some(*id))).chain(none)));
    }
    if let Some(import) = filter.import_id {
        every.push(quoted(&terms.import(import)));
    }
    if !filter.added.is_empty() && filter.added.len() < Added::ALL.len() {
        every.push(terms.added(&filter.added));
    }
    if let (Some(min), Some(max)) = (filter.min, filter.max)
        && min == max
    {
        every.push(quoted(&terms.term(AMOUNT, min)));
    }
    for clause in &search.0 {
        match of_clause(c, &terms, clause)? {
            Some(expression) => every.push(expression),
            None => return Ok(Asked::Nothing),
        }
    }
    Ok(if every.is_empty() { Asked::Everything } else { Asked::Match(every.join(" AND ")) })
}

/// Whether no more than `few` expenses were added so.
pub fn has_few_added(c: &Connection, owner: UserId, added: &BTreeSet<Added>, few: i64) -> Result<bool> {
    let sql = "SELECT count(*) <= ?1 FROM (SELECT 1 FROM found WHERE found MATCH ?2 LIMIT ?1 + 1)";
    let answer = one(c, sql, params![few, Terms::of(owner).added(added)], |row| Ok(row.get(0)?))?;
    answer.ok_or_else(|| damaged("a count"))
}

fn quoted(term: &str) -> String {
    format!("\"{term}\"")
}

fn any(terms: impl Iterator<Item = String>) -> String {
    format!("({})", terms.map(|term| quoted(&term)).collect::<Vec<_>>().join(" OR "))
}

/// `None`: no expense can fulfil it.
fn of_clause(c: &Connection, terms: &Terms, clause: &Clause) -> Result<Option<String>> {
    let mut words = Vec::new();
    for word in &clause.words {
        words.push(beginning(c, &terms.term(WORD, word), word.chars().count())?);
    }
    let words: Option<Vec<String>> = words.into_iter().collect();
    let words = words.filter(|words| !words.is_empty()).map(|words| format!("({})", words.join(" AND ")));
    let amounts = clause.amounts.iter().map(|minor| quoted(&terms.term(AMOUNT, minor)));
    let either: Vec<String> = words.into_iter().chain(amounts).collect();
    Ok((!either.is_empty()).then(|| format!("({})", either.join(" OR "))))
}

/// The terms that begin so: by the list of such a beginning of so many letters, or each by itself when they are few; `None` when
/// there are none.
fn beginning(c: &Connection, prefix: &str, letters: usize) -> Result<Option<String>> {
    if letters <= LISTED {
        return Ok(Some(format!("{} *", quoted(prefix))));
    }
    let (mut found, mut from) = (Vec::new(), prefix.to_owned());
    while found.len() <= MOST_WORDS {
        let next = "SELECT term FROM found_terms WHERE term >= ? ORDER BY term LIMIT 1";
        let next: Option<String> = one(c, next, [&from], |row| Ok(row.get(0)?))?;
        let Some(term) = next.filter(|term| term.starts_with(prefix)) else { break };
        from = format!("{term}\u{1}");
        found.push(term);
    }
    match found.len() {
        0 => Ok(None),
        n if n <= MOST_WORDS => Ok(Some(any(found.into_iter()))),
        _ => Ok(Some(format!("{} *", quoted(prefix)))),
    }
}

/// What is told at most.
const TOLD: usize = 20;

/// Owners whose expenses are not found by what they say, as lines of faults: the terms that are kept against those that the
/// rows ask for, by number and sum of their digests.
pub fn check(c: &Connection) -> Result<Vec<String>> {
    let mut sums: BTreeMap<String, (i64, u64)> = BTreeMap::new();
    let mut count = |term: &str, doc: i64, sign: i64| {
        let mut hasher = DefaultHasher::new();
        (term, doc).hash(&mut hasher);
        let owner = term.get(..32).unwrap_or(term);
        let (n, sum) = match sums.get_mut(owner) {
            Some(known) => known,
            None => sums.entry(owner.to_owned()).or_default(),
        };
        *n += sign;
        *sum = if sign > 0 { sum.wrapping_add(hasher.finish()) } else { sum.wrapping_sub(hasher.finish()) };
    };
    let mut statement = c.prepare(&format!("SELECT {COLUMNS}, doc, search FROM expenses"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (expense, doc) = (expenses::read(row)?, row.get::<_, i64>("doc")?);
        let search = search_text(&expense);
        let terms = Terms::of(expense.owner).all(&expense, &search);
        let mut words: Vec<&str> = terms.split_ascii_whitespace().collect();
        words.sort_unstable();
        words.dedup();
        words.iter().for_each(|term| count(term, doc, 1));
        if doc.div_euclid(DAY) != day_int(expense.date) || row.get::<_, String>("search")? != search {
            count(&expense.owner.0.simple().to_string(), doc, 1);
        }
    }
    let mut statement = c.prepare("SELECT term, doc FROM found_terms")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        count(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, row.get(1)?, -1);
    }
    let wrong = sums.into_iter().filter(|(_, sum)| *sum != (0, 0)).take(TOLD);
    Ok(wrong.map(|(owner, _)| fault(&owner.to_uppercase())).collect())
}

/// The number of an expense, and what it is found by, as they are kept.
pub fn before(c: &Connection, owner: UserId, expense: ExpenseId) -> Result<Option<(Expense, i64, String)>> {
    let sql = format!("SELECT {}, doc, search FROM expenses WHERE owner = ? AND id = ?", COLUMNS);
    let read = |row: &Row<'_>| Ok((expenses::read(row)?, row.get("doc")?, row.get("search")?));
    one(c, &sql, [id(owner.0), id(expense.0)], read)
}
