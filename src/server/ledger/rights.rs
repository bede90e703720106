//! Who may give which command. What a credential may do is [`Caller`]'s to say.

use super::{book::Book, refuse};
use crate::{
    domain::{Code, Command, Problem, Scope, User},
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
        | Command::AddFunds { .. }
        | Command::EditFunds { .. }
        | Command::DeleteFunds { .. }
        | Command::SetBudget { .. }
        | Command::CopyBudgets { .. }
        | Command::DeleteBudget { .. }
        | Command::EditProfile { .. }
        | Command::Undo { .. } => caller.require(Scope::Write),
        Command::AddCategory { .. } | Command::EditCategory { .. } | Command::DeleteCategory { .. } => caller.require_admin(),
        Command::ChangeUser { .. } | Command::SignOutUser { .. } => caller.require_admin(),
        Command::CommitImport { .. } | Command::RevertImport { .. } => caller.require(Scope::Import),
        Command::ChangePassword { .. } | Command::CreateToken { .. } | Command::RevokeToken { .. } => {
            caller.require(Scope::Account)
        }
        Command::CreateUser { .. } | Command::SetUp { .. } => match caller.access {
            Access::Local(_) => Ok(()),
            _ => Err(Problem::new(Code::Forbidden, "Sign out to create another user.")),
        },
    }
}

/// True for the commands that only admins may give.
pub(super) fn is_admins(command: &Command) -> bool {
    matches!(
        command,
        Command::AddCategory { .. }
            | Command::EditCategory { .. }
            | Command::DeleteCategory { .. }
            | Command::ChangeUser { .. }
            | Command::SignOutUser { .. }
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
