//! The line under the balance, as SVG from the server: no script, no canvas.

use crate::{
    app::components::here::use_me,
    domain::{
        forecast::{Ahead, Forecast},
        report::BalancePoint,
    },
};
use leptos::prelude::*;
use std::fmt::Write;

/// The picture's own units; it is stretched to its card.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 60.0;
/// Room for the stroke above and below.
const MARGIN: f64 = 3.0;

/// The balance of the last days, the last of them today, and how it probably goes on.
#[component]
pub fn BalanceLine(points: Vec<BalancePoint>, forecast: Forecast) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return ().into_any() };
    let label = format!(
        "Balance over {} days, from {} on {} to {} today",
        points.len(),
        locale.money(first.balance),
        locale.day(first.date),
        locale.money(last.balance)
    );
    let values: Vec<i64> = points.iter().map(|p| p.balance.minor).collect();
    let frame = Frame::around(&values, &forecast.points);
    let stroke = frame.path(0, &values);
    let area = format!("{stroke} V{HEIGHT} H0 Z");
    let today = values.len() - 1;
    let goes_on = |of: fn(&Ahead) -> i64| {
        let line: Vec<i64> = [last.balance.minor].into_iter().chain(forecast.points.iter().map(of)).collect();
        line
    };
    let ahead = frame.path(today, &goes_on(|point| point.expected.minor));
    let band = frame.band(today, &goes_on(|point| point.low.minor), &goes_on(|point| point.high.minor));
    let label = match forecast.points.last() {
        Some(end) => format!("{label}, and probably {} on {}", locale.money(end.expected), locale.day(end.date)),
        None => label,
    };
    view! {
        <svg class="balance-line" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=label>
            <defs>
                <linearGradient id="balance-fade" x1="0" y1="0" x2="0" y2="1">
                    <stop class="fade-from" offset="0"></stop>
                    <stop class="fade-to" offset="1"></stop>
                </linearGradient>
            </defs>
            <path class="line-area" d=area fill="url(#balance-fade)"></path>
            <path class="line-band" d=band></path>
            <path class="line-stroke" d=stroke fill="none"></path>
            <path class="line-ahead" d=ahead fill="none"></path>
        </svg>
    }
    .into_any()
}

/// Where days and amounts stand in the picture.
struct Frame {
    step: f64,
    low: f64,
    high: f64,
}

impl Frame {
    /// Around what was, and around what is to come.
    #[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
    fn around(values: &[i64], ahead: &[Ahead]) -> Self {
        let all = || values.iter().copied().chain(ahead.iter().flat_map(|point| [point.low.minor, point.high.minor]));
        let (low, high) = (all().min().unwrap_or(0) as f64, all().max().unwrap_or(0) as f64);
        Self { step: WIDTH / ((values.len() + ahead.len()).max(2) - 1) as f64, low, high }
    }
    #[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
    fn y(&self, value: i64) -> f64 {
        let room = HEIGHT - 2.0 * MARGIN;
        if self.high > self.low { MARGIN + (self.high - value as f64) / (self.high - self.low) * room } else { HEIGHT / 2.0 }
    }
    #[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
    fn x(&self, day: usize) -> f64 {
        day as f64 * self.step
    }

    /// A smooth path through the values, left to right from a day on; flat in the middle when they are all the same.
    fn path(&self, first: usize, values: &[i64]) -> String {
        let mut path = String::new();
        for (i, value) in values.iter().enumerate() {
            let (x, y1) = (self.x(first + i), self.y(*value));
            let written = match i.checked_sub(1) {
                None => write!(path, "M{} {y1:.1}", short(x)),
                Some(before) => {
                    let (middle, y0) = (x - self.step / 2.0, self.y(values[before]));
                    write!(path, " C{middle:.1} {y0:.1} {middle:.1} {y1:.1} {x:.1} {y1:.1}")
                }
            };
            #[expect(clippy::expect_used, reason = "fmt::Write for String never fails")]
            written.expect("a String takes all that is written");
        }
        path
    }

    /// The area between two lines, from a day on.
    fn band(&self, first: usize, low: &[i64], high: &[i64]) -> String {
        let point = |(i, value): (usize, &i64)| format!("{:.1} {:.1}", self.x(first + i), self.y(*value));
        let there = high.iter().enumerate().map(point);
        let back = low.iter().enumerate().rev().map(point);
        format!("M{} Z", there.chain(back).collect::<Vec<_>>().join(" L"))
    }
}

/// A place on the left edge without decimals.
fn short(x: f64) -> String {
    if x == 0.0 { "0".to_owned() } else { format!("{x:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Day, Money};

    fn path(values: &[i64]) -> String {
        Frame::around(values, &[]).path(0, values)
    }

    #[test]
    fn a_path_stays_in_its_picture() {
        assert_eq!(path(&[0, 100, 50]), "M0 57.0 C75.0 57.0 75.0 3.0 150.0 3.0 C225.0 3.0 225.0 30.0 300.0 30.0");
        assert_eq!(path(&[7, 7]), "M0 30.0 C150.0 30.0 150.0 30.0 300.0 30.0");
        assert_eq!(path(&[5]), "M0 30.0");
        assert_eq!(path(&[]), "");
        assert!(!path(&[i64::MIN / 2, i64::MAX / 2]).contains("NaN"));
    }

    #[test]
    fn the_line_goes_on_from_today() {
        let money = |minor| Money::new(minor, Currency::EUR);
        let ahead = [Ahead { date: Day::MIN, expected: money(50), low: money(0), high: money(100) }];
        let frame = Frame::around(&[50, 50], &ahead);
        assert_eq!(frame.path(1, &[50, 50]), "M150.0 30.0 C225.0 30.0 225.0 30.0 300.0 30.0");
        assert_eq!(frame.band(1, &[50, 0], &[50, 100]), "M150.0 30.0 L300.0 3.0 L300.0 57.0 L150.0 30.0 Z");
    }
}
