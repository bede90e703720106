//! What admins do to people. Each change is in the journal of the person it is about, with the admin as its actor.

use super::{
    book::{Book, Done, same_version},
    refuse, summary,
};
use crate::{
    domain::{Effect, Instant, Problem, Status, User, command::UserEdit, text::Username},
    server::store::{Credential, Key, Link, Record, Removal, Stage, record::Setting},
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

/// 409 `last_admin` when nobody else is an active admin.
pub(super) async fn may_go(book: &mut Book<'_>, user: &User) -> Result<(), Problem> {
    if user.is_active_admin() && book.tx.active_admins().await? < 2 {
        return Err(refuse::last_admin());
    }
    Ok(())
}

/// Somebody goes for good: 409 `last_admin` as for a change.
pub(super) async fn goes(book: &mut Book<'_>, person: &User) -> Result<(), Problem> {
    may_go(book, person).await?;
    book.keep(Record::Setting(Setting { name: ADMINS_CHANGED.into(), value: format!("{} {}", book.now.0, person.id) }));
    book.flush().await
}

/// The person is not seen any more and cannot sign in; what is theirs stays where it is until it is purged. As much work
/// for a million rows as for none. 409 `last_admin` as above.
pub(super) async fn delete_user(book: &mut Book<'_>, version: Option<u32>, until: Instant) -> Result<Done, Problem> {
    let person: User = book.must(Key::User(book.owner)).await?;
    same_version(version, person.version)?;
    let credential: Credential = book.must(Key::Credential(book.owner)).await?;
    book.write(Some(Record::User(person.clone())), None)?;
    book.discard(Key::Credential(person.id));
    book.discard(Key::Link(Link::reset(person.id)));
    let stage = Stage::Deleted { person: Box::new(person.clone()), credential };
    book.keep(Record::Removal(Removal { user: person.id, at: book.now, until, stage }));
    let gone = User { status: Status::Disabled, ..person.clone() };
    keep_an_admin(book, &person, &gone).await?;
    book.tx.end_sessions(book.owner, None).await?;
    book.tx.end_tokens(book.owner).await?;
    let summary = summary::user_deleted(until);
    Ok(Done::new(Effect::User(person), summary))
}

/// 404 unless they were deleted and are kept; 409 `duplicate_name` when somebody else has their name by now. No session
/// or token comes back.
pub(super) async fn restore_user(book: &mut Book<'_>, username: Option<&Username>) -> Result<Done, Problem> {
    let removal: Removal = book.must(Key::Removal(book.owner)).await?;
    let Stage::Deleted { person, credential } = removal.stage else { return Err(Problem::not_found()) };
    let username = username.unwrap_or(&person.username).clone();
    if book.tx.user_by_name(username.as_str()).await?.is_some() {
        return Err(refuse::username_taken(username.as_str()));
    }
    let person = User { username, version: person.version + 1, ..*person };
    book.write(None, Some(Record::User(person.clone())))?;
    book.keep(Record::Credential(Credential { token_version: credential.token_version + 1, ..credential }));
    book.discard(Key::Removal(person.id));
    Ok(Done::new(Effect::User(person), summary::user_restored()))
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
