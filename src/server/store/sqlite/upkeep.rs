//! Upkeep: sweeping what is past its time, checking the file, walking through everything.

use super::{
    super::{
        HAPPENED_SECONDS, KEPT_SECONDS, Key, Record, Result, StoreError,
        health::{Disk, Members, StoreHealth},
        record::{ScanCursor, Setting},
    },
    error::damaged,
    expenses, imports,
    rows::{FUNDS, id, read_funds},
    sql::{all, body, count, money, one, run, uuid},
};
use crate::domain::{Account, Instant, UserId};
use rusqlite::{Connection, Row, params, params_from_iter, types::Value};
use std::{fs, io, path::Path};

/// How much one transaction sweeps, so that others never wait long.
const SWEPT_AT_ONCE: u32 = 500;

/// What deletes `?2` rows from before `?1`, and how many seconds before now that is.
pub type Sweep = (&'static str, i64);

/// One for each kind that ages.
pub const SWEEPS: [Sweep; 6] = [
    ("DELETE FROM idempotency WHERE (owner, key) IN (SELECT owner, key FROM idempotency WHERE at < ?1 LIMIT ?2)", KEPT_SECONDS),
    ("DELETE FROM sessions WHERE (user, id) IN (SELECT user, id FROM sessions WHERE dead_at < ?1 LIMIT ?2)", 0),
    (
        "DELETE FROM imports WHERE (owner, id) IN (SELECT owner, id FROM imports WHERE preview AND created_at < ?1 LIMIT ?2)",
        KEPT_SECONDS,
    ),
    (
        "DELETE FROM throttles WHERE subject IN (SELECT subject FROM throttles WHERE max(until, updated_at) < ?1 LIMIT ?2)",
        KEPT_SECONDS,
    ),
    ("DELETE FROM links WHERE id IN (SELECT id FROM links WHERE ends_at < ?1 LIMIT ?2)", 0),
    ("DELETE FROM events WHERE (owner, id) IN (SELECT owner, id FROM events WHERE at < ?1 LIMIT ?2)", HAPPENED_SECONDS),
];

/// Sweeps one part; true when there may be more.
pub fn sweep(c: &Connection, (sql, seconds): Sweep, now: Instant) -> Result<bool> {
    Ok(run(c, sql, params![now.plus_seconds(-seconds).0, SWEPT_AT_ONCE])? == SWEPT_AT_ONCE as usize)
}

/// The file, and the log beside it.
pub fn health(c: &Connection, path: &Path) -> Result<StoreHealth> {
    let schema = one(c, "PRAGMA user_version", [], |row| Ok(row.get(0)?))?.unwrap_or(0);
    let mut bytes = 0;
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::metadata(&name) {
            Ok(file) => bytes += file.len(),
            // There is no log before the first write, and none after the last process has closed it.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(StoreError::Away(format!("{}: {e}", path.display()))),
        }
    }
    let disk = rustix::fs::statvfs(path).map_err(|e| StoreError::Away(format!("{}: {e}", path.display())))?;
    let of = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    let disk = Some(Disk { free: of(disk.f_bavail), all: of(disk.f_blocks) });
    Ok(StoreHealth { engine: format!("SQLite {}", rusqlite::version()), schema, bytes, disk, members: Members::None })
}

