//! Programs that may ask people for access, for admins: server functions.

use super::{Answer, done::Done};
use crate::domain::{Program, ProgramId};
use leptos::prelude::*;

/// All programs, by name. Admins only.
#[server(prefix = "/api/page", endpoint = "programs/list", client = super::Browser, output = super::Json)]
pub async fn programs() -> Answer<Vec<Program>> {
    use super::reply;
    reply::app().auth.programs(&reply::caller()?).await
}

/// Registers a program; `addresses` stand between spaces or on lines of their own. Admins only.
#[server(prefix = "/api/page", endpoint = "programs/register", client = super::Browser, output = super::Json)]
pub async fn register_program(
    id: ProgramId,
    name: String,
    redirect_uris: String,
    #[server(default)] read: bool,
    #[server(default)] write: bool,
    #[server(default)] import: bool,
    #[server(default)] admin: bool,
    #[server(default)] account: bool,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{FieldError, Problem, Scope, Scopes, program::addresses, text::Name};
    reply::command(async {
        let caller = reply::caller()?;
        let ticked = [
            (read, Scope::Read),
            (write, Scope::Write),
            (import, Scope::Import),
            (admin, Scope::Admin),
            (account, Scope::Account),
        ];
        let scopes = Scopes::of(&ticked.into_iter().filter_map(|(ticked, scope)| ticked.then_some(scope)).collect::<Vec<_>>());
        let retry = reply::retry(&id.to_string(), &["register_program", &name, &redirect_uris, &scopes.to_string()]);
        let mut errors: Vec<FieldError> = Vec::new();
        let mut keep = |error: FieldError| errors.push(error);
        let name = Name::parse(&name).map_err(|e| keep(e.of("name"))).ok();
        let uris = addresses([redirect_uris.as_str()]).map_err(&mut keep).ok();
        let (Some(name), Some(uris), true) = (name, uris, errors.is_empty()) else { return Err(Problem::invalid(errors)) };
        reply::app().auth.register_program(&caller, Some(retry), (id, name), uris, scopes).await
    })
    .await
}

/// Removes a program; everything it was granted ends. Admins only.
#[server(prefix = "/api/page", endpoint = "programs/remove", client = super::Browser, output = super::Json)]
pub async fn remove_program(program: ProgramId) -> Answer<Done> {
    use super::reply;
    reply::command(async { reply::app().auth.remove_program(&reply::caller()?, program).await }).await
}
