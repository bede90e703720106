//! S22: personal access tokens.

use super::{GOOD, code, config, house};
use crate::{
    domain::{Code, Effect, Scope, Scopes, Status, TokenId, text::Name},
    server::{
        auth::{Access, Caller},
        clock,
        ledger::Retry,
        store::{Key, Record},
    },
};

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

async fn made(house: &super::House, caller: &Caller, scopes: &[Scope]) -> (TokenId, String) {
    let made = house.auth.create_token(caller, None, name("script"), Scopes::of(scopes), None).await.expect("made");
    match made.0.effect {
        Effect::Token(info) => (info.id, made.1),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn s22_a_token_is_shown_once_and_stored_hashed() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let (id, token) = made(&house, &page, &[Scope::Read, Scope::Write]).await;
    assert!(token.starts_with("outlay_pat_") && token.len() == 11 + 64 + 8, "{token}");
    let caller = house.auth.by_bearer(&token).await.expect("works");
    assert_eq!((caller.user.id, caller.access.clone()), (ana.id, Access::Token(id, Scopes::of(&[Scope::Read, Scope::Write]))));
    assert!(caller.require(Scope::Write).is_ok());
    for scope in [Scope::Import, Scope::Admin, Scope::Account] {
        assert_eq!(code(caller.require(scope)), Code::InsufficientScope);
    }
    let infos = house.store.tokens_of(ana.id).await.expect("list");
    assert_eq!((infos.len(), infos[0].expires_on), (1, clock::today("UTC").plus(90)), "90 days by default");
    assert!(house.alive(&token).await.is_none(), "no cookie");

    let mut mistyped = token.clone().into_bytes();
    mistyped[20] ^= 1;
    assert_eq!(code(house.auth.by_bearer(&String::from_utf8(mistyped).expect("ASCII")).await), Code::InvalidToken);

    house.store.close().await;
    let secret = &token.as_bytes()[11..];
    for entry in std::fs::read_dir(house.home.path()).expect("list") {
        let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "only the hash is kept");
    }
}

#[tokio::test]
async fn s22_a_token_reaches_no_token_no_session_and_no_password() {
    let house = house(config());
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let all = [Scope::Read, Scope::Write, Scope::Import, Scope::Admin];
    let (id, token) = made(&house, &page, &all).await;
    let caller = house.auth.by_bearer(&token).await.expect("works");
    let minted = house.auth.create_token(&caller, None, name("more"), Scopes::of(&[Scope::Read]), None).await;
    assert_eq!(code(minted), Code::InsufficientScope);
    assert_eq!(code(house.auth.revoke_token(&caller, id).await), Code::InsufficientScope);
    assert_eq!(code(house.auth.change_password(&caller, None, GOOD, "a new long passphrase").await), Code::InsufficientScope);
    assert_eq!(code(house.auth.sessions(&caller).await), Code::InsufficientScope);
    let session = page.session().expect("a session");
    assert_eq!(code(house.auth.end_session(&caller, session).await), Code::InsufficientScope);
    assert_eq!(code(caller.require_admin()), Code::Forbidden, "the scope admin makes nobody an admin");
}

#[tokio::test]
async fn s22_what_a_token_may_be() {
    let house = house(config());
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let today = clock::today("UTC");
    for (scopes, expires_on, field) in [
        (Scopes::NONE, None, "scopes"),
        (Scopes::of(&[Scope::Read, Scope::Account]), None, "scopes"),
        (Scopes::of(&[Scope::Read]), Some(today.plus(-1)), "expires_on"),
    ] {
        let refused = house.auth.create_token(&page, None, name("x"), scopes, expires_on).await.expect_err("refused");
        assert!(refused.message_for(field).is_some(), "{refused:?}");
    }
    let (_, token) =
        house.auth.create_token(&page, None, name("x"), Scopes::of(&[Scope::Read]), Some(today)).await.expect("made");
    house.auth.by_bearer(&token).await.expect("works today");
}

#[tokio::test]
async fn s22_expired_revoked_and_of_a_disabled_user() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let ((one, one_text), (two, two_text)) =
        (made(&house, &page, &[Scope::Read]).await, made(&house, &page, &[Scope::Read]).await);
    house.joined("bob").await;
    let bo = house.sign_in("bob", GOOD).await.expect("signed in").caller;
    assert_eq!(code(house.auth.revoke_token(&bo, one).await), Code::NotFound);
    house.auth.revoke_token(&page, one).await.expect("revoked");
    assert_eq!(code(house.auth.by_bearer(&one_text).await), Code::InvalidToken);
    house.set_status(&ana, Status::Disabled).await;
    assert_eq!(code(house.auth.by_bearer(&two_text).await), Code::InvalidToken);
    house.set_status(&ana, Status::Active).await;
    house.auth.by_bearer(&two_text).await.expect("works again");
    let yesterday = clock::today("UTC").plus(-1);
    let expired = move |record: &mut Record| match record {
        Record::Token(token) => token.expires_on = yesterday,
        _ => unreachable!(),
    };
    house.change(Key::Token(ana.id, two), expired).await;
    assert_eq!(code(house.auth.by_bearer(&two_text).await), Code::InvalidToken);
}

#[tokio::test]
async fn s22_the_last_use_is_noted() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let (_, token) = made(&house, &page, &[Scope::Read]).await;
    house.auth.by_bearer(&token).await.expect("works");
    for _ in 0..200 {
        if house.store.tokens_of(ana.id).await.expect("list")[0].last_used_at.is_some() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("not noted");
}

#[tokio::test]
async fn a_replayed_key_gives_no_second_secret() {
    let house = house(config());
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let retry = || Some(Retry { key: "k".into(), request: "r".into() });
    let scopes = Scopes::of(&[Scope::Read]);
    house.auth.create_token(&page, retry(), name("x"), scopes, None).await.expect("made");
    assert_eq!(code(house.auth.create_token(&page, retry(), name("x"), scopes, None).await), Code::AlreadyDone);
    assert_eq!(house.store.tokens_of(page.user.id).await.expect("list").len(), 1);
}

#[tokio::test]
async fn each_token_has_a_rate_of_its_own() {
    let mut config = config();
    (config.limits.token_per_min, config.limits.token_burst) = (60, 3);
    let house = house(config);
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let ((_, one), (_, two)) = (made(&house, &page, &[Scope::Read]).await, made(&house, &page, &[Scope::Read]).await);
    for _ in 0..3 {
        house.auth.by_bearer(&one).await.expect("within the burst");
    }
    let refused = house.auth.by_bearer(&one).await.expect_err("refused");
    assert_eq!((refused.code, refused.retry_after), (Code::Throttled, Some(1)));
    house.auth.by_bearer(&two).await.expect("the other is not slowed");
}
