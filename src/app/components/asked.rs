//! What a list's address asks for: a form behind a button, and what it asked for with its way out. Works without WASM.

use super::{
    here::use_me,
    icon::{Icon, IconKind},
};
use crate::app::address::Query;
use leptos::{html, prelude::*, web_sys::SubmitEvent};
use leptos_router::hooks::use_navigate;

/// A form that asks for days, and for what its children ask.
#[component]
pub fn AskedForm(
    /// The list's page.
    path: &'static str,
    /// What it is about, for screen readers.
    label: &'static str,
    query: Memo<Query>,
    /// What else the address asks for, and keeps asking.
    #[prop(optional)]
    kept: Option<&'static str>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let navigate = use_navigate();
    let panel: NodeRef<html::Details> = NodeRef::new();
    let on_submit = move |event: SubmitEvent| {
        let Some(asked) = Query::of_form(&event) else { return };
        event.prevent_default();
        if let Some(panel) = panel.get_untracked() {
            panel.set_open(false);
        }
        navigate(&asked.link(path), Default::default());
    };
    let value = move |name: &'static str| move || query.with(|q| q.get(name).unwrap_or_default().to_owned());
    let day = move |(name, text): (&'static str, &'static str)| {
        let id = format!("asked-{name}");
        view! {
            <div class="field">
                <label for=id.clone()>{text}</label>
                <input class="input" type="date" id=id name=name value=value(name) prop:value=value(name)/>
            </div>
        }
    };
    let also = kept.map(|name| {
        move || query.with(|q| q.get(name).map(|kept| view! { <input type="hidden" name=name value=kept.to_owned()/> }))
    });
    view! {
        <details class="asked" node_ref=panel>
            <summary class="btn"><Icon kind=IconKind::Filter/><span>"Filter"</span></summary>
            <form class="card asked-panel" method="get" action=path role="search" aria-label=label on:submit=on_submit>
                {also}
                {children.map(|children| children())}
                {[("from", "From"), ("to", "To")].map(day).collect_view()}
                <div class="form-actions">
                    <button class="btn primary" type="submit">"Show"</button>
                    <a class="btn ghost" href=path>"Clear"</a>
                </div>
            </form>
        </details>
    }
}

/// One part of what was asked for; the link asks without it.
#[component]
pub fn AskedChip(text: String, href: String) -> impl IntoView {
    view! {
        <a class="chip" href=href>
            <span class="chip-text"><span class="sr-only">"Remove the filter: "</span><bdi>{text}</bdi></span>
            <Icon kind=IconKind::Close/>
        </a>
    }
}

/// The days that were asked for.
#[component]
pub fn AskedDays(path: &'static str, query: Memo<Query>) -> impl IntoView {
    let me = use_me();
    move || {
        let (query, locale) = (query.get(), me.with(|me| me.user.locale));
        let day = |name: &str| query.get(name).and_then(|day| day.parse().ok()).map(|day| locale.day(day));
        let text = match (day("from"), day("to")) {
            (Some(from), Some(to)) if from == to => Some(from),
            (Some(from), Some(to)) => Some(format!("{from} – {to}")),
            (Some(from), None) => Some(format!("From {from}")),
            (None, Some(to)) => Some(format!("Until {to}")),
            (None, None) => None,
        };
        let href = query.clone().without(&["from", "to", "cursor", "entry"]).link(path);
        text.map(|text| view! { <AskedChip text href/> })
    }
}
