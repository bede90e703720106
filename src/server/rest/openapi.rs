//! The OpenAPI 3.1 document: what the routes say of themselves, and here what holds for all of them.

use super::{
    problem::{FieldErrorBody, ProblemBody},
    reply::ROOT,
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
        (name = "imports", description = "Statements of a bank"),
        (name = "journal", description = "Every change, and undo"),
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
    components["schemas"]["Period"] = period();
    components["schemas"]["Mapping"] = mapping();
    components["schemas"]["MappingChoice"] = mapping_choice();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    document
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
    let versioned = ["/expenses/{id}", "/funds/{id}", "/categories/{id}", "/me"].contains(&path);
    if versioned && matches!(method, "patch" | "delete") {
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

fn period() -> Value {
    json!({ "oneOf": [
        {
            "type": "object",
            "description": "A calendar month, from a start day.",
            "required": ["kind", "start_day"],
            "additionalProperties": false,
            "properties": {
                "kind": { "type": "string", "enum": ["month"] },
                "start_day": { "oneOf": [
                    { "type": "integer", "minimum": 1, "maximum": 28 },
                    { "type": "string", "enum": ["last_working_day"] },
                ] },
            },
        },
        {
            "type": "object",
            "description": "Two or four weeks, counted from a payday.",
            "required": ["kind", "anchor", "weeks"],
            "additionalProperties": false,
            "properties": {
                "kind": { "type": "string", "enum": ["weeks"] },
                "anchor": { "type": "string", "format": "date" },
                "weeks": { "type": "integer", "enum": [2, 4] },
            },
        },
    ] })
}

/// A mapping of which every part may be left out.
fn mapping_choice() -> Value {
    let mut choice = mapping();
    choice["description"] =
        "What is left out is detected, or stays as it was. Columns count from 0; null means that there is none.".into();
    choice["required"] = json!([]);
    choice
}

fn mapping() -> Value {
    let column = json!({ "type": ["integer", "null"], "minimum": 0 });
    let needed = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "description": "How a statement is read. Columns count from 0; null means that there is none.",
        "required": [
            "delimiter", "decimal_comma", "date", "day_order", "amount", "what", "note", "category", "currency", "reference",
        ],
        "additionalProperties": false,
        "properties": {
            "delimiter": { "type": "string", "enum": [",", ";", "\t"] },
            "decimal_comma": { "type": "boolean" },
            "date": column,
            "day_order": { "enum": ["ymd", "dmy", "mdy", null], "description": "Null when it cannot be told." },
            "amount": { "oneOf": [
                { "type": "null" },
                {
                    "type": "object",
                    "description": "One signed column; `negate` when expenses are positive in it.",
                    "required": ["kind", "column"],
                    "additionalProperties": false,
                    "properties": { "kind": { "enum": ["signed"] }, "column": needed, "negate": { "type": "boolean" } },
                },
                {
                    "type": "object",
                    "description": "One column for money out, one for money in.",
                    "required": ["kind", "debit", "credit"],
                    "additionalProperties": false,
                    "properties": { "kind": { "enum": ["debit_credit"] }, "debit": needed, "credit": needed },
                },
                {
                    "type": "object",
                    "description": "One unsigned column, and one that says debit or credit.",
                    "required": ["kind", "column", "direction"],
                    "additionalProperties": false,
                    "properties": { "kind": { "enum": ["marked"] }, "column": needed, "direction": needed },
                },
            ] },
            "what": { "type": "array", "items": needed, "description": "The columns joined to say what it was." },
            "note": column,
            "category": column,
            "currency": column,
            "reference": column,
        },
    })
}
