//! Programs that may ask people for access, as admins register and remove them.

use super::{
    Auth, Caller,
    audit::{About, event},
};
use crate::{
    domain::{Command, Outcome, Problem, Program, ProgramId, Scopes, program::RedirectUri, text::Name},
    server::{clock, ledger::Retry},
};

impl Auth {
    /// By name. Admins only.
    pub async fn programs(&self, caller: &Caller) -> Result<Vec<Program>, Problem> {
        caller.require_admin()?;
        Ok(self.store.programs().await?)
    }

    /// Admins only; 404 when there is none of that id.
    pub async fn program(&self, caller: &Caller, id: ProgramId) -> Result<Program, Problem> {
        caller.require_admin()?;
        self.store.program(id).await?.ok_or_else(Problem::not_found)
    }

    /// 409 `duplicate_name`. Admins only.
    pub async fn register_program(
        &self,
        caller: &Caller,
        retry: Option<Retry>,
        (id, name): (ProgramId, Name),
        redirect_uris: Vec<RedirectUri>,
        scopes: Scopes,
    ) -> Result<Outcome, Problem> {
        caller.require_admin()?;
        if scopes.is_empty() {
            return Err(Problem::field("scopes", "required", "Choose at least one thing the program may ask for."));
        }
        let program = Program { id, name, redirect_uris, scopes, created_at: clock::now() };
        let outcome = self.ledger.execute(caller, retry, Command::RegisterProgram { program }).await?;
        event("authz_program_registered", About::User(caller.user.id), None);
        Ok(outcome)
    }

    /// Everything it was granted ends. Admins only.
    pub async fn remove_program(&self, caller: &Caller, id: ProgramId) -> Result<Outcome, Problem> {
        let outcome = self.ledger.execute(caller, None, Command::RemoveProgram { id }).await?;
        event("authz_program_removed", About::User(caller.user.id), None);
        Ok(outcome)
    }
}
