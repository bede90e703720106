//! Rules of what recurs.

use super::{super::testing::MongoHome, *};
use crate::domain::{
    Day, Funds, Recurring, RecurringId,
    command::ProfileEdit,
    import::EntryKind,
    recurring::{MOST, Mode, MonthDay, Parts, RecurringDraft, RecurringEdit, Schedule, Unit},
};
use crate::server::store::conformance::Home;

fn date(text: &str) -> Day {
    text.parse().expect("a day")
}
fn monthly(from: &str) -> Schedule {
    let on = Some(MonthDay::Day(date(from).day()));
    Schedule::try_from(Parts { every: 1, unit: Unit::Month, on, from: date(from), until: None, count: None }).expect("a schedule")
}
fn rent(category_id: Option<CategoryId>) -> RecurringDraft {
    let (kind, amount, what) = (EntryKind::Expense, eur(800_00), what(0));
    RecurringDraft { kind, amount, what, note: note(1), category_id, schedule: monthly("2199-12-01"), mode: Mode::Post }
}
fn add(draft: RecurringDraft) -> Command {
    Command::AddRecurring { id: RecurringId::new(), draft, today: date("2199-11-26") }
}
fn entry(outcome: &Outcome) -> Recurring {
    match &outcome.effect {
        Effect::Recurring(entry) => entry.clone(),
        other => panic!("not a recurring entry: {other:?}"),
    }
}
fn edit(id: RecurringId, edit: RecurringEdit, version: u32) -> Command {
    Command::EditRecurring { id, edit, today: date("2199-11-26"), version: Some(version) }
}
fn post(id: RecurringId, day: Option<&str>) -> Command {
    Command::PostRecurring { id, day: day.map(date), today: date("2199-11-26") }
}
fn skip(id: RecurringId, day: Option<&str>) -> Command {
    Command::SkipRecurring { id, day: day.map(date) }
}

impl House {
    async fn recurring(&self, who: usize) -> Vec<Recurring> {
        self.store.recurring(self.people[who].id).await.expect("entries")
    }
    async fn next(&self, who: usize) -> Option<String> {
        self.recurring(who).await[0].next().map(|day| day.to_string())
    }
}

#[tokio::test]
async fn what_recurs_is_added_edited_paused_and_deleted() {
    let house = House::new().await;
    let added = house.run(1, add(rent(None))).await.expect("added");
    assert_eq!(added.summary, "Added “Lunch”, €800.00, every month on day 1");
    assert_eq!(added.balance, eur(0), "no money moved");
    let id = entry(&added).id;
    assert!(house.store.account(house.people[1].id).await.expect("read").expect("an account").opened, "the currency stays now");
    let dearer = RecurringEdit { amount: Some(eur(850_00)), ..RecurringEdit::default() };
    let edited = house.run(1, edit(id, dearer.clone(), 1)).await.expect("edited");
    assert_eq!((edited.summary.as_str(), entry(&edited).version), ("Changed “Lunch” from now on", 2));
    assert_eq!(refused(house.run(1, edit(id, dearer.clone(), 1)).await), Code::VersionConflict);
    assert_eq!(refused(house.run(2, edit(id, dearer, 2)).await), Code::NotFound, "somebody else's (S34)");
    for (paused, line) in [(true, "Paused “Lunch”"), (false, "Went on with “Lunch”")] {
        let pause = RecurringEdit { paused: Some(paused), ..RecurringEdit::default() };
        let version = house.recurring(1).await[0].version;
        assert_eq!(house.run(1, edit(id, pause, version)).await.expect("done").summary, line);
    }
    let deleted = house.run(1, Command::DeleteRecurring { id, version: Some(4) }).await.expect("deleted");
    assert_eq!((deleted.summary.as_str(), house.recurring(1).await.len()), ("“Lunch” does not come any more", 0));
    house.undo(1, deleted.seq).await.expect("undone");
    assert_eq!(house.recurring(1).await[0].version, 5);
    let currency = ProfileEdit { currency: Some(crate::domain::Currency::USD), ..ProfileEdit::default() };
    assert_eq!(refused(house.run(1, Command::EditProfile { edit: currency, version: None }).await), Code::CurrencyFixed);
}

#[tokio::test]
async fn each_day_is_recorded_or_left_out_once() {
    let house = House::new().await;
    let id = entry(&house.run(1, add(rent(None))).await.expect("added")).id;
    let skipped = house.run(1, skip(id, Some("2200-01-01"))).await.expect("skipped");
    assert_eq!(skipped.summary, "Left out “Lunch” of 1 Jan 2200");
    assert_eq!(refused(house.run(1, skip(id, Some("2200-01-01"))).await), Code::AlreadyDone);
    assert_eq!(refused(house.run(1, post(id, Some("2200-01-01"))).await), Code::AlreadyDone);
    assert_eq!(field(house.run(1, post(id, Some("2200-01-02"))).await), pair("day", "no_day"));
    let posted = house.run(1, post(id, None)).await.expect("recorded ahead");
    let row = expense(&posted);
    assert_eq!((row.date, row.note.clone(), posted.balance), (date("2199-11-26"), note(1), eur(-800_00)), "under today");
    assert_eq!(house.next(1).await.as_deref(), Some("2200-02-01"));
    assert_eq!(house.recurring(1).await[0].version, 1, "going on through the days is no edit");
    // What was posted ahead is open again when it is undone, and so is what was left out.
    house.undo(1, posted.seq).await.expect("undone");
    assert_eq!((house.next(1).await.as_deref(), house.balance(1).await), (Some("2199-12-01"), 0));
    house.run(1, post(id, None)).await.expect("recorded");
    assert_eq!(house.next(1).await.as_deref(), Some("2200-02-01"), "the first of January is left out");
    let skipped = house.run(1, skip(id, None)).await.expect("skipped");
    assert_eq!(house.next(1).await.as_deref(), Some("2200-03-01"));
    house.undo(1, skipped.seq).await.expect("undone");
    assert_eq!(house.next(1).await.as_deref(), Some("2200-02-01"));
}

