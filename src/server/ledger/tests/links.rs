//! Links: one use, for a while, by who may make them (S08).

use super::*;
use crate::{
    domain::{
        Instant, Role, SessionId, Status, User,
        command::{Secret, UserEdit},
    },
    server::{
        auth::{Access, Caller},
        clock,
        store::{Key, conformance::get},
    },
};

fn hash(text: &str) -> Secret {
    Secret(text.to_owned())
}
fn soon() -> Instant {
    clock::now().plus_seconds(60)
}
/// An admin at a page; the command line answers for nobody.
async fn at_a_page(house: &House, command: Command) -> Result<Outcome, Problem> {
    let caller = Caller { access: Access::Page(SessionId::new()), ..house.caller(0) };
    house.ledger.execute(&caller, None, command).await
}
async fn invite(house: &House, text: &str, ends_at: Instant) {
    at_a_page(house, Command::CreateInvite { hash: hash(text), ends_at }).await.expect("an invitation");
}
async fn join(house: &House, username: &str, text: &str) -> Result<Outcome, Problem> {
    let user = user(username, Role::User);
    let create = Command::CreateUser { user: user.clone(), hash: secret(), invite: Some(hash(text)) };
    house.ledger.execute(&Caller::local(user), None, create).await
}
async fn make_reset(house: &House, who: usize, text: &str, ends_at: Instant) -> Result<Outcome, Problem> {
    at_a_page(house, Command::CreateResetLink { user: house.people[who].id, hash: hash(text), ends_at }).await
}
async fn reset(house: &House, who: usize, text: &str) -> Result<Outcome, Problem> {
    let new = Secret("the new one".into());
    house.run(who, Command::ResetPassword { user: house.people[who].id, link: hash(text), hash: new }).await
}
async fn change(house: &House, by: usize, who: usize, edit: UserEdit) {
    let caller = house.caller(by);
    let caller = Caller { user: User { role: Role::Admin, ..caller.user }, ..caller };
    let command = Command::ChangeUser { user: house.people[who].id, edit, version: None };
    house.ledger.execute(&caller, None, command).await.expect("changed");
}

#[tokio::test]
async fn s08_an_invitation_works_once_and_for_a_while() {
    let house = House::new().await;
    invite(&house, "one", soon()).await;
    assert_eq!(refused(join(&house, "eva", "two").await), Code::NotFound);
    assert_eq!(refused(join(&house, "bob", "one").await), Code::DuplicateName);
    join(&house, "eva", "one").await.expect("a refused one leaves it as it was");
    assert_eq!(refused(join(&house, "fay", "one").await), Code::NotFound);
    invite(&house, "old", clock::now().plus_seconds(-1)).await;
    assert_eq!(refused(join(&house, "fay", "old").await), Code::NotFound);
}

#[tokio::test]
async fn s08_an_invitation_that_two_use_at_once_makes_one_account() {
    let house = House::new().await;
    invite(&house, "one", soon()).await;
    let (a, b) = futures::join!(join(&house, "eva", "one"), join(&house, "fay", "one"));
    assert!(a.is_ok() != b.is_ok(), "{a:?} and {b:?}");
}

#[tokio::test]
async fn s08_a_reset_link_works_once_and_the_newer_one_only() {
    let house = House::new().await;
    make_reset(&house, 1, "one", soon()).await.expect("a link");
    make_reset(&house, 1, "two", soon()).await.expect("a link");
    assert_eq!(refused(reset(&house, 1, "one").await), Code::NotFound, "the older one is dead");
    assert_eq!(refused(reset(&house, 2, "two").await), Code::NotFound, "it is another person's");
    reset(&house, 1, "two").await.expect("a new password");
    assert_eq!(refused(reset(&house, 1, "two").await), Code::NotFound, "it was used");
    let credential = house.store.credential(house.people[1].id).await.expect("a store").expect("a credential");
    assert_eq!((credential.password_hash.as_str(), credential.token_version), ("the new one", 1));
    make_reset(&house, 1, "old", clock::now()).await.expect("a link");
    assert_eq!(refused(reset(&house, 1, "old").await), Code::NotFound);
    make_reset(&house, 1, "three", soon()).await.expect("a link");
    house.run(1, Command::ChangePassword { hash: secret() }).await.expect("changed");
    assert_eq!(refused(reset(&house, 1, "three").await), Code::NotFound, "the person has changed it since");
}

#[tokio::test]
async fn s16_links_are_worth_what_their_maker_and_their_person_are() {
    let house = House::new().await;
    change(&house, 0, 1, UserEdit { role: Some(Role::Admin), ..UserEdit::default() }).await;
    invite(&house, "one", soon()).await;
    make_reset(&house, 2, "two", soon()).await.expect("a link");
    let demoted = UserEdit { role: Some(Role::User), ..UserEdit::default() };
    change(&house, 1, 0, demoted).await;
    assert_eq!(refused(join(&house, "eva", "one").await), Code::NotFound, "who made it is no admin any more");
    assert_eq!(refused(reset(&house, 2, "two").await), Code::NotFound);
    change(&house, 1, 0, UserEdit { role: Some(Role::Admin), ..UserEdit::default() }).await;
    let off = |status| UserEdit { status: Some(status), ..UserEdit::default() };
    change(&house, 1, 2, off(Status::Disabled)).await;
    assert_eq!(refused(reset(&house, 2, "two").await), Code::NotFound, "the person is disabled");
    assert_eq!(field(make_reset(&house, 2, "three", soon()).await), pair("id", "disabled"));
    change(&house, 1, 2, off(Status::Active)).await;
    reset(&house, 2, "two").await.expect("both are what they were");
}

#[tokio::test]
async fn who_made_a_link_for_whom_is_in_the_journal_and_the_secret_is_not() {
    let house = House::new().await;
    make_reset(&house, 1, "the-hash", soon()).await.expect("a link");
    let entries = crate::server::store::conformance::journal_after(&house.store, house.people[1].id, 1, 9).await;
    let [(entry, changes)] = &entries[..] else { panic!("{} entries", entries.len()) };
    assert_eq!((entry.actor.as_str(), entry.undoable, changes.len()), ("ana", false, 0));
    assert!(!entry.summary.contains("the-hash"));
    let Some(User { .. }) = house.store.user(house.people[1].id).await.expect("a store") else { panic!("bob") };
    let id = crate::server::store::Link::reset(house.people[1].id);
    assert!(get(&house.store, Key::Link(id.clone())).await.is_some());
    house.run(0, Command::DeleteUser { user: house.people[1].id, version: None, until: soon() }).await.expect("deleted");
    assert!(get(&house.store, Key::Link(id)).await.is_none(), "nobody gets in by it again");
}
