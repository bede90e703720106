//! Expenses: by filter, page by page, and their sums.
//!
//! A page costs the same however deep: the place before it is one end of the walk over the index, and the
//! index is named.

use super::{
    super::{
        StoreError,
        numbers::day_int,
        place::{ExpensePlace, SortKey},
    },
    ask::Ask,
    docs::{Kind, account, expense, plain, uuid},
    error::{Result, damaged},
    migrations::{BY_AMOUNT, BY_CATEGORY, BY_DATE, BY_IMPORT, EVERYBODYS},
    sums as kept,
};
use crate::domain::{
    CategoryId, Currency, Expense, ExpenseFilter, ExpenseId, Money, Page, Sort, Total, UserId, expense::Added, fold,
    page::PageRequest,
};
use mongodb::{
    bson::{Bson, Document, RawDocument, doc, raw::RawBsonRef},
    options::{AggregateOptions, FindOptions, Hint},
};

fn range(low: Option<i64>, high: Option<i64>) -> Option<Document> {
    let mut range = Document::new();
    if let Some(low) = low {
        range.insert("$gte", low);
    }
    if let Some(high) = high {
        range.insert("$lte", high);
    }
    (!range.is_empty()).then_some(range)
}

fn categories(filter: &ExpenseFilter) -> Option<Bson> {
    let mut any: Vec<Bson> = filter.categories.iter().map(|id| uuid(id.0).into()).collect();
    if filter.uncategorised {
        any.push(Bson::Null);
    }
    match &any[..] {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(doc! { "$in": any }.into()),
    }
}

/// What the filter says, as a query.
fn query(owner: UserId, filter: &ExpenseFilter) -> Document {
    let mut query = doc! { "owner": uuid(owner.0) };
    if let Some(dates) = range(filter.from.map(day_int), filter.to.map(day_int)) {
        query.insert("date", dates);
    }
    if let Some(amounts) = range(filter.min, filter.max) {
        query.insert("amount", amounts);
    }
    if let Some(categories) = categories(filter) {
        query.insert("category", categories);
    }
    if let Some(import) = filter.import_id {
        query.insert("import", uuid(import.0));
    }
    let added = |added: &Added| match added {
        Added::Import => doc! { "import": { "$exists": true } },
        Added::Page => doc! { "import": null, "via": null },
        Added::Api | Added::Cli => doc! { "import": null, "via": added.code() },
    };
    if !filter.added.is_empty() {
        query.insert("$or", filter.added.iter().map(added).collect::<Vec<_>>());
    }
    // Words are letters and digits only, which an expression takes as they are.
    let words = fold::words(&filter.q);
    if !words.is_empty() {
        query.insert("$and", words.iter().map(|word| doc! { "words": { "$regex": format!("^{word}") } }).collect::<Vec<_>>());
    }
    query
}

/// The index that chooses what the filter asks for. With words the server tries which is best: those with a rare
/// word are found by it and sorted, a common one comes up soon enough on the way through the order.
fn hint(filter: &ExpenseFilter) -> Option<Hint> {
    fold::words(&filter.q).is_empty().then(|| Hint::Name(index(filter).to_owned()))
}

/// The index that has the filter's order; the rows of one import are few enough to be sorted.
fn index(filter: &ExpenseFilter) -> &'static str {
    let one_category = filter.categories.len() + usize::from(filter.uncategorised) == 1;
    match filter.sort {
        _ if filter.import_id.is_some() => BY_IMPORT,
        Sort::DateUp | Sort::DateDown if one_category => BY_CATEGORY,
        Sort::DateUp | Sort::DateDown => BY_DATE,
        Sort::AmountUp | Sort::AmountDown => BY_AMOUNT,
    }
}

/// Where a walk over an index begins or ends: the fields of its key, in order.
fn end(owner: UserId, filter: &ExpenseFilter, (key, id, rest): (Bson, Bson, Bson)) -> Document {
    let owner = uuid(owner.0);
    match index(filter) {
        BY_CATEGORY => {
            let category = filter.categories.first().map_or(Bson::Null, |id| uuid(id.0).into());
            doc! { "owner": owner, "category": category, "date": key, "_id.id": id, "amount": rest }
        }
        BY_AMOUNT => doc! { "owner": owner, "amount": key, "_id.id": id, "date": rest.clone(), "category": rest },
        _ => doc! { "owner": owner, "date": key, "_id.id": id, "amount": rest.clone(), "category": rest },
    }
}

