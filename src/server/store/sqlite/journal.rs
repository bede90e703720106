//! The journal: one entry for each command, and beside it what the command changed.

use super::{
    super::{
        Change, JournalFilter, NewEntry, Record, Result, StoreError,
        numbers::int,
        place::{nth_cursor, parse_nth, parse_seq, seq_cursor},
    },
    error::damaged,
    rows::id,
    sql::{all, count, instant, one, run, uuid, via},
};
use crate::domain::{Entry, ExpenseId, Page, Seq, UserId, journal::ExpenseStep, page::PageRequest};
use rusqlite::{Connection, Row, params, params_from_iter, types::Value};

pub const COLUMNS: &str = "seq, at, owner, actor_id, actor, via, command, summary, undoable, undone_by, undoes";
const FIRST_CHANGE_COLUMN: usize = 11;

fn seq(n: Option<i64>) -> Result<Option<Seq>> {
    n.map(|n| Seq::try_from(n).map_err(|_| damaged("the number of an entry"))).transpose()
}

pub fn read(row: &Row<'_>) -> Result<Entry> {
    let undone_by = seq(row.get(9)?)?;
    Ok(Entry {
        seq: count(row, 0)?,
        at: instant(row, 1)?,
        owner: UserId(uuid(row, 2)?),
        actor_id: UserId(uuid(row, 3)?),
        actor: row.get(4)?,
        via: via(row, 5)?,
        command: row.get(6)?,
        summary: row.get(7)?,
        undoable: row.get::<_, bool>(8)? && undone_by.is_none(),
        undone_by,
        undoes: seq(row.get(10)?)?,
    })
}

fn read_change(row: &Row<'_>, column: usize) -> Result<Change> {
    let record = |column: usize| -> Result<Option<Record>> {
        let text: Option<String> = row.get(column)?;
        Ok(text.map(|t| serde_json::from_str(&t)).transpose()?)
    };
    Ok(Change { before: record(column)?, after: record(column + 1)? })
}

pub fn append(c: &Connection, new: &NewEntry, changes: &[Change]) -> Result<Entry> {
    let owner = id(new.owner.0);
    let next =
        one(c, "UPDATE accounts SET last_seq = last_seq + 1 WHERE owner = ? RETURNING last_seq", [owner], |row| count(row, 0))?
            .ok_or_else(|| StoreError::Failed(format!("user {} has no account to keep a journal", new.owner)))?;
    let entry = new.numbered(next);
    insert(c, &entry, changes)?;
    Ok(entry)
}

/// Keeps an entry under the number it has.
pub fn insert(c: &Connection, entry: &Entry, changes: &[Change]) -> Result<()> {
    let (owner, seq) = (id(entry.owner.0), int(entry.seq));
    run(
        c,
        "INSERT INTO journal (owner, seq, at, actor_id, actor, via, command, summary, undoable, undone_by, undoes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            owner,
            seq,
            entry.at.0,
            id(entry.actor_id.0),
            entry.actor,
            entry.via.code(),
            entry.command,
            entry.summary,
            // Only what can be undone is ever undone; then it says that it cannot be undone again.
            entry.undoable || entry.undone_by.is_some(),
            entry.undone_by.map(int),
            entry.undoes.map(int),
        ],
    )?;
    insert_changes(c, entry.owner, entry.seq, 0, changes)
}

/// Keeps changes of an entry, `before` of which are kept already.
pub fn insert_changes(c: &Connection, owner: UserId, seq: Seq, before: u64, changes: &[Change]) -> Result<()> {
    let (owner, seq) = (id(owner.0), int(seq));
    for (n, change) in (before..).zip(changes) {
        let json = |record: &Option<Record>| record.as_ref().map(serde_json::to_string).transpose();
        run(
            c,
            "INSERT INTO journal_changes (owner, seq, n, expense, before, after) VALUES (?, ?, ?, ?, ?, ?)",
            params![owner, seq, int(n), change.expense().map(|e| id(e.0)), json(&change.before)?, json(&change.after)?],
        )?;
    }
    Ok(())
}

