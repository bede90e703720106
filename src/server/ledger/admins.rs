//! What admins do to people. Each change is in the journal of the person it is about, with the admin as its actor.

use super::{
    book::{Book, Done, same_version},
    refuse, summary,
};
use crate::{
    domain::{Effect, Problem, Status, User, command::UserEdit},
    server::store::{Credential, Key, Record, record::Setting},
};

/// Written anew whenever somebody's role or status changes.
const ADMINS_CHANGED: &str = "admins_changed";

/// 409 `last_admin` when no active admin would be left (S38).
pub(super) async fn change_user(book: &mut Book<'_>, edit: &UserEdit, version: Option<u32>) -> Result<Done, Problem> {
    let before: User = book.must(Key::User(book.owner)).await?;
    same_version(version, before.version)?;
    let mut after = User {
        display_name: edit.display_name.clone().unwrap_or_else(|| before.display_name.clone()),
        role: edit.role.unwrap_or(before.role),
        status: edit.status.unwrap_or(before.status),
        ..before.clone()
    };
    if after != before {
        after.version += 1;
    }
    let summary = summary::user_changed(&before, &after);
    let (was, is) = (before.clone(), after.clone());
    book.write(Some(Record::User(before)), Some(Record::User(after.clone())))?;
    if (was.role, was.status) != (is.role, is.status) {
        keep_an_admin(book, &was, &is).await?;
    }
    if was.status == Status::Active && is.status == Status::Disabled {
        end_sessions(book).await?;
        book.tx.end_tokens(book.owner).await?;
    }
    Ok(Done::new(Effect::User(after), summary))
}

/// Two admins who demote each other read two records and write two others: no engine sees a conflict in that. So every
/// such change writes one record that they share, and one of them is done again with what the other left.
async fn keep_an_admin(book: &mut Book<'_>, was: &User, is: &User) -> Result<(), Problem> {
    let value = format!("{} {}", book.now.0, is.id);
    book.keep(Record::Setting(Setting { name: ADMINS_CHANGED.into(), value }));
    book.flush().await?;
    if was.is_active_admin() && !is.is_active_admin() && book.tx.active_admins().await? == 0 {
        return Err(refuse::last_admin());
    }
    Ok(())
}

/// Ends every session and OAuth grant, and any sign-in that is under way.
async fn end_sessions(book: &mut Book<'_>) -> Result<(), Problem> {
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    book.keep(Record::Credential(Credential { token_version: credential.token_version + 1, ..credential }));
    Ok(book.tx.end_sessions(book.owner, None).await?)
}

pub(super) async fn sign_out(book: &mut Book<'_>) -> Result<Done, Problem> {
    end_sessions(book).await?;
    Ok(Done::new(Effect::Nothing, summary::signed_out()))
}
