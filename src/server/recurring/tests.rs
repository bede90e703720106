//! What the server records, by a clock that the test sets; on both engines.

#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

use super::post_due;
use crate::{
    domain::{
        Command, Day, Effect, Expense, ExpenseFilter, Instant, Recurring, RecurringId, Role,
        expense::Added,
        import::EntryKind,
        journal::Via,
        page::PageRequest,
        recurring::{Mode, MonthDay, Parts, RecurringDraft, RecurringEdit, Schedule, Unit},
    },
    server::{
        clock, doctor,
        ledger::{
            Ledger,
            testing::{House, MongoHome, SqliteHome, eur, what},
        },
        store::conformance::Home,
    },
};
use std::sync::Arc;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}
/// Noon of a day in UTC.
fn noon(text: &str) -> Instant {
    clock::start_of(day(text), "UTC").expect("an instant").plus_seconds(12 * 3_600)
}
/// Monthly, on the day of the month that the first day is.
fn monthly(from: &str) -> RecurringDraft {
    let on = Some(MonthDay::Day(day(from).day()));
    let parts = Parts { every: 1, unit: Unit::Month, on, from: day(from), until: None, count: None };
    RecurringDraft {
        kind: EntryKind::Expense,
        amount: eur(800_00),
        what: what(0),
        note: None,
        category_id: None,
        schedule: Schedule::try_from(parts).expect("a schedule"),
        mode: Mode::Post,
    }
}

struct Street {
    house: House,
    _home: Box<dyn Home>,
}

impl Street {
    async fn on(home: impl Home + 'static) -> Self {
        Self { house: House::on(home.open().await).await, _home: Box::new(home) }
    }
    async fn sqlite() -> Self {
        Self::on(SqliteHome::new()).await
    }
    async fn add(&self, who: usize, draft: RecurringDraft, today: &str) -> RecurringId {
        let id = RecurringId::new();
        self.house.run(who, Command::AddRecurring { id, draft, today: day(today) }).await.expect("added");
        id
    }
    async fn post(&self, at: Instant) -> u64 {
        post_due(&self.house.ledger, at).await.expect("posted")
    }
    async fn rows(&self, who: usize) -> Vec<Expense> {
        let page = PageRequest { limit: 200, cursor: None };
        let owner = self.house.people[who].id;
        self.house.store.expenses(owner, &ExpenseFilter::default(), &page).await.expect("rows").items
    }
    async fn days(&self, who: usize) -> Vec<String> {
        self.rows(who).await.iter().map(|e| e.date.to_string()).collect()
    }
    async fn entry(&self, who: usize) -> Recurring {
        self.house.store.recurring(self.house.people[who].id).await.expect("entries").remove(0)
    }
    async fn is_sound(&self) {
        let report = doctor::examine(&*self.house.store).await.expect("a report");
        assert!(report.is_sound(), "{report}");
    }
}

/// After a stop of weeks every day that came meanwhile is recorded under its own date, and once.
async fn missed_days_are_recorded_once(street: Street) {
    let id = street.add(1, monthly("2026-08-31"), "2026-08-20").await;
    assert_eq!(street.post(noon("2026-08-30")).await, 0);
    assert_eq!(street.post(noon("2026-11-15")).await, 3);
    assert_eq!(street.days(1).await, ["2026-10-31", "2026-09-30", "2026-08-31"]);
    assert_eq!(street.post(noon("2026-11-15")).await, 0);
    assert_eq!(street.house.balance(1).await, -3 * 800_00, "never refused for the balance");
    let row = street.rows(1).await.remove(0);
    assert_eq!((row.added(), row.via), (Added::Recurring, Via::Recurring));
    let recurring = ExpenseFilter { added: [Added::Recurring].into(), ..ExpenseFilter::default() };
    assert_eq!(street.house.store.expense_total(row.owner, &recurring).await.expect("a total").count, 3);
    // What the person takes out stays out, whether deleted or undone.
    street.house.run(1, Command::DeleteExpense { id: row.id, version: None }).await.expect("deleted");
    let page = PageRequest { limit: 10, cursor: None };
    let entries = street.house.store.journal(row.owner, &Default::default(), &page).await.expect("a journal").items;
    let posted = entries.iter().filter(|e| e.command == "post_recurring").nth(1).expect("September's");
    assert_eq!((posted.via, posted.actor_id), (Via::Recurring, row.owner));
    street.house.run(1, Command::Undo { seq: posted.seq }).await.expect("undone");
    assert_eq!((street.post(noon("2026-11-15")).await, street.days(1).await), (0, vec!["2026-08-31".to_owned()]));
    let edit = RecurringEdit { amount: Some(eur(900_00)), ..RecurringEdit::default() };
    street.house.run(1, Command::EditRecurring { id, edit, today: day("2026-11-15"), version: None }).await.expect("edited");
    assert_eq!(street.post(noon("2026-12-01")).await, 1);
    let amounts: Vec<i64> = street.rows(1).await.iter().map(|e| e.amount.minor).collect();
    assert_eq!(amounts, [900_00, 800_00], "what was recorded stays");
    street.is_sound().await;
}

