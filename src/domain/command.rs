//! Every change is a command. A command holds checked values only; the ledger applies it in one
//! transaction, together with its journal entry.

use super::{
    Account, Budget, BudgetId, Category, CategoryId, Color, Currency, Day, Expense, ExpenseFilter, ExpenseId, Funds, FundsId,
    ImportId, Locale, Money, Period, Seq, TokenId, User, UserId, Weekday,
    budget::{BudgetDraft, Copied},
    expense::{ExpenseDraft, ExpenseEdit},
    funds::{FundsDraft, FundsEdit},
    import::EntryKind,
    text::{Name, Note, What},
    token::{Scopes, TokenInfo},
    user::{Role, SignUp, Status},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that must never be shown: a password hash, the hash of a token. Not serialisable, redacted in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Which expenses a bulk command changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// 1–1,000 ids, all of which must exist.
    Ids(Vec<ExpenseId>),
    /// All that match, when they are as many as the person saw.
    Filter { filter: ExpenseFilter, expected_count: u64 },
}

/// What a bulk command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkChange {
    Set { category_id: Option<Option<CategoryId>>, date: Option<Day> },
    Delete,
}

/// One row of an import to be stored, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub kind: EntryKind,
    pub date: Day,
    pub amount: Money,
    pub what: What,
    pub note: Option<Note>,
    pub category_id: Option<CategoryId>,
    /// What makes the row itself again in a later file.
    pub fingerprint: String,
    /// The person took it in although the account knows its fingerprint and the row is still there.
    pub chosen: bool,
}

/// Changes to one's own profile; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileEdit {
    pub display_name: Option<Name>,
    pub currency: Option<Currency>,
    pub time_zone: Option<String>,
    pub locale: Option<Locale>,
    pub first_weekday: Option<Weekday>,
    pub period: Option<Period>,
}

/// An admin's changes to somebody; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserEdit {
    pub display_name: Option<Name>,
    pub role: Option<Role>,
    pub status: Option<Status>,
}

/// A change, checked. `version` is the version the person saw; `None` means "whatever it is now".
#[derive(Clone, Debug)]
pub enum Command {
    RecordExpense {
        id: ExpenseId,
        draft: ExpenseDraft,
        allow_overdraft: bool,
    },
    EditExpense {
        id: ExpenseId,
        edit: ExpenseEdit,
        version: Option<u32>,
        allow_overdraft: bool,
    },
    DeleteExpense {
        id: ExpenseId,
        version: Option<u32>,
    },
    BulkExpenses {
        select: Selection,
        change: BulkChange,
    },

    AddFunds {
        id: FundsId,
        draft: FundsDraft,
    },
    EditFunds {
        id: FundsId,
        edit: FundsEdit,
        version: Option<u32>,
        allow_overdraft: bool,
    },
    DeleteFunds {
        id: FundsId,
        version: Option<u32>,
        allow_overdraft: bool,
    },

    /// From the period known by `key` on, until there is a later one.
    SetBudget {
        key: Day,
        draft: BudgetDraft,
        version: Option<u32>,
    },
    /// Several at once, that were copied from what was.
    CopyBudgets {
        key: Day,
        copied: Copied,
        drafts: Vec<BudgetDraft>,
    },
    /// Ends a budget; from the period known by `key` on, or for as long as it was set.
    DeleteBudget {
        id: BudgetId,
        key: Option<Day>,
        version: Option<u32>,
    },

    /// Admins only, as the other category commands.
    AddCategory {
        id: CategoryId,
        name: Name,
        color: Option<Color>,
    },
    EditCategory {
        id: CategoryId,
        name: Option<Name>,
        color: Option<Color>,
        archived: Option<bool>,
        version: Option<u32>,
    },
    /// Its expenses move to `move_to`; in use without it is refused.
    DeleteCategory {
        id: CategoryId,
        move_to: Option<CategoryId>,
        version: Option<u32>,
    },

    /// Stores exactly these rows; refused when one of them has been stored since the preview.
    CommitImport {
        id: ImportId,
        /// Of the preview the person saw; refused when the upload has another by now.
        digest: String,
        postings: Vec<Posting>,
        skipped: u64,
    },
    /// Takes all rows of an import out again, also those edited since.
    RevertImport {
        id: ImportId,
    },

