//! What happened with one's own account: who signed in as its person, or tried to, when and from where.

use super::history::day_name;
use crate::{
    api::activity::{Activity, ActivityLine, list_activity},
    app::{
        address::Query,
        components::{
            empty::Empty,
            here::use_me,
            icon::{Icon, IconKind},
            layout::Layout,
            pages::{Grows, Next, Pages, use_pages},
            read::Loaded,
        },
    },
    domain::{Cursor, Me, journal::Via},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const PATH: &str = "/activity";

impl Grows for Activity {
    fn next(&self) -> Option<&Cursor> {
        self.page.next()
    }
    fn append(&mut self, next: Self) {
        self.page.append(next.page);
    }
}

/// The page.
#[component]
pub fn AccountActivity() -> impl IntoView {
    let search = use_location().search;
    let from = Memo::new(move |_| search.with(|s| Query::parse(s).get("cursor").map(str::to_owned)).unwrap_or_default());
    let pages = use_pages(
        move || from.get(),
        |from: String, cursor: Option<Cursor>| list_activity(cursor.map_or(from, |Cursor(cursor)| cursor)),
    );
    view! {
        <Layout title="Account activity">
            <p class="activity-about">
                "Who came in as you or tried to, and what was refused, of the last half year. If it was not you, "
                <a class="link" href="/settings#password">"change your password"</a>
                ": every other device is signed out then. What you changed is in your " <a class="link" href="/history">"history"</a> "."
            </p>
            <Loaded data=pages.data view=move |list| view! { <List list pages/> }/>
        </Layout>
    }
}

#[component]
fn List(list: Activity, pages: Pages<Activity>) -> impl IntoView {
    let Activity { first, page } = list;
    let me = use_me().get_untracked();
    let newest = (!first).then(|| view! { <a class="btn" href=PATH>"Newest"</a> });
    let older = page.next_cursor.map(|cursor| {
        let href = Query::default().with("cursor", &cursor.0).link(PATH);
        view! { <Next pages cursor href text="Older"/> }
    });
    let days = match page.items.is_empty() {
        true => view! { <Empty icon=IconKind::Shield title="Nothing yet" text="Whenever somebody signs in as you, or tries to, it is told here."/> }
            .into_any(),
        false => page.items.chunk_by(|a, b| a.day == b.day).map(|lines| one_day(lines, &me)).collect_view().into_any(),
    };
    view! {
        <div class="card">{days}</div>
        <nav class="pager" aria-label="Pages">{newest}{older}</nav>
    }
}

fn one_day(lines: &[ActivityLine], me: &Me) -> AnyView {
    let title = lines.first().map(|first| day_name(first.day, me));
    view! {
        <h2 class="history-day">{title}</h2>
        <ul>{lines.iter().map(one).collect_view()}</ul>
    }
    .into_any()
}

fn one(line: &ActivityLine) -> AnyView {
    let icon = match line.via {
        Via::Page | Via::Recurring => IconKind::Window,
        Via::Api => IconKind::Code,
        Via::Cli => IconKind::Terminal,
    };
    let from = line.device.iter().chain(&line.address).map(|part| format!(" · {part}")).collect::<String>();
    let target = line.target.clone().map(|target| view! { <span class="code">{format!(" {target}")}</span> });
    view! {
        <li class="entry">
            <div class="activity-line">
                <span class="entry-summary" class:warn=line.refused>{line.told.clone()}{target}</span>
                <span class="sub entry-whence">
                    <Icon kind=icon/>
                    <span><time datetime=line.at.to_string()>{line.time.clone()}</time>{format!("{from} · {}", line.via.label())}</span>
                </span>
            </div>
        </li>
    }
    .into_any()
}
