//! A statement that was added, and one that was taken out again.

use super::{PATH, count};
use crate::{
    api::imports::RevertImport,
    app::{
        address::Query,
        components::{
            amount::Amount,
            form::{CommandForm, FormError, Submit, use_command},
            here::use_me,
            icon::{Icon, IconKind},
        },
    },
    domain::import::PreviewPage,
};
use leptos::prelude::*;

/// What was added, where it is now, and the way back.
#[component]
pub fn Added(page: PreviewPage) -> impl IntoView {
    let me = use_me();
    let preview = page.preview;
    let id = preview.id.to_string();
    let expenses = Query::default().with("import_id", &id).link("/expenses");
    let revert = use_command::<RevertImport>();
    let rest = [
        (preview.counts.duplicate, "already in the account"),
        (preview.counts.ignored, "left out"),
        (preview.counts.error, "with an error, not added"),
    ];
    view! {
        <section class="card done" aria-labelledby="done-title">
            <span class="done-mark"><Icon kind=IconKind::Check/></span>
            <h2 id="done-title">{format!("{} added", count(page.added, "entry", "entries"))}</h2>
            <p class="muted">"from "<bdi>{preview.file_name}</bdi></p>
            <ul class="done-rest">
                {rest
                    .into_iter()
                    .filter(|(number, _)| *number > 0)
                    .map(|(number, text)| view! { <li>{format!("{} {text}", count(number, "row", "rows"))}</li> })
                    .collect_view()}
            </ul>
            <p class="done-balance">"Balance "<b>{move || view! { <Amount money=me.get().balance/> }}</b></p>
            <div class="form-actions">
                <a class="btn primary" href=expenses>"Show its expenses"</a>
                <a class="btn" href=PATH>"Import another"</a>
                <CommandForm action=revert id="revert" class="row-form" about=vec![("id", id)] key="key">
                    <Submit class="btn ghost danger">"Take it out again"</Submit>
                    <FormError/>
                </CommandForm>
            </div>
        </section>
    }
}

/// Nothing of it is in the account any more.
#[component]
pub fn TakenOut(page: PreviewPage) -> impl IntoView {
    view! {
        <section class="card done" aria-labelledby="done-title">
            <span class="done-mark off"><Icon kind=IconKind::Undo/></span>
            <h2 id="done-title">"Taken out again"</h2>
            <p class="muted">
                "Nothing of "<bdi>{page.preview.file_name}</bdi>" is in your account. To add it after all, upload the file again."
            </p>
            <div class="form-actions">
                <a class="btn primary" href=PATH>"Import a statement"</a>
            </div>
        </section>
    }
}