    EditProfile {
        edit: ProfileEdit,
        version: Option<u32>,
    },
    ChangePassword {
        hash: Secret,
    },
    CreateToken {
        id: TokenId,
        name: Name,
        scopes: Scopes,
        expires_on: Day,
        hash: Secret,
    },
    RevokeToken {
        id: TokenId,
    },

    /// A new user; by themselves, or by the command line.
    CreateUser {
        user: User,
        hash: Secret,
    },
    /// The first admin, with the starter categories and the sign-up policy; refused once there is an admin.
    SetUp {
        user: User,
        hash: Secret,
        opening: Option<FundsDraft>,
        sign_up: SignUp,
    },

    /// Admins only. A disabled person's sessions and tokens end at once (S16); the last active admin stays (S38).
    ChangeUser {
        user: UserId,
        edit: UserEdit,
        version: Option<u32>,
    },
    /// Admins only. Ends every session of somebody; their personal access tokens stay.
    SignOutUser {
        user: UserId,
    },

    Undo {
        seq: Seq,
    },
}

impl Command {
    /// The name in the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecordExpense { .. } => "record_expense",
            Self::EditExpense { .. } => "edit_expense",
            Self::DeleteExpense { .. } => "delete_expense",
            Self::BulkExpenses { .. } => "bulk_expenses",
            Self::AddFunds { .. } => "add_funds",
            Self::EditFunds { .. } => "edit_funds",
            Self::DeleteFunds { .. } => "delete_funds",
            Self::SetBudget { .. } => "set_budget",
            Self::CopyBudgets { .. } => "copy_budgets",
            Self::DeleteBudget { .. } => "delete_budget",
            Self::AddCategory { .. } => "add_category",
            Self::EditCategory { .. } => "edit_category",
            Self::DeleteCategory { .. } => "delete_category",
            Self::CommitImport { .. } => "commit_import",
            Self::RevertImport { .. } => "revert_import",
            Self::EditProfile { .. } => "edit_profile",
            Self::ChangePassword { .. } => "change_password",
            Self::CreateToken { .. } => "create_token",
            Self::RevokeToken { .. } => "revoke_token",
            Self::CreateUser { .. } => "create_user",
            Self::SetUp { .. } => "set_up",
            Self::ChangeUser { .. } => "change_user",
            Self::SignOutUser { .. } => "sign_out_user",
            Self::Undo { .. } => "undo",
        }
    }
    /// Commands on passwords, tokens, users and imports' reversal are journaled but stay (I10).
    pub fn undoable(&self) -> bool {
        !matches!(
            self,
            Self::ChangePassword { .. }
                | Self::CreateToken { .. }
                | Self::RevokeToken { .. }
                | Self::CreateUser { .. }
                | Self::SetUp { .. }
                | Self::ChangeUser { .. }
                | Self::SignOutUser { .. }
                | Self::RevertImport { .. }
        )
    }
}

/// What a command made or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Effect {
    /// The expense as it now is, or as it was before it was deleted.
    Expense(Expense),
    Funds(Funds),
    /// The budget as it now is; one that was ended has no amount.
    Budget(Budget),
    Category(Category),
    User(User),
    Token(TokenInfo),
    /// Rows changed by a bulk command, or budgets set by a copy.
    Bulk {
        changed: u64,
    },
    Import {
        id: ImportId,
        added: u64,
        skipped: u64,
    },
    /// The entry that was undone.
    Undone {
        seq: Seq,
    },
    Nothing,
}

/// The answer to an accepted command; a retry with the same key gets the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The journal entry.
    pub seq: Seq,
    /// The owner of that entry.
    pub owner: UserId,
    /// The owner's balance after the command.
    pub balance: Money,
    /// The entry's summary, for people.
    pub summary: String,
    /// True when the entry can be undone.
    pub undoable: bool,
    pub effect: Effect,
}

impl Account {
    /// The account of a new user.
    pub fn new(owner: UserId, currency: Currency) -> Self {
        Self { owner, balance: Money::zero(currency), opened: false, last_seq: 0, busy: false }
    }
}
