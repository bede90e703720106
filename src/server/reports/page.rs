//! A report with all that its page shows.

use super::{balance, forecast, spending};
use crate::{
    domain::{
        Day, Me, Problem, Total,
        report::{Asked, By, DaySum, Report},
    },
    server::store::Store,
};
use std::collections::BTreeMap;

/// The most days that are shown one by one; a year of any calendar.
const DAYS: i64 = 372;
/// The most days whose balance is shown for each week.
const WEEKS: i64 = 1_500;

/// The report that `me` asks for.
pub async fn report(store: &dyn Store, me: &Me, asked: Asked) -> Result<Report, Problem> {
    let span = asked.span;
    let by = if span.days() <= DAYS {
        By::Day
    } else if span.days() <= WEEKS {
        By::Week
    } else {
        By::Month
    };
    let mut line = balance(store, me, &Asked { by, ..asked.clone() }).await?;
    line.retain(|point| point.date <= me.today);
    let days = if by == By::Day { Some(days(store, me, &asked).await?) } else { None };
    let forecast = if span.contains(me.today) { Some(forecast(store, me).await?) } else { None };
    Ok(Report { spending: spending(store, &me.user, asked).await?, days, balance: line, forecast })
}

async fn days(store: &dyn Store, me: &Me, asked: &Asked) -> Result<Vec<DaySum>, Problem> {
    let mut days: BTreeMap<Day, Vec<_>> = BTreeMap::new();
    for (day, sum) in store.daily_spending(me.user.id, asked.span).await? {
        days.entry(day).or_default().push(sum);
    }
    let sum = |(date, groups): (Day, Vec<_>)| -> Result<DaySum, Problem> {
        let total: Total = super::total(&groups, me.user.currency)?;
        Ok(DaySum { date, total })
    };
    days.into_iter().map(sum).collect()
}
