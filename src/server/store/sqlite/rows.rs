//! Records by key: get, put and delete of every kind.

use super::{
    super::{
        Key, Record, Result,
        numbers::{day_int, int},
        record::Setting,
        search::search_text,
    },
    error::damaged,
    expenses, found, imports,
    sql::{body, count, instant, money, one, run},
    trash,
};
use crate::domain::{Account, Expense, ExpenseId, Funds, FundsId, ImportId, UserId, fold, text::Note};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use uuid::Uuid;

/// As ids are kept.
pub fn id(id: Uuid) -> [u8; 16] {
    id.into_bytes()
}
fn json<T: Serialize>(record: &T) -> Result<String> {
    Ok(serde_json::to_string(record)?)
}

pub fn get(c: &Connection, key: &Key) -> Result<Option<Record>> {
    match key {
        Key::User(user) => one(c, "SELECT body FROM users WHERE id = ?", [id(user.0)], |row| body(row).map(Record::User)),
        Key::Credential(user) => {
            one(c, "SELECT body FROM credentials WHERE user = ?", [id(user.0)], |row| body(row).map(Record::Credential))
        }
        Key::Account(owner) => Ok(account(c, *owner)?.map(Record::Account)),
        Key::Category(category) => {
            one(c, "SELECT body FROM categories WHERE id = ?", [id(category.0)], |row| body(row).map(Record::Category))
        }
        Key::Expense(owner, expense) => Ok(expenses::get(c, *owner, *expense)?.map(Record::Expense)),
        Key::Funds(owner, id) => Ok(funds(c, *owner, *id)?.map(Record::Funds)),
        Key::Budget(owner, budget) => {
            one(c, "SELECT body FROM budgets WHERE owner = ? AND id = ?", [id(owner.0), id(budget.0)], |row| {
                body(row).map(Record::Budget)
            })
        }
        Key::Filter(owner, filter) => {
            one(c, "SELECT body FROM filters WHERE owner = ? AND id = ?", [id(owner.0), id(filter.0)], |row| {
                body(row).map(Record::Filter)
            })
        }
        Key::Recurring(owner, entry) => {
            one(c, "SELECT body FROM recurring WHERE owner = ? AND id = ?", [id(owner.0), id(entry.0)], |row| {
                body(row).map(Record::Recurring)
            })
        }
        Key::Program(program) => {
            one(c, "SELECT body FROM programs WHERE id = ?", [id(program.0)], |row| body(row).map(Record::Program))
        }
        Key::Event(owner, event) => {
            one(c, "SELECT body FROM events WHERE owner = ? AND id = ?", [id(owner.0), id(event.0)], |row| {
                body(row).map(Record::Event)
            })
        }
        Key::Session(user, session) => {
            one(c, "SELECT body FROM sessions WHERE user = ? AND id = ?", [id(user.0), id(session.0)], |row| {
                body(row).map(Record::Session)
            })
        }
        Key::Token(user, token) => {
            one(c, "SELECT body FROM tokens WHERE user = ? AND id = ?", [id(user.0), id(token.0)], |row| {
                body(row).map(Record::Token)
            })
        }
        Key::Import(owner, import) => Ok(imports::get(c, *owner, *import)?.map(Record::Import)),
        Key::Fingerprint(owner, fingerprint) => one(
            c,
            &format!("SELECT {} FROM fingerprints WHERE owner = ? AND fingerprint = ?", imports::FINGERPRINT),
            params![id(owner.0), fingerprint],
            |row| imports::read_fingerprint(row).map(Record::Fingerprint),
        ),
        Key::Throttle(subject) => {
            one(c, "SELECT body FROM throttles WHERE subject = ?", [subject], |row| body(row).map(Record::Throttle))
        }
        Key::Idempotent(owner, key) => {
            one(c, "SELECT body FROM idempotency WHERE owner = ? AND key = ?", params![id(owner.0), key], |row| {
                body(row).map(Record::Idempotent)
            })
        }
        Key::Trashed(owner, kind, row) => trash::get(c, *owner, *kind, *row),
        Key::Job(owner) => one(c, "SELECT body FROM jobs WHERE owner = ?", [id(owner.0)], |row| body(row).map(Record::Job)),
        Key::Link(link) => one(c, "SELECT body FROM links WHERE id = ?", [link], |row| body(row).map(Record::Link)),
        Key::Removal(user) => {
            one(c, "SELECT body FROM removals WHERE user = ?", [id(user.0)], |row| body(row).map(Record::Removal))
        }
        Key::Setting(name) => one(c, "SELECT value FROM settings WHERE name = ?", [name], |row| {
            Ok(Record::Setting(Setting { name: name.clone(), value: row.get(0)? }))
        }),
    }
}

