//! Entries of all journals at once: each command, and what somebody did to others, has an index in the order of time.

use super::{
    super::{JournalFilter, Result, place::EntryPlace},
    journal::{self, COLUMNS},
    rows::id,
    sql::{all, one},
};
use crate::domain::{Entry, Instant, Page, page::PageRequest};
use rusqlite::{Connection, params, params_from_iter, types::Value};

/// Newest first. As many index reads as there are commands, each of at most a page.
pub fn of_commands(c: &Connection, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
    let mut found = Vec::new();
    for command in &filter.commands {
        let first = ("journal_by_command", "command = ?", Value::Text(command.clone()));
        found.extend(newest(c, first, &JournalFilter { commands: Vec::new(), ..filter.clone() }, page)?);
    }
    found.sort_by_key(|entry| std::cmp::Reverse(EntryPlace::of(entry)));
    Ok(part(found, page))
}

/// What the filter's actor did to others, newest first.
pub fn of_actor(c: &Connection, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
    let Some(actor) = filter.actor else { return Ok(Page { items: Vec::new(), next_cursor: None }) };
    let first = ("journal_by_actor", "actor_id = ? AND actor_id <> owner", Value::Blob(id(actor.0).to_vec()));
    Ok(part(newest(c, first, &JournalFilter { actor: None, ..filter.clone() }, page)?, page))
}

/// The newest entries of an index that begins with a value, one more than the page holds.
fn newest(
    c: &Connection,
    (index, condition, value): (&str, &str, Value),
    filter: &JournalFilter,
    page: &PageRequest,
) -> Result<Vec<Entry>> {
    let mut values = vec![value];
    let mut sql = format!("SELECT {COLUMNS} FROM journal INDEXED BY {index} WHERE {condition}");
    if let Some(place) = page.cursor.as_ref().map(EntryPlace::parse).transpose()? {
        sql.push_str(" AND (at, owner, seq) < (?, ?, ?)");
        values.extend([place.at.0.into(), Value::Blob(id(place.owner.0).to_vec()), super::super::numbers::int(place.seq).into()]);
    }
    journal::choose(filter, &mut sql, &mut values);
    sql.push_str(" ORDER BY at DESC, owner DESC, seq DESC LIMIT ?");
    values.push(i64::from(page.limit).saturating_add(1).into());
    all(c, &sql, params_from_iter(values), journal::read)
}

/// How many entries a command has from each instant to the next. Reads the index alone, at most `most` keys for each.
pub fn between(c: &Connection, command: &str, instants: &[Instant], most: u32) -> Result<Vec<u32>> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM journal INDEXED BY journal_by_command WHERE command = ? AND at >= ? AND at < ? LIMIT ?)";
    let count = |pair: &[Instant]| -> Result<u32> {
        let found = one(c, sql, params![command, pair[0].0, pair[1].0, most], |row| Ok(row.get(0)?))?;
        Ok(found.unwrap_or(0))
    };
    instants.windows(2).map(count).collect()
}

fn part(mut items: Vec<Entry>, page: &PageRequest) -> Page<Entry> {
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|entry| EntryPlace::of(entry).cursor());
    Page { items, next_cursor }
}
