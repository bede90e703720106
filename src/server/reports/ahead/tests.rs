//! What is to come, on a real store; the same on both engines.

#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

use super::{
    super::tests::{day, me, spend},
    *,
};
use crate::{
    domain::{
        CategoryId, Command, Currency, Locale, RecurringId,
        budget::BudgetDraft,
        recurring::{Mode, MonthDay, Parts, RecurringDraft, RecurringEdit, Schedule, Unit},
        report::Length,
    },
    server::{
        ledger::testing::{House, MongoHome, eur, what},
        reports::{budgets, dashboard},
        store::conformance::Home,
    },
};

async fn recurs(house: &House, kind: EntryKind, minor: i64, on: i8, category_id: Option<CategoryId>) {
    let (every, unit, on) = (1, Unit::Month, Some(MonthDay::Day(on)));
    let parts = Parts { every, unit, on, from: day("2026-11-01"), until: None, count: None };
    let schedule = Schedule::try_from(parts).expect("a schedule");
    let draft =
        RecurringDraft { kind, amount: eur(minor), what: what(0), note: None, category_id, schedule, mode: Mode::Propose };
    let add = Command::AddRecurring { id: RecurringId::new(), draft, today: day("2026-11-18") };
    house.run(1, add).await.expect("added");
}

async fn the_line_goes_on(house: House) {
    house.add_funds(1, 1_000_00).await;
    recurs(&house, EntryKind::Expense, 300_00, 25, None).await;
    recurs(&house, EntryKind::Funds, 2_000_00, 28, None).await;
    for n in 0..20 {
        spend(&house, &day("2026-10-29").plus(n).to_string(), 10_00, None).await;
    }
    spend(&house, "2026-12-24", 50_00, None).await;
    // What recurred is not usual.
    let entry = house.store.recurring(house.people[1].id).await.expect("entries").remove(0);
    let early = Command::PostRecurring { id: entry.id, day: None, today: day("2026-11-10") };
    house.run(1, early).await.expect("recorded");

    let told = forecast(&*house.store, &me(&house, "2026-11-18").await).await.expect("a forecast");
    let usual = told.usual.expect("usual");
    assert_eq!((usual.days, usual.per_day, usual.deviation), (20, eur(10_00), eur(0)));
    assert_eq!(told.balance, eur(500_00), "without what is dated later");
    assert_eq!(told.points.last().expect("a day").date, day("2026-12-31"));
    let on = |date: &str| told.points.iter().find(|p| p.date == day(date)).expect("a day").expected.minor;
    assert_eq!([on("2026-11-19"), on("2026-11-27"), on("2026-11-28")], [490_00, 410_00, 2_400_00]);
    assert_eq!([on("2026-12-24"), on("2026-12-25")], [2_090_00, 1_780_00], "what is dated, then what recurs");
    assert_eq!(told.coming.len(), 3);
    let shown = dashboard(&*house.store, &me(&house, "2026-11-18").await, None, Length::Month).await.expect("a dashboard");
    assert_eq!((shown.coming.len(), shown.forecast), (1, told));
}

/// Rent that somebody typed before it became a recurring entry comes once, on its days, and not besides.
async fn typed_before(house: House) {
    for n in 0..30 {
        spend(&house, &day("2026-10-19").plus(n).to_string(), 10_00, None).await;
    }
    spend(&house, "2026-10-26", 297_00, None).await;
    let usual = async || forecast(&*house.store, &me(&house, "2026-11-18").await).await.expect("a forecast");
    let before = usual().await;
    let per_day = |told: &Forecast| told.usual.expect("usual").per_day;
    assert_eq!((per_day(&before), before.left_out), (eur(19_90), LeftOut::nothing(Currency::EUR)));
    recurs(&house, EntryKind::Expense, 300_00, 25, None).await;
    let told = usual().await;
    assert_eq!((per_day(&told), told.usual.expect("usual").deviation), (eur(10_00), eur(0)));
    let left_out = LeftOut { recorded: 0, alike: 1, sum: eur(297_00), names: vec![what(0)] };
    assert_eq!(told.left_out, left_out);
    let said =
        "Left out of that average, as it recurs: 1 that was entered otherwise and plainly is the same (“Lunch”); €297.00 in all.";
    assert!(told.assumptions(Locale::default()).iter().any(|line| line == said), "{:?}", told.assumptions(Locale::default()));
    // One that does not come any more is spent like anything else.
    let id = house.store.recurring(house.people[1].id).await.expect("entries")[0].id;
    let paused = RecurringEdit { paused: Some(true), ..RecurringEdit::default() };
    let pause = Command::EditRecurring { id, edit: paused, today: day("2026-11-18"), version: None };
    house.run(1, pause).await.expect("paused");
    assert_eq!(per_day(&usual().await), eur(19_90));
}

#[tokio::test]
async fn what_was_typed_before_it_recurred_counts_once() {
    typed_before(House::new().await).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_what_was_typed_before_it_recurred_counts_once() {
    typed_before(House::on(MongoHome::new().open().await).await).await;
}

#[tokio::test]
async fn the_line_goes_on_by_what_recurs_and_what_is_usual() {
    the_line_goes_on(House::new().await).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_the_line_goes_on_by_what_recurs_and_what_is_usual() {
    the_line_goes_on(House::on(MongoHome::new().open().await).await).await;
}

#[tokio::test]
async fn what_is_still_due_is_not_safe_to_spend() {
    let house = House::new().await;
    let categories = house.store.categories().await.expect("categories");
    let id = |name: &str| categories.iter().find(|c| c.name.as_str() == name).map(|c| c.id);
    let set = |category_id, minor| Command::SetBudget {
        key: day("2026-11-01"),
        draft: BudgetDraft { category_id, amount: eur(minor), rollover: None },
        version: None,
    };
    house.run(1, set(id("Rent"), 900_00)).await.expect("a budget");
    recurs(&house, EntryKind::Expense, 600_00, 25, id("Rent")).await;
    recurs(&house, EntryKind::Expense, 30_00, 28, id("Fun")).await;
    recurs(&house, EntryKind::Expense, 20_00, 18, None).await;
    recurs(&house, EntryKind::Funds, 500_00, 28, None).await;
    let safe = async || budgets(&*house.store, &me(&house, "2026-11-20").await, day("2026-11-20")).await.expect("a report").safe;
    let only = safe().await.expect("safe");
    assert_eq!((only.due, only.per_day), (eur(600_00), eur(30_00)), "of categories with a budget");
    house.run(1, set(None, 1_000_00)).await.expect("a budget");
    let all = safe().await.expect("safe");
    assert_eq!((all.due, all.per_day), (eur(650_00), eur(35_00)), "all, also what waits");
    let rent = house.store.recurring(house.people[1].id).await.expect("entries").remove(0);
    let post = Command::PostRecurring { id: rent.id, day: None, today: day("2026-11-20") };
    house.run(1, post).await.expect("recorded");
    assert_eq!(safe().await.expect("safe").due, eur(50_00), "what is recorded is not due");
    let later = budgets(&*house.store, &me(&house, "2026-11-20").await, day("2026-12-20")).await.expect("a report");
    assert_eq!(later.safe, None);
}
