//! Every change is a command. A command holds checked values only; the ledger applies it in one
//! transaction, together with its journal entry.

mod facts;
mod parts;

pub use parts::{BulkChange, Posting, ProfileEdit, Secret, Selection, ServerEdit, UserEdit};

use super::{
    Account, Budget, BudgetId, Category, CategoryId, Color, Currency, Day, Expense, ExpenseId, FilterId, Funds, FundsId,
    ImportId, Instant, Money, Passkey, PasskeyId, Program, ProgramId, Recurring, RecurringId, SavedFilter, Seq, TokenId, User,
    UserId,
    budget::{BudgetDraft, Copied},
    expense::{ExpenseDraft, ExpenseEdit},
    funds::{FundsDraft, FundsEdit},
    recurring::{RecurringDraft, RecurringEdit},
    saved::FilterQuery,
    text::{Name, Username},
    token::{Scopes, TokenInfo},
    user::SignUp,
};
use serde::{Deserialize, Serialize};

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
    /// Puts a deleted expense back as it was, whatever deleted it.
    RestoreExpense {
        id: ExpenseId,
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
    RestoreFunds {
        id: FundsId,
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

    /// `today` is the person's: days before it do not come to be days of the entry.
    AddRecurring {
        id: RecurringId,
        draft: RecurringDraft,
        today: Day,
    },
    /// From now on: what is recorded stays. Pauses and goes on, too.
    EditRecurring {
        id: RecurringId,
        edit: RecurringEdit,
        today: Day,
        version: Option<u32>,
    },
    /// Leaves out a day, or the next one.
    SkipRecurring {
        id: RecurringId,
        day: Option<Day>,
    },
    /// Records what comes on a day, or on the next one; one that is still to come is recorded under today. Never refused
    /// for the balance.
    PostRecurring {
        id: RecurringId,
        day: Option<Day>,
        today: Day,
    },
    DeleteRecurring {
        id: RecurringId,
        version: Option<u32>,
    },

    /// Keeps a filter under a name.
    SaveFilter {
        id: FilterId,
        name: Name,
        query: FilterQuery,
    },
    EditFilter {
        id: FilterId,
        name: Option<Name>,
        query: Option<FilterQuery>,
        version: Option<u32>,
    },
    DeleteFilter {
        id: FilterId,
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

    /// The order in which categories are listed: all of them.
    OrderCategories {
        ids: Vec<CategoryId>,
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
    /// From now on a code is asked for beside the password; every other session ends.
    TurnOnFactor {
        /// The secret as it was sealed when it was begun; refused when it is another by now.
        sealed: Secret,
        /// Of the code by which it was confirmed.
        last_step: u64,
        recovery: Vec<Secret>,
    },
    /// The password is all again; every other session ends.
    TurnOffFactor,
    /// From now on it signs the caller in, without a password; every other session ends.
    AddPasskey {
        passkey: Passkey,
    },
    /// Every other session ends.
    RemovePasskey {
        id: PasskeyId,
    },

    /// A new user; by themselves, or by the command line. `invite` is the hash of the link they hold, which is used up.
    CreateUser {
        user: User,
        hash: Secret,
        invite: Option<Secret>,
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
    /// Admins only. A link by which somebody may sign up, once; only its hash is kept.
    CreateInvite {
        hash: Secret,
        ends_at: Instant,
    },
    /// Admins only. A link by which somebody may choose a new password, once; the one before it ends.
    CreateResetLink {
        user: UserId,
        hash: Secret,
        ends_at: Instant,
    },
    /// By who holds a reset link, whose hash `link` is. Every session and grant of the person ends (S16).
    ResetPassword {
        user: UserId,
        link: Secret,
        hash: Secret,
    },
    /// Admins only. The person cannot sign in and is not seen any more; all that is theirs is kept until then.
    DeleteUser {
        user: UserId,
        version: Option<u32>,
        until: Instant,
    },
    /// Admins only. Somebody who was deleted is there again; under another name, where theirs was taken meanwhile.
    RestoreUser {
        user: UserId,
        username: Option<Username>,
    },
    /// The caller leaves: signed out everywhere, and gone for good after `until` unless they sign in again.
    Leave {
        until: Instant,
    },
    /// Somebody who was leaving has signed in again.
    Stay,
    /// Admins only. That so many of somebody's expenses were shown to an admin.
    SeeExpenses {
        user: UserId,
        shown: usize,
    },
    /// Admins only, as the next: somebody else's expense.
    EditExpenseOf {
        user: UserId,
        id: ExpenseId,
        edit: ExpenseEdit,
        version: Option<u32>,
        allow_overdraft: bool,
    },
    DeleteExpenseOf {
        user: UserId,
        id: ExpenseId,
        version: Option<u32>,
    },
    /// Admins only.
    ChangeServer {
        edit: ServerEdit,
    },

    /// Admins only. A program that may ask people for access from now on.
    RegisterProgram {
        program: Program,
    },
    /// Admins only. Everything it was granted ends.
    RemoveProgram {
        id: ProgramId,
    },

    Undo {
        seq: Seq,
    },
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
    /// The recurring entry as it now is, or as it was before it was deleted.
    Recurring(Recurring),
    /// The saved filter as it now is, or as it was before it was deleted.
    Filter(SavedFilter),
    Category(Category),
    /// Their order.
    Categories,
    User(User),
    Token(TokenInfo),
    Program(Program),
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
