//! What the charts share: the dark style, and the names and colours of categories.

use super::Units;
use crate::domain::{
    Category, CategoryId, Money,
    report::{percent_change, share_percent},
};
use charming::{
    Chart,
    component::{Aria, Axis},
    element::{AxisLabel, AxisPointer, AxisPointerType, AxisTick, AxisType, LineStyle, LineStyleType, SplitLine, Tooltip},
};
use serde_json::{Value, json};

/// The same values as in `style/tokens.css`; a canvas cannot read classes.
pub const SURFACE: &str = "#12151d";
pub const RAISED: &str = "#191d27";
pub const LINE: &str = "#252b38";
pub const LINE_STRONG: &str = "#343c4d";
pub const TEXT: &str = "#e9edf5";
pub const FAINT: &str = "#7d889c";
pub const EDGE: &str = "#5f6a80";
pub const ACCENT: &str = "#8ea2ff";
pub const GOOD: &str = "#43d9a3";
const FONT: &str = "Inter Variable, system-ui, sans-serif";

/// A category as a chart shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// `None`: expenses without a category.
    pub id: Option<CategoryId>,
    pub name: String,
    pub hex: &'static str,
    /// The end of the class `c-…`.
    pub color: &'static str,
}

impl Slice {
    /// The name and colour of a category.
    pub fn of(id: Option<CategoryId>, categories: &[Category]) -> Self {
        categories.iter().find(|c| Some(c.id) == id).map_or_else(
            || Self { id, name: "No category".into(), hex: FAINT, color: "none" },
            |c| Self { id, name: c.name.to_string(), hex: c.color.hex(), color: c.color.code() },
        )
    }
}

/// An axis's labels.
pub fn axis_label() -> AxisLabel {
    AxisLabel::new().color(FAINT).font_size(12)
}

/// The tooltip; drawn on the canvas, see [`option`].
pub fn tooltip() -> Tooltip {
    Tooltip::new().background_color(RAISED).border_color(LINE_STRONG).border_width(1).padding((8, 12))
}

/// The axis of names, under the chart or beside it.
pub fn names(data: Vec<String>) -> Axis {
    Axis::new()
        .type_(AxisType::Category)
        .data(data)
        .axis_tick(AxisTick::new().show(false))
        .axis_label(axis_label())
        .axis_pointer(AxisPointer::new().type_(AxisPointerType::None))
}

/// The axis of money.
pub fn money() -> Axis {
    let dashed = LineStyle::new().color(LINE).type_(LineStyleType::Dashed).width(1);
    Axis::new()
        .type_(AxisType::Value)
        .min_interval(1)
        .split_number(6)
        .axis_label(axis_label())
        .split_line(SplitLine::new().line_style(dashed))
}

/// What hovering tells. The canvas reads `{name|text}` as markup of its own, which nobody's words may be (S29).
pub fn tip(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().collect::<Vec<_>>().join("\n").replace('{', "{\u{2060}")
}

/// Somebody's words among ours, whichever way they run.
pub fn isolated(words: &str) -> String {
    format!("\u{2068}{words}\u{2069}")
}

/// `55% of €1,128.90`.
pub fn share(units: Units, part: i64, whole: i64) -> String {
    let money = |minor| Money::new(minor, units.currency);
    format!("{}% of {}", share_percent(money(part), money(whole)), units.locale.money(money(whole)))
}

/// `▲ 12% more than October 2026`; by how much where there was nothing before.
pub fn change(units: Units, now: i64, before: i64, than: &str) -> String {
    let money = |minor| Money::new(minor, units.currency);
    let by = match percent_change(money(now), money(before)) {
        Some(percent) => format!("{}%", percent.abs()),
        None => units.locale.money(money(now.saturating_sub(before)).abs()),
    };
    match now.cmp(&before) {
        std::cmp::Ordering::Equal => format!("the same as {than}"),
        std::cmp::Ordering::Greater => format!("▲ {by} more than {than}"),
        std::cmp::Ordering::Less => format!("▼ {by} less than {than}"),
    }
}

/// The option of a chart, with what charming has no words for. `label` is the chart in one sentence.
pub fn option(chart: Chart, label: &str, more: Value) -> Value {
    let chart = chart.aria(Aria::new().enabled(true)).animation(false);
    #[expect(clippy::expect_used, reason = "charming's structs serialize to objects and lists only")]
    let mut option = serde_json::to_value(&chart).expect("a chart has text keys only");
    merge(
        &mut option,
        json!({
            "aria": { "label": { "description": label }, "decal": { "show": false } },
            "textStyle": { "fontFamily": FONT },
            "tooltip": { "renderMode": "richText", "confine": true, "textStyle": { "color": TEXT, "fontSize": 13, "fontFamily": FONT } },
        }),
    );
    merge(&mut option, more);
    option
}

/// Puts what is in `more` into `value`; lists are merged item by item.
fn merge(value: &mut Value, more: Value) {
    match (value, more) {
        (Value::Object(to), Value::Object(from)) => {
            for (key, more) in from {
                merge(to.entry(key).or_insert(Value::Null), more);
            }
        }
        (Value::Array(to), Value::Array(from)) => to.iter_mut().zip(from).for_each(|(value, more)| merge(value, more)),
        (value, more) => *value = more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No option may hold code, and every tooltip is drawn on the canvas (S29, S26).
    #[test]
    fn s29_tooltips_are_rich_text_and_nothing_is_code() {
        let option = option(Chart::new().tooltip(tooltip()), "Spending", json!({ "series": [] }));
        assert_eq!(option["tooltip"]["renderMode"], "richText");
        assert_eq!(option["aria"]["label"]["description"], "Spending");
        assert_eq!(option["aria"]["enabled"], true);
        assert!(!option.to_string().contains("formatter"));
    }

    #[test]
    fn s29_hovering_tells_words_as_they_are() {
        assert_eq!(tip(["{b|Rent}".into(), isolated("<b>")]), "{\u{2060}b|Rent}\n\u{2068}<b>\u{2069}");
        let units = Units { currency: crate::domain::Currency::EUR, locale: crate::domain::Locale::default() };
        assert_eq!(share(units, 62_000, 112_890), "55% of €1,128.90");
        assert_eq!(change(units, 88, 100, "October"), "▼ 12% less than October");
        assert_eq!(change(units, 150, 0, "October"), "▲ €1.50 more than October");
        assert_eq!(change(units, 0, 0, "October"), "the same as October");
    }

    #[test]
    fn merging_keeps_what_is_there() {
        let mut value = json!({ "a": { "b": 1 }, "list": [{ "x": 1 }] });
        merge(&mut value, json!({ "a": { "c": 2 }, "list": [{ "y": 2 }] }));
        assert_eq!(value, json!({ "a": { "b": 1, "c": 2 }, "list": [{ "x": 1, "y": 2 }] }));
    }
}
