//! What a server function leaves for the layer that answers plain forms, and where it finds its caller.

use super::{Answer, boot::Notice};
use crate::{
    domain::{Code, Command, Outcome, Problem, filter::AmountStyle, form::Reading},
    server::{
        App,
        auth::{Caller, Client},
        clock,
        ledger::Retry,
    },
};
use http::request::Parts;
use leptos::prelude::{expect_context, use_context};
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
pub async fn command(work: impl Future<Output = Answer<Outcome>>) -> Answer<Outcome> {
    let outcome = work.await?;
    notice(&outcome.summary, outcome.undoable.then_some(outcome.seq));
    Ok(outcome)
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

/// Applies a command; done, a plain form goes on to `next` (blank: back).
pub async fn run(caller: &Caller, retry: Option<Retry>, command: Command, next: &str) -> Answer<Outcome> {
    let outcome = app().ledger.execute(caller, retry, command).await?;
    if !next.is_empty() {
        go_to(next);
    }
    Ok(outcome)
}
