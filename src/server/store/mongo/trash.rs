//! The trash as it is kept: a document for each thing that was deleted and is not there again.

use super::{
    super::{Change, Key, Record, numbers::int, place::TrashPlace, trash::thing},
    ask::Ask,
    docs::{Owned, expense, funds, plain, uuid},
    error::{Result, damaged},
    journal,
    kind::{CHANGES, Kind},
};
use crate::domain::{Instant, Page, Seq, Trashed, UserId, import::EntryKind, journal::Via, page::PageRequest};
use mongodb::{
    bson::{
        Bson, Document, RawDocument, RawDocumentBuf, Uuid, deserialize_from_slice, doc, serde_helpers::HumanReadable,
        serialize_to_raw_document_buf,
    },
    options::{FindOptions, Hint},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The index by entry.
pub const BY_SEQ: &str = "by_seq";
/// How many rows are looked for at once.
const AT_ONCE: usize = 500;

/// What was deleted, within its owner's.
#[derive(Serialize, Deserialize)]
struct What {
    kind: EntryKind,
    row: Uuid,
}

#[derive(Serialize, Deserialize)]
struct TrashDoc {
    _id: Owned<What>,
    owner: Uuid,
    seq: i64,
    at: i64,
    via: Via,
    command: String,
    thing: HumanReadable<Record>,
}

/// The part of the `_id` that is not its owner.
pub fn id_of(kind: EntryKind, row: uuid::Uuid) -> Document {
    doc! { "kind": kind.code(), "row": uuid(row) }
}

pub fn document(r: &Trashed) -> Result<RawDocumentBuf> {
    let owner = uuid(r.thing.owner().0);
    Ok(serialize_to_raw_document_buf(&TrashDoc {
        _id: Owned { owner, id: What { kind: r.thing.kind(), row: uuid(r.thing.id()) } },
        owner,
        seq: int(r.seq),
        at: r.at.0,
        via: r.via,
        command: r.command.clone(),
        thing: HumanReadable(Record::from(r.thing.clone())),
    })?)
}

fn seq(n: i64) -> Result<Seq> {
    Ok(Seq::try_from(n).map_err(|_| damaged("the number of an entry"))?)
}

pub fn read(document: &RawDocument) -> Result<Trashed> {
    let d: TrashDoc = deserialize_from_slice(document.as_bytes())?;
    let thing = thing(d.thing.0).ok_or_else(|| damaged("what was deleted"))?;
    Ok(Trashed { thing, seq: seq(d.seq)?, at: Instant(d.at), via: d.via, command: d.command })
}

/// Of the newest entry first.
pub async fn list(ask: &mut Ask<'_>, owner: UserId, page: &PageRequest) -> Result<Page<Trashed>> {
    let mut wanted = doc! { "owner": uuid(owner.0) };
    if let Some(place) = page.cursor.as_ref().map(TrashPlace::parse).transpose()? {
        let (seq, row) = (int(place.seq), uuid(place.id));
        // The first bound is that of the index; the rest only leaves out what stands at the place itself.
        wanted.insert("seq", doc! { "$lte": seq });
        wanted.insert(
            "$or",
            vec![
                doc! { "seq": { "$lt": seq } },
                doc! { "_id.id.row": { "$lt": row } },
                doc! { "_id.id.row": row, "_id.id.kind": { "$lt": place.kind.code() } },
            ],
        );
    }
    let limit = i64::from(page.limit).saturating_add(1);
    let order = doc! { "seq": -1, "_id.id.row": -1, "_id.id.kind": -1 };
    let options = FindOptions::builder().sort(order).limit(limit).hint(Hint::Name(BY_SEQ.to_owned())).build();
    let mut items = ask.find(Kind::Trashed.name(), wanted, options, read).await?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| TrashPlace::of(last).cursor());
    Ok(Page { items, next_cursor })
}

