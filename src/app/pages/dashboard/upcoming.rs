//! What recurs in the next days, in a card.

use crate::{
    app::components::{
        amount::Amount,
        empty::Empty,
        here::use_me,
        icon::{Icon, IconKind},
    },
    domain::{forecast::Coming, import::EntryKind},
};
use leptos::prelude::*;

/// How many are shown.
const SHOWN: usize = 6;

/// What comes in the next 30 days, the first of it; what to do first where nothing does.
#[component]
pub fn Upcoming(coming: Vec<Coming>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let more = coming.len().saturating_sub(SHOWN);
    let one = move |one: Coming| {
        let funds = one.kind == EntryKind::Funds;
        let when = if one.waits {
            view! { <a class="pill" href="/recurring">"Waits for you"</a> }.into_any()
        } else {
            view! { <time datetime=one.date.to_string()>{locale.short_day(one.date)}</time> }.into_any()
        };
        view! {
            <li>
                <span class="upcoming-when">{when}</span>
                <bdi class="upcoming-what">{one.what.to_string()}</bdi>
                <span class=if funds { "num up" } else { "num" }><Amount money=one.effect() signed=funds/></span>
            </li>
        }
    };
    let body = if coming.is_empty() {
        view! {
            <Empty
                icon=IconKind::Calendar title="Nothing is coming"
                text="Add rent, a salary or a subscription once: it is recorded on its day, and you see it here before it comes."
            >
                <a class="btn" href="/recurring#add"><Icon kind=IconKind::Plus/><span>"Add what recurs"</span></a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <ul class="upcoming" aria-label="Upcoming">{coming.into_iter().take(SHOWN).map(one).collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="faint">{format!("and {more} more")}</p> })}
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="upcoming">
            <header>
                <h2 id="upcoming">"Upcoming"</h2>
                <small>"the next 30 days"</small>
                <span class="spacer"></span>
                <a class="btn ghost small" href="/recurring" aria-label="See all that recurs">"See all →"</a>
            </header>
            {body}
        </section>
    }
}
