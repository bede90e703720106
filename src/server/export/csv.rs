//! CSV (RFC 4180): one line for each entry, money out with a minus, as our own import reads it back.

use super::{Form, Names, Part};
use crate::{
    domain::{Problem, text::Note},
    server::{import::cell::guarded, store::StoreError},
};
use std::borrow::Cow;

/// Names that the import knows.
const HEADER: [&str; 7] = ["Date", "What", "Amount", "Currency", "Category", "Note", "Reference"];

/// Writes lines.
pub struct Csv;

impl Form for Csv {
    fn write(&mut self, part: Part, names: &Names) -> Result<Vec<u8>, Problem> {
        let mut lines = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
        let failed = |e: ::csv::Error| StoreError::Failed(format!("an export: {e}"));
        match part {
            Part::Head(_) => lines.write_record(HEADER).map_err(failed)?,
            Part::Tail => {}
            Part::Funds(rows) => {
                for row in rows {
                    let (amount, currency) = (row.amount.decimal(), row.amount.currency.code());
                    let (date, id) = (row.date.to_string(), row.id.to_string());
                    let what = guarded(row.note.as_ref().map_or("", Note::as_str));
                    lines.write_record([&date, &*what, &amount, currency, "", "", &id]).map_err(failed)?;
                }
            }
            Part::Expenses(rows) => {
                for row in rows {
                    let (amount, currency) = ((-row.amount).decimal(), row.amount.currency.code());
                    let (date, id) = (row.date.to_string(), row.id.to_string());
                    let category =
                        row.category_id.and_then(|id| names.get(&id)).map_or(Cow::Borrowed(""), |name| guarded(name.as_str()));
                    let (what, note) = (guarded(row.what.as_str()), guarded(row.note.as_ref().map_or("", Note::as_str)));
                    lines.write_record([&date, &*what, &amount, currency, &*category, &*note, &id]).map_err(failed)?;
                }
            }
        }
        Ok(lines.into_inner().map_err(|e| StoreError::Failed(format!("an export: {e}")))?)
    }
}
