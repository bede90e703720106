//! Records as documents, and back.
//!
//! Expenses, funds, accounts and fingerprints are kept field by field; of the other kinds `body` is the
//! whole record, and the fields beside it are what is searched.

use super::{
    super::{
        Fingerprint, Import, Key, Record, StoreError,
        numbers::{day_int, int, int_day},
        record::Setting,
        search::words_of,
    },
    error::{Result, Trouble, damaged},
    kind::Kind,
    trash,
};
use crate::domain::{
    Account, Currency, Day, Expense, ExpenseId, Funds, FundsId, ImportId, Instant, Money, Status, UserId,
    expense::Added,
    fold,
    import::{EntryKind, ImportState},
    journal::Via,
    text::{Note, What},
};
use mongodb::bson::{
    self, Bson, Document, RawDocument, RawDocumentBuf, Uuid, deserialize_from_slice, doc, serde_helpers::HumanReadable,
    serialize_to_bson, serialize_to_raw_document_buf,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

/// As ids are kept: binary, subtype 4.
pub fn uuid(id: uuid::Uuid) -> Uuid {
    Uuid::from_bytes(id.into_bytes())
}
pub fn plain(id: Uuid) -> uuid::Uuid {
    uuid::Uuid::from_bytes(id.bytes())
}

/// The `_id` of what is somebody's: unique within its owner, on whatever shard that is.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Owned<T> {
    pub owner: Uuid,
    pub id: T,
}

fn owned(owner: UserId, id: impl Into<Bson>) -> Bson {
    Bson::Document(doc! { "owner": uuid(owner.0), "id": id.into() })
}

/// The `_id` under which a record is kept.
pub fn id_of(key: &Key) -> Bson {
    match key {
        Key::User(id) | Key::Credential(id) | Key::Account(id) | Key::Job(id) | Key::Removal(id) => uuid(id.0).into(),
        Key::Category(id) => uuid(id.0).into(),
        Key::Program(id) => uuid(id.0).into(),
        Key::Event(owner, id) => owned(*owner, uuid(id.0)),
        Key::Expense(owner, id) => owned(*owner, uuid(id.0)),
        Key::Funds(owner, id) => owned(*owner, uuid(id.0)),
        Key::Budget(owner, id) => owned(*owner, uuid(id.0)),
        Key::Filter(owner, id) => owned(*owner, uuid(id.0)),
        Key::Recurring(owner, id) => owned(*owner, uuid(id.0)),
        Key::Session(_, id) => uuid(id.0).into(),
        Key::Token(owner, id) => owned(*owner, uuid(id.0)),
        Key::Import(owner, id) => owned(*owner, uuid(id.0)),
        Key::Trashed(owner, kind, row) => owned(*owner, trash::id_of(*kind, *row)),
        Key::Fingerprint(owner, text) | Key::Idempotent(owner, text) => owned(*owner, text.as_str()),
        Key::Throttle(text) | Key::Setting(text) | Key::Link(text) => text.as_str().into(),
    }
}

/// Finds exactly the record of a key; by the owner too, after whom collections are sharded.
pub fn by_key(key: &Key) -> Document {
    let id = id_of(key);
    match key {
        Key::Session(user, _) => doc! { "_id": id, "owner": uuid(user.0) },
        Key::Expense(owner, _)
        | Key::Funds(owner, _)
        | Key::Budget(owner, _)
        | Key::Filter(owner, _)
        | Key::Recurring(owner, _)
        | Key::Event(owner, _)
        | Key::Token(owner, _)
        | Key::Import(owner, _)
        | Key::Trashed(owner, ..)
        | Key::Fingerprint(owner, _)
        | Key::Idempotent(owner, _) => doc! { "_id": id, "owner": uuid(owner.0) },
        _ => doc! { "_id": id },
    }
}

#[derive(Serialize, Deserialize)]
struct ExpenseDoc {
    _id: Owned<Uuid>,
    owner: Uuid,
    /// `20261122`.
    date: i64,
    /// Minor units.
    amount: i64,
    currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Via::is_page")]
    via: Via,
    version: u32,
    /// Microseconds since 1970, UTC.
    created_at: i64,
    what: What,
    note: Option<Note>,
    /// By which it is found; see [`terms`].
    words: BTreeSet<String>,
}

#[derive(Serialize, Deserialize)]
struct FundsDoc {
    _id: Owned<Uuid>,
    owner: Uuid,
    date: i64,
    amount: i64,
    currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<Uuid>,
    version: u32,
    created_at: i64,
    note: Option<Note>,
}

#[derive(Serialize, Deserialize)]
struct AccountDoc {
    _id: Uuid,
    balance: i64,
    currency: Currency,
    opened: bool,
    last_seq: i64,
    #[serde(default)]
    busy: bool,
}

#[derive(Serialize, Deserialize)]
struct FingerprintDoc {
    _id: Owned<String>,
    owner: Uuid,
    kind: EntryKind,
    row: Uuid,
    import: Uuid,
}

#[derive(Serialize, Deserialize)]
struct SettingDoc {
    _id: String,
    value: String,
}

