//! What recurs: server functions.

use super::{Answer, done::Done};
use crate::domain::{Day, Recurring, RecurringId};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The person's recurring entries, in the order in which they were added.
#[server(prefix = "/api/page", endpoint = "recurring/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_recurring() -> Answer<Vec<Recurring>> {
    use super::reply;
    let caller = reply::caller()?;
    Ok(reply::app().store.recurring(caller.user.id).await?)
}

/// Adds what recurs. `id` is the page's own for the new entry, and makes a retry safe.
#[server(prefix = "/api/page", endpoint = "recurring/add", client = super::Browser, output = super::Json)]
pub async fn add_recurring(
    id: RecurringId,
    #[server(default)] kind: String,
    #[server(default)] amount: String,
    #[server(default)] what: String,
    #[server(default)] category_id: String,
    #[server(default)] note: String,
    #[server(default)] mode: String,
    #[server(default)] every: String,
    #[server(default)] unit: String,
    #[server(default)] on: String,
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] count: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{
        Command, Problem,
        recurring::{RecurringFields, ScheduleFields},
    };
    reply::command(async {
        let caller = reply::caller()?;
        let reading = reply::reading(&caller);
        let asked = [&kind, &amount, &what, &category_id, &note, &mode, &every, &unit, &on, &from, &until, &count];
        let retry = reply::retry(&id.to_string(), &[&["recurring"][..], &asked.map(String::as_str)[..]].concat());
        let [kind, amount, what, category_id, note, mode, every, unit, on, from, until, count] =
            asked.map(|text| Some(text.as_str()));
        let schedule = Some(ScheduleFields { every, unit, on, from, until, count });
        let fields = RecurringFields { kind, amount, what, note, category_id, mode, schedule, paused: None };
        let draft = fields.draft(reading).map_err(Problem::invalid)?;
        reply::run(&caller, Some(retry), Command::AddRecurring { id, draft, today: reading.today }, &next).await
    })
    .await
}

/// Changes what recurs from now on; the person saw it in `version`.
#[server(prefix = "/api/page", endpoint = "recurring/edit", client = super::Browser, output = super::Json)]
pub async fn edit_recurring(
    id: RecurringId,
    version: u32,
    #[server(default)] amount: String,
    #[server(default)] what: String,
    #[server(default)] category_id: String,
    #[server(default)] note: String,
    #[server(default)] mode: String,
    #[server(default)] every: String,
    #[server(default)] unit: String,
    #[server(default)] on: String,
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] count: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{
        Command, Problem,
        recurring::{RecurringFields, ScheduleFields},
    };
    reply::command(async {
        let caller = reply::caller()?;
        let reading = reply::reading(&caller);
        let [amount, what, category_id, note, mode, every, unit, on, from, until, count] =
            [&amount, &what, &category_id, &note, &mode, &every, &unit, &on, &from, &until, &count]
                .map(|text| Some(text.as_str()));
        let schedule = Some(ScheduleFields { every, unit, on, from, until, count });
        let fields = RecurringFields { kind: None, amount, what, note, category_id, mode, schedule, paused: None };
        let edit = fields.edit(reading).map_err(Problem::invalid)?;
        let command = Command::EditRecurring { id, edit, today: reading.today, version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// Pauses what recurs, or goes on with it.
#[server(prefix = "/api/page", endpoint = "recurring/pause", client = super::Browser, output = super::Json)]
pub async fn pause_recurring(
    id: RecurringId,
    version: u32,
    #[server(default)] paused: bool,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, recurring::RecurringEdit};
    reply::command(async {
        let caller = reply::caller()?;
        let edit = RecurringEdit { paused: Some(paused), ..RecurringEdit::default() };
        let today = reply::reading(&caller).today;
        reply::run(&caller, None, Command::EditRecurring { id, edit, today, version: Some(version) }, &next).await
    })
    .await
}

/// Leaves out a day, or turns down what waits.
#[server(prefix = "/api/page", endpoint = "recurring/skip", client = super::Browser, output = super::Json)]
pub async fn skip_recurring(id: RecurringId, day: Day, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        reply::run(&caller, None, Command::SkipRecurring { id, day: Some(day) }, &next).await
    })
    .await
}

/// Records what comes on a day now, or what waits.
#[server(prefix = "/api/page", endpoint = "recurring/post", client = super::Browser, output = super::Json)]
pub async fn post_recurring(id: RecurringId, day: Day, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let today = reply::reading(&caller).today;
        reply::run(&caller, None, Command::PostRecurring { id, day: Some(day), today }, &next).await
    })
    .await
}

/// Deletes what recurs; what is recorded of it stays.
#[server(prefix = "/api/page", endpoint = "recurring/delete", client = super::Browser, output = super::Json)]
pub async fn delete_recurring(id: RecurringId, version: u32, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        reply::run(&caller, None, Command::DeleteRecurring { id, version: Some(version) }, &next).await
    })
    .await
}
