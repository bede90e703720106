//! Links that let somebody sign up, or choose a new password, once (S08).
//!
//! It must never keep, log or answer what is in a link, but to the admin who has just made it.

use super::{
    Auth, Caller, Client,
    audit::{About, Origin, event},
    password::acceptable,
    people::{closed_to_invites, one_time_token},
    throttle::hex,
};
use crate::{
    domain::{
        Command, Instant, Outcome, Problem, Status, User, UserId,
        audit::Event,
        command::Secret,
        text::{Name, Username},
        user::SignUp,
    },
    server::{
        clock,
        ledger::{Retry, dead_link},
        store::Link,
    },
};
use sha2::{Digest, Sha256};

/// A link that was just made.
pub struct FreshLink {
    pub url: String,
    pub ends_at: Instant,
    /// Of the command that made it.
    pub outcome: Outcome,
}

/// For whom a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub username: Username,
    pub display_name: Name,
}

fn hashed(token: &str) -> Secret {
    Secret(hex(&Sha256::digest(token)))
}

/// The person and the secret in a reset link.
fn read_reset(text: &str) -> Option<(UserId, Secret)> {
    let (user, secret) = text.split_once('.')?;
    (user.len() == 32).then_some(())?;
    Some((user.parse().ok()?, hashed(secret)))
}

impl Auth {
    /// A link by which somebody may sign up. 403 `sign_up_closed` while nobody may; 409 `already_done` on a replayed key.
    /// Admins only.
    pub async fn invite(&self, caller: &Caller, retry: Option<Retry>, client: &Client) -> Result<FreshLink, Problem> {
        caller.require_admin()?;
        if self.sign_up_policy().await? == SignUp::Closed {
            return Err(closed_to_invites());
        }
        let (token, ends_at) = (one_time_token(), clock::now().plus_seconds(self.config.limits.invite_life));
        let command = Command::CreateInvite { hash: hashed(&token), ends_at };
        let outcome = self.ledger.execute(caller, retry, command).await?;
        event("user_invited", About::User(caller.user.id), Some(client));
        Ok(FreshLink { url: format!("{}/register/{token}", self.config.base_url), ends_at, outcome })
    }

    /// A link by which somebody may choose a new password; the one before it ends. 404 when there is nobody of that id, 422
    /// for the caller themselves, who would get around their password (S22), and for who is disabled. Admins only.
    pub async fn reset_link(
        &self,
        caller: &Caller,
        user: UserId,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<FreshLink, Problem> {
        caller.require_admin()?;
        if user == caller.user.id {
            let detail = "This is you: change your password in the settings, or ask another admin for a link.";
            return Err(Problem::field("id", "yourself", detail));
        }
        let link = self.make_reset_link(caller, user, retry).await?;
        event("authn_reset_link_created", About::User(user), Some(client));
        Ok(link)
    }

    /// The same for whoever has the machine; 404 when there is nobody of that name.
    pub async fn reset_link_by_machine(&self, username: &str) -> Result<FreshLink, Problem> {
        let caller = self.local(username).await?;
        let link = self.make_reset_link(&caller, caller.user.id, None).await?;
        event("authn_reset_link_created", About::User(caller.user.id), None);
        Ok(link)
    }

    async fn make_reset_link(&self, caller: &Caller, user: UserId, retry: Option<Retry>) -> Result<FreshLink, Problem> {
        let (token, ends_at) = (one_time_token(), clock::now().plus_seconds(self.config.limits.reset_life));
        let command = Command::CreateResetLink { user, hash: hashed(&token), ends_at };
        let outcome = self.ledger.execute(caller, retry, command).await?;
        Ok(FreshLink { url: format!("{}/reset/{}.{token}", self.config.base_url, user.0.simple()), ends_at, outcome })
    }

    /// Whether a link is good now. Looking at it does not use it up.
    async fn is_good(&self, id: &str, hash: &Secret) -> Result<bool, Problem> {
        let Some(link) = self.store.link(id).await? else { return Ok(false) };
        let maker = match link.made_by {
            Some(maker) => self.store.user(maker).await?.is_some_and(|maker| maker.is_active_admin()),
            None => true,
        };
        Ok(maker && link.hash == hash.0 && link.ends_at > clock::now())
    }

    /// Whose password a reset link may change; `None` when it is not good any more.
    pub async fn reset_holder(&self, token: &str) -> Result<Option<Holder>, Problem> {
        let Some((user, hash)) = read_reset(token) else { return Ok(None) };
        if !self.is_good(&Link::reset(user), &hash).await? {
            return Ok(None);
        }
        let user: Option<User> = self.store.user(user).await?.filter(|user| user.status == Status::Active);
        Ok(user.map(|User { username, display_name, .. }| Holder { username, display_name }))
    }

    /// Whether an invitation is good now, and people may sign up by one.
    pub async fn is_invited(&self, token: &str) -> Result<bool, Problem> {
        let hash = hashed(token);
        Ok(self.sign_up_policy().await? != SignUp::Closed && self.is_good(&Link::invite(&hash.0), &hash).await?)
    }

    /// The hash under which an invitation is kept.
    pub(super) fn invitation(token: &str) -> Secret {
        hashed(token)
    }

    /// 404 for a link that is not good, 422 for a password that is not; else every session and grant of the person ends.
    /// They sign in with the new password, by whatever else that takes (S09).
    pub async fn reset_password(&self, token: &str, new: &str, client: &Client) -> Result<(), Problem> {
        let refused = || {
            self.note(Event::ResetFailed, About::Nobody, Origin::Client(client));
            dead_link()
        };
        let (user, link) = read_reset(token).ok_or_else(refused)?;
        let place = self.passwords.place()?;
        let holder = self.reset_holder(token).await?.ok_or_else(refused)?;
        acceptable("new_password", new, holder.username.as_str())?;
        let hash = self.passwords.hash(&place, new).await?;
        let person = self.store.user(user).await?.ok_or_else(dead_link)?;
        let caller = Caller::served(person, client.via);
        self.ledger.execute(&caller, None, Command::ResetPassword { user, link, hash }).await?;
        self.live.look_again(user);
        event("authn_password_reset", About::User(user), Some(client));
        Ok(())
    }
}
