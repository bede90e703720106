//! Profiles, passwords, tokens, new users.

use super::*;
use crate::{
    domain::{
        Currency, Day, FundsId, Instant, MonthStart, Period, Role, Scope, Scopes, SessionId, TokenId,
        command::{ProfileEdit, Secret},
        user::SignUp,
    },
    server::{
        auth::{Access, Caller},
        ledger::Retry,
        store::{Record, Session, conformance::journal_after, record::SessionKind},
    },
};

fn profile(edit: ProfileEdit) -> Command {
    Command::EditProfile { edit, version: None }
}

#[tokio::test]
async fn the_currency_is_fixed_by_the_first_entry() {
    let house = House::new().await;
    let to = |currency| profile(ProfileEdit { currency: Some(currency), ..ProfileEdit::default() });
    let changed = house.run(1, to(Currency::USD)).await.expect("changed");
    assert_eq!(changed.balance.currency, Currency::USD);
    assert_eq!(field(house.spend(1, 5).await), pair("amount", "other_currency"));
    house.undo(1, changed.seq).await.expect("undone");

    let funds = house.add_funds(1, 5).await;
    assert_eq!(refused(house.run(1, to(Currency::USD)).await), Code::CurrencyFixed);
    assert_eq!(refused(house.undo(1, changed.seq + 1).await), Code::CurrencyFixed, "not by way of redo either");
    house.undo(1, funds.seq).await.expect("undone");
    assert_eq!(refused(house.run(1, to(Currency::USD)).await), Code::CurrencyFixed, "not even when it is empty again");
}

#[tokio::test]
async fn profiles_hold_what_is_real() {
    let house = House::new().await;
    let zone = profile(ProfileEdit { time_zone: Some("Europe/Atlantis".into()), ..ProfileEdit::default() });
    assert_eq!(field(house.run(1, zone).await), pair("time_zone", "unknown_time_zone"));
    let period = Some(Period::Month { start_day: MonthStart::Day(29) });
    let period = profile(ProfileEdit { period, ..ProfileEdit::default() });
    assert_eq!(field(house.run(1, period).await), pair("period", "out_of_range"));
    let stale = Command::EditProfile { edit: ProfileEdit::default(), version: Some(7) };
    assert_eq!(refused(house.run(1, stale).await), Code::VersionConflict);
}

#[tokio::test]
async fn undoing_a_profile_never_touches_the_role() {
    let house = House::new().await;
    let renamed = profile(ProfileEdit { display_name: Some(name("Bo")), ..ProfileEdit::default() });
    let seq = house.run(1, renamed).await.expect("renamed").seq;
    let promoted = house.store.user(house.people[1].id).await.expect("a store").expect("a user");
    fill(&house.store, vec![Record::User(crate::domain::User { role: Role::Admin, ..promoted })]).await;
    house.undo(1, seq).await.expect("undone");
    let user = house.store.user(house.people[1].id).await.expect("a store").expect("a user");
    assert_eq!((user.role, user.display_name.as_str()), (Role::Admin, "bob"));
}

fn session(house: &House, who: usize) -> Session {
    let at = Instant(1_790_000_000_000_000);
    Session {
        id: SessionId::new(),
        user: house.people[who].id,
        token_version: 0,
        kind: SessionKind::Web,
        created_at: at,
        last_seen_at: at,
        idle_until: at,
        ends_at: at,
        agent: String::new(),
        address: String::new(),
    }
}

#[tokio::test]
async fn s08_a_new_password_ends_the_other_sessions() {
    let house = House::new().await;
    let sessions = [session(&house, 1), session(&house, 1), session(&house, 2)];
    fill(&house.store, sessions.iter().cloned().map(Record::Session).collect()).await;
    let caller = Caller { user: house.people[1].clone(), access: Access::Page(sessions[0].id) };
    let change = Command::ChangePassword { hash: Secret("$argon2id$new".into()) };
    house.ledger.execute(&caller, None, change).await.expect("changed");

    let credential = house.store.credential(caller.user.id).await.expect("a store").expect("a credential");
    assert_eq!((credential.password_hash.as_str(), credential.token_version), ("$argon2id$new", 1));
    let own = house.store.sessions_of(caller.user.id).await.expect("sessions");
    assert_eq!(own.iter().map(|s| (s.id, s.token_version)).collect::<Vec<_>>(), [(sessions[0].id, 1)]);
    assert_eq!(house.store.sessions_of(house.people[2].id).await.expect("sessions").len(), 1);
    let entries = journal_after(&house.store, caller.user.id, 1, 9).await;
    assert!(entries[0].1.is_empty(), "no secret in the journal");
}

