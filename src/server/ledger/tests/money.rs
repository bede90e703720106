//! Expenses, funds, and the balance between them.

use super::*;
use crate::domain::{
    Currency, ExpenseFilter, Funds, FundsId, Money,
    command::{BulkChange, Selection},
    funds::FundsEdit,
    money::MAX_MINOR,
};

fn the_funds(outcome: &Outcome) -> Funds {
    match &outcome.effect {
        Effect::Funds(funds) => funds.clone(),
        other => panic!("not funds: {other:?}"),
    }
}

#[tokio::test]
async fn i3_more_than_the_balance_is_refused_and_can_be_recorded_anyway() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let problem = house.spend(1, 12_50).await.expect_err("refused");
    assert_eq!(problem.code, Code::InsufficientFunds);
    assert_eq!((problem.balance.as_deref(), problem.short_by.as_deref()), (Some("10.00"), Some("2.50")));
    assert!(problem.detail.contains("€10.00") && problem.detail.contains("€2.50"), "{}", problem.detail);
    assert_eq!(house.balance(1).await, 10_00, "I10");

    let draft = draft(eur(12_50), None, 0);
    let anyway = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true };
    let outcome = house.run(1, anyway).await.expect("recorded anyway");
    assert_eq!(outcome.balance, eur(-2_50));
    assert_eq!(outcome.summary, "Added “Lunch”, €12.50");

    let cheaper = house.reprice(1, &expense(&outcome), 11_00).await.expect("what raises the balance is never refused");
    assert_eq!(cheaper.balance, eur(-1_00));
    assert_eq!(cheaper.summary, "Changed “Lunch” from €12.50 to €11.00");
    let dearer = house.reprice(1, &expense(&cheaper), 11_50).await.expect_err("refused");
    assert_eq!((dearer.code, dearer.short_by.as_deref()), (Code::InsufficientFunds, Some("1.50")));
}

#[tokio::test]
async fn i3_funds_that_were_spent_stay() {
    let house = House::new().await;
    let funds = the_funds(&house.add_funds(1, 10_00).await);
    house.spend(1, 8_00).await.expect("an expense");
    let (id, version) = (funds.id, None);
    let lower = |minor, allow_overdraft| Command::EditFunds {
        id,
        edit: FundsEdit { amount: Some(eur(minor)), ..FundsEdit::default() },
        version,
        allow_overdraft,
    };
    assert_eq!(refused(house.run(1, lower(7_99, false)).await), Code::InsufficientFunds);
    let delete = |allow_overdraft| Command::DeleteFunds { id, version, allow_overdraft };
    assert_eq!(refused(house.run(1, delete(false)).await), Code::InsufficientFunds);
    let lowered = house.run(1, lower(8_00, false)).await.expect("as much as was spent");
    assert_eq!(lowered.balance, eur(0));
    let deleted = house.run(1, delete(true)).await.expect("anyway");
    assert_eq!((deleted.balance, deleted.summary.as_str()), (eur(-8_00), "Deleted funds, €8.00 out of your balance"));
}

#[tokio::test]
async fn i5_deleting_gives_the_amount_back() {
    let house = House::new().await;
    house.add_funds(1, 60_00).await;
    let spent = expense(&house.spend(1, 49_00).await.expect("an expense"));
    let stale = Command::DeleteExpense { id: spent.id, version: Some(2) };
    assert_eq!(refused(house.run(1, stale).await), Code::VersionConflict);
    let deleted = house.run(1, Command::DeleteExpense { id: spent.id, version: Some(1) }).await.expect("deleted");
    assert_eq!(deleted.summary, "Deleted “Lunch”, €49.00 back in your balance");
    assert_eq!((deleted.balance, deleted.effect), (eur(60_00), Effect::Expense(spent.clone())));
    let again = Command::DeleteExpense { id: spent.id, version: None };
    assert_eq!(refused(house.run(1, again).await), Code::NotFound);
}

#[tokio::test]
async fn s41_balances_and_amounts_stay_in_range() {
    let house = House::new().await;
    house.add_funds(1, MAX_MINOR).await;
    let more = Command::AddFunds { id: FundsId::new(), draft: funds(eur(1)) };
    assert_eq!(field(house.run(1, more).await), pair("amount", "balance_out_of_range"));
    assert_eq!(house.balance(1).await, MAX_MINOR);
    for minor in [0, -5, MAX_MINOR + 1] {
        assert_eq!(field(house.spend(1, minor).await), pair("amount", "out_of_range"), "{minor}");
    }
    let dollars = draft(Money::new(5, Currency::USD), None, 0);
    let command = Command::RecordExpense { id: ExpenseId::new(), draft: dollars, allow_overdraft: true };
    assert_eq!(field(house.run(1, command).await), pair("amount", "other_currency"));
    let spent = expense(&house.spend(1, 5).await.expect("an expense"));
    let edit = ExpenseEdit { amount: Some(Money::new(5, Currency::USD)), ..ExpenseEdit::default() };
    let command = Command::EditExpense { id: spent.id, edit, version: None, allow_overdraft: false };
    assert_eq!(field(house.run(1, command).await), pair("amount", "other_currency"));
}

