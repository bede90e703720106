//! S14, S16, S20, S22: the authorization code with PKCE.

use super::{
    GOOD, House, OTHER, client, code, config, house,
    oauth::{granting, text},
};
use crate::{
    domain::{Code, Program, ProgramId, Scope, Scopes, SessionId, Status, UserId, program::addresses, text::Name},
    server::{
        auth::{Asked, Caller, CodeGrant, Grant, NotAsked, TokenAnswer},
        clock,
        config::PasswordGrant,
        store::{Key, Lane, Record, record::SessionKind, transact},
    },
};

const BACK: &str = "https://coffers.example/cb?from=outlay";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl House {
    pub(super) async fn program(&self, name: &str, scopes: &[Scope]) -> Program {
        let program = Program {
            id: ProgramId::new(),
            name: Name::parse(name).expect("a name"),
            redirect_uris: addresses([BACK]).expect("an address"),
            scopes: Scopes::of(scopes),
            created_at: clock::now(),
        };
        let record = Record::Program(program.clone());
        transact(&*self.store, Lane::Shared, move |tx| {
            let record = record.clone();
            Box::pin(async move { Ok(tx.put(&[record]).await?) })
        })
        .await
        .expect("kept");
        program
    }
    async fn asked(&self, caller: &Caller, pairs: &[(&str, &str)]) -> Result<Asked, NotAsked> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.auth.asked(caller, &pairs).await
    }
    /// A code for a program, as the caller's browser brings it.
    pub(super) async fn code_for(&self, caller: &Caller, program: &Program, scope: &str) -> String {
        let id = program.id.to_string();
        let asked = self.asked(caller, &with(&request(&id), "scope", scope)).await.ok().expect("may ask");
        let location = self.auth.allowed(caller, &asked, &client()).await.expect("allowed");
        parameter(&location, "code").expect("a code")
    }
    pub(super) async fn exchanged(
        &self,
        code: &str,
        program: ProgramId,
        back: &str,
        verifier: &str,
    ) -> Result<TokenAnswer, String> {
        let (client_id, redirect_uri) = (program.to_string(), back.to_owned());
        let grant = CodeGrant { code: code.to_owned(), client_id, redirect_uri, verifier: verifier.to_owned() };
        self.auth.oauth_token(Grant::Code(grant), None, &client()).await.map_err(text)
    }
    async fn refreshed_by(&self, token: &str, program: Option<ProgramId>) -> Result<TokenAnswer, String> {
        let grant = Grant::Refresh { refresh_token: token.into(), client_id: program.map(|id| id.to_string()), scope: None };
        self.auth.oauth_token(grant, None, &client()).await.map_err(text)
    }
    async fn change_consent(
        &self,
        user: UserId,
        family: SessionId,
        change: impl Fn(&mut crate::server::store::Consent) + Clone + Send + Sync + 'static,
    ) {
        let change = move |record: &mut Record| match record {
            Record::Session(session) => match &mut session.kind {
                SessionKind::OAuth { consent: Some(consent), .. } => change(consent),
                _ => unreachable!(),
            },
            _ => unreachable!(),
        };
        self.change(Key::Session(user, family), change).await;
    }
}

