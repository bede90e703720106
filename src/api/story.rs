//! The life of one expense: server functions.

use super::{Answer, journal::Dated};
use crate::domain::{Day, Expense, journal::Told};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// One step of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub dated: Dated,
    pub told: Told,
}

/// An expense, and how it came to be as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// As it is, or as it was when it was deleted.
    pub expense: Expense,
    pub deleted: bool,
    /// When it was added, where the reader lives.
    pub added: (Day, String),
    /// The file name of its statement.
    pub statement: Option<String>,
    /// Newest first.
    pub steps: Vec<Step>,
}

/// The caller's own expense of this id, also a deleted one. A page that is rendered with it is 404 when there is none.
#[server(prefix = "/api/page", endpoint = "expenses/story", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn expense_story(id: String) -> Answer<Story> {
    use super::reply;
    use crate::domain::{Code, ExpenseId, Problem};
    let caller = reply::caller()?;
    let story = match id.parse::<ExpenseId>() {
        Ok(id) => story(&caller, id).await,
        Err(_) => Err(Problem::not_found()),
    };
    if story.as_ref().is_err_and(|problem| problem.code == Code::NotFound) {
        reply::no_such_page();
    }
    story
}

#[cfg(feature = "ssr")]
async fn story(caller: &crate::server::auth::Caller, id: crate::domain::ExpenseId) -> Answer<Story> {
    use super::reply;
    use crate::{
        domain::Problem,
        server::{
            clock,
            history::Teller,
            store::{Change, Record},
        },
    };
    let (store, owner) = (reply::app().store, caller.user.id);
    let (now, steps, categories) =
        futures::try_join!(store.expense(owner, id), store.expense_history(owner, id), store.categories())?;
    let last = steps.iter().rev().find_map(|step| step.after.clone().or_else(|| step.before.clone()));
    let expense = now.clone().or(last).ok_or_else(Problem::not_found)?;
    let statement = match expense.import_id {
        Some(import) => store.import(owner, import).await?.map(|import| import.file_name),
        None => None,
    };
    let (zone, teller) = (&caller.user.time_zone, Teller::new(&caller.user, categories, &[]));
    let step = |step: crate::domain::journal::ExpenseStep| {
        let record = |expense: Option<Expense>| expense.map(Record::Expense);
        let told = teller.told(&Change { before: record(step.before), after: record(step.after) })?;
        let (day, time) = clock::local(step.entry.at, zone);
        Some(Step { dated: Dated { entry: step.entry, day, time }, told })
    };
    let steps = steps.into_iter().rev().filter_map(step).collect();
    Ok(Story { deleted: now.is_none(), added: clock::local(expense.created_at, zone), expense, statement, steps })
}
