//! Spending in the days of a report, in groups that sum to it.

use super::total;
use crate::{
    domain::{
        CategoryId, Currency, Money, Problem, Span, Total, User,
        report::{AVERAGED, Asked, By, CategorySum, Compare, Compared, Groups, PeriodSpending, SpendingReport},
    },
    server::store::Store,
};
use std::collections::BTreeMap;

/// The report that `user` asks for, over their own expenses.
pub async fn spending(store: &dyn Store, user: &User, asked: Asked) -> Result<SpendingReport, Problem> {
    let compared = asked.compared(user);
    let parts = asked.parts(user);
    let spans: Vec<Span> = compared.iter().chain(&parts).copied().collect();
    let mut sums = store.spending(user.id, &spans).await?;
    let of_parts = sums.split_off(compared.len());
    let currency = user.currency;
    let categories = merged(of_parts.iter().flatten(), currency)?;
    let groups = match asked.by {
        By::Category => Groups::Category(categories.clone()),
        _ => {
            let part = |(span, groups): (Span, Vec<CategorySum>)| {
                let name = asked.part_name(span, user);
                Ok(PeriodSpending { span, name, total: total(&groups, currency)?, groups })
            };
            Groups::Time(parts.into_iter().zip(of_parts).map(part).collect::<Result<_, Problem>>()?)
        }
    };
    let compared = compare(&asked, user, &compared, sums)?;
    Ok(SpendingReport { name: asked.name(asked.span, user), total: total(&categories, currency)?, groups, compared, asked })
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
    Ok(Compared { name: format!("the average of the {AVERAGED} before"), span, total: mean(whole), categories })
}
