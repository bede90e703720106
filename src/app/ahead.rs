//! What the page shows ahead of the server's answer: an expense that is being added, changed or deleted stands as it will
//! be, with the totals and the balance. What the server refuses is taken back.

use super::components::{
    form::{Fields, Post, on_answer},
    here::{Accepted, Here, use_here},
};
use crate::{
    api::{Answer, done::Done, post},
    domain::{Expense, ExpenseFilter, ExpenseId, Instant, Money, Problem, Sort, Total, expense::ExpenseDraft, journal::Via},
};
use leptos::{prelude::*, task::spawn_local};

/// A change of one expense.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Added(Expense),
    Edited { before: Expense, after: Expense },
    Deleted(Expense),
}

impl Change {
    /// What the balance gets, in minor units.
    fn of_balance(&self) -> i64 {
        match self {
            Self::Added(expense) => -expense.amount.minor,
            Self::Edited { before, after } => before.amount.minor.saturating_sub(after.amount.minor),
            Self::Deleted(expense) => expense.amount.minor,
        }
    }
    /// What the total of a filter gets: expenses, and minor units.
    fn of_total(&self, filter: &ExpenseFilter) -> (i64, i64) {
        match self {
            Self::Added(expense) if fits(filter, expense) => (1, expense.amount.minor),
            Self::Added(_) => (0, 0),
            Self::Edited { .. } => (0, self.of_balance().saturating_neg()),
            Self::Deleted(expense) => (-1, -expense.amount.minor),
        }
    }
}

/// A part of a list as it was read: the rows of a filter in its order.
pub struct Read<'a> {
    pub filter: &'a ExpenseFilter,
    pub rows: &'a [Expense],
    /// Nothing comes before these rows.
    pub first: bool,
    /// Nothing comes after them.
    pub last: bool,
}

/// True for an expense added by hand that the filter finds; false where only the server can say.
fn fits(filter: &ExpenseFilter, expense: &Expense) -> bool {
    filter.q.is_empty() && filter.import_id.is_none() && filter.takes(expense)
}

/// True when `a` comes before `b`.
fn precedes(sort: Sort, a: &Expense, b: &Expense) -> bool {
    match sort {
        Sort::DateUp => (a.date, a.id) < (b.date, b.id),
        Sort::DateDown => (a.date, a.id) > (b.date, b.id),
        Sort::AmountUp => (a.amount.minor, a.id) < (b.amount.minor, b.id),
        Sort::AmountDown => (a.amount.minor, a.id) > (b.amount.minor, b.id),
    }
}

fn apply(change: &Change, read: &Read<'_>, rows: &mut Vec<Expense>) {
    match change {
        Change::Added(new) => {
            if fits(read.filter, new) && rows.iter().all(|row| row.id != new.id) {
                let at = rows.partition_point(|row| precedes(read.filter.sort, row, new));
                let known = (read.first || at > 0) && (read.last || at < rows.len());
                if known {
                    rows.insert(at, new.clone());
                }
            }
        }
        Change::Edited { before, after } => {
            if let Some(row) = rows.iter_mut().find(|row| row.id == before.id && row.version == before.version) {
                *row = after.clone();
            }
        }
        Change::Deleted(gone) => rows.retain(|row| row.id != gone.id),
    }
}

#[derive(Clone, Debug)]
struct Coming {
    key: u32,
    /// One, or those of many at once.
    changes: Vec<Change>,
    /// Accepted: the balance has it, but what was read does not show it yet.
    accepted: bool,
}

/// What is on its way, in its order. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Ahead {
    coming: RwSignal<Vec<Coming>>,
    last: StoredValue<u32>,
    /// True while there is a list that shows it.
    listed: StoredValue<bool>,
}

impl Ahead {
    pub fn nothing() -> Self {
        Self { coming: RwSignal::new(Vec::new()), last: StoredValue::new(0), listed: StoredValue::new(false) }
    }
    /// Shows a change that is sent; answers its key.
    pub fn begin(self, change: Change) -> u32 {
        self.begin_all(vec![change])
    }
    /// Shows changes that are sent together; answers their key.
    pub fn begin_all(self, changes: Vec<Change>) -> u32 {
        let key = self.last.get_value().wrapping_add(1);
        self.last.set_value(key);
        self.coming.update(|coming| coming.push(Coming { key, changes, accepted: false }));
        key
    }
    /// The server has answered. What it refused is taken back; what it accepted is shown until it is read.
    pub fn end(self, key: u32, accepted: bool) {
        let stays = accepted && self.listed.get_value();
        self.coming.update(|coming| {
            if stays {
                coming.iter_mut().filter(|c| c.key == key).for_each(|c| c.accepted = true);
            } else {
                coming.retain(|c| c.key != key);
            }
        });
    }
    /// A list shows it, for as long as the owner lives.
    pub fn list(self) {
        self.listed.set_value(true);
        on_cleanup(move || {
            self.listed.try_set_value(false);
        });
    }
    /// What was accepted has been read.
    pub fn was_read(self) {
        self.coming.maybe_update(|coming| {
            let before = coming.len();
            coming.retain(|c| !c.accepted);
            coming.len() != before
        });
    }
    /// What the balance gets once all of it is accepted, in minor units.
    pub fn of_balance(self) -> i64 {
        self.coming.with(|coming| {
            let awaited = coming.iter().filter(|c| !c.accepted).flat_map(|c| &c.changes);
            awaited.map(Change::of_balance).fold(0, i64::saturating_add)
        })
    }
    /// The rows as they will be.
    pub fn rows(self, read: &Read<'_>) -> Vec<Expense> {
        let mut rows = read.rows.to_vec();
        self.coming.with(|coming| coming.iter().flat_map(|c| &c.changes).for_each(|change| apply(change, read, &mut rows)));
        rows
    }
    /// The total as it will be.
    pub fn total(self, filter: &ExpenseFilter, total: Total) -> Total {
        self.coming.with(|coming| {
            coming.iter().flat_map(|c| &c.changes).fold(total, |total, change| {
                let (count, minor) = change.of_total(filter);
                let sum = Money { minor: total.sum.minor.saturating_add(minor), ..total.sum };
                Total { count: total.count.saturating_add_signed(count), sum }
            })
        })
    }
}

