//! The filters that are kept under a name, as links.

use super::PATH;
use crate::{
    api::filters::{Shortcut, list_filters},
    app::{
        address::Query,
        components::{here::use_me, read::use_read},
    },
    domain::{ExpenseFilter, Me, filter::Asker},
};
use leptos::prelude::*;

/// What a query asks for, however it is written.
fn meaning<'q>(query: &'q Query, me: &Me) -> (Option<&'q str>, ExpenseFilter) {
    let (filter, _) = ExpenseFilter::read_what_can_be(query.pairs(), Asker::typed(&me.user, me.today));
    (query.get("period"), filter)
}

/// Nothing while there are none.
#[component]
pub(super) fn Saved(query: Memo<Query>) -> impl IntoView {
    let (me, data) = (use_me(), use_read(|| (), |()| list_filters()));
    let link = move |saved: Shortcut| {
        let own = Query::parse(&saved.query);
        let href = own.link(PATH);
        let current = move || (me.with(|me| query.with(|now| meaning(now, me) == meaning(&own, me)))).then_some("true");
        view! { <a class="chip" href=href aria-current=current data-noscroll="true"><bdi>{saved.name.to_string()}</bdi></a> }
    };
    let shown = move || {
        Suspend::new(async move {
            // What went wrong is told by the frame.
            data.await.ok().filter(|all| !all.is_empty()).map(|all| {
                view! {
                    <nav class="saved-filters" aria-label="Saved filters">
                        {all.into_iter().map(link).collect_view()}
                        <a class="btn ghost" href="/filters">"Edit"<span class="sr-only">" the saved filters"</span></a>
                    </nav>
                }
            })
        })
    };
    view! { <Transition>{shown}</Transition> }
}
