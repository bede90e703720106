//! The rows as they were read, with what is shown ahead of the server's answers.

use super::{
    super::place::{Place, is_near_end},
    dom,
};
use crate::{
    api::{
        after_paint,
        boot::FormFlash,
        expenses::{DeleteExpense, EditExpense, ExpenseList, list_expenses, stored_expense},
    },
    app::{
        ahead::{Change, Read, send},
        components::{
            form::Fields,
            here::{Here, use_here},
        },
        effect::{effect, kept},
        pages::row::Editing,
    },
    domain::{Code, Cursor, Expense, ExpenseId, Problem, Total},
};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use std::collections::HashMap;
use uuid::Uuid;

/// One row; what stands in it may change in its place.
#[derive(Clone)]
pub struct OneRow {
    pub id: ExpenseId,
    pub expense: ArcRwSignal<Expense>,
}

/// The rows of the page. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Rows {
    here: Here,
    pub editing: Editing,
    list: RwSignal<Option<ExpenseList>>,
    /// The rows as they are shown.
    pub shown: Signal<Vec<Expense>>,
    cells: StoredValue<HashMap<ExpenseId, ArcRwSignal<Expense>>>,
    /// The rows that are selected, in their order.
    pub picked: RwSignal<Vec<Uuid>>,
    /// How often the list was read.
    pub readings: RwSignal<u32>,
    place: Place,
    /// True while the next page is on its way.
    pub growing: RwSignal<bool>,
    /// Why the next page did not come.
    pub stuck: RwSignal<Option<Problem>>,
}

/// No rows yet; for as long as the page lives.
pub fn use_rows(editing: Editing, place: Place) -> Rows {
    let here = use_here();
    here.ahead.list();
    let list = RwSignal::new(None::<ExpenseList>);
    let shown = kept(move || {
        list.with(|list| {
            list.as_ref().map_or_else(Vec::new, |ExpenseList { filter, first, page, .. }| {
                here.ahead.rows(&Read { filter, rows: &page.items, first: *first, last: page.next_cursor.is_none() })
            })
        })
    });
    let rows = Rows {
        here,
        editing,
        list,
        shown,
        cells: StoredValue::new(HashMap::new()),
        picked: RwSignal::new(Vec::new()),
        readings: RwSignal::new(0),
        place,
        growing: RwSignal::new(false),
        stuck: RwSignal::new(None),
    };
    effect(move || place.follow(move || rows.come_near()));
    effect(move || {
        shown.track();
        // Rows that are gone are not selected any more.
        after_paint(move || rows.look());
    });
    rows
}

impl Rows {
    /// The list was read.
    pub fn arrived(self, list: ExpenseList) {
        self.list.set(Some(list));
        self.readings.update(|n| *n += 1);
        self.stuck.set(None);
        self.here.ahead.was_read();
        self.place.come_back();
    }
    /// Where the next page begins.
    pub fn next(self) -> Option<Cursor> {
        self.list.with(|list| list.as_ref()?.page.next_cursor.clone())
    }
    /// Appends the next page when the end of this one comes near.
    fn come_near(self) {
        if is_near_end() && self.stuck.with_untracked(Option::is_none) {
            self.grow();
        }
    }
    /// Appends the next page; false where it is a page of its own.
    pub fn grow(self) -> bool {
        let Some(cursor) = untrack(move || self.next()) else { return false };
        let Some(question) = self.place.next_question(&cursor.0) else { return false };
        if self.growing.get_untracked() {
            return true;
        }
        self.growing.set(true);
        spawn_local(async move {
            let answer = list_expenses(question.clone()).await;
            // The page may be gone by now, here and below.
            let _gone = self.growing.try_set(false);
            match answer {
                Ok(next) => self.append(&cursor, &question, next),
                Err(problem) => {
                    self.here.note(&problem);
                    let _gone = self.stuck.try_set(Some(problem));
                }
            }
        });
        true
    }
    /// Takes the next page in, unless the list was read again meanwhile and ends elsewhere.
    fn append(self, cursor: &Cursor, question: &str, next: ExpenseList) {
        if self.place.next_question(&cursor.0).as_deref() != Some(question) {
            return;
        }
        let grown = self.list.try_maybe_update(|list| match list {
            Some(list) if list.page.next_cursor.as_ref() == Some(cursor) => {
                let shown = &mut list.page.items;
                // One that was moved on another device may be there twice.
                let new =
                    next.page.items.into_iter().filter(|row| shown.iter().all(|known| known.id != row.id)).collect::<Vec<_>>();
                shown.extend(new);
                list.page.next_cursor = next.page.next_cursor;
                (true, true)
            }
            _ => (false, false),
        });
        if grown == Some(true) {
            let _gone = self.stuck.try_set(None);
            self.place.grew();
            request_animation_frame(move || {
                if self.list.try_with_untracked(Option::is_some) == Some(true) {
                    self.come_near();
                }
            });
        }
    }
    /// Looks at the list as it was read; `None` until it was.
    pub fn read<T>(self, look: impl FnOnce(&ExpenseList) -> T) -> Option<T> {
        self.list.with(|list| list.as_ref().map(look))
    }
    /// What the whole filter sums to: `Some(None)` while it is being counted, `None` until the list was read.
    pub fn total(self) -> Option<Option<Total>> {
        self.read(|list| list.total.map(|total| self.here.ahead.total(&list.filter, total)))
    }
    /// The rows, each with the signal it had before.
    pub fn each(self) -> Vec<OneRow> {
        let shown = self.shown.get();
        let mut known = self.cells.try_update_value(std::mem::take).unwrap_or_default();
        let rows: Vec<OneRow> = shown.into_iter().map(|expense| one(&mut known, expense)).collect();
        self.cells.set_value(rows.iter().map(|row| (row.id, row.expense.clone())).collect());
        rows
    }
    /// An expense that is shown.
    pub fn find(self, id: Uuid) -> Option<Expense> {
        self.shown.with_untracked(|shown| shown.iter().find(|expense| expense.id.0 == id).cloned())
    }
    /// Reads from the page which rows are selected.
    pub fn look(self) {
        // The page may have been left meanwhile.
        let now = dom::picked();
        self.picked.try_maybe_update(|picked| {
            let other = *picked != now;
            *picked = now;
            (other, ())
        });
    }

