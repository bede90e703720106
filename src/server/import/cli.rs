//! `outlay import`: the same preview and the same commit, told in lines of text.
//!
//! The one place that opens a file: the one the operator names.

use super::{Imports, verdict::Judged};
use crate::{
    domain::{
        FieldError, Outcome, Problem,
        import::{MappingChoice, Preview, PreviewRow, Verdict},
    },
    server::{App, auth::Caller, import::limits::MAX_BYTES},
};
use std::path::Path;
use tokio::io::AsyncReadExt;

/// Imports a statement into a user's account and answers the report; a dry run stores nothing.
///
/// 404 for an unknown user, 422 when the file leaves something to be asked: the page can ask it.
pub async fn run(app: &App, file: &Path, username: &str, dry_run: bool) -> Result<String, Problem> {
    let caller = app.auth.local(username).await?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let content = read(file).await?;
    let imports = &app.imports;
    if dry_run {
        let look = imports.look(&caller, content, &MappingChoice::default(), &[]).await?;
        asked(&look.questions)?;
        let rows: Vec<PreviewRow> = look.rows.iter().map(Judged::shown).collect();
        return Ok(format!("{}Nothing was stored: this was a dry run.\n", report(&name, &look.shown.encoding, &rows)));
    }
    let preview = imports.upload(&caller, None, &name, content, MappingChoice::default()).await?;
    let stored = store(imports, &caller, &preview).await;
    if stored.is_err() {
        imports.discard(&caller, preview.id).await?;
    }
    let outcome = stored?;
    let text = report(&preview.file_name, &preview.encoding, &preview.rows);
    let balance = caller.user.locale.money(outcome.balance);
    Ok(format!("{text}Added {} entries for {username}; the balance is {balance}.\n", preview.counts.new))
}

async fn store(imports: &Imports, caller: &Caller, preview: &Preview) -> Result<Outcome, Problem> {
    asked(&preview.questions)?;
    imports.commit(caller, preview.id, None).await
}

/// The file's bytes; of one that is too large, just enough to tell.
async fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    let failed = |e: std::io::Error| Problem::field("file", "unreadable", format!("{} cannot be read: {e}.", file.display()));
    let mut content = Vec::new();
    let opened = tokio::fs::File::open(file).await.map_err(failed)?;
    opened.take(MAX_BYTES as u64 + 1).read_to_end(&mut content).await.map_err(failed)?;
    Ok(content)
}

/// 422 with every question: nobody is there to answer.
fn asked(questions: &[FieldError]) -> Result<(), Problem> {
    if questions.is_empty() {
        return Ok(());
    }
    let texts: Vec<&str> = questions.iter().map(|q| q.message.as_str()).collect();
    let detail = format!("{} Import this file on the page, where you can answer.", texts.join(" "));
    Err(Problem { detail, ..Problem::invalid(questions.to_vec()) })
}

/// Counts by verdict, then each line in error.
fn report(name: &str, encoding: &str, rows: &[PreviewRow]) -> String {
    let mut text = format!("{name} ({encoding}): {} rows\n", rows.len());
    let mut line = |content: String| {
        text.push_str(&content);
        text.push('\n');
    };
    for (verdict, name) in Verdict::ALL.into_iter().zip(["new", "in the account already", "with an error", "left out"]) {
        let count = rows.iter().filter(|row| row.verdict == verdict).count();
        line(format!("{count:>8} {name}"));
    }
    for row in rows.iter().filter(|row| row.verdict == Verdict::Error) {
        line(format!("line {}: {}", row.line, row.message.as_deref().unwrap_or_default()));
    }
    text
}
