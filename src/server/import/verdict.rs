//! What will happen to each row: new, known already, left out, or in error; and what a commit would store.
//!
//! It must never decide by more than the row, what the account has seen, and what the person chose.

use super::{
    fingerprint::hex,
    rows::{Entry, Refusal, Row},
};
use crate::domain::{
    command::Posting,
    import::{Counts, EntryKind, PreviewRow, RowChoice, Verdict},
};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::HashMap};
use uuid::Uuid;

/// What the account knows of a fingerprint: the row it became, and whether that is still there.
pub type Seen = HashMap<String, (Uuid, bool)>;

/// A row with its verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    row: Row,
    pub verdict: Verdict,
    /// The person's choice made the verdict.
    chosen: bool,
    reason: Option<&'static str>,
    message: Option<Cow<'static, str>>,
    duplicate_of: Option<Uuid>,
}

/// The verdict of each row. A choice counts only for a row that could be read, and only where it differs
/// from what would happen without it.
pub fn judge(rows: Vec<Row>, seen: &Seen, choices: &[RowChoice]) -> Vec<Judged> {
    let chosen: HashMap<u64, Verdict> = choices.iter().map(|c| (c.line, c.verdict)).collect();
    let judged = rows.into_iter().map(|row| {
        let choice = chosen.get(&row.line).copied();
        let plain = unchosen(row, seen);
        match choice {
            Some(choice) if plain.may_choose() && choice != plain.verdict => plain.choose(choice),
            _ => plain,
        }
    });
    judged.collect()
}

/// The verdict by itself.
fn unchosen(row: Row, seen: &Seen) -> Judged {
    let entry = match &row.read {
        Ok(entry) => entry,
        Err(Refusal { verdict, code, message, .. }) => {
            let (verdict, reason, message) = (*verdict, Some(*code), Some(message.clone().into()));
            return Judged { row, verdict, chosen: false, reason, message, duplicate_of: None };
        }
    };
    let known = seen.get(&entry.fingerprint);
    let (verdict, reason) = match known {
        Some((_, true)) => (Verdict::Duplicate, Some(("already_imported", "This is in your account already."))),
        Some((_, false)) => (Verdict::Ignored, Some(("deleted_before", "You imported this before and deleted it."))),
        None if entry.shortened => (Verdict::New, Some(("shortened", "The text is too long and will lose its end."))),
        None => (Verdict::New, None),
    };
    let duplicate_of = known.filter(|(_, there)| *there).map(|(id, _)| *id);
    let (reason, message) = (reason.map(|(code, _)| code), reason.map(|(_, message)| Cow::Borrowed(message)));
    Judged { row, verdict, chosen: false, reason, message, duplicate_of }
}

/// The choices that made a difference.
pub fn telling(rows: &[Judged]) -> Vec<RowChoice> {
    rows.iter().filter(|row| row.chosen).map(|row| RowChoice { line: row.line(), verdict: row.verdict }).collect()
}

impl Judged {
    /// `new` for a row that would be left out, else left out.
    fn choose(self, choice: Verdict) -> Self {
        let (verdict, reason, message) = match (choice, self.verdict) {
            (Verdict::New, Verdict::Duplicate) => (Verdict::New, "chosen", "You take this in a second time."),
            (Verdict::New, _) => (Verdict::New, "chosen", "You had deleted this and take it in again."),
            _ => (Verdict::Ignored, "chosen_out", "You leave this out."),
        };
        Self { verdict, chosen: true, reason: Some(reason), message: Some(message.into()), ..self }
    }
    pub fn line(&self) -> u64 {
        self.row.line
    }
    /// True for a row that can be taken in or left out: one that could be read.
    pub fn may_choose(&self) -> bool {
        self.row.read.is_ok()
    }
    fn entry(&self) -> Option<&Entry> {
        self.row.read.as_ref().ok()
    }
    /// The entry that a commit would store.
    pub fn new_entry(&self) -> Option<&Entry> {
        self.entry().filter(|_| self.verdict == Verdict::New)
    }
    /// What a commit would store of this row.
    pub fn posting(&self) -> Option<Posting> {
        self.new_entry().map(|entry| Posting {
            kind: entry.kind,
            date: entry.date,
            amount: entry.amount,
            what: entry.what.clone(),
            note: entry.note.clone(),
            category_id: entry.category_id,
            fingerprint: entry.fingerprint.clone(),
            chosen: self.duplicate_of.is_some(),
        })
    }
    /// The row for a person.
    pub fn shown(&self) -> PreviewRow {
        let entry = self.entry();
        let refusal = self.row.read.as_ref().err();
        PreviewRow {
            line: self.row.line,
            verdict: self.verdict,
            reason: self.reason.map(str::to_owned),
            message: self.message.as_deref().map(str::to_owned),
            date: entry.map(|e| e.date).or_else(|| refusal.and_then(|r| r.date)),
            amount: entry.map(|e| e.amount),
            what: entry.map(|e| &e.what).or_else(|| refusal.and_then(|r| r.what.as_ref())).map(|w| w.as_str().to_owned()),
            note: entry.and_then(|e| e.note.as_ref()).map(|n| n.as_str().to_owned()),
            category_id: entry.and_then(|e| e.category_id),
            duplicate_of: self.duplicate_of,
            kind: entry.map(|e| e.kind),
        }
    }
}

