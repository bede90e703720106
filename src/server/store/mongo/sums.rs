//! Sums of expenses, from the sums that are kept by day and by month: as quick for a million expenses as for ten.
//!
//! It must never answer anything but what the expenses themselves sum to; [`check`] proves that it does not.

use super::{
    super::{
        numbers::{day_int, held, int_day},
        sums::{HIGH, Sum, SumChanges, SumKey, UNITS, fault, parts},
    },
    ask::Ask,
    docs::{plain, uuid},
    error::{Result, damaged},
    expenses::{account_currency, category},
    kind::{Kind, SUMS},
    migrations::{BY_DATE, BY_DAY},
};
use crate::domain::{Day, ExpenseFilter, Money, Span, Total, UserId, fold, report::CategorySum};
use mongodb::{
    bson::{Bson, Document, RawDocument, RawDocumentBuf, doc, raw::RawBsonRef},
    options::{AggregateOptions, FindOptions, Hint},
};

/// The most faults that are told.
const TOLD: i64 = 20;

fn id_of(key: &SumKey) -> Document {
    let category = key.category.map_or(Bson::Null, |id| uuid(id.0).into());
    doc! { "owner": uuid(key.owner.0), "unit": key.unit, "date": key.date, "category": category }
}

/// Sends the changes; sums of nothing any more go.
pub async fn adjust(ask: &mut Ask<'_>, changes: &SumChanges) -> Result<()> {
    let (mut moved, mut emptied) = (Vec::new(), Vec::new());
    for (key, sum) in changes.moves() {
        let id = id_of(key);
        let set = id.clone();
        let q = ask.keyed(&id, uuid(key.owner.0));
        let u = doc! { "$inc": { "n": sum.n, "high": sum.high, "low": sum.low }, "$setOnInsert": set };
        moved.push(RawDocumentBuf::try_from(&doc! { "q": q, "u": u, "upsert": true })?);
        if sum.n < 0 {
            let mut q = ask.keyed(id, uuid(key.owner.0));
            q.insert("n", 0_i64);
            emptied.push(RawDocumentBuf::try_from(&doc! { "q": q, "limit": 1 })?);
        }
    }
    ask.update(SUMS, moved).await?;
    ask.delete(SUMS, emptied).await
}

/// Makes an account's sums anew from its rows; within a transaction.
pub async fn make(ask: &mut Ask<'_>, owner: UserId) -> Result<()> {
    let there = doc! { "q": { "owner": uuid(owner.0) }, "limit": 0 };
    ask.delete(SUMS, vec![RawDocumentBuf::try_from(&there)?]).await?;
    let mut group = doc! { "_id": { "date": "$date", "category": "$category" } };
    group.extend(of_rows());
    let pipeline = vec![doc! { "$match": { "owner": uuid(owner.0) } }, doc! { "$group": group }];
    let read = |d: &RawDocument| {
        let id = d.get_document("_id").map_err(|_| damaged("a day of rows"))?;
        let day = id.get_i64("date").map_err(|_| damaged("a day of rows"))?;
        Ok((day, category(id.get("category")?)?, read_sum(d)?))
    };
    let options = AggregateOptions::builder().hint(Hint::Name(BY_DATE.to_owned())).build();
    let mut changes = SumChanges::default();
    for (day, category, sum) in ask.aggregate(Kind::Expense.name(), pipeline, options, read).await? {
        changes.add(owner, day, category, sum, 1);
    }
    adjust(ask, &changes).await
}

/// The parts of a group that sum rows.
fn of_rows() -> Document {
    let low = doc! { "$mod": ["$amount", HIGH] };
    let high = doc! { "$toLong": { "$divide": [{ "$subtract": ["$amount", &low] }, HIGH] } };
    doc! { "n": { "$sum": 1_i64 }, "high": { "$sum": high }, "low": { "$sum": low } }
}

/// The parts of a group that sum sums.
fn of_sums() -> Document {
    doc! { "n": { "$sum": "$n" }, "high": { "$sum": "$high" }, "low": { "$sum": "$low" } }
}