pub fn put(c: &Connection, record: &Record) -> Result<()> {
    match record {
        Record::User(r) => run(
            c,
            "INSERT INTO users (id, username, active_admin, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
             username = excluded.username, active_admin = excluded.active_admin, body = excluded.body",
            params![id(r.id.0), r.username.as_str(), r.is_admin() && r.status == crate::domain::Status::Active, json(r)?],
        ),
        Record::Credential(r) => run(
            c,
            "INSERT INTO credentials (user, body) VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET body = excluded.body",
            params![id(r.user.0), json(r)?],
        ),
        Record::Account(r) => run(
            c,
            "INSERT INTO accounts (owner, balance, currency, opened, last_seq, busy) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (owner) DO UPDATE SET balance = excluded.balance, currency = excluded.currency,
             opened = excluded.opened, last_seq = excluded.last_seq, busy = excluded.busy",
            params![id(r.owner.0), r.balance.minor, r.balance.currency.code(), r.opened, int(r.last_seq), r.busy],
        ),
        Record::Category(r) => run(
            c,
            "INSERT INTO categories (id, name_key, body) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, body = excluded.body",
            params![id(r.id.0), fold::name_key(&r.name), json(r)?],
        ),
        Record::Expense(r) => return put_expense(c, r),
        Record::Funds(r) => run(
            c,
            "INSERT INTO funds (owner, id, date, amount, currency, import, version, created_at, note)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner, id) DO UPDATE SET date = excluded.date,
             amount = excluded.amount, currency = excluded.currency, import = excluded.import, version = excluded.version,
             created_at = excluded.created_at, note = excluded.note",
            params![
                id(r.owner.0),
                id(r.id.0),
                day_int(r.date),
                r.amount.minor,
                r.amount.currency.code(),
                r.import_id.map(|i| id(i.0)),
                r.version,
                r.created_at.0,
                r.note.as_ref().map(Note::as_str),
            ],
        ),
        Record::Budget(r) => run(
            c,
            "INSERT INTO budgets (owner, id, category, body) VALUES (?, ?, ?, ?)
             ON CONFLICT (owner, id) DO UPDATE SET category = excluded.category, body = excluded.body",
            params![id(r.owner.0), id(r.id.0), r.category_id.map(|c| id(c.0)), json(r)?],
        ),
        Record::Filter(r) => run(
            c,
            "INSERT INTO filters (owner, id, body) VALUES (?, ?, ?) ON CONFLICT (owner, id) DO UPDATE SET body = excluded.body",
            params![id(r.owner.0), id(r.id.0), json(r)?],
        ),
        Record::Recurring(r) => run(
            c,
            "INSERT INTO recurring (owner, id, category, due, body) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (owner, id) DO UPDATE SET category = excluded.category, due = excluded.due, body = excluded.body",
            params![id(r.owner.0), id(r.id.0), r.category_id.map(|c| id(c.0)), r.due().map(day_int), json(r)?],
        ),
        Record::Program(r) => run(
            c,
            "INSERT INTO programs (id, name_key, body) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, body = excluded.body",
            params![id(r.id.0), fold::name_key(&r.name), json(r)?],
        ),
        Record::Event(r) => run(
            c,
            "INSERT INTO events (owner, id, at, event, body) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (owner, id) DO UPDATE SET at = excluded.at, event = excluded.event, body = excluded.body",
            params![id(r.owner.0), id(r.id.0), r.at.0, r.event.code(), json(r)?],
        ),
        Record::Session(r) => run(
            c,
            "INSERT INTO sessions (user, id, dead_at, body) VALUES (?, ?, ?, ?)
             ON CONFLICT (user, id) DO UPDATE SET dead_at = excluded.dead_at, body = excluded.body",
            params![id(r.user.0), id(r.id.0), r.idle_until.min(r.ends_at).0, json(r)?],
        ),
        Record::Token(r) => run(
            c,
            "INSERT INTO tokens (user, id, hash, body) VALUES (?, ?, ?, ?)
             ON CONFLICT (user, id) DO UPDATE SET hash = excluded.hash, body = excluded.body",
            params![id(r.user.0), id(r.id.0), r.hash, json(r)?],
        ),
        Record::Import(r) => return imports::put(c, r),
        Record::Fingerprint(r) => return imports::put_fingerprint(c, r),
        Record::Throttle(r) => run(
            c,
            "INSERT INTO throttles (subject, until, updated_at, body) VALUES (?, ?, ?, ?) ON CONFLICT (subject)
             DO UPDATE SET until = excluded.until, updated_at = excluded.updated_at, body = excluded.body",
            params![r.subject, r.until.0, r.updated_at.0, json(r)?],
        ),
        Record::Idempotent(r) => run(
            c,
            "INSERT INTO idempotency (owner, key, at, body) VALUES (?, ?, ?, ?)
             ON CONFLICT (owner, key) DO UPDATE SET at = excluded.at, body = excluded.body",
            params![id(r.owner.0), r.key, r.at.0, json(r)?],
        ),
        Record::Job(r) => run(
            c,
            "INSERT INTO jobs (owner, body) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET body = excluded.body",
            params![id(r.owner.0), json(r)?],
        ),
        Record::Trashed(r) => trash::put(c, r),
        Record::Link(r) => run(
            c,
            "INSERT INTO links (id, ends_at, body) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at, body = excluded.body",
            params![r.id(), r.ends_at.0, json(r)?],
        ),
        Record::Removal(r) => run(
            c,
            "INSERT INTO removals (user, body) VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET body = excluded.body",
            params![id(r.user.0), json(r)?],
        ),
        Record::Setting(r) => run(
            c,
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![r.name, r.value],
        ),
    }
    .map(drop)
}