/// Sends a form to the server function of this address and shows ahead what it changes. Goes on when what it was sent from is
/// gone.
pub fn send(here: Here, url: &'static str, form: &Fields, change: Change, refused: impl FnOnce(Problem) + 'static) {
    let form = form.encoded();
    let key = here.ahead.begin(change);
    // The Undo of what was done before must not be taken for this one's.
    here.notice.set(None);
    spawn_local(async move {
        let answer: Answer<Done> = post(url, form).await;
        here.ahead.end(key, answer.is_ok());
        match answer {
            Ok(done) => {
                here.reached();
                here.flash.set(None);
                done.settle(here);
            }
            Err(problem) => {
                here.note(&problem);
                refused(problem);
            }
        }
    });
}

/// Shows ahead what a form adds. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Adding {
    here: Here,
    key: StoredValue<Option<u32>>,
}

/// For the form that this action belongs to.
pub fn use_adding<T: Send + Sync>(action: Post<T>) -> Adding {
    let adding = Adding { here: use_here(), key: StoredValue::new(None) };
    on_answer(action, move |answer| adding.end(answer.is_ok()));
    // Nobody will hear the answer.
    on_cleanup(move || adding.end(false));
    adding
}

impl Adding {
    /// The expense is sent, with this id.
    pub fn begin(self, id: &str, draft: ExpenseDraft) {
        let Ok(id) = id.parse::<ExpenseId>() else { return };
        let Some(owner) = self.here.me.with_untracked(|me| me.as_ref().map(|me| me.user.id)) else { return };
        let ExpenseDraft { date, amount, what, note, category_id } = draft;
        let (import_id, via, version, created_at) = (None, Via::Page, 1, Instant(0));
        let expense = Expense { id, owner, date, amount, what, note, category_id, import_id, via, version, created_at };
        self.here.notice.set(None);
        self.key.set_value(Some(self.here.ahead.begin(Change::Added(expense))));
    }
    fn end(self, accepted: bool) {
        if let Some(key) = self.key.try_update_value(Option::take).flatten() {
            self.here.ahead.end(key, accepted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, UserId, expense::ExpenseEdit, text::What};

    fn expense(day: &str, minor: i64) -> Expense {
        Expense {
            id: ExpenseId::new(),
            owner: UserId(uuid::Uuid::nil()),
            date: day.parse().expect("a day"),
            amount: Money::new(minor, Currency::EUR),
            what: What::parse("Tea").expect("a text"),
            note: None,
            category_id: None,
            import_id: None,
            via: Via::Page,
            version: 1,
            created_at: Instant(0),
        }
    }

    fn shown(change: &Change, filter: &ExpenseFilter, rows: &[Expense], first: bool, last: bool) -> Vec<i64> {
        let mut all = rows.to_vec();
        apply(change, &Read { filter, rows, first, last }, &mut all);
        all.iter().map(|e| e.amount.minor).collect()
    }

    #[test]
    fn a_new_expense_stands_where_the_order_has_it() {
        let rows = [expense("2026-11-22", 1_00), expense("2026-11-20", 2_00)];
        let (newest, between, oldest) = (expense("2026-11-22", 3_00), expense("2026-11-21", 3_00), expense("2026-11-01", 3_00));
        let all = ExpenseFilter::default();
        let add = |e: &Expense| Change::Added(e.clone());
        assert_eq!(shown(&add(&newest), &all, &rows, true, false), [3_00, 1_00, 2_00]);
        assert_eq!(shown(&add(&between), &all, &rows, false, false), [1_00, 3_00, 2_00]);
        assert_eq!(shown(&add(&oldest), &all, &rows, true, true), [1_00, 2_00, 3_00]);
        assert_eq!(shown(&add(&oldest), &all, &rows, true, false), [1_00, 2_00], "it belongs to a later page");
        assert_eq!(shown(&add(&newest), &all, &rows, false, true), [1_00, 2_00], "it belongs to an earlier page");
        assert_eq!(shown(&add(&rows[0]), &all, &rows, true, true), [1_00, 2_00], "it was read already");
        let by_amount = ExpenseFilter { sort: Sort::AmountUp, ..ExpenseFilter::default() };
        assert_eq!(shown(&add(&oldest), &by_amount, &rows, true, true), [1_00, 2_00, 3_00]);
    }

    #[test]
    fn only_what_the_filter_finds_is_shown_and_counted() {
        let new = Change::Added(expense("2026-11-21", 3_00));
        let total = |filter: &ExpenseFilter| new.of_total(filter);
        assert_eq!(total(&ExpenseFilter::default()), (1, 3_00));
        for filter in [
            ExpenseFilter { to: "2026-11-20".parse().ok(), ..ExpenseFilter::default() },
            ExpenseFilter { min: Some(3_01), ..ExpenseFilter::default() },
            ExpenseFilter { max: Some(2_99), ..ExpenseFilter::default() },
            ExpenseFilter { q: "tea".into(), ..ExpenseFilter::default() },
            ExpenseFilter { categories: vec![crate::domain::CategoryId::new()], ..ExpenseFilter::default() },
        ] {
            assert_eq!(total(&filter), (0, 0), "{filter:?}");
            assert_eq!(shown(&new, &filter, &[], true, true), [0_i64; 0]);
        }
        assert_eq!(total(&ExpenseFilter { uncategorised: true, ..ExpenseFilter::default() }), (1, 3_00));
    }

    #[test]
    fn a_change_and_a_deletion_move_row_total_and_balance() {
        let before = expense("2026-11-21", 3_00);
        let after = Expense { amount: Money::new(5_00, Currency::EUR), version: 2, ..before.clone() };
        let edited = Change::Edited { before: before.clone(), after: after.clone() };
        let all = ExpenseFilter::default();
        assert_eq!(shown(&edited, &all, std::slice::from_ref(&before), true, true), [5_00]);
        let newer = Expense { version: 2, ..before.clone() };
        assert_eq!(shown(&edited, &all, &[newer], true, true), [3_00], "it was read since");
        assert_eq!((edited.of_balance(), edited.of_total(&all)), (-2_00, (0, 2_00)));
        let deleted = Change::Deleted(before.clone());
        assert_eq!(shown(&deleted, &all, &[before], true, true), [0_i64; 0]);
        assert_eq!((deleted.of_balance(), deleted.of_total(&all)), (3_00, (-1, -3_00)));
    }

    #[test]
    fn what_follows_rests_on_the_version_that_comes() {
        let rows = [expense("2026-11-21", 3_00)];
        let to = |minor| ExpenseEdit { amount: Some(Money::new(minor, Currency::EUR)), ..ExpenseEdit::default() };
        Owner::new().with(|| {
            let ahead = Ahead::nothing();
            ahead.list();
            let all = ExpenseFilter::default();
            let shown = |rows: &[Expense]| ahead.rows(&Read { filter: &all, rows, first: true, last: true }).remove(0);
            let change = |minor| {
                let before = shown(&rows);
                ahead.begin(Change::Edited { after: to(minor).apply(&before), before })
            };
            let (first, second) = (change(5_00), change(4_00));
            assert_eq!((shown(&rows).amount.minor, shown(&rows).version), (4_00, 3));
            ahead.end(first, true);
            assert_eq!((shown(&rows).amount.minor, shown(&rows).version), (4_00, 3), "accepted, not read yet");
            let read = [to(5_00).apply(&rows[0])];
            assert_eq!((shown(&read).amount.minor, shown(&read).version), (4_00, 3), "read while the second is on its way");
            ahead.end(second, false);
            assert_eq!(shown(&read), read[0], "refused");
        });
    }

    #[test]
    fn many_at_once_move_all_of_their_rows() {
        let rows = [expense("2026-11-22", 1_00), expense("2026-11-21", 2_00), expense("2026-11-20", 4_00)];
        Owner::new().with(|| {
            let ahead = Ahead::nothing();
            ahead.list();
            let all = ExpenseFilter::default();
            let read = Read { filter: &all, rows: &rows, first: true, last: true };
            let total = Total { count: 3, sum: Money::new(7_00, Currency::EUR) };
            let key = ahead.begin_all(vec![Change::Deleted(rows[0].clone()), Change::Deleted(rows[2].clone())]);
            assert_eq!(ahead.rows(&read), [rows[1].clone()]);
            assert_eq!((ahead.total(&all, total).count, ahead.total(&all, total).sum.minor), (1, 2_00));
            assert_eq!(ahead.of_balance(), 5_00);
            ahead.end(key, false);
            assert_eq!((ahead.rows(&read), ahead.of_balance()), (rows.to_vec(), 0), "refused: put back");
        });
    }
}
