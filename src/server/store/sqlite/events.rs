//! What happened that bears on security, newest first.

use super::{
    super::{Happened, HappenedFilter, Result, place},
    rows::id,
    sql::{all, body},
};
use crate::domain::{Page, page::PageRequest};
use rusqlite::{Connection, params_from_iter, types::Value};

pub fn list(c: &Connection, filter: &HappenedFilter, page: &PageRequest) -> Result<Page<Happened>> {
    let mut values: Vec<Value> = Vec::new();
    let mut sql = String::from("SELECT body FROM events WHERE ");
    match filter.about {
        Some(owner) => {
            sql.push_str("owner = ?");
            values.push(Value::Blob(id(owner.0).to_vec()));
        }
        None => sql.push_str("TRUE"),
    }
    if let Some(after) = page.cursor.as_ref().map(place::parse_event).transpose()? {
        sql.push_str(" AND id < ?");
        values.push(Value::Blob(id(after.0).to_vec()));
    }
    for (condition, instant) in [(" AND at >= ?", filter.from), (" AND at < ?", filter.before)] {
        if let Some(instant) = instant {
            sql.push_str(condition);
            values.push(instant.0.into());
        }
    }
    if !filter.events.is_empty() {
        sql.push_str(&format!(" AND event IN ({})", vec!["?"; filter.events.len()].join(", ")));
        values.extend(filter.events.iter().map(|event| Value::Text(event.code().to_owned())));
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push(i64::from(page.limit).saturating_add(1).into());
    let mut items: Vec<Happened> = all(c, &sql, params_from_iter(values), body)?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| place::event_cursor(last.id));
    Ok(Page { items, next_cursor })
}
