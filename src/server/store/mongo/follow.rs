//! What is new in the database, by a change stream: whichever process wrote it, once a majority has it.

use super::{
    super::Ear,
    ask::Ask,
    docs::{account, plain, uuid},
    error::{Result, Trouble, damaged},
    kind::{JOURNAL, Kind},
};
use crate::domain::{Seq, UserId};
use futures::StreamExt;
use mongodb::{
    Database,
    bson::{RawDocument, RawDocumentBuf, Uuid, deserialize_from_slice, doc},
    options::FindOptions,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Event {
    ns: Namespace,
    #[serde(rename = "documentKey")]
    key: RawDocumentBuf,
}

#[derive(Deserialize)]
struct Namespace {
    coll: String,
}

/// The key of a journal's entry.
#[derive(Deserialize)]
struct EntryKey {
    _id: OwnedSeq,
}

#[derive(Deserialize)]
struct OwnedSeq {
    owner: Uuid,
    id: i64,
}

/// Runs until the stream breaks; the driver goes on by itself where a token of the last event suffices.
pub async fn follow(db: &Database, ear: &dyn Ear) -> Result<()> {
    let categories = Kind::Category.name();
    // A category that is only touched (see `writes`) is an update; a new state of it replaces the document.
    let news = doc! { "$match": { "$or": [
        { "ns.coll": JOURNAL, "operationType": "insert" },
        { "ns.coll": categories, "operationType": { "$in": ["insert", "replace", "delete"] } },
    ] } };
    let brief = doc! { "$project": { "ns": 1, "documentKey": 1 } };
    let mut stream = db.watch().pipeline([news, brief]).await?.with_type::<RawDocumentBuf>();
    // What was committed before the stream began.
    for (owner, seq) in heads(&mut Ask::new(db), &ear.wanted()).await? {
        ear.grown(owner, seq);
    }
    ear.shared();
    while let Some(event) = stream.next().await {
        let event: Event = deserialize_from_slice(event?.as_bytes())?;
        if event.ns.coll == categories {
            ear.shared();
        } else {
            let EntryKey { _id: entry } = deserialize_from_slice(event.key.as_bytes())?;
            let seq = Seq::try_from(entry.id).map_err(|_| damaged("the number of an entry"))?;
            ear.grown(UserId(plain(entry.owner)), seq);
        }
    }
    Err(Trouble::Away("the change stream ended".into()))
}

async fn heads(ask: &mut Ask<'_>, owners: &[UserId]) -> Result<Vec<(UserId, Seq)>> {
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = doc! { "_id": { "$in": owners.iter().map(|owner| uuid(owner.0)).collect::<Vec<_>>() } };
    let read = |d: &RawDocument| account(d).map(|account| (account.owner, account.last_seq));
    ask.find(Kind::Account.name(), wanted, FindOptions::default(), read).await
}
