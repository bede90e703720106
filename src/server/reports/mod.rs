//! Sums for the dashboard and the reports, from the store's queries and the person's own calendar.
//!
//! It must never count anything that [`ExpenseFilter`] would not list: each sum opens to its rows.

mod balance;
mod budgets;
mod spending;
#[cfg(test)]
mod tests;

pub use balance::balance;
pub use budgets::{budgets, copies, left};
pub use spending::spending;

use crate::{
    domain::{
        Currency, Day, ExpenseFilter, Me, Money, Problem, Span, Total,
        calendar::week_containing,
        page::PageRequest,
        report::{BalancePoint, CategorySum, Dashboard, PeriodSpending},
    },
    server::store::Store,
};

/// How many periods, days of the balance line and latest expenses the dashboard shows.
const PERIODS: usize = 12;
const LINE_DAYS: i64 = 30;
const LATEST: u32 = 8;

/// The dashboard of the period that holds `on` (today when `None`). The week and the balance line are
/// always today's.
pub async fn dashboard(store: &dyn Store, me: &Me, on: Option<Day>) -> Result<Dashboard, Problem> {
    let (owner, currency, calendar) = (me.user.id, me.balance.currency, me.user.period);
    let shown = calendar.last(PERIODS, on.unwrap_or(me.today));
    let span = *shown.last().ok_or_else(Problem::internal)?;
    let so_far = Span { to: if span.contains(me.today) { me.today } else { span.to }, ..span };
    let before = same_days(so_far, calendar.before(span.from));
    let week = week_containing(me.today, me.user.first_weekday);
    let week_before = week_containing(week.from.plus(-1), me.user.first_weekday);

    let spans: Vec<Span> = [so_far, before, week, week_before].into_iter().chain(shown.iter().copied()).collect();
    let mut sums = store.spending(owner, &spans).await?.into_iter();
    let mut next = || sums.next().ok_or_else(Problem::internal);
    let mut sum = || -> Result<Money, Problem> { Ok(total(&next()?, currency)?.sum) };
    let (spent, spent_before, this_week, last_week) = (sum()?, sum()?, sum()?, sum()?);
    let mut periods = Vec::with_capacity(shown.len());
    for span in shown {
        let groups = next()?;
        periods.push(PeriodSpending { span, name: calendar.name(span), total: total(&groups, currency)?, groups });
    }

    let first = me.today.plus(1 - LINE_DAYS);
    let nets = store.daily_net(owner, first).await?;
    let page = PageRequest { limit: LATEST, cursor: None };
    let latest = store.expenses(owner, &ExpenseFilter::default(), &page).await?.items;
    Ok(Dashboard {
        balance: me.balance,
        span,
        funds: store.funds_total(owner, span).await?.sum,
        spent,
        spent_before,
        before,
        week: this_week,
        week_before: last_week,
        periods,
        line: line(me.balance, first, me.today, &nets),
        // Amounts are more than zero, so a balance of nothing without expenses is one without funds.
        empty: latest.is_empty() && me.balance.minor == 0,
        latest,
    })
}

/// As many days from the start of `earlier` as `span` has, but none past its end.
fn same_days(span: Span, earlier: Span) -> Span {
    Span { to: earlier.from.plus(span.days() - 1).min(earlier.to), ..earlier }
}

/// What the groups sum to.
fn total(groups: &[CategorySum], currency: Currency) -> Result<Total, Problem> {
    let zero = Total { count: 0, sum: Money::zero(currency) };
    groups.iter().try_fold(zero, |all, group| {
        let minor = all.sum.minor.checked_add(group.total.sum.minor).ok_or_else(Problem::internal)?;
        Ok(Total { count: all.count + group.total.count, sum: Money::new(minor, currency) })
    })
}

/// The balance at the end of each day from `first` to `last`, reckoned back from what it is now.
/// `nets` holds every day after `first` that changed it, in order, days after `last` too.
fn line(now: Money, first: Day, last: Day, nets: &[(Day, i64)]) -> Vec<BalancePoint> {
    let mut minor = now.minor;
    let mut later = nets.iter().rev().peekable();
    let days = last.since(first) + 1;
    let mut points: Vec<BalancePoint> = (0..days)
        .map(|back| {
            let date = last.plus(-back);
            while let Some((_, net)) = later.next_if(|(day, _)| *day > date) {
                minor -= net;
            }
            BalancePoint { date, balance: Money::new(minor, now.currency) }
        })
        .collect();
    points.reverse();
    points
}
