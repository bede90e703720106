//! The OpenAPI document: complete, closed, and true.

use crate::{
    common::Server,
    kit::{ana, fund, path_of, spend},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn document(server: &Server) -> Value {
    let answer = server.visitor().http.get(format!("{}/api/v1/openapi.json", server.url)).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "public");
    assert_eq!(answer.headers()["content-type"], "application/json");
    answer.json().await.expect("JSON")
}

/// Every `$ref` below a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(to)) = fields.get("$ref") {
                found.insert(to.clone());
            }
            fields.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_is_whole() {
    let server = Server::start().await;
    let document = document(&server).await;
    assert!(document["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{}", document["openapi"]);
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for to in &found {
        let pointer = to.strip_prefix('#').expect("inside the document");
        assert!(document.pointer(pointer).is_some(), "{to} leads nowhere");
    }
    let expected = [
        "/oauth/token",
        "/oauth/revoke",
        "/tokens",
        "/tokens/{id}",
        "/users",
        "/me",
        "/me/password",
        "/me/leave",
        "/me/sessions",
        "/me/sessions/{id}",
        "/me/activity",
        "/categories",
        "/categories/{id}",
        "/categories/order",
        "/funds",
        "/funds/{id}",
        "/expenses",
        "/expenses/{id}",
        "/expenses/bulk",
        "/expenses/{id}/history",
        "/expenses/{id}/restore",
        "/funds/{id}/restore",
        "/trash",
        "/budgets",
        "/budgets/copy",
        "/budgets/{id}",
        "/filters",
        "/filters/{id}",
        "/recurring",
        "/recurring/{id}",
        "/recurring/{id}/skip",
        "/recurring/{id}/post",
        "/imports",
        "/imports/{id}",
        "/imports/{id}/commit",
        "/imports/{id}/revert",
        "/reports/spending",
        "/reports/balance",
        "/reports/forecast",
        "/export",
        "/journal",
        "/journal/{seq}/undo",
        "/admin/users",
        "/admin/users/{id}",
        "/admin/users/{id}/sign-out",
        "/admin/users/{id}/reset-link",
        "/admin/invites",
        "/admin/deleted-users",
        "/admin/deleted-users/{id}/restore",
        "/admin/expenses",
        "/admin/expenses/{id}",
        "/admin/journal",
        "/admin/settings",
        "/admin/oauth-clients",
        "/admin/oauth-clients/{id}",
        "/openapi.json",
    ];
    let paths: BTreeSet<&str> = document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    assert_eq!(paths, expected.into_iter().collect());

    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().expect("a name");
            assert!(ids.insert(name.to_owned()), "{name} twice");
            assert!(operation["summary"].is_string(), "{name} says what it does");
            let names: Vec<&str> =
                operation["parameters"].as_array().into_iter().flatten().filter_map(|p| p["name"].as_str()).collect();
            assert_eq!(method == "post", names.contains(&"Idempotency-Key"), "{method} {path}");
            for part in path.split('/').filter_map(|p| p.strip_prefix('{')) {
                assert!(names.contains(&part.trim_end_matches('}')), "{path}");
            }
            assert!(operation["responses"]["default"].is_object(), "{method} {path}");
            let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            if let Some(to) = body.as_str() {
                let schema = document.pointer(&to[1..]).expect("a schema");
                assert_eq!(schema["additionalProperties"], json!(false), "{to} takes what it does not list");
            }
        }
    }
}

