//! When an index is asked, and when the store.

use super::*;
use crate::{
    domain::{Command, ExpenseId},
    server::{
        ledger::testing::{House, draft, eur, fill},
        store::{Record, conformance},
    },
};

const CHEAP: i64 = 100;

async fn spend(house: &House, who: usize, times: usize) {
    for _ in 0..times {
        let draft = draft(eur(CHEAP), None, 0);
        let record = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true };
        house.run(who, record).await.expect("recorded");
    }
}

fn cheap() -> ExpenseFilter {
    ExpenseFilter { max: Some(CHEAP), ..ExpenseFilter::default() }
}

#[tokio::test]
async fn an_account_of_few_is_left_to_the_store() {
    let house = House::new().await;
    let finder = Finder::of_accounts_from(3, Arc::clone(&house.store));
    let owner = house.people[1].id;
    spend(&house, 1, 2).await;
    assert!(matches!(finder.make(owner).await.expect("the store"), What::Few(_)));
    spend(&house, 1, 1).await;
    assert!(matches!(finder.make(owner).await.expect("the store"), What::Index(_)));
    assert!(matches!(finder.make(UserId::new()).await.expect("the store"), What::Nothing));
}

#[tokio::test]
async fn what_is_far_behind_catches_up_beside_the_questions() {
    let house = House::new().await;
    let finder = Finder::of_accounts_from(0, Arc::clone(&house.store));
    let owner = house.people[1].id;
    finder.ready(owner).await;
    for more in [SOON as usize, SOON as usize + 1, MOST_CHANGES[1] + 1] {
        spend(&house, 1, more).await;
        let is_near = more <= SOON as usize;
        assert_eq!(finder.current(owner).await.expect("the store").is_some(), is_near, "after {more}");
        let all = house.store.expense_total(owner, &cheap()).await.expect("a total");
        assert_eq!(finder.expense_total(owner, &cheap()).await.expect("a total"), all);
        finder.ready(owner).await;
        assert_eq!(finder.expense_total(owner, &cheap()).await.expect("a total"), all);
    }
}

#[tokio::test]
async fn while_a_large_command_is_at_work_the_store_is_asked() {
    let house = House::new().await;
    let finder = Finder::of_accounts_from(0, Arc::clone(&house.store));
    let owner = house.people[1].id;
    finder.ready(owner).await;
    let account = house.store.account(owner).await.expect("the store").expect("an account");
    fill(&house.store, vec![Record::Account(Account { busy: true, ..account.clone() })]).await;
    assert!(finder.current(owner).await.expect("the store").is_none());
    fill(&house.store, vec![Record::Account(account)]).await;
    assert!(finder.current(owner).await.expect("the store").is_some());
}

#[tokio::test]
async fn no_more_is_held_than_there_is_room_for() {
    let house = House::new().await;
    let finder = Finder::of_accounts_from(0, Arc::clone(&house.store));
    for person in &house.people {
        let rows = (0..MOST_HELD / 2).map(|_| conformance::expense(person.id, "2026-11-02", CHEAP, "Lunch"));
        fill(&house.store, rows.map(Record::Expense).collect()).await;
        finder.ready(person.id).await;
    }
    let held = || finder.accounts().iter().filter(|(_, held)| matches!(held.what, What::Index(_))).count();
    assert_eq!(held(), 2);
    finder.accounts().values_mut().for_each(|held| held.asked_at -= IDLE);
    finder.sweep();
    assert_eq!(held(), 0, "nobody has asked for long");
}
