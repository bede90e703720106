//! S11, S12, S14, S16, S20, S21: the token endpoint.

use super::{GOOD, OTHER, client, code, config, house};
use crate::{
    domain::{Code, Scope, Scopes, SessionId, Status, text::Name},
    server::{
        auth::{Access, Grant, OAuthError, TokenAnswer},
        clock,
        config::{Config, PasswordGrant},
        store::{Key, Record, record::SessionKind},
    },
};

pub(super) fn granting(who: PasswordGrant) -> Config {
    let mut config = config();
    config.oauth_password_grant = who;
    config
}

impl super::House {
    pub(super) async fn by_password(&self, username: &str, password: &str, scope: Option<&str>) -> Result<TokenAnswer, String> {
        let grant = Grant::Password { username: username.into(), password: password.into(), scope: scope.map(ToOwned::to_owned) };
        self.auth.oauth_token(grant, None, &client()).await.map_err(text)
    }
    pub(super) async fn refreshed(&self, token: &str, scope: Option<&str>) -> Result<TokenAnswer, String> {
        let grant = Grant::Refresh { refresh_token: token.into(), client_id: None, scope: scope.map(ToOwned::to_owned) };
        self.auth.oauth_token(grant, None, &client()).await.map_err(text)
    }
    async fn family(&self, access: &str) -> SessionId {
        self.auth.by_bearer(access).await.expect("works").session().expect("a session")
    }
    /// Ends the seconds in which the token before the live one may come again.
    async fn end_grace(&self, family: SessionId) {
        let user = self.store.session(family).await.expect("store").expect("a row").user;
        let over = |record: &mut Record| match record {
            Record::Session(session) => match &mut session.kind {
                SessionKind::OAuth { grace_until, .. } => *grace_until = Some(clock::now()),
                SessionKind::Web => unreachable!(),
            },
            _ => unreachable!(),
        };
        self.change(Key::Session(user, family), over).await;
    }
}

pub(super) fn text(error: OAuthError) -> String {
    match error {
        OAuthError::OAuth(code) => code.to_owned(),
        OAuthError::Problem(problem) => problem.code.as_str().to_owned(),
    }
}

#[tokio::test]
async fn s21_the_password_grant_is_contained() {
    let off = house(config());
    off.joined("ana").await;
    assert_eq!(off.by_password("ana", GOOD, None).await.err().as_deref(), Some("unsupported_grant_type"));

    let users = house(granting(PasswordGrant::Users));
    users.first_admin().await;
    users.joined("ana").await;
    let answer = users.by_password("ana", GOOD, None).await.expect("granted");
    assert_eq!((answer.scope.as_str(), answer.token_type, answer.expires_in), ("read", "Bearer", 900));
    let caller = users.auth.by_bearer(&answer.access_token).await.expect("works");
    assert!(matches!(caller.access, Access::OAuth(_, scopes) if scopes == Scopes::of(&[Scope::Read])));
    assert_eq!(code(users.auth.change_password(&caller, None, GOOD, OTHER).await), Code::InsufficientScope);
    for (name, password, scope, error) in [
        ("ana", OTHER, None, "invalid_grant"),
        ("nobody", GOOD, None, "invalid_grant"),
        ("root-admin", GOOD, None, "invalid_grant"),
        ("ana", GOOD, Some("read admin"), "invalid_scope"),
        ("ana", GOOD, Some("everything"), "invalid_scope"),
    ] {
        assert_eq!(users.by_password(name, password, scope).await.err().as_deref(), Some(error), "{name} {scope:?}");
    }

    let all = house(granting(PasswordGrant::AdminsToo));
    all.first_admin().await;
    let answer = all.by_password("root-admin", GOOD, Some("admin write read")).await.expect("granted");
    assert_eq!(answer.scope, "read write admin");
    assert!(all.auth.by_bearer(&answer.access_token).await.expect("works").require_admin().is_ok());
}