#[derive(Deserialize)]
struct BodyDoc<T> {
    body: HumanReadable<T>,
}

/// The whole record inside of its document.
pub fn body<T: DeserializeOwned>(document: &RawDocument) -> Result<T> {
    let document: BodyDoc<T> = deserialize_from_slice(document.as_bytes())?;
    Ok(document.body.0)
}

fn day(n: i64) -> Result<Day> {
    int_day(n).ok_or_else(|| Trouble::Final(damaged("a day")))
}

pub fn expense(document: &RawDocument) -> Result<Expense> {
    let d: ExpenseDoc = deserialize_from_slice(document.as_bytes())?;
    Ok(Expense {
        id: ExpenseId(plain(d._id.id)),
        owner: UserId(plain(d.owner)),
        date: day(d.date)?,
        amount: Money::new(d.amount, d.currency),
        what: d.what,
        note: d.note,
        category_id: d.category.map(|id| crate::domain::CategoryId(plain(id))),
        import_id: d.import.map(|id| ImportId(plain(id))),
        via: d.via,
        version: d.version,
        created_at: Instant(d.created_at),
    })
}

pub fn funds(document: &RawDocument) -> Result<Funds> {
    let d: FundsDoc = deserialize_from_slice(document.as_bytes())?;
    Ok(Funds {
        id: FundsId(plain(d._id.id)),
        owner: UserId(plain(d.owner)),
        date: day(d.date)?,
        amount: Money::new(d.amount, d.currency),
        note: d.note,
        import_id: d.import.map(|id| ImportId(plain(id))),
        version: d.version,
        created_at: Instant(d.created_at),
    })
}

pub fn account(document: &RawDocument) -> Result<Account> {
    let d: AccountDoc = deserialize_from_slice(document.as_bytes())?;
    let last_seq = u64::try_from(d.last_seq).map_err(|_| damaged("a count"))?;
    let balance = Money::new(d.balance, d.currency);
    Ok(Account { owner: UserId(plain(d._id)), balance, opened: d.opened, last_seq, busy: d.busy })
}

pub fn fingerprint(document: &RawDocument) -> Result<Fingerprint> {
    let d: FingerprintDoc = deserialize_from_slice(document.as_bytes())?;
    let (owner, import) = (UserId(plain(d.owner)), ImportId(plain(d.import)));
    Ok(Fingerprint { owner, fingerprint: d._id.id, kind: d.kind, row: plain(d.row), import })
}

/// A record of a kind; an upload is without its bytes.
pub fn record(kind: Kind, document: &RawDocument) -> Result<Record> {
    Ok(match kind {
        Kind::User => Record::User(body(document)?),
        Kind::Credential => Record::Credential(body(document)?),
        Kind::Account => Record::Account(account(document)?),
        Kind::Category => Record::Category(body(document)?),
        Kind::Expense => Record::Expense(expense(document)?),
        Kind::Funds => Record::Funds(funds(document)?),
        Kind::Budget => Record::Budget(body(document)?),
        Kind::Filter => Record::Filter(body(document)?),
        Kind::Recurring => Record::Recurring(body(document)?),
        Kind::Program => Record::Program(body(document)?),
        Kind::Event => Record::Event(body(document)?),
        Kind::Session => Record::Session(body(document)?),
        Kind::Token => Record::Token(body(document)?),
        Kind::Import => Record::Import(body(document)?),
        Kind::Fingerprint => Record::Fingerprint(fingerprint(document)?),
        Kind::Throttle => Record::Throttle(body(document)?),
        Kind::Idempotent => Record::Idempotent(body(document)?),
        Kind::Link => Record::Link(body(document)?),
        Kind::Removal => Record::Removal(body(document)?),
        Kind::Job => Record::Job(body(document)?),
        Kind::Trashed => Record::Trashed(trash::read(document)?),
        Kind::Setting => {
            let d: SettingDoc = deserialize_from_slice(document.as_bytes())?;
            Record::Setting(Setting { name: d._id, value: d.value })
        }
    })
}

