//! The journal: one document for each entry, and beside it what it changed, in documents of their own that come
//! nowhere near the largest size however much that is.

use super::{
    super::{
        Change, JournalFilter,
        numbers::int,
        place::{nth_cursor, parse_nth, parse_seq, seq_cursor},
    },
    ask::Ask,
    docs::{Owned, plain, uuid},
    error::{Result, damaged},
    kind::{CHANGES, JOURNAL},
    migrations::BY_KIND,
    people,
};
use crate::domain::{
    Entry, ExpenseId, Instant, Page, Seq, UserId,
    journal::{ExpenseStep, Via},
    page::PageRequest,
};
use mongodb::{
    bson::{
        Bson, Document, RawDocument, RawDocumentBuf, Uuid, deserialize_from_slice, doc, serde_helpers::HumanReadable,
        serialize_to_raw_document_buf,
    },
    options::{FindOptions, Hint},
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
struct EntryDoc {
    _id: Owned<i64>,
    owner: Uuid,
    at: i64,
    actor_id: Uuid,
    actor: String,
    via: Via,
    command: String,
    summary: String,
    undoable: bool,
    undone_by: Option<i64>,
    undoes: Option<i64>,
    /// The actor, when it is not the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Uuid>,
}

#[derive(Serialize, Deserialize)]
struct ChangeId {
    owner: Uuid,
    seq: i64,
    n: i64,
}

/// Some changes of one entry, in order.
#[derive(Serialize, Deserialize)]
struct ChangesDoc<C> {
    /// `n`: how many changes come before these.
    _id: ChangeId,
    owner: Uuid,
    /// The expenses among them.
    expenses: Vec<Uuid>,
    changes: Vec<C>,
}

/// How much goes into one document, but for what is larger by itself: changes, and bytes.
const CHANGES_AT_ONCE: usize = 200;
const BYTES_AT_ONCE: usize = 1 << 20;

pub fn by_seq(owner: UserId, seq: Seq) -> Document {
    doc! { "_id": { "owner": uuid(owner.0), "id": int(seq) }, "owner": uuid(owner.0) }
}

pub fn entry_doc(entry: &Entry) -> Result<RawDocumentBuf> {
    let owner = uuid(entry.owner.0);
    Ok(serialize_to_raw_document_buf(&EntryDoc {
        _id: Owned { owner, id: int(entry.seq) },
        owner,
        at: entry.at.0,
        actor_id: uuid(entry.actor_id.0),
        actor: entry.actor.clone(),
        via: entry.via,
        command: entry.command.clone(),
        summary: entry.summary.clone(),
        // Only what can be undone is ever undone; then it says that it cannot be undone again.
        undoable: entry.undoable || entry.undone_by.is_some(),
        undone_by: entry.undone_by.map(int),
        undoes: entry.undoes.map(int),
        by: (entry.actor_id != entry.owner).then(|| uuid(entry.actor_id.0)),
    })?)
}

/// Changes of an entry, `before` of which are kept already, in as few documents as may be.
pub fn change_docs(owner: UserId, seq: Seq, before: u64, changes: &[Change]) -> Result<Vec<RawDocumentBuf>> {
    let owner = uuid(owner.0);
    let begin = |n: usize| ChangesDoc {
        _id: ChangeId { owner, seq: int(seq), n: int(before + n as u64) },
        owner,
        expenses: Vec::new(),
        changes: Vec::<RawDocumentBuf>::new(),
    };
    let (mut documents, mut some, mut bytes) = (Vec::new(), begin(0), 0);
    for (n, change) in changes.iter().enumerate() {
        let document = serialize_to_raw_document_buf(&HumanReadable(change))?;
        let size = document.as_bytes().len();
        if !some.changes.is_empty() && (some.changes.len() == CHANGES_AT_ONCE || bytes + size > BYTES_AT_ONCE) {
            documents.push(serialize_to_raw_document_buf(&std::mem::replace(&mut some, begin(n)))?);
            bytes = 0;
        }
        bytes += size;
        some.expenses.extend(change.expense().map(|id| uuid(id.0)));
        some.changes.push(document);
    }
    if !some.changes.is_empty() {
        documents.push(serialize_to_raw_document_buf(&some)?);
    }
    Ok(documents)
}

fn seq(n: i64) -> Result<Seq> {
    Ok(Seq::try_from(n).map_err(|_| damaged("the number of an entry"))?)
}

pub fn read(document: &RawDocument) -> Result<Entry> {
    let d: EntryDoc = deserialize_from_slice(document.as_bytes())?;
    let undone_by = d.undone_by.map(seq).transpose()?;
    Ok(Entry {
        seq: seq(d._id.id)?,
        at: Instant(d.at),
        owner: UserId(plain(d.owner)),
        actor_id: UserId(plain(d.actor_id)),
        actor: d.actor,
        via: d.via,
        command: d.command,
        summary: d.summary,
        undoable: d.undoable && undone_by.is_none(),
        undone_by,
        undoes: d.undoes.map(seq).transpose()?,
    })
}

fn read_changes(document: &RawDocument) -> Result<(Seq, Vec<Change>)> {
    let d: ChangesDoc<HumanReadable<Change>> = deserialize_from_slice(document.as_bytes())?;
    Ok((seq(d._id.seq)?, d.changes.into_iter().map(|change| change.0).collect()))
}

/// Finds the changes of a run of entries.
pub fn changes_between(owner: UserId, first: Seq, last: Seq) -> Document {
    let owner = uuid(owner.0);
    let from = doc! { "owner": owner, "seq": int(first), "n": Bson::MinKey };
    let to = doc! { "owner": owner, "seq": int(last), "n": Bson::MaxKey };
    doc! { "owner": owner, "_id": { "$gte": from, "$lte": to } }
}

/// The changes of a run of entries, in the order they were made.
async fn changes(ask: &mut Ask<'_>, owner: UserId, first: Seq, last: Seq) -> Result<BTreeMap<Seq, Vec<Change>>> {
    let filter = changes_between(owner, first, last);
    let options = FindOptions::builder().sort(doc! { "_id": 1 }).hint(Hint::Keys(doc! { "_id": 1 })).build();
    let mut of_each: BTreeMap<Seq, Vec<Change>> = BTreeMap::new();
    for (seq, changes) in ask.find(CHANGES, filter, options, read_changes).await? {
        of_each.entry(seq).or_default().extend(changes);
    }
    Ok(of_each)
}

/// The changes that are kept under a number, whether it has an entry or not.
pub async fn changes_of(ask: &mut Ask<'_>, owner: UserId, seq: Seq) -> Result<Vec<Change>> {
    Ok(changes(ask, owner, seq, seq).await?.remove(&seq).unwrap_or_default())
}

/// How many changes an entry has, or more.
pub async fn size(ask: &mut Ask<'_>, owner: UserId, seq: Seq) -> Result<u64> {
    let filter = changes_between(owner, seq, seq);
    let options = FindOptions::builder().sort(doc! { "_id": -1 }).limit(1).hint(Hint::Keys(doc! { "_id": 1 })).build();
    let read = |d: &RawDocument| -> Result<u64> {
        let d: ChangesDoc<IgnoredAny> = deserialize_from_slice(d.as_bytes())?;
        Ok(u64::try_from(d._id.n).map_err(|_| damaged("the number of a change"))? + d.changes.len() as u64)
    };
    Ok(ask.find(CHANGES, filter, options, read).await?.pop().unwrap_or_default())
}

/// An entry, or the one that a large command at work is to have.
pub async fn entry_or_to_come(ask: &mut Ask<'_>, owner: UserId, seq: Seq) -> Result<Option<Entry>> {
    if let Some(entry) = ask.one(JOURNAL, by_seq(owner, seq), read).await? {
        return Ok(Some(entry));
    }
    let jobs = people::jobs(ask).await?;
    Ok(jobs.into_iter().filter_map(|job| job.end.map(|end| end.entry)).find(|entry| (entry.owner, entry.seq) == (owner, seq)))
}

pub async fn entry(ask: &mut Ask<'_>, owner: UserId, seq: Seq) -> Result<Option<(Entry, Vec<Change>)>> {
    let Some(entry) = ask.one(JOURNAL, by_seq(owner, seq), read).await? else { return Ok(None) };
    let mut changes = changes(ask, owner, seq, seq).await?;
    Ok(Some((entry, changes.remove(&seq).unwrap_or_default())))
}

/// Adds the conditions that a filter is.
pub fn choose(filter: &JournalFilter, wanted: &mut Document) {
    if !filter.commands.is_empty() {
        wanted.insert("command", doc! { "$in": &filter.commands });
    }
    if let Some(via) = filter.via {
        wanted.insert("via", via.code());
    }
    if let Some(actor) = filter.actor {
        wanted.insert("actor_id", uuid(actor.0));
    }
    let mut time = Document::new();
    time.extend(filter.from.map(|at| ("$gte".to_owned(), Bson::from(at.0))));
    time.extend(filter.before.map(|at| ("$lt".to_owned(), Bson::from(at.0))));
    if !time.is_empty() {
        wanted.insert("at", time);
    }
}

/// Newest first.
pub async fn list(ask: &mut Ask<'_>, owner: UserId, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
    let before = page.cursor.as_ref().map(parse_seq).transpose()?.map_or(i64::MAX, int);
    let mut wanted = doc! { "owner": uuid(owner.0), "_id.id": { "$lt": before } };
    choose(filter, &mut wanted);
    let limit = i64::from(page.limit).saturating_add(1);
    // The newest of each command are merged in order.
    let hint = (!filter.commands.is_empty()).then(|| Hint::Name(BY_KIND.to_owned()));
    let options = FindOptions::builder().sort(doc! { "_id.id": -1 }).limit(limit).hint(hint).build();
    let mut items = ask.find(JOURNAL, wanted, options, read).await?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|e| seq_cursor(e.seq));
    Ok(Page { items, next_cursor })
}

