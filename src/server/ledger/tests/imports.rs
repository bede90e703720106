//! Statements in and out.

use super::*;
use crate::{
    domain::{
        ExpenseFilter, ImportId,
        calendar::Days,
        command::Posting,
        import::{EntryKind, ImportState},
        page::PageRequest,
    },
    server::store::{Import, Record},
};

fn posting(fingerprint: &str, minor: i64) -> Posting {
    Posting {
        kind: if minor < 0 { EntryKind::Expense } else { EntryKind::Funds },
        date: day(0),
        amount: eur(minor.abs()),
        what: what(1),
        note: note(1),
        category_id: None,
        fingerprint: fingerprint.into(),
        chosen: false,
    }
}

fn commit(id: ImportId, postings: &[Posting]) -> Command {
    Command::CommitImport { id, digest: "seen".into(), postings: postings.to_vec(), skipped: 2 }
}

async fn upload(house: &House) -> ImportId {
    let import = preview(house.people[1].id);
    let id = import.id;
    fill(&house.store, vec![Record::Import(import)]).await;
    id
}
async fn stored(house: &House, id: ImportId) -> Import {
    house.store.import(house.people[1].id, id).await.expect("a store").expect("an import")
}
async fn rows(house: &House) -> Vec<Expense> {
    let page = PageRequest { limit: 200, cursor: None };
    house.store.expenses(house.people[1].id, &ExpenseFilter::default(), &page).await.expect("a page").items
}

#[tokio::test]
async fn a_commit_stores_the_rows_and_forgets_the_file() {
    let house = House::new().await;
    let id = upload(&house).await;
    let postings = [posting("a", -7_00), posting("b", 2_00), posting("c", -1_00)];
    let outcome = house.run(1, commit(id, &postings)).await.expect("committed");
    assert_eq!(outcome.balance, eur(-6_00), "I3: never refused for the balance");
    assert_eq!(outcome.effect, Effect::Import { id, added: 3, skipped: 2 });
    assert_eq!(outcome.summary, "Imported 3 rows from “november.csv”");
    let import = stored(&house, id).await;
    assert_eq!((import.state, import.added, import.seq), (ImportState::Committed, 3, Some(outcome.seq)));
    assert!(import.content.is_empty());
    let expenses = rows(&house).await;
    assert_eq!(expenses.iter().map(|e| (e.amount.minor, e.import_id)).collect::<Vec<_>>(), [(1_00, Some(id)), (7_00, Some(id))]);
    let funds =
        house.store.funds_list(house.people[1].id, Days::default().span(), &PageRequest::default()).await.expect("funds").items;
    assert_eq!(funds[0].note.as_ref().map(|n| n.as_str()), Some("Tram pass\nwith Ana"));
    assert_eq!(refused(house.run(1, commit(id, &postings)).await), Code::AlreadyDone);
}

#[tokio::test]
async fn s48_a_row_comes_in_once() {
    let house = House::new().await;
    let (first, second) = (upload(&house).await, upload(&house).await);
    house.run(1, commit(first, &[posting("a", -1_00)])).await.expect("committed");
    let again = [posting("b", -2_00), posting("a", -1_00)];
    assert_eq!(refused(house.run(1, commit(second, &again)).await), Code::VersionConflict);
    assert_eq!((house.balance(1).await, stored(&house, second).await.state), (-1_00, ImportState::Preview), "I10");

    let twice = [posting("x", -1_00), posting("x", -1_00)];
    assert_eq!(refused(house.run(1, commit(second, &twice)).await), Code::VersionConflict);
    let other = Command::CommitImport { id: second, digest: "another".into(), postings: Vec::new(), skipped: 0 };
    assert_eq!(refused(house.run(1, other).await), Code::VersionConflict);
    let category_id = Some(CategoryId::new());
    let gone = [Posting { category_id, ..posting("y", -1_00) }];
    assert_eq!(refused(house.run(1, commit(second, &gone)).await), Code::VersionConflict);

    let chosen = [posting("b", -2_00), Posting { chosen: true, ..posting("a", -1_00) }];
    house.run(1, commit(second, &chosen)).await.expect("the person said so");
    assert_eq!(house.balance(1).await, -4_00);

    house.run(1, Command::RevertImport { id: second }).await.expect("reverted");
    let known = house.store.fingerprints(house.people[1].id, &["a".into()]).await.expect("fingerprints");
    assert_eq!((known.len(), known[0].0.import, known[0].1), (1, first, true), "the first row is known as before");
}

