//! What these tests say often.

use crate::common::Server;
use reqwest::{Method, Response, header};
use serde_json::Value;

pub const WRONG: &str = "not the right one at all";
/// Answers to whoever is signed in.
pub const DEVICES: &str = "/api/page/session/devices";
pub const SIGN_IN: &str = "/api/page/session/sign-in";

/// Tries to sign in from the page.
pub async fn try_sign_in(server: &Server, username: &str, password: &str) -> Response {
    server.visitor().call(SIGN_IN, &[("username", username), ("password", password)]).await
}

/// Posts a form to the token endpoint: status and answer.
pub async fn token_endpoint(server: &Server, form: &[(&str, &str)]) -> (u16, Value) {
    let answer = server.visitor().http.post(format!("{}/api/v1/oauth/token", server.url)).form(form).send().await;
    let answer = answer.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

/// Seconds of `Retry-After`.
pub fn retry_after(answer: &Response) -> Option<u64> {
    answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

/// A problem's body without what differs by request.
pub async fn body(answer: Response) -> Value {
    let mut body: Value = answer.json().await.expect("JSON");
    strip(&mut body);
    body
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("request_id");
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// The value of the session's cookie after a sign-in.
pub async fn session_cookie(server: &Server, username: &str) -> String {
    let answer = try_sign_in(server, username, crate::common::PASSWORD).await;
    assert_eq!(answer.status(), 200);
    let cookies = crate::common::set_cookies(&answer);
    let cookie = cookies.iter().find_map(|cookie| cookie.strip_prefix("outlay=")).expect("a session");
    cookie.split(';').next().expect("a value").to_owned()
}

/// True when a browser that sends just this cookie is signed in.
pub async fn is_signed_in(server: &Server, cookie: &str) -> bool {
    let request = server.visitor().request(Method::POST, DEVICES).header(header::COOKIE, format!("outlay={cookie}"));
    match request.header(header::ACCEPT, "application/json").send().await.expect("an answer").status().as_u16() {
        200 => true,
        401 => false,
        status => panic!("{status}"),
    }
}
