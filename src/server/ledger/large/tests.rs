//! R01 and R07 for large commands: cut short anywhere, by a crash or by another process, they end as if they had not been.

use super::{
    super::{
        Retry,
        testing::{House, MongoHome, SqliteHome, day, eur, fill, note, preview, what},
    },
    *,
};
use crate::{
    domain::{
        CategoryId, Code, Effect, ExpenseFilter, ImportId,
        command::{BulkChange, Posting},
        import::{EntryKind, ImportState},
    },
    server::{
        doctor,
        store::{DynStore, conformance::Home},
    },
};

/// Rows of each statement, and how many changes a step has: each row and its fingerprint is one.
const ROWS: i64 = 7;
const STEP: usize = 4;

fn posting(n: i64) -> Posting {
    Posting {
        kind: if n % 3 == 0 { EntryKind::Funds } else { EntryKind::Expense },
        date: day(0),
        amount: eur(n),
        what: what(1),
        note: note(1),
        category_id: None,
        fingerprint: format!("row {n}"),
        chosen: false,
    }
}

/// A house whose second person has a statement that is to be committed, in steps.
async fn house_with_statement(store: DynStore) -> (House, Arc<Attempt>, ImportId) {
    let house = House::on(store).await;
    house.add_funds(1, 100).await;
    let import = preview(house.people[1].id);
    let id = import.id;
    fill(&house.store, vec![Record::Import(import)]).await;
    let command = Command::CommitImport { id, digest: "seen".into(), postings: (1..=ROWS).map(posting).collect(), skipped: 0 };
    let retry = Retry { key: "once".into(), request: "this".into() };
    (house_of(&house), Arc::new(Attempt::new(house.caller(1), Some(retry), command, clock::now())), id)
}

/// The same house with a ledger of its own, as another process has it.
fn house_of(house: &House) -> House {
    House::with(Ledger::with_step(Arc::clone(&house.store), STEP), house.people.clone())
}

async fn begun(ledger: &Ledger, attempt: &Arc<Attempt>) -> Job {
    match ledger.begin(Arc::clone(attempt)).await.expect("begun") {
        Begun::Job(job) => job,
        Begun::Answered(outcome) => panic!("done before: {outcome:?}"),
    }
}

