//! Who is calling: the page's cookie, or a program's bearer token; neither counts in the other's place.

use super::{Site, cookies, noted::Asked, problem::Refusal};
use crate::{
    api::live::EVENTS,
    domain::{Code, Problem},
    server::App,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};

/// For the page and its server functions: the cookie's [`Caller`](crate::server::auth::Caller), if it is alive. A
/// cookie in the second half of its life is replaced, unless the answer itself sets or clears it.
pub async fn by_cookie(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let app = &site.app;
    let name = cookies::session_name(&app.config);
    let Some(value) = cookies::read(request.headers(), name).map(ToOwned::to_owned) else { return next.run(request).await };
    // An open page listens by itself: that is no use of the session.
    let listens = request.uri().path() == EVENTS;
    let asked = Asked::of(&request);
    let found = if listens { app.auth.by_cookie_unused(&value).await } else { app.auth.by_cookie(&value).await };
    let who = match found {
        Ok(Some(caller)) => {
            let who = caller.user.id;
            request.extensions_mut().insert(caller);
            who
        }
        Ok(None) => return next.run(request).await,
        Err(problem) => return Refusal(problem).into_response(),
    };
    let mut response = next.run(request).await;
    if let Some(asked) = asked {
        asked.answered(app, who, &mut response);
    }
    let sets_it =
        |cookie: &HeaderValue| cookie.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="));
    if !listens
        && !response.headers().get_all(header::SET_COOKIE).iter().any(sets_it)
        && let Ok(Some((fresh, max_age))) = app.auth.renewed_cookie(&value)
        && let Some(cookie) = cookies::set(&app.config, name, &fresh, max_age)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// For REST: the token's [`Caller`](crate::server::auth::Caller). A bad token is refused at once; without one the
/// routes decide, and so do the token endpoint's own, whose errors are OAuth's.
pub async fn by_bearer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/oauth/") {
        return next.run(request).await;
    }
    let response = match bearer(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(token)) => match app.auth.by_bearer(&token).await {
            Ok(caller) => {
                let (who, asked) = (caller.user.id, Asked::of(&request));
                request.extensions_mut().insert(caller);
                let mut response = next.run(request).await;
                if let Some(asked) = asked {
                    asked.answered(&app, who, &mut response);
                }
                response
            }
            Err(problem) => Refusal(problem).into_response(),
        },
        Err(problem) => Refusal(problem).into_response(),
    };
    challenge(response)
}

fn bearer(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let unreadable = || Problem::new(Code::Malformed, "Send one header “Authorization: Bearer <token>”.");
    if values.next().is_some() {
        return Err(unreadable());
    }
    let value = value.to_str().map_err(|_| unreadable())?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    Ok(scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned()))
}

/// RFC 6750 §3.
fn challenge(mut response: Response) -> Response {
    let code = response.extensions().get::<Problem>().map(|problem| problem.code);
    let value = match (response.status().as_u16(), code) {
        (401, Some(Code::InvalidToken)) => "Bearer error=\"invalid_token\"",
        (401, _) => "Bearer",
        (403, Some(Code::InsufficientScope)) => "Bearer error=\"insufficient_scope\"",
        _ => return response,
    };
    response.headers_mut().entry(header::WWW_AUTHENTICATE).or_insert(HeaderValue::from_static(value));
    response
}
