//! How people go, and come back: deleted by an admin, or by themselves.
//!
//! It must never take anything away itself: that is the purge's, when the time to come back is over.

use super::{
    Auth, Caller, Client,
    audit::{About, Origin, event},
    password::Verdict,
};
use crate::{
    domain::{
        Command, Outcome, Problem, Scope, User, UserId,
        person::DeletedPerson,
        text::Username,
        user::{DELETED_KEPT_DAYS as DEFAULT_DAYS, GRACE_DAYS},
    },
    server::{
        clock,
        ledger::{DELETED_KEPT_DAYS, Retry},
        store::{Removal, Stage},
    },
};

const DAY: i64 = 86_400;

impl Auth {
    /// For how many days people are kept who are deleted now.
    pub async fn deleted_kept_days(&self) -> Result<u32, Problem> {
        let chosen = self.store.setting(DELETED_KEPT_DAYS).await?;
        Ok(chosen.and_then(|days| days.parse().ok()).unwrap_or(DEFAULT_DAYS))
    }

    /// Signed out everywhere at once, and seen by nobody; kept for as long as the setting says. 409 `last_admin`. Admins only.
    pub async fn delete_user(
        &self,
        caller: &Caller,
        user: UserId,
        version: Option<u32>,
        client: &Client,
    ) -> Result<Outcome, Problem> {
        caller.require_admin()?;
        let until = clock::now().plus_seconds(i64::from(self.deleted_kept_days().await?) * DAY);
        let outcome = self.ledger.execute(caller, None, Command::DeleteUser { user, version, until }).await?;
        self.live.look_again(user);
        event("user_deleted", About::User(user), Some(client));
        Ok(outcome)
    }

    /// Who was deleted and is still kept, the last one first. Admins only.
    pub async fn deleted(&self, caller: &Caller) -> Result<Vec<DeletedPerson>, Problem> {
        caller.require_admin()?;
        let mut kept = Vec::new();
        for Removal { at, until, stage, .. } in self.store.removals().await? {
            if let Stage::Deleted { person, .. } = stage {
                kept.push((*person, at, until));
            }
        }
        kept.sort_by_key(|(_, at, _)| std::cmp::Reverse(*at));
        let ids: Vec<UserId> = kept.iter().map(|(person, ..)| person.id).collect();
        let presence = self.store.presence(&ids).await?;
        let deleted = |((person, deleted_at, kept_until), expenses): ((User, _, _), u64)| {
            let User { id, username, display_name, role, .. } = person;
            DeletedPerson { id, username, display_name, role, deleted_at, kept_until, expenses }
        };
        Ok(kept.into_iter().zip(presence.into_iter().map(|p| p.expenses)).map(deleted).collect())
    }

    /// 404 when they are not kept any more, 409 `duplicate_name` when their name is somebody else's by now. Admins only.
    pub async fn restore_user(
        &self,
        caller: &Caller,
        user: UserId,
        username: Option<Username>,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<Outcome, Problem> {
        let outcome = self.ledger.execute(caller, retry, Command::RestoreUser { user, username }).await?;
        event("user_restored", About::User(user), Some(client));
        Ok(outcome)
    }

    /// The caller deletes their own account: signed out everywhere at once, gone for good in two weeks unless they sign in
    /// again. 422 on `current_password`, throttled as a sign-in; 409 `last_admin`. Needs scope `account`.
    pub async fn leave(
        &self,
        caller: &Caller,
        retry: Option<Retry>,
        password: &str,
        client: &Client,
    ) -> Result<Outcome, Problem> {
        caller.require(Scope::Account)?;
        let user = &caller.user;
        let place = self.passwords.place()?;
        let attempt = self.accounts.begin(user.username.as_str()).await?;
        let stored = self.store.credential(user.id).await?.map(|credential| credential.password_hash);
        if self.passwords.check(&place, password, stored).await? == Verdict::Wrong {
            self.failed(attempt, Some(user.id), Origin::Client(client)).await?;
            return Err(Problem::field("current_password", "wrong_password", "This is not your current password."));
        }
        self.accounts.succeeded(attempt).await?;
        let until = clock::now().plus_seconds(i64::from(GRACE_DAYS) * DAY);
        let outcome = self.ledger.execute(caller, retry.map(|retry| self.sealed(retry)), Command::Leave { until }).await?;
        self.live.look_again(user.id);
        event("user_leaves", About::User(user.id), Some(client));
        Ok(outcome)
    }

    /// Somebody has signed in: if they were leaving, they stay.
    pub(super) async fn stay(&self, user: &User, client: &Client) -> Result<(), Problem> {
        let leaving = self.store.removal(user.id).await?.is_some_and(|removal| removal.stage == Stage::Leaving);
        if leaving {
            self.ledger.execute(&Caller::served(user.clone(), client.via), None, Command::Stay).await?;
            event("user_stays", About::User(user.id), Some(client));
        }
        Ok(())
    }
}
