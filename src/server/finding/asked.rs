//! What is asked of an account's expenses.

use crate::{
    domain::{Currency, ExpenseFilter},
    server::store::{place::ExpensePlace, search::Search},
};

/// A page of what matches, or all of it.
pub struct Asked {
    pub filter: ExpenseFilter,
    pub search: Search,
    /// The end of the page before.
    pub after: Option<ExpensePlace>,
    /// How many rows, at most.
    pub wanted: usize,
}

impl Asked {
    /// All that matches.
    pub fn all(filter: &ExpenseFilter, currency: Currency) -> Self {
        let search = Search::read(&filter.q, Some(currency));
        Self { filter: filter.clone(), search, after: None, wanted: usize::MAX }
    }
    /// True for what comes after the page before.
    pub fn is_beyond(&self, place: &ExpensePlace) -> bool {
        self.after.is_none_or(|after| place.in_list(&after).is_gt())
    }
}
