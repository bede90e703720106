//! What admins do about others' expenses, about the server, and about the order of the categories.

use super::*;
use crate::{
    domain::{Money, command::ServerEdit, user::SignUp},
    server::store::conformance::journal_after,
};

#[tokio::test]
async fn an_expense_that_an_admin_changed_is_the_owners_to_undo() {
    let house = House::new().await;
    house.add_funds(1, 50_00).await;
    let lunch = expense(&house.spend(1, 10_00).await.expect("recorded"));
    let (user, id) = (house.people[1].id, lunch.id);
    let edit = ExpenseEdit { amount: Some(eur(12_00)), ..ExpenseEdit::default() };
    let change = |version, allow_overdraft| Command::EditExpenseOf { user, id, edit: edit.clone(), version, allow_overdraft };
    assert_eq!(refused(house.run(2, change(None, false)).await), Code::Forbidden);
    assert_eq!(refused(house.run(0, change(Some(9), false)).await), Code::VersionConflict);
    let changed = house.run(0, change(Some(1), false)).await.expect("changed");
    assert_eq!((changed.owner, house.balance(1).await), (user, 38_00));
    assert_eq!(refused(house.undo(0, changed.seq).await), Code::NotFound, "it is not in the admin's own journal");
    house.undo(1, changed.seq).await.expect("the owner makes it what it was");
    let deleted = house.run(0, Command::DeleteExpenseOf { user, id, version: Some(3) }).await.expect("deleted");
    assert_eq!(house.balance(1).await, 50_00);
    house.undo(1, deleted.seq).await.expect("and puts it back");
    assert_eq!(house.stored(1, id).await.map(|e| e.amount), Some(eur(10_00)));
    let told: Vec<_> = journal_after(&house.store, user, 3, 9).await.into_iter().map(|(e, _)| (e.actor, e.command)).collect();
    let told: Vec<_> = told.iter().map(|(actor, command)| (actor.as_str(), command.as_str())).collect();
    assert_eq!(told, [("ana", "edit_expense_of"), ("bob", "undo"), ("ana", "delete_expense_of"), ("bob", "undo")]);
    let others = Command::DeleteExpenseOf { user: house.people[2].id, id, version: None };
    assert_eq!(refused(house.run(0, others).await), Code::NotFound);
}

#[tokio::test]
async fn i3_an_admin_does_not_overdraw_an_account_unasked() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let lunch = expense(&house.spend(1, 10_00).await.expect("recorded"));
    let edit = ExpenseEdit { amount: Some(Money::new(11_00, eur(0).currency)), ..ExpenseEdit::default() };
    let change = |allow_overdraft| Command::EditExpenseOf {
        user: house.people[1].id,
        id: lunch.id,
        edit: edit.clone(),
        version: None,
        allow_overdraft,
    };
    assert_eq!(refused(house.run(0, change(false)).await), Code::InsufficientFunds);
    house.run(0, change(true)).await.expect("asked for");
    assert_eq!(house.balance(1).await, -1_00);
}

#[tokio::test]
async fn s40_a_look_is_in_the_journal_of_whom_it_was_at() {
    let house = House::new().await;
    let user = house.people[1].id;
    house.run(0, Command::SeeExpenses { user, shown: 3 }).await.expect("noted");
    let entries = journal_after(&house.store, user, 1, 9).await;
    assert_eq!(entries.iter().map(|(e, _)| e.summary.as_str()).collect::<Vec<_>>(), ["Looked at 3 expenses"]);
    assert_eq!(refused(house.run(1, Command::SeeExpenses { user, shown: 3 }).await), Code::Forbidden);
    let nobody = crate::domain::UserId::new();
    assert!(house.run(0, Command::SeeExpenses { user: nobody, shown: 1 }).await.is_err());
}

#[tokio::test]
async fn the_server_is_changed_by_admins_and_within_bounds() {
    let house = House::new().await;
    let edit = ServerEdit { sign_up: Some(SignUp::Invite), deleted_kept_days: Some(7) };
    assert_eq!(refused(house.run(1, Command::ChangeServer { edit }).await), Code::Forbidden);
    house.run(0, Command::ChangeServer { edit }).await.expect("changed");
    let setting = async |name: &str| house.store.setting(name).await.expect("a store");
    assert_eq!((setting("sign_up").await.as_deref(), setting("deleted_kept_days").await.as_deref()), (Some("invite"), Some("7")));
    let long = ServerEdit { sign_up: None, deleted_kept_days: Some(366) };
    assert_eq!(field(house.run(0, Command::ChangeServer { edit: long }).await), pair("deleted_kept_days", "out_of_range"));
}

#[tokio::test]
async fn categories_are_put_in_order_and_back() {
    let house = House::new().await;
    let names = async || -> Vec<String> {
        house.store.categories().await.expect("categories").into_iter().map(|c| c.name.to_string()).collect()
    };
    let by_name = names().await;
    let mut ids: Vec<CategoryId> = house.store.categories().await.expect("categories").into_iter().map(|c| c.id).collect();
    ids.reverse();
    let ordered = house.run(0, Command::OrderCategories { ids: ids.clone() }).await.expect("ordered");
    assert_eq!(names().await, by_name.iter().rev().cloned().collect::<Vec<_>>());
    house.run(0, Command::AddCategory { id: CategoryId::new(), name: name("Aaa"), color: None }).await.expect("added");
    assert_eq!(names().await.last().map(String::as_str), Some("Aaa"), "a new one is the last");
    assert_eq!(refused(house.run(0, Command::OrderCategories { ids: ids.clone() }).await), Code::VersionConflict);
    let twice = [&ids[..], &ids[..1]].concat();
    assert_eq!(field(house.run(0, Command::OrderCategories { ids: twice }).await), pair("ids", "duplicate"));
    house.undo(0, ordered.seq).await.expect("undone");
    assert_eq!(names().await[..by_name.len()], by_name[..]);
}
