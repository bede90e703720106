//! Expenses: by filter, page by page, and their sums.
//!
//! A page costs the same however deep: the place before it bounds the index, and the index is named.

use super::{
    super::{
        Result, StoreError,
        numbers::day_int,
        place::{ExpensePlace, SortKey},
    },
    error::damaged,
    rows::{account, id},
    sql::{SUM, all, count, day, instant, maybe_uuid, money, one, sum, uuid, via},
    sums,
};
use crate::domain::{
    CategoryId, Currency, Expense, ExpenseFilter, ExpenseId, ImportId, Money, Page, Sort, Total, UserId,
    expense::Added,
    fold,
    page::PageRequest,
    text::{Note, What},
};
use rusqlite::{Connection, Row, params_from_iter, types::Value};

/// What [`read`] reads.
pub const COLUMNS: &str = "id, owner, date, amount, currency, what, note, category, import, via, version, created_at";

pub fn read(row: &Row<'_>) -> Result<Expense> {
    let (what, note): (String, Option<String>) = (row.get(5)?, row.get(6)?);
    Ok(Expense {
        id: ExpenseId(uuid(row, 0)?),
        owner: UserId(uuid(row, 1)?),
        date: day(row, 2)?,
        amount: money(row, 3)?,
        what: What::parse(&what).map_err(|_| damaged("a description"))?,
        note: note.map(|n| Note::parse(&n)).transpose().map_err(|_| damaged("a note"))?,
        category_id: maybe_uuid(row, 7)?.map(CategoryId),
        import_id: maybe_uuid(row, 8)?.map(ImportId),
        via: via(row, 9)?,
        version: row.get(10)?,
        created_at: instant(row, 11)?,
    })
}

pub fn get(c: &Connection, owner: UserId, expense: ExpenseId) -> Result<Option<Expense>> {
    one(c, &format!("SELECT {COLUMNS} FROM expenses WHERE owner = ? AND id = ?"), [id(owner.0), id(expense.0)], read)
}

/// Conditions and their values, in order.
struct Where {
    text: String,
    values: Vec<Value>,
}

impl Where {
    fn owner(owner: UserId) -> Self {
        Self { text: "owner = ?".into(), values: vec![blob(owner.0)] }
    }
    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
        self.values.extend(values);
    }
    fn maybe(&mut self, condition: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.and(condition, [value.into()]);
        }
    }
    fn dates(&mut self, filter: &ExpenseFilter) {
        self.maybe("date >= ?", filter.from.map(day_int));
        self.maybe("date <= ?", filter.to.map(day_int));
    }
    fn amounts(&mut self, filter: &ExpenseFilter) {
        self.maybe("amount >= ?", filter.min);
        self.maybe("amount <= ?", filter.max);
    }
    fn categories(&mut self, filter: &ExpenseFilter) {
        let values = filter.categories.iter().map(|c| blob(c.0));
        match (filter.categories.len(), filter.uncategorised) {
            (0, false) => {}
            (0, true) => self.and("category IS NULL", []),
            (1, false) => self.and("category = ?", values),
            (n, none) => {
                let marks = vec!["?"; n].join(", ");
                let or_none = if none { " OR category IS NULL" } else { "" };
                self.and(&format!("(category IN ({marks}){or_none})"), values);
            }
        }
    }
    fn import(&mut self, filter: &ExpenseFilter) {
        if let Some(import) = filter.import_id {
            self.and("import = ?", [blob(import.0)]);
        }
    }
    fn added(&mut self, filter: &ExpenseFilter) {
        if filter.added.is_empty() {
            return;
        }
        let one = |added: &Added| match added {
            Added::Import => "import IS NOT NULL".to_owned(),
            Added::Page | Added::Api | Added::Cli => format!("import IS NULL AND via = '{}'", added.code()),
        };
        let any = filter.added.iter().map(one).collect::<Vec<_>>().join(" OR ");
        self.and(&format!("({any})"), []);
    }
    fn words(&mut self, filter: &ExpenseFilter) {
        for word in fold::words(&filter.q) {
            self.and("instr(search, ?) > 0", [format!(" {word}").into()]);
        }
    }
    fn filter(owner: UserId, filter: &ExpenseFilter) -> Self {
        let mut it = Self::owner(owner);
        it.dates(filter);
        it.amounts(filter);
        it.categories(filter);
        it.import(filter);
        it.added(filter);
        it.words(filter);
        it
    }
}

fn blob(uuid: uuid::Uuid) -> Value {
    uuid.as_bytes().to_vec().into()
}

