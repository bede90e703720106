//! The versions of the schema: collections and indexes, from the first version to this one. A step that was
//! released is never edited, and may run twice or in two processes at once.
//!
//! On a sharded cluster, collections whose indexes begin with `owner` are sharded by it (`accounts` by `_id`);
//! the others stay whole, as they are small or have a unique index of their own.

use super::{
    super::StoreError,
    ask::{Ask, Patience},
    batch,
    docs::account,
    error::{Result, Trouble},
    kind::{CHANGES, HOLDS, JOURNAL, Kind, META, PARTS, SUMS},
    sums, trash,
};
use crate::domain::UserId;
use mongodb::{
    Database, IndexModel,
    bson::{Document, RawDocument, bson, doc},
    options::{FindOptions, IndexOptions, UpdateOptions},
};
use std::time::Duration;
use tokio::time::sleep;

/// The indexes that queries name.
pub const BY_DATE: &str = "by_date";
pub const BY_DAY: &str = "by_day";
pub const BY_AMOUNT: &str = "by_amount";
pub const BY_CATEGORY: &str = "by_category";
pub const BY_IMPORT: &str = "by_import";
pub const BY_IMPORT_DATE: &str = "by_import_date";
pub const BY_TERM_DATE: &str = "terms_by_date";
pub const BY_TERM_AMOUNT: &str = "terms_by_amount";
pub const BY_KIND: &str = "by_kind";
pub const BY_DUE: &str = "by_due";
pub const EVERYBODYS: &str = "everybodys_by_category";
pub const BY_COMMAND: &str = "by_command";
pub const BY_ACTOR: &str = "by_actor";

/// The version this binary knows.
const NEWEST: i64 = 8;
/// From this version on, sums are kept.
const SUMMED: i64 = 2;
/// From this version on, amounts and how an expense was added are terms by which it is found.
const FOUND: i64 = 5;
/// From this version on, what is deleted is in the trash.
const TRASHED: i64 = 6;
/// From this version on, an entry by somebody else says by whom.
const DEEDS: i64 = 6;
/// How often something of an account is made again because somebody else is at it.
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

/// What version 4 has beside: budgets. Version 2 has the sums that are kept, whose index is now that of version 8, and version 3 the
/// collection of jobs.
fn fourth() -> Vec<Index> {
    let budgets = Kind::Budget.name();
    vec![
        index(budgets, "by_owner", doc! { "owner": 1, "_id.id": 1 }, How::Plain),
        index(budgets, BY_CATEGORY, doc! { "category": 1, "_id": 1 }, How::With("category")),
    ]
}

/// What version 5 has: expenses of a statement by day, saved filters; and terms, whose indexes are now those of version 6.
fn fifth() -> Vec<Index> {
    let expenses = Kind::Expense.name();
    vec![
        index(
            expenses,
            BY_IMPORT_DATE,
            doc! { "owner": 1, "import": 1, "date": 1, "_id.id": 1, "amount": 1, "category": 1 },
            How::With("import"),
        ),
        index(Kind::Filter.name(), "by_owner", doc! { "owner": 1, "_id.id": 1 }, How::Plain),
    ]
}

/// What version 6 has beside: expenses by each of their terms, in either order, whose keys say all that a filter asks but words and
/// ways, and the amounts that a total sums; the trash, and the history of one kind; recurring entries, and which of them
/// the server has to record when; links, everybody's entries by command and time, and what somebody did to others.
fn sixth() -> Vec<Index> {
    let (expenses, recurring) = (Kind::Expense.name(), Kind::Recurring.name());
    let by_date = doc! { "owner": 1, "words": 1, "date": 1, "_id.id": 1, "amount": 1, "category": 1 };
    let by_amount = doc! { "owner": 1, "words": 1, "amount": 1, "_id.id": 1, "date": 1, "category": 1 };
    let by_seq = doc! { "owner": 1, "seq": 1, "_id.id.row": 1, "_id.id.kind": 1 };
    vec![
        index(expenses, BY_TERM_DATE, by_date, How::Plain),
        index(expenses, BY_TERM_AMOUNT, by_amount, How::Plain),
        index(Kind::Trashed.name(), trash::BY_SEQ, by_seq, How::Plain),
        index(JOURNAL, BY_KIND, doc! { "owner": 1, "command": 1, "_id.id": 1 }, How::Plain),
        index(recurring, "by_owner", doc! { "owner": 1, "_id.id": 1 }, How::Plain),
        index(recurring, BY_CATEGORY, doc! { "category": 1, "_id": 1 }, How::With("category")),
        index(recurring, BY_DUE, doc! { "due": 1, "_id": 1 }, How::With("due")),
        index(Kind::Link.name(), "by_end", doc! { "ends_at": 1 }, How::Plain),
        index(JOURNAL, BY_COMMAND, doc! { "command": 1, "at": 1, "owner": 1, "_id.id": 1 }, How::Plain),
        index(JOURNAL, BY_ACTOR, doc! { "by": 1, "at": 1, "owner": 1, "_id.id": 1 }, How::With("by")),
    ]
}

/// What version 7 has beside: programs, and what bears on security. From it on a credential may hold a second factor, which an
/// older Outlay would not ask for.
fn seventh() -> Vec<Index> {
    let events = Kind::Event.name();
    vec![
        index(Kind::Program.name(), "by_name", doc! { "name_key": 1 }, How::Unique),
        index(events, "by_owner", doc! { "owner": 1, "_id.id": 1 }, How::Plain),
        index(events, "by_id", doc! { "_id.id": 1 }, How::Plain),
        index(events, "by_age", doc! { "at": 1 }, How::Plain),
    ]
}

