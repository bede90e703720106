//! Faults that were written past the ledger, and what is said of them.

use super::examine;
use crate::{
    domain::{
        Account, Budget, CategoryId, Command, Effect, Expense, ExpenseId, Outcome, Trashed, budget::BudgetDraft,
        page::PageRequest,
    },
    server::{
        ledger::testing::{House, draft, eur, fill},
        store::Record,
    },
};

async fn with_an_expense() -> (House, Expense) {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let draft = draft(eur(4_00), None, 0);
    let record = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: false };
    let Ok(Outcome { effect: Effect::Expense(expense), .. }) = house.run(1, record).await else { panic!("refused") };
    (house, expense)
}

/// The faults after a record was written past the ledger.
async fn faults_with(house: &House, record: Record) -> Vec<String> {
    fill(&house.store, vec![record]).await;
    let report = examine(&*house.store).await.expect("a report");
    assert!(!report.is_sound());
    report.faults
}

#[tokio::test]
async fn a_store_that_only_the_ledger_wrote_is_sound() {
    let (house, expense) = with_an_expense().await;
    let deleted = house.run(1, Command::DeleteExpense { id: expense.id, version: None }).await.expect("deleted");
    house.run(1, Command::Undo { seq: deleted.seq }).await.expect("undone");
    let report = examine(&*house.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.users, report.expenses, report.funds, report.categories, report.entries), (3, 1, 1, 10, 7));
    assert!(report.to_string().ends_with("All is well."));
}

#[tokio::test]
async fn i1_a_balance_that_is_not_the_sum_is_found() {
    let (house, expense) = with_an_expense().await;
    let account = house.store.account(expense.owner).await.expect("a store").expect("an account");
    let faults = faults_with(&house, Record::Account(Account { balance: eur(7_00), ..account })).await;
    assert_eq!(faults, [format!("account {}: the balance is 7.00, its entries sum to 6.00", expense.owner)]);
}

#[tokio::test]
async fn i10_a_change_past_the_journal_is_found() {
    let (house, expense) = with_an_expense().await;
    let changed = Expense { version: expense.version + 1, ..expense.clone() };
    let faults = faults_with(&house, Record::Expense(changed)).await;
    assert_eq!(faults, [format!("expense {}: it is not what the journal made of it", expense.id)]);
}

#[tokio::test]
async fn a_trash_that_is_not_what_was_deleted_is_found() {
    let (house, expense) = with_an_expense().await;
    let deleted = house.run(1, Command::DeleteExpense { id: expense.id, version: None }).await.expect("deleted");
    assert!(examine(&*house.store).await.expect("a report").is_sound());
    let (owner, id) = (expense.owner, expense.id);
    let told = |kind: &str| format!("trash of {owner}: {kind} {id} is not what the journal deleted");
    let page = house.store.trash(owner, &PageRequest::default()).await.expect("a trash");
    let of_later = Trashed { seq: deleted.seq + 1, ..page.items[0].clone() };
    assert_eq!(faults_with(&house, Record::Trashed(of_later)).await, [told("expense")]);
    house.run(1, Command::RestoreExpense { id }).await.expect("put back");
    assert_eq!(faults_with(&house, Record::Trashed(page.items[0].clone())).await, [told("expense")]);
}

#[tokio::test]
async fn i9_a_category_that_is_gone_is_found() {
    let (house, expense) = with_an_expense().await;
    let category = CategoryId::new();
    let faults = faults_with(&house, Record::Expense(Expense { category_id: Some(category), ..expense })).await;
    assert!(faults.contains(&format!("category {category}: it is gone, but 1 expenses or budgets have it")), "{faults:?}");
}

#[tokio::test]
async fn two_budgets_in_one_place_are_found() {
    let house = House::new().await;
    let draft = BudgetDraft { category_id: None, amount: eur(5_00), rollover: None };
    let set = Command::SetBudget { key: "2026-11-01".parse().expect("a day"), draft, version: None };
    let Ok(Outcome { effect: Effect::Budget(budget), .. }) = house.run(1, set).await else { panic!("refused") };
    let report = examine(&*house.store).await.expect("a report");
    assert!(report.is_sound() && report.budgets == 1, "{report}");
    let twin = Budget { id: crate::domain::BudgetId::new(), ..budget };
    let faults = faults_with(&house, Record::Budget(twin.clone())).await;
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().any(|line| line.ends_with("there is another of the same from 2026-11-01 on")), "{faults:?}");
    assert!(faults.contains(&format!("budget {}: it is not what the journal made of it", twin.id)), "{faults:?}");
}

#[tokio::test]
async fn a_gap_at_the_end_of_a_journal_is_found() {
    let (house, expense) = with_an_expense().await;
    let account = house.store.account(expense.owner).await.expect("a store").expect("an account");
    let faults = faults_with(&house, Record::Account(Account { last_seq: 9, ..account })).await;
    assert_eq!(faults, [format!("journal of {}: it ends with 3, the account says 9", expense.owner)]);
}
