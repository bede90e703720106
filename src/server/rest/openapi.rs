//! The OpenAPI 3.1 document: what the routes say of themselves, and here what holds for all of them.

use super::{
    example,
    problem::{FieldErrorBody, ProblemBody},
    reply::ROOT,
    schema,
};
use serde_json::{Value, json};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "Outlay", description = INTRODUCTION, license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")),
    components(schemas(ProblemBody, FieldErrorBody)),
    tags(
        (name = "oauth", description = "Access tokens (RFC 6749, RFC 7009)"),
        (name = "tokens", description = "Personal access tokens"),
        (name = "people", description = "Users, the own profile and sessions"),
        (name = "categories", description = "What expenses are sorted into"),
        (name = "funds", description = "Money added to the balance"),
        (name = "expenses", description = "Money spent"),
        (name = "trash", description = "What was deleted, and putting it back"),
        (name = "filters", description = "Filters of the expenses under a name"),
        (name = "budgets", description = "What is meant to be spent"),
        (name = "recurring", description = "What comes again and again"),
        (name = "imports", description = "Statements of a bank"),
        (name = "reports", description = "Where the money went"),
        (name = "export", description = "Everything out again"),
        (name = "journal", description = "Every change, and undo"),
        (name = "admin", description = "People, for admins"),
        (name = "document", description = "This document"),
    )
)]
pub struct Frame;

const INTRODUCTION: &str = "Amounts are decimal strings in the account's currency, days are YYYY-MM-DD, instants are RFC 3339 in UTC. \
Every POST takes `Idempotency-Key`: the same key and body give the same answer for 24 hours. Changeable things carry `version`; \
PATCH and DELETE take it in `If-Match`. Errors are `application/problem+json` with a stable `code`.";

/// The finished document, from what the routes collected.
pub fn document(collected: &utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(collected).unwrap_or_else(|e| {
        tracing::error!(%e, "the OpenAPI document cannot be written");
        json!({})
    });
    document["servers"] = json!([{ "url": ROOT }]);
    let components = &mut document["components"];
    components["securitySchemes"] = json!({ "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A personal access token, or an access token of `/oauth/token`. Each operation names the scope it needs.",
    }});
    for (name, schema) in schema::components() {
        components["schemas"][name] = schema;
    }
    let components = document["components"].clone();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
            show_a_request(operation, &components);
        }
    }
    document
}

/// Gives the bodies that an operation takes an example each, which no file has.
fn show_a_request(operation: &mut Value, components: &Value) {
    let bodies = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
    for (kind, body) in bodies.into_iter().flatten() {
        if kind != "multipart/form-data" && body["example"].is_null() {
            body["example"] = example::of(&body["schema"], components);
        }
    }
}

/// Adds to an operation what its method, path and scope imply.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let scope = operation["security"][0]["bearer"][0].as_str().map(str::to_owned);
    if let Some(scope) = &scope {
        let text = operation["description"].as_str().map(|d| format!("{d}\n\n")).unwrap_or_default();
        operation["description"] = format!("{text}Needs the scope `{scope}`.").into();
    }
    let header = |name: &str, schema: Value, text: &str| json!({ "name": name, "in": "header", "required": false, "schema": schema, "description": text });
    let mut headers = Vec::new();
    if method == "post" {
        let key = json!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" });
        headers.push(header("Idempotency-Key", key, "Makes a retry safe for 24 hours."));
    }
    let versioned = [
        "/expenses/{id}",
        "/funds/{id}",
        "/categories/{id}",
        "/budgets",
        "/budgets/{id}",
        "/filters/{id}",
        "/recurring/{id}",
        "/me",
        "/admin/users/{id}",
    ];
    if versioned.contains(&path) && matches!(method, "patch" | "put" | "delete") {
        let version = json!({ "type": "string", "pattern": "^(\\*|\"[1-9][0-9]{0,8}\")$", "example": "\"3\"" });
        headers.push(header(
            "If-Match",
            version,
            "The version that is to be changed; 409 `version_conflict` when it is another.",
        ));
    }
    if !headers.is_empty() {
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.extend(headers),
            None => operation["parameters"] = headers.into(),
        }
    }
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if response["description"].as_str().unwrap_or("").is_empty() {
            let text = match status.as_str() {
                "201" => "Made",
                "204" => "Done; there is nothing to say",
                "400" | "401" => "Refused, as RFC 6749 §5.2 writes it",
                _ => "Done",
            };
            response["description"] = text.into();
        }
    }
    let mut answer = |status: &str, text: &str| {
        let responses = &mut operation["responses"];
        if responses[status].is_null() {
            let schema = json!({ "$ref": "#/components/schemas/Problem" });
            responses[status] = json!({ "description": text, "content": { "application/problem+json": { "schema": schema } } });
        }
    };
    if scope.is_some() {
        answer("401", "No token, or one that has ended");
        answer("403", "The token lacks the scope, or the user the role");
    }
    if path.contains('{') {
        answer("404", "Absent, or somebody else's");
    }
    if method != "get" {
        answer("409", "In conflict with what is there");
        answer("422", "A value that cannot be accepted");
    }
    answer("429", "Too many requests; see `Retry-After`");
    answer("default", "Any other problem");
}
