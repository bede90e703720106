//! The expenses of an account at one moment, so that what a filter asks of them is answered in memory: by day in columns, and
//! for each word, category, statement and way of being added the set of the rows that have it.

use super::{
    asked::Asked,
    words::{Gathering, Words},
};
use crate::{
    domain::{CategoryId, Day, Expense, ExpenseId, ImportId, Sort, expense::Added},
    server::store::{
        place::ExpensePlace,
        search::{Clause, words_of},
    },
};
use roaring::RoaringBitmap;
use std::{borrow::Cow, collections::HashMap, ops::Range};

/// An index while it is made.
#[derive(Default)]
pub struct Making {
    columns: Columns,
    words: Gathering,
}

/// What the rows have, but for their words. A row is its place in the order of day and id.
#[derive(Default)]
struct Columns {
    days: Vec<Day>,
    ids: Vec<ExpenseId>,
    /// Minor units.
    amounts: Vec<i64>,
    categories: HashMap<Option<CategoryId>, RoaringBitmap>,
    imports: HashMap<ImportId, RoaringBitmap>,
    added: HashMap<Added, RoaringBitmap>,
}

impl Making {
    /// Takes in the next expenses by day and id.
    pub fn and(mut self, expenses: &[Expense]) -> Self {
        expenses.iter().for_each(|expense| self.push(expense));
        self
    }

    fn push(&mut self, expense: &Expense) {
        let Self { columns, words } = self;
        let row = columns.len();
        columns.days.push(expense.date);
        columns.ids.push(expense.id);
        columns.amounts.push(expense.amount.minor);
        columns.categories.entry(expense.category_id).or_default().insert(row);
        if let Some(import) = expense.import_id {
            columns.imports.entry(import).or_default().insert(row);
        }
        columns.added.entry(expense.added()).or_default().insert(row);
        words_of(expense).iter().for_each(|word| words.add(word, row));
    }

    pub fn done(self) -> Index {
        let Self { columns, words } = self;
        let mut by_amount: Vec<u32> = (0..columns.len()).collect();
        by_amount.sort_unstable_by_key(|row| (columns.amounts[*row as usize], columns.ids[*row as usize]));
        Index { columns, by_amount, words: words.done() }
    }
}

impl Columns {
    fn place(&self, row: u32, sort: Sort) -> ExpensePlace {
        let row = row as usize;
        ExpensePlace::at(sort, self.days[row], self.amounts[row], self.ids[row])
    }
    fn len(&self) -> u32 {
        u32::try_from(self.ids.len()).unwrap_or(u32::MAX)
    }
}

/// The expenses of an account at one moment.
pub struct Index {
    columns: Columns,
    /// The rows by amount and id.
    by_amount: Vec<u32>,
    words: Words,
}

/// The rows that a filter asks for, but for its amounts.
struct Matching<'i> {
    days: Range<u32>,
    /// `None`: all of them.
    sets: Option<Cow<'i, RoaringBitmap>>,
}

impl Matching<'_> {
    fn has(&self, row: u32) -> bool {
        self.days.contains(&row) && self.sets.as_ref().is_none_or(|rows| rows.contains(row))
    }
    fn rows(&self, within: Range<u32>) -> Box<dyn DoubleEndedIterator<Item = u32> + '_> {
        let (first, end) = (within.start.max(self.days.start), within.end.min(self.days.end));
        match &self.sets {
            _ if first >= end => Box::new(std::iter::empty()),
            Some(rows) => Box::new(rows.range(first..end)),
            None => Box::new(first..end),
        }
    }
    fn len(&self) -> u64 {
        match &self.sets {
            _ if self.days.is_empty() => 0,
            Some(rows) => rows.range_cardinality(self.days.clone()),
            None => self.days.len() as u64,
        }
    }
}

impl Index {
    pub fn len(&self) -> u32 {
        self.columns.len()
    }

    /// The row of an expense, if it stands there with this day.
    pub fn row(&self, expense: &Expense) -> Option<u32> {
        let (place, of) = (ExpensePlace::of(expense, Sort::DateUp), |row| self.columns.place(row, Sort::DateUp));
        let row = first(0..self.len(), |row| of(row).in_list(&place).is_lt());
        (row < self.len() && of(row) == place).then_some(row)
    }

    /// The first places in the filter's order, but for rows that are `gone`.
    pub fn page(&self, asked: &Asked, gone: &RoaringBitmap) -> Vec<ExpensePlace> {
        let (sort, matching) = (asked.filter.sort, self.matching(asked, gone));
        let rows: Vec<u32> = if sort.is_by_day() {
            let beyond = self.beyond(asked, 0..self.len(), |row| row);
            let fits = |row: &u32| asked.filter.has_amount(self.columns.amounts[*row as usize]);
            in_order(matching.rows(beyond), sort).filter(fits).take(asked.wanted).collect()
        } else {
            self.met(asked, &matching).unwrap_or_else(|| self.sorted(asked, &matching))
        };
        rows.into_iter().map(|row| self.columns.place(row, sort)).collect()
    }

    /// How many match, but for rows that are `gone`, and what they sum to.
    pub fn total(&self, asked: &Asked, gone: &RoaringBitmap) -> (u64, i128) {
        let matching = self.matching(asked, gone);
        let amounts = matching.rows(0..self.len()).map(|row| self.columns.amounts[row as usize]);
        amounts.filter(|minor| asked.filter.has_amount(*minor)).fold((0, 0), |(n, sum), minor| (n + 1, sum + i128::from(minor)))
    }

