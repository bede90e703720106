//! Uploaded statements, and the fingerprints of the rows they brought.

use super::{
    super::{Fingerprint, Import},
    ask::Ask,
    docs::{body, expense, fingerprint, funds, plain, uuid},
    error::{Result, damaged},
    kind::{Kind, PARTS},
};
use crate::domain::{
    Expense, Funds, ImportId, UserId,
    import::{EntryKind, ImportInfo},
};
use mongodb::{
    bson::{Bson, Document, RawDocument, doc},
    options::FindOptions,
};
use std::collections::{HashMap, HashSet};

/// How many keys one query asks for.
const ASKED_AT_ONCE: usize = 1_000;

/// The bytes of an upload.
pub async fn content(ask: &mut Ask<'_>, owner: UserId, import: ImportId) -> Result<Vec<u8>> {
    let filter = doc! { "owner": uuid(owner.0), "import": uuid(import.0) };
    let options = FindOptions::builder().sort(doc! { "n": 1 }).build();
    let read = |d: &RawDocument| Ok(d.get_binary("bytes").map_err(|_| damaged("a part of an upload"))?.bytes.to_vec());
    Ok(ask.find(PARTS, filter, options, read).await?.concat())
}

pub async fn get(ask: &mut Ask<'_>, owner: UserId, import: ImportId) -> Result<Option<Import>> {
    let filter = doc! { "_id": { "owner": uuid(owner.0), "id": uuid(import.0) }, "owner": uuid(owner.0) };
    let Some(found) = ask.one(Kind::Import.name(), filter, body::<Import>).await? else { return Ok(None) };
    let content = content(ask, owner, import).await?;
    Ok(Some(Import { content, ..found }))
}

/// Newest first.
pub async fn list(ask: &mut Ask<'_>, owner: UserId) -> Result<Vec<ImportInfo>> {
    let options = FindOptions::builder().sort(doc! { "_id.id": -1 }).build();
    let found = ask.find(Kind::Import.name(), doc! { "owner": uuid(owner.0) }, options, body::<Import>).await?;
    let info = |Import { id, file_name, state, created_at, added, .. }| ImportInfo { id, file_name, state, created_at, added };
    Ok(found.into_iter().map(info).collect())
}

fn of_import(owner: UserId, import: ImportId) -> (Document, FindOptions) {
    let options = FindOptions::builder().sort(doc! { "_id.id": 1 }).batch_size(1_000).build();
    (doc! { "owner": uuid(owner.0), "import": uuid(import.0) }, options)
}

pub async fn rows(ask: &mut Ask<'_>, owner: UserId, import: ImportId) -> Result<(Vec<Expense>, Vec<Funds>)> {
    let (filter, options) = of_import(owner, import);
    let expenses = ask.find(Kind::Expense.name(), filter.clone(), options.clone(), expense).await?;
    Ok((expenses, ask.find(Kind::Funds.name(), filter, options, funds).await?))
}

pub async fn fingerprints_of(ask: &mut Ask<'_>, owner: UserId, import: ImportId) -> Result<Vec<Fingerprint>> {
    let (filter, options) = of_import(owner, import);
    ask.find(Kind::Fingerprint.name(), filter, options, fingerprint).await
}

/// The known ones among `wanted`, in that order, each with whether its row is still there.
pub async fn known(ask: &mut Ask<'_>, owner: UserId, wanted: &[String]) -> Result<Vec<(Fingerprint, bool)>> {
    let mut out = Vec::new();
    for some in wanted.chunks(ASKED_AT_ONCE) {
        let ids = some.iter().map(|text| Bson::from(text.as_str()));
        let found = ask.find(Kind::Fingerprint.name(), by_ids(owner, ids), many(), fingerprint).await?;
        let mut there = HashSet::new();
        for (kind, rows) in [(EntryKind::Expense, Kind::Expense), (EntryKind::Funds, Kind::Funds)] {
            let ids: Vec<_> = found.iter().filter(|f| f.kind == kind).map(|f| Bson::from(uuid(f.row))).collect();
            if !ids.is_empty() {
                let mut options = many();
                options.projection = Some(doc! { "_id": 1 });
                let rows = ask.find(rows.name(), by_ids(owner, ids), options, row_id).await?;
                there.extend(rows.into_iter().map(|row| (row, kind == EntryKind::Expense)));
            }
        }
        let known: HashMap<String, Fingerprint> = found.into_iter().map(|f| (f.fingerprint.clone(), f)).collect();
        out.extend(
            some.iter()
                .filter_map(|text| known.get(text))
                .map(|f| (f.clone(), there.contains(&(f.row, f.kind == EntryKind::Expense)))),
        );
    }
    Ok(out)
}

fn by_ids(owner: UserId, ids: impl IntoIterator<Item = Bson>) -> Document {
    let owner = uuid(owner.0);
    let ids: Vec<Document> = ids.into_iter().map(|id| doc! { "owner": owner, "id": id }).collect();
    doc! { "_id": { "$in": ids }, "owner": owner }
}

fn many() -> FindOptions {
    FindOptions::builder().batch_size(1_000).build()
}

fn row_id(document: &RawDocument) -> Result<uuid::Uuid> {
    let id = document.get_document("_id").and_then(|id| id.get_binary("id")).map_err(|_| damaged("the id of a row"))?;
    Ok(plain(id.to_binary().to_uuid().map_err(|_| damaged("the id of a row"))?))
}
