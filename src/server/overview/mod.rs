//! What an admin sees at one look: who is here, what happened last, and how the server is. It costs the same however much
//! anybody has recorded.
//!
//! It must never tell what somebody spent on, nor how much.

mod health;
pub mod words;
mod worries;

pub use health::Health;
pub use worries::worries;

use super::{
    App,
    audit::{self, Line},
    auth::Caller,
    clock,
    store::Stage,
};
use crate::domain::{Day, Instant, Problem, Status, User, audit::AuditFilter, page::PageRequest, person::PeopleCount};
use std::collections::BTreeSet;

/// How many days are counted, the last one today.
const DAYS: i64 = 14;
/// Up to how many expenses of a day are counted: with that many, more say nothing.
pub const MOST: u32 = 5_000;
/// How many entries, and how many people, are shown.
const SHOWN: u32 = 6;

/// All of it, at one moment.
pub struct Overview {
    pub at: Instant,
    pub people: PeopleCount,
    /// Who was here last, the latest first.
    pub seen: Vec<(User, Instant)>,
    /// The last entries of the audit log.
    pub latest: Vec<Line>,
    /// How many expenses were recorded one by one on each of the last days, up to [`MOST`]; by the reader's calendar.
    pub recorded: Vec<(Day, u32)>,
    pub health: Health,
}

/// Admins only.
pub async fn overview(app: &App, caller: &Caller) -> Result<Overview, Problem> {
    caller.require_admin()?;
    let page = PageRequest { limit: SHOWN, cursor: None };
    let everything = AuditFilter::default();
    let (health, people, seen, latest, recorded) = futures::try_join!(
        health::health(app),
        people(app),
        seen(app),
        audit::audit(app, caller, &everything, &page),
        recorded(app, &caller.user),
    )?;
    Ok(Overview { at: clock::now(), people, seen, latest: latest.items, recorded, health })
}

async fn people(app: &App) -> Result<PeopleCount, Problem> {
    let (users, removals) = futures::try_join!(app.store.users(), app.store.removals())?;
    let leaving: BTreeSet<_> = removals.iter().filter(|r| r.stage == Stage::Leaving).map(|removal| removal.user).collect();
    let deleted = removals.iter().filter(|removal| matches!(removal.stage, Stage::Deleted { .. })).count();
    let mut people = PeopleCount { deleted: u64::try_from(deleted).unwrap_or(u64::MAX), ..PeopleCount::default() };
    for user in &users {
        match user.status {
            _ if leaving.contains(&user.id) => people.leaving += 1,
            Status::Active => {
                people.active += 1;
                people.admins += u64::from(user.is_admin());
            }
            Status::Disabled => people.disabled += 1,
        }
    }
    Ok(people)
}

async fn seen(app: &App) -> Result<Vec<(User, Instant)>, Problem> {
    let mut seen = Vec::new();
    for (id, at) in app.store.seen_last(SHOWN as usize).await? {
        // Deleted between the two questions.
        let Some(user) = app.store.user(id).await? else { continue };
        seen.push((user, at));
    }
    Ok(seen)
}

async fn recorded(app: &App, reader: &User) -> Result<Vec<(Day, u32)>, Problem> {
    let zone = &reader.time_zone;
    let today = clock::today(zone);
    let days: Vec<Day> = (1 - DAYS..=0).map(|n| today.plus(n)).collect();
    let starts = days.iter().copied().chain([today.plus(1)]).map(|day| clock::start_of(day, zone)).collect::<Option<Vec<_>>>();
    let counts = app.store.entries_between("record_expense", &starts.ok_or_else(Problem::internal)?, MOST).await?;
    Ok(days.into_iter().zip(counts).collect())
}
