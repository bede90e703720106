//! Looks a whole store over: balances, references, journals, the engine's own files.
//!
//! It must never change anything. What it reads is one moment, also while the store is written to; what the engine says of
//! itself is of another.

mod exam;
#[cfg(test)]
mod tests;

use crate::{
    domain::Account,
    server::store::{
        Result, Snapshot, Store,
        walk::{Content, Walk},
    },
};
use exam::Exam;
use std::fmt;

/// The most faults that are listed; more are counted.
const LISTED: usize = 1_000;

/// What was looked at, and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    pub users: u64,
    pub expenses: u64,
    pub funds: u64,
    pub budgets: u64,
    pub categories: u64,
    pub entries: u64,
    /// All of the store as one number.
    pub content: Content,
    /// Of what happened and is no command (S57), which reading causes as well.
    pub events: Content,
    /// Large commands that are at work, or that the next start ends; one line each.
    pub unfinished: Vec<String>,
    /// One line each; empty when all is well.
    pub faults: Vec<String>,
    /// Faults beyond those listed.
    pub more: u64,
}

impl Report {
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
    fn fault(&mut self, line: String) {
        if self.faults.len() < LISTED {
            self.faults.push(line);
        } else {
            self.more += 1;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { users, expenses, funds, budgets, categories, entries, content, events, unfinished, faults, more } = self;
        writeln!(
            f,
            "Looked at {users} users, {expenses} expenses, {funds} funds, {budgets} budgets, {categories} categories, {entries} journal entries."
        )?;
        writeln!(f, "Content {content}.")?;
        writeln!(f, "Without security events {}.", content.without(*events))?;
        for line in unfinished {
            writeln!(f, "unfinished: {line}")?;
        }
        for fault in faults {
            writeln!(f, "fault: {fault}")?;
        }
        if *more > 0 {
            writeln!(f, "and {more} more.")?;
        }
        if faults.is_empty() { write!(f, "All is well.") } else { write!(f, "The store has faults.") }
    }
}

/// Looks over a store as it is now.
pub async fn examine(store: &dyn Store) -> Result<Report> {
    examine_snapshot(store.snapshot().await?.as_mut()).await
}

/// Recomputes every balance (I1), checks every reference (I9), replays every journal against what
/// stands (I10), and has the engine check itself meanwhile.
pub async fn examine_snapshot(snapshot: &mut dyn Snapshot) -> Result<Report> {
    let check = snapshot.check();
    let (mut report, checked) = futures::try_join!(examine_rows(snapshot), check)?;
    checked.into_iter().for_each(|line| report.fault(format!("engine: {line}")));
    Ok(report)
}

async fn examine_rows(snapshot: &mut dyn Snapshot) -> Result<Report> {
    let mut exam = Exam::default();
    let mut walk = Walk::new(snapshot);
    let mut batch = walk.next().await?;
    while let Some(seen) = batch {
        // The engine reads on meanwhile.
        let (next, examined) = futures::join!(walk.next(), async { exam.batch(&seen) });
        examined?;
        batch = next?;
    }
    exam.purges();
    exam.jobs(snapshot.jobs().await?);
    let accounts: Vec<Account> = exam.accounts.values().cloned().collect();
    for account in &accounts {
        exam.balance(account);
        exam.end_of_journal(account);
    }
    exam.references();
    exam.replayed();
    exam.trash(snapshot.trash().await?);
    Ok(exam.report)
}