#[tokio::test]
async fn s22_tokens_keep_no_answer() {
    let house = House::new().await;
    let create = |scopes: &[Scope]| Command::CreateToken {
        id: TokenId::new(),
        name: name("script"),
        scopes: Scopes::of(scopes),
        expires_on: Day::MAX,
        hash: Secret("ab".into()),
    };
    let retry = || Some(Retry { key: "k".into(), request: "r".into() });
    let made = house.ledger.execute(&house.caller(1), retry(), create(&[Scope::Read])).await.expect("made");
    let Effect::Token(info) = made.effect else { panic!("not a token") };
    let again = house.ledger.execute(&house.caller(1), retry(), create(&[Scope::Read])).await;
    assert_eq!(refused(again), Code::AlreadyDone);
    for scopes in [&[][..], &[Scope::Account]] {
        assert_eq!(field(house.run(1, create(scopes)).await), pair("scopes", "unknown_scope"));
    }
    let revoke = Command::RevokeToken { id: info.id };
    assert_eq!(refused(house.run(2, revoke.clone()).await), Code::NotFound);
    house.run(1, revoke.clone()).await.expect("revoked");
    assert_eq!(refused(house.run(1, revoke).await), Code::NotFound);
}

#[tokio::test]
async fn s07_an_installation_is_set_up_once() {
    let house = House::new().await;
    let eve = user("eve", Role::Admin);
    let set_up = Command::SetUp { user: eve.clone(), hash: secret(), opening: None, sign_up: SignUp::Open };
    assert_eq!(refused(house.ledger.execute(&Caller::local(eve), None, set_up).await), Code::NotFound);
    assert_eq!(house.store.users().await.expect("users").len(), 3);
    assert_eq!(house.store.categories().await.expect("categories").len(), 10);
    assert_eq!(house.store.setting("sign_up").await.expect("a setting").as_deref(), Some("open"));
}

#[tokio::test]
async fn an_opening_balance_is_the_first_funds() {
    let home = SqliteHome::new();
    let store = crate::server::store::conformance::Home::open(&home).await;
    let ledger = crate::server::ledger::Ledger::new(store.clone());
    let ana = user("ana", Role::Admin);
    let opening = Some(funds(eur(250_00)));
    let set_up = Command::SetUp { user: ana.clone(), hash: secret(), opening, sign_up: SignUp::Closed };
    let outcome = ledger.execute(&Caller::local(ana.clone()), None, set_up).await.expect("set up");
    assert_eq!((outcome.balance, outcome.undoable), (eur(250_00), false));
    assert!(store.account(ana.id).await.expect("a store").expect("an account").opened);
}

#[tokio::test]
async fn usernames_are_taken_once() {
    let house = House::new().await;
    let bob = user("bob", Role::User);
    let create = Command::CreateUser { user: bob.clone(), hash: secret(), invite: None };
    let problem = house.ledger.execute(&Caller::local(bob), None, create).await.expect_err("refused");
    assert_eq!((problem.code, problem.message_for("username").is_some()), (Code::DuplicateName, true));

    let retry = || Some(Retry { key: "form".into(), request: "r".into() });
    let mut answers = Vec::new();
    for _ in 0..2 {
        let eve = user("eve", Role::User);
        let create = Command::CreateUser { user: eve.clone(), hash: secret(), invite: None };
        answers.push(house.ledger.execute(&Caller::local(eve), retry(), create).await.expect("one user, one answer"));
    }
    assert_eq!(answers[0], answers[1]);
    let add = Command::AddFunds { id: FundsId::new(), draft: funds(eur(5)) };
    let mine = house.ledger.execute(&house.caller(1), retry(), add).await.expect("a user's keys are their own");
    assert_eq!(mine.owner, house.people[1].id);
}
