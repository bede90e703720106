//! S09, S16: the second factor holds on every way in, no code is taken twice, and nothing readable is kept.

use super::{GOOD, House, OTHER, client, code, config, house, oauth::granting};
use crate::{
    domain::{Code, Problem, Scope, Scopes, User, factor::FactorState, text::Name},
    server::{
        auth::{Access, Caller, Entered, Halfway, Keys, SignedIn},
        clock,
        config::PasswordGrant,
        store::{Credential, Key, Record},
    },
};
use data_encoding::BASE32_NOPAD;
use totp_rs::Builder;

/// The app of somebody: makes codes of their secret.
pub(super) struct App([u8; 20]);

impl App {
    fn scan(state: FactorState) -> Self {
        let FactorState::Begun(enrolment) = state else { panic!("nothing was begun: {state:?}") };
        let secret = BASE32_NOPAD.decode(enrolment.secret.replace(' ', "").as_bytes()).expect("base32");
        Self(secret.try_into().expect("160 bits"))
    }
    /// The code of so many steps from now.
    pub(super) fn code(&self, steps: i64) -> String {
        let at = clock::now().plus_seconds(30 * steps).seconds();
        let codes = Builder::new().with_secret(self.0).build().expect("a secret");
        codes.generate(at.try_into().expect("after 1970")).to_string()
    }
}

impl House {
    /// Turns on the second factor of whoever is signed in; their app, and the recovery codes.
    pub(super) async fn with_factor(&self, caller: &Caller) -> (App, Vec<String>) {
        self.auth.begin_factor(caller, GOOD).await.expect("begun");
        let app = App::scan(self.auth.factor(caller).await.expect("a state"));
        let (_, codes) = self.auth.confirm_factor(caller, &app.code(-1)).await.expect("confirmed");
        (app, codes)
    }
    pub(super) async fn halfway(&self, username: &str) -> Halfway {
        match self.auth.sign_in(username, GOOD, &client()).await.expect("the password is right") {
            Entered::Code(halfway) => halfway,
            Entered::In(_) => panic!("no code was asked for"),
        }
    }
    pub(super) async fn with_code(&self, halfway: &Halfway, code: &str) -> Result<SignedIn, Problem> {
        self.auth.finish_sign_in(&halfway.cookie, code, &client()).await
    }
    async fn credential(&self, user: &User) -> Credential {
        self.store.credential(user.id).await.expect("store").expect("a credential")
    }
    /// As if codes of now had not been used.
    async fn forget_steps(&self, user: &User) {
        let forget = |record: &mut Record| match record {
            Record::Credential(credential) => credential.factor.as_mut().expect("a factor").last_step = 0,
            _ => unreachable!(),
        };
        self.change(Key::Credential(user.id), forget).await;
    }
}

#[tokio::test]
async fn s09_a_password_alone_opens_nothing() {
    let house = house(granting(PasswordGrant::AdminsToo));
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let (app, _) = house.with_factor(&page.caller).await;
    assert!(house.alive(&page.cookie).await.is_some(), "the session that turned it on goes on");

    let halfway = house.halfway("ana").await;
    assert!(house.alive(&halfway.cookie).await.is_none());
    assert_eq!(code(house.auth.by_bearer(&halfway.cookie).await), Code::InvalidToken);
    let wrong = house.by_password("ana", OTHER, None).await.err();
    assert_eq!((house.by_password("ana", GOOD, None).await.err(), wrong.as_deref()), (wrong.clone(), Some("invalid_grant")));
    assert_eq!(house.refreshed(&halfway.cookie, None).await.err().as_deref(), Some("invalid_grant"));

    for forged in
        ["", "outlay_halfway_", &page.cookie, &halfway.cookie[..halfway.cookie.len() - 1], &halfway.cookie.to_lowercase()]
    {
        let forged = Halfway { cookie: forged.to_owned(), max_age: 1 };
        assert_eq!(code(house.with_code(&forged, &app.code(0)).await), Code::WrongCredentials);
    }
    let signed_in = house.with_code(&halfway, &app.code(0)).await.expect("signed in");
    assert!(matches!(house.alive(&signed_in.cookie).await.expect("alive").access, Access::Page(_)));
}

