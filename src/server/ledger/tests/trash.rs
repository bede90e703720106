//! Putting back what was deleted.

use super::*;
use crate::{
    domain::{
        Funds, FundsId, Trashed,
        command::{BulkChange, Selection},
        page::PageRequest,
        trash::Thing,
    },
    server::doctor,
};

async fn trash(house: &House) -> Vec<Trashed> {
    house.store.trash(house.people[1].id, &PageRequest::default()).await.expect("a trash").items
}

#[tokio::test]
async fn i5_what_was_deleted_is_put_back_as_it_was() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let category = house.category_named("Groceries").await;
    let spent = expense(&house.spend_in(1, 4_00, Some(category.id)).await.expect("an expense"));
    let deleted = house.run(1, Command::DeleteExpense { id: spent.id, version: None }).await.expect("deleted");
    let all = trash(&house).await;
    let [gone] = &all[..] else { panic!("one thing") };
    assert_eq!((gone.seq, gone.command.as_str(), gone.how()), (deleted.seq, "delete_expense", "Deleted"));
    assert_eq!(gone.thing, Thing::Expense(spent.clone()));

    let restore = || Command::RestoreExpense { id: spent.id };
    assert_eq!(refused(house.run(2, restore()).await), Code::NotFound, "somebody else's");
    let back = house.run(1, restore()).await.expect("put back");
    assert_eq!((back.balance, back.summary.as_str(), back.undoable), (eur(6_00), "Put back “Lunch”, €4.00", true));
    assert_eq!(expense(&back), Expense { version: 2, ..spent.clone() }, "but for the version, which only rises");
    assert_eq!(house.stored(1, spent.id).await, Some(expense(&back)));
    assert_eq!(trash(&house).await, []);
    assert_eq!(refused(house.run(1, restore()).await), Code::NotDeleted);
    assert_eq!(refused(house.undo(1, deleted.seq).await), Code::VersionConflict, "it was put back since");
    house.undo(1, back.seq).await.expect("undone");
    assert_eq!(trash(&house).await.len(), 1);
    assert_eq!(house.balance(1).await, 10_00);
    let never = Command::RestoreExpense { id: ExpenseId::new() };
    assert_eq!(refused(house.run(1, never).await), Code::NotFound);
}

#[tokio::test]
async fn one_of_many_is_put_back_and_the_others_stay() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let mut ids = Vec::new();
    for minor in [1_00, 2_00, 3_00] {
        ids.push(expense(&house.spend(1, minor).await.expect("an expense")).id);
    }
    let bulk = Command::BulkExpenses { select: Selection::Ids(ids.clone()), change: BulkChange::Delete };
    let deleted = house.run(1, bulk).await.expect("deleted");
    house.run(1, Command::RestoreExpense { id: ids[1] }).await.expect("put back");
    assert_eq!(house.balance(1).await, 8_00);
    let left: Vec<_> = trash(&house).await.iter().map(|it| (it.thing.id(), it.seq, it.how())).collect();
    assert_eq!(left, [(ids[2].0, deleted.seq, "Deleted with others"), (ids[0].0, deleted.seq, "Deleted with others")]);
    assert!(house.stored(1, ids[0]).await.is_none());
}

#[tokio::test]
async fn i3_putting_back_is_not_refused_for_the_balance() {
    let house = House::new().await;
    let funds = house.add_funds(1, 10_00).await;
    let spent = expense(&house.spend(1, 10_00).await.expect("an expense"));
    house.run(1, Command::DeleteExpense { id: spent.id, version: None }).await.expect("deleted");
    house.undo(1, funds.seq).await.expect("undone");
    let back = house.run(1, Command::RestoreExpense { id: spent.id }).await.expect("put back");
    assert_eq!(back.balance, eur(-10_00));
}

#[tokio::test]
async fn funds_are_put_back_too() {
    let house = House::new().await;
    let added = house.add_funds(1, 10_00).await;
    let Effect::Funds(funds) = added.effect else { panic!("not funds") };
    let delete = Command::DeleteFunds { id: funds.id, version: None, allow_overdraft: false };
    house.run(1, delete).await.expect("deleted");
    assert_eq!(refused(house.run(1, Command::RestoreExpense { id: ExpenseId(funds.id.0) }).await), Code::NotFound);
    let back = house.run(1, Command::RestoreFunds { id: funds.id }).await.expect("put back");
    assert_eq!((back.balance, back.summary.as_str()), (eur(10_00), "Put back funds, €10.00"));
    assert_eq!(back.effect, Effect::Funds(Funds { version: 2, ..funds.clone() }));
    assert_eq!(refused(house.run(1, Command::RestoreFunds { id: funds.id }).await), Code::NotDeleted);
    assert_eq!(refused(house.run(1, Command::RestoreFunds { id: FundsId::new() }).await), Code::NotFound);
}

#[tokio::test]
async fn i9_without_its_category_when_that_is_gone() {
    let house = House::new().await;
    let fun = house.category_named("Groceries").await;
    house.add_funds(1, 10_00).await;
    let spent = expense(&house.spend_in(1, 1_00, Some(fun.id)).await.expect("an expense"));
    house.run(1, Command::DeleteExpense { id: spent.id, version: None }).await.expect("deleted");
    house.run(0, Command::DeleteCategory { id: fun.id, move_to: None, version: None }).await.expect("deleted");
    let back = house.run(1, Command::RestoreExpense { id: spent.id }).await.expect("put back");
    assert_eq!(expense(&back).category_id, None);
}

#[tokio::test]
async fn an_id_that_was_deleted_and_is_recorded_anew_is_not_in_the_trash() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let spent = expense(&house.spend(1, 4_00).await.expect("an expense"));
    house.run(1, Command::DeleteExpense { id: spent.id, version: None }).await.expect("deleted");
    let record = Command::RecordExpense { id: spent.id, draft: draft(eur(2_00), None, 1), allow_overdraft: false };
    house.run(1, record).await.expect("recorded");
    assert_eq!(trash(&house).await, []);
    let report = doctor::examine(&*house.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
}

#[tokio::test]
async fn deletes_of_every_kind() {
    let house = House::new().await;
    let (owner, all) = deleted_in_all_ways(&house).await;
    for trashed in all {
        let restore = match trashed.thing {
            Thing::Expense(e) => Command::RestoreExpense { id: e.id },
            Thing::Funds(f) => Command::RestoreFunds { id: f.id },
        };
        house.run(1, restore).await.expect("put back");
    }
    assert!(house.store.trash(owner, &PageRequest::default()).await.expect("a trash").items.is_empty());
    let report = doctor::examine(&*house.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
}