#[tokio::test]
async fn s40_answers_are_what_the_document_says() {
    let (server, ana) = ana().await;
    let document = document(&server).await;
    fund(&ana, "10.00").await;
    let expense = spend(&ana, "1.00", "Tea", "2026-11-20").await;
    let id = expense["id"].as_str().expect("an id");
    let budget = serde_json::json!({"month": "2026-11", "category_id": null, "amount": "5.00"});
    ana.request(reqwest::Method::PUT, "/api/v1/budgets").json(&budget).send().await.expect("an answer");
    assert_eq!(ana.post("/api/v1/filters", &json!({"name": "Tea", "query": "q=tea"})).await.0, 201);
    for what in ["funds", "expenses"] {
        let made = if what == "funds" {
            ana.post("/api/v1/funds", &json!({"amount": "2.00"})).await.1
        } else {
            spend(&ana, "1.00", "Cake", "2026-11-20").await
        };
        assert_eq!(ana.delete(&path_of(what, &made)).await.0, 204);
    }
    let rent = json!({"amount": "800.00", "what": "Rent", "schedule": {"unit": "month", "on": "last", "from": "2026-11-30"}});
    let (status, rent) = ana.post("/api/v1/recurring", &rent).await;
    assert_eq!(status, 201, "{rent}");
    for (path, template) in [
        ("/trash".to_owned(), "/trash"),
        ("/recurring".to_owned(), "/recurring"),
        (format!("/recurring/{}", rent["id"].as_str().expect("an id")), "/recurring/{id}"),
        ("/reports/forecast".to_owned(), "/reports/forecast"),
        ("/filters".to_owned(), "/filters"),
        ("/me".to_owned(), "/me"),
        ("/expenses".to_owned(), "/expenses"),
        (format!("/expenses/{id}"), "/expenses/{id}"),
        (format!("/expenses/{id}/history"), "/expenses/{id}/history"),
        ("/funds".to_owned(), "/funds"),
        ("/categories".to_owned(), "/categories"),
        ("/journal".to_owned(), "/journal"),
        ("/me/activity".to_owned(), "/me/activity"),
        ("/imports".to_owned(), "/imports"),
        ("/budgets?month=2026-11".to_owned(), "/budgets"),
    ] {
        let (status, body) = ana.get(&format!("/api/v1{path}")).await;
        assert_eq!(status, 200, "{body}");
        let schema = &document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        fits(&document, schema, &body, &path);
    }
    let made = &document["paths"]["/expenses"]["post"]["responses"]["201"]["content"]["application/json"]["schema"];
    fits(&document, made, &expense, "POST /expenses");
}

/// Every field is described, every required one is there, and the types are right.
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    let (mut known, mut required) = (serde_json::Map::new(), Vec::new());
    let schema = collect(document, schema, &mut known, &mut required);
    match value {
        Value::Object(fields) => {
            if schema["oneOf"].is_array() {
                return;
            }
            for (name, value) in fields {
                let described = known.get(name).unwrap_or_else(|| panic!("{place}.{name} is not described"));
                fits(document, described, value, &format!("{place}.{name}"));
            }
            for name in required {
                assert!(fields.contains_key(&name), "{place} lacks {name}");
            }
        }
        Value::Array(items) => items.iter().for_each(|v| fits(document, &schema["items"], v, &format!("{place}[]"))),
        scalar => {
            let kind = match scalar {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "integer",
                _ => "string",
            };
            let kinds = &schema["type"];
            let fits = kinds == kind || kinds.as_array().is_some_and(|k| k.contains(&json!(kind))) || schema["oneOf"].is_array();
            assert!(fits, "{place} is {kind}, described as {schema}");
        }
    }
}

/// Follows references and `allOf`; gathers properties and what is required.
fn collect(document: &Value, schema: &Value, known: &mut serde_json::Map<String, Value>, required: &mut Vec<String>) -> Value {
    let schema = match schema["$ref"].as_str() {
        Some(to) => document.pointer(&to[1..]).expect("a schema").clone(),
        None => schema.clone(),
    };
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(document, part, known, required);
    }
    // null or something: the something
    for part in schema["oneOf"].as_array().into_iter().flatten().filter(|p| p["type"] != "null") {
        if part["$ref"].is_string() {
            collect(document, part, known, required);
        }
    }
    known.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    required.extend(schema["required"].as_array().into_iter().flatten().filter_map(|r| r.as_str().map(str::to_owned)));
    schema
}
