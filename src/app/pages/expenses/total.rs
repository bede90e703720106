//! What all that the filter asks for sums to. Where counting takes long, the rows do not wait for it.

use super::PATH;
use crate::{
    api::expenses::{COUNTED, expense_total},
    app::{
        address::Query,
        components::{amount::Amount, here::use_here},
        effect::effect,
    },
    domain::{Money, Total},
};
use leptos::{prelude::*, task::spawn_local};

/// Count, sum and average, beside the number of the reading that they are of; where that came without, they are counted now.
/// Without WASM a link does it.
#[component]
pub fn TotalLine(read: Signal<(u32, Option<Total>)>, query: Memo<Query>) -> impl IntoView {
    let here = use_here();
    let counted = RwSignal::new(None);
    let failed = RwSignal::new(false);
    let total = Memo::new(move |_| {
        let (reading, total) = read.get();
        total.or_else(|| counted.get().filter(|(of, _)| *of == reading).map(|(_, total)| total))
    });
    let is_there = Memo::new(move |_| total.with(Option::is_some));
    effect(move || {
        let (reading, None) = read.get() else { return };
        failed.set(false);
        let asked = query.with_untracked(Query::text);
        spawn_local(async move {
            match expense_total(asked).await {
                Ok(total) => {
                    // The line may be gone, here and below.
                    let _gone = counted.try_set(Some((reading, total)));
                }
                Err(problem) => {
                    here.note(&problem);
                    let _gone = failed.try_set(true);
                }
            }
        });
    });
    let by_link = move || query.get().with(COUNTED, "1").link(PATH);
    view! {
        <p class="filter-total" role="status">
            {move || if is_there.get() {
                view! { <Sums total/> }.into_any()
            } else {
                let text = if failed.get() { "The total did not come. " } else { "Counting… " };
                view! { {text}<a href=by_link rel="nofollow">"Show with the total"</a> }.into_any()
            }}
        </p>
    }
}

/// Each part changes by itself: a row that comes waits for what is done anew.
#[component]
fn Sums(total: Memo<Option<Total>>) -> impl IntoView {
    view! {
        <b class="num">{move || total.get().map(|total| total.count)}</b>
        {move || total.get().map(|total| if total.count == 1 { " expense · " } else { " expenses · " })}
        <b>{move || total.get().map(|total| view! { <Amount money=total.sum/> })}</b>
        {move || total.get().and_then(average).map(|money| view! { <span>" · average "<b><Amount money/></b></span> })}
    }
}

/// The mean amount, rounded to the minor unit.
fn average(total: Total) -> Option<Money> {
    let count = i128::from(total.count);
    let minor = (i128::from(total.sum.minor) * 2 + count).checked_div(count * 2)?;
    (count > 1).then(|| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), total.sum.currency))
}
