//! Rules of budgets.

use super::*;
use crate::domain::{
    Budget, Day,
    budget::{BudgetDraft, Copied},
    command::ProfileEdit,
};

fn month(n: i8) -> Day {
    Day::new(2026, n, 1).expect("a day")
}
fn draft_of(category_id: Option<CategoryId>, minor: i64) -> BudgetDraft {
    BudgetDraft { category_id, amount: eur(minor), rollover: None }
}
fn budget(outcome: Outcome) -> Budget {
    match outcome.effect {
        Effect::Budget(budget) => budget,
        other => panic!("not a budget: {other:?}"),
    }
}

impl House {
    async fn budget(&self, who: usize, key: Day, category: Option<CategoryId>, minor: i64) -> Budget {
        let set = Command::SetBudget { key, draft: draft_of(category, minor), version: None };
        budget(self.run(who, set).await.expect("a budget"))
    }
    /// What is known of somebody's budgets, oldest first: from when on, how much, and in which version.
    async fn budgets(&self, who: usize) -> Vec<(Day, Option<i64>, u32)> {
        let mut all = self.store.budgets(self.people[who].id).await.expect("budgets");
        all.sort_by_key(|b| b.from);
        all.into_iter().map(|b| (b.from, b.amount.map(|a| a.minor), b.version)).collect()
    }
}

#[tokio::test]
async fn a_budget_is_set_changed_and_ended() {
    let house = House::new().await;
    let food = house.category_named("Groceries").await.id;
    let set = Command::SetBudget { key: month(11).plus(7), draft: draft_of(Some(food), 350_00), version: None };
    let outcome = house.run(1, set).await.expect("a budget");
    assert_eq!(outcome.summary, "Set the budget for “Groceries” to €350.00 from November 2026 on");
    assert_eq!(outcome.balance, eur(0), "no money moved");
    let first = budget(outcome);
    assert_eq!((first.from, first.version), (month(11), 1));
    assert!(house.store.account(first.owner).await.expect("read").expect("an account").opened, "the currency stays now");

    let changed = house.budget(1, month(11), Some(food), 300_00).await;
    assert_eq!((changed.id, changed.version), (first.id, 2), "one budget for one period");
    house.budget(1, month(12), Some(food), 400_00).await;
    assert_eq!(house.budgets(1).await, [(month(11), Some(300_00), 2), (month(12), Some(400_00), 1)]);
    assert_eq!(house.budgets(2).await, []);

    let end = |key, version| Command::DeleteBudget { id: first.id, key, version };
    assert_eq!(refused(house.run(2, end(None, None)).await), Code::NotFound, "somebody else's (S34)");
    assert_eq!(refused(house.run(1, end(None, Some(1))).await), Code::VersionConflict);
    assert_eq!(refused(house.run(1, end(Some(month(12)), None)).await), Code::VersionConflict, "another holds by then");
    let ended = house.run(1, end(None, Some(2))).await.expect("ended");
    assert_eq!(ended.summary, "Ended the budget for “Groceries” from November 2026 on");
    assert_eq!(house.budgets(1).await, [(month(11), None, 3), (month(12), Some(400_00), 1)]);
    assert_eq!(refused(house.run(1, end(None, None)).await), Code::NotFound);
    house.undo(1, ended.seq).await.expect("undone");
    assert_eq!(house.budgets(1).await[0], (month(11), Some(300_00), 4));
}

#[tokio::test]
async fn a_budget_ends_later_than_it_began() {
    let house = House::new().await;
    let all = house.budget(1, month(9), None, 1_600_00).await;
    let end = Command::DeleteBudget { id: all.id, key: Some(month(11)), version: Some(1) };
    assert_eq!(house.run(1, end).await.expect("ended").summary, "Ended the budget for all spending from November 2026 on");
    assert_eq!(house.budgets(1).await, [(month(9), Some(1_600_00), 1), (month(11), None, 1)], "the past stays");
}

#[tokio::test]
async fn what_a_person_saw_of_a_budget_counts_though_it_began_earlier() {
    let house = House::new().await;
    house.budget(1, month(9), None, 100_00).await;
    let changed = house.budget(1, month(9), None, 150_00).await;
    let set = |version| Command::SetBudget { key: month(11), draft: draft_of(None, 1), version: Some(version) };
    assert_eq!(refused(house.run(1, set(changed.version - 1)).await), Code::VersionConflict);
    assert_eq!(refused(house.run(2, set(1)).await), Code::VersionConflict, "there was none to see");
    house.run(1, set(changed.version)).await.expect("as it was seen");
}

#[tokio::test]
async fn rollover_stays_as_it_was_unless_it_is_said() {
    let house = House::new().await;
    let on = BudgetDraft { rollover: Some(true), ..draft_of(None, 100_00) };
    house.run(1, Command::SetBudget { key: month(9), draft: on, version: None }).await.expect("a budget");
    assert!(house.budget(1, month(10), None, 120_00).await.rollover);
    let off = BudgetDraft { rollover: Some(false), ..draft_of(None, 100_00) };
    house.run(1, Command::SetBudget { key: month(11), draft: off, version: None }).await.expect("a budget");
    assert!(!house.budget(1, month(12), None, 120_00).await.rollover);
}

