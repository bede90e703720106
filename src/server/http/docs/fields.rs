//! Schemas in words: what a type is, and of which fields.

use super::{anchor, text};
use crate::server::rest::example::resolved;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The fields of an object, also of one that has a name; of anything else its type. `asked`: which of them are required is said,
/// which is of no use where they are answered.
pub fn fields(schema: &Value, components: &Value, asked: bool) -> AnyView {
    let mut found = Found::default();
    found.gather(schema, components);
    if found.properties.is_empty() {
        return view! { <p class="docs-type">{kind(resolved(schema, components).unwrap_or(schema))}</p> }.into_any();
    }
    let field = |(name, field): (&String, &Value)| {
        let inner = [field, &field["items"]].into_iter().find(|inner| inner["properties"].is_object());
        one(name, field, asked && found.required.contains(name), None, inner.map(|inner| fields(inner, components, asked)))
    };
    view! { <ul class="docs-fields">{found.properties.iter().map(field).collect_view()}</ul> }.into_any()
}

/// One field or parameter, and where it is sent.
pub fn one(name: &str, schema: &Value, required: bool, place: Option<String>, inner: Option<AnyView>) -> AnyView {
    let place = place.map(|place| view! { <span class="docs-place">{place}</span> });
    let must = required.then(|| view! { <span class="docs-must">"required"</span> });
    view! {
        <li>
            <code>{name.to_owned()}</code>
            <span class="docs-type">{kind(schema)}</span>
            {must}
            {place}
            {prose(&schema["description"])}
            {inner}
        </li>
    }
    .into_any()
}

/// What an object has, through its parts.
#[derive(Default)]
struct Found {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Found {
    fn gather(&mut self, schema: &Value, components: &Value) {
        let schema = resolved(schema, components).unwrap_or(schema);
        schema["allOf"].as_array().into_iter().flatten().for_each(|part| self.gather(part, components));
        self.properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
        self.required
            .extend(schema["required"].as_array().into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())));
    }
}

/// A type in words, linked where it has a name.
pub fn kind(schema: &Value) -> AnyView {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return view! { <a class="link" href=format!("#{}", anchor("schema", name))>{name.to_owned()}</a> }.into_any();
    }
    for (name, between) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " with ")] {
        if let Some(parts) = schema[name].as_array() {
            let part = |(n, part): (usize, &Value)| view! { {(n > 0).then_some(between)}{kind(part)} };
            return parts.iter().enumerate().map(part).collect_view().into_any();
        }
    }
    if schema["enum"].is_array() {
        return choices(schema).into_any();
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let limits = limits(schema);
    match types.as_slice() {
        ["array", ..] => view! { "list of "{kind(&schema["items"])}{limits} }.into_any(),
        [""] => "anything".into_any(),
        types => format!("{}{limits}", types.join(" or ")).into_any(),
    }
}

fn choices(schema: &Value) -> AnyView {
    let choices = schema["enum"].as_array().into_iter().flatten();
    let choice = |(n, value): (usize, &Value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), |text| text.escape_debug().to_string());
        view! { {(n > 0).then_some(", ")}<code>{value}</code> }
    };
    choices.enumerate().map(choice).collect_view().into_any()
}

/// What a value must keep to, beside its type.
fn limits(schema: &Value) -> String {
    let value = |name: &str| schema.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let told = [
        ("format", "", ""),
        ("minLength", "", " or more characters"),
        ("maxLength", "at most ", " characters"),
        ("minItems", "", " or more of them"),
        ("maxItems", "at most ", " of them"),
        ("minimum", "from ", ""),
        ("maximum", "up to ", ""),
        ("pattern", "pattern ", ""),
    ];
    told.iter().filter_map(|(name, before, after)| Some(format!(" · {before}{}{after}", value(name)?))).collect()
}

/// Paragraphs; what stands between backticks is code.
pub fn prose(words: &Value) -> AnyView {
    let part = |(n, part): (usize, &str)| match n % 2 {
        0 => part.to_owned().into_any(),
        _ => view! { <code>{part.to_owned()}</code> }.into_any(),
    };
    let paragraph = |words: &str| view! { <p>{words.split('`').enumerate().map(part).collect_view()}</p> };
    text(words).split("\n\n").filter(|words| !words.is_empty()).map(paragraph).collect_view().into_any()
}
