//! What admins decide about the server itself.
//!
//! It must never change what the server was started with.

use super::{
    Auth, Caller,
    audit::{About, event},
};
use crate::domain::{Command, Outcome, Problem, command::ServerEdit, user::SignUp};

/// The settings as they hold now.
pub struct ServerSettings {
    pub sign_up: SignUp,
    /// True when the server was started with it.
    pub sign_up_fixed: bool,
    pub deleted_kept_days: u32,
}

impl Auth {
    /// Admins only.
    pub async fn server_settings(&self, caller: &Caller) -> Result<ServerSettings, Problem> {
        caller.require_admin()?;
        Ok(ServerSettings {
            sign_up: self.sign_up_policy().await?,
            sign_up_fixed: self.config.sign_up.is_some(),
            deleted_kept_days: self.deleted_kept_days().await?,
        })
    }

    /// 422 `fixed` for what the server was started with. Admins only.
    pub async fn change_server(&self, caller: &Caller, edit: ServerEdit) -> Result<Outcome, Problem> {
        caller.require_admin()?;
        if edit.sign_up.is_some() && edit.sign_up != self.config.sign_up && self.config.sign_up.is_some() {
            let detail = "The server was started with this: change OUTLAY_SIGN_UP and restart it.";
            return Err(Problem::field("sign_up", "fixed", detail));
        }
        let outcome = self.ledger.execute(caller, None, Command::ChangeServer { edit }).await?;
        event("server_changed", About::User(caller.user.id), None);
        Ok(outcome)
    }
}
