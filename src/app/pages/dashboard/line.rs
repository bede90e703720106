//! The line under the balance, as SVG from the server: no script, no canvas.

use crate::{app::components::here::use_me, domain::report::BalancePoint};
use leptos::prelude::*;
use std::fmt::Write;

/// The picture's own units; it is stretched to its card.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 60.0;
/// Room for the stroke above and below.
const MARGIN: f64 = 3.0;

/// The balance of the last days, the last of them today.
#[component]
pub fn BalanceLine(points: Vec<BalancePoint>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return ().into_any() };
    let label = format!(
        "Balance over {} days, from {} on {} to {} today",
        points.len(),
        locale.money(first.balance),
        locale.day(first.date),
        locale.money(last.balance)
    );
    let stroke = path(&points.iter().map(|p| p.balance.minor).collect::<Vec<_>>());
    let area = format!("{stroke} V{HEIGHT} H0 Z");
    view! {
        <svg class="balance-line" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=label>
            <defs>
                <linearGradient id="balance-fade" x1="0" y1="0" x2="0" y2="1">
                    <stop class="fade-from" offset="0"></stop>
                    <stop class="fade-to" offset="1"></stop>
                </linearGradient>
            </defs>
            <path class="line-area" d=area fill="url(#balance-fade)"></path>
            <path class="line-stroke" d=stroke fill="none"></path>
        </svg>
    }
    .into_any()
}

/// A smooth path through the values, left to right; flat in the middle when they are all the same.
#[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
fn path(values: &[i64]) -> String {
    let (low, high) = (values.iter().min().copied().unwrap_or(0) as f64, values.iter().max().copied().unwrap_or(0) as f64);
    let room = HEIGHT - 2.0 * MARGIN;
    let y = |value: i64| if high > low { MARGIN + (high - value as f64) / (high - low) * room } else { HEIGHT / 2.0 };
    let step = WIDTH / (values.len().max(2) - 1) as f64;
    let mut path = String::new();
    for (i, value) in values.iter().enumerate() {
        let (x, y1) = (i as f64 * step, y(*value));
        let written = match i.checked_sub(1) {
            None => write!(path, "M0 {y1:.1}"),
            Some(before) => {
                let (middle, y0) = (x - step / 2.0, y(values[before]));
                write!(path, " C{middle:.1} {y0:.1} {middle:.1} {y1:.1} {x:.1} {y1:.1}")
            }
        };
        #[expect(clippy::expect_used, reason = "fmt::Write for String never fails")]
        written.expect("a String takes all that is written");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_path_stays_in_its_picture() {
        assert_eq!(path(&[0, 100, 50]), "M0 57.0 C75.0 57.0 75.0 3.0 150.0 3.0 C225.0 3.0 225.0 30.0 300.0 30.0");
        assert_eq!(path(&[7, 7]), "M0 30.0 C150.0 30.0 150.0 30.0 300.0 30.0");
        assert_eq!(path(&[5]), "M0 30.0");
        assert_eq!(path(&[]), "");
        assert!(!path(&[i64::MIN / 2, i64::MAX / 2]).contains("NaN"));
    }
}
