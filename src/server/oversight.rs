//! What admins see of others' expenses. Whoever is looked at finds that in their own history.
//!
//! It must never answer a row before that it was seen is in the journal of whose row it is.

use super::{App, auth::Caller, clock, ledger::without_balance};
use crate::domain::{
    Command, Cursor, Expense, ExpenseFilter, ExpenseId, Outcome, Page, Problem, Total, User, UserId,
    expense::ExpenseEdit,
    filter::{AmountStyle, Asker},
    page::PageRequest,
    text::Username,
};

/// The most people who are asked for rows of one page.
const MOST_ASKED: u32 = 200;

/// Whose expenses are read as an admin's address or program asks for them: by the calendar and in the currency of the
/// person, if it is about one.
pub async fn asked_of(app: &App, caller: &Caller, user: Option<UserId>) -> Result<(Option<User>, Asker), Problem> {
    caller.require_admin()?;
    let person = match user {
        Some(id) => Some(app.store.user(id).await?.ok_or_else(Problem::not_found)?),
        None => None,
    };
    let of = person.as_ref().unwrap_or(&caller.user);
    let asker = Asker { style: AmountStyle::Typed(caller.user.locale), ..Asker::strict(of, clock::today(&of.time_zone)) };
    Ok((person, asker))
}

/// A part of the expenses of one person, or of everybody's, person after person. Admins only.
pub async fn expenses(
    app: &App,
    caller: &Caller,
    person: Option<&User>,
    filter: &ExpenseFilter,
    page: &PageRequest,
) -> Result<Page<(User, Expense)>, Problem> {
    caller.require_admin()?;
    match person {
        Some(person) => {
            let found = app.finder.expenses(person.id, filter, page).await?;
            see(app, caller, person, found.items.len()).await?;
            let items = found.items.into_iter().map(|expense| (person.clone(), expense)).collect();
            Ok(Page { items, next_cursor: found.next_cursor })
        }
        None => everybodys(app, caller, filter, page).await,
    }
}

/// Where a list of everybody's goes on: after a person, or within their rows.
struct Place {
    after: String,
    within: Option<(String, Cursor)>,
}

impl Place {
    fn parse(cursor: Option<&Cursor>) -> Self {
        match cursor.map(|cursor| cursor.0.split_once('~').unwrap_or((&cursor.0, ""))) {
            None => Self { after: String::new(), within: None },
            Some((username, "")) => Self { after: username.to_owned(), within: None },
            Some((username, rest)) => {
                Self { after: username.to_owned(), within: Some((username.to_owned(), Cursor(rest.to_owned()))) }
            }
        }
    }
    fn within(username: &Username, inner: &Cursor) -> Cursor {
        Cursor(format!("{username}~{}", inner.0))
    }
}

/// Any page costs the same: it asks people one after the other until it is full, and at most so many.
async fn everybodys(
    app: &App,
    caller: &Caller,
    filter: &ExpenseFilter,
    page: &PageRequest,
) -> Result<Page<(User, Expense)>, Problem> {
    let Place { mut after, within } = Place::parse(page.cursor.as_ref());
    let mut items: Vec<(User, Expense)> = Vec::new();
    let mut next = None;
    let mut people: Vec<(User, Option<Cursor>)> = Vec::new();
    if let Some((username, inner)) = within
        && let Some(person) = app.store.user_by_name(&username).await?
    {
        people.push((person, Some(inner)));
    }
    let more = app.store.users_after(&after, MOST_ASKED).await?;
    let all = more.len() < MOST_ASKED as usize;
    people.extend(more.into_iter().map(|person| (person, None)));
    for (person, cursor) in people {
        let left = page.limit - u32::try_from(items.len()).unwrap_or(page.limit);
        if left == 0 {
            next = Some(Cursor(after.clone()));
            break;
        }
        let found = app.store.expenses(person.id, filter, &PageRequest { limit: left, cursor }).await?;
        if !found.items.is_empty() {
            see(app, caller, &person, found.items.len()).await?;
        }
        after = person.username.to_string();
        next = found.next_cursor.map(|inner| Place::within(&person.username, &inner));
        items.extend(found.items.into_iter().map(|expense| (person.clone(), expense)));
        if next.is_some() {
            break;
        }
    }
    if next.is_none() && !all {
        next = Some(Cursor(after));
    }
    Ok(Page { items, next_cursor: next })
}

/// How many expenses of a person match, and their sum. Admins only.
pub async fn total(app: &App, caller: &Caller, person: &User, filter: &ExpenseFilter) -> Result<Total, Problem> {
    caller.require_admin()?;
    Ok(app.finder.expense_total(person.id, filter).await?)
}

/// Says in the journal of whose rows they are that an admin saw so many of them. One's own need no word.
async fn see(app: &App, caller: &Caller, person: &User, shown: usize) -> Result<(), Problem> {
    if person.id != caller.user.id {
        app.ledger.execute(caller, None, Command::SeeExpenses { user: person.id, shown }).await?;
    }
    Ok(())
}

/// Whose expense it is; `user` says so where two people have one of this id. Admins only.
async fn owner_of(app: &App, caller: &Caller, id: ExpenseId, user: Option<UserId>) -> Result<User, Problem> {
    caller.require_admin()?;
    let owners = app.store.owners_of(id).await?;
    let owner = match (user, &owners[..]) {
        (Some(user), owners) => owners.iter().copied().find(|owner| *owner == user),
        (None, [owner]) => Some(*owner),
        (None, []) => None,
        (None, _) => {
            let detail = "Several people have an expense of this id. Say whose you mean.";
            return Err(Problem::field("user_id", "required", detail));
        }
    };
    app.store.user(owner.ok_or_else(Problem::not_found)?).await?.ok_or_else(Problem::not_found)
}

/// One expense of somebody. Admins only.
pub async fn expense(app: &App, caller: &Caller, id: ExpenseId, user: Option<UserId>) -> Result<(User, Expense), Problem> {
    let owner = owner_of(app, caller, id, user).await?;
    let expense = app.store.expense(owner.id, id).await?.ok_or_else(Problem::not_found)?;
    see(app, caller, &owner, 1).await?;
    Ok((owner, expense))
}

/// Changes somebody's expense; `edit` is read by what the owner's currency is. Admins only.
pub async fn edit(
    app: &App,
    caller: &Caller,
    (id, user): (ExpenseId, Option<UserId>),
    edit: impl FnOnce(&User) -> Result<ExpenseEdit, Problem>,
    (version, allow_overdraft): (Option<u32>, bool),
) -> Result<(User, Outcome), Problem> {
    let owner = owner_of(app, caller, id, user).await?;
    let edit = edit(&owner)?;
    let command = Command::EditExpenseOf { user: owner.id, id, edit, version, allow_overdraft };
    Ok((owner, app.ledger.execute(caller, None, command).await.map_err(without_balance)?))
}

/// Deletes somebody's expense. Admins only.
pub async fn delete(
    app: &App,
    caller: &Caller,
    (id, user): (ExpenseId, Option<UserId>),
    version: Option<u32>,
) -> Result<(User, Outcome), Problem> {
    let owner = owner_of(app, caller, id, user).await?;
    let command = Command::DeleteExpenseOf { user: owner.id, id, version };
    Ok((owner, app.ledger.execute(caller, None, command).await?))
}