fn put_expense(c: &Connection, r: &Expense) -> Result<()> {
    let search = search_text(r);
    let before = found::before(c, r.owner, r.id)?;
    let doc = found::doc(c, r, before.as_ref())?;
    write_expense(c, r, &search, doc)?;
    found::put(c, r, doc, &search, before)
}

/// The row of an expense, and nothing else.
pub fn write_expense(c: &Connection, r: &Expense, search: &str, doc: i64) -> Result<()> {
    run(
        c,
        "INSERT INTO expenses
         (owner, id, date, amount, currency, category, import, via, version, created_at, what, note, search, doc)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner, id) DO UPDATE SET date = excluded.date,
         amount = excluded.amount, currency = excluded.currency, category = excluded.category, import = excluded.import,
         via = excluded.via, version = excluded.version, created_at = excluded.created_at, what = excluded.what, note = excluded.note,
         search = excluded.search, doc = excluded.doc",
        params![
            id(r.owner.0),
            id(r.id.0),
            day_int(r.date),
            r.amount.minor,
            r.amount.currency.code(),
            r.category_id.map(|i| id(i.0)),
            r.import_id.map(|i| id(i.0)),
            r.via.code(),
            r.version,
            r.created_at.0,
            r.what.as_str(),
            r.note.as_ref().map(Note::as_str),
            search,
            doc,
        ],
    )
    .map(drop)
}

fn delete_expense(c: &Connection, owner: UserId, expense: ExpenseId) -> Result<usize> {
    found::remove(c, owner, expense)?;
    run(c, "DELETE FROM expenses WHERE owner = ? AND id = ?", [id(owner.0), id(expense.0)])
}

