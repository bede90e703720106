//! People who are deleted, who leave, and who come back; and the end of what was theirs.

use super::*;
use crate::{
    domain::{Instant, Role, User, UserId, command::UserEdit, text::Username},
    server::{
        auth::Caller,
        doctor,
        ledger::{
            Ledger,
            testing::{MongoHome, SqliteHome},
        },
        store::{Key, Record, Stage, conformance::Home},
    },
};
use std::sync::Arc;

const LATER: Instant = Instant(1_900_000_000_000_000);
const EVEN_LATER: Instant = Instant(LATER.0 + 1);

fn delete(house: &House, who: usize) -> Command {
    Command::DeleteUser { user: house.people[who].id, version: None, until: LATER }
}
fn restore(house: &House, who: usize, username: Option<&str>) -> Command {
    let username = username.map(|name| Username::parse(name).expect("a username"));
    Command::RestoreUser { user: house.people[who].id, username }
}
async fn there(house: &House, who: usize) -> Option<User> {
    house.store.user(house.people[who].id).await.expect("a store")
}
async fn sound(house: &House) -> doctor::Report {
    let report = doctor::examine(&*house.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
    report
}
/// Money of somebody: funds, expenses and what was changed of them.
async fn with_money(house: &House, who: usize) {
    house.add_funds(who, 100_00).await;
    for n in 1..=7 {
        let made = house.spend(who, n * 100).await.expect("recorded");
        house.reprice(who, &expense(&made), n * 100 + 1).await.expect("changed");
    }
}

#[tokio::test]
async fn somebody_deleted_is_gone_and_comes_back_whole() {
    let house = House::new().await;
    with_money(&house, 1).await;
    let (before, balance) = (there(&house, 1).await.expect("bob"), house.balance(1).await);
    let account = house.store.account(before.id).await.expect("a store").expect("an account");
    house.run(0, delete(&house, 1)).await.expect("deleted");
    assert!(there(&house, 1).await.is_none() && house.store.user_by_name("bob").await.expect("a store").is_none());
    assert!(house.store.credential(before.id).await.expect("a store").is_none());
    sound(&house).await;
    assert_eq!(refused(house.run(0, delete(&house, 1)).await), Code::NotFound);
    assert_eq!(house.ledger.purge(LATER).await, Ok(1), "at its time");

    let house = House::new().await;
    with_money(&house, 1).await;
    let before = there(&house, 1).await.expect("bob");
    house.run(0, delete(&house, 1)).await.expect("deleted");
    assert_eq!(house.ledger.purge(Instant(LATER.0 - 1)).await, Ok(0), "not before its time");
    house.run(0, restore(&house, 1, None)).await.expect("restored");
    let after = there(&house, 1).await.expect("bob");
    assert_eq!(after, User { version: before.version + 1, ..before });
    assert_eq!(house.balance(1).await, balance);
    let credential = house.store.credential(after.id).await.expect("a store").expect("a credential");
    assert_eq!(credential.token_version, 1, "no session of before is good");
    let now = house.store.account(after.id).await.expect("a store").expect("an account");
    assert_eq!(now.last_seq, account.last_seq + 2, "both are in the journal");
    assert!(house.store.removals().await.expect("a store").is_empty());
    house.spend(1, 1_00).await.expect("the account goes on");
    sound(&house).await;
    assert_eq!(refused(house.run(0, restore(&house, 1, None)).await), Code::NotFound);
    assert_eq!(house.ledger.purge(EVEN_LATER).await, Ok(0));
}

#[tokio::test]
async fn a_name_that_was_taken_meanwhile_is_another_ones() {
    let house = House::new().await;
    house.run(0, delete(&house, 1)).await.expect("deleted");
    let twin = user("bob", Role::User);
    let create = Command::CreateUser { user: twin.clone(), hash: secret(), invite: None };
    let caller = Caller::local(twin);
    house.ledger.execute(&caller, None, create).await.expect("the name is free");
    assert_eq!(refused(house.run(0, restore(&house, 1, None)).await), Code::DuplicateName);
    assert_eq!(refused(house.run(0, restore(&house, 1, Some("cyd"))).await), Code::DuplicateName);
    house.run(0, restore(&house, 1, Some("robert"))).await.expect("restored");
    assert_eq!(there(&house, 1).await.expect("bob").username.as_str(), "robert");
    sound(&house).await;
}

#[tokio::test]
async fn s38_the_last_admin_is_neither_deleted_nor_leaves() {
    let house = House::new().await;
    assert_eq!(refused(house.run(0, delete(&house, 0)).await), Code::LastAdmin);
    assert_eq!(refused(house.run(0, Command::Leave { until: LATER }).await), Code::LastAdmin);
    assert!(there(&house, 0).await.is_some());
    let promote = Command::ChangeUser {
        user: house.people[1].id,
        edit: UserEdit { role: Some(Role::Admin), ..UserEdit::default() },
        version: None,
    };
    house.run(0, promote).await.expect("promoted");
    house.run(0, Command::Leave { until: LATER }).await.expect("there is another");
    house.run(0, delete(&house, 1)).await.expect("an admin who leaves is still one");
    assert_eq!(house.ledger.purge(EVEN_LATER).await, Ok(1), "of the two only the one who was deleted goes");
    assert!(there(&house, 0).await.expect("ana").is_active_admin());
    sound(&house).await;
}

#[tokio::test]
async fn who_leaves_stays_until_the_end_and_may_come_back() {
    let house = House::new().await;
    with_money(&house, 2).await;
    house.run(2, Command::Leave { until: LATER }).await.expect("left");
    assert!(there(&house, 2).await.is_some(), "they can still sign in");
    assert_eq!(house.ledger.purge(Instant(LATER.0 - 1)).await, Ok(0));
    house.run(2, Command::Stay).await.expect("came back");
    assert_eq!(refused(house.run(2, Command::Stay).await), Code::NotFound);
    assert_eq!(house.ledger.purge(EVEN_LATER).await, Ok(0), "they are there again");
    house.run(2, Command::Leave { until: LATER }).await.expect("left");
    assert_eq!(house.ledger.purge(EVEN_LATER).await, Ok(1));
    assert!(there(&house, 2).await.is_none());
    sound(&house).await;
}

/// All of somebody is taken away, however little at a time, and nothing of anybody else.
async fn purged_in_small_steps(house: House, small: &Ledger) {
    with_money(&house, 1).await;
    with_money(&house, 2).await;
    let (id, others) = (house.people[1].id, house.balance(2).await);
    house.run(0, delete(&house, 1)).await.expect("deleted");
    assert_eq!(small.purge(EVEN_LATER).await, Ok(1));
    assert!(house.store.account(id).await.expect("a store").is_none());
    assert!(house.store.removals().await.expect("a store").is_empty());
    assert_eq!(house.balance(2).await, others);
    let report = sound(&house).await;
    assert_eq!((report.users, report.expenses), (2, 7));
    let mut snapshot = house.store.snapshot().await.expect("a snapshot");
    let left = crate::server::store::conformance::everything(snapshot.as_mut()).await;
    assert!(left.iter().all(|record| record.key().owner() != Some(id)), "nothing of them is left");
    assert!(snapshot.journal_scan(id, 0, 9).await.expect("a scan").is_empty());
}

#[tokio::test]
async fn what_was_somebodys_goes_in_small_steps() {
    let house = House::new().await;
    let small = Ledger::with_step(Arc::clone(&house.store), 2);
    purged_in_small_steps(house, &small).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_somebodys_goes_in_small_steps_on_mongodb() {
    let home = MongoHome::new();
    let store = home.open().await;
    let house = House::on(Arc::clone(&store)).await;
    purged_in_small_steps(house, &Ledger::with_step(store, 2)).await;
}

/// Cut short anywhere, the store is sound and says what is unfinished, and the next purge goes on.
#[tokio::test]
async fn r01_a_purge_that_was_cut_short_goes_on() {
    let home = SqliteHome::new();
    let house = House::on(home.open().await).await;
    with_money(&house, 1).await;
    let id = house.people[1].id;
    house.run(0, delete(&house, 1)).await.expect("deleted");
    let small = Ledger::with_step(Arc::clone(&house.store), 2);
    assert_eq!(small.purge_begin(id, EVEN_LATER).await, Ok(true));
    assert_eq!(refused(house.run(0, restore(&house, 1, None)).await), Code::NotFound, "there is no way back any more");
    let mut steps = 0;
    while small.purge_step(id).await.expect("a step") {
        steps += 1;
        let report = sound(&house).await;
        assert_eq!(report.unfinished.len(), 1, "{report}");
        let again = house.store.removal(id).await.expect("a store").expect("it says so until the end");
        assert!(again.stage == Stage::Going);
        if steps == 5 {
            break;
        }
    }
    assert_eq!(steps, 5);
    let elsewhere = Ledger::with_step(Arc::clone(&house.store), 3);
    assert_eq!(elsewhere.purge(Instant(0)).await, Ok(1), "whatever the time");
    assert!(sound(&house).await.unfinished.is_empty());
    assert!(house.store.account(id).await.expect("a store").is_none());
}

#[tokio::test]
async fn nobody_is_purged_while_their_account_is_busy() {
    let house = House::new().await;
    let id: UserId = house.people[1].id;
    house.run(0, delete(&house, 1)).await.expect("deleted");
    let account = house.store.account(id).await.expect("a store").expect("an account");
    fill(&house.store, vec![Record::Account(crate::domain::Account { busy: true, ..account.clone() })]).await;
    assert_eq!(house.ledger.purge(EVEN_LATER).await, Ok(0));
    fill(&house.store, vec![Record::Account(account)]).await;
    assert_eq!(house.ledger.purge(EVEN_LATER).await, Ok(1));
    let keys = [Key::Account(id), Key::Removal(id)];
    for key in keys {
        assert!(crate::server::store::conformance::get(&house.store, key).await.is_none());
    }
}

/// Two admins delete each other, or each themselves, at once and by two ledgers: always exactly one stays (S38).
async fn deletion_race(house: &House, elsewhere: &Ledger, rounds: usize) {
    let promote = UserEdit { role: Some(Role::Admin), ..UserEdit::default() };
    house.run(0, Command::ChangeUser { user: house.people[1].id, edit: promote, version: None }).await.expect("promoted");
    let admin = |who: usize| {
        let caller = house.caller(who);
        Caller { user: User { role: Role::Admin, ..caller.user }, access: caller.access }
    };
    for round in 0..rounds {
        let targets = if round % 2 == 0 { [1, 0] } else { [0, 1] };
        let (first, second) = (admin(0), admin(1));
        let (a, b) = futures::join!(
            house.ledger.execute(&first, None, delete(house, targets[0])),
            elsewhere.execute(&second, None, delete(house, targets[1]))
        );
        assert!(a.is_ok() != b.is_ok(), "round {round}: {a:?} and {b:?}");
        let left: Vec<User> = house.store.users().await.expect("users").into_iter().filter(User::is_active_admin).collect();
        assert_eq!(left.len(), 1, "round {round}");
        let gone = usize::from(left[0].id == house.people[0].id);
        house.ledger.execute(&Caller::local(left[0].clone()), None, restore(house, gone, None)).await.expect("restored");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s38_two_admins_who_delete_each_other_leave_one() {
    let house = House::new().await;
    deletion_race(&house, &house.ledger, 100).await;
    sound(&house).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s38_two_admins_who_delete_each_other_leave_one_on_mongodb() {
    let home = MongoHome::new();
    let house = House::on(home.open().await).await;
    let elsewhere = Ledger::new(home.open().await);
    deletion_race(&house, &elsewhere, 30).await;
    sound(&house).await;
    elsewhere.store.close().await;
}
