//! Budgets: how much somebody means to spend in a period of their calendar, in a category or in all.
//!
//! A budget holds from its period on, until there is another of the same category from a later one. With rollover, what is
//! left of a period, or overspent, goes into the next. That is never kept: it follows from the budgets and from what was spent.

#[cfg(test)]
mod tests;

use super::{BudgetId, CategoryId, Currency, Day, Locale, Money, Period, Span, UserId, report::CategorySum};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most budgets that are kept of one person, those of the past too.
pub const MOST: usize = 5_000;
/// Of how many periods [`Copied::Average`] is the average, at most.
pub const AVERAGED: usize = 3;

/// What somebody means to spend, from some period on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    pub id: BudgetId,
    pub owner: UserId,
    /// `None`: in all categories and none.
    pub category_id: Option<CategoryId>,
    /// The first period it holds for, as [`Period::key`] has it.
    pub from: Day,
    /// In each period; more than zero. `None`: from here on there is no budget.
    pub amount: Option<Money>,
    /// What is left at the end of a period, or overspent, goes into the next.
    pub rollover: bool,
    pub version: u32,
}

/// A budget to be set, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetDraft {
    pub category_id: Option<CategoryId>,
    pub amount: Money,
    /// `None`: as it is in the budget that holds now, or off.
    pub rollover: Option<bool>,
}

/// From what several budgets are set at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copied {
    /// The budgets of the period before.
    Last,
    /// What was spent on average in the [`AVERAGED`] periods before, or in those of them since the first expense.
    Average,
}

impl std::str::FromStr for Copied {
    type Err = super::FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "last" => Ok(Self::Last),
            "average" => Ok(Self::Average),
            _ => Err(super::FieldError::new("from", "unknown_value", "Choose last or average.")),
        }
    }
}

/// An amount for a period, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    pub amount: Money,
    /// What came from the period before; negative when that was overspent.
    pub carried: Money,
    pub spent: Money,
    /// Amount and carried less spent.
    pub left: Money,
}

impl Allowance {
    fn new(currency: Currency, amount: i128, carried: i128, spent: i128) -> Self {
        let money = |minor: i128| Money::new(held(minor), currency);
        Self { amount: money(amount), carried: money(carried), spent: money(spent), left: money(amount + carried - spent) }
    }
    /// What may be spent in the period.
    pub fn whole(&self) -> Money {
        Money::new(self.amount.minor.saturating_add(self.carried.minor), self.amount.currency)
    }
    /// How much of it is spent, in whole percent, rounded down, at most 999; 100 of nothing.
    pub fn used_percent(&self) -> u16 {
        let whole = i128::from(self.whole().minor);
        if whole <= 0 {
            return if self.spent.minor > 0 { 999 } else { 100 };
        }
        u16::try_from((i128::from(self.spent.minor) * 100 / whole).min(999)).unwrap_or(0)
    }
}

/// A sum held at the ends of what minor units can be.
fn held(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })
}

/// One budget in one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLine {
    pub budget: Budget,
    #[serde(flatten)]
    pub allowance: Allowance,
}

/// What can still be spent a day, so that the budget lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafeToSpend {
    /// Never negative.
    pub per_day: Money,
    /// Days after today, at least one.
    pub days: i64,
    /// Recurring expenses that are still to come in the period, and count against what is left.
    pub due: Money,
}

/// The budgets of one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetReport {
    pub span: Span,
    /// By which the period is known.
    pub key: Day,
    /// `November 2026`.
    pub name: String,
    /// Of all spending.
    pub whole: Option<BudgetLine>,
    /// Of categories, by the category's name.
    pub lines: Vec<BudgetLine>,
    /// The whole's, or what those of the categories come to; `None` without any.
    pub total: Option<Allowance>,
    /// Everything that was spent in the period.
    pub spent: Money,
    /// Spending in categories without a budget, and in none; largest first.
    pub unbudgeted: Vec<CategorySum>,
    /// Of the present period only.
    pub safe: Option<SafeToSpend>,
    /// From what the budgets of this period can be copied.
    pub copies: Vec<Copied>,
}

