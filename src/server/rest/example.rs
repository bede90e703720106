//! Examples of requests, made from the schemas: by their own examples, and what has none by its type. So they follow the schemas.

use serde_json::{Map, Value, json};

/// A value that fits a schema: its own example where it has one. Of an object, what is required, and what has an example of
/// its own; where that is nothing, the first field. `components` are the document's.
pub fn of(schema: &Value, components: &Value) -> Value {
    if let Some(own) = own(schema) {
        return own.clone();
    }
    if let Some(named) = resolved(schema, components) {
        return of(named, components);
    }
    if let Some(all) = schema["allOf"].as_array() {
        let parts = all.iter().filter_map(|part| of(part, components).as_object().cloned());
        return parts.fold(Map::new(), |all, part| all.into_iter().chain(part).collect()).into();
    }
    let choices = ["oneOf", "anyOf"].iter().find_map(|name| schema[*name].as_array()).into_iter().flatten();
    if let Some(choice) = choices.into_iter().find(|choice| choice["type"] != "null") {
        return of(choice, components);
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match kind(schema) {
        "object" => object(schema, components),
        "array" => json!([of(&schema["items"], components)]),
        "boolean" => json!(true),
        "integer" | "number" => schema["minimum"].as_i64().map_or_else(|| json!(1), |least| json!(least)),
        "string" => text(schema["format"].as_str()),
        _ => Value::Null,
    }
}

/// The schema that this one is a reference to.
pub fn resolved<'d>(schema: &Value, components: &'d Value) -> Option<&'d Value> {
    Some(&components["schemas"][schema["$ref"].as_str()?.rsplit('/').next()?])
}

/// The first of its types that is not null.
pub fn kind(schema: &Value) -> &str {
    let named = schema["type"].as_array().into_iter().flatten().find(|kind| *kind != "null").unwrap_or(&schema["type"]);
    named.as_str().unwrap_or_default()
}

fn own(schema: &Value) -> Option<&Value> {
    schema.get("example").or_else(|| schema["examples"].get(0))
}

fn object(schema: &Value, components: &Value) -> Value {
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
    let fields: Vec<_> = schema["properties"].as_object().into_iter().flatten().collect();
    let told = |(name, field): &&(&String, &Value)| required(name) || own(field).is_some();
    let mut chosen: Vec<_> = fields.iter().filter(told).collect();
    if chosen.is_empty() {
        chosen.extend(fields.first());
    }
    chosen.into_iter().map(|(name, field)| ((*name).clone(), of(field, components))).collect::<Map<_, _>>().into()
}

fn text(format: Option<&str>) -> Value {
    json!(match format {
        Some("date") => "2026-11-01",
        Some("date-time") => "2026-11-01T12:00:00Z",
        Some("uuid") => "019a0000-0000-7000-8000-000000000000",
        _ => "text",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_what_is_required_and_what_has_one() {
        let components = json!({ "schemas": { "Amount": { "type": "string", "examples": ["12.50"] } } });
        let amount = json!({ "$ref": "#/components/schemas/Amount" });
        let schema = json!({
            "type": "object",
            "required": ["amount", "on"],
            "properties": {
                "amount": amount,
                "on": { "type": ["string", "null"], "format": "date" },
                "note": { "type": "string" },
                "month": { "type": "string", "example": "2026-11" },
                "kinds": { "type": "array", "items": { "enum": ["a", "b"] } },
            },
        });
        assert_eq!(of(&schema, &components), json!({ "amount": "12.50", "on": "2026-11-01", "month": "2026-11" }));
        let optional = json!({ "type": "object", "properties": { "amount": amount } });
        assert_eq!(of(&optional, &components), json!({ "amount": "12.50" }));
        let either = json!({ "oneOf": [{ "type": "null" }, { "type": "array", "items": { "type": "integer", "minimum": 2 } }] });
        assert_eq!(of(&either, &components), json!([2]));
        assert_eq!(
            of(&json!({ "allOf": [optional, { "type": "object", "properties": { "x": { "type": "boolean" } } }] }), &components),
            json!({ "amount": "12.50", "x": true })
        );
        assert_eq!(of(&json!({ "example": { "own": 1 }, "type": "object" }), &components), json!({ "own": 1 }));
    }
}
