//! What leads to the rows that a filter asks for: conditions that an index answers, and which of them is the best.
//! None may leave out a row that matches.

use super::{
    super::{
        numbers::day_int,
        search::{Clause, Search},
    },
    ask::Ask,
    docs::{added_term, amount_term, uuid},
    error::{Result, damaged},
    expenses::{categories, query, range},
    kind::Kind,
    migrations::{BY_CATEGORY, BY_IMPORT_DATE, BY_TERM_AMOUNT, BY_TERM_DATE},
};
use crate::domain::{ExpenseFilter, Sort, UserId, expense::Added};
use mongodb::{
    bson::{Bson, Document, RawDocument, Regex, doc},
    options::{AggregateOptions, FindOptions, Hint},
};

/// So many rows are counted and sorted in some 20 ms. Are there more, a page of them comes together as soon on the way
/// through a million. (Tests have too few rows for more, and come by every way.)
pub(super) const FEW: i64 = if cfg!(test) { 32 } else { 6_000 };
/// So many rows of words that begin alike are, though it takes longer: what else leads to rows may lead to all of them in vain.
const FEW_LIKE: i64 = if cfg!(test) { 48 } else { 12_000 };
/// How far along the order two leads are compared.
const PROBED: u64 = 200;
/// With so many words that begin alike, they are looked up one by one, in the order of the list.
const MOST_WORDS: usize = if cfg!(test) { 3 } else { 8 };
/// So many beginnings of more words are counted.
const MOST_WIDE: usize = 3;

/// What leads to the rows: a condition that an index answers, and that index.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    pub condition: Document,
    pub index: &'static str,
    decided: Decided,
}

/// What a lead leads to fulfils this, so it is not asked of the rows again: the index alone may answer.
#[derive(Clone, Debug)]
enum Decided {
    Nothing,
    Clause(Clause),
    Added,
}

/// All that could lead to the rows.
#[derive(Default)]
pub(super) struct Leads {
    /// In the order that is asked for.
    pub ordered: Vec<Lead>,
    /// Beginnings of many words, whose rows would have to be sorted; the longest first.
    pub wide: Vec<Lead>,
}

impl Lead {
    /// All there is, in the order of an index.
    pub fn along(index: &'static str) -> Self {
        Self { condition: Document::new(), index, decided: Decided::Nothing }
    }

    fn terms(any: Vec<Bson>, sort: Sort, decided: Decided) -> Self {
        let index = if sort.is_by_day() { BY_TERM_DATE } else { BY_TERM_AMOUNT };
        Self { condition: doc! { "words": { "$in": any } }, index, decided }
    }

    /// Everything that it leads to.
    pub fn all(&self, owner: UserId) -> Document {
        let mut query = doc! { "owner": uuid(owner.0) };
        query.extend(self.condition.clone());
        query
    }

    /// What it leads to that matches.
    pub fn query(&self, owner: UserId, filter: &ExpenseFilter, search: &Search) -> Document {
        let (mut filter, mut search) = (filter.clone(), search.clone());
        match &self.decided {
            Decided::Nothing => {}
            Decided::Clause(clause) => search.0.retain(|other| other != clause),
            Decided::Added => filter.added.clear(),
        }
        doc! { "$and": [query(owner, &filter, &search), self.condition.clone()] }
    }
}

pub(super) fn field(sort: Sort) -> &'static str {
    if sort.is_by_day() { "date" } else { "amount" }
}
pub(super) fn order(sort: Sort) -> Document {
    let direction = if sort.is_up() { 1 } else { -1 };
    doc! { field(sort): direction, "_id.id": direction }
}
pub(super) fn named(index: &str) -> Hint {
    Hint::Name(index.to_owned())
}

/// The bounds of days or of amounts.
pub(super) fn bounds(filter: &ExpenseFilter, by_day: bool) -> Option<Document> {
    if by_day { range(filter.from.map(day_int), filter.to.map(day_int)) } else { range(filter.min, filter.max) }
}

/// What leads to rows; `None`: no row can match.
pub(super) async fn leads(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, search: &Search) -> Result<Option<Leads>> {
    let (mut leads, sort) = (Leads::default(), filter.sort);
    let mut wide = Vec::new();
    for clause in &search.0 {
        let longest = clause.words.iter().max_by_key(|word| word.len()).map_or("", String::as_str);
        let words = if longest.is_empty() { Some(Vec::new()) } else { words_like(ask, owner, longest).await? };
        let is_decided = clause.words.len() < 2 || words.as_ref().is_some_and(Vec::is_empty);
        let decided = if is_decided { Decided::Clause(clause.clone()) } else { Decided::Nothing };
        let amounts = clause.amounts.iter().map(|minor| Bson::from(amount_term(*minor)));
        match words {
            Some(words) => {
                let any: Vec<Bson> = words.into_iter().map(Bson::from).chain(amounts).collect();
                if any.is_empty() {
                    return Ok(None);
                }
                leads.ordered.push(Lead::terms(any, sort, decided));
            }
            None => {
                let any = amounts.chain([begins(longest)?]).collect();
                wide.push((longest.len(), Lead::terms(any, sort, decided)));
            }
        }
    }
    wide.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    leads.wide = wide.into_iter().map(|(_, lead)| lead).collect();
    if !filter.added.is_empty() && filter.added.len() < Added::ALL.len() {
        let any = filter.added.iter().map(|added| added_term(*added).into()).collect();
        leads.ordered.push(Lead::terms(any, sort, Decided::Added));
    }
    if sort.is_by_day() {
        leads.ordered.extend(import(filter));
        leads.ordered.extend(category(filter));
    }
    Ok(Some(leads))
}

