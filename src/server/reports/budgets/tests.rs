//! Budgets on a real store: what is spent and carried follows every change, also of the past.

#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

use super::{
    super::tests::{day, me, spend},
    *,
};
use crate::{
    domain::{Command, Effect, ExpenseId, budget::left_words, expense::ExpenseEdit},
    server::{
        ledger::testing::{House, MongoHome, eur},
        store::conformance::Home,
    },
};

async fn category(house: &House, name: &str) -> CategoryId {
    let all = house.store.categories().await.expect("categories");
    all.iter().find(|c| c.name.as_str() == name).expect("a starter").id
}

async fn set(house: &House, key: &str, name: Option<&str>, minor: i64, rollover: bool) {
    let category_id = match name {
        Some(name) => Some(category(house, name).await),
        None => None,
    };
    let draft = BudgetDraft { category_id, amount: eur(minor), rollover: Some(rollover) };
    house.run(1, Command::SetBudget { key: day(key), draft, version: None }).await.expect("a budget");
}

async fn reported(house: &House, on: &str) -> BudgetReport {
    budgets(&*house.store, &me(house, "2026-11-22").await, day(on)).await.expect("a report")
}

/// What came in and what is left of the first line of a month.
async fn carried_and_left(house: &House, on: &str) -> (i64, i64) {
    let line = reported(house, on).await.lines.remove(0);
    (line.allowance.carried.minor, line.allowance.left.minor)
}

/// The same on every engine.
async fn a_change_of_the_past_is_carried(house: House) {
    set(&house, "2026-09-01", Some("Groceries"), 100_00, true).await;
    spend(&house, "2026-08-15", 9_00, Some("Groceries")).await;
    spend(&house, "2026-09-10", 80_00, Some("Groceries")).await;
    spend(&house, "2026-10-10", 130_00, Some("Groceries")).await;
    spend(&house, "2026-11-10", 20_00, Some("Groceries")).await;
    spend(&house, "2026-11-11", 1_00, Some("Fun")).await;
    assert_eq!(carried_and_left(&house, "2026-09-30").await, (0, 20_00));
    assert_eq!(carried_and_left(&house, "2026-10-01").await, (20_00, -10_00));
    assert_eq!(carried_and_left(&house, "2026-11-30").await, (-10_00, 70_00));
    assert_eq!(carried_and_left(&house, "2027-01-01").await, (170_00, 270_00), "what is left as of now");

    let owner = house.people[1].id;
    let september =
        crate::domain::ExpenseFilter { from: Some(day("2026-09-01")), to: Some(day("2026-09-30")), ..Default::default() };
    let row = house.store.expenses(owner, &september, &Default::default()).await.expect("a page").items.remove(0);
    let edit = ExpenseEdit { amount: Some(eur(30_00)), ..ExpenseEdit::default() };
    let edited = house.run(1, Command::EditExpense { id: row.id, edit, version: None, allow_overdraft: true }).await;
    assert_eq!(carried_and_left(&house, "2026-11-30").await, (40_00, 120_00));
    house.run(1, Command::Undo { seq: edited.expect("edited").seq }).await.expect("undone");
    assert_eq!(carried_and_left(&house, "2026-11-30").await, (-10_00, 70_00));
    house.run(1, Command::DeleteExpense { id: row.id, version: None }).await.expect("deleted");
    assert_eq!(carried_and_left(&house, "2026-11-30").await, (70_00, 150_00));

    set(&house, "2026-10-01", Some("Groceries"), 150_00, false).await;
    assert_eq!(carried_and_left(&house, "2026-10-31").await, (100_00, 120_00));
    assert_eq!(carried_and_left(&house, "2026-11-30").await, (0, 130_00), "October no longer rolls over");
    house.store.close().await;
}

