//! What happened that bears on security, newest first.

use super::{
    super::{Happened, HappenedFilter, place},
    ask::Ask,
    docs::{body, uuid},
    error::Result,
    kind::Kind,
};
use crate::domain::{Page, page::PageRequest};
use mongodb::{
    bson::{Document, doc},
    options::FindOptions,
};

pub async fn list(ask: &mut Ask<'_>, filter: &HappenedFilter, page: &PageRequest) -> Result<Page<Happened>> {
    let mut wanted = Document::new();
    if let Some(owner) = filter.about {
        wanted.insert("owner", uuid(owner.0));
    }
    if let Some(after) = page.cursor.as_ref().map(place::parse_event).transpose()? {
        wanted.insert("_id.id", doc! { "$lt": uuid(after.0) });
    }
    let mut at = Document::new();
    for (bound, instant) in [("$gte", filter.from), ("$lt", filter.before)] {
        if let Some(instant) = instant {
            at.insert(bound, instant.0);
        }
    }
    if !at.is_empty() {
        wanted.insert("at", at);
    }
    if !filter.events.is_empty() {
        wanted.insert("event", doc! { "$in": filter.events.iter().map(|event| event.code()).collect::<Vec<_>>() });
    }
    let limit = i64::from(page.limit).saturating_add(1);
    let options = FindOptions::builder().sort(doc! { "_id.id": -1 }).limit(limit).build();
    let mut items: Vec<Happened> = ask.find(Kind::Event.name(), wanted, options, body).await?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| place::event_cursor(last.id));
    Ok(Page { items, next_cursor })
}
