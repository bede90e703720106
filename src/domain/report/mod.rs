//! What the dashboard and the reports show. Sums are exact; every group opens to the expenses that make it up.

mod asked;

use super::{CategoryId, Day, Expense, Money, Span, Total};
pub use asked::{ASKED_FIELDS, AVERAGED, Asked, By, Compare, LONGEST, Length};
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
    pub total: Total,
    pub groups: Vec<CategorySum>,
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
    /// The period shown; the newest of `periods`.
    pub span: Span,
    /// Funds added in the period.
    pub funds: Money,
    /// Spent in the period up to today (or its end), and in as many days of the period before.
    pub spent: Money,
    pub spent_before: Money,
    /// The days `spent_before` covers.
    pub before: Span,
    /// This week (by the person's first weekday) and the week before.
    pub week: Money,
    pub week_before: Money,
    /// The last twelve periods, oldest first.
    pub periods: Vec<PeriodSpending>,
    /// The balance at the end of each of the last 30 days.
    pub line: Vec<BalancePoint>,
    /// The newest expenses.
    pub latest: Vec<Expense>,
    /// True for a person who has recorded nothing yet.
    pub empty: bool,
}

/// What the spending of a report is divided into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Groups {
    /// Largest first.
    Category(Vec<CategorySum>),
    /// Oldest first, also those without any spending.
    Time(Vec<PeriodSpending>),
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

/// Spending in some days. The groups sum to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendingReport {
    pub asked: Asked,
    /// `November 2026`.
    pub name: String,
    pub total: Total,
    pub groups: Groups,
    pub compared: Compared,
}