/// Oldest first, without the changes.
pub async fn after(ask: &mut Ask<'_>, owner: UserId, after: Seq, limit: u32) -> Result<Vec<Entry>> {
    let filter = doc! { "owner": uuid(owner.0), "_id.id": { "$gt": int(after) } };
    let options = FindOptions::builder().sort(doc! { "_id.id": 1 }).limit(i64::from(limit)).build();
    ask.find(JOURNAL, filter, options, read).await
}

/// Some of the changes of an entry, if it is there.
pub async fn some_changes(ask: &mut Ask<'_>, owner: UserId, seq: Seq, page: &PageRequest) -> Result<Page<Change>> {
    let before = parse_nth(page.cursor.as_ref())?;
    if ask.one(JOURNAL, by_seq(owner, seq), |_| Ok(())).await?.is_none() {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let n = |n: u64| doc! { "owner": uuid(owner.0), "seq": int(seq), "n": int(n) };
    // The document that holds the first wanted one begins less than a document before it.
    let from = n((before + 1).saturating_sub(CHANGES_AT_ONCE as u64));
    let filter = doc! { "owner": uuid(owner.0), "_id": { "$gte": from, "$lte": n(before + u64::from(page.limit)) } };
    let options = FindOptions::builder().sort(doc! { "_id": 1 }).hint(Hint::Keys(doc! { "_id": 1 })).build();
    let read = |document: &RawDocument| -> Result<Vec<(u64, Change)>> {
        let d: ChangesDoc<HumanReadable<Change>> = deserialize_from_slice(document.as_bytes())?;
        let first = u64::try_from(d._id.n).map_err(|_| damaged("the number of a change"))?;
        Ok((first..).zip(d.changes).map(|(n, change)| (n, change.0)).collect())
    };
    let found = ask.find(CHANGES, filter, options, read).await?;
    let mut wanted = found.into_iter().flatten().filter(|(n, _)| *n >= before).map(|(_, change)| change);
    let items: Vec<Change> = wanted.by_ref().take(page.limit as usize).collect();
    let next_cursor = wanted.next().map(|_| nth_cursor(before + items.len() as u64));
    Ok(Page { items, next_cursor })
}

/// The life of one expense, oldest step first.
pub async fn expense_history(ask: &mut Ask<'_>, owner: UserId, expense: ExpenseId) -> Result<Vec<ExpenseStep>> {
    let filter = doc! { "owner": uuid(owner.0), "expenses": uuid(expense.0) };
    let options = FindOptions::builder().sort(doc! { "_id": 1 }).build();
    let changes = ask.find(CHANGES, filter, options, read_changes).await?;
    let wanted: Vec<i64> = changes.iter().map(|(seq, _)| int(*seq)).collect();
    let filter = doc! { "owner": uuid(owner.0), "_id.id": { "$in": wanted } };
    let entries = ask.find(JOURNAL, filter, FindOptions::default(), read).await?;
    let entries: BTreeMap<Seq, Entry> = entries.into_iter().map(|e| (e.seq, e)).collect();
    let mut steps = Vec::new();
    for (seq, changes) in changes {
        // What a large command is about to change is not its history yet.
        let Some(entry) = entries.get(&seq) else { continue };
        let of_this = changes.into_iter().filter(|change| change.expense() == Some(expense));
        steps.extend(of_this.map(|change| change.step(entry.clone())));
    }
    Ok(steps)
}

/// Oldest first, with the changes.
pub async fn scan(ask: &mut Ask<'_>, owner: UserId, after: Seq, limit: u32) -> Result<Vec<(Entry, Vec<Change>)>> {
    let entries = self::after(ask, owner, after, limit).await?;
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(Vec::new()) };
    let mut of_each = changes(ask, owner, first.seq, last.seq).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let changes = of_each.remove(&entry.seq).unwrap_or_default();
            (entry, changes)
        })
        .collect())
}