/// Rows by verdict.
pub fn counts(rows: &[Judged]) -> Counts {
    let of = |verdict| rows.iter().filter(|row| row.verdict == verdict).count() as u64;
    Counts { new: of(Verdict::New), duplicate: of(Verdict::Duplicate), error: of(Verdict::Error), ignored: of(Verdict::Ignored) }
}

/// SHA-256, hex, over all that a commit would store, and how many rows it would not.
pub fn digest(rows: &[Judged]) -> String {
    let mut hash = Sha256::new();
    let mut text = |part: &str| {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    };
    for row in rows {
        let Some(entry) = row.new_entry() else { continue };
        text(&entry.fingerprint);
        text(if entry.kind == EntryKind::Expense { "expense" } else { "funds" });
        text(&entry.date.to_string());
        text(&entry.amount.decimal());
        text(entry.amount.currency.code());
        text(entry.what.as_str());
        text(entry.note.as_ref().map_or("", |n| n.as_str()));
        text(&entry.category_id.map(|id| id.to_string()).unwrap_or_default());
        text(if row.duplicate_of.is_some() { "again" } else { "" });
    }
    text(&rows.len().to_string());
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Currency, import::MappingChoice},
        server::import::{rows::Categories, statement},
    };
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Row> {
        let read = statement::read(text.into(), &MappingChoice::default(), Currency::EUR, &Categories::new());
        read.expect("a statement").rows
    }
    fn verdicts(judged: &[Judged]) -> Vec<(Verdict, Option<&'static str>)> {
        judged.iter().map(|j| (j.verdict, j.reason)).collect()
    }
    fn seen(rows: &[Row], there: bool) -> Seen {
        let known = rows.iter().filter_map(|r| r.read.as_ref().ok());
        known.map(|e| (e.fingerprint.clone(), (Uuid::nil(), there))).collect()
    }
    const FILE: &str =
        "Date,What,Amount\n2026-01-02,Coffee,-2.00\n2026-01-02,Coffee,-2.00\n2026-01-03,Pay,100.00\nx,y,z\n2026-01-03,No,0\n";

    #[test]
    fn s48_the_second_time_everything_is_a_duplicate() {
        let first = judge(rows(FILE), &Seen::new(), &[]);
        let fresh = (Verdict::New, None);
        let (error, zero) = ((Verdict::Error, Some("invalid_date")), (Verdict::Ignored, Some("zero_amount")));
        assert_eq!(verdicts(&first), [fresh, fresh, fresh, error, zero]);
        assert_eq!(counts(&first), Counts { new: 3, duplicate: 0, error: 1, ignored: 1 });

        let again = judge(rows(FILE), &seen(&rows(FILE), true), &[]);
        assert_eq!(counts(&again), Counts { new: 0, duplicate: 3, error: 1, ignored: 1 });
        assert_eq!(again[0].shown().duplicate_of, Some(Uuid::nil()));
        assert!(again.iter().all(|row| row.posting().is_none()));
    }

    #[test]
    fn a_person_may_leave_out_and_take_in_again() {
        let choose = |line, verdict| RowChoice { line, verdict };
        let judged = judge(rows(FILE), &Seen::new(), &[choose(2, Verdict::Ignored), choose(5, Verdict::New)]);
        assert_eq!(verdicts(&judged)[0], (Verdict::Ignored, Some("chosen_out")));
        assert_eq!(judged[3].verdict, Verdict::Error, "what cannot be read cannot be chosen");

        let deleted = seen(&rows(FILE), false);
        let judged = judge(rows(FILE), &deleted, &[choose(3, Verdict::New)]);
        assert_eq!(verdicts(&judged)[..2], [(Verdict::Ignored, Some("deleted_before")), (Verdict::New, Some("chosen"))]);
        assert!(judged[1].posting().is_some_and(|p| !p.chosen), "the row is gone, so it is none too many");

        let there = seen(&rows(FILE), true);
        let judged = judge(rows(FILE), &there, &[choose(2, Verdict::New)]);
        assert!(judged[0].posting().is_some_and(|p| p.chosen));
    }

    #[test]
    fn the_digest_is_of_what_would_be_stored() {
        let digest_of = |text: &str, seen: &Seen| digest(&judge(rows(text), seen, &[]));
        let first = digest_of(FILE, &Seen::new());
        assert_eq!(first, digest_of(FILE, &Seen::new()));
        assert_ne!(first, digest_of(FILE, &seen(&rows(FILE)[..1], true)));
        assert_ne!(first, digest_of(&FILE.replace("Pay,", "Pay day,"), &Seen::new()));
        let known = seen(&rows(FILE), true);
        assert_eq!(digest_of(FILE, &known), digest_of(FILE, &seen(&rows(FILE), false)), "neither would be stored");
    }

    proptest! {
        #[test]
        fn counts_add_up(lines in prop::collection::vec("[0-9,./a-z-]{0,30}", 0..20), known in any::<bool>(), line in 0_u64..25) {
            let text = format!("Date,What,Amount\n2026-01-02,a,-1.00\n{}\n", lines.join("\n"));
            let rows = rows(&text);
            let total = rows.len() as u64;
            let seen = if known { seen(&rows, true) } else { Seen::new() };
            let judged = judge(rows, &seen, &[RowChoice { line, verdict: Verdict::Ignored }]);
            prop_assert_eq!(counts(&judged).total(), total);
            prop_assert_eq!(counts(&judged).new, judged.iter().filter_map(Judged::posting).count() as u64);
        }
    }
}