pub fn delete_changes(c: &Connection, owner: UserId, seq: Seq) -> Result<()> {
    run(c, "DELETE FROM journal_changes WHERE owner = ? AND seq = ?", params![id(owner.0), int(seq)]).map(drop)
}

/// How many changes an entry has.
pub fn size(c: &Connection, owner: UserId, seq: Seq) -> Result<u64> {
    let sql = "SELECT coalesce(max(n) + 1, 0) FROM journal_changes WHERE owner = ? AND seq = ?";
    Ok(one(c, sql, params![id(owner.0), int(seq)], |row| count(row, 0))?.unwrap_or_default())
}

/// The changes that are kept under a number, whether it has an entry or not.
pub fn changes(c: &Connection, owner: UserId, seq: Seq) -> Result<Vec<Change>> {
    let sql = "SELECT before, after FROM journal_changes WHERE owner = ? AND seq = ? ORDER BY n";
    all(c, sql, params![id(owner.0), int(seq)], |row| read_change(row, 0))
}

pub fn entry(c: &Connection, owner: UserId, seq: Seq) -> Result<Option<(Entry, Vec<Change>)>> {
    let sql = format!("SELECT {COLUMNS} FROM journal WHERE owner = ? AND seq = ?");
    let Some(entry) = one(c, &sql, params![id(owner.0), int(seq)], read)? else { return Ok(None) };
    Ok(Some((entry, changes(c, owner, seq)?)))
}

pub fn set_undone(c: &Connection, owner: UserId, seq: Seq, by: Option<Seq>) -> Result<()> {
    let sql = "UPDATE journal SET undone_by = ? WHERE owner = ? AND seq = ?";
    run(c, sql, params![by.map(int), id(owner.0), int(seq)]).map(drop)
}

/// Adds the conditions that a filter is.
pub fn choose(filter: &JournalFilter, conditions: &mut String, values: &mut Vec<Value>) {
    if !filter.commands.is_empty() {
        conditions.push_str(&format!(" AND command IN ({})", vec!["?"; filter.commands.len()].join(", ")));
        values.extend(filter.commands.iter().cloned().map(Value::Text));
    }
    choose_others(filter, conditions, values);
}

/// All of them but the commands.
fn choose_others(filter: &JournalFilter, conditions: &mut String, values: &mut Vec<Value>) {
    let others = [
        (" AND via = ?", filter.via.map(|via| Value::Text(via.code().to_owned()))),
        (" AND actor_id = ?", filter.actor.map(|actor| Value::Blob(id(actor.0).to_vec()))),
        (" AND at >= ?", filter.from.map(|at| at.0.into())),
        (" AND at < ?", filter.before.map(|at| at.0.into())),
    ];
    for (condition, value) in others {
        if let Some(value) = value {
            conditions.push_str(condition);
            values.push(value);
        }
    }
}

/// Takes away a part of an account's journal, and of the trash that follows from it; true while there may be more.
pub fn forget(c: &Connection, owner: UserId, limit: u32) -> Result<bool> {
    let changes = "DELETE FROM journal_changes WHERE (owner, seq, n) IN
                   (SELECT owner, seq, n FROM journal_changes WHERE owner = ? LIMIT ?)";
    let entries = "DELETE FROM journal WHERE (owner, seq) IN (SELECT owner, seq FROM journal WHERE owner = ? LIMIT ?)";
    let trash = "DELETE FROM trash WHERE (owner, kind, id) IN (SELECT owner, kind, id FROM trash WHERE owner = ? LIMIT ?)";
    for sql in [changes, entries, trash] {
        if run(c, sql, params![id(owner.0), limit])? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The entries before a number that a filter asks for, newest first, at most `limit`.
pub fn list_sql(owner: UserId, filter: &JournalFilter, before: i64, limit: i64) -> (String, Vec<Value>) {
    let (mut chosen, mut others) = (String::new(), Vec::new());
    choose_others(filter, &mut chosen, &mut others);
    let place: [Value; 2] = [id(owner.0).to_vec().into(), before.into()];
    let (from, mut values): (String, Vec<Value>) = if filter.commands.is_empty() {
        let from = format!("SELECT {COLUMNS} FROM journal WHERE owner = ? AND seq < ?{chosen}");
        (from, place.into_iter().chain(others).collect())
    } else {
        // The newest of each command; among them are the newest of all.
        let of_one = format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM journal INDEXED BY journal_by_kind
             WHERE owner = ? AND seq < ? AND command = ?{chosen} ORDER BY seq DESC LIMIT ?)"
        );
        let values = filter.commands.iter().flat_map(|command| {
            let command = Value::Text(command.clone());
            place.iter().cloned().chain([command]).chain(others.iter().cloned()).chain([limit.into()])
        });
        (vec![of_one.as_str(); filter.commands.len()].join(" UNION ALL "), values.collect())
    };
    values.push(limit.into());
    (format!("{from} ORDER BY seq DESC LIMIT ?"), values)
}

