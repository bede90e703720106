//! What the balance will probably be: from what recurs, and from what is usually spent a day.
//!
//! What is usual is the mean of the days looked at, without what recurs. The band around it grows with the root of the days, as
//! the sum of days does that differ from each other as those did; four of five outcomes are within it.

use super::{CategoryId, Currency, Day, Locale, Money, Recurring, RecurringId, import::EntryKind, recurring::Mode, text::What};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many days before today tell what is usual, at most.
pub const LOOKED_AT: i64 = 90;
/// With fewer days than these nothing is usual yet.
const LEAST: i64 = 14;
/// 1.28², of the normal distribution: four of five are within so many deviations. In ten thousandths.
const BAND: u128 = 16_384;

/// A recurring entry on one day to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    pub id: RecurringId,
    pub date: Day,
    pub kind: EntryKind,
    pub amount: Money,
    pub what: What,
    pub category_id: Option<CategoryId>,
    /// Its day has come, and it waits for the person's word.
    pub waits: bool,
}

impl Coming {
    /// What it adds to the balance.
    pub fn effect(&self) -> Money {
        match self.kind {
            EntryKind::Expense => -self.amount,
            EntryKind::Funds => self.amount,
        }
    }
}

/// What is still to come of these entries until a day, by day; what is late is there, too.
pub fn coming(entries: &[Recurring], today: Day, last: Day) -> Vec<Coming> {
    let of = |entry: &Recurring| {
        let Recurring { id, kind, amount, category_id, mode, .. } = *entry;
        let one = |date: Day| {
            let (what, waits) = (entry.what.clone(), mode == Mode::Propose && date <= today);
            Coming { id, date, kind, amount, what, category_id, waits }
        };
        entry.upcoming(last).map(one).collect::<Vec<_>>()
    };
    let mut all: Vec<Coming> = entries.iter().flat_map(of).collect();
    all.sort_by(|a, b| (a.date, &a.what, a.id).cmp(&(b.date, &b.what, b.id)));
    all
}

/// What somebody usually spends a day, without what recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// How many days tell it.
    pub days: i64,
    /// In all of them.
    pub spent: Money,
    /// The mean, rounded.
    pub per_day: Money,
    /// By how much the days differ from it: the standard deviation.
    pub deviation: Money,
}

impl Usual {
    /// From the spending of the days before today that had any, and what of it recurred. Days before the first of those do
    /// not count; `None` where there are too few.
    pub fn of(zero: Money, today: Day, spent: &[(Day, i64)], recurred: &[(Day, i64)]) -> Option<Self> {
        let begun = spent.iter().map(|(day, _)| *day).min()?.max(today.plus(-LOOKED_AT));
        let days = today.since(begun);
        if days < LEAST {
            return None;
        }
        let mut sums: BTreeMap<Day, i128> = BTreeMap::new();
        for (day, minor) in spent.iter().filter(|(day, _)| *day >= begun && *day < today) {
            *sums.entry(*day).or_default() += i128::from(*minor);
        }
        for (day, minor) in recurred {
            sums.entry(*day).and_modify(|sum| *sum -= i128::from(*minor));
        }
        let n = i128::from(days);
        let all: i128 = sums.values().sum();
        let squares: i128 = sums.values().map(|sum| sum.saturating_mul(*sum)).fold(0, i128::saturating_add);
        // The mean of the squares less the square of the mean.
        let variance = (squares / n).saturating_sub((all / n).saturating_mul(all / n)).max(0);
        let money = |minor: i128| Money::new(held(minor), zero.currency);
        Some(Self {
            days,
            spent: money(all),
            per_day: money((all * 2 + n) / (n * 2)),
            deviation: money(i128::try_from(variance.unsigned_abs().isqrt()).unwrap_or(i128::MAX)),
        })
    }
    /// What is spent in so many days, and by how much it may be more or less, in minor units.
    fn after(self, days: i64) -> (i128, i128) {
        let (k, n) = (i128::from(days), i128::from(self.days.max(1)));
        let spent = (i128::from(self.spent.minor) * k * 2 + n) / (n * 2);
        let deviation = u128::from(self.deviation.minor.unsigned_abs());
        let square = deviation.saturating_mul(deviation).saturating_mul(days.unsigned_abs().into()).saturating_mul(BAND);
        (spent, i128::try_from((square / 10_000).isqrt()).unwrap_or(i128::MAX))
    }
}

