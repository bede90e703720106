//! Calls by curl that run as they stand in a shell, once the token is in `OUTLAY_TOKEN`. What stands in a path is set in the
//! lines before.

use super::{operation::Operation, text};
use crate::server::rest::example;
use serde_json::Value;

/// The lines to type.
pub fn call(operation: &Operation<'_>, base: &str) -> String {
    let parameters = |place: &'static str| {
        let of = move |parameter: &&Value| parameter["in"] == place && parameter["required"] == true;
        operation.parameters().filter(of).map(|parameter| {
            let value = example::of(&parameter["schema"], operation.components);
            (text(&parameter["name"]), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
    };
    let mut path = operation.path.to_owned();
    let mut lines = String::new();
    for (name, value) in parameters("path") {
        let variable = name.to_uppercase();
        path = path.replace(&format!("{{{name}}}"), &format!("${variable}"));
        lines.push_str(&format!("{variable}={}\n", quoted(&value)));
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters("query") {
        query.append_pair(name, &value);
    }
    let query = query.finish();
    let url = if query.is_empty() { format!("{base}{path}") } else { format!("{base}{path}?{query}") };
    lines.push_str(&format!("curl {}", if path.contains('$') { format!("\"{url}\"") } else { quoted(&url) }));
    let mut next = |text: &str| lines.push_str(&format!(" \\\n  {text}"));
    let sends = operation.bodies().next().is_some();
    match operation.method {
        "get" => {}
        "post" if sends => {}
        method => next(&format!("-X {}", method.to_uppercase())),
    }
    if operation.scope().is_some() {
        next("-H \"Authorization: Bearer $OUTLAY_TOKEN\"");
    }
    for (kind, body) in operation.bodies() {
        let fields = body["example"].as_object().into_iter().flatten();
        match kind.as_str() {
            "application/json" => {
                next("-H 'Content-Type: application/json'");
                next(&format!("-d {}", quoted(&body["example"].to_string())));
            }
            "multipart/form-data" => next("-F 'file=@statement.csv'"),
            _ => {
                fields.for_each(|(name, value)| next(&format!("--data-urlencode {}", quoted(&format!("{name}={}", text(value))))))
            }
        }
    }
    lines
}

/// As a shell reads it: itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_call_is_what_a_shell_runs() {
        let components = json!({});
        let of = |method, path, told: &Value| {
            call(&Operation { path, method, told, components: &components }, "http://localhost:3000/api/v1")
        };
        let told = json!({
            "security": [{ "bearer": ["write"] }],
            "requestBody": { "content": { "application/json": { "example": { "what": "Ada's lunch" } } } },
        });
        assert_eq!(
            of("post", "/expenses", &told),
            "curl 'http://localhost:3000/api/v1/expenses' \\\n  -H \"Authorization: Bearer $OUTLAY_TOKEN\" \\\n  \
             -H 'Content-Type: application/json' \\\n  -d '{\"what\":\"Ada'\\''s lunch\"}'"
        );
        let parameters = json!([
            { "name": "id", "in": "path", "required": true, "schema": { "type": "string", "example": "x" } },
            { "name": "from", "in": "query", "required": true, "schema": { "type": "string", "format": "date" } },
            { "name": "to", "in": "query", "required": false, "schema": { "type": "string" } },
        ]);
        assert_eq!(
            of("delete", "/funds/{id}", &json!({ "security": [{}], "parameters": parameters })),
            "ID='x'\ncurl \"http://localhost:3000/api/v1/funds/$ID?from=2026-11-01\" \\\n  -X DELETE"
        );
        let form =
            json!({ "requestBody": { "content": { "application/x-www-form-urlencoded": { "example": { "token": "t" } } } } });
        assert!(of("post", "/oauth/revoke", &form).ends_with("/oauth/revoke' \\\n  --data-urlencode 'token=t'"));
    }
}
