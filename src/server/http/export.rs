//! The page's downloads: what `/api/v1/export` answers, for the person who is signed in.

use super::{Site, problem::Refusal};
use crate::{
    domain::{ExpenseFilter, Problem, filter::AmountStyle},
    server::{
        auth::Caller,
        export::{self, ExportFormat},
    },
};
use axum::{
    Extension,
    extract::{RawQuery, State},
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
    let filter = ExpenseFilter::read(pairs(), user.currency, AmountStyle::Typed(user.locale))?;
    let format = pairs().find(|(name, _)| *name == "format").map_or("", |(_, value)| value);
    let format: ExportFormat = format.parse()?;
    export::answer(site.app.store.clone(), caller, filter, format).await
}