/// What of the days looked at is not usual, because it recurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// How many expenses recurring entries have recorded.
    pub recorded: u64,
    /// How many were entered otherwise, and plainly are the same as one that recurs.
    pub alike: u64,
    /// Of all of them.
    pub sum: Money,
    /// What those were that were entered otherwise, each once.
    pub names: Vec<What>,
}

impl LeftOut {
    pub fn nothing(currency: Currency) -> Self {
        Self { recorded: 0, alike: 0, sum: Money::zero(currency), names: Vec::new() }
    }

    /// A sentence; `None` when nothing was left out.
    fn said(&self, locale: Locale) -> Option<String> {
        let plural = |n: u64, one: &str, more: &str| {
            if n == 1 { one.to_owned() } else { more.replace('#', &locale.group(&n.to_string())) }
        };
        let recorded =
            plural(self.recorded, "1 expense that a recurring entry recorded", "# expenses that recurring entries recorded");
        let alike = plural(
            self.alike,
            "1 that was entered otherwise and plainly is the same",
            "# that were entered otherwise and plainly are the same",
        );
        let mut names: Vec<String> = self.names.iter().take(3).map(|what| format!("“{what}”")).collect();
        if self.names.len() > 3 {
            names.push("others".to_owned());
        }
        let alike = format!("{alike} ({})", names.join(", "));
        let what = match (self.recorded, self.alike) {
            (0, 0) => return None,
            (_, 0) => recorded,
            (0, _) => alike,
            _ => format!("{recorded}, and {alike}"),
        };
        Some(format!("Left out of that average, as it recurs: {what}; {} in all.", locale.money(self.sum)))
    }
}

/// A sum held at the ends of what minor units can be.
fn held(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })
}

/// What the balance will probably be at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    pub date: Day,
    pub expected: Money,
    /// Four of five outcomes are from here …
    pub low: Money,
    /// … to here.
    pub high: Money,
}

/// The balance of the days after today, and on what that rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    pub today: Day,
    /// Today's, without what is recorded for later days.
    pub balance: Money,
    /// Something is recorded for later days; it counts on its day.
    pub dated: bool,
    pub usual: Option<Usual>,
    /// What `usual` is without.
    pub left_out: LeftOut,
    /// What recurs in these days, by day; what is late counts tomorrow.
    pub coming: Vec<Coming>,
    /// Each day after today.
    pub points: Vec<Ahead>,
}

impl Forecast {
    /// From today's balance until the end of `last`. `dated`: what is recorded for later days adds to it, by day.
    pub fn new(
        balance: Money,
        (today, last): (Day, Day),
        dated: &[(Day, i64)],
        coming: Vec<Coming>,
        (usual, left_out): (Option<Usual>, LeftOut),
    ) -> Self {
        let (mut points, mut due, mut sum) = (Vec::new(), coming.iter().peekable(), i128::from(balance.minor));
        let mut recorded = dated.iter().peekable();
        for days in 1..=last.since(today) {
            let date = today.plus(days);
            while let Some(one) = due.next_if(|one| one.date <= date) {
                sum += i128::from(one.effect().minor);
            }
            while let Some((_, minor)) = recorded.next_if(|(day, _)| *day <= date) {
                sum += i128::from(*minor);
            }
            let (spent, band) = usual.map_or((0, 0), |usual| usual.after(days));
            let money = |minor: i128| Money::new(held(minor), balance.currency);
            let expected = sum - spent;
            points.push(Ahead {
                date,
                expected: money(expected),
                low: money(expected.saturating_sub(band)),
                high: money(expected.saturating_add(band)),
            });
        }
        Self { today, balance, dated: !dated.is_empty(), usual, left_out, coming, points }
    }

