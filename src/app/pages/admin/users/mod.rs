//! People: find them, invite others, and decide who is an admin, who may sign in and who goes.

pub mod ask;
pub mod table;

use crate::{
    api::people::list_people,
    app::{
        address::Query,
        components::{
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
            tabs::Tabs,
        },
        pages::admin::{PEOPLE_TABS, handed::Handed},
    },
};
use ask::{Invite, Question};
use leptos::{prelude::*, web_sys::SubmitEvent};
use leptos_router::hooks::{use_location, use_navigate};
use table::People;

/// The page's own path.
pub const PATH: &str = "/admin/users";
/// What in the address asks a question, and about whom.
pub const ASKS: [&str; 2] = ["ask", "who"];

/// The page.
#[component]
pub fn Users() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let wanted = Memo::new(move |_| query.get().without(&ASKS));
    let data = use_read(move || wanted.with(Query::text), list_people);
    let count = move || data.get().and_then(Result::ok).map(|list| view! { <span class="pill muted">{list.count}</span> });
    let invite = move || query.get().with("ask", "invite").link(PATH);
    let actions = view! {
        <a class="btn primary" href=invite data-noscroll="true"><Icon kind=IconKind::Plus/><span>"Invite user"</span></a>
    };
    view! {
        <Layout title="Users" beside=view! { <Transition>{count}</Transition> }.into_any() actions=actions.into_any()>
            <Tabs label="People" tabs=&PEOPLE_TABS/>
            <Handed/>
            <Filters query=wanted/>
            <Loaded
                data
                view=move |list| {
                    let (people, sign_up, kept_days) = (list.items.clone(), list.sign_up, list.kept_days);
                    view! {
                        <People list query=wanted/>
                        <Question people query kept_days path=PATH.to_owned()/>
                        <Invite query sign_up/>
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
        let Some(asked) = Query::of_form(&event) else { return };
        event.prevent_default();
        navigate(&asked.link(PATH), Default::default());
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
