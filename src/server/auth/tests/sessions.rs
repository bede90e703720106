//! S13, S15–S17, S37: a session is its row, and the row is looked at every time.

use super::{GOOD, client, code, config, house, session};
use crate::{
    domain::{Code, Role, SessionId, Status},
    server::{
        auth::{Access, Client},
        clock,
        store::{Key, Record, Session},
    },
};

/// A change of a session's row.
fn row(change: impl Fn(&mut Session) + Clone) -> impl Fn(&mut Record) + Clone {
    move |record| match record {
        Record::Session(session) => change(session),
        _ => unreachable!(),
    }
}

#[tokio::test]
async fn s15_signing_out_ends_the_session_and_no_other() {
    let house = house(config());
    house.joined("ana").await;
    let (one, two) = (house.sign_in("ana", GOOD).await.expect("one"), house.sign_in("ana", GOOD).await.expect("two"));
    house.auth.sign_out(&one.caller).await.expect("signed out");
    assert!(house.alive(&one.cookie).await.is_none() && house.alive(&two.cookie).await.is_some());
    house.auth.sign_out(&one.caller).await.expect("twice is no error");
}

#[tokio::test]
async fn s13_a_name_given_again_gives_nothing_to_old_sessions() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let old = house.sign_in("ana", GOOD).await.expect("signed in");
    house.remove(&ana).await;
    house.joined("ana").await;
    assert!(house.alive(&old.cookie).await.is_none());
}

#[tokio::test]
async fn s16_a_disabled_user_is_out_on_the_next_request() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let session = house.sign_in("ana", GOOD).await.expect("signed in");
    house.set_status(&ana, Status::Disabled).await;
    assert!(house.alive(&session.cookie).await.is_none());
}

#[tokio::test]
async fn s37_a_role_counts_from_the_next_request_on() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let session = house.sign_in("ana", GOOD).await.expect("signed in");
    for role in [Role::Admin, Role::User] {
        let change = move |record: &mut Record| match record {
            Record::User(user) => user.role = role,
            _ => unreachable!(),
        };
        house.change(Key::User(ana.id), change).await;
        let caller = house.alive(&session.cookie).await.expect("the session goes on");
        assert_eq!(caller.require_admin().is_ok(), role == Role::Admin);
    }
}

#[tokio::test]
async fn s17_idle_and_absolute_limits() {
    let mut config = config();
    (config.limits.session_idle, config.limits.session_absolute) = (600, 3_600);
    let house = house(config);
    house.joined("ana").await;
    let session = house.sign_in("ana", GOOD).await.expect("signed in");
    assert_eq!(session.max_age, 600);
    let id = session.caller.session().expect("a session");
    let key = Key::Session(session.caller.user.id, id);
    let kept = house.store.session(id).await.expect("store").expect("a row");
    assert_eq!(kept.idle_until, kept.created_at.plus_seconds(600));
    assert_eq!(kept.ends_at, kept.created_at.plus_seconds(3_600));

    let unused = kept.last_seen_at.plus_seconds(-120);
    house.change(key.clone(), row(move |session| session.last_seen_at = unused)).await;
    assert!(house.alive(&session.cookie).await.is_some());
    let noted = async || house.store.session(id).await.expect("store").expect("a row");
    for _ in 0..200 {
        if noted().await.last_seen_at > unused {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(noted().await.idle_until >= kept.idle_until, "use moves the idle limit on");

    house.change(key.clone(), row(|session| session.idle_until = clock::now())).await;
    assert!(house.alive(&session.cookie).await.is_none(), "idle too long");
    let alive = |session: &mut Session| (session.idle_until, session.ends_at) = (clock::now().plus_seconds(60), clock::now());
    house.change(key, row(alive)).await;
    assert!(house.alive(&session.cookie).await.is_none(), "too old");
    assert_eq!(house.auth.sessions(&session.caller).await.expect("list"), []);
}

#[tokio::test]
async fn a_cookie_is_renewed_in_the_second_half_of_its_life() {
    let mut config = config();
    config.limits.session_idle = 2;
    let house = house(config);
    house.joined("ana").await;
    let session = house.sign_in("ana", GOOD).await.expect("signed in");
    assert_eq!(house.auth.renewed_cookie(&session.cookie), Ok(None));
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let (fresh, max_age) = house.auth.renewed_cookie(&session.cookie).expect("signed").expect("due");
    assert_eq!(max_age, 2);
    let caller = house.alive(&fresh).await.expect("alive");
    assert_eq!(caller.session(), session.caller.session(), "the same session");
}

#[tokio::test]
async fn s17_the_51st_sign_in_ends_the_first() {
    let house = house(config());
    house.joined("ana").await;
    let mut cookies = Vec::new();
    for _ in 0..51 {
        cookies.push(house.sign_in("ana", GOOD).await.expect("signed in"));
    }
    assert!(house.alive(&cookies[0].cookie).await.is_none());
    assert!(house.alive(&cookies[1].cookie).await.is_some() && house.alive(&cookies[50].cookie).await.is_some());
    assert_eq!(house.auth.sessions(&cookies[50].caller).await.expect("list").len(), 50);
}

#[tokio::test]
async fn s17_own_sessions_can_be_ended_and_no_other() {
    let house = house(config());
    house.joined("ana").await;
    house.joined("bob").await;
    let phone = Client { address: "2001:db8::7".parse().expect("address"), agent: "Ä".repeat(300), ..client() };
    let one = session(house.auth.sign_in("ana", GOOD, &phone).await.expect("one"));
    let two = house.sign_in("ana", GOOD).await.expect("two");
    let bo = house.sign_in("bob", GOOD).await.expect("bo");
    let list = house.auth.sessions(&two.caller).await.expect("list");
    let listed: Vec<_> = list.iter().map(|session| (Some(session.id), session.address.as_str(), session.agent.len())).collect();
    assert_eq!(listed, [(two.caller.session(), "127.0.0.1", 8), (one.caller.session(), "2001:db8::7", 200)]);
    for foreign in [one.caller.session().expect("an id"), SessionId::new()] {
        assert_eq!(code(house.auth.end_session(&bo.caller, foreign).await), Code::NotFound);
    }
    house.auth.end_session(&two.caller, one.caller.session().expect("an id")).await.expect("ended");
    assert!(house.alive(&one.cookie).await.is_none() && house.alive(&two.cookie).await.is_some());
}

#[tokio::test]
async fn s12_a_cookie_is_no_bearer_token() {
    let house = house(config());
    house.joined("ana").await;
    let session = house.sign_in("ana", GOOD).await.expect("signed in");
    assert_eq!(code(house.auth.by_bearer(&session.cookie).await), Code::InvalidToken);
    assert!(matches!(house.alive(&session.cookie).await.expect("alive").access, Access::Page(_)));
    for junk in ["", "x", "outlay_pat_", &"x".repeat(100_000)] {
        assert_eq!(code(house.auth.by_bearer(junk).await), Code::InvalidToken);
        assert!(house.alive(junk).await.is_none());
    }
    let elsewhere = Client { address: [10, 0, 0, 1].into(), ..client() };
    house.auth.sign_in("ana", GOOD, &elsewhere).await.expect("from anywhere");
}
