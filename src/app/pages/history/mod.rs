//! History: every change, who made it, from where, before and after, and the way back.

pub mod changes;
pub mod entry;
mod filter;

use crate::{
    api::journal::{Dated, History as Part, list_history},
    app::{
        address::Query,
        components::{
            empty::Empty,
            here::use_me,
            icon::IconKind,
            layout::Layout,
            pages::{Grows, Next, Pages, use_pages},
            read::Loaded,
            tabs::{ENTRY_TABS, Tabs},
        },
        effect::effect,
    },
    domain::{Cursor, Day, Me, Seq},
};
use changes::Opened;
use entry::OneEntry;
use filter::Filter;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::collections::HashSet;

/// The page's own path.
const PATH: &str = "/history";
/// What in the address is about one entry and not about which entries.
const OPENS: [&str; 2] = ["open", "changes"];

impl Grows for Part {
    fn next(&self) -> Option<&Cursor> {
        self.page.next()
    }
    fn append(&mut self, next: Self) {
        self.page.append(next.page);
    }
}

/// The page.
#[component]
pub fn History() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let wanted = Memo::new(move |_| query.get().without(&OPENS));
    let pages = use_pages(
        move || wanted.get().text(),
        move |wanted: String, cursor| {
            let asked = match cursor {
                None => query.get_untracked(),
                Some(Cursor(cursor)) => Query::parse(&wanted).without(&["entry"]).with("cursor", &cursor),
            };
            list_history(asked.text())
        },
    );
    let asked = Memo::new(move |_| query.with(|q| q.get("entry").or(q.get("open")).and_then(|seq| seq.parse::<Seq>().ok())));
    let opened = RwSignal::new(HashSet::from_iter(asked.get_untracked()));
    effect(move || {
        if let Some(seq) = asked.get() {
            opened.update(|opened| {
                opened.insert(seq);
            });
        }
    });
    view! {
        <Layout title="History">
            <Tabs label="Entries" tabs=&ENTRY_TABS/>
            <Filter query=wanted/>
            <Loaded data=pages.data view=move |part| view! { <Entries part pages wanted opened/> }/>
        </Layout>
    }
}

#[component]
fn Entries(part: Part, pages: Pages<Part>, wanted: Memo<Query>, opened: RwSignal<HashSet<Seq>>) -> impl IntoView {
    let me = use_me().get_untracked();
    if part.page.items.is_empty() {
        return view! { <Nothing asked=!part.filter.is_empty() || !part.first/> }.into_any();
    }
    let known = StoredValue::new(part.opened);
    let days = part
        .page
        .items
        .chunk_by(|a, b| a.day == b.day)
        .map(|items| view! { <OneDay items=items.to_vec() me=me.clone() known wanted opened/> })
        .collect_view();
    let newest = (!part.first).then(|| {
        let href = wanted.with_untracked(|query| query.clone().without(&["cursor", "entry"]).link(PATH));
        view! { <a class="btn" href=href>"Newest"</a> }
    });
    let older = part.page.next_cursor.map(|cursor| {
        let href = wanted.with_untracked(|query| query.clone().without(&["entry"]).with("cursor", &cursor.0).link(PATH));
        view! { <Next pages cursor href text="Older"/> }
    });
    view! {
        <div class="card">{days}</div>
        <nav class="pager" aria-label="Pages">{newest}{older}</nav>
    }
    .into_any()
}

#[component]
fn Nothing(
    /// Some entries were asked for, not all.
    asked: bool,
) -> impl IntoView {
    let (title, text) = if asked {
        ("No change matches", "Take a part of the filter away, or look at all changes.")
    } else {
        ("Nothing has happened yet", "Every change you make is listed here, and most can be undone.")
    };
    let (href, button) = if asked { (PATH, "Show all changes") } else { ("/expenses?add=1", "Add an expense") };
    view! {
        <div class="card">
            <Empty icon=IconKind::History title text>
                <a class=if asked { "btn" } else { "btn primary" } href=href>{button}</a>
            </Empty>
        </div>
    }
}

/// `Today`, `Yesterday`, else the day in full.
pub fn day_name(day: Day, me: &Me) -> String {
    match me.today.since(day) {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        _ => format!("{} {}", day.weekday().abbreviation(), me.user.locale.day(day)),
    }
}

#[component]
fn OneDay(
    items: Vec<Dated>,
    me: Me,
    known: StoredValue<Opened>,
    wanted: Memo<Query>,
    opened: RwSignal<HashSet<Seq>>,
) -> impl IntoView {
    let title = items.first().map(|first| day_name(first.day, &me));
    let rows = items.into_iter().map(|item| view! { <OneEntry item me=me.user.id known wanted opened/> });
    view! {
        <h2 class="history-day">{title}</h2>
        <ul>{rows.collect_view()}</ul>
    }
}
