//! What the dashboard and the reports show. Sums are exact; every group opens to the expenses that make it up.

mod asked;

use super::{
    CategoryId, Day, Expense, Money, Span, Total,
    budget::BudgetReport,
    forecast::{Coming, Forecast},
};
pub use asked::{ASKED_FIELDS, AVERAGED, AVERAGES, Asked, By, Compare, LONGEST, Length};
use serde::{Deserialize, Serialize};

/// Spending of one category (`None`: without one) in some span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategorySum {
    pub category_id: Option<CategoryId>,
    pub total: Total,
}

/// Spending in one of the person's periods, by category. Groups sum to `total`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodSpending {
    pub span: Span,
    /// `November 2026`.
    pub name: String,
    /// For the axis of a chart: `Nov`.
    pub short: String,
    pub total: Total,
    pub groups: Vec<CategorySum>,
}

/// Spending of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySum {
    pub date: Day,
    pub total: Total,
}

/// The balance at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalancePoint {
    pub date: Day,
    pub balance: Money,
}

/// Everything on the dashboard of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    pub balance: Money,
    /// All of the period shown.
    pub shown: PeriodSpending,
    /// Funds added in the period.
    pub funds: Money,
    /// Spent in the period up to today (or its end).
    pub spent: Money,
    /// As many days of the period before.
    pub before: PeriodSpending,
    /// How long each of `periods` is.
    pub per: Length,
    /// The last periods, oldest first.
    pub periods: Vec<PeriodSpending>,
    /// Of the period shown.
    pub budgets: BudgetReport,
    /// The balance at the end of each of the last 30 days.
    pub line: Vec<BalancePoint>,
    /// How the line goes on.
    pub forecast: Forecast,
    /// What recurs in the next 30 days, and what waits.
    pub coming: Vec<Coming>,
    /// The newest expenses.
    pub latest: Vec<Expense>,
    /// True for a person who has recorded nothing yet.
    pub empty: bool,
}

/// What a report is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// `October 2026`, `the average of three before`.
    pub name: String,
    pub span: Span,
    /// Of the span; for averages the mean, rounded, and its count 0.
    pub total: Total,
    /// As `total`, by category.
    pub categories: Vec<CategorySum>,
}

/// Spending in some days. The categories sum to the total, and so do the parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendingReport {
    pub asked: Asked,
    /// `November 2026`.
    pub name: String,
    pub total: Total,
    /// Largest first.
    pub categories: Vec<CategorySum>,
    /// By time, oldest first, also those without any spending; none when it is asked by category.
    pub parts: Vec<PeriodSpending>,
    pub compared: Compared,
}

/// A report with all that its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub spending: SpendingReport,
    /// The days with any spending, oldest first; `None` in reports of more than a year.
    pub days: Option<Vec<DaySum>>,
    /// The balance at the ends of days, weeks or months up to today.
    pub balance: Vec<BalancePoint>,
    /// How that goes on, where the report has today in it.
    pub forecast: Option<Forecast>,
}

/// A part of a whole, in whole percent, rounded; 0 of nothing.
pub fn share_percent(part: Money, whole: Money) -> i64 {
    ratio(i128::from(part.minor), i128::from(whole.minor)).unwrap_or(0)
}

/// How much more or less than before, in whole percent of `before`, rounded; `None` when that was nothing.
pub fn percent_change(now: Money, before: Money) -> Option<i64> {
    ratio(i128::from(now.minor) - i128::from(before.minor), i128::from(before.minor))
}

fn ratio(part: i128, whole: i128) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    i64::try_from((part * 200 + part.signum() * whole) / (whole * 2)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn changes_and_shares_in_percent() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        let change = |now, before| percent_change(eur(now), eur(before));
        assert_eq!(change(112_890, 128_284), Some(-12));
        assert_eq!(change(150, 100), Some(50));
        assert_eq!(change(100, 100), Some(0));
        assert_eq!(change(0, 100), Some(-100));
        assert_eq!(change(100, 0), None);
        assert_eq!(change(i64::MAX, 1), None, "too much to say in percent");
        assert_eq!([share_percent(eur(1), eur(8)), share_percent(eur(62_000), eur(112_890))], [13, 55]);
        assert_eq!([share_percent(eur(0), eur(0)), share_percent(eur(i64::MAX), eur(i64::MAX))], [0, 100]);
    }
}
