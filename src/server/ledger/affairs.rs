//! What admins do about somebody's expenses, and about the server. Each look and each change is in the journal of the person
//! whose expenses they are, who can undo the changes.

use super::{
    book::{Book, Done},
    expenses, refuse, summary,
};
use crate::{
    domain::{Code, Effect, ExpenseId, Problem, User, command::ServerEdit, expense::ExpenseEdit, user::MOST_KEPT_DAYS},
    server::store::{Key, Record, record::Setting},
};

/// The setting that says who may sign up, and the one for how many days deleted people are kept.
pub(crate) const SIGN_UP: &str = "sign_up";
pub(crate) const DELETED_KEPT_DAYS: &str = "deleted_kept_days";

/// The journal's lines are the owner's, in their own region's words.
async fn for_the_owner(book: &mut Book<'_>) -> Result<(), Problem> {
    let owner: User = book.must(Key::User(book.owner)).await?;
    book.locale = owner.locale;
    Ok(())
}

pub(super) async fn see(book: &mut Book<'_>, shown: usize) -> Result<Done, Problem> {
    book.must::<User>(Key::User(book.owner)).await?;
    Ok(Done::new(Effect::Nothing, summary::expenses_seen(shown)))
}

pub(super) async fn edit(book: &mut Book<'_>, id: ExpenseId, edit: &ExpenseEdit, version: Option<u32>) -> Result<Done, Problem> {
    for_the_owner(book).await?;
    expenses::edit(book, id, edit, version).await
}

pub(super) async fn delete(book: &mut Book<'_>, id: ExpenseId, version: Option<u32>) -> Result<Done, Problem> {
    for_the_owner(book).await?;
    expenses::delete(book, id, version).await
}

/// What an admin is told of a balance that is not theirs to know.
pub(crate) fn without_balance(problem: Problem) -> Problem {
    if problem.code == Code::InsufficientFunds { refuse::their_balance() } else { problem }
}

pub(super) async fn change_server(book: &mut Book<'_>, edit: ServerEdit) -> Result<Done, Problem> {
    let ServerEdit { sign_up, deleted_kept_days } = edit;
    if deleted_kept_days.is_some_and(|days| days > MOST_KEPT_DAYS) {
        let detail = format!("Keep them for at most {MOST_KEPT_DAYS} days.");
        return Err(Problem::field(DELETED_KEPT_DAYS, "out_of_range", detail));
    }
    let mut set = |name: &str, value: String| book.keep(Record::Setting(Setting { name: name.to_owned(), value }));
    if let Some(policy) = sign_up {
        set(SIGN_UP, policy.code().to_owned());
    }
    if let Some(days) = deleted_kept_days {
        set(DELETED_KEPT_DAYS, days.to_string());
    }
    Ok(Done::new(Effect::Nothing, summary::server_changed(edit)))
}
