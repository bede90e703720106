//! What admins see of others: server functions. Each look and each change is in the history of the person whose rows they are.

use super::{Answer, done::Done};
use crate::domain::{Day, Entry, Expense, ExpenseId, Money, Page, UserId, audit::About};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// An expense, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseOf {
    pub username: String,
    pub expense: Expense,
}

/// Whose expenses are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    /// How many match, and their sum.
    pub count: u64,
    pub sum: Money,
}

/// A part of the expenses of one person or of everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpensesOf {
    /// False when the address asks for nothing: then nothing is read.
    pub asked: bool,
    pub whose: Option<Whose>,
    /// What the address asked for that could not be read.
    pub wrong: Option<String>,
    pub first: bool,
    pub page: Page<ExpenseOf>,
}

/// The expenses that the page's address asks for. Admins only.
#[server(prefix = "/api/page", endpoint = "oversight/expenses", client = super::Browser, output = super::Json)]
pub async fn list_expenses_of(#[server(default)] query: String) -> Answer<ExpensesOf> {
    use super::reply;
    use crate::{
        domain::{Cursor, ExpenseFilter, page::PageRequest},
        server::oversight,
    };
    let (caller, app) = (reply::caller()?, reply::app());
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &str| pairs.iter().find(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, value)| value.trim());
    let nothing =
        |asked, wrong| ExpensesOf { asked, whose: None, wrong, first: true, page: Page { items: Vec::new(), next_cursor: None } };
    caller.require_admin()?;
    if pairs.iter().all(|(_, value)| value.trim().is_empty()) {
        return Ok(nothing(false, None));
    }
    let user = match get("user") {
        Some(name) => match app.store.user_by_name(&name.to_lowercase()).await? {
            Some(user) => Some(user.id),
            None => return Ok(nothing(true, Some(format!("There is nobody called {name}.")))),
        },
        None => None,
    };
    let (person, asker) = oversight::asked_of(&app, &caller, user).await?;
    let (filter, wrong) = ExpenseFilter::read_what_can_be(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())), asker);
    let cursor = get("cursor").map(|text| Cursor(text.to_owned()));
    let request = PageRequest { cursor, ..PageRequest::default() };
    let whose = match &person {
        Some(person) => {
            let total = oversight::total(&app, &caller, person, &filter).await?;
            Some(Whose {
                id: person.id,
                username: person.username.to_string(),
                display_name: person.display_name.to_string(),
                count: total.count,
                sum: total.sum,
            })
        }
        None => None,
    };
    let found = oversight::expenses(&app, &caller, person.as_ref(), &filter, &request).await?;
    let items = found.items.into_iter().map(|(user, expense)| ExpenseOf { username: user.username.to_string(), expense });
    Ok(ExpensesOf {
        asked: true,
        whose,
        wrong: wrong.into_iter().next().map(|error| error.message),
        first: request.cursor.is_none(),
        page: Page { items: items.collect(), next_cursor: found.next_cursor },
    })
}

/// Changes somebody's expense. Admins only.
#[server(prefix = "/api/page", endpoint = "oversight/edit", client = super::Browser, output = super::Json)]
pub async fn edit_expense_of(
    user: UserId,
    id: ExpenseId,
    version: u32,
    #[server(default)] date: String,
    #[server(default)] what: String,
    #[server(default)] category_id: String,
    #[server(default)] note: String,
    #[server(default)] amount: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::{
        domain::{
            filter::AmountStyle,
            form::{ExpenseFields, Reading},
        },
        server::{clock, oversight},
    };
    let (caller, app) = (reply::caller()?, reply::app());
    let fields = ExpenseFields {
        amount: Some(&amount),
        what: Some(&what),
        date: Some(&date),
        category_id: Some(&category_id),
        note: Some(&note),
    };
    let style = AmountStyle::Typed(caller.user.locale);
    let edit = |owner: &crate::domain::User| {
        let reading = Reading { currency: owner.currency, style, today: clock::today(&owner.time_zone) };
        Ok(fields.edit(reading)?)
    };
    // What an admin corrects is never refused for the balance.
    let (_, outcome) = oversight::edit(&app, &caller, (id, Some(user)), edit, (Some(version), true)).await?;
    Ok(told(outcome, &next))
}

/// Deletes somebody's expense. Admins only.
#[server(prefix = "/api/page", endpoint = "oversight/delete", client = super::Browser, output = super::Json)]
pub async fn delete_expense_of(user: UserId, id: ExpenseId, version: u32, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::server::oversight;
    let (_, outcome) = oversight::delete(&reply::app(), &reply::caller()?, (id, Some(user)), Some(version)).await?;
    Ok(told(outcome, &next))
}

/// The undo is the owner's; the summary speaks to them, so the admin reads another.
#[cfg(feature = "ssr")]
fn told(outcome: crate::domain::Outcome, next: &str) -> Done {
    use super::reply;
    let done = Done { undoable: false, ..outcome.into() };
    reply::notice(&done.summary, None);
    if !next.is_empty() {
        reply::go_to(next);
    }
    done
}

/// An entry of the audit log, and when it was made where the reader lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    pub entry: Entry,
    /// Whose journal it is in, or whom it is about; `None`: they are gone for good, or nobody is known.
    pub owner: Option<String>,
    pub kind: Option<About>,
    /// Of what is no change: the request that caused it, as the log calls it.
    pub request_id: Option<String>,
    pub day: Day,
    /// `14:05`.
    pub time: String,
}

/// A part of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    pub first: bool,
    pub filtered: bool,
    pub page: Page<AuditLine>,
}

/// Entries of everybody's journals, and what bears on security, as the page's address asks for them, newest first. Admins only.
#[server(prefix = "/api/page", endpoint = "oversight/audit", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_audit(#[server(default)] query: String) -> Answer<Audit> {
    use super::reply;
    use crate::{
        domain::{Cursor, Problem, audit::AuditFilter, page::PageRequest},
        server::audit,
    };
    let (caller, app) = (reply::caller()?, reply::app());
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let asked = AuditFilter::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str()))).map_err(Problem::invalid)?;
    let cursor = pairs.into_iter().find(|(n, v)| n == "cursor" && !v.is_empty()).map(|(_, text)| Cursor(text));
    let request = PageRequest { cursor, ..PageRequest::default() };
    let found = audit::audit(&app, &caller, &asked, &request).await?;
    let items = found.items.into_iter().map(|line| audit_line(&caller, line)).collect();
    let page = Page { items, next_cursor: found.next_cursor };
    Ok(Audit { first: request.cursor.is_none(), filtered: !asked.is_empty(), page })
}

/// An entry as this admin reads it.
#[cfg(feature = "ssr")]
pub(super) fn audit_line(caller: &crate::server::auth::Caller, line: crate::server::audit::Line) -> AuditLine {
    let crate::server::audit::Line { entry, owner, request_id } = line;
    let (day, time) = crate::server::clock::local(entry.at, &caller.user.time_zone);
    AuditLine { kind: About::of(&entry.command), owner: owner.map(|name| name.to_string()), request_id, day, time, entry }
}
