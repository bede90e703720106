//! Proving a password: the page's form, the token endpoint and the change of a password all come through here.
//!
//! It must never let an answer or its time tell an unknown name from a wrong password or a disabled user (S04).

use super::{
    Access, Auth, Caller, Client, Entered, SignedIn,
    audit::{About, Origin, event},
    password::{Verdict, acceptable},
    sessions::Lifetime,
    throttle::{Attempt, folded, network},
};
use crate::{
    domain::{Code, Command, Problem, Scope, Status, User, UserId, audit::Event, command::Secret},
    server::{
        ledger::Retry,
        store::{Credential, record::SessionKind},
    },
};
use uuid::Uuid;

/// Somebody whose password has just been seen to be right, or who has just been created.
pub(super) struct Proved {
    pub(super) user: User,
    pub(super) credential: Credential,
    /// The same password with today's parameters (S02).
    pub(super) rehashed: Option<Secret>,
    /// Held until the session is there: the next attempt on the account waits for it.
    pub(super) attempt: Option<Attempt>,
}

pub(super) fn wrong_credentials() -> Problem {
    Problem::new(Code::WrongCredentials, "The username or the password is wrong.")
}

fn wrong_password() -> Problem {
    Problem::field("current_password", "wrong_password", "This is not your current password.")
}

impl Auth {
    /// Throttled (S05), same answer and time for unknown, wrong and disabled (S04).
    pub async fn sign_in(&self, username: &str, password: &str, client: &Client) -> Result<Entered, Problem> {
        let proved = self.prove(username, password, client, |_, _| true).await?.ok_or_else(wrong_credentials)?;
        self.enter(proved, client).await
    }

    /// What a right password comes to: a session, or the question for the second factor (S09). Every way in goes through here.
    pub(super) async fn enter(&self, proved: Proved, client: &Client) -> Result<Entered, Problem> {
        if proved.credential.second_factor().is_some() {
            return self.ask_for_code(proved).await.map(Entered::Code);
        }
        Ok(Entered::In(Box::new(self.begin_page_session(proved, client).await?)))
    }

    /// A new session for a browser, whatever cookie it came with (S19); for somebody who has proved all that is asked of them.
    pub(super) async fn begin_page_session(&self, proved: Proved, client: &Client) -> Result<SignedIn, Problem> {
        let user = proved.user.clone();
        let life = Lifetime { idle: self.config.limits.session_idle, absolute: self.config.limits.session_absolute };
        let session = self.open_session(proved, SessionKind::Web, life, None, client).await?;
        let (cookie, max_age) = self.cookie(user.id, session.id)?;
        self.note(Event::SignedIn, About::User(user.id), Origin::Client(client));
        Ok(SignedIn { caller: Caller { user, access: Access::Page(session.id) }, cookie, max_age })
    }

    /// The user of that name if the password is theirs, they are active, and `may` they come in this way;
    /// else `None`, and the attempt counts as failed.
    pub(super) async fn prove(
        &self,
        typed: &str,
        password: &str,
        client: &Client,
        may: impl Fn(&User, &Credential) -> bool + Send,
    ) -> Result<Option<Proved>, Problem> {
        self.check_address(client)?;
        let place = self.passwords.place()?;
        let attempt = self.accounts.begin(typed).await?;
        let user = self.store.user_by_name(&folded(typed)).await?;
        let id = user.as_ref().map_or(UserId(Uuid::nil()), |user| user.id);
        let credential = self.store.credential(id).await?;
        let stored = credential.as_ref().map(|credential| credential.password_hash.clone());
        let verdict = self.passwords.check(&place, password, stored).await?;
        let known = user.as_ref().map(|user| user.id);
        match (user, credential) {
            (Some(user), Some(credential))
                if verdict != Verdict::Wrong && user.status == Status::Active && may(&user, &credential) =>
            {
                let rehashed = match verdict {
                    Verdict::Weak => Some(self.passwords.hash(&place, password).await?),
                    _ => None,
                };
                Ok(Some(Proved { user, credential, rehashed, attempt: Some(attempt) }))
            }
            _ => {
                self.failed(attempt, known, Origin::Client(client)).await?;
                Ok(None)
            }
        }
    }

    /// 429 when too many attempts came from where this one comes from.
    pub(super) fn check_address(&self, client: &Client) -> Result<(), Problem> {
        let slowed = |_: &Problem| self.note(Event::Slowed, About::Nobody, Origin::Client(client));
        self.addresses.check(&network(client.address)).inspect_err(slowed)
    }

    /// A password was wrong: for whoever is called as was typed, if there is somebody.
    pub(super) async fn failed(&self, attempt: Attempt, known: Option<UserId>, origin: Origin<'_>) -> Result<(), Problem> {
        let name_hash = attempt.name_hash.clone();
        self.note(Event::Failed, About::Typed(&name_hash, known), origin);
        if self.accounts.failed(attempt).await? {
            self.note(Event::Slowed, About::Typed(&name_hash, known), origin);
        }
        Ok(())
    }

    /// 422 on `current_password`; throttled.
    pub(super) async fn confirm_password(&self, caller: &Caller, typed: &str) -> Result<(), Problem> {
        let place = self.passwords.place()?;
        let attempt = self.accounts.begin(caller.user.username.as_str()).await?;
        let stored = self.store.credential(caller.user.id).await?.map(|credential| credential.password_hash);
        if self.passwords.check(&place, typed, stored).await? == Verdict::Wrong {
            self.failed(attempt, Some(caller.user.id), Origin::Unsaid(caller.via())).await?;
            return Err(wrong_password());
        }
        self.accounts.succeeded(attempt).await
    }

    /// 422 on `current_password` or `new_password`; throttled; every other session ends (S08). Needs scope `account`.
    pub async fn change_password(&self, caller: &Caller, retry: Option<Retry>, current: &str, new: &str) -> Result<(), Problem> {
        caller.require(Scope::Account)?;
        let user = &caller.user;
        acceptable("new_password", new, user.username.as_str())?;
        let place = self.passwords.place()?;
        let attempt = self.accounts.begin(user.username.as_str()).await?;
        let retry = retry.map(|retry| self.sealed(retry));
        if let Some(retry) = &retry {
            let kept = self.store.idempotent(user.id, &retry.key).await?;
            if retry.replay(kept)?.is_some() {
                return self.accounts.succeeded(attempt).await;
            }
        }
        let stored = self.store.credential(user.id).await?.map(|credential| credential.password_hash);
        if self.passwords.check(&place, current, stored).await? == Verdict::Wrong {
            self.failed(attempt, Some(user.id), Origin::Unsaid(caller.via())).await?;
            return Err(wrong_password());
        }
        let hash = self.passwords.hash(&place, new).await?;
        self.ledger.execute(caller, retry, Command::ChangePassword { hash }).await?;
        self.accounts.succeeded(attempt).await?;
        event("authn_password_change", About::User(user.id), None);
        Ok(())
    }
}
