//! What admins do to people.

use super::*;
use crate::{
    domain::{
        Account, Day, Instant, Role, Scopes, SessionId, Status, TokenId, User,
        command::{ProfileEdit, Secret, UserEdit},
        token::Scope,
    },
    server::store::{Record, Session, conformance::journal_after, record::SessionKind},
};

fn change(house: &House, who: usize, edit: UserEdit) -> Command {
    Command::ChangeUser { user: house.people[who].id, edit, version: None }
}
fn role(role: Role) -> UserEdit {
    UserEdit { role: Some(role), ..UserEdit::default() }
}
fn status(status: Status) -> UserEdit {
    UserEdit { status: Some(status), ..UserEdit::default() }
}
async fn stored(house: &House, who: usize) -> User {
    house.store.user(house.people[who].id).await.expect("a store").expect("a user")
}

/// A person's session and personal access token.
async fn let_in(house: &House, who: usize) {
    let (user, at) = (house.people[who].id, Instant(1_790_000_000_000_000));
    let session = Session {
        id: SessionId::new(),
        user,
        token_version: 0,
        kind: SessionKind::Web,
        created_at: at,
        last_seen_at: at,
        idle_until: at,
        ends_at: at,
        agent: String::new(),
        address: String::new(),
    };
    fill(&house.store, vec![Record::Session(session)]).await;
    let create = Command::CreateToken {
        id: TokenId::new(),
        name: name("script"),
        scopes: Scopes::of(&[Scope::Read]),
        expires_on: Day::MAX,
        hash: Secret(format!("hash of {user}")),
    };
    house.run(who, create).await.expect("a token");
}
/// How many sessions and tokens a person has.
async fn ways_in(house: &House, who: usize) -> (usize, usize) {
    let user = house.people[who].id;
    let sessions = house.store.sessions_of(user).await.expect("sessions").len();
    (sessions, house.store.tokens_of(user).await.expect("tokens").len())
}

#[tokio::test]
async fn s38_the_last_active_admin_stays() {
    let house = House::new().await;
    for edit in [role(Role::User), status(Status::Disabled)] {
        assert_eq!(refused(house.run(0, change(&house, 0, edit)).await), Code::LastAdmin);
    }
    assert!(stored(&house, 0).await.is_active_admin(), "nothing was changed");

    house.run(0, change(&house, 1, role(Role::Admin))).await.expect("promoted");
    house.run(0, change(&house, 1, status(Status::Disabled))).await.expect("disabled");
    let last = house.run(0, change(&house, 0, role(Role::User))).await;
    assert_eq!(refused(last), Code::LastAdmin, "a disabled admin is none");
    house.run(0, change(&house, 1, status(Status::Active))).await.expect("enabled");
    house.run(0, change(&house, 0, role(Role::User))).await.expect("another admin is there");
    assert_eq!(refused(house.run(0, change(&house, 0, role(Role::Admin))).await), Code::Forbidden);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s38_two_admins_at_once_never_lose_the_last_one() {
    let house = House::new().await;
    admins_race(&house, &house.ledger, 200).await;
}

#[tokio::test]
async fn s16_disabling_ends_sessions_and_tokens_for_good() {
    let house = House::new().await;
    let_in(&house, 1).await;
    let_in(&house, 2).await;
    house.run(0, change(&house, 1, status(Status::Disabled))).await.expect("disabled");
    assert_eq!((ways_in(&house, 1).await, ways_in(&house, 2).await), ((0, 0), (1, 1)));
    let credential = house.store.credential(house.people[1].id).await.expect("a store").expect("a credential");
    assert_eq!(credential.token_version, 1, "a sign-in that was under way ends too");
    house.run(0, change(&house, 1, status(Status::Active))).await.expect("enabled");
    assert_eq!(ways_in(&house, 1).await, (0, 0), "nothing comes back");
}

#[tokio::test]
async fn s16_a_new_role_keeps_sessions_and_signing_out_keeps_tokens() {
    let house = House::new().await;
    let_in(&house, 1).await;
    house.run(0, change(&house, 1, role(Role::Admin))).await.expect("promoted");
    assert_eq!(ways_in(&house, 1).await, (1, 1));
    house.run(0, Command::SignOutUser { user: house.people[1].id }).await.expect("signed out");
    assert_eq!(ways_in(&house, 1).await, (0, 1));
}

#[tokio::test]
async fn changes_are_in_the_journal_of_whom_they_are_about() {
    let house = House::new().await;
    let account = |a: Option<Account>| a.expect("an account").last_seq;
    let own = account(house.store.account(house.people[0].id).await.expect("a store"));
    let edit = UserEdit { display_name: Some(name("Robert")), ..role(Role::Admin) };
    let outcome = house.run(0, change(&house, 1, edit)).await.expect("changed");
    house.run(0, Command::SignOutUser { user: house.people[1].id }).await.expect("signed out");
    let entries = journal_after(&house.store, house.people[1].id, 1, 9).await;
    let told: Vec<_> = entries.iter().map(|(e, _)| (e.actor.as_str(), e.summary.as_str(), e.undoable)).collect();
    assert_eq!(told, [("ana", "Made an admin, Renamed to “Robert”", false), ("ana", "Signed out everywhere", false)]);
    assert_eq!(account(house.store.account(house.people[0].id).await.expect("a store")), own, "not in the admin's own");
    assert_eq!(refused(house.undo(1, outcome.seq).await), Code::NotUndoable);
}

#[tokio::test]
async fn changes_need_an_admin_the_person_and_the_version() {
    let house = House::new().await;
    assert_eq!(refused(house.run(1, change(&house, 1, role(Role::Admin))).await), Code::Forbidden);
    assert_eq!(refused(house.run(1, Command::SignOutUser { user: house.people[0].id }).await), Code::Forbidden);
    let nobody = crate::domain::UserId::new();
    let absent = Command::ChangeUser { user: nobody, edit: role(Role::Admin), version: None };
    assert_eq!(refused(house.run(0, absent).await), Code::NotFound);
    assert_eq!(refused(house.run(0, Command::SignOutUser { user: nobody }).await), Code::NotFound);
    let stale = Command::ChangeUser { user: house.people[1].id, edit: role(Role::Admin), version: Some(9) };
    assert_eq!(refused(house.run(0, stale).await), Code::VersionConflict);

    let renamed = ProfileEdit { display_name: Some(name("Bo")), ..ProfileEdit::default() };
    let seq = house.run(1, Command::EditProfile { edit: renamed, version: None }).await.expect("renamed").seq;
    house.run(0, change(&house, 1, role(Role::Admin))).await.expect("promoted");
    assert_eq!(refused(house.undo(1, seq).await), Code::VersionConflict);
    assert_eq!(stored(&house, 1).await.role, Role::Admin);
}
