//! One person: what is known of them, and what can be done.

use super::{
    PEOPLE_TABS,
    handed::Handed,
    users::{ASKS, PATH, ask::Question, table::initials},
};
use crate::{
    api::people::{PersonKnown, PersonRow, one_person},
    app::{
        address::Query,
        components::{empty::Refused, here::use_me, layout::Layout, read::use_read, tabs::Tabs},
        pages::not_found::NothingHere,
    },
    domain::{Code, Role, Status},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

/// The page.
#[component]
pub fn OneUser() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let data = use_read(move || id.get(), one_person);
    let shown = move || {
        Suspend::new(async move {
            match data.await {
                Ok(found) => view! { <Shown found query/> }.into_any(),
                Err(problem) if problem.code == Code::NotFound => {
                    view! { <NothingHere href=PATH text="Show everybody"/> }.into_any()
                }
                Err(problem) => view! { <Layout title="User"><Refused problem/></Layout> }.into_any(),
            }
        })
    };
    view! {
        <div class="loaded">
            <Transition fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{shown}</Transition>
        </div>
    }
}

#[component]
fn Shown(found: PersonKnown, query: Memo<Query>) -> impl IntoView {
    let PersonKnown { row, kept_days } = found;
    let people = vec![row.clone()];
    let person = row.person.clone();
    let path = format!("{PATH}/{}", person.id);
    view! {
        <Layout title=person.display_name.to_string()>
            <Tabs label="People" tabs=&PEOPLE_TABS/>
            <Handed/>
            <Facts row=row.clone()/>
            <Actions row path=path.clone()/>
            <Question people query kept_days path/>
        </Layout>
    }
}

#[component]
fn Facts(row: PersonRow) -> impl IntoView {
    let PersonRow { person, joined, seen, this, leaves } = row;
    let locale = use_me().with_untracked(|me| me.user.locale);
    let role = if person.role == Role::Admin { "Admin" } else { "User" };
    let status = match (person.status, leaves) {
        (_, Some(day)) => format!("Leaving: gone after {day}, unless they sign in again"),
        (Status::Active, None) => "Can sign in".to_owned(),
        (Status::Disabled, None) => "Disabled".to_owned(),
    };
    let facts = [
        ("Username", person.username.to_string()),
        ("Role", role.to_owned()),
        ("Sign-in", status),
        ("Joined", joined),
        ("Last seen", seen),
        ("Expenses", locale.group(&person.expenses.to_string())),
    ];
    view! {
        <section class="card one-user" aria-label="What is known">
            <p class="person">
                <span class="avatar" aria-hidden="true">{initials(&person)}</span>
                <span class="person-name">
                    <bdi class="what">{person.display_name.to_string()}</bdi>
                    {this.then(|| view! { <span class="sub">" · you"</span> })}
                </span>
            </p>
            <dl class="known-facts">
                {facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
            </dl>
            <p class="form-actions">
                <a class="btn" href=format!("/admin/expenses?user={}", person.username)>"Their expenses"</a>
                <a class="btn" href=format!("/admin/audit?user={}", person.username)>"What happened to them"</a>
                <a class="btn" href=format!("/admin/audit?actor={}", person.username)>"What they did"</a>
            </p>
        </section>
    }
}

#[component]
fn Actions(row: PersonRow, path: String) -> impl IntoView {
    let PersonRow { person, this, .. } = row;
    let change = if person.role == Role::Admin { ("demote", "Make user") } else { ("promote", "Make admin") };
    let active = person.status == Status::Active;
    let status = if active { ("disable", "Disable…") } else { ("enable", "Enable…") };
    let reset = (active && !this).then_some(("reset", "Reset link…"));
    let asks = [Some(change), Some(("sign-out", "Sign out everywhere…")), reset, Some(status), Some(("delete", "Delete…"))];
    let who = person.id.to_string();
    let button = move |(ask, text): (&'static str, &'static str)| {
        let href = Query::default().with(ASKS[0], ask).with(ASKS[1], &who).link(&path);
        let class = if ask == "delete" { "btn danger" } else { "btn" };
        view! { <a class=class href=href data-noscroll="true">{text}</a> }
    };
    view! {
        <section class="card" aria-labelledby="one-user-actions">
            <header><h2 id="one-user-actions">"What can be done"</h2></header>
            <div class="form-actions">{asks.into_iter().flatten().map(button).collect_view()}</div>
        </section>
    }
}
