//! What holds of each command, whatever is in it.

use super::{Command, UserId};

impl Command {
    /// The name in the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecordExpense { .. } => "record_expense",
            Self::EditExpense { .. } => "edit_expense",
            Self::DeleteExpense { .. } => "delete_expense",
            Self::BulkExpenses { .. } => "bulk_expenses",
            Self::RestoreExpense { .. } => "restore_expense",
            Self::AddFunds { .. } => "add_funds",
            Self::EditFunds { .. } => "edit_funds",
            Self::DeleteFunds { .. } => "delete_funds",
            Self::RestoreFunds { .. } => "restore_funds",
            Self::SetBudget { .. } => "set_budget",
            Self::CopyBudgets { .. } => "copy_budgets",
            Self::DeleteBudget { .. } => "delete_budget",
            Self::AddRecurring { .. } => "add_recurring",
            Self::EditRecurring { .. } => "edit_recurring",
            Self::SkipRecurring { .. } => "skip_recurring",
            Self::PostRecurring { .. } => "post_recurring",
            Self::DeleteRecurring { .. } => "delete_recurring",
            Self::SaveFilter { .. } => "save_filter",
            Self::EditFilter { .. } => "edit_filter",
            Self::DeleteFilter { .. } => "delete_filter",
            Self::AddCategory { .. } => "add_category",
            Self::EditCategory { .. } => "edit_category",
            Self::DeleteCategory { .. } => "delete_category",
            Self::OrderCategories { .. } => "order_categories",
            Self::CommitImport { .. } => "commit_import",
            Self::RevertImport { .. } => "revert_import",
            Self::EditProfile { .. } => "edit_profile",
            Self::ChangePassword { .. } => "change_password",
            Self::CreateToken { .. } => "create_token",
            Self::RevokeToken { .. } => "revoke_token",
            Self::TurnOnFactor { .. } => "turn_on_factor",
            Self::TurnOffFactor => "turn_off_factor",
            Self::AddPasskey { .. } => "add_passkey",
            Self::RemovePasskey { .. } => "remove_passkey",
            Self::RegisterProgram { .. } => "register_program",
            Self::RemoveProgram { .. } => "remove_program",
            Self::CreateUser { .. } => "create_user",
            Self::SetUp { .. } => "set_up",
            Self::ChangeUser { .. } => "change_user",
            Self::SignOutUser { .. } => "sign_out_user",
            Self::CreateInvite { .. } => "create_invite",
            Self::CreateResetLink { .. } => "create_reset_link",
            Self::ResetPassword { .. } => "reset_password",
            Self::DeleteUser { .. } => "delete_user",
            Self::RestoreUser { .. } => "restore_user",
            Self::Leave { .. } => "leave",
            Self::Stay => "stay",
            Self::SeeExpenses { .. } => "see_expenses",
            Self::EditExpenseOf { .. } => "edit_expense_of",
            Self::DeleteExpenseOf { .. } => "delete_expense_of",
            Self::ChangeServer { .. } => "change_server",
            Self::Undo { .. } => "undo",
        }
    }
    /// Whom a command of an admin is about, and whose journal it goes to; `None` of all others.
    pub fn about(&self) -> Option<UserId> {
        match self {
            Self::ChangeUser { user, .. }
            | Self::SignOutUser { user }
            | Self::CreateResetLink { user, .. }
            | Self::DeleteUser { user, .. }
            | Self::RestoreUser { user, .. }
            | Self::SeeExpenses { user, .. }
            | Self::EditExpenseOf { user, .. }
            | Self::DeleteExpenseOf { user, .. } => Some(*user),
            _ => None,
        }
    }
    /// True when its answer holds a secret, which is not kept for a retry (S49).
    pub fn answers_a_secret(&self) -> bool {
        matches!(self, Self::CreateToken { .. } | Self::CreateInvite { .. } | Self::CreateResetLink { .. })
    }
    /// Commands on passwords, tokens, programs, users, the server and imports' reversal are journaled but stay (I10).
    pub fn undoable(&self) -> bool {
        !matches!(
            self,
            Self::ChangePassword { .. }
                | Self::CreateToken { .. }
                | Self::RevokeToken { .. }
                | Self::TurnOnFactor { .. }
                | Self::TurnOffFactor
                | Self::AddPasskey { .. }
                | Self::RemovePasskey { .. }
                | Self::RegisterProgram { .. }
                | Self::RemoveProgram { .. }
                | Self::CreateUser { .. }
                | Self::SetUp { .. }
                | Self::ChangeUser { .. }
                | Self::SignOutUser { .. }
                | Self::CreateInvite { .. }
                | Self::CreateResetLink { .. }
                | Self::ResetPassword { .. }
                | Self::DeleteUser { .. }
                | Self::RestoreUser { .. }
                | Self::Leave { .. }
                | Self::Stay
                | Self::SeeExpenses { .. }
                | Self::ChangeServer { .. }
                | Self::RevertImport { .. }
        )
    }
}
