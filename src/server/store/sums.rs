//! What the expenses of each day and of each month sum to, by category: how these sums move when rows change, and
//! which of them make up a span. For every engine alike; the engines only keep them.

use super::{Record, numbers::day_int};
use crate::domain::{CategoryId, Day, Expense, Span, UserId};
use std::collections::BTreeMap;

/// A sum is `high` times this, plus `low`: however many amounts are added, neither overflows.
pub const HIGH: i64 = 1_000_000_000;
/// The units of dates: a day as `yyyymmdd`, a month as `yyyymm00`.
pub const UNITS: [i64; 2] = [1, 100];

/// Of what a sum is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SumKey {
    pub owner: UserId,
    /// One of [`UNITS`].
    pub unit: i64,
    pub date: i64,
    pub category: Option<CategoryId>,
}

/// How many expenses, and how much; or by how much either moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub n: i64,
    pub high: i64,
    pub low: i64,
}

impl Sum {
    /// Of one amount, in minor units.
    pub fn of(minor: i64) -> Self {
        Self { n: 1, high: minor / HIGH, low: minor % HIGH }
    }
    fn add(&mut self, other: Self, sign: i64) {
        self.n += sign * other.n;
        self.high += sign * other.high;
        self.low += sign * other.low;
    }
    /// In minor units.
    pub fn minor(self) -> i128 {
        i128::from(self.high) * i128::from(HIGH) + i128::from(self.low)
    }
}

/// How sums move when rows change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumChanges(BTreeMap<SumKey, Sum>);

impl SumChanges {
    /// Of rows that come to be there.
    pub fn of<'r>(records: impl IntoIterator<Item = &'r Record>) -> Self {
        let mut changes = Self::default();
        for record in records {
            changes.change(None, Some(record));
        }
        changes
    }
    /// A record becomes another one, comes to be there or goes; nothing unless it is an expense.
    pub fn change(&mut self, before: Option<&Record>, after: Option<&Record>) {
        for (record, sign) in [(before, -1), (after, 1)] {
            if let Some(Record::Expense(Expense { owner, date, category_id, amount, .. })) = record {
                self.add(*owner, day_int(*date), *category_id, Sum::of(amount.minor), sign);
            }
        }
    }
    /// A day's sum, as often as `sign` says.
    pub fn add(&mut self, owner: UserId, day: i64, category: Option<CategoryId>, sum: Sum, sign: i64) {
        for unit in UNITS {
            let key = SumKey { owner, unit, date: day / unit * unit, category };
            self.0.entry(key).or_default().add(sum, sign);
        }
    }
    /// A sum goes that was kept.
    pub fn take(&mut self, key: SumKey, sum: Sum) {
        self.0.entry(key).or_default().add(sum, -1);
    }
    /// These and others.
    pub fn merge(&mut self, others: Self) {
        for (key, sum) in others.0 {
            self.0.entry(key).or_default().add(sum, 1);
        }
    }
    /// What moves.
    pub fn moves(&self) -> impl Iterator<Item = (&SumKey, &Sum)> {
        self.0.iter().filter(|(_, sum)| **sum != Sum::default())
    }
}

/// From which to which `date`, both included; nothing when the first is the larger.
pub type Range = (i64, i64);
const NOTHING: Range = (1, 0);

/// The days before the whole months of a span, those months, and the days after them.
pub fn parts(span: Span) -> [Range; 3] {
    let month = |day: Day| i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
    let kept = |month: i64| month.div_euclid(12) * 10_000 + (month.rem_euclid(12) + 1) * 100;
    let first = month(span.from) + i64::from(span.from.day() > 1);
    let last = month(span.to) - i64::from(span.to != span.to.last_of_month());
    let (from, to) = (day_int(span.from), day_int(span.to));
    if first > last {
        [(from, to), NOTHING, NOTHING]
    } else {
        [(from, kept(first)), (kept(first), kept(last)), (kept(last + 1), to)]
    }
}

/// The line of a fault: a sum that is kept is not what the rows sum to.
pub fn fault(owner: &str, date: i64) -> String {
    format!("the sum kept of {date} for {owner} is not what the expenses sum to")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_months_and_the_days_around_them() {
        let parts = |from: &str, to: &str| parts(Span { from: from.parse().expect("a day"), to: to.parse().expect("a day") });
        assert_eq!(parts("2026-11-03", "2026-11-29"), [(20_261_103, 20_261_129), NOTHING, NOTHING]);
        assert_eq!(
            parts("2026-11-01", "2026-11-30"),
            [(20_261_101, 20_261_100), (20_261_100, 20_261_100), (20_261_200, 20_261_130)]
        );
        assert_eq!(
            parts("2026-10-31", "2027-02-01"),
            [(20_261_031, 20_261_100), (20_261_100, 20_270_100), (20_270_200, 20_270_201)]
        );
        assert_eq!(parts("2026-11-02", "2026-12-30"), [(20_261_102, 20_261_230), NOTHING, NOTHING]);
        assert_eq!(parts("2026-11-05", "2026-11-04"), [(20_261_105, 20_261_104), NOTHING, NOTHING]);
    }

    #[test]
    fn what_does_not_move_is_not_there() {
        let (owner, category) = (UserId::new(), Some(CategoryId::new()));
        let mut changes = SumChanges::default();
        changes.add(owner, 20_261_103, None, Sum::of(12_000_000_345), 1);
        changes.add(owner, 20_261_104, category, Sum::of(5), 1);
        changes.add(owner, 20_261_103, None, Sum::of(12_000_000_345), -1);
        let moves: Vec<_> = changes.moves().map(|(key, sum)| (key.unit, key.date, key.category, sum.n, sum.minor())).collect();
        assert_eq!(moves, [(1, 20_261_104, category, 1, 5), (100, 20_261_100, category, 1, 5)]);
    }
}