/// What is in everybody's, and the entry by which it is.
pub async fn everybodys(ask: &mut Ask<'_>) -> Result<Vec<(Key, Seq)>> {
    #[derive(Deserialize)]
    struct Place {
        _id: Owned<What>,
        seq: i64,
    }
    let options = FindOptions::builder().projection(doc! { "seq": 1 }).batch_size(1_000).build();
    let read = |d: &RawDocument| {
        let Place { _id: Owned { owner, id }, seq: n } = deserialize_from_slice(d.as_bytes())?;
        Ok((Key::Trashed(UserId(plain(owner)), id.kind, plain(id.row)), seq(n)?))
    };
    ask.find(Kind::Trashed.name(), doc! {}, options, read).await
}

/// Makes the trash of an account anew from its journal: the last to delete a thing that is not there counts. Within a
/// transaction.
pub async fn make(ask: &mut Ask<'_>, owner: UserId) -> Result<()> {
    #[derive(Deserialize)]
    struct Changes {
        _id: Numbered,
        changes: Vec<HumanReadable<Change>>,
    }
    #[derive(Deserialize)]
    struct Numbered {
        seq: i64,
    }
    let before = doc! { "q": { "owner": uuid(owner.0) }, "limit": 0 };
    ask.delete(Kind::Trashed.name(), vec![RawDocumentBuf::try_from(&before)?]).await?;
    let mut deleting = journal::changes_between(owner, 0, Seq::MAX);
    deleting.insert("changes.after", Bson::Null);
    let options = FindOptions::builder().sort(doc! { "_id": 1 }).hint(Hint::Keys(doc! { "_id": 1 })).build();
    let read = |d: &RawDocument| {
        let d: Changes = deserialize_from_slice(d.as_bytes())?;
        let gone = d.changes.into_iter().filter(|change| change.0.after.is_none());
        Ok((seq(d._id.seq)?, gone.filter_map(|change| change.0.before.and_then(thing)).collect::<Vec<_>>()))
    };
    let mut last = BTreeMap::new();
    for (seq, gone) in ask.find(CHANGES, deleting, options, read).await? {
        last.extend(gone.into_iter().map(|thing| (Record::from(thing.clone()).key(), (seq, thing))));
    }
    let keys: Vec<Key> = last.keys().cloned().collect();
    for some in keys.chunks(AT_ONCE) {
        for key in there(ask, some).await? {
            last.remove(&key);
        }
    }
    let seqs: BTreeSet<Seq> = last.values().map(|(seq, _)| *seq).collect();
    let mut entries = BTreeMap::new();
    for seq in seqs {
        // A large command that is at work has no entry yet; its job knows it.
        if let Some(entry) = journal::entry_or_to_come(ask, owner, seq).await? {
            entries.insert(seq, entry);
        }
    }
    let made = last.into_values().filter_map(|(seq, thing)| {
        let by = entries.get(&seq)?;
        Some(document(&Trashed { thing, seq, at: by.at, via: by.via, command: by.command.clone() }))
    });
    let made = made.collect::<Result<Vec<_>>>()?;
    ask.insert(Kind::Trashed.name(), made).await
}

/// Which of these rows are there.
async fn there(ask: &mut Ask<'_>, keys: &[Key]) -> Result<Vec<Key>> {
    let mut found = Vec::new();
    for kind in [Kind::Expense, Kind::Funds] {
        let ids: Vec<Bson> = keys.iter().filter(|key| Kind::of(key) == kind).map(super::docs::id_of).collect();
        if ids.is_empty() {
            continue;
        }
        let read = |d: &RawDocument| match kind {
            Kind::Expense => Ok(Record::Expense(expense(d)?).key()),
            _ => Ok(Record::Funds(funds(d)?).key()),
        };
        let options = FindOptions::builder().batch_size(1_000).build();
        found.extend(ask.find(kind.name(), doc! { "_id": { "$in": ids } }, options, read).await?);
    }
    Ok(found)
}
