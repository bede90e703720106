//! Many expenses at once, as the page's form asks: the boxes that are ticked, or all that the filter finds.

use super::{App, auth::Caller, clock, store::Store};
use crate::domain::{
    Expense, ExpenseFilter, ExpenseId, Money, Problem, Total, UserId,
    command::{BulkChange, Selection},
    filter::Asker,
};

/// The most that are ticked one by one.
const MOST_IDS: usize = 1_000;

/// What the form sends.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub ids: &'a [String],
    /// All that the filter finds, not the ids.
    pub all: bool,
    /// The query of the list's address.
    pub filter: &'a str,
    /// How many the person saw that it finds.
    pub count: &'a str,
}

impl Asked<'_> {
    /// Which expenses, or what is wrong with `ids`, `count` or a part of the filter.
    pub fn selection(&self, caller: &Caller) -> Result<Selection, Problem> {
        if self.all {
            let wrong = |_| Problem::field("count", "required", "Say how many expenses should match.");
            return Ok(Selection::Filter {
                filter: filter(self.filter, caller)?,
                expected_count: self.count.parse().map_err(wrong)?,
            });
        }
        if self.ids.is_empty() {
            return Err(Problem::field("ids", "required", "Select at least one expense."));
        }
        if self.ids.len() > MOST_IDS {
            return Err(Problem::field("ids", "too_many", "Select at most 1,000 expenses, or all that match."));
        }
        let ids: Result<_, _> = self.ids.iter().map(|id| id.parse::<ExpenseId>()).collect();
        let wrong = |_| Problem::field("ids", "invalid_id", "One of these is not an expense. Reload the page and select again.");
        ids.map(Selection::Ids).map_err(wrong)
    }
}

/// The filter of a list's address.
pub fn filter(query: &str, caller: &Caller) -> Result<ExpenseFilter, Problem> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let asker = Asker::typed(&caller.user, clock::today(&caller.user.time_zone));
    Ok(ExpenseFilter::read(pairs.iter().map(|(k, v)| (&**k, &**v)), asker)?)
}

/// What the form does: `category`, `date` or `delete`.
pub fn change(act: &str, category: &str, date: &str) -> Result<BulkChange, Problem> {
    let set = |category_id, date| Ok(BulkChange::Set { category_id, date });
    match (act, category, date) {
        ("delete", ..) => Ok(BulkChange::Delete),
        ("category", "", _) => Err(Problem::field("to_category", "required", "Choose the category to set.")),
        ("category", "none", _) => set(Some(None), None),
        ("category", id, _) => match id.parse() {
            Ok(id) => set(Some(Some(id)), None),
            Err(_) => Err(Problem::field("to_category", "invalid_id", "Choose a category from the list.")),
        },
        ("date", _, day) => match day.parse() {
            Ok(day) => set(None, Some(day)),
            Err(_) => Err(Problem::field("to_date", "invalid_date", "Choose the day to set.")),
        },
        _ => Err(Problem::field("act", "unknown_value", "Choose what to do: set a category or a day, or delete.")),
    }
}

/// The owner's expenses of these ids, in their order; 404 when one is not there, or somebody else's.
pub async fn rows(store: &dyn Store, owner: UserId, ids: &[ExpenseId]) -> Result<Vec<Expense>, Problem> {
    let found = store.expenses_of(owner, ids).await?;
    if found.len() == ids.len() { Ok(found) } else { Err(Problem::not_found()) }
}

/// How many are selected, and what they sum to.
pub async fn total(app: &App, caller: &Caller, select: &Selection) -> Result<Total, Problem> {
    let owner = caller.user.id;
    match select {
        Selection::Filter { filter, .. } => Ok(app.finder.expense_total(owner, filter).await?),
        Selection::Ids(ids) => {
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids.dedup();
            let rows = rows(&*app.store, owner, &ids).await?;
            let zero = Money::zero(caller.user.currency);
            let sum = rows.iter().try_fold(zero, |sum, row| sum.checked_add(row.amount)).ok_or_else(Problem::internal)?;
            Ok(Total { count: rows.len() as u64, sum })
        }
    }
}

/// The question before many are deleted: refused until the form says `sure` of this very count.
pub fn ask(caller: &Caller, total: Total, sure: &str) -> Result<(), Problem> {
    if sure.parse() == Ok(total.count) {
        return Ok(());
    }
    let locale = caller.user.locale;
    let (count, sum) = (locale.group(&total.count.to_string()), locale.money(total.sum));
    let expenses = if total.count == 1 { "expense" } else { "expenses" };
    Err(Problem::field("sure", "confirm", format!("Delete {count} {expenses}, {sum} together?")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_does() {
        let id = crate::domain::CategoryId::new();
        assert_eq!(change("delete", "x", "y"), Ok(BulkChange::Delete));
        assert_eq!(change("category", "none", ""), Ok(BulkChange::Set { category_id: Some(None), date: None }));
        let set = BulkChange::Set { category_id: Some(Some(id)), date: None };
        assert_eq!(change("category", &id.to_string(), "2026-11-01"), Ok(set));
        let day = "2026-11-01".parse().ok();
        assert_eq!(change("date", "", "2026-11-01"), Ok(BulkChange::Set { category_id: None, date: day }));
        for (act, category, date, field) in [
            ("", "", "", "act"),
            ("category", "", "", "to_category"),
            ("category", "x", "", "to_category"),
            ("date", "", "", "to_date"),
            ("date", "", "2026-02-30", "to_date"),
        ] {
            let problem = change(act, category, date).expect_err("refused");
            assert_eq!(problem.errors[0].field, field, "{act}");
        }
    }
}