#[tokio::test]
async fn a_row_that_was_deleted_may_come_again() {
    let house = House::new().await;
    let (first, second) = (upload(&house).await, upload(&house).await);
    house.run(1, commit(first, &[posting("a", -1_00)])).await.expect("committed");
    let id = rows(&house).await[0].id;
    house.run(1, Command::DeleteExpense { id, version: None }).await.expect("deleted");
    house.run(1, commit(second, &[posting("a", -1_00)])).await.expect("committed");
    let known = house.store.fingerprints(house.people[1].id, &["a".into()]).await.expect("fingerprints");
    assert_eq!((known.len(), known[0].0.row, known[0].1), (1, rows(&house).await[0].id.0, true));
}

#[tokio::test]
async fn a_revert_takes_out_everything() {
    let house = House::new().await;
    house.add_funds(1, 100_00).await;
    let id = upload(&house).await;
    let committed = house.run(1, commit(id, &[posting("a", -7_00), posting("b", 2_00)])).await.expect("committed");
    let spent = rows(&house).await.remove(0);
    house.reprice(1, &spent, 9_00).await.expect("edited since");
    assert_eq!(refused(house.run(2, Command::RevertImport { id }).await), Code::NotFound, "S34");
    let reverted = house.run(1, Command::RevertImport { id }).await.expect("reverted");
    assert_eq!((reverted.balance, reverted.undoable), (eur(100_00), false));
    assert_eq!(reverted.summary, "Took out 2 rows of “november.csv”");
    assert_eq!(stored(&house, id).await.state, ImportState::Reverted);
    assert!(house.store.fingerprints(house.people[1].id, &["a".into(), "b".into()]).await.expect("none").is_empty());
    assert_eq!(refused(house.undo(1, committed.seq).await), Code::AlreadyUndone);
    assert_eq!(refused(house.undo(1, reverted.seq).await), Code::NotUndoable);
    assert_eq!(refused(house.run(1, Command::RevertImport { id }).await), Code::AlreadyDone);
}

#[tokio::test]
async fn a_commit_that_was_undone_is_no_empty_preview() {
    let house = House::new().await;
    let id = upload(&house).await;
    let postings = [posting("a", -7_00)];
    let committed = house.run(1, commit(id, &postings)).await.expect("committed");
    let undone = house.undo(1, committed.seq).await.expect("undone");
    assert_eq!((undone.balance, stored(&house, id).await.state), (eur(0), ImportState::Reverted));
    assert_eq!(refused(house.run(1, commit(id, &[])).await), Code::AlreadyDone);
    assert_eq!(refused(house.run(1, Command::RevertImport { id }).await), Code::AlreadyDone);

    house.undo(1, undone.seq).await.expect("redone");
    let import = stored(&house, id).await;
    assert_eq!((import.state, import.seq), (ImportState::Committed, Some(committed.seq)));
    let spent = rows(&house).await.remove(0);
    house.run(1, Command::DeleteExpense { id: spent.id, version: None }).await.expect("deleted");
    assert_eq!(refused(house.undo(1, undone.seq + 1).await), Code::VersionConflict);
    assert_eq!(house.run(1, Command::RevertImport { id }).await.expect("reverted").balance, eur(0));
}

#[tokio::test]
async fn a_row_of_a_statement_that_was_taken_out_comes_back_and_is_known_again() {
    let house = House::new().await;
    let id = upload(&house).await;
    house.run(1, commit(id, &[posting("a", -7_00), posting("b", -1_00)])).await.expect("committed");
    let row = rows(&house).await.into_iter().find(|e| e.amount == eur(7_00)).expect("a row");
    house.run(1, Command::RevertImport { id }).await.expect("taken out");
    let back = house.run(1, Command::RestoreExpense { id: row.id }).await.expect("put back");
    assert_eq!(expense(&back), Expense { version: 2, ..row.clone() });
    let known = house.store.fingerprints(house.people[1].id, &["a".into(), "b".into()]).await.expect("fingerprints");
    let known: Vec<_> = known.iter().map(|(f, there)| (f.fingerprint.as_str(), f.row, *there)).collect();
    assert_eq!(known, [("a", row.id.0, true)]);
    house.run(1, Command::Undo { seq: back.seq }).await.expect("undone");
    assert!(house.store.fingerprints(house.people[1].id, &["a".into()]).await.expect("fingerprints").is_empty());
}