/// A budget that holds in a period, before it is known what was spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub budget: Budget,
    pub amount: Money,
    /// The days before the period from which something is carried, and the budgets of those days together.
    run: Option<(Span, i128)>,
}

/// The budgets of each category from the oldest to the newest, with the period that each begins with in this calendar.
fn by_category(budgets: &[Budget], calendar: Period) -> BTreeMap<Option<CategoryId>, Vec<(Day, &Budget)>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for budget in budgets {
        all.entry(budget.category_id).or_default().push((calendar.of_key(budget.from).from, budget));
    }
    all.values_mut().for_each(|own| own.sort_by_key(|(first, budget)| (*first, budget.from)));
    all
}

/// The budget of a category that is known for the period that begins on `first`: one that was ended, too.
pub fn standing(budgets: &[Budget], calendar: Period, category: Option<CategoryId>, first: Day) -> Option<&Budget> {
    let own = budgets.iter().filter(|budget| budget.category_id == category);
    let dated = own.map(|budget| (calendar.of_key(budget.from).from, budget)).filter(|(from, _)| *from <= first);
    dated.max_by_key(|(from, budget)| (*from, budget.from)).map(|(_, budget)| budget)
}

/// The budgets that hold in a period.
pub fn plan(budgets: &[Budget], calendar: Period, span: Span) -> Vec<Planned> {
    let mut planned = Vec::new();
    for own in by_category(budgets, calendar).into_values() {
        let Some(at) = own.iter().rposition(|(first, _)| *first <= span.from) else { continue };
        let budget = own[at].1;
        let Some(amount) = budget.amount else { continue };
        planned.push(Planned { budget: budget.clone(), amount, run: run(&own[..=at], calendar, span) });
    }
    planned
}

/// What is left of a period is its amount and what came in, less what was spent; so what comes in is the sum of the
/// amounts, less the spending, of all periods just before in which the budget rolls over.
fn run(own: &[(Day, &Budget)], calendar: Period, span: Span) -> Option<(Span, i128)> {
    let (mut first, mut amounts, mut at) = (span.from, 0, own.len());
    while first > Day::MIN {
        let before = calendar.before(first);
        // At the beginning of all days a period is cut short.
        if before.from >= first {
            break;
        }
        while at > 0 && own[at - 1].0 > before.from {
            at -= 1;
        }
        match at.checked_sub(1).map(|at| own[at].1) {
            Some(Budget { amount: Some(amount), rollover: true, .. }) => amounts += i128::from(amount.minor),
            _ => break,
        }
        first = before.from;
    }
    (first < span.from).then(|| (Span { from: first, to: span.from.plus(-1) }, amounts))
}

impl Planned {
    /// The days whose spending has to be known besides that of the period.
    pub fn carried_from(&self) -> Option<Span> {
        self.run.map(|(span, _)| span)
    }
    /// The line, once the spending of the period and of [`Planned::carried_from`] is known.
    pub fn line(self, spent: &[CategorySum], before: &[CategorySum]) -> BudgetLine {
        let category = self.budget.category_id;
        let carried = self.run.map_or(0, |(_, amounts)| amounts - spent_in(before, category));
        let allowance = Allowance::new(self.amount.currency, self.amount.minor.into(), carried, spent_in(spent, category));
        BudgetLine { budget: self.budget, allowance }
    }
}

/// What groups sum to in one category; in all when `None`.
fn spent_in(groups: &[CategorySum], category: Option<CategoryId>) -> i128 {
    let wanted = groups.iter().filter(|group| category.is_none() || group.category_id == category);
    wanted.map(|group| i128::from(group.total.sum.minor)).sum()
}

/// The whole's allowance, or what those of the categories come to.
pub fn total(whole: Option<&BudgetLine>, lines: &[BudgetLine]) -> Option<Allowance> {
    let first = match whole {
        Some(whole) => return Some(whole.allowance),
        None => lines.first()?.allowance,
    };
    let sum = |of: fn(&Allowance) -> Money| lines.iter().map(|line| i128::from(of(&line.allowance).minor)).sum::<i128>();
    Some(Allowance::new(first.amount.currency, sum(|a| a.amount), sum(|a| a.carried), sum(|a| a.spent)))
}

