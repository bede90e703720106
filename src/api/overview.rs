//! What an admin sees at one look: a server function.

use super::{Answer, oversight::AuditLine};
use crate::domain::{Day, UserId, person::PeopleCount};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// People, activity and the health of the server at one moment; times as the reader's region writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// When it was looked: `26 Nov 2026, 14:05:09`.
    pub at: String,
    /// What asks for somebody, in words that say what to do.
    pub worries: Vec<String>,
    pub figures: Vec<Figure>,
    pub people: PeopleCount,
    pub seen: Vec<SeenRow>,
    pub latest: Vec<AuditLine>,
    pub recorded: Vec<RecordedOn>,
    /// Name and value.
    pub facts: Vec<(String, String)>,
}

/// A figure, and what it is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub name: String,
    pub value: String,
    pub note: String,
}

/// Somebody who was here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRow {
    pub id: UserId,
    pub display_name: String,
    pub initials: String,
    /// `now`, `2 hours ago`, or a day.
    pub seen: String,
}

/// How many expenses were recorded one by one on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedOn {
    pub day: Day,
    pub count: u32,
    /// There were more, which were not counted.
    pub more: bool,
}

/// All of it. Admins only.
#[server(prefix = "/api/page", endpoint = "oversight/overview", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn see_overview() -> Answer<Overview> {
    use super::{oversight::audit_line, reply};
    use crate::{
        domain::person::ago,
        server::{
            clock,
            overview::{self, MOST},
        },
    };
    let (caller, app) = (reply::caller()?, reply::app());
    let known = overview::overview(&app, &caller).await?;
    let (locale, zone) = (caller.user.locale, &caller.user.time_zone);
    let day = |at| locale.day(clock::local(at, zone).0);
    let moment = |at| format!("{}, {}", day(at), clock::local(at, zone).1);
    let seen = |(user, at): (crate::domain::User, crate::domain::Instant)| SeenRow {
        id: user.id,
        display_name: user.display_name.to_string(),
        initials: user.initials(),
        seen: ago(known.at.seconds() - at.seconds()).unwrap_or_else(|| day(at)),
    };
    Ok(Overview {
        at: format!("{}:{:02}", moment(known.at), known.at.seconds().rem_euclid(60)),
        worries: overview::worries(&known.health),
        figures: known.health.figures(moment).into_iter().map(|[name, value, note]| Figure { name, value, note }).collect(),
        facts: known.health.facts(moment).into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        people: known.people,
        seen: known.seen.into_iter().map(seen).collect(),
        latest: known.latest.into_iter().map(|line| audit_line(&caller, line)).collect(),
        recorded: known.recorded.into_iter().map(|(day, count)| RecordedOn { day, count, more: count == MOST }).collect(),
    })
}