    /// The part of an order that comes after the page before.
    fn beyond(&self, asked: &Asked, within: Range<u32>, nth: impl Fn(u32) -> u32) -> Range<u32> {
        let Some(after) = asked.after else { return within };
        let side = |n: u32| self.columns.place(nth(n), after.sort).in_list(&after);
        if after.sort.is_up() {
            first(within.clone(), |n| side(n).is_le())..within.end
        } else {
            within.start..first(within, |n| side(n).is_gt())
        }
    }

    /// Where amounts between these stand, both included, in the order of amounts.
    fn amounts(&self, min: Option<i64>, max: Option<i64>) -> Range<u32> {
        let amount = |n: u32| self.columns.amounts[self.by_amount[n as usize] as usize];
        let from = min.map_or(0, |min| first(0..self.len(), |n| amount(n) < min));
        from..max.map_or(self.len(), |max| first(from..self.len(), |n| amount(n) <= max))
    }

    /// The first by amount, if they are met soon on the way through the amounts: if not, all that match are sooner sorted.
    fn met(&self, asked: &Asked, matching: &Matching<'_>) -> Option<Vec<u32>> {
        let nth = |n: u32| self.by_amount[n as usize];
        let beyond = self.beyond(asked, self.amounts(asked.filter.min, asked.filter.max), nth);
        let far = usize::try_from(matching.len() * 2).unwrap_or(usize::MAX);
        let is_all = beyond.len() <= far;
        let way = in_order(beyond, asked.filter.sort).take(far).map(nth);
        let rows: Vec<u32> = way.filter(|row| matching.has(*row)).take(asked.wanted).collect();
        (is_all || rows.len() == asked.wanted).then_some(rows)
    }

    /// The first by amount of all that match.
    fn sorted(&self, asked: &Asked, matching: &Matching<'_>) -> Vec<u32> {
        let place = |row: u32| self.columns.place(row, asked.filter.sort);
        let fits = |row: &u32| asked.filter.has_amount(self.columns.amounts[*row as usize]) && asked.is_beyond(&place(*row));
        let mut rows: Vec<u32> = matching.rows(0..self.len()).filter(fits).collect();
        let by_place = |a: &u32, b: &u32| place(*a).in_list(&place(*b));
        if rows.len() > asked.wanted {
            rows.select_nth_unstable_by(asked.wanted, by_place);
            rows.truncate(asked.wanted);
        }
        rows.sort_unstable_by(by_place);
        rows
    }

    fn matching(&self, asked: &Asked, gone: &RoaringBitmap) -> Matching<'_> {
        let Asked { filter, search, .. } = asked;
        let Columns { days, categories, imports, added, .. } = &self.columns;
        let mut sets = Vec::new();
        if !filter.every_category() {
            let ids = filter.categories.iter().copied().map(Some).chain(filter.uncategorised.then_some(None));
            sets.push(any(ids.filter_map(|id| categories.get(&id))));
        }
        if let Some(import) = filter.import_id {
            sets.push(any(imports.get(&import)));
        }
        if !filter.added.is_empty() {
            sets.push(any(filter.added.iter().filter_map(|way| added.get(way))));
        }
        sets.extend(search.0.iter().map(|clause| self.clause(clause)));
        let first_day = filter.from.map_or(0, |from| first(0..self.len(), |row| days[row as usize] < from));
        let end = filter.to.map_or(self.len(), |to| first(0..self.len(), |row| days[row as usize] <= to));
        let mut sets = all(sets);
        if !gone.is_empty() {
            *sets.get_or_insert_with(|| Cow::Owned(self.every())).to_mut() -= gone;
        }
        Matching { days: first_day..end, sets }
    }

    fn every(&self) -> RoaringBitmap {
        let mut every = RoaringBitmap::new();
        every.insert_range(0..self.len());
        every
    }

    /// Rows that fulfil a part of a search.
    fn clause(&self, Clause { words, amounts }: &Clause) -> Cow<'_, RoaringBitmap> {
        let words = all(words.iter().map(|word| self.words.beginning(word)).collect());
        let mut rows = words.unwrap_or_default();
        for minor in amounts {
            let equal = self.amounts(Some(*minor), Some(*minor));
            rows.to_mut().extend(equal.map(|n| self.by_amount[n as usize]));
        }
        rows
    }
}

/// The rows of any of these.
fn any<'i>(sets: impl IntoIterator<Item = &'i RoaringBitmap>) -> Cow<'i, RoaringBitmap> {
    let mut sets = sets.into_iter();
    let mut rows = sets.next().map_or_else(Cow::default, Cow::Borrowed);
    sets.for_each(|set| *rows.to_mut() |= set);
    rows
}

/// The rows that are in each of these; `None` when there are none of them.
fn all(mut sets: Vec<Cow<'_, RoaringBitmap>>) -> Option<Cow<'_, RoaringBitmap>> {
    sets.sort_unstable_by_key(|set| set.len());
    let mut sets = sets.into_iter();
    let mut rows = sets.next()?;
    sets.for_each(|set| *rows.to_mut() &= &*set);
    Some(rows)
}

fn in_order<'i>(rows: impl DoubleEndedIterator<Item = u32> + 'i, sort: Sort) -> Box<dyn Iterator<Item = u32> + 'i> {
    if sort.is_up() { Box::new(rows) } else { Box::new(rows.rev()) }
}

/// The first number that is not `before`; those that are come first.
pub fn first(within: Range<u32>, before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (within.start, within.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
