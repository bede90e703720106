//! History: every change, who made it, and the way back.

use crate::{
    api::journal::{Dated, journal},
    app::components::{
        empty::Empty,
        here::use_me,
        icon::IconKind,
        layout::Layout,
        read::{Loaded, use_read},
        tabs::{ENTRY_TABS, Tabs},
        toast::UndoButton,
    },
    domain::{Cursor, Day, Me, Page, journal::Via},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page; `cursor` in the address is an older part.
#[component]
pub fn History() -> impl IntoView {
    let query = use_query_map();
    let page = use_read(move || query.with(|query| query.get("cursor")), |cursor| journal(cursor.map(Cursor)));
    view! {
        <Layout title="History">
            <Tabs label="Entries" tabs=&ENTRY_TABS/>
            <Loaded data=page view=|page| view! { <Entries page/> }/>
        </Layout>
    }
}

#[component]
fn Entries(page: Page<Dated>) -> impl IntoView {
    let me = use_me().get_untracked();
    if page.items.is_empty() {
        return view! {
            <Empty icon=IconKind::History title="Nothing has happened yet" text="Every change you make is listed here, and most can be undone.">
                <a class="btn primary" href="/expenses?add=1">"Add an expense"</a>
            </Empty>
        }
        .into_any();
    }
    let days = page
        .items
        .chunk_by(|a, b| a.day == b.day)
        .map(|items| view! { <OneDay items=items.to_vec() me=me.clone()/> })
        .collect_view();
    let older = page.next_cursor.map(|cursor| view! { <a class="btn" href=format!("/history?cursor={}", cursor.0)>"Older"</a> });
    view! {
        <div class="card">{days}</div>
        <nav class="pager" aria-label="Pages">{older}</nav>
    }
    .into_any()
}

/// `Today`, `Yesterday`, else the day in full.
fn day_name(day: Day, me: &Me) -> String {
    match me.today.since(day) {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        _ => me.user.locale.day(day),
    }
}

#[component]
fn OneDay(items: Vec<Dated>, me: Me) -> impl IntoView {
    let title = items.first().map(|first| day_name(first.day, &me));
    view! {
        <h2 class="history-day">{title}</h2>
        <ul>{items.into_iter().map(|item| view! { <OneEntry item me=me.clone()/> }).collect_view()}</ul>
    }
}

#[component]
fn OneEntry(item: Dated, me: Me) -> impl IntoView {
    let entry = item.entry;
    let via = match entry.via {
        Via::Page => "in the browser",
        Via::Api => "by a program",
        Via::Cli => "on the server",
    };
    let by = if entry.actor_id == me.user.id { String::new() } else { format!(" by {}", entry.actor) };
    let undone = entry.undone_by.is_some();
    let undo = entry.undoable.then(|| {
        view! { <UndoButton seq=entry.seq id=format!("undo-{}", entry.seq) what=entry.summary.clone()/> }
    });
    view! {
        <li class=if undone { "entry undone" } else { "entry" } id=format!("entry-{}", entry.seq)>
            <div class="entry-main">
                <p>{entry.summary}</p>
                <p class="sub">{format!("{}{by} {via}", item.time)}</p>
            </div>
            {undone.then(|| view! { <span class="pill muted">"Undone"</span> })}
            {undo}
        </li>
    }
}