/// How a page is asked for.
pub(super) fn page_of(owner: UserId, filter: &ExpenseFilter, after: Option<&ExpensePlace>) -> (Document, FindOptions) {
    let (field, up) = match filter.sort {
        Sort::DateUp => ("date", true),
        Sort::DateDown => ("date", false),
        Sort::AmountUp => ("amount", true),
        Sort::AmountDown => ("amount", false),
    };
    let place = after.map(|place| {
        let key = match place.key {
            SortKey::Date(day) => day_int(day),
            SortKey::Amount(minor) => minor,
        };
        (key, uuid(place.id.0))
    });
    let direction = if up { 1 } else { -1 };
    let mut query = query(owner, filter);
    let hint = hint(filter);
    if filter.import_id.is_some() || hint.is_none() {
        if let Some((key, id)) = place {
            let beyond = if up { "$gt" } else { "$lt" };
            let place = doc! { "$or": [{ field: { beyond: key } }, { field: key, "_id.id": { beyond: id } }] };
            query = doc! { "$and": [query, place] };
        }
        let sorted = FindOptions::builder().hint(hint).sort(doc! { field: direction, "_id.id": direction });
        return (query, sorted.build());
    }
    let (mut low, mut high) = ((Bson::MinKey, Bson::MinKey, Bson::MinKey), (Bson::MaxKey, Bson::MaxKey, Bson::MaxKey));
    let (first, last) = match field {
        "date" => (filter.from.map(day_int), filter.to.map(day_int)),
        _ => (filter.min, filter.max),
    };
    if let Some(first) = first {
        low.0 = first.into();
    }
    if let Some(last) = last {
        high.0 = last.into();
    }
    // A walk includes its low end and excludes its high end.
    match place {
        Some((key, id)) if up && first.is_none_or(|first| key >= first) => low = (key.into(), id.into(), Bson::MaxKey),
        Some((key, id)) if !up && last.is_none_or(|last| key <= last) => high = (key.into(), id.into(), Bson::MinKey),
        _ => {}
    }
    let ends = FindOptions::builder().hint(hint).min(end(owner, filter, low)).max(end(owner, filter, high));
    let sort = match index(filter) {
        BY_CATEGORY => doc! { "owner": direction, "category": direction, field: direction, "_id.id": direction },
        _ => doc! { "owner": direction, field: direction, "_id.id": direction },
    };
    (query, ends.sort(sort).build())
}

