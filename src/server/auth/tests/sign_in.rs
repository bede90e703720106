//! S01–S05, S08, S16, S19 on the way in.

use super::{GOOD, OTHER, client, code, config, house, person};
use crate::{
    domain::{Code, Problem, Status},
    server::{
        auth::Client,
        clock,
        store::{Key, Record},
    },
};
use std::time::{Duration, Instant};

#[tokio::test]
async fn s01_the_store_holds_argon2id_hashes_and_no_password() {
    let house = house(config());
    let (ana, bo) = (house.joined("ana").await, house.joined("bob").await);
    let hash = async |id| house.store.credential(id).await.expect("store").expect("credential").password_hash;
    let (one, two) = (hash(ana.id).await, hash(bo.id).await);
    assert_ne!(one, two, "a salt each");
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    house.store.close().await;
    for entry in std::fs::read_dir(house.home.path()).expect("list") {
        let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
        assert!(!bytes.windows(GOOD.len()).any(|window| window == GOOD.as_bytes()));
    }
}

#[tokio::test]
async fn s02_a_hash_is_brought_up_to_date_at_the_next_sign_in() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let kept = house.sign_in("ana", GOOD).await.expect("signed in");
    let mut raised = config();
    raised.limits.password_memory = 24_576;
    let house = house.restarted(raised).await;
    assert!(code(house.sign_in("ana", OTHER).await) == Code::WrongCredentials);
    house.sign_in("ana", GOOD).await.expect("signed in");
    let hash = house.store.credential(ana.id).await.expect("store").expect("credential").password_hash;
    assert!(hash.contains("$m=24576,"), "{hash}");
    house.sign_in("ana", GOOD).await.expect("with the new hash");
    assert!(house.alive(&kept.cookie).await.is_some(), "the same password: older sessions go on");
}

#[tokio::test]
async fn s04_unknown_wrong_and_disabled_answer_the_same() {
    let house = house(config());
    house.joined("ana").await;
    let bo = house.joined("bob").await;
    house.set_status(&bo, Status::Disabled).await;
    let refused = async |name: &str, password: &str| house.sign_in(name, password).await.err().expect("refused");
    let wrong = refused("ana", OTHER).await;
    assert_eq!(wrong.code, Code::WrongCredentials);
    for (name, password) in [
        ("nobody", GOOD),
        ("bob", GOOD),
        ("bob", OTHER),
        ("", GOOD),
        ("ana", ""),
        ("ANA\u{202e}", GOOD),
        (&"x".repeat(9_999), GOOD),
    ] {
        assert_eq!(refused(name, password).await, wrong, "{name:.20}");
    }
}

#[tokio::test]
async fn s04_unknown_wrong_and_disabled_take_the_same_time() {
    let mut config = config();
    config.limits.sign_in_failures = 1_000;
    let house = house(config);
    house.joined("ana").await;
    let bo = house.joined("bob").await;
    house.set_status(&bo, Status::Disabled).await;
    let ways = [("nobody", GOOD), ("ana", OTHER), ("bob", GOOD)];
    // The least of many is what other work on the machine disturbs least; without the work for unknown names
    // they would be ten times faster.
    let mut least = [f64::MAX; 3];
    for _ in 0..20 {
        for ((name, password), least) in ways.iter().zip(&mut least) {
            let begun = Instant::now();
            assert_eq!(code(house.sign_in(name, password).await), Code::WrongCredentials);
            *least = least.min(begun.elapsed().as_secs_f64());
        }
    }
    let (first, last) = (least.iter().copied().fold(f64::MAX, f64::min), least.iter().copied().fold(0.0, f64::max));
    assert!(last < first * 2.0, "seconds: {least:?}");
}

#[tokio::test]
async fn names_are_typed_as_people_type() {
    let house = house(config());
    house.joined("ana").await;
    for typed in ["ana", "Ana", " ANA\n"] {
        assert_eq!(house.sign_in(typed, GOOD).await.expect("signed in").caller.user.username.as_str(), "ana");
    }
}

/// Five wrong passwords; answers what the sixth attempt, with `password`, meets.
async fn sixth(house: &super::House, name: &str, password: &str) -> Problem {
    for _ in 0..5 {
        assert_eq!(code(house.sign_in(name, OTHER).await), Code::WrongCredentials);
    }
    house.sign_in(name, password).await.err().expect("throttled")
}

#[tokio::test]
async fn s05_after_five_failures_an_account_is_slowed_whoever_asks() {
    let house = house(config());
    house.joined("ana").await;
    let open = house.sign_in("ana", GOOD).await.expect("signed in");
    let known = sixth(&house, "ana", OTHER).await;
    assert_eq!((known.code, known.retry_after), (Code::Throttled, Some(1)));
    assert_eq!(code(house.sign_in(" ANA", GOOD).await), Code::Throttled, "the right password too");
    let elsewhere = Client { address: [127, 0, 0, 2].into(), ..client() };
    assert_eq!(code(house.auth.sign_in("ana", GOOD, &elsewhere).await), Code::Throttled);
    let caller = house.alive(&open.cookie).await.expect("open sessions go on");
    assert_eq!(code(house.auth.change_password(&caller, None, GOOD, OTHER).await), Code::Throttled);
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    house.sign_in("ana", GOOD).await.expect("after the delay");
    assert_eq!(code(house.sign_in("ana", OTHER).await), Code::WrongCredentials, "success forgives");
    assert_eq!(sixth(&house, "nobody", OTHER).await, known, "names that do not exist are slowed the same");
}