#[tokio::test]
async fn s09_no_code_is_taken_twice() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let (app, codes) = house.with_factor(&page.caller).await;
    let halfway = house.halfway("ana").await;
    let confirmed = app.code(-1);
    assert_eq!(code(house.with_code(&halfway, &confirmed).await), Code::Invalid, "the code that confirmed it is spent");

    let now = app.code(0);
    let all = futures::future::join_all((0..3).map(|_| house.with_code(&halfway, &now))).await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1, "of three at once, one");
    assert_eq!(code(house.with_code(&halfway, &app.code(-1)).await), Code::Invalid, "an earlier step");
    house.with_code(&halfway, &app.code(1)).await.expect("the next step");

    house.forget_steps(&ana).await;
    assert_eq!(code(house.with_code(&halfway, &app.code(3)).await), Code::Invalid, "too far ahead");
    house.with_code(&halfway, &codes[3]).await.expect("a recovery code");
    assert_eq!(code(house.with_code(&halfway, &codes[3]).await), Code::Invalid, "once");
    house.with_code(&halfway, &codes[4].to_uppercase().replace('-', " ")).await.expect("as somebody types it");
    let state = house.auth.factor(&page.caller).await.expect("a state");
    assert!(matches!(state, FactorState::On { codes: 8, .. }), "{state:?}");
}

#[tokio::test]
async fn s09_s05_codes_are_slowed_and_a_right_password_forgives_none() {
    let house = house(config());
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let (app, codes) = house.with_factor(&page.caller).await;
    for n in 0..5 {
        let halfway = house.halfway("ana").await;
        let wrong = if n % 2 == 0 { "000000" } else { "aaaa-bbbb-cccc-dddd" };
        assert_eq!(code(house.with_code(&halfway, wrong).await), Code::Invalid, "{n}");
    }
    let halfway = house.halfway("ana").await;
    for right in [&app.code(0), &codes[0]] {
        let refused = house.with_code(&halfway, right).await.err().expect("slowed");
        assert!(refused.code == Code::Throttled && refused.retry_after.is_some());
    }
    assert!(house.alive(&page.cookie).await.is_some(), "open sessions go on");
}

#[tokio::test]
async fn s09_a_halfway_sign_in_dies_with_the_event() {
    let house = house(config());
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let (app, _) = house.with_factor(&page.caller).await;
    let halfway = house.halfway("ana").await;
    let page = Caller { user: page.caller.user, access: page.caller.access };
    house.auth.change_password(&page, None, GOOD, OTHER).await.expect("changed");
    assert_eq!(code(house.with_code(&halfway, &app.code(0)).await), Code::WrongCredentials);
}

#[tokio::test]
async fn s09_turning_it_on_and_off_needs_what_is_there() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let (page, other) = (house.sign_in("ana", GOOD).await.expect("one"), house.sign_in("ana", GOOD).await.expect("two"));
    assert_eq!(house.auth.factor(&page.caller).await, Ok(FactorState::Off));
    assert_eq!(code(house.auth.begin_factor(&page.caller, OTHER).await), Code::Invalid);
    assert_eq!(code(house.auth.confirm_factor(&page.caller, "123456").await), Code::Invalid, "nothing was begun");
    house.auth.begin_factor(&page.caller, GOOD).await.expect("begun");
    assert!(house.credential(&ana).await.second_factor().is_none(), "it does not hold yet");
    assert_eq!(house.auth.factor(&other.caller).await, Ok(FactorState::Off), "only who began sees the secret");
    let app = App::scan(house.auth.factor(&page.caller).await.expect("a state"));
    assert_eq!(code(house.auth.confirm_factor(&other.caller, &app.code(0)).await), Code::Invalid, "nor confirms it");
    assert_eq!(code(house.auth.confirm_factor(&page.caller, &app.code(5)).await), Code::Invalid);
    let late = |record: &mut Record| match record {
        Record::Credential(Credential { factor: Some(factor), .. }) => {
            factor.enrolling.as_mut().expect("begun").until = clock::now();
        }
        _ => unreachable!(),
    };
    house.change(Key::Credential(ana.id), late).await;
    assert_eq!(code(house.auth.confirm_factor(&page.caller, &app.code(0)).await), Code::Invalid, "too late");
    assert_eq!(house.auth.factor(&page.caller).await, Ok(FactorState::Off));

    let (app, codes) = house.with_factor(&page.caller).await;
    assert_eq!(codes.len(), 10);
    assert!(house.alive(&other.cookie).await.is_none(), "S16: every other session has ended");
    assert_eq!(code(house.auth.begin_factor(&page.caller, GOOD).await), Code::AlreadyDone);
    assert_eq!(code(house.auth.remove_factor(&page.caller, OTHER, &app.code(0)).await), Code::Invalid);
    assert_eq!(code(house.auth.remove_factor(&page.caller, GOOD, "000000").await), Code::Invalid);
    house.auth.remove_factor(&page.caller, GOOD, &app.code(0)).await.expect("removed");
    assert!(house.credential(&ana).await.factor.is_none());
    house.sign_in("ana", GOOD).await.expect("the password is all again");
}

