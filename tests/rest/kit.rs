//! What the tests of REST share.

use crate::common::{PASSWORD, Program, Server};
pub use crate::common::{all, balance, fund};
use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};

/// A server with an admin `admin` and a person `ana`, and ana's program.
pub async fn ana() -> (Server, Program) {
    let server = Server::start().await;
    with_admin(&server);
    let ana = person(&server, "ana").await;
    (server, ana)
}

/// Makes the first admin, and with them the categories to start with.
pub fn with_admin(server: &Server) {
    let (status, out, err) = server.cli(&["admin", "create", "admin", "--password-stdin"], &format!("{PASSWORD}\n"));
    assert!(status.success(), "{out}{err}");
}

/// Somebody new, and a program that may do everything they may.
pub async fn person(server: &Server, username: &str) -> Program {
    server.create_user(username).await;
    server.program_of(username).await
}

/// Records an expense, whatever the balance.
pub async fn spend(program: &Program, amount: &str, what: &str, date: &str) -> Value {
    let body = json!({"amount": amount, "what": what, "date": date, "allow_overdraft": true});
    let (status, answer) = program.post("/api/v1/expenses", &body).await;
    assert_eq!(status, 201, "{answer}");
    answer
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The path of what an answer made.
pub fn path_of(kind: &str, made: &Value) -> String {
    format!("/api/v1/{kind}/{}", text(&made["id"]))
}

/// Any request with this body and content type.
pub fn raw(program: &Program, method: Method, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    program.request(method, path).header(header::CONTENT_TYPE, kind).body(body)
}

/// Asserts that an answer is this problem, complete in form; answers it.
#[track_caller]
pub fn problem((status, body): (u16, Value), expected: u16, code: &str) -> Value {
    assert_eq!((status, body["code"].as_str().unwrap_or("")), (expected, code), "{body}");
    assert_eq!(body["status"], json!(expected), "{body}");
    for field in ["type", "title", "detail", "request_id"] {
        assert!(body[field].as_str().is_some_and(|t| !t.is_empty()), "no {field}: {body}");
    }
    body
}

/// Asserts a 422 about one field; answers the field's code.
#[track_caller]
pub fn refused((status, body): (u16, Value), field: &str) -> String {
    assert_eq!(status, 422, "{body}");
    let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {body}"));
    let error = errors.iter().find(|e| e["field"] == field).unwrap_or_else(|| panic!("not about {field}: {body}"));
    assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{body}");
    text(&error["code"])
}
