//! Says by how much an expense would overspend, while it is being typed. What is left of the budgets is fetched when there
//! is an amount.

use super::here::use_here;
use crate::app::effect::effect;
use crate::{
    api::budgets::budget_left,
    domain::{CategoryId, Day, Money, budget::Left},
};
use leptos::{prelude::*, task::spawn_local};

/// As much of an expense as counts against budgets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Typed {
    pub amount: Money,
    pub category: Option<CategoryId>,
    pub date: Day,
}

/// The line that says so; empty while all is well.
#[component]
pub fn Overspend(#[prop(into)] typed: Signal<Option<Typed>>) -> impl IntoView {
    let here = use_here();
    let known = RwSignal::new(None::<(u64, Left)>);
    effect(move || {
        let changed = here.changed.get();
        let Some(Typed { date, .. }) = typed.get() else { return };
        let fresh = |(of, left): &(u64, Left)| *of == changed && left.span.contains(date);
        if known.with_untracked(|known| known.as_ref().is_some_and(fresh)) {
            return;
        }
        spawn_local(async move {
            match budget_left(date).await {
                // The page may have been left meanwhile.
                Ok(left) => drop(known.try_set(Some((changed, left)))),
                Err(problem) => here.note(&problem),
            }
        });
    });
    let line = move |(of, over): (Option<CategoryId>, Money)| {
        let name = here.categories.with(|all| {
            let found = all.iter().find(|category| Some(category.id) == of);
            found.map_or_else(|| "All spending".to_owned(), |category| category.name.to_string())
        });
        let over = here.locale().money(over);
        view! { <span><bdi>{name}</bdi>{format!(": {over} over after this")}</span> }
    };
    let lines = move || {
        let typed =
            typed.get().filter(|typed| known.with(|known| known.as_ref().is_some_and(|(_, l)| l.span.contains(typed.date))));
        let over = typed.and_then(|t| known.with(|known| known.as_ref().map(|(_, left)| left.over(t.amount, t.category))));
        over.unwrap_or_default().into_iter().map(line).collect_view()
    };
    view! { <p class="overspend" aria-live="polite">{lines}</p> }
}
