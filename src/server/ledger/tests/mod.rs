//! Each rule by itself; the state machine has them all at once.

#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

mod admins;
mod affairs;
mod budgets;
mod categories;
mod concurrency;
mod filters;
mod imports;
mod links;
mod money;
mod people;
mod recurring;
mod removals;
mod rights;
mod trash;
mod undo;

use super::testing::*;
use crate::domain::{
    Category, CategoryId, Code, Command, Effect, Expense, ExpenseId, Outcome, Problem, Seq, expense::ExpenseEdit,
};

impl House {
    /// Records an expense that may be refused for the balance.
    pub(super) async fn spend(&self, who: usize, minor: i64) -> Result<Outcome, Problem> {
        self.spend_in(who, minor, None).await
    }
    async fn spend_in(&self, who: usize, minor: i64, category: Option<CategoryId>) -> Result<Outcome, Problem> {
        let draft = draft(eur(minor), category, 0);
        self.run(who, Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: false }).await
    }
    /// Raises or lowers an expense.
    async fn reprice(&self, who: usize, expense: &Expense, minor: i64) -> Result<Outcome, Problem> {
        let edit = ExpenseEdit { amount: Some(eur(minor)), ..ExpenseEdit::default() };
        let version = Some(expense.version);
        self.run(who, Command::EditExpense { id: expense.id, edit, version, allow_overdraft: false }).await
    }
    async fn undo(&self, who: usize, seq: Seq) -> Result<Outcome, Problem> {
        self.run(who, Command::Undo { seq }).await
    }
    async fn stored(&self, who: usize, id: ExpenseId) -> Option<Expense> {
        self.store.expense(self.people[who].id, id).await.expect("a store")
    }
    async fn category_named(&self, name: &str) -> Category {
        let all = self.store.categories().await.expect("categories");
        all.into_iter().find(|c| c.name.as_str() == name).expect("a starter")
    }
}

fn expense(outcome: &Outcome) -> Expense {
    match &outcome.effect {
        Effect::Expense(expense) => expense.clone(),
        other => panic!("not an expense: {other:?}"),
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Problem>) -> Code {
    answer.expect_err("refused").code
}

/// The code of the one field that was refused.
fn field<T: std::fmt::Debug>(answer: Result<T, Problem>) -> (String, String) {
    let problem = answer.expect_err("refused");
    let [error] = &problem.errors[..] else { panic!("not one field: {problem:?}") };
    (error.field.clone(), error.code.clone())
}
fn pair(field: &str, code: &str) -> (String, String) {
    (field.into(), code.into())
}
