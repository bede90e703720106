//! Money as the person's region writes it.

use super::here::use_here;
use crate::domain::Money;
use leptos::prelude::*;

/// An amount with tabular figures; the cents can be dimmer than the units.
#[component]
pub fn Amount(
    money: Money,
    /// Shows a plus sign too: for changes.
    #[prop(optional)]
    signed: bool,
    /// Dims the cents: for headline figures.
    #[prop(optional)]
    dim: bool,
    /// Leaves out cents that are nothing: for round sums.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    let locale = use_here().locale();
    let mut parts = locale.money_parts(money);
    if brief && parts.cents.chars().all(|c| !c.is_ascii_digit() || c == '0') {
        parts.cents.clear();
    }
    let plus = if signed && !money.is_negative() { "+" } else { "" };
    if dim {
        view! {
            <span class="num">
                <span>{format!("{plus}{}{}", parts.before, parts.whole)}</span>
                <span class="cents">{format!("{}{}", parts.cents, parts.after)}</span>
            </span>
        }
        .into_any()
    } else {
        view! { <span class="num">{format!("{plus}{}{}{}{}", parts.before, parts.whole, parts.cents, parts.after)}</span> }
            .into_any()
    }
}