fn read_sum(d: &RawDocument) -> Result<Sum> {
    let number = |name: &str| -> Result<i64> {
        match d.get(name)? {
            Some(RawBsonRef::Int64(n)) => Ok(n),
            Some(RawBsonRef::Int32(n)) => Ok(n.into()),
            _ => Err(damaged("a sum").into()),
        }
    };
    Ok(Sum { n: number("n")?, high: number("high")?, low: number("low")? })
}

fn count(sum: Sum) -> Result<u64> {
    Ok(u64::try_from(sum.n).map_err(|_| damaged("a sum"))?)
}

/// The sums of a span, each group of it read by `read` from its `_id`.
async fn groups<T: Send>(
    ask: &mut Ask<'_>,
    parts: impl IntoIterator<Item = Document>,
    by: &str,
    read: impl Fn(Option<RawBsonRef<'_>>) -> Result<T> + Send + Sync,
) -> Result<Vec<(T, Sum)>> {
    let any: Vec<Document> = parts.into_iter().collect();
    let mut group = doc! { "_id": by };
    group.extend(of_sums());
    let pipeline = vec![doc! { "$match": { "$or": any } }, doc! { "$group": group }];
    let options = AggregateOptions::builder().hint(Hint::Name(BY_DAY.to_owned())).build();
    ask.aggregate(SUMS, pipeline, options, |d| Ok((read(d.get("_id")?)?, read_sum(d)?))).await
}

/// What finds the sums that make up a span.
fn of_span(owner: UserId, span: Span) -> impl Iterator<Item = Document> {
    let units = [UNITS[0], UNITS[1], UNITS[0]];
    let dates = parts(span).into_iter().zip(units).filter(|((from, to), _)| from <= to);
    dates.map(move |((from, to), unit)| doc! { "owner": uuid(owner.0), "unit": unit, "date": { "$gte": from, "$lte": to } })
}

/// Spending in each span by category; each span's groups by sum, largest first.
pub async fn spending(ask: &mut Ask<'_>, owner: UserId, spans: &[Span]) -> Result<Vec<Vec<CategorySum>>> {
    let currency = account_currency(ask, owner).await?;
    let db = ask.db;
    let each = spans.iter().map(|span| async move {
        let mut out = Vec::new();
        if span.from <= span.to {
            for (category_id, sum) in groups(&mut Ask::new(db), of_span(owner, *span), "$category", category).await? {
                let total = Total { count: count(sum)?, sum: Money::new(held(sum.minor()), currency) };
                out.push(CategorySum { category_id, total });
            }
        }
        out.sort_by_key(|g| (std::cmp::Reverse(g.total.sum.minor), g.category_id));
        Ok(out)
    });
    futures::future::try_join_all(each).await
}

/// The total of what matches, if the kept sums know it: they know days and categories only.
pub async fn total(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter) -> Result<Option<Total>> {
    let ExpenseFilter { from, to, categories, uncategorised, q, min, max, import_id, added, sort: _ } = filter;
    if !fold::words(q).is_empty() || min.is_some() || max.is_some() || import_id.is_some() || !added.is_empty() {
        return Ok(None);
    }
    let span = Span { from: from.unwrap_or(Day::MIN), to: to.unwrap_or(Day::MAX) };
    let currency = account_currency(ask, owner).await?;
    let (mut n, mut minor) = (0, 0);
    if span.from <= span.to {
        for (category, sum) in groups(ask, of_span(owner, span), "$category", category).await? {
            if filter.every_category() || category.map_or(*uncategorised, |category| categories.contains(&category)) {
                (n, minor) = (n + count(sum)?, minor + sum.minor());
            }
        }
    }
    Ok(Some(Total { count: n, sum: Money::new(held(minor), currency) }))
}

/// What the expenses of each day after `after` sum to, in minor units.
pub async fn daily(ask: &mut Ask<'_>, owner: UserId, after: Day) -> Result<Vec<(Day, i128)>> {
    let days = doc! { "owner": uuid(owner.0), "unit": UNITS[0], "date": { "$gt": day_int(after) } };
    let day = |id: Option<RawBsonRef<'_>>| {
        Ok(id.and_then(|id| id.as_i64()).and_then(int_day).ok_or_else(|| damaged("a day of a sum"))?)
    };
    let days = groups(ask, [days], "$date", day).await?;
    Ok(days.into_iter().map(|(day, sum)| (day, sum.minor())).collect())
}

