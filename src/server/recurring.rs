//! Records what recurs, on its day where its owner lives; also days that came while no server ran. What is due is found by
//! an index, and several processes may do this at once: the ledger records each day once.

#[cfg(test)]
mod tests;

use super::{auth::Caller, clock, ledger::Ledger};
use crate::domain::{Code, Command, Instant, Problem, Recurring, Status, journal::Via};
use std::time::Duration;

/// How often it looks, when nobody changes what recurs.
const TICK: Duration = Duration::from_secs(60);
/// How many entries are read at once.
const BATCH: u32 = 200;
/// How far before UTC the day begins where it begins first.
const EARLIEST_SECONDS: i64 = 14 * 3_600;

/// Goes on until it is aborted.
pub async fn keep_posting(ledger: Ledger) {
    loop {
        match post_due(&ledger, clock::now()).await {
            Ok(0) => {}
            Ok(posted) => tracing::info!(posted, "recurring entries recorded"),
            Err(problem) => tracing::warn!(?problem, "recurring entries could not be looked for"),
        }
        tokio::select! {
            () = ledger.recurring.notified() => {}
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// Records all that is due; answers how much that was.
pub async fn post_due(ledger: &Ledger, now: Instant) -> Result<u64, Problem> {
    let latest = now.plus_seconds(EARLIEST_SECONDS).day();
    let (mut posted, mut after) = (0, None);
    loop {
        let due = ledger.store.due_recurring(latest, after, BATCH).await?;
        after = due.last().and_then(|last| Some((last.due()?, last.owner, last.id)));
        if after.is_none() {
            return Ok(posted);
        }
        for entry in due {
            posted += post_days(ledger, &entry, now).await?;
        }
    }
}

/// Records the days of one entry that have come; what is refused is logged and tried again the next time.
async fn post_days(ledger: &Ledger, entry: &Recurring, now: Instant) -> Result<u64, Problem> {
    let Some(user) = ledger.store.user(entry.owner).await?.filter(|user| user.status == Status::Active) else { return Ok(0) };
    let (today, _) = clock::local(now, &user.time_zone);
    let caller = Caller::served(user, Via::Recurring);
    let mut posted = 0;
    for day in entry.open_days().take_while(|day| *day <= today) {
        let command = Command::PostRecurring { id: entry.id, day: Some(day), today };
        match ledger.execute(&caller, None, command).await {
            Ok(_) => posted += 1,
            // Another process was faster, or the person has changed it.
            Err(problem) if matches!(problem.code, Code::AlreadyDone | Code::NotFound | Code::Invalid) => {
                tracing::debug!(?problem, entry = %entry.id, %day, "a recurring entry is not due any more");
            }
            Err(problem) => {
                tracing::warn!(?problem, entry = %entry.id, %day, "a recurring entry could not be recorded");
                break;
            }
        }
    }
    Ok(posted)
}
