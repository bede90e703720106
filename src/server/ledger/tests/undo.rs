//! Undo and redo.

use super::{super::testing::MongoHome, *};
use crate::{
    domain::{Funds, command::ProfileEdit, funds::FundsEdit, text::Name},
    server::{
        ledger::Ledger,
        store::conformance::{Home, journal_after},
    },
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

/// What the person at the page does: the last change that stands is undone, again and again.
async fn one_after_the_other(house: House) {
    house.add_funds(1, 10_00).await;
    let added = house.spend(1, 1_00).await.expect("an expense");
    let id = expense(&added).id;
    let mut seqs = vec![added.seq];
    for minor in [2_00, 3_00, 4_00] {
        let now = house.stored(1, id).await.expect("there");
        seqs.push(house.reprice(1, &now, minor).await.expect("changed").seq);
    }
    seqs.push(house.run(1, Command::DeleteExpense { id, version: None }).await.expect("deleted").seq);
    let amount = async || house.stored(1, id).await.map(|e| e.amount.minor);
    let mut undone = Vec::new();
    for (seq, left) in seqs.iter().rev().zip([Some(4_00), Some(3_00), Some(2_00), Some(1_00), None]) {
        undone.push(house.undo(1, *seq).await.unwrap_or_else(|problem| panic!("{seq}: {problem:?}")).seq);
        assert_eq!(amount().await, left);
    }
    // And redone, the last undo first.
    for (seq, left) in undone.iter().rev().zip([Some(1_00), Some(2_00), Some(3_00), Some(4_00), None]) {
        house.undo(1, *seq).await.unwrap_or_else(|problem| panic!("redo of {seq}: {problem:?}"));
        assert_eq!(amount().await, left);
    }
    // Once more by the entries themselves, which stand again.
    let mut versions = Vec::new();
    for (seq, left) in seqs.iter().rev().zip([Some(4_00), Some(3_00), Some(2_00), Some(1_00), None]) {
        house.undo(1, *seq).await.unwrap_or_else(|problem| panic!("{seq}, again: {problem:?}"));
        assert_eq!(amount().await, left);
        versions.extend(house.stored(1, id).await.map(|e| e.version));
    }
    assert!(versions.is_sorted() && versions[0] > 8, "a version is never there twice: {versions:?}");
    assert_eq!(house.balance(1).await, 10_00);
}

#[tokio::test]
async fn changes_are_undone_one_after_the_other() {
    one_after_the_other(House::new().await).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_changes_are_undone_one_after_the_other() {
    one_after_the_other(House::on(MongoHome::new().open().await).await).await;
}

#[tokio::test]
async fn what_was_changed_back_by_hand_is_a_later_change() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let spent = expense(&house.spend(1, 4_00).await.expect("an expense"));
    let dearer = house.reprice(1, &spent, 5_00).await.expect("changed");
    let again = house.reprice(1, &expense(&dearer), 6_00).await.expect("changed");
    let back = house.reprice(1, &expense(&again), 5_00).await.expect("changed back");
    assert_eq!(refused(house.undo(1, dearer.seq).await), Code::VersionConflict, "it looks the same, but was meant");
    house.undo(1, back.seq).await.expect("undone");
    assert_eq!(refused(house.undo(1, dearer.seq).await), Code::VersionConflict);
    let undone = house.undo(1, again.seq).await.expect("undone");
    house.undo(1, undone.seq).await.expect("redone");
    assert_eq!(refused(house.undo(1, dearer.seq).await), Code::VersionConflict, "the later change stands again");
    house.undo(1, again.seq).await.expect("undone again");
    house.undo(1, dearer.seq).await.expect("nothing stands in its way any more");
    assert_eq!(house.stored(1, spent.id).await.expect("there").amount, eur(4_00));
}

#[tokio::test]
async fn other_things_are_undone_one_after_the_other_too() {
    let house = House::new().await;
    let mut seqs = Vec::new();
    for name in ["Anna", "Annie"] {
        let edit = ProfileEdit { display_name: Some(Name::parse(name).expect("a name")), ..ProfileEdit::default() };
        seqs.push((1, house.run(1, Command::EditProfile { edit, version: None }).await.expect("renamed").seq));
    }
    let funds = house.add_funds(1, 10_00).await;
    seqs.push((1, funds.seq));
    let Effect::Funds(Funds { id, .. }) = funds.effect else { panic!("no funds") };
    for minor in [11_00, 12_00] {
        let edit = FundsEdit { amount: Some(eur(minor)), ..FundsEdit::default() };
        let edit = Command::EditFunds { id, edit, version: None, allow_overdraft: false };
        seqs.push((1, house.run(1, edit).await.expect("changed").seq));
    }
    let food = house.category_named("Groceries").await;
    for name in ["Food", "Eating"] {
        let name = Some(Name::parse(name).expect("a name"));
        let edit = Command::EditCategory { id: food.id, name, color: None, archived: None, version: None };
        seqs.push((0, house.run(0, edit).await.expect("renamed").seq));
    }
    for (who, seq) in seqs.iter().rev() {
        house.undo(*who, *seq).await.unwrap_or_else(|problem| panic!("{who}, {seq}: {problem:?}"));
    }
    assert_eq!((house.balance(1).await, house.category_named("Groceries").await.id), (0, food.id));
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
