//! One operation: what it takes, what it answers, and how to call it.

use super::{
    curl,
    fields::{fields, kind, one, prose},
    text,
};
use leptos::prelude::*;
use serde_json::Value;

/// An operation of the document.
#[derive(Clone, Copy)]
pub struct Operation<'d> {
    pub path: &'d str,
    pub method: &'static str,
    /// What the document says of it.
    pub told: &'d Value,
    /// Of the document.
    pub components: &'d Value,
}

impl Operation<'_> {
    /// The scope that it needs; `None`: anybody may call it.
    pub fn scope(&self) -> Option<&str> {
        self.told["security"][0]["bearer"][0].as_str()
    }

    pub fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.told["parameters"].as_array().into_iter().flatten()
    }

    /// What is sent with it, by content type.
    pub fn bodies(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.told["requestBody"]["content"].as_object().into_iter().flatten()
    }

    /// The call that is shown.
    pub fn example(&self, base: &str) -> String {
        curl::call(self, base)
    }

    /// Opened by its line, so that a part can be looked over.
    pub fn view(&self, base: &str) -> AnyView {
        let method = self.method.to_uppercase();
        let scope = self.scope().map_or_else(|| "public".to_owned(), |scope| format!("scope {scope}"));
        view! {
            <details class="docs-operation" id=text(&self.told["operationId"]).to_owned()>
                <summary>
                    <h3><span class=format!("docs-method {}", self.method)>{method}</span>" "<code>{self.path.to_owned()}</code></h3>
                    <span class="docs-summary">{text(&self.told["summary"]).trim_end_matches('.').to_owned()}</span>
                    <span class="pill muted">{scope}</span>
                </summary>
                <div class="docs-told">
                    {prose(&self.told["description"])}
                    {self.taken()}
                    {self.sent()}
                    <h4>"Answers"</h4>
                    {self.answers()}
                    <h4>"By curl"</h4>
                    <pre class="docs-code"><code>{self.example(base)}</code></pre>
                </div>
            </details>
        }
        .into_any()
    }

    fn taken(&self) -> Option<AnyView> {
        let parameter = |parameter: &Value| {
            let place = text(&parameter["in"]);
            let mut schema = parameter["schema"].clone();
            let own = text(&parameter["description"]);
            let own = if own.is_empty() { text(&schema["description"]).to_owned() } else { own.to_owned() };
            if let Some(fields) = schema.as_object_mut() {
                fields.insert("description".to_owned(), own.into());
            }
            one(text(&parameter["name"]), &schema, parameter["required"] == true, Some(format!("in the {place}")), None)
        };
        self.parameters().next()?;
        let all = self.parameters().map(parameter).collect_view();
        Some(view! { <h4>"Parameters"</h4><ul class="docs-fields">{all}</ul> }.into_any())
    }

    fn sent(&self) -> AnyView {
        let body = |(content, body): (&String, &Value)| {
            let schema = &body["schema"];
            let named = schema["$ref"].is_string().then(|| view! { ", "{kind(schema)} });
            view! {
                <h4>"Body"</h4>
                <p class="docs-type">{content.clone()}{named}</p>
                {fields(schema, self.components, true)}
            }
        };
        self.bodies().map(body).collect_view().into_any()
    }

    fn answers(&self) -> AnyView {
        let answer = |(status, told): (&String, &Value)| {
            let content = told["content"].as_object().into_iter().flatten();
            let body = |(content, body): (&String, &Value)| {
                let schema = &body["schema"];
                // A problem has the same fields everywhere, and a section of its own.
                let told = (content == "application/json").then(|| fields(schema, self.components, false));
                view! { <p class="docs-type">{content.clone()}", "{kind(schema)}</p>{told} }
            };
            view! {
                <li>
                    <code>{status.clone()}</code>
                    {prose(&told["description"])}
                    {content.map(body).collect_view()}
                </li>
            }
        };
        let answers = self.told["responses"].as_object().into_iter().flatten();
        view! { <ul class="docs-fields">{answers.map(answer).collect_view()}</ul> }.into_any()
    }
}
