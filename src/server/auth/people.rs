//! How people come to be: the first admin, sign-up, the command line.
//!
//! It must never make an admin of anybody who does not hold the one-time link or the machine itself (S07).

use super::{
    Auth, Caller, Client, NewPerson, SignedIn,
    audit::{About, Origin, event},
    password::acceptable,
    sign_in::Proved,
};
use crate::{
    domain::{
        Code, Command, Currency, Effect, FieldError, Outcome, Period, Problem, Role, Status, User, UserId, Weekday,
        audit::Event,
        funds::FundsDraft,
        text::{Name, Username},
        user::SignUp,
    },
    server::{
        clock,
        ledger::{Retry, SIGN_UP},
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use std::sync::atomic::Ordering;
use subtle::ConstantTimeEq;

/// 256 random bits that an address or a line can hold.
pub fn one_time_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn closed() -> Problem {
    Problem::new(Code::SignUpClosed, "Nobody can sign up here by themselves. Ask an admin for an account.")
}
fn needs_invite() -> Problem {
    Problem::new(Code::SignUpClosed, "Sign-up is by invitation. Ask an admin for a link.")
}
pub(super) fn closed_to_invites() -> Problem {
    Problem::new(
        Code::SignUpClosed,
        "Sign-up is closed, also to who is invited. Let people sign up by invitation first, in the server’s settings.",
    )
}

impl Auth {
    /// Who may sign up now: the setting, else the first admin's choice, else nobody.
    pub async fn sign_up_policy(&self) -> Result<SignUp, Problem> {
        if let Some(fixed) = self.config.sign_up {
            return Ok(fixed);
        }
        let chosen = self.store.setting(SIGN_UP).await?;
        Ok(chosen.and_then(|text| text.parse().ok()).unwrap_or(SignUp::Closed))
    }

    /// 403 `sign_up_closed` unless open; 409 `duplicate_name`; 422 for fields. The user's row is the effect.
    pub async fn register(&self, person: NewPerson, retry: Option<Retry>, client: &Client) -> Result<Outcome, Problem> {
        let invite = person.invite.as_deref().filter(|token| !token.is_empty()).map(Self::invitation);
        match (self.sign_up_policy().await?, &invite) {
            (SignUp::Open, _) | (SignUp::Invite, Some(_)) => {}
            (SignUp::Invite, None) => return Err(needs_invite()),
            (SignUp::Closed, _) => return Err(closed()),
        }
        let (user, password) = checked(person, Role::User)?;
        let place = self.passwords.place()?;
        let hash = self.passwords.hash(&place, &password).await?;
        let retry = retry.map(|retry| self.sealed(retry));
        let id = user.id;
        let caller = Caller::served(user.clone(), client.via);
        let outcome = self.ledger.execute(&caller, retry, Command::CreateUser { user, hash, invite }).await?;
        if outcome.owner == id {
            event("user_created", About::User(id), Some(client));
        }
        Ok(outcome)
    }

    /// For a request that holds a secret: its plain hash would let a thief of the store guess it fast.
    pub(super) fn sealed(&self, retry: Retry) -> Retry {
        Retry { request: super::throttle::hex(&self.keys.mac("request", retry.request.as_bytes())), ..retry }
    }

    /// True until there is an admin.
    pub async fn needs_setup(&self) -> Result<bool, Problem> {
        if self.has_admin.load(Ordering::Acquire) {
            return Ok(false);
        }
        let found = self.store.users().await?.iter().any(User::is_admin);
        self.has_admin.store(found, Ordering::Release);
        Ok(!found)
    }

    /// The one-time token of the link printed at start; `None` once there is an admin. Made once per process.
    pub async fn setup_token(&self) -> Result<Option<String>, Problem> {
        Ok(self.needs_setup().await?.then(|| self.setup_token.clone()))
    }

    /// The first admin. 403 with a wrong token, 404 once there is an admin (S07).
    pub async fn set_up(
        &self,
        token: &str,
        person: NewPerson,
        opening: Option<FundsDraft>,
        sign_up: SignUp,
        client: &Client,
    ) -> Result<SignedIn, Problem> {
        if !self.needs_setup().await? {
            return Err(Problem::not_found());
        }
        if !bool::from(token.as_bytes().ct_eq(self.setup_token.as_bytes())) {
            self.note(Event::SetupFailed, About::Nobody, Origin::Client(client));
            return Err(Problem::new(
                Code::Forbidden,
                "This setup link is not valid any more. Open the link that the server printed at its last start.",
            ));
        }
        let (user, password) = checked(person, Role::Admin)?;
        let place = self.passwords.place()?;
        let hash = self.passwords.hash(&place, &password).await?;
        let caller = Caller::served(user.clone(), client.via);
        let outcome = self.ledger.execute(&caller, None, Command::SetUp { user, hash, opening, sign_up }).await?;
        let Effect::User(user) = outcome.effect else { return Err(Problem::internal()) };
        self.has_admin.store(true, Ordering::Release);
        event("user_created", About::User(user.id), Some(client));
        let credential = self.store.credential(user.id).await?.ok_or_else(Problem::internal)?;
        self.begin_page_session(Proved { user, credential, rehashed: None, attempt: None }, client).await
    }

    /// The command line on behalf of the user of that name; 404 when there is none.
    pub async fn local(&self, username: &str) -> Result<Caller, Problem> {
        let unknown = || Problem::new(Code::NotFound, format!("There is no user “{username}”."));
        let name = Username::parse(username).map_err(|_| unknown())?;
        Ok(Caller::local(self.store.user_by_name(name.as_str()).await?.ok_or_else(unknown)?))
    }

    /// For `outlay admin create`: an admin, without any token.
    pub async fn create_admin(&self, username: &str, password: &str) -> Result<Outcome, Problem> {
        let (username, password) = (username.to_owned(), password.to_owned());
        let person =
            NewPerson { username, password, display_name: None, currency: None, time_zone: None, locale: None, invite: None };
        let (user, password) = checked(person, Role::Admin)?;
        let place = self.passwords.place()?;
        let hash = self.passwords.hash(&place, &password).await?;
        let (caller, id) = (Caller::local(user.clone()), user.id);
        let command = if self.needs_setup().await? {
            Command::SetUp { user, hash, opening: None, sign_up: SignUp::Closed }
        } else {
            Command::CreateUser { user, hash, invite: None }
        };
        let outcome = self.ledger.execute(&caller, None, command).await?;
        event("user_created", About::User(id), None);
        Ok(outcome)
    }
}

/// The user that a person asks to be, and their password: every field looked at before anything is done.
fn checked(person: NewPerson, role: Role) -> Result<(User, String), Problem> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut keep = |error: FieldError| errors.push(error);
    let username = Username::parse(&person.username).map_err(|e| keep(e.of("username"))).ok();
    acceptable("password", &person.password, &person.username).map_err(&mut keep).ok();
    let display_name = person.display_name.as_deref().map(Name::parse_optional).transpose();
    let display_name = display_name.map_err(|e| keep(e.of("display_name"))).ok();
    let (Some(username), Some(display_name), true) = (username, display_name, errors.is_empty()) else {
        return Err(Problem::invalid(errors));
    };
    let display_name = match display_name.flatten() {
        Some(name) => name,
        None => Name::parse(username.as_str()).map_err(|e| e.of("username"))?,
    };
    let user = User {
        id: UserId::new(),
        username,
        display_name,
        role,
        status: Status::Active,
        currency: person.currency.and_then(|code| code.parse().ok()).unwrap_or(Currency::EUR),
        time_zone: person.time_zone.filter(|name| clock::is_time_zone(name)).unwrap_or_else(|| "UTC".to_owned()),
        locale: person.locale.and_then(|tag| tag.parse().ok()).unwrap_or_default(),
        first_weekday: Weekday::Monday,
        period: Period::default(),
        version: 1,
        created_at: clock::now(),
    };
    Ok((user, person.password))
}