    /// Shows the change at once and sends it. What is refused opens the editor again, as it was.
    pub fn save(self, form: Fields, before: Expense, after: Expense) {
        self.editing.close();
        let (sent, id) = (form.clone(), before.id);
        send(self.here, EditExpense::PATH, &sent, Change::Edited { before, after }, move |problem| {
            spawn_local(self.not_saved(id, form, problem));
        });
    }

    async fn not_saved(self, id: ExpenseId, sent: Fields, problem: Problem) {
        if problem.code == Code::VersionConflict {
            match stored_expense(id).await {
                Ok(now) => self.replace(&now),
                Err(problem) => return self.here.tell(problem.detail),
            }
        }
        let told = format!("“{}” is not saved. {}", sent.get("what"), problem.detail);
        self.refused(EditExpense::PATH, sent.without("version").without("allow_overdraft").without("next"), problem);
        match self.editing.row_now() {
            // Nothing else is being changed.
            Some(None) => self.editing.open(id.0, None),
            _ => self.here.tell(told),
        }
    }

    /// The row as it is stored now.
    fn replace(self, now: &Expense) {
        self.list.try_update(|list| {
            let rows = list.iter_mut().flat_map(|list| &mut list.page.items);
            rows.filter(|row| row.id == now.id).for_each(|row| *row = now.clone());
        });
        if let Some(cell) = self.cells.try_with_value(|cells| cells.get(&now.id).cloned()).flatten() {
            cell.set(now.clone());
        }
    }

    /// Leaves what was refused as a form without WASM would.
    fn refused(self, action: &str, form: Fields, problem: Problem) {
        self.here.flash.set(Some(FormFlash { action: action.to_owned(), fields: form.pairs(), problem }));
    }

    /// Takes the row away at once and sends it.
    pub fn delete(self, expense: Expense) {
        dom::leave(expense.id.0);
        let form = Fields::of([("id", expense.id.to_string()), ("version", expense.version.to_string())]);
        let sent = form.clone();
        send(self.here, DeleteExpense::PATH, &sent, Change::Deleted(expense), move |problem| {
            self.here.tell(problem.detail.clone());
            if problem.code == Code::VersionConflict {
                self.here.changed.update(|n| *n += 1);
            }
            self.refused(DeleteExpense::PATH, form.without("version"), problem);
        });
    }
}

fn one(known: &mut HashMap<ExpenseId, ArcRwSignal<Expense>>, expense: Expense) -> OneRow {
    let id = expense.id;
    let cell = match known.remove(&id) {
        Some(cell) => {
            if cell.with_untracked(|before| *before != expense) {
                cell.set(expense);
            }
            cell
        }
        None => ArcRwSignal::new(expense),
    };
    OneRow { id, expense: cell }
}