/// A page in the filter's order.
pub fn list(c: &Connection, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>> {
    let after = page.cursor.as_ref().map(|cursor| ExpensePlace::parse(cursor, filter.sort)).transpose()?;
    let (sql, mut values) = page_sql(owner, filter, after.as_ref());
    values.push(i64::from(page.limit).saturating_add(1).into());
    let mut items = all(c, &sql, params_from_iter(values), read)?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let last = items.last().filter(|_| more);
    let next_cursor = last.map(|e| ExpensePlace::of(e, filter.sort).cursor());
    Ok(Page { items, next_cursor })
}

/// The key, under which SQLite keeps the rows themselves.
const WALK: &str = "sqlite_autoindex_expenses_1";

/// A search reads the text of every row it looks at. Unless days or an import bound it, it walks through the account
/// row by row: over an index it would jump to each row, which takes some fifteen times as long.
fn walks(filter: &ExpenseFilter) -> bool {
    !fold::words(&filter.q).is_empty() && filter.import_id.is_none() && (filter.from.is_none() || filter.to.is_none())
}

/// The rows are chosen on an index that covers the filter (but its words), then read by key. Those of one
/// import are few enough to be sorted.
pub(super) fn page_sql(owner: UserId, filter: &ExpenseFilter, after: Option<&ExpensePlace>) -> (String, Vec<Value>) {
    let (column, up) = match filter.sort {
        Sort::DateUp => ("date", true),
        Sort::DateDown => ("date", false),
        Sort::AmountUp => ("amount", true),
        Sort::AmountDown => ("amount", false),
    };
    let one_category = filter.categories.len() + usize::from(filter.uncategorised) == 1;
    let index = match column {
        _ if filter.import_id.is_some() => "expenses_by_import",
        _ if walks(filter) => WALK,
        "date" if one_category => "expenses_by_category",
        "date" => "expenses_by_date",
        _ => "expenses_by_amount",
    };
    let mut it = Where::owner(owner);
    it.categories(filter);
    it.import(filter);
    it.added(filter);
    // The sorted column has one bound at each end: with two at one end SQLite would begin at the wider one.
    let (mut low, mut high) = if column == "date" {
        it.amounts(filter);
        (filter.from.map(day_int), filter.to.map(day_int))
    } else {
        it.dates(filter);
        (filter.min, filter.max)
    };
    if let Some(place) = after {
        let key = match place.key {
            SortKey::Date(day) => day_int(day),
            SortKey::Amount(minor) => minor,
        };
        let bound = if up { &mut low } else { &mut high };
        let outside = bound.is_some_and(|bound| if up { key < bound } else { key > bound });
        if !outside {
            *bound = None;
            it.and(&format!("({column}, id) {} (?, ?)", if up { ">" } else { "<" }), [key.into(), blob(place.id.0)]);
        }
    }
    it.maybe(&format!("{column} >= ?"), low);
    it.maybe(&format!("{column} <= ?"), high);
    it.words(filter);
    let order = if up { "ASC" } else { "DESC" };
    let columns = COLUMNS.split(", ").map(|c| format!("e.{c}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM (SELECT owner, id FROM expenses INDEXED BY {index} WHERE {} ORDER BY {column} {order}, id {order} LIMIT ?) k
         CROSS JOIN expenses e ON e.owner = k.owner AND e.id = k.id ORDER BY e.{column} {order}, e.id {order}",
        it.text
    );
    (sql, it.values)
}

pub fn total(c: &Connection, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
    if let Some(total) = sums::total(c, owner, filter)? {
        return Ok(total);
    }
    let it = Where::filter(owner, filter);
    let walk = if walks(filter) { format!("INDEXED BY {WALK}") } else { String::new() };
    let sql = format!("SELECT count(*), {SUM} FROM expenses {walk} WHERE {}", it.text);
    let currency = account_currency(c, owner)?;
    one(c, &sql, params_from_iter(it.values), |row| Ok(Total { count: count(row, 0)?, sum: Money::new(sum(row, 1)?, currency) }))?
        .ok_or_else(|| damaged("a sum"))
}

/// The currency of a person's sums.
pub fn account_currency(c: &Connection, owner: UserId) -> Result<Currency> {
    let account = account(c, owner)?.ok_or_else(|| StoreError::Failed(format!("user {owner} has no account")))?;
    Ok(account.balance.currency)
}

pub fn matching(c: &Connection, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Result<Vec<Expense>> {
    let mut it = Where::filter(owner, filter);
    it.values.push(i64::from(limit).into());
    let sql = format!("SELECT {COLUMNS} FROM expenses WHERE {} ORDER BY id LIMIT ?", it.text);
    all(c, &sql, params_from_iter(it.values), read)
}

pub fn in_category(c: &Connection, category: CategoryId, after: Option<(UserId, ExpenseId)>, limit: u32) -> Result<Vec<Expense>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM expenses INDEXED BY expenses_by_category
         WHERE category = ? AND (owner, id) > (?, ?) ORDER BY owner, id LIMIT ?"
    );
    let (owner, after) = after.map_or((Value::Blob(Vec::new()), Value::Blob(Vec::new())), |(o, e)| (blob(o.0), blob(e.0)));
    all(c, &sql, (blob(category.0), owner, after, limit), read)
}

/// How many expenses each category has.
pub fn by_category(c: &Connection) -> Result<Vec<(CategoryId, u64)>> {
    let sql = "SELECT category, count(*) FROM expenses WHERE category IS NOT NULL GROUP BY category";
    all(c, sql, [], |row| Ok((CategoryId(uuid(row, 0)?), count(row, 1)?)))
}

pub fn of_import(c: &Connection, owner: UserId, import: ImportId) -> Result<Vec<Expense>> {
    let sql = format!("SELECT {COLUMNS} FROM expenses WHERE owner = ? AND import = ? ORDER BY id");
    all(c, &sql, [id(owner.0), id(import.0)], read)
}
