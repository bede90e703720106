//! Statements in: detect, preview row by row, commit all or nothing, revert.
//!
//! It must never open a file by name or fetch anything; it is handed bytes.

mod amounts;
pub(crate) mod cell;
pub mod cli;
mod columns;
mod dates;
mod decode;
mod fingerprint;
mod gate;
mod keep;
mod limits;
mod look;
mod names;
mod rows;
mod sniff;
mod statement;
mod table;
mod verdict;

use crate::{
    domain::{
        Command, ImportId, Outcome, Problem, Scope,
        import::{EntryKind, Format, ImportInfo, ImportState, MappingChoice, Preview, PreviewPage, RowChoice, RowsAsked},
    },
    server::{
        auth::Caller,
        clock,
        ledger::{Ledger, Retry},
        store::{DynStore, Import, Key},
    },
};
use gate::Gate;
use look::Look;
use verdict::Judged;

/// The use cases of imports. All need scope `import` (reading: `read`).
#[derive(Clone)]
pub struct Imports {
    pub(crate) store: DynStore,
    pub(crate) ledger: Ledger,
    gate: Gate,
}

impl Imports {
    pub fn new(store: DynStore, ledger: Ledger) -> Self {
        Self { store, ledger, gate: Gate::default() }
    }

    /// Keeps the upload and answers every row's verdict. Nothing enters the account.
    ///
    /// A retry is known by its key, the file, its name and the mapping; what the caller's [`Retry`] says
    /// was asked is not looked at, for the same form is encoded differently each time.
    pub async fn upload(
        &self,
        caller: &Caller,
        retry: Option<Retry>,
        file_name: &str,
        content: Vec<u8>,
        mapping: MappingChoice,
    ) -> Result<Preview, Problem> {
        caller.require(Scope::Import)?;
        let file_name = keep::file_name(file_name);
        let retry = retry.map(|retry| keep::retry_of(retry, &file_name, &content, &mapping));
        if let Some(earlier) = self.earlier(caller, retry.as_ref()).await? {
            return self.preview(caller, earlier).await;
        }
        let look = self.look(caller, content.clone(), &mapping, &[]).await?;
        let import = Import {
            id: ImportId::new(),
            owner: caller.user.id,
            file_name,
            format: Format::Csv,
            mapping,
            choices: Vec::new(),
            shown: look.shown.clone(),
            content,
            digest: look.digest.clone(),
            state: ImportState::Preview,
            created_at: clock::now(),
            added: 0,
            seq: None,
        };
        let kept = self.keep_new(caller, retry, import).await?;
        Ok(preview_of(kept, look))
    }

    pub async fn preview(&self, caller: &Caller, id: ImportId) -> Result<Preview, Problem> {
        let (import, look) = self.seen_now(caller, id).await?;
        Ok(preview_of(import, look))
    }

    /// As [`Imports::preview`], with some of the rows only.
    pub async fn page(&self, caller: &Caller, id: ImportId, asked: RowsAsked) -> Result<PreviewPage, Problem> {
        let (import, mut look) = self.seen_now(caller, id).await?;
        let added = import.added;
        let [expenses, funds] = [EntryKind::Expense, EntryKind::Funds].map(|kind| look.total(kind, caller));
        let rows = std::mem::take(&mut look.rows);
        let wanted = || rows.iter().filter(|row| asked.verdict.is_none_or(|verdict| row.verdict == verdict));
        let shown: Vec<_> = wanted().skip(asked.from).take(asked.limit).map(Judged::shown).collect();
        let matching = wanted().count();
        let preview = Preview { rows: shown, ..preview_of(import, look) };
        Ok(PreviewPage { preview, asked, matching, expenses, funds, added })
    }

    pub async fn list(&self, caller: &Caller) -> Result<Vec<ImportInfo>, Problem> {
        caller.require(Scope::Read)?;
        Ok(self.store.imports(caller.user.id).await?)
    }