#[tokio::test]
async fn s05_the_token_endpoint_is_slowed_with_the_form() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    for _ in 0..3 {
        assert_eq!(house.by_password("ana", OTHER, None).await.err().as_deref(), Some("invalid_grant"));
    }
    for _ in 0..2 {
        assert_eq!(code(house.sign_in("ana", OTHER).await), Code::WrongCredentials);
    }
    assert_eq!(house.by_password("ana", GOOD, None).await.err().as_deref(), Some("throttled"));
}

#[tokio::test]
async fn s14_a_refresh_token_is_good_once_and_its_reuse_ends_the_family() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    let one = house.by_password("ana", GOOD, Some("read write")).await.expect("granted");
    let family = house.family(&one.access_token).await;
    let two = house.refreshed(&one.refresh_token, None).await.expect("turned");
    assert_eq!(two.scope, "read write");
    let again = house.refreshed(&one.refresh_token, None).await.expect("within the grace");
    assert_eq!(again.refresh_token, two.refresh_token, "the same successor");
    house.end_grace(family).await;
    let three = house.refreshed(&two.refresh_token, None).await.expect("turned");
    house.end_grace(family).await;
    assert_eq!(house.refreshed(&one.refresh_token, None).await.err().as_deref(), Some("invalid_grant"), "a replay");
    assert_eq!(house.refreshed(&three.refresh_token, None).await.err().as_deref(), Some("invalid_grant"), "all is dead");
    assert_eq!(code(house.auth.by_bearer(&three.access_token).await), Code::InvalidToken);
}

#[tokio::test]
async fn s14_after_the_grace_even_the_token_before_ends_the_family() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    let one = house.by_password("ana", GOOD, None).await.expect("granted");
    let two = house.refreshed(&one.refresh_token, None).await.expect("turned");
    house.end_grace(house.family(&two.access_token).await).await;
    assert_eq!(house.refreshed(&one.refresh_token, None).await.err().as_deref(), Some("invalid_grant"));
    assert_eq!(house.refreshed(&two.refresh_token, None).await.err().as_deref(), Some("invalid_grant"));
}

#[tokio::test]
async fn s14_twenty_at_once_get_one_successor() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    let one = house.by_password("ana", GOOD, None).await.expect("granted");
    let uses = (0..20).map(|_| house.refreshed(&one.refresh_token, None));
    let mut successors: Vec<String> =
        futures::future::join_all(uses).await.into_iter().map(|answer| answer.expect("turned").refresh_token).collect();
    successors.dedup();
    assert_eq!(successors.len(), 1);
    house.refreshed(&successors[0], None).await.expect("the family lives");
}

#[tokio::test]
async fn s14_scope_only_shrinks() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    let one = house.by_password("ana", GOOD, Some("read write")).await.expect("granted");
    assert_eq!(house.refreshed(&one.refresh_token, Some("read import")).await.err().as_deref(), Some("invalid_scope"));
    let two = house.refreshed(&one.refresh_token, Some("read")).await.expect("turned");
    assert_eq!(two.scope, "read");
    let caller = house.auth.by_bearer(&two.access_token).await.expect("works");
    assert_eq!(code(caller.require(Scope::Write)), Code::InsufficientScope);
    assert_eq!(house.refreshed(&two.refresh_token, Some("read write")).await.err().as_deref(), Some("invalid_scope"));
}

#[tokio::test]
async fn s14_a_grant_ends_when_idle_or_old() {
    let house = house(granting(PasswordGrant::Users));
    let ana = house.joined("ana").await;
    let one = house.by_password("ana", GOOD, None).await.expect("granted");
    let family = house.family(&one.access_token).await;
    let row = house.store.session(family).await.expect("store").expect("a row");
    assert_eq!(row.idle_until, row.created_at.plus_seconds(14 * 86_400));
    assert_eq!(row.ends_at, row.created_at.plus_seconds(90 * 86_400));
    let over = |record: &mut Record| match record {
        Record::Session(session) => session.idle_until = clock::now(),
        _ => unreachable!(),
    };
    house.change(Key::Session(ana.id, family), over).await;
    assert_eq!(house.refreshed(&one.refresh_token, None).await.err().as_deref(), Some("invalid_grant"));
}