/// Newest first.
pub fn list(c: &Connection, owner: UserId, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
    let before = page.cursor.as_ref().map(parse_seq).transpose()?.map_or(i64::MAX, int);
    let (sql, values) = list_sql(owner, filter, before, i64::from(page.limit).saturating_add(1));
    let mut items = all(c, &sql, params_from_iter(values), read)?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|e| seq_cursor(e.seq));
    Ok(Page { items, next_cursor })
}

/// Oldest first, without the changes.
pub fn after(c: &Connection, owner: UserId, after: Seq, limit: u32) -> Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM journal WHERE owner = ? AND seq > ? ORDER BY seq LIMIT ?");
    all(c, &sql, params![id(owner.0), int(after), limit], read)
}

/// Some of the changes of an entry, if it is there.
pub fn some_changes(c: &Connection, owner: UserId, seq: Seq, page: &PageRequest) -> Result<Page<Change>> {
    let before = parse_nth(page.cursor.as_ref())?;
    let sql = "SELECT s.before, s.after FROM journal_changes s JOIN journal j ON j.owner = s.owner AND j.seq = s.seq
               WHERE s.owner = ? AND s.seq = ? AND s.n >= ? ORDER BY s.n LIMIT ?";
    let limit = i64::from(page.limit).saturating_add(1);
    let mut items = all(c, sql, params![id(owner.0), int(seq), int(before), limit], |row| read_change(row, 0))?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    Ok(Page { next_cursor: more.then(|| nth_cursor(before + items.len() as u64)), items })
}

/// The life of one expense, oldest step first.
pub fn expense_history(c: &Connection, owner: UserId, expense: ExpenseId) -> Result<Vec<ExpenseStep>> {
    let columns = COLUMNS.split(", ").map(|c| format!("j.{c}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns}, s.before, s.after FROM journal_changes s JOIN journal j ON j.owner = s.owner AND j.seq = s.seq
         WHERE s.owner = ? AND s.expense = ? ORDER BY s.seq, s.n"
    );
    all(c, &sql, [id(owner.0), id(expense.0)], |row| Ok(read_change(row, FIRST_CHANGE_COLUMN)?.step(read(row)?)))
}

/// Oldest first, with the changes.
pub fn scan(c: &Connection, owner: UserId, after: Seq, limit: u32) -> Result<Vec<(Entry, Vec<Change>)>> {
    let entries = self::after(c, owner, after, limit)?;
    let last = entries.last().map_or(after, |entry| entry.seq);
    let sql = "SELECT seq, before, after FROM journal_changes WHERE owner = ? AND seq > ? AND seq <= ? ORDER BY seq, n";
    let changes = all(c, sql, params![id(owner.0), int(after), int(last)], |row| Ok((count(row, 0)?, read_change(row, 1)?)))?;
    let mut changes = changes.into_iter().peekable();
    let with_changes = |entry: Entry| {
        // A change without its entry is damage, which stays where it is.
        while changes.next_if(|(seq, _)| *seq < entry.seq).is_some() {}
        let own = std::iter::from_fn(|| changes.next_if(|(seq, _)| *seq == entry.seq)).map(|(_, change)| change).collect();
        (entry, own)
    };
    Ok(entries.into_iter().map(with_changes).collect())
}