fn request(client_id: &str) -> Vec<(&str, &str)> {
    vec![
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", BACK),
        ("scope", "read write"),
        ("state", "a&b=c#d"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}
fn with<'a>(pairs: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = pairs.iter().copied().filter(|(n, _)| *n != name);
    others.chain((!value.is_empty()).then_some((name, value))).collect()
}
fn parameter(location: &str, name: &str) -> Option<String> {
    let query = location.split_once('?')?.1;
    form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn s20_a_program_acts_for_whoever_let_it() {
    let house = house(config());
    house.joined("ana").await;
    let program = house.program("Coffers", &[Scope::Read, Scope::Write]).await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let id = program.id.to_string();
    let asked = house.asked(&page, &request(&id)).await.ok().expect("may ask");
    assert_eq!((asked.program.clone(), asked.scopes), (program.clone(), Scopes::of(&[Scope::Read, Scope::Write])));

    let denied = house.auth.denied(&asked);
    assert!(denied.starts_with("https://coffers.example/cb?from=outlay&error=access_denied&"), "{denied}");
    let location = house.auth.allowed(&page, &asked, &client()).await.expect("allowed");
    assert!(location.starts_with("https://coffers.example/cb?from=outlay&code=outlay_code_"), "{location}");
    for to in [&denied, &location] {
        assert_eq!(parameter(to, "state").as_deref(), Some("a&b=c#d"));
        assert_eq!(parameter(to, "iss").as_deref(), Some(house.config.base_url.as_str()), "RFC 9207");
    }
    let given = parameter(&location, "code").expect("a code");
    assert!(house.auth.granted(&page).await.expect("a list").is_empty(), "nothing came of it yet");
    assert_eq!(code(house.auth.by_bearer(&given).await), Code::InvalidToken);

    let one = house.exchanged(&given, program.id, BACK, VERIFIER).await.expect("exchanged");
    assert_eq!((one.scope.as_str(), one.expires_in), ("read write", 900));
    let caller = house.auth.by_bearer(&one.access_token).await.expect("works");
    assert_eq!((caller.user.id, code(caller.require(Scope::Import))), (page.user.id, Code::InsufficientScope));
    let granted = house.auth.granted(&page).await.expect("a list");
    assert!(granted.len() == 1 && granted[0].program == program && Some(granted[0].session) == caller.session());

    assert_eq!(house.refreshed_by(&one.refresh_token, None).await.err().as_deref(), Some("invalid_grant"), "of nobody");
    let other = house.program("Abacus", &[Scope::Read]).await;
    assert_eq!(house.refreshed_by(&one.refresh_token, Some(other.id)).await.err().as_deref(), Some("invalid_grant"), "S14");
    let two = house.refreshed_by(&one.refresh_token, Some(program.id)).await.expect("turned");
    house.auth.by_bearer(&two.access_token).await.expect("works");
    house.auth.end_session(&page, granted[0].session).await.expect("ended by its owner");
    assert_eq!(code(house.auth.by_bearer(&two.access_token).await), Code::InvalidToken);
    assert_eq!(house.refreshed_by(&two.refresh_token, Some(program.id)).await.err().as_deref(), Some("invalid_grant"));
}

#[tokio::test]
async fn s20_s30_what_may_not_be_asked() {
    let house = house(config());
    house.joined("ana").await;
    let program = house.program("Coffers", &[Scope::Read, Scope::Write, Scope::Admin]).await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let id = program.id.to_string();
    let good = request(&id);
    let (unknown, twice) = (ProgramId::new().to_string(), [&good[..], &[("redirect_uri", BACK)]].concat());
    for bad in [
        with(&good, "client_id", ""),
        with(&good, "client_id", &unknown),
        with(&good, "client_id", "x"),
        with(&good, "redirect_uri", ""),
        with(&good, "redirect_uri", "https://coffers.example/cb"),
        with(&good, "redirect_uri", "https://coffers.example/cb?from=outlay&x"),
        with(&good, "redirect_uri", "https://COFFERS.example/cb?from=outlay"),
        with(&good, "redirect_uri", "https://evil.example/cb"),
        twice,
    ] {
        assert!(matches!(house.asked(&page, &bad).await, Err(NotAsked::Person(_))), "nobody is sent anywhere: {bad:?}");
    }
    let long = "x".repeat(1_025);
    for (bad, error) in [
        (with(&good, "response_type", ""), "invalid_request"),
        (with(&good, "response_type", "token"), "unsupported_response_type"),
        (with(&good, "code_challenge", ""), "invalid_request"),
        (with(&good, "code_challenge", "short"), "invalid_request"),
        (with(&good, "code_challenge_method", ""), "invalid_request"),
        (with(&good, "code_challenge_method", "plain"), "invalid_request"),
        (with(&good, "scope", "read everything"), "invalid_scope"),
        (with(&good, "scope", "import"), "invalid_scope"),
        (with(&good, "scope", "admin"), "invalid_scope"),
        (with(&good, "state", &long), "invalid_request"),
        ([&good[..], &[("state", "y")]].concat(), "invalid_request"),
    ] {
        let Err(NotAsked::Program(location)) = house.asked(&page, &bad).await else { panic!("accepted: {bad:?}") };
        assert!(location.starts_with(BACK), "{location}");
        assert_eq!(parameter(&location, "error").as_deref(), Some(error), "{bad:?}");
    }
    let none = house.asked(&page, &with(&good, "scope", "")).await.ok().expect("may ask");
    assert_eq!(none.scopes, Scopes::of(&[Scope::Read]), "the least");
    let grant =
        house.exchanged(&house.code_for(&page, &program, "write").await, program.id, BACK, VERIFIER).await.expect("granted");
    let by_program = house.auth.by_bearer(&grant.access_token).await.expect("works");
    let asked = house.asked(&page, &good).await.ok().expect("may ask");
    assert_eq!(code(house.auth.allowed(&by_program, &asked, &client()).await), Code::Forbidden, "no program lets another in");
}

#[tokio::test]
async fn s20_a_code_is_good_once_for_its_program_and_for_a_minute() {
    let house = house(config());
    let ana = house.joined("ana").await;
    let program = house.program("Coffers", &[Scope::Read]).await;
    let other = house.program("Abacus", &[Scope::Read]).await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let given = house.code_for(&page, &program, "read").await;
    let wrong_verifier = VERIFIER.replace('d', "e");
    for (code, id, back, verifier) in [
        ("outlay_code_AAAA", program.id, BACK, VERIFIER),
        (&given[..given.len() - 1], program.id, BACK, VERIFIER),
        (given.as_str(), other.id, BACK, VERIFIER),
        (given.as_str(), program.id, "https://coffers.example/cb", VERIFIER),
        (given.as_str(), program.id, BACK, wrong_verifier.as_str()),
        (given.as_str(), program.id, BACK, CHALLENGE),
        (given.as_str(), program.id, BACK, "short"),
    ] {
        assert_eq!(
            house.exchanged(code, id, back, verifier).await.err().as_deref(),
            Some("invalid_grant"),
            "{code} {back} {verifier}"
        );
    }
    let one = house.exchanged(&given, program.id, BACK, VERIFIER).await.expect("the right one");
    house.auth.by_bearer(&one.access_token).await.expect("works");
    assert_eq!(house.exchanged(&given, program.id, BACK, VERIFIER).await.err().as_deref(), Some("invalid_grant"), "a replay");
    assert_eq!(code(house.auth.by_bearer(&one.access_token).await), Code::InvalidToken, "ends what came of it");
    assert_eq!(house.refreshed_by(&one.refresh_token, Some(program.id)).await.err().as_deref(), Some("invalid_grant"));

    let given = house.code_for(&page, &program, "read").await;
    let uses = (0..20).map(|_| house.exchanged(&given, program.id, BACK, VERIFIER));
    let got: Vec<_> = futures::future::join_all(uses).await.into_iter().flatten().collect();
    assert!(got.len() <= 1, "at once, one at most");
    for answer in got {
        assert_eq!(code(house.auth.by_bearer(&answer.access_token).await), Code::InvalidToken, "and nobody keeps it");
    }

    let given = house.code_for(&page, &program, "read").await;
    let newest = house.store.sessions_of(ana.id).await.expect("store").remove(0).id;
    house.change_consent(ana.id, newest, |consent| consent.code_until = clock::now()).await;
    assert_eq!(house.exchanged(&given, program.id, BACK, VERIFIER).await.err().as_deref(), Some("invalid_grant"), "too late");
}

#[tokio::test]
async fn s16_a_code_and_what_came_of_it_die_with_the_event() {
    let house = house(granting(PasswordGrant::Users));
    let ana = house.joined("ana").await;
    let program = house.program("Coffers", &[Scope::Read]).await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in").caller;
    let (given, used) = (house.code_for(&page, &program, "read").await, house.code_for(&page, &program, "read").await);
    let grant = house.exchanged(&used, program.id, BACK, VERIFIER).await.expect("exchanged");
    house.auth.change_password(&page, None, GOOD, OTHER).await.expect("changed");
    assert_eq!(house.exchanged(&given, program.id, BACK, VERIFIER).await.err().as_deref(), Some("invalid_grant"));
    assert_eq!(code(house.auth.by_bearer(&grant.access_token).await), Code::InvalidToken);

    let given = house.code_for(&page, &program, "read").await;
    house.set_status(&ana, Status::Disabled).await;
    assert_eq!(house.exchanged(&given, program.id, BACK, VERIFIER).await.err().as_deref(), Some("invalid_grant"));
    house.set_status(&ana, Status::Active).await;

    let grant =
        house.exchanged(&house.code_for(&page, &program, "read").await, program.id, BACK, VERIFIER).await.expect("exchanged");
    let given = house.code_for(&page, &program, "read").await;
    house.auth.by_bearer(&grant.access_token).await.expect("works");
    let id = program.id;
    transact(&*house.store, Lane::Shared, move |tx| Box::pin(async move { Ok(tx.delete(&[Key::Program(id)]).await?) }))
        .await
        .expect("removed");
    assert_eq!(code(house.auth.by_bearer(&grant.access_token).await), Code::InvalidToken, "the program is gone");
    assert_eq!(house.exchanged(&given, program.id, BACK, VERIFIER).await.err().as_deref(), Some("invalid_grant"));
    assert!(house.auth.granted(&page).await.expect("a list").is_empty());
    assert_eq!(house.auth.sessions(&page).await.expect("a list").len(), 1, "only the page's own");
}