/// What can still be spent a day of `left`, when `due` is still to come; `None` unless the period has today in it. Today
/// counts as gone, but on the last day.
pub fn safe_to_spend(left: Money, due: Money, span: Span, today: Day) -> Option<SafeToSpend> {
    if !span.contains(today) {
        return None;
    }
    let days = span.to.since(today).max(1);
    let free = left.minor.saturating_sub(due.minor).max(0);
    Some(SafeToSpend { per_day: Money::new(free / days, left.currency), days, due })
}

/// How much of a period is gone, in whole percent, rounded; today counts as gone.
pub fn gone_percent(span: Span, today: Day) -> u16 {
    let gone = today.since(span.from).saturating_add(1).clamp(0, span.days());
    u16::try_from((gone * 200 + span.days()) / (span.days() * 2)).unwrap_or(100)
}

/// What the budgets of a period become when they are copied from the period before: those that differ.
pub fn as_before(budgets: &[Budget], calendar: Period, span: Span) -> Vec<BudgetDraft> {
    let now = plan(budgets, calendar, span);
    let same = |before: &Planned| {
        now.iter().any(|now| {
            let (a, b) = (&now.budget, &before.budget);
            (a.category_id, now.amount, a.rollover) == (b.category_id, before.amount, b.rollover)
        })
    };
    let before = plan(budgets, calendar, calendar.before(span.from)).into_iter().filter(|before| !same(before));
    before
        .map(|Planned { budget, amount, .. }| BudgetDraft {
            category_id: budget.category_id,
            amount,
            rollover: Some(budget.rollover),
        })
        .collect()
}

/// What the budgets of a period become when each is the average of what was spent in the periods before it, which
/// `spent` has from the oldest to the newest; those before the first expense do not count. The whole is set only if it
/// has a budget already.
pub fn on_average(spent: &[Vec<CategorySum>], whole: bool) -> Vec<BudgetDraft> {
    let begun = spent.iter().position(|groups| !groups.is_empty()).unwrap_or(spent.len());
    let counted = &spent[begun..];
    let mut sums: BTreeMap<CategoryId, (Currency, i128)> = BTreeMap::new();
    let mut all = None;
    for group in counted.iter().flatten() {
        let sum = group.total.sum;
        let minor = i128::from(sum.minor);
        if let Some(category) = group.category_id {
            sums.entry(category).or_insert((sum.currency, 0)).1 += minor;
        }
        all.get_or_insert((sum.currency, 0)).1 += minor;
    }
    let n = i128::try_from(counted.len()).unwrap_or(1).max(1);
    let sums = sums.into_iter().map(|(category, sum)| (Some(category), sum));
    let drafts = all.filter(|_| whole).map(|sum| (None, sum)).into_iter().chain(sums).map(|(category_id, (currency, sum))| {
        BudgetDraft { category_id, amount: Money::new(held((sum * 2 + n) / (n * 2)), currency), rollover: None }
    });
    drafts.filter(|draft| draft.amount.minor > 0).collect()
}

/// What is left of the budgets that an expense of a day counts against: of its category, and of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub span: Span,
    /// Of each category that has a budget; `None`: of all.
    pub left: Vec<(Option<CategoryId>, Money)>,
}

impl Left {
    /// By how much an expense would overspend: the category's budget, and the whole's.
    pub fn over(&self, amount: Money, category: Option<CategoryId>) -> Vec<(Option<CategoryId>, Money)> {
        let counts = self.left.iter().filter(|(of, _)| of.is_none() || *of == category);
        let over = counts.filter_map(|(of, left)| Some((*of, amount.checked_sub(*left)?)));
        over.filter(|(_, over)| over.minor > 0).collect()
    }
}

/// `€113.60 left`, `€4.80 over`.
pub fn left_words(locale: Locale, left: Money) -> String {
    format!("{} {}", locale.money(left.abs()), if left.is_negative() { "over" } else { "left" })
}