#[tokio::test]
async fn a_change_of_the_past_is_carried_on_sqlite() {
    a_change_of_the_past_is_carried(House::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_the_past_is_carried_on_mongodb() {
    let mongo = MongoHome::new();
    a_change_of_the_past_is_carried(House::on(mongo.open().await).await).await;
}

#[tokio::test]
async fn the_whole_and_its_parts() {
    let house = House::new().await;
    for (name, minor) in [("Rent", 620_00), ("Groceries", 236_40), ("Eating out", 124_80), ("Transport", 68_20)] {
        spend(&house, "2026-11-03", minor, Some(name)).await;
    }
    spend(&house, "2026-11-04", 79_50, None).await;
    for (name, minor) in [("Rent", 620_00), ("Eating out", 120_00)] {
        set(&house, "2026-11-01", Some(name), minor, false).await;
    }
    let report = reported(&house, "2026-11-01").await;
    let total = report.total.expect("a total");
    assert_eq!((total.amount, total.spent, total.left), (eur(740_00), eur(744_80), eur(-4_80)), "of those with a budget");
    assert_eq!(report.spent, eur(1_128_90));
    let mut names = Vec::new();
    for line in &report.lines {
        names.push((line.allowance.used_percent(), left_words(Default::default(), line.allowance.left)));
    }
    assert_eq!(names, [(104, "€4.80 over".to_owned()), (100, "€0.00 left".to_owned())], "by name");
    assert_eq!(report.unbudgeted.iter().map(|g| g.total.sum.minor).collect::<Vec<_>>(), [236_40, 79_50, 68_20]);
    assert_eq!(report.safe.expect("this month").per_day, eur(0));

    set(&house, "2026-10-01", None, 1_600_00, false).await;
    let report = reported(&house, "2026-11-01").await;
    assert_eq!(report.total, report.whole.map(|whole| whole.allowance));
    let safe = report.safe.expect("this month");
    assert_eq!((safe.per_day, safe.days), (eur(58_88), 8));
    assert_eq!(reported(&house, "2026-12-01").await.safe, None);

    let left = left(&*house.store, &me(&house, "2026-11-22").await, day("2026-11-30")).await.expect("what is left");
    let eating = Some(category(&house, "Eating out").await);
    assert_eq!(left.over(eur(1_00), eating), [(eating, eur(5_80))]);
    assert_eq!(left.over(eur(500_00), None), [(None, eur(28_90))]);
}

#[tokio::test]
async fn copies_of_what_was() {
    let house = House::new().await;
    let me = me(&house, "2026-11-22").await;
    let copied = async |how| copies(&*house.store, &me, day("2026-11-01"), how).await.expect("copies");
    assert_eq!((copied(Copied::Last).await, copied(Copied::Average).await), (Vec::new(), Vec::new()));
    assert_eq!(reported(&house, "2026-11-01").await.copies, []);
    spend(&house, "2026-09-03", 10_00, Some("Groceries")).await;
    spend(&house, "2026-10-03", 21_00, Some("Groceries")).await;
    let draft = copied(Copied::Average).await.remove(0);
    assert_eq!((draft.category_id, draft.amount), (Some(category(&house, "Groceries").await), eur(15_50)), "of two months");
    assert_eq!(reported(&house, "2026-11-01").await.copies, [Copied::Average]);
    let archive = Command::EditCategory {
        id: category(&house, "Groceries").await,
        name: None,
        color: None,
        archived: Some(true),
        version: None,
    };
    house.run(0, archive).await.expect("archived");
    assert_eq!(copied(Copied::Average).await, Vec::new(), "nobody begins with an archived category");

    set(&house, "2026-10-01", Some("Rent"), 620_00, true).await;
    set(&house, "2026-11-01", Some("Rent"), 700_00, false).await;
    let drafts = copied(Copied::Last).await;
    assert_eq!((drafts.len(), drafts[0].amount, drafts[0].rollover), (1, eur(620_00), Some(true)));
}

#[tokio::test]
async fn an_expense_of_another_day_counts_in_its_own_period() {
    let house = House::new().await;
    set(&house, "2026-10-01", Some("Fun"), 10_00, false).await;
    let fun = category(&house, "Fun").await;
    let draft = crate::server::ledger::testing::draft(eur(9_00), Some(fun), 0);
    let record = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true };
    let Ok(Effect::Expense(_)) = house.run(1, record).await.map(|outcome| outcome.effect) else { panic!("refused") };
    let me = me(&house, "2026-11-22").await;
    for (on, minor) in [("2026-10-31", 10_00), ("2026-11-01", 1_00), ("2026-09-30", 0)] {
        let left = left(&*house.store, &me, day(on)).await.expect("what is left").left;
        assert_eq!(left.first().map_or(0, |(_, left)| left.minor), minor, "{on}");
    }
}
