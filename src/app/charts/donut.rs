//! Where the money of one period went, by category.

use super::{
    Units,
    look::{self, SURFACE, Slice},
};
use crate::{
    app::address,
    domain::{
        Category, Money, Span,
        report::{CategorySum, PeriodSpending, share_percent},
    },
};
use charming::{
    Chart,
    datatype::DataPointItem,
    element::{ItemStyle, Label, LabelLine, Trigger},
    series::Pie,
};
use serde_json::{Value, json};

/// The donut: one slice for each category, largest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Donut {
    pub units: Units,
    pub name: String,
    pub span: Span,
    pub total: Money,
    pub slices: Vec<Part>,
    /// What the period is compared with.
    pub than: String,
}

/// One slice and its sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub slice: Slice,
    pub sum: Money,
    /// Of the whole, in whole percent, rounded.
    pub percent: i64,
    /// The sum in what the period is compared with.
    pub before: Money,
}

/// What groups hold of a category.
pub fn sum_of(groups: &[CategorySum], slice: &Slice, nothing: Money) -> Money {
    groups.iter().find(|group| group.category_id == slice.id).map_or(nothing, |group| group.total.sum)
}

impl Donut {
    /// `than` and `before`: what it is compared with.
    pub fn new(units: Units, spending: &PeriodSpending, (than, before): (&str, &[CategorySum]), categories: &[Category]) -> Self {
        let total = spending.total.sum;
        let part = |group: &CategorySum| {
            let (slice, sum) = (Slice::of(group.category_id, categories), group.total.sum);
            let before = sum_of(before, &slice, Money::zero(units.currency));
            Part { slice, sum, percent: share_percent(sum, total), before }
        };
        let slices = spending.groups.iter().map(part).collect();
        Self { units, name: spending.name.clone(), span: spending.span, total, slices, than: than.to_owned() }
    }

    /// The expenses of one slice.
    pub fn link(&self, item: usize) -> Option<String> {
        Some(address::expenses(self.span, Some(self.slices.get(item)?.slice.id)))
    }

    /// What hovering tells of one slice.
    pub fn tip(&self, item: usize) -> Option<String> {
        let Part { slice, sum, before, .. } = self.slices.get(item)?;
        Some(look::tip([
            look::isolated(&slice.name),
            self.units.locale.money(*sum),
            look::share(self.units, sum.minor, self.total.minor),
            look::change(self.units, sum.minor, before.minor, &self.than),
        ]))
    }

    pub fn label(&self) -> String {
        let largest =
            self.slices.first().map_or(String::new(), |p| format!(", most of it for {} ({}%)", p.slice.name, p.percent));
        format!(
            "Donut chart of {} by category: {}{largest}. The same numbers are in the list below.",
            self.name,
            self.units.locale.money(self.total)
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
    pub fn option(&self) -> Value {
        let points: Vec<DataPointItem> = self
            .slices
            .iter()
            .map(|p| DataPointItem::new(p.sum.minor as f64).name(&p.slice.name).item_style(ItemStyle::new().color(p.slice.hex)))
            .collect();
        let chart = Chart::new().tooltip(look::tooltip().trigger(Trigger::Item)).series(
            Pie::new()
                .name(&self.name)
                .radius(vec!["72%", "96%"])
                .center(vec!["50%", "50%"])
                .label(Label::new().show(false))
                .label_line(LabelLine::new().show(false))
                .item_style(ItemStyle::new().border_radius(5).border_color(SURFACE).border_width(1))
                .data(points),
        );
        let gaps = if self.slices.len() > 1 { 2 } else { 0 };
        look::option(
            chart,
            &self.label(),
            json!({ "series": [{ "padAngle": gaps, "minAngle": 3, "emphasis": { "scale": false } }] }),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::charts::tests::year;

    #[test]
    fn slices_carry_name_colour_and_share() {
        let (units, periods, categories) = year();
        let before = ("October 2026", &periods[0].groups[..]);
        let donut = Donut::new(units, &periods[1], before, &categories);
        let option = donut.option();
        assert_eq!(
            option["series"][0]["data"][0],
            json!({ "value": 62_000.0, "name": "Rent", "itemStyle": { "color": "#7aa2ff" } })
        );
        assert_eq!(option["series"][0]["padAngle"], 2);
        assert_eq!(donut.slices.iter().map(|p| p.percent).collect::<Vec<_>>(), [83, 17]);
        assert_eq!(donut.link(0), Some(format!("/expenses?from=2026-11-01&to=2026-11-30&category_id={}", categories[0].id)));
        assert_eq!((donut.link(2), donut.tip(2)), (None, None));
        let tip = donut.tip(1).expect("a tip");
        assert_eq!(
            tip.split('\n').collect::<Vec<_>>(),
            ["\u{2068}Food & <b>\"drink\"</b>\u{2069}", "€124.80", "17% of €744.80", "▲ €124.80 more than October 2026"]
        );
        let alone = PeriodSpending { groups: vec![periods[1].groups[0].clone()], ..periods[1].clone() };
        assert_eq!(
            Donut::new(units, &alone, before, &categories).option()["series"][0]["padAngle"],
            0,
            "a lone slice is a whole ring"
        );
    }
}
