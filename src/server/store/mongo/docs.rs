//! Records as documents, and back.
//!
//! Expenses, funds, accounts and fingerprints are kept field by field; of the other kinds `body` is the
//! whole record, and the fields beside it are what is searched.

use super::{
    super::{
        Fingerprint, Import, Key, Record, StoreError,
        numbers::{day_int, int, int_day},
        record::Setting,
    },
    error::{Result, Trouble, damaged},
};
use crate::domain::{
    Account, Currency, Day, Expense, ExpenseId, Funds, FundsId, ImportId, Instant, Money, Status, UserId, fold,
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

/// Collections of records, in the order in which they are walked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Setting,
    User,
    Credential,
    Account,
    Category,
    Expense,
    Funds,
    Budget,
    Session,
    Token,
    Import,
    Fingerprint,
    Throttle,
    Idempotent,
    Job,
}

impl Kind {
    /// All but [`Kind::Job`]: what is walked through.
    pub const ALL: [Self; 14] = [
        Self::Setting,
        Self::User,
        Self::Credential,
        Self::Account,
        Self::Category,
        Self::Expense,
        Self::Funds,
        Self::Budget,
        Self::Session,
        Self::Token,
        Self::Import,
        Self::Fingerprint,
        Self::Throttle,
        Self::Idempotent,
    ];

    /// The collection's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Setting => "settings",
            Self::User => "users",
            Self::Credential => "credentials",
            Self::Account => "accounts",
            Self::Category => "categories",
            Self::Expense => "expenses",
            Self::Funds => "funds",
            Self::Budget => "budgets",
            Self::Session => "sessions",
            Self::Token => "tokens",
            Self::Import => "imports",
            Self::Fingerprint => "fingerprints",
            Self::Throttle => "throttles",
            Self::Idempotent => "idempotency",
            Self::Job => "jobs",
        }
    }

    pub fn of(key: &Key) -> Self {
        match key {
            Key::User(_) => Self::User,
            Key::Credential(_) => Self::Credential,
            Key::Account(_) => Self::Account,
            Key::Category(_) => Self::Category,
            Key::Expense(..) => Self::Expense,
            Key::Funds(..) => Self::Funds,
            Key::Budget(..) => Self::Budget,
            Key::Session(..) => Self::Session,
            Key::Token(..) => Self::Token,
            Key::Import(..) => Self::Import,
            Key::Fingerprint(..) => Self::Fingerprint,
            Key::Throttle(_) => Self::Throttle,
            Key::Idempotent(..) => Self::Idempotent,
            Key::Setting(_) => Self::Setting,
            Key::Job(_) => Self::Job,
        }
    }
}

/// The journal's entries, and what each changed.
pub const JOURNAL: &str = "journal";
pub const CHANGES: &str = "journal_changes";
/// The bytes of uploads, in parts: a document has its largest size.
pub const PARTS: &str = "import_parts";
/// Who has rows in which category; see [`super::writes`].
pub const HOLDS: &str = "category_holds";
/// The version of the schema.
pub const SUMS: &str = "sums";
pub const META: &str = "meta";

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
        Key::User(id) | Key::Credential(id) | Key::Account(id) | Key::Job(id) => uuid(id.0).into(),
        Key::Category(id) => uuid(id.0).into(),
        Key::Expense(owner, id) => owned(*owner, uuid(id.0)),
        Key::Funds(owner, id) => owned(*owner, uuid(id.0)),
        Key::Budget(owner, id) => owned(*owner, uuid(id.0)),
        Key::Session(_, id) => uuid(id.0).into(),
        Key::Token(owner, id) => owned(*owner, uuid(id.0)),
        Key::Import(owner, id) => owned(*owner, uuid(id.0)),
        Key::Fingerprint(owner, text) | Key::Idempotent(owner, text) => owned(*owner, text.as_str()),
        Key::Throttle(text) | Key::Setting(text) => text.as_str().into(),
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
        | Key::Token(owner, _)
        | Key::Import(owner, _)
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
    /// The folded words of what and note, each once.
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
        Kind::Session => Record::Session(body(document)?),
        Kind::Token => Record::Token(body(document)?),
        Kind::Import => Record::Import(body(document)?),
        Kind::Fingerprint => Record::Fingerprint(fingerprint(document)?),
        Kind::Throttle => Record::Throttle(body(document)?),
        Kind::Idempotent => Record::Idempotent(body(document)?),
        Kind::Job => Record::Job(body(document)?),
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
        words: [r.what.as_str(), r.note.as_ref().map_or("", Note::as_str)].into_iter().flat_map(fold::words).collect(),
    }
}

impl From<bson::error::Error> for StoreError {
    fn from(e: bson::error::Error) -> Self {
        Trouble::from(e).into()
    }
}
