//! What has changed since an index was made.

use super::{asked::Asked, index::Index};
use crate::{
    domain::{Expense, ExpenseId, Seq},
    server::store::{Change, Record, place::ExpensePlace},
};
use roaring::RoaringBitmap;
use std::collections::HashMap;

/// An index together with what has changed since.
pub struct Current {
    index: Index,
    /// The last entry of the journal that is in it.
    pub seq: Seq,
    /// Rows of the index that are no more, or no more as they were.
    gone: RoaringBitmap,
    /// Those that are new, or otherwise now.
    rows: HashMap<ExpenseId, Expense>,
}

impl Current {
    /// What was read of an account whose journal had at least so many entries, and may have got more meanwhile: these are
    /// still to be applied, though rows may be as they left them, or twice in it.
    pub fn new(index: Index, seq: Seq) -> Self {
        Self { index, seq, gone: RoaringBitmap::new(), rows: HashMap::new() }
    }

    /// How many changes are beside the index.
    pub fn changes(&self) -> usize {
        self.rows.len() + usize::try_from(self.gone.len()).unwrap_or(usize::MAX)
    }

    /// Takes in a change of the account's journal; they come in order.
    pub fn apply(&mut self, change: Change) {
        let expense = |record| match record {
            Some(Record::Expense(expense)) => Some(expense),
            _ => None,
        };
        let (before, after) = (expense(change.before), expense(change.after));
        for was in [&before, &after].into_iter().flatten() {
            self.gone.extend(self.index.row(was));
            self.rows.remove(&was.id);
        }
        self.rows.extend(after.map(|now| (now.id, now)));
    }

    /// The first places of those that match, in the filter's order.
    pub fn page(&self, asked: &Asked) -> Vec<ExpensePlace> {
        let mut places = self.index.page(asked, &self.gone);
        let place = |expense| ExpensePlace::of(expense, asked.filter.sort);
        places.extend(self.changed(asked).map(place).filter(|place| asked.is_beyond(place)));
        places.sort_unstable_by(ExpensePlace::in_list);
        places.truncate(asked.wanted);
        places
    }

    /// How many match, and their sum in minor units.
    pub fn total(&self, asked: &Asked) -> (u64, i128) {
        let amounts = self.changed(asked).map(|expense| i128::from(expense.amount.minor));
        amounts.fold(self.index.total(asked, &self.gone), |(n, sum), minor| (n + 1, sum + minor))
    }

    fn changed<'a>(&'a self, asked: &'a Asked) -> impl Iterator<Item = &'a Expense> {
        self.rows.values().filter(|expense| asked.filter.takes(expense) && asked.search.finds(expense))
    }
}