/// Two processes that look at the same time record each day once.
async fn two_at_once_record_once(street: Street) {
    for who in 0..3 {
        street.add(who, monthly("2026-01-31"), "2026-01-01").await;
    }
    let other = Ledger::new(Arc::clone(&street.house.store));
    let at = noon("2026-11-15");
    let (a, b) = futures::join!(post_due(&street.house.ledger, at), post_due(&other, at));
    assert_eq!(a.expect("one") + b.expect("the other"), 30);
    for who in 0..3 {
        assert_eq!((street.days(who).await.len(), street.house.balance(who).await), (10, -10 * 800_00));
    }
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_missed_days_are_recorded_once() {
    missed_days_are_recorded_once(Street::sqlite().await).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_missed_days_are_recorded_once() {
    missed_days_are_recorded_once(Street::on(MongoHome::new()).await).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_two_at_once_record_once() {
    two_at_once_record_once(Street::sqlite().await).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_two_at_once_record_once() {
    two_at_once_record_once(Street::on(MongoHome::new()).await).await;
}

#[tokio::test]
async fn a_day_comes_where_the_person_lives() {
    let street = Street::sqlite().await;
    street.add(1, monthly("2026-11-01"), "2026-10-20").await;
    let start = clock::start_of(day("2026-11-01"), "Europe/Ljubljana").expect("an instant");
    assert_eq!(street.post(start.plus_seconds(-1)).await, 0);
    assert_eq!(street.post(start).await, 1);
    assert_eq!(start.day(), day("2026-10-31"), "it is still October in UTC");
}

#[tokio::test]
async fn what_asks_waits_and_what_is_paused_does_not_come() {
    let street = Street::sqlite().await;
    street.add(1, RecurringDraft { mode: Mode::Propose, ..monthly("2026-11-01") }, "2026-10-20").await;
    let paused = street.add(2, monthly("2026-11-01"), "2026-10-20").await;
    let pause = |paused_now, today| Command::EditRecurring {
        id: paused,
        edit: RecurringEdit { paused: Some(paused_now), ..RecurringEdit::default() },
        today: day(today),
        version: None,
    };
    let outcome = street.house.run(2, pause(true, "2026-10-21")).await.expect("paused");
    assert_eq!(outcome.summary, "Paused “Lunch”");
    assert_eq!(street.post(noon("2026-12-15")).await, 0);
    assert_eq!(street.entry(1).await.waiting(day("2026-12-15")).count(), 2);
    street.house.run(2, pause(false, "2026-12-15")).await.expect("resumed");
    assert_eq!(street.post(noon("2027-01-02")).await, 1, "not the days of the pause");
    // A click records the later of the two; the earlier one still waits.
    let id = street.entry(1).await.id;
    let accept = Command::PostRecurring { id, day: Some(day("2026-12-01")), today: day("2026-12-15") };
    let outcome = street.house.run(1, accept).await.expect("recorded");
    assert_eq!(outcome.summary, "Recorded “Lunch” of 1 Dec 2026, €800.00");
    assert!(matches!(outcome.effect, Effect::Expense(_)));
    assert_eq!(street.entry(1).await.waiting(day("2026-12-15")).collect::<Vec<_>>(), [day("2026-11-01")]);
    street.house.run(1, Command::Undo { seq: outcome.seq }).await.expect("undone");
    assert_eq!(street.entry(1).await.waiting(day("2026-12-15")).count(), 2, "it waits again");
    street.is_sound().await;
}

#[tokio::test]
async fn nothing_comes_to_the_account_of_somebody_who_is_disabled() {
    let street = Street::sqlite().await;
    street.add(1, monthly("2026-11-01"), "2026-10-20").await;
    let status = |status| Command::ChangeUser {
        user: street.house.people[1].id,
        edit: crate::domain::command::UserEdit { status: Some(status), ..Default::default() },
        version: None,
    };
    assert_eq!(street.house.people[0].role, Role::Admin);
    street.house.run(0, status(crate::domain::Status::Disabled)).await.expect("disabled");
    assert_eq!(street.post(noon("2026-11-15")).await, 0);
    street.house.run(0, status(crate::domain::Status::Active)).await.expect("enabled");
    assert_eq!(street.post(noon("2026-11-15")).await, 1);
}
