//! How much more or less than before. More spending is worse.

use crate::domain::{Money, report::percent_change};
use leptos::prelude::*;

/// The change in percent as a pill; nothing when there was nothing before.
#[component]
pub fn Trend(now: Money, before: Money) -> impl IntoView {
    let change = percent_change(now, before)?;
    let (class, mark, words) = match change {
        0 => ("pill muted", "=", "the same"),
        c if c > 0 => ("pill down", "▲", "more"),
        _ => ("pill up", "▼", "less"),
    };
    Some(view! {
        <span class=class>
            <span aria-hidden="true">{mark}</span>
            <span class="num">{format!("{}%", change.abs())}</span>
            <span class="sr-only">{words}</span>
        </span>
    })
}