#[tokio::test]
async fn several_are_set_at_once_and_taken_back_at_once() {
    let house = House::new().await;
    let (food, fun) = (house.category_named("Groceries").await.id, house.category_named("Fun").await.id);
    house.budget(1, month(11), Some(food), 1_00).await;
    let drafts = vec![draft_of(Some(food), 350_00), draft_of(Some(fun), 50_00)];
    let copy = |drafts| Command::CopyBudgets { key: month(11), copied: Copied::Average, drafts };
    let outcome = house.run(1, copy(drafts)).await.expect("copied");
    assert_eq!(outcome.summary, "Set 2 budgets to what was spent on average, from November 2026 on");
    assert_eq!(house.budgets(1).await.len(), 2);
    house.undo(1, outcome.seq).await.expect("undone");
    assert_eq!(house.budgets(1).await, [(month(11), Some(1_00), 3)]);
    assert_eq!(refused(house.run(1, copy(Vec::new())).await), Code::Invalid);
    let unknown = vec![draft_of(Some(fun), 50_00), draft_of(Some(CategoryId::new()), 50_00)];
    assert_eq!(refused(house.run(1, copy(unknown)).await), Code::Invalid);
    assert_eq!(house.budgets(1).await.len(), 1, "I10: all or nothing");
}

#[tokio::test]
async fn a_category_takes_its_budgets_with_it_and_brings_them_back() {
    let house = House::new().await;
    let fun = house.category_named("Fun").await;
    for who in 0..3 {
        house.budget(who, month(11), Some(fun.id), 50_00).await;
    }
    let delete = Command::DeleteCategory { id: fun.id, move_to: None, version: None };
    let gone = house.run(0, delete).await.expect("a budget is no use of a category that must be moved");
    assert_eq!(house.budgets(2).await, []);
    let seq = house.store.account(house.people[2].id).await.expect("read").expect("an account").last_seq;
    assert_eq!(refused(house.undo(2, seq).await), Code::VersionConflict);
    house.undo(0, gone.seq).await.expect("undone");
    assert_eq!(house.budgets(2).await, [(month(11), Some(50_00), 2)]);

    let archive = Command::EditCategory { id: fun.id, name: None, color: None, archived: Some(true), version: None };
    house.run(0, archive).await.expect("archived");
    house.budget(1, month(12), Some(fun.id), 60_00).await;
    let id = Command::DeleteBudget {
        id: house.store.budgets(house.people[2].id).await.expect("read")[0].id,
        key: None,
        version: None,
    };
    house.run(2, id).await.expect("ended");
    let again = Command::SetBudget { key: month(12), draft: draft_of(Some(fun.id), 1), version: None };
    assert_eq!(refused(house.run(2, again).await), Code::Invalid, "nobody begins with an archived category");
}

#[tokio::test]
async fn a_category_that_a_budget_has_is_not_taken_back() {
    let house = House::new().await;
    let id = CategoryId::new();
    let added = house.run(0, Command::AddCategory { id, name: name("Pets"), color: None }).await.expect("added");
    let pets = house.budget(1, month(11), Some(id), 20_00).await;
    assert_eq!(refused(house.undo(0, added.seq).await), Code::CategoryInUse);
    let seq = house.store.account(pets.owner).await.expect("read").expect("an account").last_seq;
    house.undo(1, seq).await.expect("undone");
    house.undo(0, added.seq).await.expect("nobody uses it any more");
    assert_eq!(refused(house.undo(1, seq + 1).await), Code::VersionConflict, "its category is gone");
}

#[tokio::test]
async fn a_budget_set_by_weeks_is_found_by_months() {
    let house = House::new().await;
    let pay = crate::domain::Period::Weeks { anchor: day(5), weeks: 2 };
    let edit = ProfileEdit { period: Some(pay), ..ProfileEdit::default() };
    house.run(1, Command::EditProfile { edit, version: None }).await.expect("a calendar");
    house.budget(1, day(6), None, 10_00).await;
    house.budget(1, day(20), None, 20_00).await;
    assert_eq!(house.budgets(1).await.iter().map(|b| b.0).collect::<Vec<_>>(), [day(5), day(19)]);
    let edit = ProfileEdit { period: Some(crate::domain::Period::default()), ..ProfileEdit::default() };
    house.run(1, Command::EditProfile { edit, version: None }).await.expect("a calendar");
    house.budget(1, month(11), None, 50_00).await;
    assert_eq!(house.budgets(1).await, [(day(5), Some(10_00), 1), (day(19), Some(50_00), 2)], "the one that holds is changed");
}
