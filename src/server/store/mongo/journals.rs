//! Entries of all journals at once, in the order of time; and the end of a journal.

use super::{
    super::{JournalFilter, numbers::int, place::EntryPlace},
    ask::Ask,
    docs::uuid,
    error::Result,
    journal::{choose, read},
    kind::{CHANGES, HOLDS, JOURNAL, Kind},
    migrations::{BY_ACTOR, BY_COMMAND},
};
use crate::domain::{Entry, Instant, Page, UserId, page::PageRequest};
use mongodb::{
    bson::{Bson, Document, RawDocument, RawDocumentBuf, doc},
    options::{AggregateOptions, FindOptions, Hint},
};

/// Newest first. The server merges the commands, each of which has its entries in this order in the index.
pub async fn of_commands(ask: &mut Ask<'_>, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
    newest(ask, BY_COMMAND, Document::new(), filter, page).await
}

/// What the filter's actor did to others, newest first.
pub async fn of_actor(ask: &mut Ask<'_>, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
    let Some(actor) = filter.actor else { return Ok(Page { items: Vec::new(), next_cursor: None }) };
    newest(ask, BY_ACTOR, doc! { "by": uuid(actor.0) }, &JournalFilter { actor: None, ..filter.clone() }, page).await
}

async fn newest(
    ask: &mut Ask<'_>,
    index: &str,
    mut wanted: Document,
    filter: &JournalFilter,
    page: &PageRequest,
) -> Result<Page<Entry>> {
    choose(filter, &mut wanted);
    if let Some(EntryPlace { at, owner, seq }) = page.cursor.as_ref().map(EntryPlace::parse).transpose()? {
        let owner = uuid(owner.0);
        let after = [
            doc! { "at": { "$lt": at.0 } },
            doc! { "owner": { "$lt": owner } },
            doc! { "owner": owner, "_id.id": { "$lt": int(seq) } },
        ];
        let bound = doc! { "at": { "$lte": at.0 }, "$or": after.to_vec() };
        wanted.insert("$and", vec![bound]);
    }
    let limit = i64::from(page.limit).saturating_add(1);
    let order = doc! { "at": -1, "owner": -1, "_id.id": -1 };
    let options = FindOptions::builder().sort(order).limit(limit).hint(Hint::Name(index.to_owned())).build();
    let mut items = ask.find(JOURNAL, wanted, options, read).await?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|entry| EntryPlace::of(entry).cursor());
    Ok(Page { items, next_cursor })
}

/// How many entries a command has from each instant to the next. Walks the index alone, at most `most` keys for each.
pub async fn between(ask: &mut Ask<'_>, command: &str, instants: &[Instant], most: u32) -> Result<Vec<u32>> {
    let mut counts = Vec::new();
    for pair in instants.windows(2) {
        let wanted = doc! { "command": command, "at": { "$gte": pair[0].0, "$lt": pair[1].0 } };
        let keys = doc! { "$project": { "_id": 0, "at": 1 } };
        let count = doc! { "$group": { "_id": Bson::Null, "n": { "$sum": 1_i64 } } };
        let pipeline = vec![doc! { "$match": wanted }, keys, doc! { "$limit": i64::from(most) }, count];
        let options = AggregateOptions::builder().hint(Hint::Name(BY_COMMAND.to_owned())).build();
        let read = |d: &RawDocument| Ok(u32::try_from(d.get_i64("n").unwrap_or(0)).unwrap_or(most));
        counts.push(ask.aggregate(JOURNAL, pipeline, options, read).await?.pop().unwrap_or(0));
    }
    Ok(counts)
}

/// Takes away a part of an account's journal, and at the end its holds; true while there may be more.
pub async fn forget(ask: &mut Ask<'_>, owner: UserId, limit: u32) -> Result<bool> {
    for collection in [CHANGES, JOURNAL, HOLDS, Kind::Trashed.name()] {
        let options = FindOptions::builder().projection(doc! { "_id": 1 }).limit(i64::from(limit)).build();
        let id = |d: &RawDocument| -> Result<Bson> { Ok(Document::try_from(d)?.get("_id").cloned().unwrap_or(Bson::Null)) };
        let ids = ask.find(collection, doc! { "owner": uuid(owner.0) }, options, id).await?;
        if ids.is_empty() {
            continue;
        }
        let statement = |id: Bson| {
            let q = doc! { "_id": id, "owner": uuid(owner.0) };
            Ok(RawDocumentBuf::try_from(&doc! { "q": q, "limit": 1 })?)
        };
        ask.delete(collection, ids.into_iter().map(statement).collect::<Result<Vec<_>>>()?).await?;
        return Ok(true);
    }
    Ok(false)
}