/// A page in the filter's order.
pub async fn list(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>> {
    let after = page.cursor.as_ref().map(|cursor| ExpensePlace::parse(cursor, filter.sort)).transpose()?;
    if is_empty(filter, after.as_ref()) {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let (query, mut options) = page_of(owner, filter, after.as_ref());
    let limit = i64::from(page.limit).saturating_add(1);
    options.limit = Some(limit);
    options.batch_size = u32::try_from(limit + 1).ok();
    let mut items = ask.find(Kind::Expense.name(), query, options, expense).await?;
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|e| ExpensePlace::of(e, filter.sort).cursor());
    Ok(Page { items, next_cursor })
}

/// True where no walk is needed, or possible: its ends would be in the wrong order.
fn is_empty(filter: &ExpenseFilter, after: Option<&ExpensePlace>) -> bool {
    let crossed = |low: Option<i64>, high: Option<i64>| low.zip(high).is_some_and(|(low, high)| low > high);
    let (first, last) = match filter.sort {
        Sort::DateUp | Sort::DateDown => (filter.from.map(day_int), filter.to.map(day_int)),
        Sort::AmountUp | Sort::AmountDown => (filter.min, filter.max),
    };
    let key = after.map(|place| match place.key {
        SortKey::Date(day) => day_int(day),
        SortKey::Amount(minor) => minor,
    });
    let beyond = match filter.sort {
        Sort::DateUp | Sort::AmountUp => crossed(key, last),
        Sort::DateDown | Sort::AmountDown => crossed(first, key),
    };
    crossed(first, last) || beyond
}

/// How many documents, and the sum of their amounts.
pub fn sums() -> Document {
    doc! { "count": { "$sum": 1_i64 }, "sum": { "$sum": "$amount" } }
}

/// A sum and how many it is of. The server adds exactly, and answers a double only where the sum does not
/// fit into minor units: it is held at their end.
pub fn read_sums(document: &RawDocument) -> Result<(u64, i64)> {
    let count = document.get_i64("count").ok().and_then(|n| u64::try_from(n).ok());
    let sum = match document.get("sum")? {
        Some(RawBsonRef::Int64(sum)) => Some(sum),
        Some(RawBsonRef::Int32(sum)) => Some(sum.into()),
        Some(RawBsonRef::Double(sum)) => Some(if sum < 0.0 { i64::MIN } else { i64::MAX }),
        _ => None,
    };
    Ok(count.zip(sum).ok_or_else(|| damaged("a sum"))?)
}

pub async fn total(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
    if let Some(total) = kept::total(ask, owner, filter).await? {
        return Ok(total);
    }
    let currency = account_currency(ask, owner).await?;
    let mut group = doc! { "_id": null };
    group.extend(sums());
    let options = AggregateOptions::builder().hint(hint(filter)).build();
    let pipeline = vec![doc! { "$match": query(owner, filter) }, doc! { "$group": group }];
    let found = ask.aggregate(Kind::Expense.name(), pipeline, options, read_sums).await?.pop();
    let (count, sum) = found.unwrap_or_default();
    Ok(Total { count, sum: Money::new(sum, currency) })
}

/// The currency of a person's sums.
pub async fn account_currency(ask: &mut Ask<'_>, owner: UserId) -> Result<Currency> {
    let account = ask.one(Kind::Account.name(), doc! { "_id": uuid(owner.0) }, account).await?;
    let account = account.ok_or_else(|| StoreError::Failed(format!("user {owner} has no account")))?;
    Ok(account.balance.currency)
}

pub async fn matching(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Result<Vec<Expense>> {
    let options =
        FindOptions::builder().hint(hint(filter)).sort(doc! { "_id.id": 1 }).limit(i64::from(limit)).batch_size(1_000).build();
    ask.find(Kind::Expense.name(), query(owner, filter), options, expense).await
}

pub async fn in_category(
    ask: &mut Ask<'_>,
    category: CategoryId,
    after: Option<(UserId, ExpenseId)>,
    limit: u32,
) -> Result<Vec<Expense>> {
    let mut query = doc! { "category": uuid(category.0) };
    if let Some((owner, id)) = after {
        query.insert("_id", doc! { "$gt": { "owner": uuid(owner.0), "id": uuid(id.0) } });
    }
    let options = FindOptions::builder()
        .hint(Hint::Name(EVERYBODYS.to_owned()))
        .sort(doc! { "_id": 1 })
        .limit(i64::from(limit))
        .batch_size(1_000)
        .build();
    ask.find(Kind::Expense.name(), query, options, expense).await
}

/// How many expenses each category has.
pub async fn by_category(ask: &mut Ask<'_>) -> Result<Vec<(CategoryId, u64)>> {
    // So said, the index alone answers.
    let of_some = doc! { "$match": { "category": { "$gte": uuid(uuid::Uuid::nil()) } } };
    let pipeline = vec![of_some, doc! { "$group": { "_id": "$category", "count": { "$sum": 1_i64 } } }];
    let read = |d: &RawDocument| {
        let id = category(d.get("_id")?)?.ok_or_else(|| damaged("a category"))?;
        let count = d.get_i64("count").ok().and_then(|n| u64::try_from(n).ok());
        Ok((id, count.ok_or_else(|| damaged("a count"))?))
    };
    let options = AggregateOptions::builder().hint(Hint::Name(EVERYBODYS.to_owned())).build();
    ask.aggregate(Kind::Expense.name(), pipeline, options, read).await
}

/// The category by which a group was made.
pub fn category(value: Option<RawBsonRef<'_>>) -> Result<Option<CategoryId>> {
    match value {
        Some(RawBsonRef::Binary(bytes)) => {
            let id = bytes.to_binary().to_uuid().map_err(|_| damaged("a category"))?;
            Ok(Some(CategoryId(plain(id))))
        }
        _ => Ok(None),
    }
}
