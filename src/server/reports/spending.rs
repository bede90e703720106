//! Spending in the days of a report, in groups that sum to it.

use super::{period, total};
use crate::{
    domain::{
        CategoryId, Currency, Day, Money, Problem, Span, Total, User,
        report::{Asked, By, CategorySum, Compare, Compared, PeriodSpending, SpendingReport},
    },
    server::store::Store,
};
use std::collections::BTreeMap;

/// The report that `user` asks for, over their own expenses.
pub async fn spending(store: &dyn Store, user: &User, asked: Asked) -> Result<SpendingReport, Problem> {
    let compared = asked.compared(user);
    let mut spans = compared.clone();
    if asked.by == By::Category {
        spans.push(asked.span);
    }
    let mut sums = store.spending(user.id, &spans).await?;
    let (categories, parts) = if asked.by == By::Category {
        (sums.pop().ok_or_else(Problem::internal)?, Vec::new())
    } else {
        let parts = parts(&asked, user, store.daily_spending(user.id, asked.span).await?)?;
        (merged(parts.iter().flat_map(|part| &part.groups), user.currency)?, parts)
    };
    let compared = compare(&asked, user, &compared, sums)?;
    let total = total(&categories, user.currency)?;
    Ok(SpendingReport { name: asked.name(asked.span, user), total, categories, parts, compared, asked })
}

/// The parts of a report by time, from what was spent each day, oldest first.
fn parts(asked: &Asked, user: &User, days: Vec<(Day, CategorySum)>) -> Result<Vec<PeriodSpending>, Problem> {
    let mut days = days.into_iter().peekable();
    let part = |span: Span| {
        let mut own = Vec::new();
        while let Some((_, sum)) = days.next_if(|(day, _)| *day <= span.to) {
            own.push(sum);
        }
        let groups = merged(&own, user.currency)?;
        period(span, (asked.part_name(span, user), asked.part_short_name(span, user)), groups, user.currency)
    };
    asked.parts(user).into_iter().map(part).collect()
}

/// The sums of several spans as one, largest first.
fn merged<'s>(sums: impl IntoIterator<Item = &'s CategorySum>, currency: Currency) -> Result<Vec<CategorySum>, Problem> {
    let mut all: BTreeMap<Option<CategoryId>, (u64, i64)> = BTreeMap::new();
    for sum in sums {
        let (count, minor) = all.entry(sum.category_id).or_default();
        *count += sum.total.count;
        *minor = minor.checked_add(sum.total.sum.minor).ok_or_else(Problem::internal)?;
    }
    let sum =
        |(category_id, (count, minor))| CategorySum { category_id, total: Total { count, sum: Money::new(minor, currency) } };
    let mut all: Vec<CategorySum> = all.into_iter().map(sum).collect();
    all.sort_by_key(|group| (std::cmp::Reverse(group.total.sum.minor), group.category_id));
    Ok(all)
}

fn compare(asked: &Asked, user: &User, spans: &[Span], sums: Vec<Vec<CategorySum>>) -> Result<Compared, Problem> {
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return Err(Problem::internal()) };
    let span = Span { from: first.from, to: last.to };
    let all = merged(sums.iter().flatten(), user.currency)?;
    let whole = total(&all, user.currency)?;
    if asked.compare != Compare::Average {
        return Ok(Compared { name: asked.name(span, user), span, total: whole, categories: all });
    }
    let n = spans.len() as i64;
    let mean = |total: Total| Total { count: 0, sum: Money::new((total.sum.minor + n / 2).div_euclid(n), total.sum.currency) };
    let categories = all.into_iter().map(|group| CategorySum { total: mean(group.total), ..group }).collect();
    Ok(Compared { name: format!("the average of the {n} before"), span, total: mean(whole), categories })
}