pub fn delete(c: &Connection, key: &Key) -> Result<()> {
    match key {
        Key::User(user) => run(c, "DELETE FROM users WHERE id = ?", [id(user.0)]),
        Key::Credential(user) => run(c, "DELETE FROM credentials WHERE user = ?", [id(user.0)]),
        Key::Account(owner) => run(c, "DELETE FROM accounts WHERE owner = ?", [id(owner.0)]),
        Key::Category(category) => run(c, "DELETE FROM categories WHERE id = ?", [id(category.0)]),
        Key::Expense(owner, row) => delete_expense(c, *owner, *row),
        Key::Funds(owner, row) => run(c, "DELETE FROM funds WHERE owner = ? AND id = ?", [id(owner.0), id(row.0)]),
        Key::Budget(owner, row) => run(c, "DELETE FROM budgets WHERE owner = ? AND id = ?", [id(owner.0), id(row.0)]),
        Key::Filter(owner, row) => run(c, "DELETE FROM filters WHERE owner = ? AND id = ?", [id(owner.0), id(row.0)]),
        Key::Recurring(owner, row) => run(c, "DELETE FROM recurring WHERE owner = ? AND id = ?", [id(owner.0), id(row.0)]),
        Key::Event(owner, row) => run(c, "DELETE FROM events WHERE owner = ? AND id = ?", [id(owner.0), id(row.0)]),
        Key::Program(row) => run(c, "DELETE FROM programs WHERE id = ?", [id(row.0)]),
        Key::Session(user, row) => run(c, "DELETE FROM sessions WHERE user = ? AND id = ?", [id(user.0), id(row.0)]),
        Key::Token(user, row) => run(c, "DELETE FROM tokens WHERE user = ? AND id = ?", [id(user.0), id(row.0)]),
        Key::Import(owner, row) => run(c, "DELETE FROM imports WHERE owner = ? AND id = ?", [id(owner.0), id(row.0)]),
        Key::Fingerprint(owner, text) => {
            run(c, "DELETE FROM fingerprints WHERE owner = ? AND fingerprint = ?", params![id(owner.0), text])
        }
        Key::Throttle(subject) => run(c, "DELETE FROM throttles WHERE subject = ?", [subject]),
        Key::Idempotent(owner, key) => run(c, "DELETE FROM idempotency WHERE owner = ? AND key = ?", params![id(owner.0), key]),
        Key::Trashed(owner, kind, row) => trash::delete(c, *owner, *kind, *row),
        Key::Job(owner) => run(c, "DELETE FROM jobs WHERE owner = ?", [id(owner.0)]),
        Key::Link(link) => run(c, "DELETE FROM links WHERE id = ?", [link]),
        Key::Removal(user) => run(c, "DELETE FROM removals WHERE user = ?", [id(user.0)]),
        Key::Setting(name) => run(c, "DELETE FROM settings WHERE name = ?", [name]),
    }
    .map(drop)
}

pub fn account(c: &Connection, owner: UserId) -> Result<Option<Account>> {
    one(c, "SELECT balance, currency, opened, last_seq, busy FROM accounts WHERE owner = ?", [id(owner.0)], |row| {
        Ok(Account { owner, balance: money(row, 0)?, opened: row.get(2)?, last_seq: count(row, 3)?, busy: row.get(4)? })
    })
}

/// What [`read_funds`] reads.
pub const FUNDS: &str = "id, owner, date, amount, currency, note, import, version, created_at";

pub fn read_funds(row: &Row<'_>) -> Result<Funds> {
    let note: Option<String> = row.get(5)?;
    Ok(Funds {
        id: FundsId(super::sql::uuid(row, 0)?),
        owner: UserId(super::sql::uuid(row, 1)?),
        date: super::sql::day(row, 2)?,
        amount: money(row, 3)?,
        note: note.map(|n| Note::parse(&n)).transpose().map_err(|_| damaged("a note"))?,
        import_id: super::sql::maybe_uuid(row, 6)?.map(ImportId),
        version: row.get(7)?,
        created_at: instant(row, 8)?,
    })
}

pub fn funds(c: &Connection, owner: UserId, funds: FundsId) -> Result<Option<Funds>> {
    let sql = format!("SELECT {FUNDS} FROM funds WHERE owner = ? AND id = ?");
    one(c, &sql, [id(owner.0), id(funds.0)], read_funds)
}
