//! How a page of expenses is found, and what all of it sums to: along the index that has the order, or by what leads to
//! few of them. MongoDB takes one index for a query, so it is chosen here and named; the rest of the filter is answered by
//! its keys as far as these have it, and else looked up in the rows that it leads to. It must never miss a row.

use super::{
    super::{
        numbers::{day_int, int_day},
        place::{ExpensePlace, SortKey},
        search::Search,
    },
    ask::Ask,
    docs::{account, expense, uuid},
    error::{Result, damaged},
    expenses::{account_currency, read_sums, sums},
    kind::Kind,
    leads::{FEW, Lead, best, bounds, category, few_of, field, has_few, import, leads, named, order, reached},
    migrations::{BY_AMOUNT, BY_DATE, BY_TERM_AMOUNT, BY_TERM_DATE},
    sums as kept,
};
use crate::domain::{Expense, ExpenseFilter, Money, Page, Sort, Total, UserId, page::PageRequest};
use mongodb::{
    bson::{Bson, Document, doc},
    options::{AggregateOptions, FindOptions},
};

/// So many rows are looked at, one after the other, before what leads to many of them is sorted. (Tests have too few rows for
/// more.)
const SOON: [u64; 2] = if cfg!(test) { [10, 40] } else { [1_000, 10_000] };

/// How a page is found.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// No row can match.
    Nowhere,
    /// By what an index leads to, in its order or sorted.
    By(Lead),
    /// In the order of the list, if the page comes together soon; else by this, sorted.
    Soon(Lead),
}

/// What a page is asked of.
pub(super) struct Asked<'a> {
    pub owner: UserId,
    pub filter: &'a ExpenseFilter,
    pub search: &'a Search,
    pub after: Option<&'a ExpensePlace>,
    /// One more than are shown.
    pub wanted: usize,
}

/// What was typed as a filter's search.
async fn search(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter) -> Result<Search> {
    let currency = if Search::has_digits(&filter.q) {
        ask.one(Kind::Account.name(), doc! { "_id": uuid(owner.0) }, account).await?.map(|account| account.balance.currency)
    } else {
        None
    };
    Ok(Search::read(&filter.q, currency))
}

/// The index that has the order of the list, or of one by the other of day and amount.
fn in_order(by_day: bool) -> &'static str {
    if by_day { BY_DATE } else { BY_AMOUNT }
}

/// Whether few rows are within the filter's days (or amounts), so that they may be sorted.
async fn is_narrow(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, by_day: bool) -> Result<bool> {
    match bounds(filter, by_day) {
        Some(bounds) => has_few(ask, in_order(by_day), doc! { "owner": uuid(owner.0), field_of(by_day): bounds }, FEW).await,
        None => Ok(false),
    }
}

fn field_of(by_day: bool) -> &'static str {
    field(if by_day { Sort::DateUp } else { Sort::AmountUp })
}

/// Chooses how to find what a filter asks for, in its order.
pub(super) async fn way(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, search: &Search) -> Result<Way> {
    let by_day = filter.sort.is_by_day();
    if is_narrow(ask, owner, filter, !by_day).await? {
        return Ok(Way::By(Lead::along(in_order(!by_day))));
    }
    // A statement is of few days: it is soon at its end where other leads go on in vain.
    for lead in [import(filter), category(filter).filter(|_| !by_day)].into_iter().flatten() {
        if has_few(ask, lead.index, lead.all(owner), FEW).await? {
            return Ok(Way::By(lead));
        }
    }
    let Some(mut leads) = leads(ask, owner, filter, search).await? else { return Ok(Way::Nowhere) };
    if let Some(lead) = few_of(ask, owner, &leads.wide).await? {
        return Ok(Way::By(lead));
    }
    if let Some(lead) = best(ask, owner, filter, leads.ordered).await? {
        return Ok(Way::By(lead));
    }
    Ok(if leads.wide.is_empty() { Way::By(Lead::along(in_order(by_day))) } else { Way::Soon(leads.wide.swap_remove(0)) })
}

/// The queries whose rows, one query after the other, are the page; so each has an index between two ends.
pub(super) fn page_of(asked: &Asked<'_>, lead: &Lead) -> (Vec<Document>, FindOptions) {
    let Asked { owner, filter, search, after, .. } = *asked;
    let query = lead.query(owner, filter, search);
    let queries = match after {
        None => vec![query],
        Some(place) => {
            let (field, key) = (field(filter.sort), key_of(place));
            let beyond = if filter.sort.is_up() { "$gt" } else { "$lt" };
            let same = doc! { field: key, "_id.id": { beyond: uuid(place.id.0) } };
            [same, doc! { field: { beyond: key } }].map(|part| doc! { "$and": [query.clone(), part] }).to_vec()
        }
    };
    (queries, FindOptions::builder().hint(named(lead.index)).sort(order(filter.sort)).build())
}

fn key_of(place: &ExpensePlace) -> i64 {
    match place.key {
        SortKey::Date(day) => day_int(day),
        SortKey::Amount(minor) => minor,
    }
}

/// The first rows, in order.
async fn rows(ask: &mut Ask<'_>, asked: &Asked<'_>, lead: &Lead) -> Result<Vec<Expense>> {
    let (queries, options) = page_of(asked, lead);
    let mut rows = Vec::new();
    for query in queries {
        let missing = asked.wanted - rows.len();
        if missing > 0 {
            let mut options = options.clone();
            options.limit = i64::try_from(missing).ok();
            options.batch_size = u32::try_from(missing + 1).ok();
            rows.extend(ask.find(Kind::Expense.name(), query, options, expense).await?);
        }
    }
    Ok(rows)
}

