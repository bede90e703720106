//! Which token may call which route: every cell of the matrix, from the document's own list.

use crate::{
    common::{Program, Server},
    kit::{ana, problem, with_admin},
};
use reqwest::Method;
use serde_json::{Value, json};

/// Method, path and the scope it needs (`None`: public) of every operation.
pub fn operations(document: &Value) -> Vec<(Method, String, Option<String>)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let scope = operation["security"][0]["bearer"][0].as_str().map(str::to_owned);
            found.push((method, format!("/api/v1{path}"), scope));
        }
    }
    found
}

/// A request with an id that is nobody's, and a body that nobody accepts.
fn probe(program: &Program, method: &Method, path: &str) -> reqwest::RequestBuilder {
    let path = path.replace("{id}", "019a0000-0000-7000-8000-000000000000").replace("{seq}", "999999");
    let request = program.request(method.clone(), &path);
    if *method == Method::GET || *method == Method::DELETE { request } else { request.json(&json!({"no such field": 1})) }
}

#[tokio::test]
async fn s22_s33_a_token_may_call_what_its_scope_says_and_nothing_else() {
    let server = Server::start().await;
    with_admin(&server);
    let anybody = server.program("x");
    let document: Value = anybody
        .http
        .get(format!("{}/api/v1/openapi.json", server.url))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let operations = operations(&document);
    assert!(operations.len() >= 35, "{}", operations.len());
    let tokens = [
        ("read", server.program(&server.personal_token("admin", "read").await)),
        ("write", server.program(&server.personal_token("admin", "write").await)),
        ("import", server.program(&server.personal_token("admin", "import").await)),
        ("admin", server.program(&server.personal_token("admin", "admin").await)),
        ("account", server.program(&server.access_token("admin", "account").await)),
    ];
    let public = ["/api/v1/oauth/token", "/api/v1/oauth/revoke", "/api/v1/users", "/api/v1/openapi.json"];
    for (method, path, needed) in &operations {
        assert_eq!(needed.is_none(), public.contains(&path.as_str()), "{path} states its rule");
        let Some(needed) = needed else { continue };
        let asked = path.replace("{id}", "019a0000-0000-7000-8000-000000000000").replace("{seq}", "1");
        let anonymous = anybody.http.request(method.clone(), format!("{}{asked}", server.url));
        problem(Program::answer(anonymous).await, 401, "unauthenticated");
        problem(Program::answer(probe(&anybody, method, path)).await, 401, "invalid_token");
        for (scope, program) in &tokens {
            let answer = Program::answer(probe(program, method, path)).await;
            if scope == needed {
                assert!(answer.0 != 401 && answer.0 != 403 && answer.0 < 500, "{scope} {method} {path}: {answer:?}");
            } else {
                problem(answer, 403, "insufficient_scope");
            }
        }
    }
}

#[tokio::test]
async fn s37_a_user_is_no_admin_whatever_the_token_says() {
    let (_server, ana) = ana().await;
    let answer = ana.post("/api/v1/categories", &json!({"name": "Mine"})).await;
    assert_eq!(answer.0, 403, "{answer:?}");
    let read = ana.request(Method::GET, "/api/v1/me").send().await.expect("an answer");
    assert_eq!(read.status(), 200);
}