/// What version 8 has in its place: kept sums by what they are of alone. With the sums in its keys, an index has each of their moves
/// leave a dead key behind, and the next five minutes' totals step over all of them.
fn eighth() -> Vec<Index> {
    vec![index(SUMS, BY_DAY, doc! { "owner": 1, "unit": 1, "date": 1, "category": 1 }, How::Plain)]
}

/// The indexes in whose place those came.
const REPLACED: [(&str, &str); 5] = [
    (Kind::Expense.name(), "by_word"),
    (Kind::Expense.name(), BY_IMPORT),
    (Kind::Expense.name(), "by_term_date"),
    (Kind::Expense.name(), "by_term_amount"),
    (SUMS, BY_DATE),
];

/// Every collection of Outlay.
pub fn collections() -> Vec<&'static str> {
    Kind::ALL
        .into_iter()
        .map(Kind::name)
        .chain([Kind::Job.name(), Kind::Trashed.name(), JOURNAL, CHANGES, PARTS, HOLDS, SUMS, META])
        .collect()
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
        for index in [first(), fourth(), fifth(), sixth(), seventh(), eighth()].into_iter().flatten() {
            make(db, index).await?;
        }
        if version < SUMMED {
            make_of_accounts(db, Made::Sums).await?;
        }
        if (1..FOUND).contains(&version) {
            make_terms(db).await?;
        }
        if version > 0 {
            drop_replaced(db).await?;
        }
        if version < TRASHED {
            make_of_accounts(db, Made::Trash).await?;
        }
        if (1..DEEDS).contains(&version) {
            make_deeds(db).await?;
        }
        let from = doc! { "_id": "schema", "version": version };
        patience.keep(db, meta.update_one(from, doc! { "$set": { "version": NEWEST } }).into_future()).await?;
        tracing::info!(version = NEWEST, "store migrated");
    }
    Ok(())
}

/// The version of the schema; 0 when there is none.
pub async fn version(ask: &mut Ask<'_>) -> Result<i64> {
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

/// What is made of each account's own.
#[derive(Clone, Copy)]
enum Made {
    /// From its rows.
    Sums,
    /// From its journal.
    Trash,
}

impl Made {
    /// The version from which on it is kept.
    fn since(self) -> i64 {
        match self {
            Self::Sums => SUMMED,
            Self::Trash => TRASHED,
        }
    }
}

/// Makes it of every account, each account's in a transaction. Whoever else is at it, or has done it and is writing
/// already, writes the same documents, so that one of the two is done again.
async fn make_of_accounts(db: &Database, what: Made) -> Result<()> {
    let read = |d: &RawDocument| Ok(account(d)?.owner);
    let owners = Ask::new(db).find(Kind::Account.name(), doc! {}, FindOptions::default(), read).await?;
    for owner in owners {
        let mut tries = 0;
        loop {
            match make_of(db, what, owner).await {
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

async fn make_of(db: &Database, what: Made, owner: UserId) -> Result<()> {
    let mut session = batch::begin(db, Patience::new()).await?;
    let mut ask = Ask { session: Some(&mut session), ..Ask::new(db) };
    let made = match version(&mut ask).await {
        Ok(version) if version >= what.since() => Ok(()),
        Ok(_) => match what {
            Made::Sums => sums::make(&mut ask, owner).await,
            Made::Trash => trash::make(&mut ask, owner).await,
        },
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

/// Adds the terms that are no words to all expenses.
async fn make_terms(db: &Database) -> Result<()> {
    let expenses = db.collection::<Document>(Kind::Expense.name());
    let is_there = doc! { "$ne": [{ "$type": "$import" }, "missing"] };
    let added = doc! { "$cond": [is_there, "import", { "$ifNull": ["$via", "page"] }] };
    let amount = doc! { "$toString": "$amount" };
    let others = bson!([{ "$concat": ["=", amount] }, { "$concat": ["+", added] }]);
    let set = doc! { "$set": { "words": { "$setUnion": ["$words", others] } } };
    let without = doc! { "words": { "$not": { "$regex": "^\\+" } } };
    expenses
        .update_many(without, vec![set])
        .with_options(UpdateOptions::builder().write_concern(batch::write_concern()).build())
        .await?;
    Ok(())
}

async fn drop_replaced(db: &Database) -> Result<()> {
    const INDEX_NOT_FOUND: i32 = 27;
    for (collection, name) in REPLACED {
        match db.collection::<Document>(collection).drop_index(name).await {
            Err(e) if code(&e) == Some(INDEX_NOT_FOUND) => {}
            answer => answer?,
        }
    }
    Ok(())
}

/// Says of each entry by somebody else by whom it is.
async fn make_deeds(db: &Database) -> Result<()> {
    let others = doc! { "$expr": { "$ne": ["$actor_id", "$owner"] }, "by": { "$exists": false } };
    db.collection::<Document>(JOURNAL)
        .update_many(others, vec![doc! { "$set": { "by": "$actor_id" } }])
        .with_options(UpdateOptions::builder().write_concern(batch::write_concern()).build())
        .await?;
    Ok(())
}

fn code(e: &mongodb::error::Error) -> Option<i32> {
    match e.kind.as_ref() {
        mongodb::error::ErrorKind::Command(error) => Some(error.code),
        _ => None,
    }
}
