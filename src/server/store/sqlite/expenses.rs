//! Expenses as they are kept, and the conditions that a filter is.
//!
//! A page costs the same however deep: the place before it bounds the index, and the index is named.

use super::{
    super::{
        Result, StoreError,
        numbers::day_int,
        place::{ExpensePlace, SortKey},
        search::{Clause, Search},
    },
    error::damaged,
    rows::{account, id},
    sql::{all, count, day, instant, maybe_uuid, money, one, uuid, via},
};
use crate::domain::{
    CategoryId, Currency, Expense, ExpenseFilter, ExpenseId, ImportId, Sort, UserId,
    expense::Added,
    text::{Note, What},
};
use rusqlite::{Connection, Row, types::Value};

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

/// Everybody is asked for it by key.
pub fn owners_of(c: &Connection, expense: ExpenseId) -> Result<Vec<UserId>> {
    let sql = "SELECT u.id FROM users u CROSS JOIN expenses e ON e.owner = u.id AND e.id = ?";
    all(c, sql, [id(expense.0)], |row| Ok(UserId(uuid(row, 0)?)))
}

/// Conditions and their values, in order.
pub struct Where {
    pub text: String,
    pub values: Vec<Value>,
}

impl Where {
    pub fn owner(owner: UserId) -> Self {
        Self { text: "owner = ?".into(), values: vec![blob(owner.0)] }
    }
    pub fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
        self.values.extend(values);
    }
    fn maybe(&mut self, condition: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.and(condition, [value.into()]);
        }
    }
    pub fn dates(&mut self, filter: &ExpenseFilter) {
        self.maybe("date >= ?", filter.from.map(day_int));
        self.maybe("date <= ?", filter.to.map(day_int));
    }
    pub fn amounts(&mut self, filter: &ExpenseFilter) {
        self.maybe("amount >= ?", filter.min);
        self.maybe("amount <= ?", filter.max);
    }
    pub fn categories(&mut self, filter: &ExpenseFilter) {
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
        if filter.added.is_empty() || filter.added.len() == Added::ALL.len() {
            return;
        }
        let one = |added: &Added| match added {
            Added::Import => "import IS NOT NULL".to_owned(),
            Added::Page | Added::Api | Added::Cli | Added::Recurring => format!("import IS NULL AND via = '{}'", added.code()),
        };
        let any = filter.added.iter().map(one).collect::<Vec<_>>().join(" OR ");
        self.and(&format!("({any})"), []);
    }
    fn words(&mut self, search: &Search) {
        for Clause { words, amounts } in &search.0 {
            let begins = |word: &String| Value::from(format!(" {word}"));
            let mut each = vec!["instr(search, ?) > 0"; words.len()].join(" AND ");
            if !amounts.is_empty() {
                let marks = vec!["?"; amounts.len()].join(", ");
                let words = if each.is_empty() { String::new() } else { format!("{each} OR ") };
                each = format!("({words}amount IN ({marks}))");
            }
            self.and(&each, words.iter().map(begins).chain(amounts.iter().map(|minor| Value::from(*minor))));
        }
    }
    /// What no index knows: the statement, how it was added, the words.
    pub fn rest(&mut self, filter: &ExpenseFilter, search: &Search) {
        self.import(filter);
        self.added(filter);
        self.words(search);
    }
    pub fn filter(owner: UserId, filter: &ExpenseFilter, search: &Search) -> Self {
        let mut it = Self::owner(owner);
        it.dates(filter);
        it.amounts(filter);
        it.categories(filter);
        it.rest(filter, search);
        it
    }
}

pub fn blob(uuid: uuid::Uuid) -> Value {
    uuid.as_bytes().to_vec().into()
}

/// The rows are chosen on an index, most of which cover the filter (but its words), then read by key. An index that has
/// another order is for few rows, which are sorted.
pub fn page_sql(
    owner: UserId,
    filter: &ExpenseFilter,
    search: &Search,
    index: &str,
    after: Option<&ExpensePlace>,
) -> (String, Vec<Value>) {
    let (column, up) = match filter.sort {
        Sort::DateUp => ("date", true),
        Sort::DateDown => ("date", false),
        Sort::AmountUp => ("amount", true),
        Sort::AmountDown => ("amount", false),
    };
    let mut it = Where::owner(owner);
    it.categories(filter);
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
    it.rest(filter, search);
    let order = if up { "ASC" } else { "DESC" };
    let columns = COLUMNS.split(", ").map(|c| format!("e.{c}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM (SELECT owner, id FROM expenses INDEXED BY {index} WHERE {} ORDER BY {column} {order}, id {order} LIMIT ?) k
         CROSS JOIN expenses e ON e.owner = k.owner AND e.id = k.id ORDER BY e.{column} {order}, e.id {order}",
        it.text
    );
    (sql, it.values)
}

/// The currency of a person's sums.
pub fn account_currency(c: &Connection, owner: UserId) -> Result<Currency> {
    let account = account(c, owner)?.ok_or_else(|| StoreError::Failed(format!("user {owner} has no account")))?;
    Ok(account.balance.currency)
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