/// The faults of the file; none when it is sound.
pub fn check(c: &Connection) -> Result<Vec<String>> {
    // For each row, its entry in each index is looked up; in KiB.
    c.pragma_update(None, "cache_size", -65_536)?;
    let lines = all(c, "PRAGMA integrity_check", [], |row| Ok(row.get::<_, String>(0)?))?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// How one kind of record is walked through.
struct Kind {
    table: &'static str,
    columns: &'static str,
    /// The columns of the key, and its marks.
    key: (&'static str, &'static str),
    /// How many at once.
    limit: u32,
    read: fn(&Row<'_>) -> Result<Record>,
}

const ONE: &str = "(?)";
const TWO: &str = "(?, ?)";

const KINDS: [Kind; 20] = [
    Kind { table: "settings", columns: "name, value", key: ("(name)", ONE), limit: 500, read: read_setting },
    Kind { table: "users", columns: "body", key: ("(id)", ONE), limit: 500, read: |row| body(row).map(Record::User) },
    Kind {
        table: "credentials",
        columns: "body",
        key: ("(user)", ONE),
        limit: 500,
        read: |row| body(row).map(Record::Credential),
    },
    Kind {
        table: "accounts",
        columns: "owner, balance, currency, opened, last_seq, busy",
        key: ("(owner)", ONE),
        limit: 500,
        read: read_account,
    },
    Kind { table: "categories", columns: "body", key: ("(id)", ONE), limit: 500, read: |row| body(row).map(Record::Category) },
    Kind {
        table: "expenses",
        columns: expenses::COLUMNS,
        key: ("(owner, id)", TWO),
        limit: 500,
        read: |row| expenses::read(row).map(Record::Expense),
    },
    Kind {
        table: "funds",
        columns: FUNDS,
        key: ("(owner, id)", TWO),
        limit: 500,
        read: |row| read_funds(row).map(Record::Funds),
    },
    Kind { table: "budgets", columns: "body", key: ("(owner, id)", TWO), limit: 500, read: |row| body(row).map(Record::Budget) },
    Kind { table: "programs", columns: "body", key: ("(id)", ONE), limit: 500, read: |row| body(row).map(Record::Program) },
    Kind { table: "filters", columns: "body", key: ("(owner, id)", TWO), limit: 500, read: |row| body(row).map(Record::Filter) },
    Kind {
        table: "recurring",
        columns: "body",
        key: ("(owner, id)", TWO),
        limit: 500,
        read: |row| body(row).map(Record::Recurring),
    },
    Kind { table: "events", columns: "body", key: ("(owner, id)", TWO), limit: 500, read: |row| body(row).map(Record::Event) },
    Kind { table: "sessions", columns: "body", key: ("(user, id)", TWO), limit: 500, read: |row| body(row).map(Record::Session) },
    Kind { table: "tokens", columns: "body", key: ("(user, id)", TWO), limit: 500, read: |row| body(row).map(Record::Token) },
    // Few, for each may hold ten megabytes.
    Kind {
        table: "imports",
        columns: "body, content",
        key: ("(owner, id)", TWO),
        limit: 4,
        read: |row| imports::read(row).map(Record::Import),
    },
    Kind {
        table: "fingerprints",
        columns: imports::FINGERPRINT,
        key: ("(owner, fingerprint)", TWO),
        limit: 500,
        read: |row| imports::read_fingerprint(row).map(Record::Fingerprint),
    },
    Kind {
        table: "throttles",
        columns: "body",
        key: ("(subject)", ONE),
        limit: 500,
        read: |row| body(row).map(Record::Throttle),
    },
    Kind {
        table: "idempotency",
        columns: "body",
        key: ("(owner, key)", TWO),
        limit: 500,
        read: |row| body(row).map(Record::Idempotent),
    },
    Kind { table: "links", columns: "body", key: ("(id)", ONE), limit: 500, read: |row| body(row).map(Record::Link) },
    Kind { table: "removals", columns: "body", key: ("(user)", ONE), limit: 500, read: |row| body(row).map(Record::Removal) },
];

/// Some of the records of those kinds that belong to somebody.
pub fn belongings(c: &Connection, user: UserId, limit: u32) -> Result<Vec<Record>> {
    for kind in KINDS.iter().filter(|kind| kind.key.1 == TWO) {
        let (owner, _) = kind.key.0.trim_matches(['(', ')']).split_once(", ").ok_or_else(|| damaged("the key of a kind"))?;
        let sql = format!("SELECT {} FROM {} WHERE {owner} = ? LIMIT ?", kind.columns, kind.table);
        let found = all(c, &sql, params![id(user.0), limit.min(kind.limit)], kind.read)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn read_setting(row: &Row<'_>) -> Result<Record> {
    Ok(Record::Setting(Setting { name: row.get(0)?, value: row.get(1)? }))
}
fn read_account(row: &Row<'_>) -> Result<Record> {
    let balance = money(row, 1)?;
    let (owner, opened, busy) = (UserId(uuid(row, 0)?), row.get(3)?, row.get(5)?);
    Ok(Record::Account(Account { owner, balance, opened, last_seq: count(row, 4)?, busy }))
}

/// The next records after a place, and the place after them; `None` at the end.
pub fn scan(c: &Connection, after: Option<&ScanCursor>) -> Result<(Vec<Record>, Option<ScanCursor>)> {
    let mut number = after.map_or(0, |cursor| cursor.kind);
    let mut place: Option<Key> = match after {
        Some(cursor) if !cursor.after.is_empty() => Some(serde_json::from_str(&cursor.after)?),
        _ => None,
    };
    while let Some(kind) = KINDS.get(usize::from(number)) {
        let (columns, marks) = kind.key;
        // Text stands before bytes, and nothing before the empty text.
        let mut values = place.take().map_or_else(|| vec![Value::Text(String::new()); marks.matches('?').count()], key_values);
        values.push(kind.limit.into());
        let order = columns.trim_matches(['(', ')']);
        let sql = format!("SELECT {} FROM {} WHERE {columns} > {marks} ORDER BY {order} LIMIT ?", kind.columns, kind.table);
        let records = all(c, &sql, params_from_iter(values), kind.read)?;
        if let Some(last) = records.last() {
            let after = serde_json::to_string(&last.key())?;
            return Ok((records, Some(ScanCursor { kind: number, after })));
        }
        number = number.checked_add(1).ok_or_else(|| damaged("a place in a scan"))?;
    }
    Ok((Vec::new(), None))
}

fn key_values(key: Key) -> Vec<Value> {
    let blob = |uuid: uuid::Uuid| Value::Blob(id(uuid).to_vec());
    match key {
        Key::User(a) | Key::Credential(a) | Key::Account(a) | Key::Job(a) | Key::Removal(a) => vec![blob(a.0)],
        Key::Category(a) => vec![blob(a.0)],
        Key::Program(a) => vec![blob(a.0)],
        Key::Expense(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Funds(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Budget(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Filter(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Event(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Recurring(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Session(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Token(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Import(a, b) => vec![blob(a.0), blob(b.0)],
        Key::Fingerprint(a, b) | Key::Idempotent(a, b) => vec![blob(a.0), b.into()],
        Key::Throttle(a) | Key::Setting(a) | Key::Link(a) => vec![a.into()],
        Key::Trashed(owner, kind, row) => vec![blob(owner.0), kind.code().to_owned().into(), blob(row)],
    }
}
