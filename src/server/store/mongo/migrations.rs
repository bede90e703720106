//! The versions of the schema: collections and indexes, from the first version to this one. A step that was
//! released is never edited, and may run twice or in two processes at once.
//!
//! On a sharded cluster, collections whose indexes begin with `owner` are sharded by it (`accounts` by `_id`);
//! the others stay whole, as they are small or have a unique index of their own.

use super::{
    super::StoreError,
    ask::{Ask, Patience},
    batch,
    docs::{CHANGES, HOLDS, JOURNAL, Kind, META, PARTS, SUMS, account},
    error::{Result, Trouble},
    sums,
};
use crate::domain::UserId;
use mongodb::{
    Database, IndexModel,
    bson::{Document, RawDocument, doc},
    options::{FindOptions, IndexOptions},
};
use std::time::Duration;
use tokio::time::sleep;

/// The indexes that queries name.
pub const BY_DATE: &str = "by_date";
pub const BY_AMOUNT: &str = "by_amount";
pub const BY_CATEGORY: &str = "by_category";
pub const BY_IMPORT: &str = "by_import";
pub const EVERYBODYS: &str = "everybodys_by_category";

/// The version this binary knows.
const NEWEST: i64 = 4;
/// From this version on, sums are kept.
const SUMMED: i64 = 2;
/// How often an account's sums are made again because somebody else is at it.
const MOST_TRIES: u64 = 60;

/// How an index is kept.
enum How {
    Plain,
    Unique,
    /// Only of documents that have this field.
    With(&'static str),
}

struct Index {
    collection: &'static str,
    name: &'static str,
    keys: Document,
    how: How,
}

fn index(collection: &'static str, name: &'static str, keys: Document, how: How) -> Index {
    Index { collection, name, keys, how }
}

/// What version 1 has.
fn first() -> Vec<Index> {
    let (expenses, funds) = (Kind::Expense.name(), Kind::Funds.name());
    let of_owner = |kind: Kind| index(kind.name(), "by_owner", doc! { "owner": 1, "_id.id": 1 }, How::Plain);
    let by_import = |collection| index(collection, BY_IMPORT, doc! { "owner": 1, "import": 1 }, How::With("import"));
    vec![
        index(Kind::User.name(), "by_name", doc! { "username": 1 }, How::Unique),
        index(Kind::Category.name(), "by_name", doc! { "name_key": 1 }, How::Unique),
        index(Kind::Token.name(), "by_hash", doc! { "hash": 1 }, How::Unique),
        index(expenses, BY_DATE, doc! { "owner": 1, "date": 1, "_id.id": 1, "amount": 1, "category": 1 }, How::Plain),
        index(expenses, BY_AMOUNT, doc! { "owner": 1, "amount": 1, "_id.id": 1, "date": 1, "category": 1 }, How::Plain),
        index(expenses, BY_CATEGORY, doc! { "owner": 1, "category": 1, "date": 1, "_id.id": 1, "amount": 1 }, How::Plain),
        index(expenses, EVERYBODYS, doc! { "category": 1, "_id": 1 }, How::With("category")),
        by_import(expenses),
        index(expenses, "by_word", doc! { "owner": 1, "words": 1 }, How::Plain),
        index(funds, BY_DATE, doc! { "owner": 1, "date": 1, "_id.id": 1, "amount": 1 }, How::Plain),
        by_import(funds),
        index(Kind::Session.name(), "by_owner", doc! { "owner": 1, "_id": 1 }, How::Plain),
        index(Kind::Session.name(), "by_end", doc! { "dead_at": 1 }, How::Plain),
        of_owner(Kind::Token),
        of_owner(Kind::Import),
        index(Kind::Import.name(), "previews", doc! { "created_at": 1 }, How::With("preview")),
        index(Kind::Fingerprint.name(), BY_IMPORT, doc! { "owner": 1, "import": 1 }, How::Plain),
        index(Kind::Throttle.name(), "by_end", doc! { "forgotten_at": 1 }, How::Plain),
        of_owner(Kind::Idempotent),
        index(Kind::Idempotent.name(), "by_age", doc! { "at": 1 }, How::Plain),
        index(JOURNAL, "by_seq", doc! { "owner": 1, "_id.id": 1 }, How::Plain),
        index(CHANGES, "by_expense", doc! { "owner": 1, "expenses": 1, "_id": 1 }, How::Plain),
        index(PARTS, BY_IMPORT, doc! { "owner": 1, "import": 1, "n": 1 }, How::Plain),
        index(HOLDS, "by_owner", doc! { "owner": 1 }, How::Plain),
        index(HOLDS, "by_category", doc! { "category": 1 }, How::Plain),
    ]
}

/// What version 2 has beside: the sums that are kept. Version 3 has the collection of jobs.
fn second() -> Vec<Index> {
    let keys = doc! { "owner": 1, "unit": 1, "date": 1, "category": 1, "n": 1, "high": 1, "low": 1 };
    vec![index(SUMS, BY_DATE, keys, How::Plain)]
}

/// What version 4 has beside: budgets.
fn fourth() -> Vec<Index> {
    let budgets = Kind::Budget.name();
    vec![
        index(budgets, "by_owner", doc! { "owner": 1, "_id.id": 1 }, How::Plain),
        index(budgets, BY_CATEGORY, doc! { "category": 1, "_id": 1 }, How::With("category")),
    ]
}

/// Every collection of Outlay.
pub fn collections() -> Vec<&'static str> {
    Kind::ALL.into_iter().map(Kind::name).chain([Kind::Job.name(), JOURNAL, CHANGES, PARTS, HOLDS, SUMS, META]).collect()
}