#[tokio::test]
async fn s12_each_token_only_where_it_belongs() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let name = Name::parse("script").expect("a name");
    let (_, pat) = house.auth.create_token(&page.caller, None, name, Scopes::of(&[Scope::Read]), None).await.expect("made");
    let grant = house.by_password("ana", GOOD, None).await.expect("granted");
    let tokens =
        [page.cookie, grant.access_token, pat, grant.refresh_token, house.auth.setup_token().await.expect("store").expect("one")];
    for (at, token) in tokens.iter().enumerate() {
        assert_eq!(house.alive(token).await.is_some(), at == 0, "as a cookie: {at}");
        assert_eq!(house.auth.by_bearer(token).await.is_ok(), at == 1 || at == 2, "as a bearer: {at}");
        assert_eq!(house.refreshed(token, None).await.is_ok(), at == 3, "as a refresh token: {at}");
    }
}

#[tokio::test]
async fn s16_everything_dies_with_the_event() {
    let house = house(granting(PasswordGrant::Users));
    let ana = house.joined("ana").await;
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let grant = house.by_password("ana", GOOD, None).await.expect("granted");
    house.auth.change_password(&page.caller, None, GOOD, OTHER).await.expect("changed");
    assert_eq!(code(house.auth.by_bearer(&grant.access_token).await), Code::InvalidToken);
    assert_eq!(house.refreshed(&grant.refresh_token, None).await.err().as_deref(), Some("invalid_grant"));
    let grant = house.by_password("ana", OTHER, None).await.expect("granted");
    house.set_status(&ana, Status::Disabled).await;
    assert_eq!(code(house.auth.by_bearer(&grant.access_token).await), Code::InvalidToken);
    assert_eq!(house.refreshed(&grant.refresh_token, None).await.err().as_deref(), Some("invalid_grant"));
    house.set_status(&ana, Status::Active).await;
    house.remove(&ana).await;
    house.joined("ana").await;
    assert_eq!(code(house.auth.by_bearer(&grant.access_token).await), Code::InvalidToken, "S13");
    assert_eq!(house.refreshed(&grant.refresh_token, None).await.err().as_deref(), Some("invalid_grant"), "S13");
}

#[tokio::test]
async fn revocation_of_each_kind() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    for by_refresh in [true, false] {
        let grant = house.by_password("ana", GOOD, None).await.expect("granted");
        let token = if by_refresh { &grant.refresh_token } else { &grant.access_token };
        house.auth.oauth_revoke(token, &client()).await.expect("revoked");
        assert_eq!(code(house.auth.by_bearer(&grant.access_token).await), Code::InvalidToken);
        assert_eq!(house.refreshed(&grant.refresh_token, None).await.err().as_deref(), Some("invalid_grant"));
        house.auth.oauth_revoke(token, &client()).await.expect("twice is no error");
    }
    let page = house.sign_in("ana", GOOD).await.expect("signed in");
    let name = Name::parse("script").expect("a name");
    let (_, pat) = house.auth.create_token(&page.caller, None, name, Scopes::of(&[Scope::Read]), None).await.expect("made");
    house.auth.oauth_revoke(&pat, &client()).await.expect("revoked");
    assert_eq!(code(house.auth.by_bearer(&pat).await), Code::InvalidToken);
    for unknown in ["", "nonsense", "outlay_refresh_AAAA", &page.cookie] {
        house.auth.oauth_revoke(unknown, &client()).await.expect("no error");
    }
    assert!(house.alive(&page.cookie).await.is_some(), "a page's cookie is not revoked here");
}

#[tokio::test]
async fn a_forged_refresh_token_is_nothing() {
    let house = house(granting(PasswordGrant::Users));
    house.joined("ana").await;
    let grant = house.by_password("ana", GOOD, None).await.expect("granted");
    for at in 15..grant.refresh_token.len() {
        let mut bytes = grant.refresh_token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).expect("ASCII");
        assert_eq!(house.refreshed(&forged, None).await.err().as_deref(), Some("invalid_grant"), "byte {at}");
    }
    house.refreshed(&grant.refresh_token, None).await.expect("the family lives");
}
