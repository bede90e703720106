//! Going from one of the person's periods to the next.

use super::{
    here::use_me,
    icon::{Icon, IconKind},
};
use crate::{app::address::Query, domain::Day};
use leptos::prelude::*;

/// The day that a page's address asks for by `on`.
pub fn use_on() -> Memo<Option<Day>> {
    let search = leptos_router::hooks::use_location().search;
    Memo::new(move |_| search.with(|s| Query::parse(s).get("on").and_then(|on| on.parse::<Day>().ok())))
}

/// Links to the period before and after, and back to the present one.
#[component]
pub fn PeriodSwitch(
    /// The page.
    path: &'static str,
    on: Memo<Option<Day>>,
    /// Also to periods that are still to come.
    #[prop(optional)]
    ahead: bool,
    /// Names in the address that stay.
    #[prop(optional)]
    keep: &'static [&'static str],
) -> impl IntoView {
    let me = use_me();
    let span = Memo::new(move |_| me.with(|me| me.user.period.containing(on.get().unwrap_or(me.today))));
    let search = leptos_router::hooks::use_location().search;
    let kept = move || {
        let query = search.with(|search| Query::parse(search));
        keep.iter().fold(Query::default(), |kept, name| kept.with(name, query.get(name).unwrap_or_default()))
    };
    let to = move |day: Day| kept().with("on", &day.to_string()).link(path);
    let later = move || (ahead || span.get().to < me.with(|me| me.today)).then(|| to(span.get().to.plus(1)));
    view! {
        <nav class="seg period" aria-label="Period">
            <a href=move || to(span.get().from.plus(-1)) aria-label="Earlier"><Icon kind=IconKind::Left/></a>
            <a class="period-name" href=move || kept().link(path) aria-current="true">{move || me.with(|me| me.user.period.name(span.get()))}</a>
            {move || match later() {
                Some(href) => view! { <a href=href aria-label="Later"><Icon kind=IconKind::Right/></a> }.into_any(),
                None => view! { <span class="seg-end" aria-hidden="true"><Icon kind=IconKind::Right/></span> }.into_any(),
            }}
        </nav>
    }
}