pub(super) fn import(filter: &ExpenseFilter) -> Option<Lead> {
    filter.import_id.map(|id| Lead { condition: doc! { "import": uuid(id.0) }, ..Lead::along(BY_IMPORT_DATE) })
}

pub(super) fn category(filter: &ExpenseFilter) -> Option<Lead> {
    categories(filter).map(|any| Lead { condition: doc! { "category": any }, ..Lead::along(BY_CATEGORY) })
}

/// Words are letters and digits only, which an expression takes as they are.
fn begins(word: &str) -> Result<Bson> {
    let pattern = format!("^{word}").try_into()?;
    Ok(Bson::RegularExpression(Regex { pattern, options: String::new().try_into()? }))
}

/// The words of an account that begin so; `None` when they are many.
async fn words_like(ask: &mut Ask<'_>, owner: UserId, beginning: &str) -> Result<Option<Vec<String>>> {
    let end = |word: String| {
        let mut end = doc! { "owner": uuid(owner.0), "words": word };
        end.extend(["date", "_id.id", "amount", "category"].map(|field| (field.to_owned(), Bson::MinKey)));
        end
    };
    let (mut found, mut from) = (Vec::new(), beginning.to_owned());
    loop {
        let options = FindOptions::builder()
            .hint(named(BY_TERM_DATE))
            .min(end(from))
            .max(end(format!("{beginning}\u{10ffff}")))
            .return_key(true)
            .limit(-1)
            .build();
        let read = |d: &RawDocument| Ok(d.get_str("words").map_err(|_| damaged("a word"))?.to_owned());
        let Some(word) = ask.find(Kind::Expense.name(), Document::new(), options, read).await?.pop() else {
            return Ok(Some(found));
        };
        if found.len() == MOST_WORDS {
            return Ok(None);
        }
        from = format!("{word}\u{1}");
        found.push(word);
    }
}

/// The lead with the fewest rows where the list begins: after as many rows of it, the others have not come so far.
pub(super) async fn best(ask: &mut Ask<'_>, owner: UserId, filter: &ExpenseFilter, mut leads: Vec<Lead>) -> Result<Option<Lead>> {
    if leads.len() < 2 {
        return Ok(leads.pop());
    }
    let mut best: Option<(i64, Lead)> = None;
    for lead in leads {
        let mut within = lead.all(owner);
        within.extend(bounds(filter, filter.sort.is_by_day()).map(|bounds| (field(filter.sort).to_owned(), bounds.into())));
        // The keys of terms have categories too, so that the rows of these cost twice as much.
        let rows = if matches!(lead.index, BY_TERM_DATE | BY_TERM_AMOUNT) { PROBED } else { PROBED / 2 };
        let Some(reached) = reached(ask, within, &lead, filter.sort, rows).await? else { return Ok(Some(lead)) };
        let far = if filter.sort.is_up() { reached } else { -reached };
        if best.as_ref().is_none_or(|(farthest, _)| far > *farthest) {
            best = Some((far, lead));
        }
    }
    Ok(best.map(|(_, lead)| lead))
}

/// The day or amount to which so many rows along the order lead; `None` when they are fewer.
pub(super) async fn reached(ask: &mut Ask<'_>, within: Document, lead: &Lead, sort: Sort, rows: u64) -> Result<Option<i64>> {
    let field = field(sort);
    let options = FindOptions::builder()
        .hint(named(lead.index))
        .sort(order(sort))
        .projection(doc! { "_id": 0, field: 1 })
        .skip(rows)
        .limit(-1)
        .build();
    let read = |d: &RawDocument| Ok(d.get_i64(field).map_err(|_| damaged("a place"))?);
    Ok(ask.find(Kind::Expense.name(), within, options, read).await?.pop())
}

/// Whether an index finds no more than so many rows.
pub(super) async fn has_few(ask: &mut Ask<'_>, index: &'static str, query: Document, few: i64) -> Result<bool> {
    let count = doc! { "_id": Bson::Null, "count": { "$sum": 1_i64 } };
    let pipeline = vec![doc! { "$match": query }, doc! { "$limit": few + 1 }, doc! { "$group": count }];
    let options = AggregateOptions::builder().hint(named(index)).build();
    let read = |d: &RawDocument| Ok(d.get_i64("count").map_err(|_| damaged("a count"))?);
    let found = ask.aggregate(Kind::Expense.name(), pipeline, options, read).await?;
    Ok(found.first().is_none_or(|n| *n <= few))
}

/// A beginning of words, though they are many, of few rows.
pub(super) async fn few_of(ask: &mut Ask<'_>, owner: UserId, wide: &[Lead]) -> Result<Option<Lead>> {
    for lead in wide.iter().take(MOST_WIDE) {
        if has_few(ask, lead.index, lead.all(owner), FEW_LIKE).await? {
            return Ok(Some(lead.clone()));
        }
    }
    Ok(None)
}
