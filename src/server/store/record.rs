//! What the store keeps. Domain types where a person sees them; here only what the server alone knows.

pub use super::{
    access::{Consent, Credential, Enrolling, Factor, Happened, HappenedFilter, Session, SessionKind},
    going::{Link, LinkKind, Removal, Stage},
};

use crate::domain::{
    Account, Budget, BudgetId, Category, CategoryId, Day, Entry, EventId, Expense, ExpenseId, FilterId, Funds, FundsId, ImportId,
    Instant, Outcome, Program, ProgramId, Recurring, RecurringId, SavedFilter, Scopes, Seq, SessionId, TokenId, Trashed, User,
    UserId,
    import::{Counts, EntryKind, Format, ImportState, Mapping, MappingChoice, RowChoice},
    journal::{ExpenseStep, Via},
    text::Name,
};
use serde::{Deserialize, Serialize};

/// A person with what is known of them beside their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    pub last_seen_at: Option<Instant>,
    pub second_factor: bool,
    pub expenses: u64,
}

/// A personal access token. Only its hash is kept (S22).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: TokenId,
    pub user: UserId,
    pub name: Name,
    pub scopes: Scopes,
    /// SHA-256 of the token, hex.
    pub hash: String,
    pub expires_on: Day,
    pub created_at: Instant,
    pub last_used_at: Option<Instant>,
}

/// An uploaded statement. The preview is computed from `content`, `mapping` and `choices`; `digest`
/// says what the person saw, so that a commit stores exactly that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub id: ImportId,
    pub owner: UserId,
    pub file_name: String,
    pub format: Format,
    /// What is absent is detected.
    pub mapping: MappingChoice,
    pub choices: Vec<RowChoice>,
    pub shown: Box<Shown>,
    /// The file's bytes while it is a preview, base64 in JSON; empty afterwards.
    #[serde(with = "base64_bytes")]
    pub content: Vec<u8>,
    pub digest: String,
    pub state: ImportState,
    pub created_at: Instant,
    pub added: u64,
    /// The journal entry of the commit.
    pub seq: Option<Seq>,
}

/// How the upload was read when it was last shown; stays when the file goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub encoding: String,
    pub mapping: Mapping,
    pub columns: Vec<String>,
    pub counts: Counts,
}

/// That a row of a statement was taken in, and as what. Outlives the row, so that a row a person
/// deleted is known again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    pub owner: UserId,
    pub fingerprint: String,
    pub kind: EntryKind,
    /// The expense or funds it became.
    pub row: uuid::Uuid,
    pub import: ImportId,
}

/// Failed attempts to sign in, by account or address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttle {
    /// `user:<name>`, `code:<id>`; hashed only, so that a password typed as a name is not kept.
    pub subject: String,
    pub failures: u32,
    /// No attempt is looked at before then.
    pub until: Instant,
    pub updated_at: Instant,
}

/// The answer to a request that carried a key (S49); kept 24 h.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotent {
    pub owner: UserId,
    pub key: String,
    /// SHA-256 of what was asked, hex.
    pub request: String,
    /// `None` where the answer was a secret: a replay is `already_done`.
    pub outcome: Option<Outcome>,
    pub at: Instant,
}

/// A setting of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// A large command at work on an account: one record from its first transaction to its last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Whose account it is, and whose journal the command goes to.
    pub owner: UserId,
    /// The number that its entry will have; what it will change is in the journal under it already.
    pub seq: Seq,
    /// The process that is at work on it, and until when nobody else may be.
    pub holder: uuid::Uuid,
    pub until: Instant,
    /// How the command ends. `None`: it was not accepted yet, so a crash leaves nothing of it.
    pub end: Option<Box<JobEnd>>,
    /// How many of its changes there are, and are done.
    pub changes: u64,
    pub done: u64,
}

/// What the last transaction of a large command writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobEnd {
    pub entry: Entry,
    pub outcome: Outcome,
    /// Earlier entries, and by which they are undone from then on.
    pub marks: Vec<(Seq, Option<Seq>)>,
    /// The import that is to carry the number of the entry.
    pub import: Option<ImportId>,
    /// What is kept for a retry of the request.
    pub answer: Option<Idempotent>,
}

/// Anything the store keeps, but the journal.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", content = "value", rename_all = "snake_case")]
pub enum Record {
    User(User),
    Credential(Credential),
    Account(Account),
    Category(Category),
    Expense(Expense),
    Funds(Funds),
    Budget(Budget),
    Filter(SavedFilter),
    Recurring(Recurring),
    Program(Program),
    Event(Happened),
    Session(Session),
    Token(Token),
    Import(Import),
    Fingerprint(Fingerprint),
    Throttle(Throttle),
    Idempotent(Idempotent),
    Setting(Setting),
    Job(Job),
    Trashed(Trashed),
    Link(Link),
    Removal(Removal),
}

/// The key of a record. What belongs to somebody is found only together with its owner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "record", content = "key", rename_all = "snake_case")]
pub enum Key {
    User(UserId),
    Credential(UserId),
    Account(UserId),
    Category(CategoryId),
    Expense(UserId, ExpenseId),
    Funds(UserId, FundsId),
    Budget(UserId, BudgetId),
    Filter(UserId, FilterId),
    Recurring(UserId, RecurringId),
    Program(ProgramId),
    Event(UserId, EventId),
    Session(UserId, SessionId),
    Token(UserId, TokenId),
    Import(UserId, ImportId),
    Fingerprint(UserId, String),
    Throttle(String),
    Idempotent(UserId, String),
    Setting(String),
    /// Of whose account. Never in a scan: a copy of a store is taken when there is none.
    Job(UserId),
    /// What of somebody's was deleted. Never in a scan either: it follows from the journal.
    Trashed(UserId, EntryKind, uuid::Uuid),
    /// By [`Link::id`].
    Link(String),
    Removal(UserId),
}

