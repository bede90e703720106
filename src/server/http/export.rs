//! The page's downloads: what `/api/v1/export` answers, for the person who is signed in; and the expenses that they selected.

use super::{Site, noted, problem::Refusal};
use crate::{
    domain::{Code, ExpenseFilter, Problem, audit::AuditFilter, command::Selection, filter::Asker, report::Asked},
    server::{
        auth::Caller,
        bulk, clock,
        export::{self, ExportFormat},
        reports,
    },
};
use axum::{
    Extension, Form,
    extract::{RawQuery, State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use form_urlencoded::parse;

/// `GET /export?format=json|csv` and the filter of the expenses' page. To the sign-in page without a session.
pub async fn export(State(site): State<Site>, caller: Option<Extension<Caller>>, RawQuery(query): RawQuery) -> Response {
    let Some(Extension(caller)) = caller else { return Redirect::to("/sign-in").into_response() };
    match file(&site, &caller, &query.unwrap_or_default()).await {
        Ok(file) => file,
        Err(problem) => Refusal(problem).into_response(),
    }
}

async fn file(site: &Site, caller: &Caller, query: &str) -> Result<Response, Problem> {
    let pairs: Vec<_> = parse(query.as_bytes()).collect();
    let pairs = || pairs.iter().map(|(name, value)| (&**name, &**value));
    let user = &caller.user;
    let filter = ExpenseFilter::read(pairs(), Asker::typed(user, clock::today(&user.time_zone)))?;
    let format = pairs().find(|(name, _)| *name == "format").map_or("", |(_, value)| value);
    let format: ExportFormat = format.parse()?;
    export::answer(site.app.store.clone(), caller, filter, format).await
}

/// `GET /reports/export` and the question of the reports' page: its table as CSV. To the sign-in page without a session.
pub async fn report(State(site): State<Site>, caller: Option<Extension<Caller>>, RawQuery(query): RawQuery) -> Response {
    let Some(Extension(caller)) = caller else { return Redirect::to("/sign-in").into_response() };
    match table(&site, &caller, &query.unwrap_or_default()).await {
        Ok(file) => file,
        Err(problem) => Refusal(problem).into_response(),
    }
}

async fn table(site: &Site, caller: &Caller, query: &str) -> Result<Response, Problem> {
    let pairs: Vec<_> = parse(query.as_bytes()).collect();
    let me = site.app.me(caller).await?;
    let asked = Asked::read(pairs.iter().map(|(name, value)| (&**name, &**value)), &me.user, me.today)?;
    let report = reports::spending(&*site.app.store, &me.user, asked).await?;
    export::report(&report, &site.app.store.categories().await?)
}

/// `GET /admin/audit/export` and the filter of the audit log's page. For others than admins it is not there.
pub async fn audit(State(site): State<Site>, caller: Option<Extension<Caller>>, RawQuery(query): RawQuery) -> Response {
    let Some(Extension(caller)) = caller else { return Redirect::to("/sign-in").into_response() };
    if caller.require_admin().is_err() {
        return noted::hidden();
    }
    let query = query.unwrap_or_default();
    let pairs: Vec<_> = parse(query.as_bytes()).collect();
    let answer = match AuditFilter::read(pairs.iter().map(|(name, value)| (&**name, &**value))) {
        Ok(asked) => export::audit(site.app.clone(), caller, asked).await,
        Err(errors) => Err(errors.into()),
    };
    answer.unwrap_or_else(|problem| Refusal(problem).into_response())
}

/// `POST /export`: `format`, and the expenses that the form of the list selects. To the sign-in page without a session.
pub async fn selected(
    State(site): State<Site>,
    caller: Option<Extension<Caller>>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let answer = match (caller, form) {
        (None, _) => return Redirect::to("/sign-in").into_response(),
        (_, Err(_)) => Err(Problem::new(Code::Malformed, "The form could not be read. Reload the page and try again.")),
        (Some(Extension(caller)), Ok(Form(fields))) => rows(&site, &caller, &fields).await,
    };
    answer.unwrap_or_else(|problem| Refusal(problem).into_response())
}

async fn rows(site: &Site, caller: &Caller, fields: &[(String, String)]) -> Result<Response, Problem> {
    let all = |name: &'static str| fields.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.clone());
    let one = |name: &'static str| all(name).next().unwrap_or_default();
    let format: ExportFormat = one("format").parse()?;
    let (ids, filter, count): (Vec<_>, _, _) = (all("ids[]").collect(), one("filter"), one("count"));
    let asked = bulk::Asked { ids: &ids, all: one("all") == "true", filter: &filter, count: &count };
    let store = site.app.store.clone();
    match asked.selection(caller)? {
        Selection::Filter { filter, .. } => export::answer(store, caller, filter, format).await,
        Selection::Ids(ids) => {
            let rows = bulk::rows(&*store, caller.user.id, &ids).await?;
            export::answer_chosen(store, caller, rows, format).await
        }
    }
}