#[tokio::test]
async fn i4_an_id_is_recorded_once() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let spent = expense(&house.spend(1, 1_00).await.expect("an expense"));
    let again = Command::RecordExpense { id: spent.id, draft: draft(eur(2_00), None, 0), allow_overdraft: false };
    assert_eq!(refused(house.run(1, again.clone()).await), Code::AlreadyDone);
    house.add_funds(2, 10_00).await;
    house.run(2, again).await.expect("somebody else's id says nothing");
    assert_eq!(house.stored(1, spent.id).await, Some(spent));
}

#[tokio::test]
async fn s34_foreign_ids_are_404() {
    let house = House::new().await;
    let funds = the_funds(&house.add_funds(1, 10_00).await);
    let spent = house.spend(1, 1_00).await.expect("an expense");
    let id = expense(&spent).id;
    let foreign = [
        Command::EditExpense { id, edit: ExpenseEdit::default(), version: None, allow_overdraft: true },
        Command::DeleteExpense { id, version: None },
        Command::BulkExpenses { select: Selection::Ids(vec![id]), change: BulkChange::Delete },
        Command::EditFunds { id: funds.id, edit: FundsEdit::default(), version: None, allow_overdraft: true },
        Command::DeleteFunds { id: funds.id, version: None, allow_overdraft: true },
        Command::Undo { seq: spent.seq },
    ];
    for command in foreign {
        assert_eq!(house.run(2, command.clone()).await.expect_err("refused"), Problem::not_found(), "{command:?}");
    }
    assert_eq!(house.balance(1).await, 9_00);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_leaves_the_version() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let spent = expense(&house.spend(1, 1_00).await.expect("an expense"));
    let same = house.reprice(1, &spent, 1_00).await.expect("accepted");
    assert_eq!((expense(&same), same.undoable), (spent.clone(), false));
    let other = expense(&house.reprice(1, &spent, 2_00).await.expect("accepted"));
    assert_eq!(other.version, 2);
}

#[tokio::test]
async fn archived_and_unknown_categories_cannot_be_chosen() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let fun = house.category_named("Fun").await;
    let spent = expense(&house.spend_in(1, 1_00, Some(fun.id)).await.expect("an expense"));
    let archive = Command::EditCategory { id: fun.id, name: None, color: None, archived: Some(true), version: Some(fun.version) };
    assert_eq!(house.run(0, archive).await.expect("archived").summary, "Archived the category “Fun”");
    assert_eq!(field(house.spend_in(1, 1_00, Some(fun.id)).await), pair("category_id", "archived_category"));
    let gone = CategoryId::new();
    assert_eq!(field(house.spend_in(1, 1_00, Some(gone)).await), pair("category_id", "unknown_category"));
    house.reprice(1, &spent, 2_00).await.expect("it keeps the category it has");
}

#[tokio::test]
async fn bulk_is_all_or_nothing_and_one_entry() {
    let house = House::new().await;
    house.add_funds(1, 100_00).await;
    let rent = house.category_named("Rent").await.id;
    let mut ids = Vec::new();
    for minor in [1_00, 2_00, 3_00] {
        ids.push(expense(&house.spend(1, minor).await.expect("an expense")).id);
    }
    let set = BulkChange::Set { category_id: Some(Some(rent)), date: None };
    let missing = [&ids[..], &[ExpenseId::new()]].concat();
    let command = |ids: &[ExpenseId], change: &BulkChange| Command::BulkExpenses {
        select: Selection::Ids(ids.to_vec()),
        change: change.clone(),
    };
    assert_eq!(refused(house.run(1, command(&missing, &set)).await), Code::NotFound);
    assert_eq!(house.stored(1, ids[0]).await.expect("there").category_id, None);
    assert_eq!(field(house.run(1, command(&[], &set)).await), pair("ids", "out_of_range"));
    let many: Vec<_> = (0..1_001).map(|_| ExpenseId::new()).collect();
    assert_eq!(field(house.run(1, command(&many, &set)).await), pair("ids", "out_of_range"));

    let done = house.run(1, command(&ids, &set)).await.expect("set");
    assert_eq!((done.effect, done.summary.as_str()), (Effect::Bulk { changed: 3 }, "Changed 3 expenses"));
    let nothing = BulkChange::Set { category_id: None, date: None };
    assert_eq!(field(house.run(1, command(&ids, &nothing)).await), pair("set", "required"));

    let filter = ExpenseFilter { categories: vec![rent], ..ExpenseFilter::default() };
    let delete = |expected_count| Command::BulkExpenses {
        select: Selection::Filter { filter: filter.clone(), expected_count },
        change: BulkChange::Delete,
    };
    for wrong in [2, 4] {
        assert_eq!(refused(house.run(1, delete(wrong)).await), Code::CountMismatch);
    }
    let deleted = house.run(1, delete(3)).await.expect("deleted");
    assert_eq!((deleted.balance, deleted.seq), (eur(100_00), done.seq + 1));
    assert_eq!(deleted.summary, "Deleted 3 expenses, €6.00 back in your balance");
    assert_eq!(house.undo(1, deleted.seq).await.expect("undone").balance, eur(94_00));
}