/// The first rows, if they are among the first of the whole list.
async fn soon(ask: &mut Ask<'_>, asked: &Asked<'_>) -> Result<Option<Vec<Expense>>> {
    let Asked { owner, filter, after, .. } = *asked;
    let lead = Lead::along(in_order(filter.sort.is_by_day()));
    let mut every = vec![lead.all(owner)];
    every.extend(bounds(filter, filter.sort.is_by_day()).map(|bounds| doc! { field(filter.sort): bounds }));
    let on = if filter.sort.is_up() { "$gte" } else { "$lte" };
    every.extend(after.map(|place| doc! { field(filter.sort): { on: key_of(place) } }));
    for far in SOON {
        let end = reached(ask, doc! { "$and": every.clone() }, &lead, filter.sort, far).await?;
        let near = match end {
            Some(end) => until(filter, end)?,
            None => filter.clone(),
        };
        let rows = rows(ask, &Asked { filter: &near, ..*asked }, &lead).await?;
        if end.is_none() || rows.len() == asked.wanted {
            return Ok(Some(rows));
        }
    }
    Ok(None)
}

/// The filter up to a day or an amount, in its order.
fn until(filter: &ExpenseFilter, end: i64) -> Result<ExpenseFilter> {
    let day = || int_day(end).ok_or_else(|| damaged("a day"));
    let mut near = filter.clone();
    match filter.sort {
        Sort::DateUp => near.to = Some(day()?),
        Sort::DateDown => near.from = Some(day()?),
        Sort::AmountUp => near.max = Some(end),
        Sort::AmountDown => near.min = Some(end),
    }
    Ok(near)
}

/// A page in the filter's order.
pub async fn list(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>> {
    let after = page.cursor.as_ref().map(|cursor| ExpensePlace::parse(cursor, filter.sort)).transpose()?;
    let search = search(ask, owner, filter).await?;
    let wanted = (page.limit as usize).saturating_add(1);
    let asked = Asked { owner, filter, search: &search, after: after.as_ref(), wanted };
    let mut items = match way(ask, owner, filter, &search).await? {
        Way::Nowhere => Vec::new(),
        Way::By(lead) => rows(ask, &asked, &lead).await?,
        Way::Soon(lead) => match soon(ask, &asked).await? {
            Some(items) => items,
            None => rows(ask, &asked, &lead).await?,
        },
    };
    let more = items.len() > page.limit as usize;
    items.truncate(page.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|e| ExpensePlace::of(e, filter.sort).cursor());
    Ok(Page { items, next_cursor })
}

/// How many match, and what they sum to.
pub async fn total(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
    if let Some(total) = kept::total(ask, owner, filter).await? {
        return Ok(total);
    }
    let currency = account_currency(ask, owner).await?;
    let search = search(ask, owner, filter).await?;
    let Some(lead) = counted_by(ask, owner, filter, &search).await? else {
        return Ok(Total { count: 0, sum: Money::zero(currency) });
    };
    let mut group = doc! { "_id": Bson::Null };
    group.extend(sums());
    let options = AggregateOptions::builder().hint(named(lead.index)).build();
    let pipeline = vec![doc! { "$match": lead.query(owner, filter, &search) }, doc! { "$group": group }];
    let (count, sum) = ask.aggregate(Kind::Expense.name(), pipeline, options, read_sums).await?.pop().unwrap_or_default();
    Ok(Total { count, sum: Money::new(sum, currency) })
}

/// What leads to all that is to be counted; its index has the amounts. `None`: there is nothing.
pub(super) async fn counted_by(
    ask: &mut Ask<'_>,
    owner: UserId,
    filter: &ExpenseFilter,
    search: &Search,
) -> Result<Option<Lead>> {
    let filter = &ExpenseFilter { sort: Sort::DateDown, ..filter.clone() };
    for by_day in [false, true] {
        if is_narrow(ask, owner, filter, by_day).await? {
            return Ok(Some(Lead::along(in_order(by_day))));
        }
    }
    let Some(mut leads) = leads(ask, owner, filter, search).await? else { return Ok(None) };
    let days_only = bounds(filter, true).is_some() && bounds(filter, false).is_none();
    let mut lead = match few_of(ask, owner, &leads.wide).await? {
        Some(lead) => lead,
        None => {
            leads.wide.truncate(1);
            let wide = leads.wide.pop();
            best(ask, owner, filter, leads.ordered).await?.or(wide).unwrap_or(Lead::along(in_order(days_only)))
        }
    };
    if lead.index == BY_TERM_DATE && !days_only {
        lead.index = BY_TERM_AMOUNT;
    }
    Ok(Some(lead))
}

/// The expenses that match, by id, at most `limit`.
pub async fn matching(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Result<Vec<Expense>> {
    let search = search(ask, owner, filter).await?;
    let Some(lead) = counted_by(ask, owner, filter, &search).await? else { return Ok(Vec::new()) };
    let options =
        FindOptions::builder().hint(named(lead.index)).sort(doc! { "_id.id": 1 }).limit(i64::from(limit)).batch_size(1_000);
    ask.find(Kind::Expense.name(), lead.query(owner, filter, &search), options.build(), expense).await
}