/// The sums of each day of a span, by category.
pub async fn daily_by_category(ask: &mut Ask<'_>, owner: UserId, span: Span) -> Result<Vec<(Day, CategorySum)>> {
    let currency = account_currency(ask, owner).await?;
    let days = doc! { "$gte": day_int(span.from), "$lte": day_int(span.to) };
    let matching = doc! { "owner": uuid(owner.0), "unit": UNITS[0], "date": days };
    let options = FindOptions::builder().hint(Hint::Name(BY_DAY.to_owned())).batch_size(10_000).build();
    let read = |d: &RawDocument| {
        let day = d.get_i64("date").ok().and_then(int_day).ok_or_else(|| damaged("a day of a sum"))?;
        let sum = read_sum(d)?;
        let total = Total { count: count(sum)?, sum: Money::new(held(sum.minor()), currency) };
        Ok((day, CategorySum { category_id: category(d.get("category")?)?, total }))
    };
    let mut all = ask.find(SUMS, matching, options, read).await?;
    all.sort_by_key(|(day, group)| (*day, group.category_id));
    Ok(all)
}

/// Kept sums that are not what the expenses sum to, as lines of faults: days against rows, months against days.
pub async fn check(ask: &mut Ask<'_>) -> Result<Vec<String>> {
    let month = doc! { "$subtract": ["$date", { "$mod": ["$date", UNITS[1]] }] };
    let mut faults = Vec::new();
    for (unit, of, from, date, sums) in [
        (UNITS[0], doc! {}, Kind::Expense.name(), Bson::from("$date"), of_rows()),
        (UNITS[1], doc! { "unit": UNITS[0] }, SUMS, Bson::from(month), of_sums()),
    ] {
        let mut group = doc! { "_id": { "owner": "$owner", "date": date, "category": { "$ifNull": ["$category", Bson::Null] } } };
        group.extend(sums);
        let minus = |field: &str| doc! { "$multiply": [-1_i64, field] };
        let kept = vec![
            doc! { "$match": { "unit": unit } },
            doc! { "$project": {
                "_id": { "owner": "$owner", "date": "$date", "category": "$category" },
                "n": minus("$n"), "high": minus("$high"), "low": minus("$low"),
            } },
        ];
        let mut all = doc! { "_id": "$_id" };
        all.extend(of_sums());
        let pipeline = vec![
            doc! { "$match": of },
            doc! { "$group": group },
            doc! { "$unionWith": { "coll": SUMS, "pipeline": kept } },
            doc! { "$group": all },
            doc! { "$match": { "$or": [{ "n": { "$ne": 0 } }, { "high": { "$ne": 0 } }, { "low": { "$ne": 0 } }] } },
            doc! { "$sort": { "_id": 1 } },
            doc! { "$limit": TOLD },
        ];
        let read = |d: &RawDocument| {
            let id = d.get_document("_id").map_err(|_| damaged("a sum"))?;
            let owner = match id.get("owner")? {
                Some(RawBsonRef::Binary(bytes)) => bytes.to_binary().to_uuid().map_err(|_| damaged("a sum"))?,
                _ => return Err(damaged("a sum").into()),
            };
            let date = id.get_i64("date").map_err(|_| damaged("a sum"))?;
            Ok(fault(&plain(owner).simple().to_string().to_uppercase(), date))
        };
        let options = AggregateOptions::builder().allow_disk_use(true).build();
        faults.extend(ask.aggregate(from, pipeline, options, read).await?);
    }
    faults.dedup();
    Ok(faults)
}
