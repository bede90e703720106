//! What a server function leaves for the layer that answers plain forms, and where it finds its caller.

use super::{Answer, boot::Notice, done::Done, session::Step};
use crate::{
    domain::{
        Code, Command, ExpenseFilter, FieldError, Outcome, Problem,
        filter::{AmountStyle, Asker},
        form::Reading,
    },
    server::{
        App,
        auth::{Caller, Client, Entered},
        clock,
        http::{cookies, path},
        ledger::Retry,
    },
};
use http::{StatusCode, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};

/// Put into the request's extensions by `http::forms`; read back when the server function is done.
#[derive(Clone, Debug, Default)]
pub struct FormReply(pub Arc<Mutex<Reply>>);

/// How a plain form is to be answered.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub problem: Option<Problem>,
    pub notice: Option<Notice>,
    /// A secret that was just made, for the next page only.
    pub shown_once: Option<String>,
    /// A same-origin path to go to instead of back.
    pub location: Option<String>,
}

fn with_reply(change: impl FnOnce(&mut Reply)) {
    let reply = use_context::<Parts>().and_then(|parts| parts.extensions.get::<FormReply>().cloned());
    if let Some(reply) = reply
        && let Ok(mut reply) = reply.0.lock()
    {
        change(&mut reply);
    }
}

/// The process's parts.
pub fn app() -> App {
    expect_context::<App>()
}

/// The caller the session layer found, or 401.
pub fn caller() -> Answer<Caller> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned()).ok_or_else(session_ended)
}

/// 401 for the page.
pub fn session_ended() -> Problem {
    Problem::new(Code::Unauthenticated, "Your session has ended. Sign in again; what you typed is still here.")
}

/// Where the request came from.
pub fn client() -> Answer<Client> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Client>().cloned()).ok_or_else(Problem::internal)
}

/// How the caller writes amounts and days.
pub fn reading(caller: &Caller) -> Reading {
    let user = &caller.user;
    Reading { currency: user.currency, style: AmountStyle::Typed(user.locale), today: clock::today(&user.time_zone) }
}

/// The filter of the expenses that an address asks for by its part after the question mark, as far as it can be; what of it
/// was left out, and why.
pub fn filter(caller: &Caller, query: &str) -> (ExpenseFilter, Vec<FieldError>) {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let asker = Asker::typed(&caller.user, reading(caller).today);
    ExpenseFilter::read_what_can_be(pairs.iter().map(|(name, value)| (&**name, &**value)), asker)
}

/// The idempotency key of a page's form: its hidden id, and what it asked.
pub fn retry(id: &str, asked: &[&str]) -> Retry {
    let mut hash = Sha256::new();
    for part in asked {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let request = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Retry { key: id.to_owned(), request }
}

/// Runs a command: a plain form gets a notice with the entry to undo.
pub async fn command(work: impl Future<Output = Answer<Outcome>>) -> Answer<Done> {
    let outcome = work.await?;
    notice(&outcome.summary, outcome.undoable.then_some(outcome.seq));
    Ok(outcome.into())
}

/// Leaves a notice for the page after a plain form.
pub fn notice(message: &str, undo: Option<u64>) {
    with_reply(|reply| reply.notice = Some(Notice { message: message.to_owned(), undo }));
}

/// Leaves a secret that was just made for the page after a plain form.
pub fn show_once(secret: &str) {
    with_reply(|reply| reply.shown_once = Some(secret.to_owned()));
}

/// Sends a plain form on to a same-origin path instead of back.
pub fn go_to(path: &str) {
    with_reply(|reply| reply.location = Some(path.to_owned()));
}

/// What a right password has come to: the browser gets its session, or the page that asks for the code and then leads to `next`.
pub fn entered(entered: Entered, next: &str) -> Step {
    match entered {
        Entered::In(signed_in) => {
            cookies::set_session_cookie(&signed_in);
            Step::SignedIn
        }
        Entered::Code(halfway) => {
            cookies::set_halfway_cookie(&halfway);
            go_to(&path::code_path(next));
            Step::Code
        }
    }
}

/// The page that is being rendered is one that is not there.
pub fn no_such_page() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::NOT_FOUND);
    }
}

/// Applies a command; done, a plain form goes on to `next` (blank: back).
pub async fn run(caller: &Caller, retry: Option<Retry>, command: Command, next: &str) -> Answer<Outcome> {
    let outcome = app().ledger.execute(caller, retry, command).await?;
    if !next.is_empty() {
        go_to(next);
    }
    Ok(outcome)
}
