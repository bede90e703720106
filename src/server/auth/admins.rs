//! What admins see of people and do to them.
//!
//! It must never show a person's money or a secret: who asks here asks about accounts, not about what is in them.

use super::{
    Auth, Caller, Client,
    audit::{About, event},
};
use crate::{
    domain::{Command, Outcome, Problem, Role, Status, User, UserId, command::UserEdit},
    server::ledger::Retry,
};

impl Auth {
    /// Everybody, by username. Admins only.
    pub async fn users(&self, caller: &Caller) -> Result<Vec<User>, Problem> {
        caller.require_admin()?;
        Ok(self.store.users().await?)
    }

    /// Admins only; 404 when there is nobody of that id.
    pub async fn user(&self, caller: &Caller, id: UserId) -> Result<User, Problem> {
        caller.require_admin()?;
        self.store.user(id).await?.ok_or_else(Problem::not_found)
    }

    /// 409 `last_admin` when no active admin would be left (S38). A disabled person's sessions and tokens end at
    /// once (S16). Admins only.
    pub async fn change_user(
        &self,
        caller: &Caller,
        user: UserId,
        edit: UserEdit,
        version: Option<u32>,
        client: &Client,
    ) -> Result<Outcome, Problem> {
        let (role, status) = (edit.role, edit.status);
        let outcome = self.ledger.execute(caller, None, Command::ChangeUser { user, edit, version }).await?;
        let role = role.map(|role| match role {
            Role::Admin => "privilege_admin_given",
            Role::User => "privilege_admin_taken",
        });
        let status = status.map(|status| match status {
            Status::Active => "user_enabled",
            Status::Disabled => "user_disabled",
        });
        for name in role.into_iter().chain(status) {
            event(name, About::User(user), Some(client));
        }
        Ok(outcome)
    }

    /// Ends every session of somebody. Admins only.
    pub async fn sign_out_user(
        &self,
        caller: &Caller,
        user: UserId,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<Outcome, Problem> {
        let outcome = self.ledger.execute(caller, retry, Command::SignOutUser { user }).await?;
        event("user_signed_out", About::User(user), Some(client));
        Ok(outcome)
    }
}
