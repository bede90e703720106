//! The rows of people, and what can be done to each.

use super::PATH;
use crate::{
    api::people::{PeopleList, PersonRow},
    app::{
        address::Query,
        components::{
            empty::Empty,
            here::use_me,
            icon::{Icon, IconKind},
        },
    },
    domain::{Role, Status, person::Person},
};
use leptos::{html, prelude::*};

/// The rows of one page of the list, and the way to the next.
#[component]
pub fn People(
    list: PeopleList,
    /// The address without a question.
    query: Memo<Query>,
) -> impl IntoView {
    if list.items.is_empty() {
        let (title, text) = match list.filtered {
            true => ("Nobody matches", "Take a part of the filter away, or look at everybody."),
            false => ("Nobody comes after these", "Go back to the first page."),
        };
        return view! {
            <div class="card">
                <Empty icon=IconKind::Search title text><a class="btn" href=PATH>"Show everybody"</a></Empty>
            </div>
        }
        .into_any();
    }
    let rows = list.items.into_iter().map(move |row| view! { <Row row query/> }).collect_view();
    let first = move || query.get().without(&["cursor"]).link(PATH);
    let next = list.next_cursor.map(|cursor| move || query.get().with("cursor", &cursor.0).link(PATH));
    view! {
        <div class="card table-card">
            <table class="rows steady people">
                <caption class="sr-only">"People by username"</caption>
                <thead>
                    <tr>
                        <th scope="col">"User"</th>
                        <th scope="col" class="col-role">"Role"</th>
                        <th scope="col" class="col-joined">"Joined"</th>
                        <th scope="col" class="col-seen">"Last seen"</th>
                        <th scope="col" class="col-amount r">"Expenses"</th>
                        <th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <nav class="pager" aria-label="Pages">
            {(!list.first).then(|| view! { <a class="btn" href=first>"First page"</a> })}
            {next.map(|href| view! { <a class="btn" rel="next" href=href>"Next page"</a> })}
        </nav>
    }
    .into_any()
}

/// Up to two letters for the avatar.
pub fn initials(person: &Person) -> String {
    let mut words = person.display_name.as_str().split_whitespace().filter_map(|w| w.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[component]
fn Row(row: PersonRow, query: Memo<Query>) -> impl IntoView {
    let PersonRow { person, joined, seen, this, leaves } = row;
    let locale = use_me().with_untracked(|me| me.user.locale);
    let name = person.display_name.to_string();
    let disabled = person.status == Status::Disabled;
    let role = match person.role {
        Role::Admin => view! { <span class="pill accent">"admin"</span> },
        Role::User => view! { <span class="pill muted">"user"</span> },
    };
    let change = if person.role == Role::Admin { ("demote", "Make user") } else { ("promote", "Make admin") };
    view! {
        <tr class=if disabled { "off" } else { "" }>
            <td class="col-what">
                <div class="person">
                    <span class="avatar" aria-hidden="true">{initials(&person)}</span>
                    <span class="person-name">
                        <a class="what person-link" href=format!("{PATH}/{}", person.id)><bdi>{name.clone()}</bdi></a>
                        {this.then(|| view! { <span class="sub">" · you"</span> })}
                        <span class="sub username">
                            {person.username.to_string()}{person.second_factor.then_some(" · second factor")}
                        </span>
                    </span>
                </div>
            </td>
            <td class="col-role">
                {role}
                {disabled.then(|| view! { " " <span class="pill warn">"disabled"</span> })}
                {leaves.map(|day| view! { " " <span class="pill warn" title=format!("Gone after {day}")>"leaving"</span> })}
            </td>
            <td class="col-joined faint"><span class="on-phone">"Joined "</span>{joined}</td>
            <td class="col-seen faint"><span class="on-phone">"Last seen "</span>{seen}</td>
            <td class="col-amount r num">{locale.group(&person.expenses.to_string())}<span class="on-phone sub">{if person.expenses == 1 { " expense" } else { " expenses" }}</span></td>
            <td class="col-actions">
                <div class="row-actions">
                    <AskLink query ask=change.0 person=person.clone() class="btn small">
                        {change.1}<span class="sr-only">{format!(": {name}")}</span>
                    </AskLink>
                    <Menu person query this/>
                </div>
            </td>
        </tr>
    }
}

/// A link to a question about somebody.
#[component]
fn AskLink(query: Memo<Query>, ask: &'static str, person: Person, class: &'static str, children: Children) -> impl IntoView {
    let who = person.id.to_string();
    let href = move || query.get().with("ask", ask).with("who", &who).link(PATH);
    view! { <a class=class href=href data-noscroll="true">{children()}</a> }
}

/// What is done seldom.
#[component]
fn Menu(
    person: Person,
    query: Memo<Query>,
    /// True for the one who asks.
    this: bool,
) -> impl IntoView {
    let status = match person.status {
        Status::Active => ("disable", "Disable…"),
        Status::Disabled => ("enable", "Enable…"),
    };
    let reset = (!this && person.status == Status::Active).then_some(("reset", "Reset link…"));
    let asks = [Some(("sign-out", "Sign out everywhere…")), reset, Some(status), Some(("delete", "Delete…"))];
    let item = |(ask, text): (&'static str, &'static str)| {
        let person = person.clone();
        let class = if ask == "delete" { "menu-item danger" } else { "menu-item" };
        view! { <li><AskLink query ask person class=class>{text}</AskLink></li> }
    };
    let theirs = format!("/admin/expenses?user={}", person.username);
    let menu: NodeRef<html::Details> = NodeRef::new();
    // What was chosen asks in a dialog; the menu is done with.
    let close = move |_| {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    view! {
        <details class="pop menu" node_ref=menu>
            <summary class="icon-btn">
                <Icon kind=IconKind::More/>
                <span class="sr-only">{format!("More for {}", person.display_name)}</span>
            </summary>
            <ul class="pop-panel card" on:click=close>
                <li><a class="menu-item" href=theirs>"Their expenses"</a></li>
                {asks.into_iter().flatten().map(item).collect_view()}
            </ul>
        </details>
    }
}
