//! Recurring entries: a person's, those of a category, and what the server has to record.

use super::{
    super::{DuePlace, Result, numbers::day_int},
    rows::id,
    sql::{all, body},
};
use crate::domain::{CategoryId, Day, Recurring, UserId};
use rusqlite::{Connection, params};

pub fn of(c: &Connection, owner: UserId) -> Result<Vec<Recurring>> {
    all(c, "SELECT body FROM recurring WHERE owner = ? ORDER BY id", [id(owner.0)], body)
}

/// Everybody's of a category.
pub fn of_category(c: &Connection, category: CategoryId) -> Result<Vec<Recurring>> {
    all(c, "SELECT body FROM recurring WHERE category = ? ORDER BY owner, id", [id(category.0)], body)
}

pub fn due(c: &Connection, until: Day, after: Option<DuePlace>, limit: u32) -> Result<Vec<Recurring>> {
    match after {
        None => {
            let sql = "SELECT body FROM recurring WHERE due <= ? ORDER BY due, owner, id LIMIT ?";
            all(c, sql, params![day_int(until), limit], body)
        }
        Some((day, owner, entry)) => {
            let sql =
                "SELECT body FROM recurring WHERE (due, owner, id) > (?, ?, ?) AND due <= ? ORDER BY due, owner, id LIMIT ?";
            all(c, sql, params![day_int(day), id(owner.0), id(entry.0), day_int(until), limit], body)
        }
    }
}
