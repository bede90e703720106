//! The upload, and the statements of before. The form is a plain one: a file goes no other way without WASM.

use super::{PATH, count};
use crate::{
    api::imports::DatedImport,
    app::{
        address::Query,
        components::{
            here::{use_form_id, use_here, use_me},
            icon::{Icon, IconKind},
        },
    },
    domain::import::ImportState,
};
use leptos::prelude::*;

const UPLOAD: &str = "/import/upload";

/// Chooses a file; dropping it on the field does too.
#[component]
pub fn Upload() -> impl IntoView {
    let here = use_here();
    let id = use_form_id("upload");
    let sent = RwSignal::new(false);
    let refused = here.flash.with_untracked(|flash| flash.as_ref().filter(|f| f.action == UPLOAD).map(|f| f.problem.clone()));
    let wrong = refused.is_some();
    view! {
        <form
            class="card upload" method="post" action=UPLOAD enctype="multipart/form-data" aria-labelledby="upload-title"
            on:submit=move |event| if sent.get_untracked() { event.prevent_default() } else { sent.set(true) }
        >
            <header><h2 id="upload-title">"Read a statement of your bank"</h2></header>
            <input type="hidden" name="id" value=move || id.get().to_string()/>
            <div class="field">
                <label for="upload-file">"CSV file"</label>
                <input
                    class="drop" type="file" id="upload-file" name="file" required accept=".csv,.tsv,.txt,text/csv,text/plain"
                    aria-describedby="upload-hint upload-error" aria-invalid=wrong.then_some("true")
                />
                <p class="field-hint" id="upload-hint">
                    "Choose the file or drop it here. Nothing enters your account before you have seen every row."
                </p>
                <p class="field-error" id="upload-error" role="alert">{refused.map(|problem| problem.detail)}</p>
            </div>
            <div class="form-actions">
                <button
                    class="btn primary" type="submit" aria-disabled=move || sent.get().then_some("true")
                    aria-busy=move || sent.get().then_some("true")
                >
                    <Icon kind=IconKind::Import/>
                    <span>{move || if sent.get() { "Reading the statement…" } else { "Read the statement" }}</span>
                </button>
            </div>
            <ul class="upload-facts">
                <li>"Columns, decimal sign and the order of day and month are found by themselves; what cannot be told is asked."</li>
                <li>"What you imported before is recognised, so statements may overlap."</li>
                <li>"Comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252; up to 10 MiB and 100,000 rows."</li>
            </ul>
        </form>
    }
}

/// Statements of before, newest first.
#[component]
pub fn Earlier(list: Vec<DatedImport>) -> impl IntoView {
    if list.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="card earlier" aria-labelledby="earlier-title">
            <header><h2 id="earlier-title">"Your statements"</h2></header>
            <ul>{list.into_iter().map(|dated| view! { <One dated/> }).collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn One(dated: DatedImport) -> impl IntoView {
    let DatedImport { import, day } = dated;
    let locale = use_me().with_untracked(|me| me.user.locale);
    let (class, state) = match import.state {
        ImportState::Preview => ("pill warn", "Not added yet".to_owned()),
        ImportState::Committed => ("pill up", format!("{} added", count(import.added, "entry", "entries"))),
        ImportState::Reverted => ("pill muted", "Taken out".to_owned()),
    };
    view! {
        <li>
            <a class="statement" href=Query::default().with("id", &import.id.to_string()).link(PATH)>
                <Icon kind=IconKind::File/>
                <bdi class="what">{import.file_name}</bdi>
                <time class="sub num" datetime=day.to_string()>{locale.day(day)}</time>
                <span class=class>{state}</span>
            </a>
        </li>
    }
}
