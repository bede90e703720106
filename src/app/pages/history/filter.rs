//! The filter of the history: links and a form that ask by address.

use super::PATH;
use crate::{
    app::{
        address::Query,
        components::asked::{AskedChip, AskedDays, AskedForm},
    },
    domain::journal::{Kind, Via},
};
use leptos::prelude::*;

/// What names a place in the list.
const PLACE: [&str; 2] = ["cursor", "entry"];

/// The kinds of changes side by side, the rest of the filter behind a button, and what is filtered with its way out.
#[component]
pub fn Filter(query: Memo<Query>) -> impl IntoView {
    view! {
        <div class="asked-line">
            <Kinds query/>
            <AskedForm path=PATH label="Filter the history" query kept="kind"><Origin query/></AskedForm>
        </div>
        <div class="filter-chips asked-chips">
            <ChosenOrigin query/>
            <AskedDays path=PATH query/>
        </div>
    }
}

#[component]
fn Kinds(query: Memo<Query>) -> impl IntoView {
    let link = move |kind: Option<Kind>| {
        let code = kind.map(Kind::code);
        let current = move || query.with(|q| q.get("kind") == code).then_some("true");
        let href = move || {
            let rest = query.get().without(&PLACE).without(&["kind"]);
            match code {
                Some(code) => rest.with("kind", code).link(PATH),
                None => rest.link(PATH),
            }
        };
        view! { <a href=href aria-current=current>{kind.map_or("All", Kind::label)}</a> }
    };
    view! {
        <nav class="seg" aria-label="Kind of change">
            {std::iter::once(None).chain(Kind::ALL.map(Some)).map(link).collect_view()}
        </nav>
    }
}

/// Where a change came from, as a choice.
fn origin(via: Via) -> &'static str {
    match via {
        Via::Page => "In the browser",
        Via::Api => "By a program",
        Via::Cli => "On the command line",
        Via::Recurring => "As it recurs",
    }
}

#[component]
fn Origin(query: Memo<Query>) -> impl IntoView {
    let option = move |via: Via| {
        let selected = move || query.with(|q| q.get("via") == Some(via.code()));
        view! { <option value=via.code() selected=selected>{origin(via)}</option> }
    };
    view! {
        <div class="field">
            <label for="asked-via">"From where"</label>
            <select
                class="input" id="asked-via" name="via"
                prop:value=move || query.with(|q| q.get("via").unwrap_or_default().to_owned())
            >
                <option value="">"Anywhere"</option>
                {Via::ALL.map(option).collect_view()}
            </select>
        </div>
    }
}

#[component]
fn ChosenOrigin(query: Memo<Query>) -> impl IntoView {
    move || {
        let via = query.with(|q| q.get("via").and_then(|via| via.parse().ok()))?;
        let href = query.get().without(&PLACE).without(&["via"]).link(PATH);
        Some(view! { <AskedChip text=origin(via).to_owned() href/> })
    }
}
