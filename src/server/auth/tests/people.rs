//! S07, S39: who may come to be, and as what.

use super::{GOOD, client, code, config, house, person};
use crate::{
    domain::{Code, Currency, Effect, Locale, Role, journal::Via, page::PageRequest, user::SignUp},
    server::{
        auth::NewPerson,
        config::Config,
        ledger::Retry,
        store::{JournalFilter, Record, conformance::everything},
    },
};

fn closed() -> Config {
    let mut config = config();
    config.sign_up = None;
    config
}

#[tokio::test]
async fn s07_the_first_admin_needs_the_one_time_token() {
    let house = house(closed());
    assert!(house.auth.needs_setup().await.expect("store"));
    let token = house.auth.setup_token().await.expect("store").expect("a token");
    assert_eq!(house.auth.setup_token().await, Ok(Some(token.clone())), "once per process");
    for wrong in ["", "admin", &token[1..], &format!("{token}x")] {
        let answer = house.auth.set_up(wrong, person("root"), None, SignUp::Open, &client()).await;
        assert_eq!(code(answer), Code::Forbidden, "{wrong}");
    }
    let mut weak = person("root");
    weak.password = "admin".into();
    assert_eq!(code(house.auth.set_up(&token, weak, None, SignUp::Open, &client()).await), Code::Invalid);
    let session = house.auth.set_up(&token, person("root"), None, SignUp::Open, &client()).await.expect("set up");
    let caller = house.alive(&session.cookie).await.expect("signed in at once");
    assert!(caller.require_admin().is_ok());
    assert_eq!(house.auth.setup_token().await, Ok(None));
    assert_eq!(code(house.auth.set_up(&token, person("root2"), None, SignUp::Open, &client()).await), Code::NotFound);
    assert_eq!(house.auth.sign_up_policy().await, Ok(SignUp::Open), "as the first admin chose");
    for name in ["admin", "root", "outlay"] {
        assert_eq!(code(house.sign_in(name, name).await), Code::WrongCredentials);
    }
    let house = house.restarted(closed()).await;
    assert_eq!(house.auth.needs_setup().await, Ok(false));
    house.sign_in("root", GOOD).await.expect("all is there after a restart");
}

#[tokio::test]
async fn s07_fifty_at_once_make_one_admin() {
    let house = house(closed());
    let token = house.auth.setup_token().await.expect("store").expect("a token");
    let attempts = (0..50).map(|n| {
        let (house, token) = (&house, &token);
        async move { house.auth.set_up(token, person(&format!("root{n}")), None, SignUp::Closed, &client()).await }
    });
    let answers = futures::future::join_all(attempts).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.into_iter().filter_map(Result::err).all(|problem| problem.code == Code::NotFound));
    let users = house.store.users().await.expect("users");
    assert_eq!((users.len(), users[0].role), (1, Role::Admin));
}

#[tokio::test]
async fn s07_sign_up_is_closed_until_somebody_opens_it() {
    let house = house(closed());
    assert_eq!(house.auth.sign_up_policy().await, Ok(SignUp::Closed));
    assert_eq!(code(house.auth.register(person("ana"), None, &client()).await), Code::SignUpClosed);
    house.first_admin().await;
    assert_eq!(code(house.auth.register(person("ana"), None, &client()).await), Code::SignUpClosed);
    let open = house.restarted(config()).await;
    assert_eq!(open.auth.sign_up_policy().await, Ok(SignUp::Open), "the setting wins");
    assert_eq!(open.joined("ana").await.role, Role::User);
}

#[tokio::test]
async fn s39_a_new_user_is_what_was_asked_for_and_no_more() {
    let house = house(config());
    let ana = NewPerson {
        display_name: Some("Ana María".into()),
        currency: Some("CHF".into()),
        time_zone: Some("Europe/Ljubljana".into()),
        locale: Some("sl-SI".into()),
        ..person("ana")
    };
    let Effect::User(ana) = house.auth.register(ana, None, &client()).await.expect("registered").effect else { panic!() };
    assert_eq!((ana.display_name.as_str(), ana.currency.code(), ana.locale.code()), ("Ana María", "CHF", "sl-SI"));
    assert_eq!((ana.time_zone.as_str(), ana.role, ana.version), ("Europe/Ljubljana", Role::User, 1));
    let journal = house.app.store.journal(ana.id, &JournalFilter::default(), &PageRequest::default()).await.expect("a journal");
    assert_eq!(journal.items[0].via, Via::Page, "from the page, and not from the command line");
    let bo = NewPerson {
        display_name: Some("  ".into()),
        currency: Some("BTC".into()),
        time_zone: Some("../../etc/passwd".into()),
        locale: Some("tlh".into()),
        ..person("bob")
    };
    let Effect::User(bo) = house.auth.register(bo, None, &client()).await.expect("registered").effect else { panic!() };
    assert_eq!((bo.display_name.as_str(), bo.currency, bo.locale), ("bob", Currency::EUR, Locale::default()));
    assert_eq!(bo.time_zone, "UTC");
}

#[tokio::test]
async fn every_field_is_refused_at_once() {
    let house = house(config());
    let bad = NewPerson { password: "short".into(), display_name: Some("a\u{202e}b".into()), ..person("Ana B") };
    let refused = house.auth.register(bad, None, &client()).await.expect_err("refused");
    let fields: Vec<&str> = refused.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!((refused.code, fields), (Code::Invalid, vec!["username", "password", "display_name"]));
    house.joined("ana").await;
    assert_eq!(code(house.auth.register(person("ana"), None, &client()).await), Code::DuplicateName);
}

#[tokio::test]
async fn s49_a_sign_up_sent_twice_is_one_and_leaves_no_fast_hash_of_its_body() {
    let house = house(config());
    let retry = |request: &str| Some(Retry { key: "key-1".into(), request: request.into() });
    let first = house.auth.register(person("ana"), retry("aa"), &client()).await.expect("registered");
    let again = house.auth.register(person("ana"), retry("aa"), &client()).await.expect("the same answer");
    assert_eq!(first, again);
    assert_eq!(code(house.auth.register(person("bob"), retry("bb"), &client()).await), Code::IdempotencyMismatch);
    let records = everything(house.store.snapshot().await.expect("a snapshot").as_mut()).await;
    let kept: Vec<_> = records.iter().filter_map(|r| if let Record::Idempotent(kept) = r { Some(kept) } else { None }).collect();
    assert!(!kept.is_empty() && kept.iter().all(|kept| kept.request != "aa"));
}

#[tokio::test]
async fn an_admin_by_the_command_line() {
    let house = house(closed());
    house.auth.create_admin("root", GOOD).await.expect("created");
    assert_eq!(house.auth.needs_setup().await, Ok(false));
    assert!(!house.store.categories().await.expect("list").is_empty(), "with the starter categories");
    assert_eq!(house.auth.sign_up_policy().await, Ok(SignUp::Closed));
    house.auth.create_admin("second", GOOD).await.expect("created");
    assert_eq!(code(house.auth.create_admin("root", GOOD).await), Code::DuplicateName);
    let session = house.sign_in("second", GOOD).await.expect("signed in");
    assert!(session.caller.require_admin().is_ok());
}
