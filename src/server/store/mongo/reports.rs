//! Funds, what each day adds to the balance, budgets, and saved filters.

use super::{
    super::{
        numbers::{day_int, held, int_day},
        place::FundsPlace,
    },
    ask::Ask,
    docs::{body, funds, uuid},
    error::{Result, damaged},
    expenses::{account_currency, read_sums, sums},
    kind::Kind,
    migrations::BY_DATE,
    sums as kept,
};
use crate::domain::{Budget, CategoryId, Day, Funds, Money, Page, SavedFilter, Span, Total, UserId, page::PageRequest};
use mongodb::{
    bson::{Bson, Document, RawDocument, doc},
    options::{AggregateOptions, FindOptions, Hint},
};
use std::collections::BTreeMap;

pub async fn funds_list(ask: &mut Ask<'_>, owner: UserId, span: Span, page: &PageRequest) -> Result<Page<Funds>> {
    let owner = uuid(owner.0);
    let end = |key: (Bson, Bson, Bson)| doc! { "owner": owner, "date": key.0, "_id.id": key.1, "amount": key.2 };
    let place = page.cursor.as_ref().map(FundsPlace::parse).transpose()?;
    // A walk includes its low end and excludes its high end; it is not possible with the ends in the wrong order.
    let high = match place {
        Some(place) if place.date < span.from => return Ok(Page { items: Vec::new(), next_cursor: None }),
        Some(place) if place.date <= span.to => (day_int(place.date).into(), uuid(place.id.0).into(), Bson::MinKey),
        _ => (day_int(span.to).into(), Bson::MaxKey, Bson::MaxKey),
    };
    if span.from > span.to {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let options = FindOptions::builder()
        .hint(Hint::Name(BY_DATE.to_owned()))
        .min(end((day_int(span.from).into(), Bson::MinKey, Bson::MinKey)))
        .max(end(high))
        .sort(doc! { "owner": -1, "date": -1, "_id.id": -1 })
        .limit(i64::from(page.limit).saturating_add(1))
        .build();
    let mut items = ask.find(Kind::Funds.name(), doc! { "owner": owner }, options, funds).await?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|f| FundsPlace::of(f).cursor());
    Ok(Page { items, next_cursor })
}

/// Groups of an owner's funds of some days.
async fn groups<T: Send>(
    ask: &mut Ask<'_>,
    (owner, days): (UserId, Document),
    by: Bson,
    read: impl Fn(&RawDocument) -> Result<T> + Send,
) -> Result<Vec<T>> {
    let mut group = doc! { "_id": by };
    group.extend(sums());
    let pipeline = vec![doc! { "$match": { "owner": uuid(owner.0), "date": days } }, doc! { "$group": group }];
    let options = AggregateOptions::builder().hint(Hint::Name(BY_DATE.to_owned())).build();
    ask.aggregate(Kind::Funds.name(), pipeline, options, read).await
}

pub async fn funds_total(ask: &mut Ask<'_>, owner: UserId, span: Span) -> Result<Total> {
    let currency = account_currency(ask, owner).await?;
    let days = doc! { "$gte": day_int(span.from), "$lte": day_int(span.to) };
    let all = groups(ask, (owner, days), Bson::Null, read_sums).await?.pop();
    let (count, sum) = all.unwrap_or_default();
    Ok(Total { count, sum: Money::new(sum, currency) })
}

pub async fn daily_net(ask: &mut Ask<'_>, owner: UserId, after: Day) -> Result<Vec<(Day, i64)>> {
    let read = |d: &RawDocument| {
        let day = d.get_i64("_id").ok().and_then(int_day).ok_or_else(|| damaged("a day"))?;
        Ok((day, i128::from(read_sums(d)?.1)))
    };
    let mut net: BTreeMap<Day, i128> = BTreeMap::new();
    let funds = groups(ask, (owner, doc! { "$gt": day_int(after) }), "$date".into(), read).await?;
    let spent = kept::daily(ask, owner, after).await?.into_iter().map(|(day, sum)| (day, -sum));
    for (day, sum) in funds.into_iter().chain(spent) {
        *net.entry(day).or_default() += sum;
    }
    Ok(net.into_iter().map(|(day, sum)| (day, held(sum))).collect())
}

pub async fn budgets(ask: &mut Ask<'_>, owner: UserId) -> Result<Vec<Budget>> {
    let options = FindOptions::builder().sort(doc! { "_id.id": 1 }).batch_size(1_000).build();
    ask.find(Kind::Budget.name(), doc! { "owner": uuid(owner.0) }, options, body).await
}

pub async fn filters(ask: &mut Ask<'_>, owner: UserId) -> Result<Vec<SavedFilter>> {
    let options = FindOptions::builder().sort(doc! { "_id.id": 1 }).build();
    ask.find(Kind::Filter.name(), doc! { "owner": uuid(owner.0) }, options, body).await
}

/// Everybody's budgets of a category.
pub async fn budgets_of(ask: &mut Ask<'_>, category: CategoryId) -> Result<Vec<Budget>> {
    let options = FindOptions::builder().sort(doc! { "_id": 1 }).batch_size(1_000).build();
    ask.find(Kind::Budget.name(), doc! { "category": uuid(category.0) }, options, body).await
}
