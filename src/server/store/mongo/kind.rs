//! The collections, and which record is in which.

use super::super::Key;

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
    Filter,
    Recurring,
    Program,
    Event,
    Session,
    Token,
    Import,
    Fingerprint,
    Throttle,
    Idempotent,
    Link,
    Removal,
    Job,
    Trashed,
}

impl Kind {
    /// What is walked through: all but [`Kind::Job`] and [`Kind::Trashed`].
    pub const ALL: [Self; 20] = [
        Self::Setting,
        Self::User,
        Self::Credential,
        Self::Account,
        Self::Category,
        Self::Expense,
        Self::Funds,
        Self::Budget,
        Self::Filter,
        Self::Recurring,
        Self::Program,
        Self::Event,
        Self::Session,
        Self::Token,
        Self::Import,
        Self::Fingerprint,
        Self::Throttle,
        Self::Idempotent,
        Self::Link,
        Self::Removal,
    ];

    /// Those whose records belong to somebody.
    pub const OWNED: [Self; 11] = [
        Self::Event,
        Self::Recurring,
        Self::Expense,
        Self::Funds,
        Self::Budget,
        Self::Filter,
        Self::Session,
        Self::Token,
        Self::Import,
        Self::Fingerprint,
        Self::Idempotent,
    ];

    /// The collection's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setting => "settings",
            Self::User => "users",
            Self::Credential => "credentials",
            Self::Account => "accounts",
            Self::Category => "categories",
            Self::Expense => "expenses",
            Self::Funds => "funds",
            Self::Budget => "budgets",
            Self::Filter => "filters",
            Self::Recurring => "recurring",
            Self::Program => "programs",
            Self::Event => "events",
            Self::Session => "sessions",
            Self::Token => "tokens",
            Self::Import => "imports",
            Self::Fingerprint => "fingerprints",
            Self::Throttle => "throttles",
            Self::Idempotent => "idempotency",
            Self::Link => "links",
            Self::Removal => "removals",
            Self::Job => "jobs",
            Self::Trashed => "trash",
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
            Key::Filter(..) => Self::Filter,
            Key::Recurring(..) => Self::Recurring,
            Key::Program(_) => Self::Program,
            Key::Event(..) => Self::Event,
            Key::Session(..) => Self::Session,
            Key::Token(..) => Self::Token,
            Key::Import(..) => Self::Import,
            Key::Fingerprint(..) => Self::Fingerprint,
            Key::Throttle(_) => Self::Throttle,
            Key::Idempotent(..) => Self::Idempotent,
            Key::Setting(_) => Self::Setting,
            Key::Link(_) => Self::Link,
            Key::Removal(_) => Self::Removal,
            Key::Job(_) => Self::Job,
            Key::Trashed(..) => Self::Trashed,
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
/// What expenses sum to.
pub const SUMS: &str = "sums";
/// The version of the schema.
pub const META: &str = "meta";
