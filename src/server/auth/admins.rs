//! What admins see of people and do to them.
//!
//! It must never show a person's money or a secret: who asks here asks about accounts, not about what is in them.

use super::{
    Auth, Caller, Client,
    audit::{About, event},
};
use crate::{
    domain::{
        Command, Cursor, Effect, Outcome, Page, Problem, Role, Status, User, UserId,
        command::UserEdit,
        fold,
        page::PageRequest,
        person::{PeopleFilter, Person},
    },
    server::{ledger::Retry, store::Presence},
};

/// How many names a search reads at once.
const READ_AT_ONCE: u32 = 500;

/// True when the person is one of those asked for; `words` are those of the search, folded.
fn matches(user: &User, filter: &PeopleFilter, words: &[String]) -> bool {
    let chosen = filter.role.is_none_or(|role| role == user.role) && filter.status.is_none_or(|status| status == user.status);
    let text = || fold::search_text(&format!("{} {}", user.username.as_str(), user.display_name.as_str()));
    chosen && (words.is_empty() || words.iter().all(|word| text().contains(&format!(" {word}"))))
}

impl Auth {
    /// People by username. Any page costs the same; a search reads names until its page is full. Admins only.
    pub async fn people(&self, caller: &Caller, filter: &PeopleFilter, page: &PageRequest) -> Result<Page<Person>, Problem> {
        caller.require_admin()?;
        let words = fold::words(&filter.q);
        let mut after = page.cursor.as_ref().map_or_else(String::new, |cursor| cursor.0.clone());
        let (mut found, limit) = (Vec::new(), page.limit as usize);
        let at_once = if filter.is_empty() { page.limit + 1 } else { READ_AT_ONCE };
        while found.len() <= limit {
            let some = self.store.users_after(&after, at_once).await?;
            let Some(last) = some.last() else { break };
            after = last.username.to_string();
            found.extend(some.into_iter().filter(|user| matches(user, filter, &words)));
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next_cursor = found.last().filter(|_| more).map(|last| Cursor(last.username.to_string()));
        Ok(Page { items: self.known(found).await?, next_cursor })
    }

    /// How many people there are. Admins only.
    pub async fn people_count(&self, caller: &Caller) -> Result<u64, Problem> {
        caller.require_admin()?;
        Ok(self.store.user_count().await?)
    }

    /// Admins only; 404 when there is nobody of that id.
    pub async fn person(&self, caller: &Caller, id: UserId) -> Result<Person, Problem> {
        caller.require_admin()?;
        let user = self.store.user(id).await?.ok_or_else(Problem::not_found)?;
        self.known(vec![user]).await?.pop().ok_or_else(Problem::internal)
    }

    /// What admins see of these people.
    async fn known(&self, users: Vec<User>) -> Result<Vec<Person>, Problem> {
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let (presence, going) = futures::try_join!(self.store.presence(&ids), self.store.removals())?;
        let leaves_at = |user: &User| going.iter().find(|removal| removal.user == user.id).map(|removal| removal.until);
        let person = |(user, p): (User, Presence)| Person {
            leaves_at: leaves_at(&user),
            ..Person::new(user, p.last_seen_at, p.second_factor, p.expenses)
        };
        Ok(users.into_iter().zip(presence).map(person).collect())
    }

    /// The person that a command has left; 500 when it was about something else.
    pub async fn changed(&self, outcome: Outcome) -> Result<Person, Problem> {
        let Effect::User(user) = outcome.effect else { return Err(Problem::internal()) };
        self.known(vec![user]).await?.pop().ok_or_else(Problem::internal)
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
