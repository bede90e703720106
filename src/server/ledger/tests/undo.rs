//! Undo and redo.

use super::*;
use crate::server::{
    ledger::Ledger,
    store::conformance::{Home, journal_after},
};

#[tokio::test]
async fn i5_delete_then_undo_is_the_identity() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let spent = expense(&house.spend(1, 4_00).await.expect("an expense"));
    let deleted = house.run(1, Command::DeleteExpense { id: spent.id, version: None }).await.expect("deleted");
    let undone = house.undo(1, deleted.seq).await.expect("undone");
    assert_eq!((undone.balance, undone.effect), (eur(6_00), Effect::Undone { seq: deleted.seq }));
    assert_eq!(undone.summary, "Undid: Deleted “Lunch”, €4.00 back in your balance");
    let back = house.stored(1, spent.id).await.expect("there again");
    assert_eq!(back, Expense { version: 2, ..spent }, "but for the version, which only rises");
    assert_eq!(refused(house.undo(1, deleted.seq).await), Code::AlreadyUndone);
}

#[tokio::test]
async fn an_undo_can_be_undone_again_and_again() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let spent = house.spend(1, 4_00).await.expect("an expense");
    let mut seq = spent.seq;
    for (balance, summary) in [
        (10_00, "Undid: Added “Lunch”, €4.00"),
        (6_00, "Redid: Added “Lunch”, €4.00"),
        (10_00, "Undid: Added “Lunch”, €4.00"),
        (6_00, "Redid: Added “Lunch”, €4.00"),
    ] {
        let done = house.undo(1, seq).await.expect("done");
        assert_eq!((done.balance, done.summary.as_str()), (eur(balance), summary));
        seq = done.seq;
    }
    let entries = journal_after(&house.store, house.people[1].id, spent.seq - 1, 9).await;
    let undone_by: Vec<_> = entries.iter().map(|(e, _)| e.undone_by.map(|by| by - spent.seq)).collect();
    assert_eq!(undone_by, [None, Some(2), None, Some(4), None]);
}

#[tokio::test]
async fn what_changed_later_is_never_undone_with_it() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let added = house.spend(1, 4_00).await.expect("an expense");
    let edited = house.reprice(1, &expense(&added), 5_00).await.expect("edited");
    assert_eq!(refused(house.undo(1, added.seq).await), Code::VersionConflict);
    assert_eq!(house.balance(1).await, 5_00, "I10");
    house.undo(1, edited.seq).await.expect("the later one first");
    assert_eq!(house.stored(1, expense(&added).id).await.expect("there").amount, eur(4_00));
}

#[tokio::test]
async fn i3_undo_is_not_refused_for_the_balance() {
    let house = House::new().await;
    let funds = house.add_funds(1, 10_00).await;
    house.spend(1, 10_00).await.expect("an expense");
    assert_eq!(house.undo(1, funds.seq).await.expect("undone").balance, eur(-10_00));
}

#[tokio::test]
async fn some_kinds_stay() {
    let house = House::new().await;
    assert_eq!(refused(house.undo(1, 1).await), Code::NotUndoable, "joining");
    let changed = house.run(1, Command::ChangePassword { hash: secret() }).await.expect("changed");
    assert_eq!(refused(house.undo(1, changed.seq).await), Code::NotUndoable);
    for missing in [0, 99, u64::MAX] {
        assert_eq!(refused(house.undo(1, missing).await), Code::NotFound, "{missing}");
    }
}

#[tokio::test]
async fn undo_works_after_a_restart() {
    let home = SqliteHome::new();
    let house = House::on(home.open().await).await;
    let funds = house.add_funds(1, 10_00).await;
    house.store.close().await;
    let ledger = Ledger::new(home.open().await);
    let undone = ledger.execute(&house.caller(1), None, Command::Undo { seq: funds.seq }).await.expect("undone");
    assert_eq!(undone.balance, eur(0));
}
