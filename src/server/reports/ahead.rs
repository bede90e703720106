//! What is still to come: what recurs, and how the balance goes on. Reads the kept sums of the last months and, of single
//! expenses, only those that recurred: as quick for a million expenses as for ten.

#[cfg(test)]
mod tests;

use super::alike;
use crate::{
    domain::{
        Day, Expense, ExpenseFilter, Me, Money, Period, Problem, Recurring, Span,
        budget::BudgetLine,
        expense::Added,
        filter::MAX_SEARCH,
        forecast::{Forecast, LOOKED_AT, LeftOut, Usual, coming},
        import::EntryKind,
        page::PageRequest,
    },
    server::store::Store,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// How many expenses are read at once; of one entry, how many at most.
const PAGE: u32 = 200;
/// For how many entries it is looked for what was entered otherwise.
const ENTRIES: usize = 50;

/// How the balance goes on until the end of the next month; of pay periods, of the next calendar month.
pub async fn forecast(store: &dyn Store, me: &Me) -> Result<Forecast, Problem> {
    forecast_of(store, me, &store.recurring(me.user.id).await?).await
}

/// As [`forecast`], with the person's recurring entries.
pub async fn forecast_of(store: &dyn Store, me: &Me, entries: &[Recurring]) -> Result<Forecast, Problem> {
    let today = me.today;
    let last = end(me.user.period, today);
    let usual = usual(store, me, entries).await?;
    let dated = store.daily_net(me.user.id, today).await?;
    let later = dated.iter().fold(0_i64, |sum, (_, minor)| sum.saturating_add(*minor));
    let now = Money::new(me.balance.minor.saturating_sub(later), me.balance.currency);
    Ok(Forecast::new(now, (today, last), &dated, coming(entries, today, last), usual))
}

fn end(calendar: Period, today: Day) -> Day {
    match calendar {
        Period::Month { .. } => calendar.containing(calendar.containing(today).to.plus(1)).to,
        Period::Weeks { .. } => today.plus_months(1).last_of_month(),
    }
}

/// What is usual, and what of the days looked at is not.
async fn usual(store: &dyn Store, me: &Me, entries: &[Recurring]) -> Result<(Option<Usual>, LeftOut), Problem> {
    let (owner, today) = (me.user.id, me.today);
    let span = Span { from: today.plus(-LOOKED_AT), to: today.plus(-1) };
    let daily = store.daily_spending(owner, span).await?;
    let spent: Vec<_> = daily.into_iter().map(|(day, group)| (day, group.total.sum.minor)).collect();
    let mut left_out = LeftOut::nothing(me.balance.currency);
    let mut recurred = BTreeMap::<Day, i64>::new();
    let mut leave_out = |expense: &Expense| {
        let sum = recurred.entry(expense.date).or_default();
        *sum = sum.saturating_add(expense.amount.minor);
        left_out.sum.minor = left_out.sum.minor.saturating_add(expense.amount.minor);
    };
    let within = ExpenseFilter { from: Some(span.from), to: Some(span.to), ..ExpenseFilter::default() };
    let filter = ExpenseFilter { added: [Added::Recurring].into(), ..within.clone() };
    let mut cursor = None;
    loop {
        let page = store.expenses(owner, &filter, &PageRequest { limit: PAGE, cursor }).await?;
        page.items.iter().for_each(&mut leave_out);
        left_out.recorded += page.items.len() as u64;
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    for expense in otherwise(store, me, &within, entries).await? {
        leave_out(&expense);
        left_out.alike += 1;
        if !left_out.names.contains(&expense.what) {
            left_out.names.push(expense.what);
        }
    }
    let recurred: Vec<_> = recurred.into_iter().collect();
    Ok((Usual::of(Money::zero(me.balance.currency), today, &spent, &recurred), left_out))
}

/// Expenses that were entered otherwise and plainly are one that recurs. Each entry is one question for few rows; of very many
/// entries, those of the largest amounts.
async fn otherwise(store: &dyn Store, me: &Me, within: &ExpenseFilter, entries: &[Recurring]) -> Result<Vec<Expense>, Problem> {
    let mut weightiest: Vec<&Recurring> = entries.iter().filter(|entry| alike::goes_on(entry)).collect();
    weightiest.sort_by_key(|entry| (Reverse(entry.amount.minor), entry.id));
    let page = PageRequest { limit: PAGE, cursor: None };
    let (mut found, mut taken) = (Vec::new(), BTreeSet::new());
    for entry in weightiest.into_iter().take(ENTRIES) {
        let (least, most) = alike::amounts(entry);
        let filter = ExpenseFilter {
            categories: entry.category_id.into_iter().collect(),
            uncategorised: entry.category_id.is_none(),
            q: entry.what.as_str().chars().take(MAX_SEARCH).collect(),
            min: Some(least),
            max: Some(most),
            ..within.clone()
        };
        let rows = store.expenses(me.user.id, &filter, &page).await?.items;
        found.extend(alike::alike(entry, &rows, &mut taken).into_iter().cloned());
    }
    Ok(found)
}

/// Recurring expenses that are still to come in the period of these budgets, and count against them: all against that of all
/// spending; where there is none, those in a category that has one.
pub fn due(entries: &[Recurring], me: &Me, span: Span, whole: bool, lines: &[BudgetLine]) -> Money {
    let budgeted = |category| whole || lines.iter().any(|line| category == line.budget.category_id);
    let mut minor = 0_i64;
    for one in coming(entries, me.today, span.to) {
        if one.kind == EntryKind::Expense && budgeted(one.category_id) {
            minor = minor.saturating_add(one.amount.minor);
        }
    }
    Money::new(minor, me.user.currency)
}
