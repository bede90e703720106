//! The search field: asks as one types, once there is a pause.

use super::{PATH, Rest};
use crate::{
    app::{
        address::Query,
        components::icon::{Icon, IconKind},
        effect::effect,
        keys::{Group, use_key},
        pages::row::focus,
    },
    domain::filter::MAX_SEARCH,
};
use leptos::{html, prelude::*};
use std::time::Duration;

/// How long nothing is typed before it is searched.
const PAUSE: Duration = Duration::from_millis(200);

#[component]
pub(super) fn Search(query: Memo<Query>, ask: Callback<(Query, bool)>) -> impl IntoView {
    use_key("/", "Search", Group::Page, || focus("search"));
    let input: NodeRef<html::Input> = NodeRef::new();
    let q = Memo::new(move |_| query.with(|q| q.get("q").unwrap_or_default().to_owned()));
    let typed = StoredValue::new(q.get_untracked());
    // What another page of the history asks for; never what is being typed.
    effect(move || {
        let now = q.get();
        if typed.try_get_value().is_some_and(|typed| typed.trim() != now.trim())
            && let Some(input) = input.get_untracked()
        {
            input.set_value(&now);
            typed.set_value(now);
        }
    });
    let mut search = debounce(PAUSE, move |text: String| ask.run((query.get_untracked().with("q", &text), true)));
    view! {
        <form class="search" method="get" action=PATH>
            <Rest query own=&["q"]/>
            <Icon kind=IconKind::Search/>
            <input
                type="search" id="search" name="q" aria-label="Search what, notes and amounts" placeholder="Search what, notes and amounts" maxlength=MAX_SEARCH
                autocomplete="off" enterkeyhint="search" dir="auto" value=q.get_untracked() node_ref=input
                on:input:target=move |event| {
                    let text = event.target().value();
                    typed.set_value(text.clone());
                    search(text);
                }
            />
            <kbd class="key-hint" aria-hidden="true">"/"</kbd>
        </form>
    }
}