/// Brings the database to this binary's version, or says why that cannot be.
pub async fn migrate(db: &Database) -> Result<()> {
    let mut patience = Patience::new();
    let meta = db.collection::<Document>(META);
    let ours = collections();
    let there = patience.keep(db, db.list_collection_names().into_future()).await?;
    let foreign = there.iter().any(|name| !name.starts_with("system.") && !ours.contains(&name.as_str()));
    let schema = doc! { "_id": "schema" };
    if foreign && patience.keep(db, meta.find_one(schema.clone()).into_future()).await?.is_none() {
        let line = format!("The database {} is another program's. Name another one in OUTLAY_STORE.", db.name());
        return Err(StoreError::Failed(line).into());
    }
    let begin = || meta.update_one(schema.clone(), doc! { "$setOnInsert": { "version": 0_i64 } }).upsert(true);
    match patience.keep(db, begin().into_future()).await {
        // Two processes that insert it at once: the second finds it there.
        Err(Trouble::Twin(_)) => patience.keep(db, begin().into_future()).await?,
        answer => answer?,
    };
    let version = version(&mut Ask::new(db)).await?;
    if version > NEWEST {
        return Err(StoreError::Failed(format!(
            "The data was written by a newer Outlay (store version {version}; this one knows {NEWEST}). Start that one, or restore a backup."
        ))
        .into());
    }
    if version < NEWEST {
        create(db, &ours).await?;
        for index in first().into_iter().chain(second()).chain(fourth()) {
            make(db, index).await?;
        }
        if version < SUMMED {
            make_sums(db).await?;
        }
        let from = doc! { "_id": "schema", "version": version };
        patience.keep(db, meta.update_one(from, doc! { "$set": { "version": NEWEST } }).into_future()).await?;
        tracing::info!(version = NEWEST, "store migrated");
    }
    Ok(())
}

/// The version of the schema; 0 when there is none.
async fn version(ask: &mut Ask<'_>) -> Result<i64> {
    let found = ask.one(META, doc! { "_id": "schema" }, |d| Ok(d.get_i64("version").unwrap_or(0))).await?;
    Ok(found.unwrap_or(0))
}

/// Transactions may not create collections on every server, so all are made here.
async fn create(db: &Database, collections: &[&str]) -> Result<()> {
    const NAMESPACE_EXISTS: i32 = 48;
    for name in collections {
        match db.create_collection(*name).await {
            Err(e) if code(&e) == Some(NAMESPACE_EXISTS) => {}
            answer => answer?,
        }
    }
    Ok(())
}

async fn make(db: &Database, Index { collection, name, keys, how }: Index) -> Result<()> {
    let options = IndexOptions::builder().name(name.to_owned());
    let options = match how {
        How::Plain => options.build(),
        How::Unique => options.unique(true).build(),
        How::With(field) => options.partial_filter_expression(doc! { field: { "$exists": true } }).build(),
    };
    let model = IndexModel::builder().keys(keys).options(options).build();
    db.collection::<Document>(collection).create_index(model).await?;
    Ok(())
}

/// Makes the sums of every account from its rows, each account's in a transaction. Whoever else is at it, or has
/// done it and is writing already, writes the same documents, so that one of the two is done again.
async fn make_sums(db: &Database) -> Result<()> {
    let read = |d: &RawDocument| Ok(account(d)?.owner);
    let owners = Ask::new(db).find(Kind::Account.name(), doc! {}, FindOptions::default(), read).await?;
    for owner in owners {
        let mut tries = 0;
        loop {
            match make_sums_of(db, owner).await {
                Err(Trouble::Conflict(_) | Trouble::Twin(_)) if tries < MOST_TRIES => {
                    tries += 1;
                    sleep(Duration::from_millis(10 * tries)).await;
                }
                answer => break answer?,
            }
        }
    }
    Ok(())
}

async fn make_sums_of(db: &Database, owner: UserId) -> Result<()> {
    let mut session = batch::begin(db, Patience::new()).await?;
    let mut ask = Ask { session: Some(&mut session), ..Ask::new(db) };
    let made = match version(&mut ask).await {
        Ok(version) if version < SUMMED => sums::make(&mut ask, owner).await,
        Ok(_) => Ok(()),
        Err(trouble) => Err(trouble),
    };
    match made {
        Ok(()) => batch::commit(&mut session, Patience::new()).await,
        Err(trouble) => {
            batch::abort(&mut session, Patience::new()).await;
            Err(trouble)
        }
    }
}

fn code(e: &mongodb::error::Error) -> Option<i32> {
    match e.kind.as_ref() {
        mongodb::error::ErrorKind::Command(error) => Some(error.code),
        _ => None,
    }
}