impl Key {
    /// Whose it is; `None` of what is everybody's.
    pub fn owner(&self) -> Option<UserId> {
        match self {
            Self::User(owner)
            | Self::Credential(owner)
            | Self::Account(owner)
            | Self::Expense(owner, _)
            | Self::Funds(owner, _)
            | Self::Budget(owner, _)
            | Self::Filter(owner, _)
            | Self::Recurring(owner, _)
            | Self::Event(owner, _)
            | Self::Trashed(owner, ..)
            | Self::Session(owner, _)
            | Self::Token(owner, _)
            | Self::Import(owner, _)
            | Self::Fingerprint(owner, _)
            | Self::Idempotent(owner, _)
            | Self::Job(owner)
            | Self::Removal(owner) => Some(*owner),
            Self::Category(_) | Self::Program(_) | Self::Throttle(_) | Self::Setting(_) | Self::Link(_) => None,
        }
    }
}

impl Record {
    pub fn key(&self) -> Key {
        match self {
            Self::User(r) => Key::User(r.id),
            Self::Credential(r) => Key::Credential(r.user),
            Self::Account(r) => Key::Account(r.owner),
            Self::Category(r) => Key::Category(r.id),
            Self::Expense(r) => Key::Expense(r.owner, r.id),
            Self::Funds(r) => Key::Funds(r.owner, r.id),
            Self::Budget(r) => Key::Budget(r.owner, r.id),
            Self::Filter(r) => Key::Filter(r.owner, r.id),
            Self::Recurring(r) => Key::Recurring(r.owner, r.id),
            Self::Program(r) => Key::Program(r.id),
            Self::Event(r) => Key::Event(r.owner, r.id),
            Self::Session(r) => Key::Session(r.user, r.id),
            Self::Token(r) => Key::Token(r.user, r.id),
            Self::Import(r) => Key::Import(r.owner, r.id),
            Self::Fingerprint(r) => Key::Fingerprint(r.owner, r.fingerprint.clone()),
            Self::Throttle(r) => Key::Throttle(r.subject.clone()),
            Self::Idempotent(r) => Key::Idempotent(r.owner, r.key.clone()),
            Self::Setting(r) => Key::Setting(r.name.clone()),
            Self::Job(r) => Key::Job(r.owner),
            Self::Trashed(r) => Key::Trashed(r.thing.owner(), r.thing.kind(), r.thing.id()),
            Self::Link(r) => Key::Link(r.id()),
            Self::Removal(r) => Key::Removal(r.user),
        }
    }
}

/// One record before and after a command: `None` before is an insert, `None` after a delete. Only
/// users, categories, expenses, funds, budgets, filters, recurring entries, imports (without content) and fingerprints are journaled.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub before: Option<Record>,
    pub after: Option<Record>,
}

/// A journal entry that has no number yet.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub at: Instant,
    pub owner: UserId,
    pub actor_id: UserId,
    pub actor: String,
    pub via: Via,
    pub command: &'static str,
    pub summary: String,
    pub undoable: bool,
    pub undoes: Option<Seq>,
}

impl NewEntry {
    /// The entry with its number.
    pub fn numbered(&self, seq: Seq) -> Entry {
        Entry {
            seq,
            at: self.at,
            owner: self.owner,
            actor_id: self.actor_id,
            actor: self.actor.clone(),
            via: self.via,
            command: self.command.to_owned(),
            summary: self.summary.clone(),
            undoable: self.undoable,
            undone_by: None,
            undoes: self.undoes,
        }
    }
}

impl Change {
    /// True when it changes an entry or budget of this account or what belongs to a statement of its owner, so that nobody else's
    /// commands are about it.
    pub fn is_within(&self, account: UserId) -> bool {
        self.before.iter().chain(&self.after).all(|record| match record {
            Record::Expense(Expense { owner, .. })
            | Record::Funds(Funds { owner, .. })
            | Record::Budget(Budget { owner, .. })
            | Record::Import(Import { owner, .. })
            | Record::Fingerprint(Fingerprint { owner, .. }) => *owner == account,
            _ => false,
        })
    }
    /// The expense that was changed, if it is one.
    pub fn expense(&self) -> Option<ExpenseId> {
        let of = |record: &Option<Record>| if let Some(Record::Expense(e)) = record { Some(e.id) } else { None };
        of(&self.after).or_else(|| of(&self.before))
    }
    /// As a step in an expense's life.
    pub fn step(self, entry: Entry) -> ExpenseStep {
        let expense = |record: Option<Record>| if let Some(Record::Expense(e)) = record { Some(e) } else { None };
        ExpenseStep { entry, before: expense(self.before), after: expense(self.after) }
    }
}

/// Where a scan goes on: engines decide what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanCursor {
    pub kind: u8,
    pub after: String,
}

mod base64_bytes {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&BASE64_STANDARD.encode(bytes))
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(d)?).map_err(D::Error::custom)
    }
}
