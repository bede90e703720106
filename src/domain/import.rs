//! A statement on its way in: how its columns are read, and each row's verdict before anything is stored.

use super::{CategoryId, Day, FieldError, ImportId, Instant, Money};
use serde::{Deserialize, Serialize};

/// The format of an uploaded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Values separated by comma, semicolon or tab, with a header.
    Csv,
}

/// In which order a statement writes day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    Ymd,
    Dmy,
    Mdy,
}

/// How the amount stands in the statement. Column numbers count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AmountColumns {
    /// One signed column; `negate` when expenses are positive in it.
    Signed {
        column: usize,
        #[serde(default)]
        negate: bool,
    },
    /// One column for money out, one for money in.
    DebitCredit { debit: usize, credit: usize },
}

/// How a CSV statement is read. `None` means "not there", or for `day_order` "cannot be told: ask".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// `,`, `;` or a tab.
    pub delimiter: char,
    pub decimal_comma: bool,
    pub date: Option<usize>,
    pub day_order: Option<DayOrder>,
    pub amount: Option<AmountColumns>,
    /// The columns joined, in this order, to say what it was.
    pub what: Vec<usize>,
    pub note: Option<usize>,
    pub category: Option<usize>,
    pub currency: Option<usize>,
    /// The bank's own id of a row.
    pub reference: Option<usize>,
}

/// What will happen to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    New,
    Duplicate,
    Error,
    Ignored,
}

/// A debit is an expense, a credit is funds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Expense,
    Funds,
}

/// One row of the file, with its verdict and the reason for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// The line in the file on which the row begins, from 1.
    pub line: u64,
    pub verdict: Verdict,
    /// A stable code: `other_currency`, `invalid_date`, `already_imported`, `deleted_before`, `chosen_out` …
    pub reason: Option<String>,
    /// The reason for a person.
    pub message: Option<String>,
    pub date: Option<Day>,
    pub amount: Option<Money>,
    pub what: Option<String>,
    pub note: Option<String>,
    pub category_id: Option<CategoryId>,
    /// The id of the expense or funds this row already is.
    pub duplicate_of: Option<uuid::Uuid>,
    pub kind: Option<EntryKind>,
}

/// Rows by verdict; they add up to the file's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub new: u64,
    pub duplicate: u64,
    pub error: u64,
    pub ignored: u64,
}

impl Counts {
    pub fn total(self) -> u64 {
        self.new + self.duplicate + self.error + self.ignored
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Uploaded; nothing is stored in the account yet.
    Preview,
    Committed,
    Reverted,
}

/// An upload with the verdict of each of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub id: ImportId,
    pub file_name: String,
    pub format: Format,
    /// `UTF-8`, `UTF-16LE`, `windows-1252` …
    pub encoding: String,
    pub mapping: Mapping,
    /// The header's names, by column.
    pub columns: Vec<String>,
    /// What must be answered before it can be committed: fields of the mapping.
    pub questions: Vec<FieldError>,
    pub counts: Counts,
    pub rows: Vec<PreviewRow>,
    pub state: ImportState,
}

/// An import in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportInfo {
    pub id: ImportId,
    pub file_name: String,
    pub state: ImportState,
    pub created_at: Instant,
    /// Rows added, once committed.
    pub added: u64,
}

/// A person's choice for one row: take it in, or leave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowChoice {
    pub line: u64,
    /// `new` or `ignored`.
    pub verdict: Verdict,
}
