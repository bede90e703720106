//! What recurs, and what waits for the person's word.

use super::{
    super::row::{EditLink, Editing},
    PATH,
    form::EditForm,
};
use crate::{
    api::recurring::{DeleteRecurring, PauseRecurring, PostRecurring, SkipRecurring},
    app::{
        address::Query,
        components::{
            amount::Amount,
            category::CategoryChip,
            form::{CommandForm, FormError, Submit, use_command},
            here::use_me,
            icon::{Icon, IconKind},
        },
    },
    domain::{Day, Money, Recurring, import::EntryKind, recurring::Mode},
};
use leptos::prelude::*;

/// What an entry adds to the balance.
fn effect(entry: &Recurring) -> Money {
    match entry.kind {
        EntryKind::Expense => -entry.amount,
        EntryKind::Funds => entry.amount,
    }
}

/// The days that have come and wait, on top.
#[component]
pub fn Waiting(entries: Vec<Recurring>) -> impl IntoView {
    let today = use_me().with_untracked(|me| me.today);
    let mut waiting: Vec<(Day, Recurring)> =
        entries.iter().flat_map(|entry| entry.waiting(today).map(|day| (day, entry.clone())).collect::<Vec<_>>()).collect();
    waiting.sort_by_key(|(day, entry)| (*day, entry.id));
    if waiting.is_empty() {
        return ().into_any();
    }
    let one = |(day, entry): (Day, Recurring)| view! { <li><Waits entry day/></li> };
    view! {
        <section class="card waiting-card" aria-labelledby="waiting">
            <header>
                <h2 id="waiting">"Waiting for you"</h2>
                <small>"their day has come"</small>
            </header>
            <ul class="waiting">{waiting.into_iter().map(one).collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Waits(entry: Recurring, day: Day) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let name = format!("{} of {}", entry.what, locale.day(day));
    view! {
        <p class="waiting-what">
            <bdi>{entry.what.to_string()}</bdi>
            <time class="sub" datetime=day.to_string()>{locale.day(day)}</time>
        </p>
        <p class="waiting-sum"><Amount money=effect(&entry) signed=entry.kind == EntryKind::Funds/></p>
        <div class="recur-actions">
            <PostForm entry=entry.clone() day name=name.clone() primary=true/>
            <SkipForm entry day name waits=true/>
        </div>
    }
}

/// The entries, each with its rhythm and its next day.
#[component]
pub fn List(entries: Vec<Recurring>, editing: Editing) -> impl IntoView {
    let one = move |entry: Recurring| {
        let open = editing.is(entry.id.0);
        move || {
            let entry = entry.clone();
            if open.get() {
                view! { <li class="card editing"><EditForm entry editing/></li> }.into_any()
            } else {
                view! { <li class="card recur"><Shown entry editing/></li> }.into_any()
            }
        }
    };
    view! { <ul class="grid recurs" aria-label="What recurs">{entries.into_iter().map(one).collect_view()}</ul> }
}

#[component]
fn Shown(entry: Recurring, editing: Editing) -> impl IntoView {
    let (locale, today) = use_me().with_untracked(|me| (me.user.locale, me.today));
    let what = entry.what.to_string();
    let next = match entry.next() {
        _ if entry.paused => view! { <span class="pill warn-pill">"Paused"</span> }.into_any(),
        Some(day) if day <= today && entry.mode == Mode::Propose => {
            view! { <span class="pill">"Waits for you"</span> }.into_any()
        }
        Some(day) => view! { <span>"Next on "<time datetime=day.to_string()>{locale.day(day)}</time></span> }.into_any(),
        None => view! { <span class="faint">"It is over"</span> }.into_any(),
    };
    let sorted = (entry.kind == EntryKind::Expense).then(|| view! { <CategoryChip category=entry.category_id/> });
    view! {
        <div class="recur-top">
            <h2><bdi>{what}</bdi></h2>
            <p class=if entry.kind == EntryKind::Funds { "recur-sum up" } else { "recur-sum" }>
                <Amount money=effect(&entry) signed=entry.kind == EntryKind::Funds/>
            </p>
        </div>
        {entry.note.clone().map(|note| view! { <bdi class="sub note">{note.to_string()}</bdi> })}
        <p class="recur-when">{entry.schedule.words(locale)}</p>
        <p class="recur-next">{next}<span class="faint">{entry.mode.label()}</span>{sorted}</p>
        <Actions entry editing/>
    }
}

#[component]
fn Actions(entry: Recurring, editing: Editing) -> impl IntoView {
    let (id, what, version) = (entry.id, entry.what.to_string(), entry.version);
    let edit = Query::default().with("edit", &id.to_string()).link(PATH);
    let (pause_name, delete_name) = (format!(" {what}"), format!("Delete {what}"));
    let (pause, delete) = (use_command::<PauseRecurring>(), use_command::<DeleteRecurring>());
    let about = vec![("id", id.to_string()), ("version", version.to_string())];
    let paused = about.iter().cloned().chain([("paused", (!entry.paused).to_string())]).collect::<Vec<_>>();
    let next = entry.next().map(|day| {
        let name = format!("{what} next time");
        view! {
            <PostForm entry=entry.clone() day name=name.clone() primary=false/>
            <SkipForm entry=entry.clone() day name waits=false/>
        }
    });
    view! {
        <div class="recur-actions">
            {next}
            <CommandForm action=pause id=format!("pause-{id}") class="row-form" about=paused>
                <Submit class="btn small">
                    {if entry.paused { "Go on" } else { "Pause" }}
                    <span class="sr-only">{pause_name}</span>
                </Submit>
                <FormError/>
            </CommandForm>
            <span class="spacer"></span>
            <EditLink editing id=id.0 href=edit name=what/>
            <CommandForm action=delete id=format!("delete-{id}") class="row-form" about>
                <Submit class="icon-btn"><Icon kind=IconKind::Trash/><span class="sr-only">{delete_name}</span></Submit>
                <FormError/>
            </CommandForm>
        </div>
    }
}

#[component]
fn PostForm(entry: Recurring, day: Day, name: String, primary: bool) -> impl IntoView {
    let action = use_command::<PostRecurring>();
    let about = vec![("id", entry.id.to_string()), ("day", day.to_string())];
    let (start, text) = if primary { ("accept", "Record") } else { ("post", "Record now") };
    view! {
        <CommandForm action id=format!("{start}-{}-{day}", entry.id) class="row-form" about>
            <Submit class=if primary { "btn small primary" } else { "btn small" }>
                {text}<span class="sr-only">{format!(" {name}")}</span>
            </Submit>
            <FormError/>
        </CommandForm>
    }
}

#[component]
fn SkipForm(entry: Recurring, day: Day, name: String, waits: bool) -> impl IntoView {
    let action = use_command::<SkipRecurring>();
    let about = vec![("id", entry.id.to_string()), ("day", day.to_string())];
    let start = if waits { "decline" } else { "skip" };
    view! {
        <CommandForm action id=format!("{start}-{}-{day}", entry.id) class="row-form" about>
            <Submit class="btn small">"Skip"<span class="sr-only">{format!(" {name}")}</span></Submit>
            <FormError/>
        </CommandForm>
    }
}
