//! How the database is, as it says itself.

use super::{
    super::health::{Disk, Member, Members, StoreHealth},
    ask::Ask,
    error::{Result, damaged},
    migrations,
};
use mongodb::bson::{Bson, Document, doc};
use std::future::IntoFuture;

pub async fn health(ask: &mut Ask<'_>) -> Result<StoreHealth> {
    let db = ask.db;
    let build = ask.patience.keep(db, db.run_command(doc! { "buildInfo": 1 }).into_future()).await?;
    let stats = ask.patience.keep(db, db.run_command(doc! { "dbStats": 1 }).into_future()).await?;
    let version = build.get_str("version").map_err(|_| damaged("the server's version"))?;
    Ok(StoreHealth {
        engine: format!("MongoDB {version}"),
        schema: u32::try_from(migrations::version(ask).await?).map_err(|_| damaged("the version of the schema"))?,
        bytes: ["storageSize", "indexSize"].iter().map(|name| number(stats.get(name))).sum(),
        disk: disk(&stats),
        members: members(ask).await?,
    })
}

/// That of the server that answers; one without a file system of its own says nothing.
fn disk(stats: &Document) -> Option<Disk> {
    let (all, used) = (number(stats.get("fsTotalSize")), number(stats.get("fsUsedSize")));
    (all > 0).then(|| Disk { free: all.saturating_sub(used), all })
}

/// A size, which the server writes in the smallest type that holds it.
fn number(value: Option<&Bson>) -> u64 {
    match value {
        Some(Bson::Int32(n)) => u64::try_from(*n).unwrap_or(0),
        Some(Bson::Int64(n)) => u64::try_from(*n).unwrap_or(0),
        // Saturates; sizes beyond 2^53 are none.
        Some(Bson::Double(n)) => *n as u64,
        _ => 0,
    }
}

async fn members(ask: &mut Ask<'_>) -> Result<Members> {
    let db = ask.db;
    let hello = ask.patience.keep(db, db.run_command(doc! { "hello": 1 }).into_future()).await?;
    if hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid") {
        return Ok(Members::Sharded);
    }
    // A command of `admin` that needs a role of its own (`clusterMonitor`), which Outlay does not ask for.
    let admin = db.client().database("admin");
    match ask.patience.keep(db, admin.run_command(doc! { "replSetGetStatus": 1 }).into_future()).await {
        Ok(status) => Ok(Members::Set(
            status.get_array("members").map_or_else(|_| Vec::new(), |all| all.iter().filter_map(member).collect()),
        )),
        Err(cause) => {
            tracing::debug!(?cause, "the members of the replica set are not told");
            Ok(Members::Hidden)
        }
    }
}

fn member(value: &Bson) -> Option<Member> {
    let member: &Document = value.as_document()?;
    // One that is away is `(not reachable/healthy)`.
    let state = member.get_str("stateStr").ok()?.trim_matches(['(', ')']).to_owned();
    let up = number(member.get("health")) == 1 && ["PRIMARY", "SECONDARY", "ARBITER"].contains(&state.as_str());
    Some(Member { name: member.get_str("name").ok()?.to_owned(), state, is_up: up })
}
