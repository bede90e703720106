//! The audit log as CSV, page after page.

use super::as_file;
use crate::{
    domain::{Cursor, Problem, audit::AuditFilter, page::PageRequest},
    server::{App, audit, auth::Caller, import::cell::guarded, store::StoreError},
};
use axum::response::Response;
use futures::stream;

const HEADER: [&str; 7] = ["When", "Who", "Whose account", "Command", "What", "From", "Number"];
const AT_ONCE: u32 = 200;

/// Where the reading is.
enum Place {
    Head,
    Page(Option<Cursor>),
    Over,
}

/// All entries that an admin asks for, newest first, as a file to save.
pub async fn audit(app: App, caller: Caller, asked: AuditFilter) -> Result<Response, Problem> {
    caller.require_admin()?;
    let named = caller.clone();
    let parts = stream::try_unfold((app, caller, asked, Place::Head), |(app, caller, asked, place)| async move {
        let (bytes, next) = match place {
            Place::Over => return Ok(None),
            Place::Head => (lines(vec![HEADER.map(str::to_owned)])?, Place::Page(None)),
            Place::Page(cursor) => {
                let found = audit::audit(&app, &caller, &asked, &PageRequest { limit: AT_ONCE, cursor }).await?;
                let rows = found.items.into_iter().map(row).collect();
                (lines(rows)?, found.next_cursor.map_or(Place::Over, |cursor| Place::Page(Some(cursor))))
            }
        };
        Ok(Some((bytes, (app, caller, asked, next))))
    });
    as_file(&named, "outlay-audit", "csv", "text/csv; charset=utf-8; header=present", parts)
}

fn row(audit::Line { entry, owner, .. }: audit::Line) -> [String; 7] {
    let owner = owner.map_or_else(|| entry.owner.to_string(), |name| name.to_string());
    let text = |text: &str| guarded(text).into_owned();
    [
        entry.at.to_string(),
        text(&entry.actor),
        text(&owner),
        entry.command,
        text(&entry.summary),
        entry.via.code().to_owned(),
        entry.seq.to_string(),
    ]
}

fn lines(rows: Vec<[String; 7]>) -> Result<Vec<u8>, Problem> {
    let failed = |cause: String| StoreError::Failed(format!("an export: {cause}"));
    let mut lines = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        lines.write_record(row).map_err(|e| failed(e.to_string()))?;
    }
    Ok(lines.into_inner().map_err(|e| failed(e.to_string()))?)
}
