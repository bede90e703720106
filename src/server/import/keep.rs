//! Keeping uploads: a retry finds the first, and nobody fills the store with files nobody decides on.
//!
//! Uploads are no commands: nothing enters the account, so nothing is journaled.

use super::{Imports, fingerprint::hex, limits::MAX_OPEN, verdict::Judged};
use crate::{
    domain::{
        Code, Currency, Effect, FieldError, ImportId, Money, Outcome, Problem,
        import::{ImportState, MappingChoice, RowChoice, Verdict},
    },
    server::{
        auth::Caller,
        clock,
        ledger::{Retry, expect_free},
        store::{self, Idempotent, Import, Key, Lane, Record, Tx},
    },
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// A file's own name without its folders, at most 120 characters, fit to be shown.
pub fn file_name(name: &str) -> String {
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let own: String = super::cell::one_line(own).chars().take(120).collect();
    if own.is_empty() { "statement.csv".to_owned() } else { own }
}

/// The retry of an upload, by what was uploaded.
pub fn retry_of(retry: Retry, file_name: &str, content: &[u8], mapping: &MappingChoice) -> Retry {
    let mut hash = Sha256::new();
    for part in [file_name.as_bytes(), format!("{mapping:?}").as_bytes(), content] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    Retry { key: retry.key, request: hex(&hash.finalize()) }
}

pub fn not_open() -> Problem {
    Problem::new(Code::AlreadyDone, "This statement was decided on already. Upload the file again to take in more of it.")
}

/// The choices of before and these; of two for one line the later.
pub fn merged(before: &[RowChoice], new: &[RowChoice]) -> Vec<RowChoice> {
    let all: BTreeMap<u64, Verdict> = before.iter().chain(new).map(|choice| (choice.line, choice.verdict)).collect();
    all.into_iter().map(|(line, verdict)| RowChoice { line, verdict }).collect()
}

/// 422 for a choice of a line that is not there, or cannot be taken in.
pub fn check(choices: &[RowChoice], rows: &[Judged]) -> Result<(), Problem> {
    let by_line: HashMap<u64, &Judged> = rows.iter().map(|row| (row.line(), row)).collect();
    let wrong = |choice: &RowChoice| match by_line.get(&choice.line) {
        _ if !matches!(choice.verdict, Verdict::New | Verdict::Ignored) => {
            Some(("verdict", "unknown_value", "Choose new or ignored.".to_owned()))
        }
        None => Some(("line", "no_such_line", format!("No row begins on line {}.", choice.line))),
        Some(row) if !row.may_choose() => Some(("line", "not_choosable", format!("Line {} cannot be taken in.", choice.line))),
        Some(_) => None,
    };
    let found = choices.iter().enumerate().filter_map(|(number, choice)| Some((number, wrong(choice)?)));
    let errors: Vec<FieldError> =
        found.map(|(number, (field, code, text))| FieldError::new(format!("rows[{number}].{field}"), code, text)).collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

/// What a key has already made, or why it may not be used.
fn made_by(kept: Idempotent, retry: &Retry) -> Result<ImportId, Problem> {
    match kept.outcome.map(|outcome| outcome.effect) {
        Some(Effect::Import { id, .. }) if kept.request == retry.request => Ok(id),
        _ => Err(Problem::new(
            Code::IdempotencyMismatch,
            "This key was used for another request. Use a new key for each request, the same one only to repeat it.",
        )),
    }
}

impl Imports {
    /// The upload that this key made before.
    pub(super) async fn earlier(&self, caller: &Caller, retry: Option<&Retry>) -> Result<Option<ImportId>, Problem> {
        let Some(retry) = retry else { return Ok(None) };
        let kept = self.store.idempotent(caller.user.id, &retry.key).await?;
        kept.map(|kept| made_by(kept, retry)).transpose()
    }

    /// Keeps a new upload under its key, or answers the one that came first with it. The person's oldest
    /// open uploads go when there are too many.
    pub(super) async fn keep_new(&self, caller: &Caller, retry: Option<Retry>, import: Import) -> Result<Import, Problem> {
        let owner = caller.user.id;
        let open = self.store.imports(owner).await?.into_iter().filter(|i| i.state == ImportState::Preview);
        let surplus: Vec<Key> = open.skip(MAX_OPEN - 1).map(|i| Key::Import(owner, i.id)).collect();
        let kept = retry.map(|retry| (idempotent(&import, &retry, caller.user.currency), retry));
        store::transact(&*self.store, Lane::User(owner), move |tx| {
            let (surplus, kept, import) = (surplus.clone(), kept.clone(), import.clone());
            Box::pin(async move {
                expect_free(tx, owner).await?;
                if let Some((record, retry)) = kept {
                    let key = Key::Idempotent(owner, retry.key.clone());
                    if let Some(Record::Idempotent(earlier)) = tx.get(key).await? {
                        let first = tx.get(Key::Import(owner, made_by(earlier, &retry)?)).await?;
                        return first.and_then(as_import).ok_or_else(Problem::not_found);
                    }
                    tx.put(&[Record::Idempotent(record)]).await?;
                }
                drop_open(tx, &surplus).await?;
                tx.put(&[Record::Import(import.clone())]).await?;
                Ok(import)
            })
        })
        .await
    }

    /// Puts `after` where `before` still stands; 409 when it was changed in the meantime.
    pub(super) async fn replace(&self, caller: &Caller, before: Import, after: Import) -> Result<(), Problem> {
        let owner = caller.user.id;
        let key = Key::Import(owner, before.id);
        store::transact(&*self.store, Lane::User(owner), move |tx| {
            let (key, before, after) = (key.clone(), before.clone(), after.clone());
            Box::pin(async move {
                expect_free(tx, owner).await?;
                let now = tx.get(key).await?.and_then(as_import).ok_or_else(Problem::not_found)?;
                let same = now.state == before.state
                    && now.digest == before.digest
                    && now.mapping == before.mapping
                    && now.choices == before.choices;
                if !same {
                    return Err(Problem::new(
                        Code::VersionConflict,
                        "This preview was changed in the meantime. Look at it as it is now, then change it again.",
                    ));
                }
                tx.put(&[Record::Import(after)]).await?;
                Ok(())
            })
        })
        .await
    }

    pub(super) async fn forget(&self, caller: &Caller, key: Key) -> Result<(), Problem> {
        let owner = caller.user.id;
        store::transact(&*self.store, Lane::User(owner), move |tx| {
            let key = key.clone();
            Box::pin(async move {
                expect_free(tx, owner).await?;
                drop_open(tx, &[key]).await
            })
        })
        .await
    }
}

fn as_import(record: Record) -> Option<Import> {
    match record {
        Record::Import(import) => Some(import),
        _ => None,
    }
}

/// Deletes those of the uploads that nobody committed.
async fn drop_open(tx: &mut dyn Tx, keys: &[Key]) -> Result<(), Problem> {
    let records = tx.get_many(keys).await?;
    let open = records.into_iter().flatten().filter_map(as_import).filter(|i| i.state == ImportState::Preview);
    let keys: Vec<Key> = open.map(|i| Key::Import(i.owner, i.id)).collect();
    tx.delete(&keys).await?;
    Ok(())
}

/// Under its key: that this upload was made. No entry of the journal belongs to it.
fn idempotent(import: &Import, retry: &Retry, currency: Currency) -> Idempotent {
    Idempotent {
        owner: import.owner,
        key: retry.key.clone(),
        request: retry.request.clone(),
        outcome: Some(Outcome {
            seq: 0,
            owner: import.owner,
            balance: Money::zero(currency),
            summary: String::new(),
            undoable: false,
            effect: Effect::Import { id: import.id, added: 0, skipped: 0 },
        }),
        at: clock::now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_files_own_name_is_kept() {
        for (given, kept) in [
            ("statement.csv", "statement.csv"),
            ("C:\\Users\\me\\bank.csv", "bank.csv"),
            ("../../etc/passwd", "passwd"),
            ("a\nb\0.csv", "a b .csv"),
            ("", "statement.csv"),
            ("dir/", "statement.csv"),
        ] {
            assert_eq!(file_name(given), kept);
        }
    }
}
