//! Who may give which command. What a credential may do is [`Caller`]'s to say.

use super::{book::Book, refuse};
use crate::{
    domain::{Code, Command, Problem, Scope, User, journal::Via},
    server::{
        auth::{Access, Caller},
        store::Key,
    },
};

/// 403 unless the caller may give the command at all.
pub(super) fn check(caller: &Caller, command: &Command) -> Result<(), Problem> {
    match command {
        Command::RecordExpense { .. }
        | Command::EditExpense { .. }
        | Command::DeleteExpense { .. }
        | Command::BulkExpenses { .. }
        | Command::RestoreExpense { .. }
        | Command::AddFunds { .. }
        | Command::EditFunds { .. }
        | Command::DeleteFunds { .. }
        | Command::RestoreFunds { .. }
        | Command::SetBudget { .. }
        | Command::CopyBudgets { .. }
        | Command::DeleteBudget { .. }
        | Command::AddRecurring { .. }
        | Command::EditRecurring { .. }
        | Command::SkipRecurring { .. }
        | Command::PostRecurring { .. }
        | Command::DeleteRecurring { .. }
        | Command::SaveFilter { .. }
        | Command::EditFilter { .. }
        | Command::DeleteFilter { .. }
        | Command::EditProfile { .. }
        | Command::Undo { .. } => caller.require(Scope::Write),
        Command::AddCategory { .. }
        | Command::EditCategory { .. }
        | Command::DeleteCategory { .. }
        | Command::OrderCategories { .. }
        | Command::ChangeUser { .. }
        | Command::SignOutUser { .. }
        | Command::CreateInvite { .. }
        | Command::DeleteUser { .. }
        | Command::RestoreUser { .. }
        | Command::SeeExpenses { .. }
        | Command::EditExpenseOf { .. }
        | Command::DeleteExpenseOf { .. }
        | Command::ChangeServer { .. } => caller.require_admin(),
        Command::CreateResetLink { .. } if by_machine(caller, command) => Ok(()),
        Command::CreateResetLink { .. } | Command::RegisterProgram { .. } | Command::RemoveProgram { .. } => {
            caller.require_admin()
        }
        Command::CommitImport { .. } | Command::RevertImport { .. } => caller.require(Scope::Import),
        Command::ChangePassword { .. }
        | Command::CreateToken { .. }
        | Command::RevokeToken { .. }
        | Command::Leave { .. }
        | Command::TurnOnFactor { .. }
        | Command::TurnOffFactor
        | Command::AddPasskey { .. }
        | Command::RemovePasskey { .. } => caller.require(Scope::Account),
        Command::CreateUser { .. } | Command::SetUp { .. } | Command::ResetPassword { .. } | Command::Stay => match caller.access
        {
            Access::Local(_) => Ok(()),
            _ => Err(Problem::new(Code::Forbidden, "Sign out first.")),
        },
    }
}

/// Whoever has the machine may let people in again without being an admin.
fn by_machine(caller: &Caller, command: &Command) -> bool {
    matches!((command, &caller.access), (Command::CreateResetLink { .. }, Access::Local(Via::Cli)))
}

/// True for the commands that only admins may give.
pub(super) fn is_admins(caller: &Caller, command: &Command) -> bool {
    !by_machine(caller, command)
        && matches!(
            command,
            Command::AddCategory { .. }
                | Command::EditCategory { .. }
                | Command::DeleteCategory { .. }
                | Command::OrderCategories { .. }
                | Command::ChangeUser { .. }
                | Command::SignOutUser { .. }
                | Command::RegisterProgram { .. }
                | Command::RemoveProgram { .. }
                | Command::CreateInvite { .. }
                | Command::CreateResetLink { .. }
                | Command::DeleteUser { .. }
                | Command::RestoreUser { .. }
                | Command::SeeExpenses { .. }
                | Command::EditExpenseOf { .. }
                | Command::DeleteExpenseOf { .. }
                | Command::ChangeServer { .. }
        )
}

/// 403 unless the caller is an admin in the store at this moment (S37).
pub(super) async fn still_admin(book: &mut Book<'_>, caller: &Caller) -> Result<(), Problem> {
    let user: Option<User> = book.find(Key::User(caller.user.id)).await?;
    match user {
        Some(user) if user.is_active_admin() => Ok(()),
        _ => Err(refuse::not_admin()),
    }
}
