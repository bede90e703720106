//! `/api/docs`: the OpenAPI document for people. It is rendered from that document on the server alone, so it is as true as the
//! document is, works without scripts and costs the page's WASM nothing.

mod curl;
mod fields;
mod operation;

use super::{
    Site,
    forms::{see_other, sign_in_path},
    plain,
};
use crate::{
    app::components::layout::Mark,
    domain::Scope,
    server::{auth::Caller, rest},
};
use axum::{Extension, extract::State, response::Response};
use fields::{fields, prose};
use http::StatusCode;
use leptos::prelude::*;
use operation::Operation;
use serde_json::Value;

/// Where it is.
pub const PATH: &str = "/api/docs";
/// The order in which the methods of a path are shown.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /api/docs`. To the sign-in page without a session, and back after it.
pub async fn docs(State(site): State<Site>, caller: Option<Extension<Caller>>) -> Response {
    if caller.is_none() {
        return see_other(&sign_in_path(PATH));
    }
    let page = page(&rest::document(), &site.app.config.base_url);
    plain::document(&site, StatusCode::OK, "API", &["app.css", "docs.css"], page)
}

fn page(document: &Value, origin: &str) -> AnyView {
    let base = format!("{origin}{}", text(&document["servers"][0]["url"]));
    let tags = || document["tags"].as_array().into_iter().flatten();
    let entry = |tag: &Value| view! { <li>{to(anchor("part", text(&tag["name"])), &titled(text(&tag["name"])))}</li> };
    let part = |tag: &Value| {
        let (name, about) = (text(&tag["name"]).to_owned(), text(&tag["description"]).to_owned());
        let all = operations(document, &name).map(|one| one.view(&base)).collect_view();
        let id = anchor("part", &name);
        view! {
            <section class="card docs-part" aria-labelledby=id.clone()>
                <header><h2 id=id.clone()>{titled(&name)}</h2><p>{about}</p></header>
                {all}
            </section>
        }
    };
    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        <div class="docs">
            <header class="docs-side">
                <a class="brand" href="/"><Mark/><span>"Outlay"</span></a>
                <nav aria-label="Parts of the API">
                    <ul>
                        <li>{to("start".to_owned(), "How to begin")}</li>
                        {tags().map(entry).collect_view()}
                        <li>{to("schemas".to_owned(), "Schemas")}</li>
                    </ul>
                </nav>
            </header>
            <main id="main" tabindex="-1">
                <h1>"API"</h1>
                {start(document, origin, &base)}
                {tags().map(part).collect_view()}
                {schemas(document)}
            </main>
        </div>
    }
    .into_any()
}

/// What holds for all operations, and the way to a first call.
fn start(document: &Value, origin: &str, base: &str) -> AnyView {
    let scope = |scope: Scope| view! { <li><code>{scope.as_str()}</code><p>{scope.promise()}</p></li> };
    let first = operations(document, "people").find(|one| (one.method, one.path) == ("get", "/me")).map(|one| one.example(base));
    view! {
        <section class="card docs-part" aria-labelledby="start">
            <header><h2 id="start">"How to begin"</h2></header>
            {prose(&document["info"]["description"])}
            <p>
                "Every path below stands after " <code>{base.to_owned()}</code> ". The same for programs: "
                <a class="link" href=format!("{base}/openapi.json")>"openapi.json"</a>
                {format!(" (OpenAPI {}, version {}).", text(&document["openapi"]), text(&document["info"]["version"]))}
            </p>
            <h3>"With a token of your own"</h3>
            <p>
                "Make one in your " <a class="link" href="/settings#tokens">"Settings"</a>
                " and put it where the examples find it. It is sent in the header Authorization, never in an address."
            </p>
            <pre class="docs-code"><code>"export OUTLAY_TOKEN='outlay_pat_…'"</code></pre>
            {first.map(|first| view! { <pre class="docs-code"><code>{first}</code></pre> })}
            <h3>"For other people"</h3>
            <p>
                "A program that is used by others asks each of them (authorization code with PKCE). An admin registers it; where it then asks is in "
                <a class="link" href=format!("{origin}/.well-known/oauth-authorization-server")>"the server’s metadata"</a> "."
            </p>
            <h3>"What a token may do"</h3>
            <ul class="docs-fields">{Scope::ALL.map(scope).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// The operations of a tag, by path.
fn operations<'d>(document: &'d Value, tag: &str) -> impl Iterator<Item = Operation<'d>> {
    let components = &document["components"];
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(move |(path, item)| {
        let of = |method: &'static str| item.get(method).map(|told| Operation { path, method, told, components });
        METHODS.into_iter().filter_map(of).collect::<Vec<_>>()
    });
    all.filter(move |one| one.told["tags"][0] == tag)
}

fn schemas(document: &Value) -> AnyView {
    let components = &document["components"];
    let one = |(name, schema): (&String, &Value)| {
        view! {
            <div class="docs-schema">
                <h3 id=anchor("schema", name)>{name.clone()}</h3>
                {prose(&schema["description"])}
                {fields(schema, components, true)}
            </div>
        }
    };
    view! {
        <section class="card docs-part" aria-labelledby="schemas">
            <header><h2 id="schemas">"Schemas"</h2><p>"What has a name in the answers and bodies above"</p></header>
            {components["schemas"].as_object().into_iter().flatten().map(one).collect_view()}
        </section>
    }
    .into_any()
}

fn to(id: String, name: &str) -> AnyView {
    view! { <a class="nav" href=format!("#{id}")>{name.to_owned()}</a> }.into_any()
}

/// A name as a title.
fn titled(name: &str) -> String {
    if name == "oauth" {
        return "OAuth".to_owned();
    }
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The DOM id of what has a name.
fn anchor(kind: &str, name: &str) -> String {
    format!("{kind}-{name}")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
