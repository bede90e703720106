//! What the charts share: the dark style, and the names and colours of categories.

use crate::domain::{Category, CategoryId};
use charming::{
    Chart,
    component::Aria,
    element::{AxisLabel, Tooltip},
};
use serde_json::{Value, json};

/// The same values as in `style/tokens.css`; a canvas cannot read classes.
pub const SURFACE: &str = "#12151d";
pub const RAISED: &str = "#191d27";
pub const LINE: &str = "#252b38";
pub const LINE_STRONG: &str = "#343c4d";
pub const TEXT: &str = "#e9edf5";
pub const FAINT: &str = "#7d889c";
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

/// The option of a chart, with what charming has no words for. `label` is the chart in one sentence.
pub fn option(chart: Chart, label: &str, more: Value) -> Value {
    let chart = chart.aria(Aria::new().enabled(true)).animation(false);
    #[expect(clippy::expect_used, reason = "charming's structs serialize to objects and lists only")]
    let mut option = serde_json::to_value(&chart).expect("a chart has text keys only");
    merge(
        &mut option,
        json!({
            "aria": { "label": { "description": label } },
            "textStyle": { "fontFamily": FONT },
            "tooltip": { "renderMode": "richText", "confine": true, "textStyle": { "color": TEXT, "fontSize": 13 } },
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
    fn merging_keeps_what_is_there() {
        let mut value = json!({ "a": { "b": 1 }, "list": [{ "x": 1 }] });
        merge(&mut value, json!({ "a": { "c": 2 }, "list": [{ "y": 2 }] }));
        assert_eq!(value, json!({ "a": { "b": 1, "c": 2 }, "list": [{ "x": 1, "y": 2 }] }));
    }
}