/// An undo brings back the days that a change dealt with, whatever was done and undone since.
async fn earlier_days(house: House) {
    let id = entry(&house.run(1, add(rent(None))).await.expect("added")).id;
    let skipped = house.run(1, skip(id, Some("2200-02-01"))).await.expect("skipped");
    let posted = house.run(1, post(id, None)).await.expect("recorded");
    house.undo(1, posted.seq).await.expect("undone");
    assert_eq!(house.next(1).await.as_deref(), Some("2199-12-01"));
    house.run(1, post(id, None)).await.expect("recorded again, which stands");
    house.undo(1, skipped.seq).await.expect("the one that was left out comes");
    house.run(1, skip(id, Some("2200-01-01"))).await.expect("skipped");
    assert_eq!(house.next(1).await.as_deref(), Some("2200-02-01"));
    let dearer = RecurringEdit { amount: Some(eur(850_00)), ..RecurringEdit::default() };
    let last = house.run(1, skip(id, None)).await.expect("skipped");
    let version = house.recurring(1).await[0].version;
    let edited = house.run(1, edit(id, dearer, version)).await.expect("changed");
    assert_eq!(refused(house.undo(1, last.seq).await), Code::VersionConflict, "a change that stands");
    house.undo(1, edited.seq).await.expect("undone");
    house.undo(1, last.seq).await.expect("undone");
    assert_eq!((house.next(1).await.as_deref(), house.recurring(1).await[0].amount), (Some("2200-02-01"), eur(800_00)));
}

#[tokio::test]
async fn an_undone_post_does_not_stand_in_the_way_of_an_earlier_skip() {
    earlier_days(House::new().await).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_an_undone_post_does_not_stand_in_the_way_of_an_earlier_skip() {
    earlier_days(House::on(MongoHome::new().open().await).await).await;
}

#[tokio::test]
async fn funds_recur_too() {
    let house = House::new().await;
    let salary = RecurringDraft { kind: EntryKind::Funds, ..rent(None) };
    let id = entry(&house.run(1, add(salary)).await.expect("added")).id;
    let outcome = house.run(1, post(id, None)).await.expect("recorded");
    let Effect::Funds(Funds { amount, note, .. }) = outcome.effect else { panic!("not funds") };
    assert_eq!((amount, note.expect("a note").as_str(), outcome.balance), (eur(800_00), "Lunch\nwith Ana", eur(800_00)));
    let food = house.category_named("Groceries").await.id;
    let sorted = RecurringEdit { category_id: Some(Some(food)), ..RecurringEdit::default() };
    assert_eq!(field(house.run(1, edit(id, sorted, 1)).await), pair("category_id", "conflicting"));
}

#[tokio::test]
async fn a_category_in_use_by_what_recurs_moves_it() {
    let house = House::new().await;
    let (food, fun) = (house.category_named("Groceries").await.id, house.category_named("Fun").await.id);
    let added = house.run(1, add(rent(Some(food)))).await.expect("added");
    let delete = |move_to| Command::DeleteCategory { id: food, move_to, version: None };
    assert_eq!(refused(house.run(0, delete(None)).await), Code::CategoryInUse);
    let moved = house.run(0, delete(Some(fun))).await.expect("deleted");
    let now = house.recurring(1).await.remove(0);
    assert_eq!((now.category_id, now.version), (Some(fun), 2));
    house.undo(0, moved.seq).await.expect("undone");
    assert_eq!(house.recurring(1).await[0].category_id, Some(food));
    house.run(0, delete(Some(fun))).await.expect("deleted");
    let id = entry(&added).id;
    let row = expense(&house.run(1, post(id, None)).await.expect("recorded"));
    assert_eq!(row.category_id, Some(fun));
    assert_eq!(field(house.run(1, add(rent(Some(food)))).await), pair("category_id", "unknown_category"));
}

#[tokio::test]
async fn there_are_so_many_at_most_and_some_day_to_come() {
    let house = House::new().await;
    let over =
        Schedule::try_from(Parts { until: Some(date("2199-11-25")), ..monthly("2199-01-01").parts() }).expect("a schedule");
    let draft = RecurringDraft { schedule: over, ..rent(None) };
    assert_eq!(field(house.run(1, add(draft)).await), pair("until", "no_day"));
    for _ in 0..MOST {
        house.run(1, add(rent(None))).await.expect("added");
    }
    assert_eq!(field(house.run(1, add(rent(None))).await), pair("what", "too_many"));
    house.run(2, add(rent(None))).await.expect("others have room");
}
