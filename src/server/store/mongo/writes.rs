//! What a transaction knows and what it has yet to send: works write into memory, and all of it goes to the
//! server in one command per collection. It must never lose or reorder what depends on order.
//!
//! Holds: whoever has rows in a category has a document in `category_holds`, written anew with each row that
//! comes to point there; the first time, the category itself is touched too. Who seizes the category deletes
//! these documents and touches the category. So both write one same document, of which MongoDB lets only one
//! commit, and people never meet each other there.

use super::{
    super::{Change, Import, Key, Record, StoreError, numbers::int, sums::SumChanges},
    ask::{Ask, replacement},
    docs::{by_key, document, id_of, record, uuid},
    error::Result,
    imports, journal,
    kind::{CHANGES, HOLDS, JOURNAL, Kind, PARTS},
    sums,
};
use crate::domain::{CategoryId, Entry, Seq, UserId};
use mongodb::{
    bson::{Binary, Document, RawDocumentBuf, doc, spec::BinarySubtype},
    options::FindOptions,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The bytes of an upload in one document.
const PART: usize = 4 << 20;

/// What one work has written.
#[derive(Default)]
pub struct Writes {
    /// `None`: deleted.
    pub records: HashMap<Key, Option<Record>>,
    pub entries: Vec<(Entry, Vec<Change>)>,
    /// Changes of entries that are yet to come, and how many of theirs are kept already.
    pub planned: Vec<(UserId, Seq, u64, Vec<Change>)>,
    /// Entries that will not come: their changes go.
    pub dropped: Vec<(UserId, Seq)>,
    /// Entries and what undoes them.
    pub marks: Vec<(UserId, Seq, Option<Seq>)>,
    pub holds: BTreeSet<(UserId, CategoryId)>,
    pub seized: BTreeSet<CategoryId>,
    pub sums: SumChanges,
}

impl Writes {
    /// About how many documents these are.
    pub fn len(&self) -> usize {
        let planned = self.planned.iter().map(|(.., changes)| changes.len()).sum::<usize>();
        self.records.len() + planned + self.entries.iter().map(|(_, changes)| 1 + changes.len()).sum::<usize>()
    }
}

/// What the transaction has read, and what works that succeeded have written.
#[derive(Default)]
pub struct State {
    /// Records as they are now, within the transaction.
    pub seen: HashMap<Key, Option<Record>>,
    /// Keys that the server does not have.
    absent: HashSet<Key>,
    /// Keys in `seen` that the server does not know yet.
    unsent: HashSet<Key>,
    /// The rest that it does not know; its `records` are in `seen`.
    rest: Writes,
    /// Something was sent or is to be.
    pub dirty: bool,
}

impl State {
    /// Takes over what a work has written.
    pub fn merge(&mut self, own: Writes) {
        for (key, record) in own.records {
            self.unsent.insert(key.clone());
            self.seen.insert(key, record);
        }
        self.rest.entries.extend(own.entries);
        self.rest.planned.extend(own.planned);
        self.rest.dropped.extend(own.dropped);
        self.rest.marks.extend(own.marks);
        self.rest.holds.extend(own.holds);
        self.rest.seized.extend(own.seized);
        self.rest.sums.merge(own.sums);
        let rest = &self.rest;
        let no_plans = rest.planned.is_empty() && rest.dropped.is_empty();
        let no_entries = rest.entries.is_empty() && rest.marks.is_empty() && no_plans;
        let no_sums = rest.sums.moves().next().is_none();
        self.dirty |= !(self.unsent.is_empty() && no_entries && no_sums && rest.seized.is_empty());
    }

    /// Reads the records of keys that are not in `seen`.
    pub async fn fetch(&mut self, ask: &mut Ask<'_>, keys: impl IntoIterator<Item = &Key>) -> Result<()> {
        let mut kinds: BTreeMap<Kind, Vec<&Key>> = BTreeMap::new();
        for key in keys {
            kinds.entry(Kind::of(key)).or_default().push(key);
        }
        for (kind, keys) in kinds {
            let filter = match &keys[..] {
                [key] => doc! { "_id": id_of(key) },
                keys => doc! { "_id": { "$in": keys.iter().map(|key| id_of(key)).collect::<Vec<_>>() } },
            };
            let options = FindOptions::builder().batch_size(1_000).build();
            let mut found = ask.find(kind.name(), filter, options, |d| record(kind, d)).await?;
            for record in &mut found {
                if let Record::Import(import) = record {
                    import.content = imports::content(ask, import.owner, import.id).await?;
                }
            }
            for key in keys {
                self.absent.insert(key.clone());
                self.seen.insert(key.clone(), None);
            }
            for record in found {
                // A session may be somebody else's: then its key is another one.
                let key = record.key();
                self.absent.remove(&key);
                self.seen.insert(key, Some(record));
            }
        }
        Ok(())
    }

    /// Sends what the server does not know yet.
    pub async fn flush(&mut self, ask: &mut Ask<'_>) -> Result<()> {
        self.seize(ask).await?;
        self.hold(ask).await?;
        let mut groups: BTreeMap<Kind, Group> = BTreeMap::new();
        for key in self.unsent.drain() {
            let group = groups.entry(Kind::of(&key)).or_default();
            match self.seen.get(&key).and_then(Option::as_ref) {
                Some(record) => {
                    let document = document(record)?;
                    if let Record::Import(import) = record {
                        group.uploads.push(doc_of_parts(import));
                        group.parts.extend(parts(import)?);
                    }
                    if self.absent.remove(&key) {
                        group.new.push(document)
                    } else {
                        group.changed.push(replacement(document, ask.sharded)?)
                    }
                }
                None if self.absent.contains(&key) => {}
                None => {
                    if let Key::Import(owner, id) = &key {
                        group.uploads.push(doc! { "owner": uuid(owner.0), "import": uuid(id.0) });
                    }
                    group.gone.push(statement(by_key(&key), 1)?);
                    self.absent.insert(key);
                }
            }
        }
        for (kind, group) in groups {
            group.send(ask, kind).await?;
        }
        sums::adjust(ask, &std::mem::take(&mut self.rest.sums)).await?;
        self.send_journal(ask).await
    }

    async fn send_journal(&mut self, ask: &mut Ask<'_>) -> Result<()> {
        let (mut entries, mut changes) = (Vec::new(), Vec::new());
        for (entry, changed) in self.rest.entries.drain(..) {
            entries.push(journal::entry_doc(&entry)?);
            changes.extend(journal::change_docs(entry.owner, entry.seq, 0, &changed)?);
        }
        for (owner, seq, before, planned) in self.rest.planned.drain(..) {
            changes.extend(journal::change_docs(owner, seq, before, &planned)?);
        }
        let dropped = self.rest.dropped.drain(..).map(|(owner, seq)| statement(journal::changes_between(owner, seq, seq), 0));
        let dropped = dropped.collect::<Result<Vec<_>>>()?;
        ask.delete(CHANGES, dropped).await?;
        ask.insert(JOURNAL, entries).await?;
        ask.insert(CHANGES, changes).await?;
        let marks = std::mem::take(&mut self.rest.marks).into_iter().map(|(owner, seq, by)| {
            let q = journal::by_seq(owner, seq);
            let u = doc! { "$set": { "undone_by": by.map(int) } };
            Ok(RawDocumentBuf::try_from(&doc! { "q": q, "u": u })?)
        });
        let marks = marks.collect::<Result<Vec<_>>>()?;
        ask.update(JOURNAL, marks).await.map(drop)
    }

    async fn seize(&mut self, ask: &mut Ask<'_>) -> Result<()> {
        let seized = std::mem::take(&mut self.rest.seized);
        let holds = seized.iter().map(|id| statement(doc! { "category": uuid(id.0) }, 0)).collect::<Result<Vec<_>>>()?;
        ask.delete(HOLDS, holds).await?;
        touch(ask, seized).await
    }

    async fn hold(&mut self, ask: &mut Ask<'_>) -> Result<()> {
        let holds: Vec<(UserId, CategoryId)> = std::mem::take(&mut self.rest.holds).into_iter().collect();
        let upsert = |(owner, category): &(UserId, CategoryId)| {
            let (owner, category) = (uuid(owner.0), uuid(category.0));
            let q = ask.keyed(doc! { "owner": owner, "id": category }, owner);
            let u = doc! { "$inc": { "times": 1_i64 }, "$setOnInsert": { "owner": owner, "category": category } };
            Ok(RawDocumentBuf::try_from(&doc! { "q": q, "u": u, "upsert": true })?)
        };
        let statements = holds.iter().map(upsert).collect::<Result<Vec<_>>>()?;
        let first = ask.update(HOLDS, statements).await?;
        touch(ask, first.into_iter().filter_map(|n| holds.get(n)).map(|(_, category)| *category).collect()).await
    }
}

/// Writes to the categories themselves, without changing what is in them.
async fn touch(ask: &mut Ask<'_>, categories: BTreeSet<CategoryId>) -> Result<()> {
    let touch = |id: &CategoryId| {
        let statement = doc! { "q": by_key(&Key::Category(*id)), "u": { "$inc": { "touched": 1_i64 } } };
        Ok(RawDocumentBuf::try_from(&statement)?)
    };
    ask.update(Kind::Category.name(), categories.iter().map(touch).collect::<Result<Vec<_>>>()?).await.map(drop)
}

fn statement(q: Document, limit: i32) -> Result<RawDocumentBuf> {
    Ok(RawDocumentBuf::try_from(&doc! { "q": q, "limit": limit })?)
}

/// The writes to one collection.
#[derive(Default)]
struct Group {
    new: Vec<RawDocumentBuf>,
    changed: Vec<RawDocumentBuf>,
    gone: Vec<RawDocumentBuf>,
    /// Uploads whose bytes are replaced, and the bytes.
    uploads: Vec<Document>,
    parts: Vec<RawDocumentBuf>,
}

impl Group {
    /// Deletes come first: a unique value may go from one record to another.
    async fn send(self, ask: &mut Ask<'_>, kind: Kind) -> Result<()> {
        ask.delete(kind.name(), self.gone).await?;
        ask.update(kind.name(), self.changed).await?;
        ask.insert(kind.name(), self.new).await?;
        let replaced = self.uploads.into_iter().map(|q| statement(q, 0)).collect::<Result<Vec<_>>>()?;
        ask.delete(PARTS, replaced).await?;
        ask.insert(PARTS, self.parts).await
    }
}

fn doc_of_parts(import: &Import) -> Document {
    doc! { "owner": uuid(import.owner.0), "import": uuid(import.id.0) }
}

fn parts(import: &Import) -> Result<Vec<RawDocumentBuf>> {
    let part = |(n, bytes): (usize, &[u8])| {
        let n = i64::try_from(n).map_err(|_| StoreError::Failed("an upload has too many parts".into()))?;
        let id = doc! { "upload": id_of(&Key::Import(import.owner, import.id)), "n": n };
        let bytes = Binary { subtype: BinarySubtype::Generic, bytes: bytes.to_vec() };
        let mut document = doc! { "_id": id, "n": n, "bytes": bytes };
        document.extend(doc_of_parts(import));
        Ok(RawDocumentBuf::try_from(&document)?)
    };
    import.content.chunks(PART).enumerate().map(part).collect()
}
