//! What of requests is kept for the audit log beside their line in the log (S57): that somebody asked for what they may not, that
//! data went out, that another site sent something.

use super::{Site, cookies, origin::is_safe, problem::Refusal};
use crate::{
    domain::{Code, Problem, UserId, audit::Event},
    server::{App, auth::Client},
};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, header};

/// Put into an answer: what is to be noted of whoever gets it.
#[derive(Clone, Copy)]
pub struct Note(pub Event);

impl Note {
    /// Of a refusal for want of a role or a scope.
    pub fn of(problem: &Problem) -> Option<Self> {
        matches!(problem.code, Code::Forbidden | Code::InsufficientScope).then_some(Self(Event::Denied))
    }
}

/// To somebody who is no admin, what is the admins' is as if it were not there.
pub fn hidden() -> Response {
    let mut response = Refusal(Problem::not_found()).into_response();
    response.extensions_mut().insert(Note(Event::Denied));
    response
}

/// What was asked, and from where.
pub struct Asked {
    client: Client,
    method: Method,
    path: Option<MatchedPath>,
}

impl Asked {
    pub fn of(request: &Request) -> Option<Self> {
        let client = request.extensions().get::<Client>()?.clone();
        Some(Self { client, method: request.method().clone(), path: request.extensions().get().cloned() })
    }

    /// The pattern of the path: what stands in a path may be a secret (S58).
    fn target(&self) -> String {
        let path = self.path.as_ref().map_or("an address that is not there", MatchedPath::as_str);
        format!("{} {path}", self.method)
    }

    /// Notes what is to be noted of an answer to `who`.
    pub fn answered(self, app: &App, who: UserId, response: &mut Response) {
        let note = response.extensions_mut().remove::<Note>();
        if let Some(Note(what)) = note.or_else(|| Note::of(response.extensions().get::<Problem>()?)) {
            app.auth.note_asked(what, Some(who), &self.client, self.target());
        }
    }
}

/// Around the checks of where a request comes from: notes what they refuse, and whose browser was made to send it.
pub async fn cross_site(State(site): State<Site>, request: Request, next: Next) -> Response {
    let Some(asked) = Asked::of(&request).filter(|asked| !is_safe(&asked.method)) else { return next.run(request).await };
    let cookie = cookies::read(request.headers(), cookies::session_name(&site.app.config)).map(ToOwned::to_owned);
    let sender = sender(request.headers());
    let response = next.run(request).await;
    if response.extensions().get::<Problem>().is_some_and(|problem| problem.code == Code::CrossSite) {
        let auth = &site.app.auth;
        let who = match cookie {
            // Whom it was tried on is worth knowing and no more: if that cannot be found now, it is noted without.
            Some(cookie) => auth.by_cookie_unused(&cookie).await.ok().flatten().map(|caller| caller.user.id),
            None => None,
        };
        let by = sender.map(|sender| format!(" by {sender}")).unwrap_or_default();
        auth.note_asked(Event::CrossSite, who, &asked.client, format!("{}{by}", asked.target()));
    }
    response
}

/// The site that sent a request, as its browser says.
fn sender(headers: &HeaderMap) -> Option<String> {
    let origin = headers.get(header::ORIGIN)?.to_str().ok()?;
    let is_site = origin.len() <= 200 && origin.starts_with("http") && origin.bytes().all(|b| b.is_ascii_graphic());
    is_site.then(|| origin.to_owned())
}