    /// Another reading of some columns, or choices for single rows; both add to what was said before.
    pub async fn change(
        &self,
        caller: &Caller,
        id: ImportId,
        mapping: MappingChoice,
        choices: Vec<RowChoice>,
    ) -> Result<Preview, Problem> {
        caller.require(Scope::Import)?;
        let before = self.open(caller, id).await?;
        let mapping = mapping.over(before.mapping.clone());
        let merged = keep::merged(&before.choices, &choices);
        let look = self.look(caller, before.content.clone(), &mapping, &merged).await?;
        keep::check(&choices, &look.rows)?;
        let choices = verdict::telling(&look.rows);
        let after = Import { mapping, choices, shown: look.shown.clone(), digest: look.digest.clone(), ..before.clone() };
        self.replace(caller, before, after.clone()).await?;
        Ok(preview_of(after, look))
    }

    /// Stores exactly what the preview said, or 409 when that is no longer true: the ledger compares, as it alone knows
    /// whether this is a retry of what has changed the account.
    pub async fn commit(&self, caller: &Caller, id: ImportId, retry: Option<Retry>) -> Result<Outcome, Problem> {
        caller.require(Scope::Import)?;
        let mut import = self.import(caller, id).await?;
        let content = std::mem::take(&mut import.content);
        if import.state != ImportState::Preview {
            // Nothing can be stored any more; the ledger knows whether this is a retry.
            let command = Command::CommitImport { id, digest: import.digest, postings: Vec::new(), skipped: 0 };
            return self.ledger.execute(caller, retry, command).await;
        }
        let look = self.look(caller, content, &import.mapping, &import.choices).await?;
        if !look.questions.is_empty() {
            return Err(Problem::invalid(look.questions));
        }
        let postings: Vec<_> = look.rows.iter().filter_map(Judged::posting).collect();
        let skipped = look.counts().total() - postings.len() as u64;
        self.ledger.execute(caller, retry, Command::CommitImport { id, digest: look.digest, postings, skipped }).await
    }

    /// Takes all of a committed import out of the account again.
    pub async fn revert(&self, caller: &Caller, id: ImportId, retry: Option<Retry>) -> Result<Outcome, Problem> {
        self.ledger.execute(caller, retry, Command::RevertImport { id }).await
    }

    /// The upload and how it looks now. Where the account changed since it was shown, what is shown now is
    /// what a commit will store; a caller who may not import leaves that as it was.
    async fn seen_now(&self, caller: &Caller, id: ImportId) -> Result<(Import, Look), Problem> {
        caller.require(Scope::Read)?;
        let mut import = self.import(caller, id).await?;
        if import.state != ImportState::Preview {
            let look = Look::without_file(import.shown.clone(), import.digest.clone());
            return Ok((import, look));
        }
        let look = self.look(caller, import.content.clone(), &import.mapping, &import.choices).await?;
        if look.digest != import.digest && caller.require(Scope::Import).is_ok() {
            let after = Import { shown: look.shown.clone(), digest: look.digest.clone(), ..import.clone() };
            self.replace(caller, import, after.clone()).await?;
            import = after;
        }
        Ok((import, look))
    }

    async fn import(&self, caller: &Caller, id: ImportId) -> Result<Import, Problem> {
        self.store.import(caller.user.id, id).await?.ok_or_else(Problem::not_found)
    }

    /// An upload that is not committed yet.
    async fn open(&self, caller: &Caller, id: ImportId) -> Result<Import, Problem> {
        let import = self.import(caller, id).await?;
        if import.state == ImportState::Preview { Ok(import) } else { Err(keep::not_open()) }
    }

    /// Forgets an upload that was not committed.
    pub async fn discard(&self, caller: &Caller, id: ImportId) -> Result<(), Problem> {
        caller.require(Scope::Import)?;
        self.open(caller, id).await?;
        self.forget(caller, Key::Import(caller.user.id, id)).await
    }
}

fn preview_of(import: Import, look: Look) -> Preview {
    let Look { shown, questions, rows, .. } = look;
    Preview {
        id: import.id,
        file_name: import.file_name,
        format: import.format,
        encoding: shown.encoding,
        mapping: shown.mapping,
        columns: shown.columns,
        questions,
        counts: shown.counts,
        rows: rows.iter().map(Judged::shown).collect(),
        state: import.state,
    }
}
