//! The filter of the expenses. Its parts stand in the address: each is a chip that opens a form which asks by address,
//! so it works without WASM too; with it, what is chosen holds at once.

mod chips;
mod panels;
mod saved;
mod search;
mod wrong;

use super::PATH;
use crate::{app::address::Query, domain::FieldError};
use chips::Chips;
pub use chips::in_words;
use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, HtmlElement, HtmlFormElement, SubmitEvent},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use saved::Saved;
use search::Search;
pub use wrong::Wrong;

/// A form in a popover; what is chosen there holds at once.
const PANEL: &str = "[popover]";

/// The search and the chips.
#[component]
pub fn Filters(query: Memo<Query>) -> impl IntoView {
    let ask = use_ask(query);
    let on_submit = move |event: SubmitEvent| {
        let Some(asked) = Query::of_form(&event) else { return };
        event.prevent_default();
        if event.submitter().is_some()
            && let Some(panel) = closest::<HtmlElement>(&event, PANEL)
        {
            // It can only fail on one that is closed already.
            let _ = panel.hide_popover();
        }
        ask.run((asked, false));
    };
    let on_change = move |event: Event| {
        if closest::<Element>(&event, PANEL).is_some()
            && let Some(form) = closest::<HtmlFormElement>(&event, "form")
        {
            // It can only fail on a form that is gone again.
            let _ = form.request_submit();
        }
    };
    view! {
        <div class="filters" role="search" aria-label="Filter the expenses" on:submit=on_submit on:change=on_change>
            <Search query ask/>
            <Saved query/>
            <Chips query/>
        </div>
    }
}

fn closest<T: JsCast>(event: &Event, selector: &str) -> Option<T> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()??.dyn_into().ok()
}

/// Goes to what is asked for, unless it is shown already; `true`: in the place of what is shown.
fn use_ask(query: Memo<Query>) -> Callback<(Query, bool)> {
    let navigate = use_navigate();
    Callback::new(move |(asked, replace): (Query, bool)| {
        let asked = asked.without(&["cursor"]);
        if query.with_untracked(|now| now.text() != asked.text()) {
            navigate(&asked.link(PATH), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        }
    })
}

/// What the rest of the filter is, in a form that asks for some parts anew.
#[component]
fn Rest(
    query: Memo<Query>,
    /// The form's own.
    own: &'static [&'static str],
) -> impl IntoView {
    let kept = Memo::new(move |_| query.get().without(own).without(&["cursor"]));
    move || {
        let hidden = |(name, value): (&str, &str)| {
            view! { <input type="hidden" name=name.to_owned() value=value.to_owned()/> }
        };
        kept.with(|kept| kept.pairs().filter(|(_, value)| !value.is_empty()).map(hidden).collect_view())
    }
}