/// The document of a record; an upload's is without its bytes.
pub fn document(record: &Record) -> Result<RawDocumentBuf> {
    let mut fields = by_key(&record.key());
    match record {
        Record::Account(r) => {
            let (balance, currency) = (r.balance.minor, r.balance.currency);
            let (last_seq, busy) = (int(r.last_seq), r.busy);
            let kept = AccountDoc { _id: uuid(r.owner.0), balance, currency, opened: r.opened, last_seq, busy };
            return Ok(serialize_to_raw_document_buf(&kept)?);
        }
        Record::Expense(r) => return Ok(serialize_to_raw_document_buf(&expense_doc(r))?),
        Record::Funds(r) => {
            return Ok(serialize_to_raw_document_buf(&FundsDoc {
                _id: Owned { owner: uuid(r.owner.0), id: uuid(r.id.0) },
                owner: uuid(r.owner.0),
                date: day_int(r.date),
                amount: r.amount.minor,
                currency: r.amount.currency,
                import: r.import_id.map(|id| uuid(id.0)),
                version: r.version,
                created_at: r.created_at.0,
                note: r.note.clone(),
            })?);
        }
        Record::Trashed(r) => return trash::document(r),
        Record::Fingerprint(r) => {
            let owner = uuid(r.owner.0);
            let _id = Owned { owner, id: r.fingerprint.clone() };
            let kept = FingerprintDoc { _id, owner, kind: r.kind, row: uuid(r.row), import: uuid(r.import.0) };
            return Ok(serialize_to_raw_document_buf(&kept)?);
        }
        Record::Setting(r) => {
            return Ok(serialize_to_raw_document_buf(&SettingDoc { _id: r.name.clone(), value: r.value.clone() })?);
        }
        Record::User(r) => {
            fields.insert("username", r.username.as_str());
            fields.insert("active_admin", r.is_admin() && r.status == Status::Active);
            with_body(&mut fields, r)?;
        }
        Record::Credential(r) => with_body(&mut fields, r)?,
        Record::Category(r) => {
            fields.insert("name_key", fold::name_key(&r.name));
            with_body(&mut fields, r)?;
        }
        Record::Budget(r) => {
            if let Some(category) = r.category_id {
                fields.insert("category", uuid(category.0));
            }
            with_body(&mut fields, r)?;
        }
        Record::Filter(r) => with_body(&mut fields, r)?,
        Record::Recurring(r) => {
            if let Some(category) = r.category_id {
                fields.insert("category", uuid(category.0));
            }
            if let Some(due) = r.due() {
                fields.insert("due", day_int(due));
            }
            with_body(&mut fields, r)?;
        }
        Record::Program(r) => {
            fields.insert("name_key", fold::name_key(&r.name));
            with_body(&mut fields, r)?;
        }
        Record::Event(r) => {
            fields.insert("at", r.at.0);
            fields.insert("event", r.event.code());
            with_body(&mut fields, r)?;
        }
        Record::Session(r) => {
            fields.insert("dead_at", r.idle_until.min(r.ends_at).0);
            with_body(&mut fields, r)?;
        }
        Record::Token(r) => {
            fields.insert("hash", r.hash.as_str());
            with_body(&mut fields, r)?;
        }
        Record::Import(r) => {
            fields.insert("preview", r.state == ImportState::Preview);
            fields.insert("created_at", r.created_at.0);
            with_body(&mut fields, &without_content(r))?;
        }
        Record::Throttle(r) => {
            fields.insert("forgotten_at", r.until.max(r.updated_at).0);
            with_body(&mut fields, r)?;
        }
        Record::Link(r) => {
            fields.insert("ends_at", r.ends_at.0);
            with_body(&mut fields, r)?;
        }
        Record::Removal(r) => with_body(&mut fields, r)?,
        Record::Job(r) => with_body(&mut fields, r)?,
        Record::Idempotent(r) => {
            fields.insert("at", r.at.0);
            with_body(&mut fields, r)?;
        }
    }
    Ok(RawDocumentBuf::try_from(&fields)?)
}

fn with_body<T: Serialize>(fields: &mut Document, record: &T) -> bson::error::Result<()> {
    fields.insert("body", serialize_to_bson(record)?);
    Ok(())
}

fn without_content(r: &Import) -> Import {
    Import {
        content: Vec::new(),
        file_name: r.file_name.clone(),
        mapping: r.mapping.clone(),
        choices: r.choices.clone(),
        shown: r.shown.clone(),
        digest: r.digest.clone(),
        ..*r
    }
}

fn expense_doc(r: &Expense) -> ExpenseDoc {
    ExpenseDoc {
        _id: Owned { owner: uuid(r.owner.0), id: uuid(r.id.0) },
        owner: uuid(r.owner.0),
        date: day_int(r.date),
        amount: r.amount.minor,
        currency: r.amount.currency,
        category: r.category_id.map(|id| uuid(id.0)),
        import: r.import_id.map(|id| uuid(id.0)),
        via: r.via,
        version: r.version,
        created_at: r.created_at.0,
        what: r.what.clone(),
        note: r.note.clone(),
        words: terms(r),
    }
}

/// The term of an amount in minor units. No word has such a sign.
pub fn amount_term(minor: i64) -> String {
    format!("={minor}")
}
/// The term of how an expense was added.
pub fn added_term(added: Added) -> String {
    format!("+{}", added.code())
}

/// By which an expense is found: the folded words of what and note, its amount, how it was added.
pub fn terms(e: &Expense) -> BTreeSet<String> {
    words_of(e).into_iter().chain([amount_term(e.amount.minor), added_term(e.added())]).collect()
}

/// The terms of an expense as they are kept.
pub fn kept_terms(document: &RawDocument) -> Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Kept {
        words: BTreeSet<String>,
    }
    let kept: Kept = deserialize_from_slice(document.as_bytes())?;
    Ok(kept.words)
}

impl From<bson::error::Error> for StoreError {
    fn from(e: bson::error::Error) -> Self {
        Trouble::from(e).into()
    }
}