async fn sound(house: &House) -> doctor::Report {
    let report = doctor::examine(&*house.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
    report
}

async fn rows(house: &House) -> u64 {
    house.store.expense_total(house.people[1].id, &ExpenseFilter::default()).await.expect("a total").count
}

async fn cut_short_after_each_step(home: impl Fn() -> Box<dyn Home>) {
    for steps in 0..=4 {
        let home = home();
        let (house, attempt, id) = house_with_statement(home.open().await).await;
        let job = begun(&house.ledger, &attempt).await;
        let (mut job, changes) = house.ledger.prepare(&job, Arc::clone(&attempt)).await.expect("accepted").expect("in steps");
        assert_eq!((changes.len(), rows(&house).await), (15, 0), "nothing is changed before it is accepted");
        for _ in 0..steps {
            job = house.ledger.take_step(&job, Arc::clone(&changes)).await.expect("a step");
            // I1, after each transaction.
            let report = sound(&house).await;
            assert_eq!(report.unfinished.len(), 1, "{report}");
        }
        let journal = async || house.store.entry_size(house.people[1].id, 3).await.expect("a size");
        let before = house.store.account(job.owner).await.expect("a store").expect("an account");
        assert!(before.busy && before.last_seq == 2, "the entry comes at the end");

        let other = house_of(&house);
        assert_eq!(other.ledger.roll_forward().await, Ok(1), "its holder may still be at work");
        release_jobs(&*house.store).await.expect("released");
        assert_eq!(other.ledger.roll_forward().await, Ok(0));
        assert_eq!(refused(house.ledger.take_step(&job, changes).await), Code::StoreUnavailable, "it is another's now");

        let report = sound(&house).await;
        assert_eq!((report.unfinished.len(), rows(&house).await, journal().await), (0, 5, 15));
        // 3 and 6 are funds; the rest is spent.
        assert_eq!(house.balance(1).await, 100 + 9 - 19);
        let import = house.store.import(job.owner, id).await.expect("a store").expect("an import");
        assert_eq!((import.state, import.seq, import.added), (ImportState::Committed, Some(3), 7));

        // R07: the same key answers the outcome, and nothing is done again.
        let answer = other.ledger.execute(&attempt.caller, attempt.retry.clone(), attempt.command.clone()).await;
        let outcome = answer.expect("the first answer");
        assert_eq!((outcome.seq, outcome.balance, outcome.undoable), (3, eur(90), true));
        assert_eq!(outcome.effect, Effect::Import { id, added: 7, skipped: 0 });

        // It is one entry, with one way back.
        other.run(1, Command::Undo { seq: 3 }).await.expect("undone");
        assert_eq!((other.balance(1).await, rows(&house).await), (100, 0));
        sound(&house).await;
        house.store.close().await;
    }
}

#[tokio::test]
async fn r01_cut_short_after_any_step_it_is_rolled_forward() {
    cut_short_after_each_step(|| Box::new(SqliteHome::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_cut_short_after_any_step_it_is_rolled_forward_on_mongodb() {
    cut_short_after_each_step(|| Box::new(MongoHome::new())).await;
}

async fn cut_short_before_it_is_accepted(home: impl Home) {
    let (house, attempt, id) = house_with_statement(home.open().await).await;
    let job = begun(&house.ledger, &attempt).await;
    let some = [Change { before: None, after: Some(Record::Import(preview(job.owner))) }];
    let planned = house.ledger.with(&job, move |tx, job| {
        let some = some.clone();
        Box::pin(async move { Ok(tx.plan(job.owner, job.seq, 0, &some).await?) })
    });
    planned.await.expect("planned");
    release_jobs(&*house.store).await.expect("released");
    assert_eq!(house_of(&house).ledger.roll_forward().await, Ok(0));
    let report = sound(&house).await;
    assert_eq!((report.unfinished.len(), rows(&house).await), (0, 0));
    assert_eq!(house.store.entry_size(job.owner, job.seq).await.expect("a size"), 0);
    let outcome = house.run(1, attempt.command.clone()).await.expect("committed, now");
    assert_eq!(outcome.effect, Effect::Import { id, added: 7, skipped: 0 });
    sound(&house).await;
}

#[tokio::test]
async fn r01_cut_short_before_it_is_accepted_nothing_is_left() {
    cut_short_before_it_is_accepted(SqliteHome::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_cut_short_before_it_is_accepted_nothing_is_left_on_mongodb() {
    cut_short_before_it_is_accepted(MongoHome::new()).await;
}

#[tokio::test]
async fn only_its_own_account_waits_for_a_large_command() {
    let home = SqliteHome::new();
    let (house, attempt, _) = house_with_statement(home.open().await).await;
    let job = begun(&house.ledger, &attempt).await;
    house.add_funds(2, 5).await;
    let add = Command::AddCategory { id: CategoryId::new(), name: super::super::testing::name("Bees"), color: None };
    let outcome = house.run(0, add).await.expect("added");
    let Effect::Category(category) = outcome.effect else { panic!("not a category") };
    let delete = Command::DeleteCategory { id: category.id, move_to: None, version: None };
    let one = house.spend(1, 1);
    let (own, everybodys) = futures::join!(one, house.run(0, delete.clone()));
    for answer in [own, everybodys] {
        let problem = answer.expect_err("refused");
        assert_eq!((problem.code, problem.retry_after), (Code::Busy, Some(2)));
    }
    // What waits goes on as soon as the account is free.
    let (freed, own) = futures::join!(house.ledger.give_up(&job), house.spend(1, 1));
    freed.expect("free");
    own.expect("recorded");
    house.run(0, delete).await.expect("deleted");
    sound(&house).await;
}

#[tokio::test]
async fn a_refused_large_command_changes_nothing_and_frees_the_account() {
    let home = SqliteHome::new();
    let (house, attempt, _) = house_with_statement(home.open().await).await;
    let Command::CommitImport { id, postings, .. } = &attempt.command else { panic!("not a commit") };
    let outdated = Command::CommitImport { id: *id, digest: "another".into(), postings: postings.clone(), skipped: 0 };
    assert_eq!(refused(house.run(1, outdated).await), Code::VersionConflict);
    let wrong = Selection::Filter { filter: ExpenseFilter::default(), expected_count: 9 };
    let bulk = Command::BulkExpenses { select: wrong, change: BulkChange::Delete };
    assert_eq!(refused(house.run(1, bulk).await), Code::CountMismatch);
    house.spend(1, 100).await.expect("the account is free, and has all it had");
    assert_eq!(sound(&house).await.unfinished.len(), 0);
}

#[tokio::test]
async fn i1_sums_that_leave_the_range_on_the_way_are_not_made_in_steps() {
    use crate::domain::money::MAX_MINOR;
    let home = SqliteHome::new();
    let (house, attempt, _) = house_with_statement(home.open().await).await;
    let Command::CommitImport { id, postings, .. } = &attempt.command else { panic!("not a commit") };
    let kind = |n| if n < 4 { EntryKind::Funds } else { EntryKind::Expense };
    let huge = (1..=7).zip(postings).map(|(n, p)| Posting { kind: kind(n), amount: eur(MAX_MINOR), ..p.clone() });
    let commit = Command::CommitImport { id: *id, digest: "seen".into(), postings: huge.collect(), skipped: 0 };
    let outcome = house.run(1, commit).await.expect("committed");
    assert_eq!(outcome.balance, eur(100 - MAX_MINOR));
    sound(&house).await;
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Problem>) -> Code {
    answer.expect_err("refused").code
}