/// S22: a program never sees a second factor, and never changes one.
#[tokio::test]
async fn s22_s09_programs_have_no_say_in_it() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    let grant = house.by_password("ana", GOOD, Some("read account")).await.expect("granted");
    let caller = house.auth.by_bearer(&grant.access_token).await.expect("works");
    assert_eq!(code(house.auth.begin_factor(&caller, GOOD).await), Code::Forbidden);
    assert_eq!(code(house.auth.confirm_factor(&caller, "123456").await), Code::Forbidden);
    assert_eq!(code(house.auth.remove_factor(&caller, GOOD, "123456").await), Code::Forbidden);
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let name = Name::parse("script").expect("a name");
    let (_, pat) = house.auth.create_token(&page, None, name, Scopes::of(&[Scope::Read]), None).await.expect("made");
    let caller = house.auth.by_bearer(&pat).await.expect("works");
    assert_eq!(code(house.auth.factor(&caller).await), Code::InsufficientScope);
    house.with_factor(&page).await;
    house.auth.by_bearer(&pat).await.expect("S16: a personal access token stays");
    assert_eq!(code(house.auth.by_bearer(&grant.access_token).await), Code::InvalidToken, "S16: a grant does not");
    assert_eq!(house.refreshed(&grant.refresh_token, None).await.err().as_deref(), Some("invalid_grant"));
    let again = house.by_password("ana", GOOD, None).await.err();
    assert_eq!(again.as_deref(), Some("invalid_grant"));
}

#[tokio::test]
async fn s09_s56_nothing_readable_is_kept_and_keys_may_turn() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let (app, codes) = house.with_factor(&page.caller).await;
    let kept = serde_json::to_string(&house.credential(&ana).await).expect("JSON");
    let secret = BASE32_NOPAD.encode(&app.0);
    assert!(!kept.contains(&secret) && !kept.contains(&data_encoding::BASE64URL_NOPAD.encode(&app.0)));
    for code in &codes {
        assert!(!kept.contains(&code.replace('-', "")) && !kept.contains(code.as_str()));
    }
    let before = house.credential(&ana).await.factor.expect("a factor").sealed;

    // Each rotation is followed by a start, which seals anew; so no number of them locks anybody out.
    let mut house = house;
    for _ in 0..3 {
        Keys::rotate(house.home.path()).expect("rotated");
        house = house.restarted(config()).await;
        house.auth.seal_anew().await.expect("sealed");
    }
    let after = house.credential(&ana).await.factor.expect("a factor").sealed;
    assert_ne!(before, after);
    let halfway = house.halfway("ana").await;
    house.with_code(&halfway, &app.code(0)).await.expect("the same app goes on");

    // Restored without its keys: the app is of no use, a recovery code is.
    std::fs::remove_file(house.home.path().join("keys.json")).expect("the keys are gone");
    let house = house.restarted(config()).await;
    let halfway = house.halfway("ana").await;
    assert_eq!(code(house.with_code(&halfway, &app.code(1)).await), Code::Invalid);
    house.with_code(&halfway, &codes[0]).await.expect("a recovery code");
}

#[tokio::test]
async fn s09_whoever_has_the_machine_can_take_a_lost_factor_away() {
    let house = house(config());
    house.joined("ana").await;
    assert_eq!(code(house.auth.forget_factor("nobody").await), Code::NotFound);
    assert_eq!(code(house.auth.forget_factor("ana").await), Code::NotFound, "there is none");
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    house.with_factor(&page.caller).await;
    house.auth.forget_factor("ana").await.expect("taken away");
    assert!(house.alive(&page.cookie).await.is_none(), "S16");
    house.sign_in("ana", GOOD).await.expect("the password is all again");
}
