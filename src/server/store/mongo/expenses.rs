//! Expenses: what a filter says as a query, and sums.

use super::{
    super::{
        Key, StoreError,
        numbers::day_int,
        search::{Clause, Search},
    },
    ask::Ask,
    docs::{account, expense, id_of, plain, uuid},
    error::{Result, damaged},
    kind::Kind,
    migrations::EVERYBODYS,
    people::users,
};
use crate::domain::{CategoryId, Currency, Expense, ExpenseFilter, ExpenseId, UserId, expense::Added};
use mongodb::{
    bson::{Bson, Document, RawDocument, doc, raw::RawBsonRef},
    options::{AggregateOptions, FindOptions, Hint},
};
use std::collections::HashMap;

pub(super) fn range(low: Option<i64>, high: Option<i64>) -> Option<Document> {
    let mut range = Document::new();
    if let Some(low) = low {
        range.insert("$gte", low);
    }
    if let Some(high) = high {
        range.insert("$lte", high);
    }
    (!range.is_empty()).then_some(range)
}

pub(super) fn categories(filter: &ExpenseFilter) -> Option<Bson> {
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

/// A condition for which no index is tried.
fn looked_up(any: Vec<Document>) -> Document {
    doc! { "$nor": [{ "$nor": any }] }
}

/// What the filter says, as a query; for its words, and how it was added, no index is tried.
pub(super) fn query(owner: UserId, filter: &ExpenseFilter, search: &Search) -> Document {
    let (mut query, mut every) = (doc! { "owner": uuid(owner.0) }, Vec::new());
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
        Added::Api | Added::Cli | Added::Recurring => doc! { "import": null, "via": added.code() },
    };
    if !filter.added.is_empty() && filter.added.len() < Added::ALL.len() {
        every.push(looked_up(filter.added.iter().map(added).collect()));
    }
    every.extend(search.0.iter().map(fits));
    if !every.is_empty() {
        query.insert("$and", every);
    }
    query
}

/// What a clause of a search says. Words are letters and digits only, which an expression takes as they are.
fn fits(Clause { words, amounts }: &Clause) -> Document {
    let words: Vec<Document> = words.iter().map(|word| doc! { "words": { "$regex": format!("^{word}") } }).collect();
    let amounts: Vec<Bson> = amounts.iter().map(|minor| (*minor).into()).collect();
    let words = (!words.is_empty()).then(|| doc! { "$and": words });
    let amounts = (!amounts.is_empty()).then(|| doc! { "amount": { "$in": amounts } });
    looked_up(words.into_iter().chain(amounts).collect())
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

/// The currency of a person's sums.
pub async fn account_currency(ask: &mut Ask<'_>, owner: UserId) -> Result<Currency> {
    let account = ask.one(Kind::Account.name(), doc! { "_id": uuid(owner.0) }, account).await?;
    let account = account.ok_or_else(|| StoreError::Failed(format!("user {owner} has no account")))?;
    Ok(account.balance.currency)
}

/// The expenses of these ids, in their order.
pub async fn of(ask: &mut Ask<'_>, owner: UserId, ids: &[ExpenseId]) -> Result<Vec<Expense>> {
    let keys: Vec<Bson> = ids.iter().map(|id| id_of(&Key::Expense(owner, *id))).collect();
    let options = FindOptions::builder().hint(Hint::Keys(doc! { "_id": 1 })).build();
    let query = doc! { "_id": { "$in": keys }, "owner": uuid(owner.0) };
    let mut found: HashMap<ExpenseId, Expense> = HashMap::new();
    for row in ask.find(Kind::Expense.name(), query, options, expense).await? {
        found.insert(row.id, row);
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// Everybody is asked for it by key, so many at once.
pub async fn owners_of(ask: &mut Ask<'_>, id: ExpenseId) -> Result<Vec<UserId>> {
    const AT_ONCE: usize = 1_000;
    let people = users(ask).await?;
    let mut owners = Vec::new();
    for some in people.chunks(AT_ONCE) {
        let keys: Vec<Bson> = some.iter().map(|user| id_of(&Key::Expense(user.id, id))).collect();
        let options = FindOptions::builder().hint(Hint::Keys(doc! { "_id": 1 })).build();
        owners.extend(ask.find(Kind::Expense.name(), doc! { "_id": { "$in": keys } }, options, |d| Ok(expense(d)?.owner)).await?);
    }
    Ok(owners)
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
