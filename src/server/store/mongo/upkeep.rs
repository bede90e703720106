//! Upkeep: what is past its time, the server's own check, walking through everything.

use super::{
    super::{HAPPENED_SECONDS, KEPT_SECONDS, Key, Record, StoreError, record::ScanCursor, search::fault},
    ask::Ask,
    docs::{expense, id_of, kept_terms, record, terms, uuid},
    error::{Result, damaged},
    imports,
    kind::Kind,
    migrations::collections,
};
use crate::domain::{Instant, UserId, import::ImportState};
use mongodb::{
    Database,
    bson::{Document, RawDocument, doc},
    options::FindOptions,
};
use std::collections::BTreeSet;

/// How much one transaction sweeps, so that others never wait long.
pub const SWEPT_AT_ONCE: usize = 500;

/// The most faults of one kind that are told.
const TOLD: usize = 20;

/// The kinds that age.
pub const AGEING: [Kind; 6] = [Kind::Idempotent, Kind::Session, Kind::Import, Kind::Throttle, Kind::Link, Kind::Event];

/// Keys of some records of a kind that are past their time.
pub async fn past(ask: &mut Ask<'_>, kind: Kind, now: Instant) -> Result<Vec<Key>> {
    let old = doc! { "$lt": now.plus_seconds(-KEPT_SECONDS).0 };
    let filter = match kind {
        Kind::Idempotent => doc! { "at": old },
        Kind::Session => doc! { "dead_at": { "$lt": now.0 } },
        Kind::Link => doc! { "ends_at": { "$lt": now.0 } },
        Kind::Event => doc! { "at": { "$lt": now.plus_seconds(-HAPPENED_SECONDS).0 } },
        Kind::Import => doc! { "preview": true, "created_at": old },
        _ => doc! { "forgotten_at": old },
    };
    let options = FindOptions::builder().limit(SWEPT_AT_ONCE as i64).batch_size(1_000).build();
    ask.find(kind.name(), filter, options, |d| Ok(record(kind, d)?.key())).await
}

/// Whether a record is still past its time: it may have been used since it was found.
pub fn is_past(record: &Record, now: Instant) -> bool {
    let old = now.plus_seconds(-KEPT_SECONDS);
    match record {
        Record::Idempotent(r) => r.at < old,
        Record::Session(r) => r.idle_until.min(r.ends_at) < now,
        Record::Link(r) => r.ends_at < now,
        Record::Event(r) => r.at < now.plus_seconds(-HAPPENED_SECONDS),
        Record::Import(r) => r.state == ImportState::Preview && r.created_at < old,
        Record::Throttle(r) => r.until.max(r.updated_at) < old,
        _ => false,
    }
}

/// The faults that the server finds in its collections and their indexes.
pub async fn check(db: &Database) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for name in collections() {
        // As long as it takes: the whole collection is read.
        let report = db.run_command(doc! { "validate": name }).await?;
        if !report.get_bool("valid").unwrap_or(false) {
            faults.push(format!("{name}: {}", errors(&report)));
        }
    }
    Ok(faults)
}

/// Owners whose expenses are not kept with the terms by which they are found, as lines of faults.
pub async fn check_terms(ask: &mut Ask<'_>) -> Result<Vec<String>> {
    let read = |d: &RawDocument| {
        let e = expense(d)?;
        Ok((kept_terms(d)? != terms(&e)).then_some(e.owner))
    };
    let all = FindOptions::builder().batch_size(1_000).build();
    let wrong: BTreeSet<UserId> = ask.find(Kind::Expense.name(), doc! {}, all, read).await?.into_iter().flatten().collect();
    Ok(wrong.into_iter().take(TOLD).map(|owner| fault(&owner.0.simple().to_string().to_uppercase())).collect())
}

fn errors(report: &Document) -> String {
    let errors = report.get_array("errors").map(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>());
    errors.ok().filter(|errors| !errors.is_empty()).map_or_else(|| "not valid".to_owned(), |errors| errors.join("; "))
}

/// Some of the records that belong to somebody; uploads without their bytes.
pub async fn belongings(ask: &mut Ask<'_>, user: UserId, limit: u32) -> Result<Vec<Record>> {
    for kind in Kind::OWNED {
        let options = FindOptions::builder().limit(i64::from(limit)).batch_size(1_000).build();
        let found = ask.find(kind.name(), doc! { "owner": uuid(user.0) }, options, |d| record(kind, d)).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The next records after a place, and the place after them; `None` at the end.
pub async fn scan(ask: &mut Ask<'_>, after: Option<&ScanCursor>) -> Result<(Vec<Record>, Option<ScanCursor>)> {
    let mut number = after.map_or(0, |cursor| cursor.kind);
    let mut place: Option<Key> = match after {
        Some(cursor) if !cursor.after.is_empty() => {
            Some(serde_json::from_str(&cursor.after).map_err(|_| damaged("a place in a scan"))?)
        }
        _ => None,
    };
    while let Some(kind) = Kind::ALL.get(usize::from(number)).copied() {
        // Few uploads, for each may hold ten megabytes.
        let limit = if kind == Kind::Import { 4 } else { 500 };
        let filter = place.take().map_or_else(Document::new, |key| doc! { "_id": { "$gt": id_of(&key) } });
        let options = FindOptions::builder().sort(doc! { "_id": 1 }).limit(limit).batch_size(1_000).build();
        let mut records = ask.find(kind.name(), filter, options, |d| record(kind, d)).await?;
        for record in &mut records {
            if let Record::Import(import) = record {
                import.content = imports::content(ask, import.owner, import.id).await?;
            }
        }
        if let Some(last) = records.last() {
            let after = serde_json::to_string(&last.key()).map_err(StoreError::from)?;
            return Ok((records, Some(ScanCursor { kind: number, after })));
        }
        number = number.checked_add(1).ok_or_else(|| damaged("a place in a scan"))?;
    }
    Ok((Vec::new(), None))
}
