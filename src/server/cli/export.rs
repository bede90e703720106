//! `outlay export`: somebody's funds and expenses to standard output.

use crate::{
    domain::{ExpenseFilter, Problem},
    server::{
        App,
        export::{self, ExportFormat},
    },
};
use clap::Args;
use futures::TryStreamExt;
use std::io::Write;

#[derive(Args)]
pub struct Export {
    #[arg(long, value_name = "USERNAME")]
    user: String,
    /// json, which loses nothing, or csv
    #[arg(long, default_value = "json", value_parser = format)]
    format: ExportFormat,
}

fn format(text: &str) -> Result<ExportFormat, String> {
    text.parse().map_err(|e: crate::domain::FieldError| e.message)
}

/// Writes as it reads. 404 for an unknown user; what was written before a failure is not complete.
pub async fn run(app: &App, asked: Export) -> Result<(), Problem> {
    let caller = app.auth.local(&asked.user).await?;
    let parts = export::export(app.store.clone(), &caller, ExpenseFilter::default(), asked.format).await?;
    let mut parts = std::pin::pin!(parts);
    let closed = |e: std::io::Error| Problem::field("output", "closed", format!("Standard output is closed: {e}."));
    while let Some(part) = parts.try_next().await? {
        std::io::stdout().lock().write_all(&part).map_err(closed)?;
    }
    std::io::stdout().lock().flush().map_err(closed)
}
