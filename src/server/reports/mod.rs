//! Sums for the dashboard and the reports, from the store's queries and the person's own calendar.
//!
//! It must never count anything that [`ExpenseFilter`] would not list: each sum opens to its rows.

mod ahead;
mod alike;
mod balance;
mod budgets;
mod page;
#[cfg(test)]
mod proof;
mod spending;
#[cfg(test)]
mod tests;

pub use ahead::{forecast, forecast_of};
pub use balance::balance;
pub use budgets::{budgets, copies, left};
pub use page::report;
pub use spending::spending;

use crate::{
    domain::{
        Currency, Day, ExpenseFilter, Me, Money, Problem, Span, Total,
        forecast::coming,
        page::PageRequest,
        report::{BalancePoint, CategorySum, Dashboard, Length, PeriodSpending},
    },
    server::store::Store,
};

/// How many periods (but years), days of the balance line and latest expenses the dashboard shows.
const PERIODS: usize = 12;
const YEARS: usize = 5;
const LINE_DAYS: i64 = 30;
const LATEST: u32 = 8;
/// How many days ahead the dashboard shows what recurs.
const COMING_DAYS: i64 = 30;

/// The dashboard of the period that holds `on` (today when `None`), with the last periods as long as `per`. The balance
/// line is always today's.
pub async fn dashboard(store: &dyn Store, me: &Me, on: Option<Day>, per: Length) -> Result<Dashboard, Problem> {
    let (user, currency, calendar) = (&me.user, me.balance.currency, me.user.period);
    let day = on.unwrap_or(me.today);
    let span = calendar.containing(day);
    let so_far = Span { to: if span.contains(me.today) { me.today } else { span.to }, ..span };
    let before = same_days(so_far, calendar.before(span.from));
    let shown = per.last(if per == Length::Year { YEARS } else { PERIODS }, so_far.to, user);

    let spans: Vec<Span> = [so_far, before, span].into_iter().chain(shown.iter().copied()).collect();
    let mut sums = store.spending(user.id, &spans).await?.into_iter();
    let mut next = || sums.next().ok_or_else(Problem::internal);
    let spent = total(&next()?, currency)?.sum;
    let days = (user.locale.short_span(before), user.locale.short_day(before.from));
    let before = period(before, days, next()?, currency)?;
    let whole = period(span, (calendar.name(span), calendar.short_name(span)), next()?, currency)?;
    let mut periods = Vec::with_capacity(shown.len());
    for span in shown {
        periods.push(period(span, (per.name(span, user), per.short_name(span, user)), next()?, currency)?);
    }

    let first = me.today.plus(1 - LINE_DAYS);
    let nets = store.daily_net(user.id, first).await?;
    let page = PageRequest { limit: LATEST, cursor: None };
    let entries = store.recurring(user.id).await?;
    let latest = store.expenses(user.id, &ExpenseFilter::default(), &page).await?.items;
    Ok(Dashboard {
        balance: me.balance,
        shown: whole,
        funds: store.funds_total(user.id, span).await?.sum,
        spent,
        before,
        per,
        periods,
        budgets: budgets(store, me, day).await?,
        line: line(me.balance, first, me.today, &nets),
        forecast: forecast_of(store, me, &entries).await?,
        coming: coming(&entries, me.today, me.today.plus(COMING_DAYS)),
        // Amounts are more than zero, so a balance of nothing without expenses is one without funds.
        empty: latest.is_empty() && me.balance.minor == 0 && entries.is_empty(),
        latest,
    })
}

/// The spending of a period, which has a name and a short one.
fn period(
    span: Span,
    (name, short): (String, String),
    groups: Vec<CategorySum>,
    currency: Currency,
) -> Result<PeriodSpending, Problem> {
    Ok(PeriodSpending { span, name, short, total: total(&groups, currency)?, groups })
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
