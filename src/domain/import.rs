//! A statement on its way in: how its columns are read, and each row's verdict before anything is stored.

use super::{CategoryId, Day, FieldError, ImportId, Instant, Money, Total};
use serde::{Deserialize, Deserializer, Serialize};

/// The format of an uploaded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Values separated by comma, semicolon or tab, with a header.
    Csv,
}

/// The delimiters a statement may have, each with the name by which a form sends it.
pub const DELIMITERS: [(char, &str); 3] = [(',', "comma"), (';', "semicolon"), ('\t', "tab")];

/// In which order a statement writes day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    Ymd,
    Dmy,
    Mdy,
}

impl DayOrder {
    pub const ALL: [Self; 3] = [Self::Dmy, Self::Mdy, Self::Ymd];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ymd => "ymd",
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
        }
    }
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
    /// One unsigned column, and one that says “debit” or “credit” in some language.
    Marked { column: usize, direction: usize },
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

/// What a person says about how to read a statement. What is absent is detected; a `null` for `note`,
/// `category`, `currency` or `reference` says that there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MappingChoice {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_comma: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_order: Option<DayOrder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountColumns>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<Vec<usize>>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub note: Option<Option<usize>>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub category: Option<Option<usize>>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub currency: Option<Option<usize>>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub reference: Option<Option<usize>>,
}

/// Tells a `null` from an absent field.
fn given<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<usize>>, D::Error> {
    Option::deserialize(d).map(Some)
}

impl MappingChoice {
    /// These choices, and where they say nothing, the earlier ones. Columns chosen for another
    /// delimiter are forgotten: they were other columns.
    #[must_use]
    pub fn over(self, earlier: Self) -> Self {
        let earlier = match self.delimiter {
            Some(delimiter) if earlier.delimiter != Some(delimiter) => {
                Self { decimal_comma: earlier.decimal_comma, day_order: earlier.day_order, ..Self::default() }
            }
            _ => earlier,
        };
        Self {
            delimiter: self.delimiter.or(earlier.delimiter),
            decimal_comma: self.decimal_comma.or(earlier.decimal_comma),
            date: self.date.or(earlier.date),
            day_order: self.day_order.or(earlier.day_order),
            amount: self.amount.or(earlier.amount),
            what: self.what.or(earlier.what),
            note: self.note.or(earlier.note),
            category: self.category.or(earlier.category),
            currency: self.currency.or(earlier.currency),
            reference: self.reference.or(earlier.reference),
        }
    }
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

impl Verdict {
    pub const ALL: [Self; 4] = [Self::New, Self::Duplicate, Self::Error, Self::Ignored];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Duplicate => "duplicate",
            Self::Error => "error",
            Self::Ignored => "ignored",
        }
    }
}
impl std::str::FromStr for Verdict {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|verdict| verdict.code() == s);
        known.ok_or_else(|| FieldError::new("verdict", "unknown_value", "Choose new, duplicate, error or ignored."))
    }
}

/// A debit is an expense, a credit is funds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Expense,
    Funds,
}

impl EntryKind {
    pub const ALL: [Self; 2] = [Self::Expense, Self::Funds];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Expense => "expense",
            Self::Funds => "funds",
        }
    }
}

/// One row of the file, with its verdict and the reason for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// The line in the file on which the row begins, from 1.
    pub line: u64,
    pub verdict: Verdict,
    /// A stable code: `other_currency`, `invalid_date`, `already_imported`, `deleted_before`, `chosen_out` …
    /// (all of them in `docs/import-formats.md`).
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
    pub fn of(self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::New => self.new,
            Verdict::Duplicate => self.duplicate,
            Verdict::Error => self.error,
            Verdict::Ignored => self.ignored,
        }
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

/// An upload with the verdict of each of its rows. Once committed or reverted the file is no longer
/// kept, and `rows` is empty; the rest is as it was shown before the commit.
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

/// Which rows of a preview to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsAsked {
    /// Only these; `None` means all.
    pub verdict: Option<Verdict>,
    /// How many of them come before.
    pub from: usize,
    pub limit: usize,
}

/// A preview with some of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewPage {
    pub preview: Preview,
    pub asked: RowsAsked,
    /// How many rows there are of the kind asked for.
    pub matching: usize,
    /// Of the new rows; `None` when they are too many to sum.
    pub expenses: Option<Total>,
    pub funds: Option<Total>,
    /// Rows added, once committed.
    pub added: u64,
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