    /// On what it rests, a sentence each.
    pub fn assumptions(&self, locale: Locale) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(last) = self.points.last() {
            lines.push(format!(
                "It begins with today’s balance of {} and ends on {}.",
                locale.money(self.balance),
                locale.day(last.date)
            ));
        }
        if self.dated {
            lines.push("What is recorded for later days counts on its day.".to_owned());
        }
        let sum = |kind| {
            let of_kind = self.coming.iter().filter(|one| one.kind == kind);
            let minor: i128 = of_kind.map(|one| i128::from(one.amount.minor)).sum();
            locale.money(Money::new(held(minor), self.balance.currency))
        };
        lines.push(match self.coming.len() {
            0 => "Nothing recurs in these days.".to_owned(),
            n => {
                let entries = if n == 1 {
                    "1 recurring entry comes on its day".to_owned()
                } else {
                    format!("{n} recurring entries come on their days")
                };
                format!("{entries}: {} in and {} out.", sum(EntryKind::Funds), sum(EntryKind::Expense))
            }
        });
        match self.usual {
            Some(Usual { days, per_day, deviation, .. }) => {
                lines.push(format!(
                    "Besides, {} is spent a day: the average of the last {days} days, without what recurs.",
                    locale.money(per_day)
                ));
                lines.extend(self.left_out.said(locale));
                lines.push(format!(
                    "The band holds four of five outcomes, if days go on to differ as they did: typically by {}.",
                    locale.money(deviation)
                ));
            }
            None => lines.push(format!("Nothing else is counted: it takes {LEAST} days of expenses to tell what is usual.")),
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }
    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }
    fn one(date: &str, kind: EntryKind, minor: i64) -> Coming {
        let what = What::parse("Rent").expect("what");
        Coming { id: RecurringId::new(), date: day(date), kind, amount: eur(minor), what, category_id: None, waits: false }
    }

    #[test]
    fn what_is_usual_is_the_mean_without_what_recurs() {
        let today = day("2026-11-26");
        // Every other day of twenty costs 10.00, and one of them had the rent, too.
        let spent: Vec<_> = (0..10).map(|n| (today.plus(-20 + 2 * n), if n == 3 { 81_000 } else { 1_000 })).collect();
        let usual = Usual::of(eur(0), today, &spent, &[(today.plus(-14), 80_000)]).expect("usual");
        assert_eq!((usual.days, usual.spent, usual.per_day, usual.deviation), (20, eur(10_000), eur(500), eur(500)));
        assert_eq!(Usual::of(eur(0), today, &[(today.plus(-13), 1_000)], &[]), None, "too few days");
        assert_eq!(Usual::of(eur(0), today, &[], &[]), None);
        let old = Usual::of(eur(0), today, &[(today.plus(-400), 1_000), (today.plus(-1), 900)], &[]).expect("usual");
        assert_eq!((old.days, old.spent), (LOOKED_AT, eur(900)));
    }

    #[test]
    fn the_line_goes_on_by_what_recurs_and_what_is_usual() {
        let usual = Usual { days: 90, spent: eur(90_000), per_day: eur(1_000), deviation: eur(2_000) };
        let coming = vec![one("2026-11-20", EntryKind::Expense, 5_000), one("2026-11-28", EntryKind::Funds, 200_000)];
        let forecast = Forecast::new(
            eur(100_000),
            (day("2026-11-26"), day("2026-11-30")),
            &[],
            coming,
            (Some(usual), LeftOut::nothing(Currency::EUR)),
        );
        let points: Vec<_> =
            forecast.points.iter().map(|p| (p.date.day(), p.expected.minor, p.high.minor - p.expected.minor)).collect();
        assert_eq!(points, [(27, 94_000, 2_560), (28, 293_000, 3_620), (29, 292_000, 4_434), (30, 291_000, 5_120)]);
        assert_eq!(
            forecast.assumptions(Locale::default()),
            [
                "It begins with today’s balance of €1,000.00 and ends on 30 Nov 2026.",
                "2 recurring entries come on their days: €2,000.00 in and €50.00 out.",
                "Besides, €10.00 is spent a day: the average of the last 90 days, without what recurs.",
                "The band holds four of five outcomes, if days go on to differ as they did: typically by €20.00.",
            ]
        );
        let bare = Forecast::new(
            eur(-5),
            (day("2026-11-30"), day("2026-11-30")),
            &[],
            Vec::new(),
            (None, LeftOut::nothing(Currency::EUR)),
        );
        assert!(bare.points.is_empty());
        let dated = Forecast::new(
            eur(5),
            (day("2026-11-29"), day("2026-12-01")),
            &[(day("2026-12-01"), -7)],
            Vec::new(),
            (None, LeftOut::nothing(Currency::EUR)),
        );
        assert_eq!(dated.points.iter().map(|p| p.expected.minor).collect::<Vec<_>>(), [5, -2]);
        assert_eq!(dated.assumptions(Locale::default())[1], "What is recorded for later days counts on its day.");
    }

    #[test]
    fn what_was_left_out_is_said() {
        let what = |text: &str| What::parse(text).expect("what");
        let said = |recorded, alike, names: &[&str]| {
            let names = names.iter().map(|name| what(name)).collect();
            LeftOut { recorded, alike, sum: eur(160_050), names }.said(Locale::default())
        };
        assert_eq!(said(0, 0, &[]), None);
        for (recorded, alike, names, words) in [
            (1, 0, &[][..], "1 expense that a recurring entry recorded"),
            (1_200, 0, &[], "1,200 expenses that recurring entries recorded"),
            (0, 1, &["Rent"], "1 that was entered otherwise and plainly is the same (“Rent”)"),
            (
                2,
                5,
                &["Rent", "Gym", "Tram", "Phone"],
                "2 expenses that recurring entries recorded, and 5 that were entered otherwise and plainly are the same (“Rent”, “Gym”, “Tram”, others)",
            ),
        ] {
            let whole = format!("Left out of that average, as it recurs: {words}; €1,600.50 in all.");
            assert_eq!(said(recorded, alike, names), Some(whole));
        }
    }

    proptest! {
        /// Expected is the plain sum, and the band never gets narrower.
        #[test]
        fn each_day_is_the_plain_sum(
            spent in prop::collection::vec((1_i64..120, 1_i64..50_000), 1..60), due in prop::collection::vec((0_i64..60, 1_i64..90_000, any::<bool>()), 0..10), balance in -1_000_000_i64..1_000_000,
        ) {
            let today = day("2026-11-26");
            let spent: Vec<_> = spent.into_iter().map(|(back, minor)| (today.plus(-back), minor)).collect();
            let usual = Usual::of(eur(0), today, &spent, &[]);
            let mut coming: Vec<_> = due.iter().map(|(days, minor, funds)| {
                let kind = if *funds { EntryKind::Funds } else { EntryKind::Expense };
                one(&today.plus(*days).to_string(), kind, *minor)
            }).collect();
            coming.sort_by_key(|one| one.date);
            let forecast = Forecast::new(eur(balance), (today, today.plus(60)), &[], coming.clone(), (usual, LeftOut::nothing(Currency::EUR)));
            prop_assert_eq!(forecast.points.len(), 60);
            let mut width = 0;
            for (n, point) in forecast.points.iter().enumerate() {
                let recurs: i64 = coming.iter().filter(|one| one.date <= point.date).map(|one| one.effect().minor).sum();
                let daily = usual.map_or(0.0, |usual| usual.spent.minor as f64 / usual.days as f64 * (n as f64 + 1.0));
                let plain = balance + recurs;
                prop_assert!((point.expected.minor as f64 - (plain as f64 - daily)).abs() <= 0.51, "{:?}", point);
                prop_assert_eq!(point.high.minor - point.expected.minor, point.expected.minor - point.low.minor);
                prop_assert!(point.high.minor - point.expected.minor >= width);
                width = point.high.minor - point.expected.minor;
            }
        }
    }
}