#[tokio::test]
async fn s05_delays_double_and_survive_a_restart() {
    let house = house(config());
    house.joined("ana").await;
    sixth(&house, "ana", OTHER).await;
    let subject = format!("user:{}", crate::server::auth::throttle::hex(&<sha2::Sha256 as sha2::Digest>::digest("ana")));
    let row = house.store.throttle(&subject).await.expect("store").expect("a row");
    assert_eq!(row.failures, 5);
    let over = move |record: &mut Record| match record {
        Record::Throttle(row) => row.until = clock::now(),
        _ => unreachable!(),
    };
    house.change(Key::Throttle(subject), over).await;
    assert_eq!(code(house.sign_in("ana", OTHER).await), Code::WrongCredentials);
    let house = house.restarted(config()).await;
    let slowed = house.sign_in("ana", GOOD).await.err().expect("throttled");
    assert_eq!((slowed.code, slowed.retry_after), (Code::Throttled, Some(2)));
}

#[tokio::test]
async fn s05_many_at_once_gain_nothing() {
    let house = house(config());
    house.joined("ana").await;
    let attempts = (0..20).map(|_| house.sign_in("ana", OTHER));
    let answers: Vec<Code> = futures::future::join_all(attempts).await.into_iter().map(code).collect();
    assert_eq!(answers.iter().filter(|code| **code == Code::WrongCredentials).count(), 5, "{answers:?}");
    assert!(answers.iter().filter(|code| **code != Code::WrongCredentials).all(|code| *code == Code::Throttled));
}

#[tokio::test]
async fn s05_people_who_know_their_password_may_all_come_at_once() {
    let house = house(config());
    house.joined("ana").await;
    let attempts = (0..12).map(|_| house.sign_in("ana", GOOD));
    for answer in futures::future::join_all(attempts).await {
        answer.expect("signed in");
    }
}

#[tokio::test]
async fn s05_an_address_has_ten_attempts_at_once() {
    let mut config = config();
    config.limits.sign_in_per_min = 10;
    config.limits.sign_in_burst = 10;
    let house = house(config);
    for n in 0..10 {
        assert_eq!(code(house.sign_in(&format!("name{n}"), GOOD).await), Code::WrongCredentials);
    }
    let refused = house.sign_in("name10", GOOD).await.err().expect("refused");
    assert_eq!(refused.code, Code::Throttled);
    assert!(refused.retry_after.is_some_and(|wait| wait <= 6));
    let elsewhere = Client { address: [127, 0, 0, 2].into(), ..client() };
    assert_eq!(code(house.auth.sign_in("name10", GOOD, &elsewhere).await), Code::WrongCredentials);
}

#[tokio::test]
async fn s08_a_new_password_ends_every_other_session() {
    let house = house(config());
    house.joined("ana").await;
    let (mine, other) = (house.sign_in("ana", GOOD).await.expect("one"), house.sign_in("ana", GOOD).await.expect("two"));
    let refused = house.auth.change_password(&mine.caller, None, OTHER, "a third long passphrase").await.expect_err("wrong");
    assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::Invalid, "current_password"));
    let refused = house.auth.change_password(&mine.caller, None, GOOD, "password1").await.expect_err("common");
    assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::Invalid, "new_password"));
    house.auth.change_password(&mine.caller, None, GOOD, OTHER).await.expect("changed");
    assert!(house.alive(&mine.cookie).await.is_some() && house.alive(&other.cookie).await.is_none());
    assert_eq!(code(house.sign_in("ana", GOOD).await), Code::WrongCredentials);
    house.sign_in("ana", OTHER).await.expect("with the new one");
}

#[tokio::test]
async fn s19_each_sign_in_is_a_session_of_its_own() {
    let house = house(config());
    house.joined("ana").await;
    let (one, two) = (house.sign_in("ana", GOOD).await.expect("one"), house.sign_in("ana", GOOD).await.expect("two"));
    assert_ne!(one.caller.session(), two.caller.session());
    assert_ne!(one.cookie, two.cookie);
    assert_eq!(one.max_age, house.config.limits.session_idle);
    assert!(one.cookie.len() < 1_000);
}

#[tokio::test]
async fn s03_the_rules_hold_for_everybody_who_chooses() {
    let house = house(config());
    for bad in ["short", "password1", "ana-ana-", &"x".repeat(10 * 1024)] {
        let mut ana = person("ana-ana-");
        ana.password = bad.into();
        let refused = house.auth.register(ana, None, &client()).await.expect_err("refused");
        assert!(refused.message_for("password").is_some(), "{bad:.20}: {refused:?}");
        assert_eq!(code(house.auth.create_admin("ana-ana-", bad).await), Code::Invalid);
    }
}
