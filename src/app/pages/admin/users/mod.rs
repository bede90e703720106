//! People: find them, and decide who is an admin and who may sign in.

mod ask;
mod table;

use crate::{
    api::people::list_people,
    app::{
        address::Query,
        components::{
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
        },
    },
};
use ask::Question;
use leptos::{
    form::form_data_from_event,
    prelude::*,
    web_sys::{SubmitEvent, UrlSearchParams},
};
use leptos_router::hooks::{use_location, use_navigate};
use table::People;

/// The page's own path.
const PATH: &str = "/admin/users";
/// What in the address asks a question, and about whom.
const ASKS: [&str; 2] = ["ask", "who"];

/// The page.
#[component]
pub fn Users() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let wanted = Memo::new(move |_| query.get().without(&ASKS));
    let data = use_read(move || wanted.with(Query::text), list_people);
    let count = move || data.get().and_then(Result::ok).map(|list| view! { <span class="pill muted">{list.count}</span> });
    view! {
        <Layout title="Users" beside=view! { <Transition>{count}</Transition> }.into_any()>
            <Filters query=wanted/>
            <Loaded
                data
                view=move |list| {
                    let people = list.items.clone();
                    view! {
                        <People list query=wanted/>
                        <Question people query/>
                    }
                }
            />
        </Layout>
    }
}

/// Which people are shown.
const SHOWN: [(&str, &[(&str, &str)]); 4] = [
    ("All", &[]),
    ("Admins", &[("role", "admin")]),
    ("Active", &[("status", "active")]),
    ("Disabled", &[("status", "disabled")]),
];

#[component]
fn Filters(query: Memo<Query>) -> impl IntoView {
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        // Where the form cannot be read, the browser sends it by itself.
        let Ok(data) = form_data_from_event(&event) else { return };
        let Ok(params) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
        event.prevent_default();
        navigate(&Query::parse(&String::from(params.to_string())).link(PATH), Default::default());
    };
    let value = move |name: &'static str| move || query.with(|q| q.get(name).unwrap_or_default().to_owned());
    let link = move |(text, pairs): (&'static str, &'static [(&'static str, &'static str)])| {
        let rest = move || query.get().without(&["role", "status", "cursor"]);
        let href = move || pairs.iter().fold(rest(), |query, (name, value)| query.with(name, value)).link(PATH);
        let current = move || {
            let asked = |name: &str| query.with(|q| q.get(name).map(str::to_owned));
            let wanted = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            ["role", "status"].iter().all(|name| asked(name) == wanted(name)).then_some("true")
        };
        view! { <a href=href aria-current=current>{text}</a> }
    };
    view! {
        <div class="filters people-filters">
            <form class="search" method="get" action=PATH role="search" aria-label="Find people" on:submit=on_submit>
                {["role", "status"].map(|name| {
                    move || query.with(|q| q.get(name).map(|kept| view! { <input type="hidden" name=name value=kept.to_owned()/> }))
                })}
                <Icon kind=IconKind::Search/>
                <input
                    type="search" id="search" name="q" aria-label="Search names" placeholder="Search names" maxlength="200"
                    autocomplete="off" value=value("q") prop:value=value("q")
                />
                <button class="btn small" type="submit">"Search"</button>
            </form>
            <nav class="seg" aria-label="Which people">{SHOWN.map(link).collect_view()}</nav>
        </div>
    }
}
