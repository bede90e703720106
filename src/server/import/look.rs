//! A look at an upload: its rows, each with the verdict that the account gives it now.
//!
//! Reads only. It must never keep anything, nor read a statement on a thread that answers requests.

use super::{
    Imports,
    rows::{Categories, Row},
    statement::{self, Statement},
    verdict::{self, Judged, Seen},
};
use crate::{
    domain::{
        Code, FieldError, Money, Problem, Total, fold,
        import::{Counts, EntryKind, MappingChoice, RowChoice},
    },
    server::{
        auth::Caller,
        store::{Shown, StoreError},
    },
};
use std::{collections::HashMap, time::Duration};

/// The longest a statement may take to be read (S47).
const LONGEST: Duration = Duration::from_secs(30);
/// Fingerprints asked for in one query.
const BATCH: usize = 10_000;

/// What an upload is, seen from the account as it is now.
pub struct Look {
    pub shown: Box<Shown>,
    pub questions: Vec<FieldError>,
    pub rows: Vec<Judged>,
    /// Of what a commit would store.
    pub digest: String,
}

impl Imports {
    /// Reads a file in the person's turn, on a thread of its own, and judges its rows.
    pub(super) async fn look(
        &self,
        caller: &Caller,
        content: Vec<u8>,
        choice: &MappingChoice,
        choices: &[RowChoice],
    ) -> Result<Look, Problem> {
        let turn = self.gate.enter(caller.user.id).await?;
        let categories = self.categories().await?;
        let (choice, currency) = (choice.clone(), caller.user.currency);
        let task = tokio::task::spawn_blocking(move || {
            // The turn ends when the reading does, even if nobody waits for it any more.
            let read = statement::read(content, &choice, currency, &categories);
            (read, turn)
        });
        let (read, turn) = tokio::time::timeout(LONGEST, task)
            .await
            .map_err(|_| Problem::new(Code::TooLarge, "Reading this file takes too long. Upload it in parts."))?
            .map_err(|e| Problem::from(StoreError::Failed(format!("reading a statement: {e}"))))?;
        let Statement { encoding, columns, mapping, questions, rows } = read?;
        let seen = self.seen(caller, &rows).await?;
        let rows = verdict::judge(rows, &seen, choices);
        drop(turn);
        let shown = Box::new(Shown { encoding: encoding.to_owned(), mapping, columns, counts: verdict::counts(&rows) });
        Ok(Look { shown, questions, digest: verdict::digest(&rows), rows })
    }

    /// Categories that can be chosen, by the key of their name.
    async fn categories(&self) -> Result<Categories, Problem> {
        let all = self.store.categories().await?;
        Ok(all.into_iter().filter(|c| !c.archived).map(|c| (fold::name_key(&c.name), c.id)).collect())
    }

    /// What the account knows of these rows.
    async fn seen(&self, caller: &Caller, rows: &[Row]) -> Result<Seen, Problem> {
        let wanted: Vec<String> = rows.iter().filter_map(|r| r.read.as_ref().ok()).map(|e| e.fingerprint.clone()).collect();
        let mut seen = HashMap::new();
        for batch in wanted.chunks(BATCH) {
            let known = self.store.fingerprints(caller.user.id, batch).await?;
            seen.extend(known.into_iter().map(|(f, there)| (f.fingerprint, (f.row, there))));
        }
        Ok(seen)
    }
}

impl Look {
    /// How an upload looks of which the file is no longer kept.
    pub fn without_file(shown: Box<Shown>, digest: String) -> Self {
        Self { shown, questions: Vec::new(), rows: Vec::new(), digest }
    }
    pub fn counts(&self) -> Counts {
        self.shown.counts
    }
    /// Count and sum of the new rows of a kind; `None` when the sum is out of range.
    pub fn total(&self, kind: EntryKind, caller: &Caller) -> Option<Total> {
        let zero = Total { count: 0, sum: Money::zero(caller.user.currency) };
        self.rows
            .iter()
            .filter_map(Judged::new_entry)
            .filter(|e| e.kind == kind)
            .try_fold(zero, |total, entry| Some(Total { count: total.count + 1, sum: total.sum.checked_add(entry.amount)? }))
    }
}
