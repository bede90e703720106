//! Categories, shared by all.

use super::*;
use crate::domain::Color;

fn add(text: &str) -> Command {
    Command::AddCategory { id: CategoryId::new(), name: name(text), color: None }
}
fn category(outcome: Outcome) -> Category {
    match outcome.effect {
        Effect::Category(category) => category,
        other => panic!("not a category: {other:?}"),
    }
}

#[tokio::test]
async fn names_that_read_the_same_are_one_name() {
    let house = House::new().await;
    for same in ["GROCERIES", "Ｇroceries", "groceries"] {
        let problem = house.run(0, add(same)).await.expect_err("refused");
        assert_eq!((problem.code, problem.message_for("name").is_some()), (Code::DuplicateName, true), "{same}");
    }
    assert_eq!(field(house.run(0, add("Gr\u{43e}ceries")).await), pair("name", "mixed_script"));
    let rent = house.category_named("Rent").await;
    let rename =
        |text: &str| Command::EditCategory { id: rent.id, name: Some(name(text)), color: None, archived: None, version: Some(1) };
    assert_eq!(refused(house.run(0, rename("Fun")).await), Code::DuplicateName);
    let renamed = house.run(0, rename("RENT")).await.expect("its own name in another case");
    assert_eq!(renamed.summary, "Renamed the category “Rent” to “RENT”");
    assert_eq!(category(renamed).version, 2);
    assert_eq!(refused(house.run(0, rename("Flat")).await), Code::VersionConflict);
}

#[tokio::test]
async fn a_new_category_takes_the_colour_used_least() {
    let house = House::new().await;
    let first = category(house.run(0, add("Pets")).await.expect("added"));
    assert_eq!(first.color, Color::Amber, "blue and green are there twice");
    let second = category(house.run(0, add("Books")).await.expect("added"));
    assert_eq!(second.color, Color::Pink);
}

#[tokio::test]
async fn one_in_use_goes_only_when_its_expenses_have_a_place() {
    let house = House::new().await;
    let (fun, rent) = (house.category_named("Fun").await, house.category_named("Rent").await);
    let mut spent = Vec::new();
    for who in [1, 2] {
        house.add_funds(who, 10_00).await;
        spent.push(expense(&house.spend_in(who, 1_00, Some(fun.id)).await.expect("an expense")));
    }
    let delete = |move_to| Command::DeleteCategory { id: fun.id, move_to, version: None };
    assert_eq!(refused(house.run(0, delete(None)).await), Code::CategoryInUse);
    assert_eq!(field(house.run(0, delete(Some(fun.id))).await), pair("move_to", "same_category"));
    assert_eq!(field(house.run(0, delete(Some(CategoryId::new()))).await), pair("move_to", "unknown_category"));

    let deleted = house.run(0, delete(Some(rent.id))).await.expect("deleted");
    assert_eq!(deleted.summary, "Deleted the category “Fun”, 2 expenses moved to “Rent”");
    for (who, before) in [(1, &spent[0]), (2, &spent[1])] {
        let after = house.stored(who, before.id).await.expect("there");
        assert_eq!((after.category_id, after.version), (Some(rent.id), 2));
        assert_eq!(house.balance(who).await, 9_00);
    }
    let undone = house.undo(0, deleted.seq).await.expect("undone");
    assert_eq!(house.category_named("Fun").await.id, fun.id);
    assert_eq!(house.stored(1, spent[0].id).await.expect("there").category_id, Some(fun.id));
    house.undo(0, undone.seq).await.expect("redone");
    assert_eq!(house.stored(2, spent[1].id).await.expect("there").category_id, Some(rent.id));
}

#[tokio::test]
async fn a_move_of_many_is_one_step() {
    let house = House::new().await;
    let (fun, rent) = (house.category_named("Fun").await, house.category_named("Rent").await);
    house.add_funds(1, 2_000).await;
    for _ in 0..1_203 {
        house.spend_in(1, 1, Some(fun.id)).await.expect("an expense");
    }
    let delete = Command::DeleteCategory { id: fun.id, move_to: Some(rent.id), version: None };
    let deleted = house.run(0, delete).await.expect("deleted");
    assert_eq!(deleted.summary, "Deleted the category “Fun”, 1203 expenses moved to “Rent”");
    let uses = house.store.spending(house.people[1].id, &[crate::domain::Span { from: day(0), to: day(0) }]).await;
    let [sums] = &uses.expect("sums")[..] else { panic!("one span") };
    assert_eq!((sums.len(), sums[0].category_id, sums[0].total.count), (1, Some(rent.id), 1_203));
}

#[tokio::test]
async fn undo_never_leaves_an_expense_without_its_category() {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let pets = house.run(0, add("Pets")).await.expect("added");
    let (seq, pets) = (pets.seq, category(pets));
    let spent = house.spend_in(1, 1_00, Some(pets.id)).await.expect("an expense");
    assert_eq!(refused(house.undo(0, seq).await), Code::CategoryInUse);

    house.undo(1, spent.seq).await.expect("undone");
    let taken_back = house.undo(0, seq).await.expect("nobody uses it any more");
    let redone = house.undo(1, spent.seq + 1).await.expect("redone");
    assert_eq!(redone.balance, eur(9_00));
    assert_eq!(house.stored(1, expense(&spent).id).await.expect("there").category_id, None, "I9");

    house.run(0, add("pets")).await.expect("the name is free");
    assert_eq!(refused(house.undo(0, taken_back.seq).await), Code::DuplicateName);
}
