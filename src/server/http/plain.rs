//! Pages that need nothing but a style sheet: no script, no app. For when the app cannot or must not render, and for what no
//! browser should have to fetch it for.

use super::Site;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;

/// A document around `body`, with these files of ours as its style sheets.
pub fn document(site: &Site, status: StatusCode, title: &str, styles: &[&str], body: AnyView) -> Response {
    let assets = site.assets.prefix();
    let style = |name: &&str| view! { <link rel="stylesheet" href=format!("{assets}/{name}")/> };
    let html = view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <title>{format!("{title} · Outlay")}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="dark"/>
                {styles.iter().map(style).collect_view()}
                <link rel="icon" href=format!("{assets}/icon.svg") type="image/svg+xml"/>
            </head>
            <body>{body}</body>
        </html>
    };
    let mut response = (status, Body::from(html.to_html())).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// A message in the shape of the app's `CardPage`.
pub fn message(
    site: &Site,
    status: StatusCode,
    title: &str,
    text: &str,
    small: Option<&str>,
    link: Option<(&'static str, &'static str)>,
) -> Response {
    let link = link.map(|(to, name)| view! { <p class="door-foot"><a class="btn primary wide" href=to>{name}</a></p> });
    let small = small.map(|small| view! { <p class="door-foot">{small.to_owned()}</p> });
    let body = view! {
        <main class="door" id="main">
            <section class="door-card">
                <h1>{title.to_owned()}</h1>
                <p class="door-lead">{text.to_owned()}</p>
                {link}
                {small}
            </section>
        </main>
    };
    document(site, status, title, &["app.css", "pages.css"], body.into_any())
}
