//! Each row of a sheet to an entry, or to the reason why it is none.
//!
//! It must never put a row right that it cannot read: the row says which column is wrong.

use super::{
    amounts::{self, Unreadable},
    cell,
    columns::amount_columns,
    dates,
    fingerprint::Fingerprints,
    names, sniff,
    sniff::Sheet,
    table::TableRow,
};
use crate::domain::{
    CategoryId, Currency, Day, Money, fold,
    import::{AmountColumns, DayOrder, EntryKind, Mapping, Verdict},
    text::{Name, Note, What},
};
use std::collections::HashMap;

/// Categories by the folded key of their name.
pub type Categories = HashMap<String, CategoryId>;

/// A row that can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: EntryKind,
    pub date: Day,
    /// More than zero.
    pub amount: Money,
    pub what: What,
    pub note: Option<Note>,
    pub category_id: Option<CategoryId>,
    pub fingerprint: String,
    /// True when a text was too long and lost its end.
    pub shortened: bool,
}

/// Why a row is not an entry, with as much of it as could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `error` or `ignored`.
    pub verdict: Verdict,
    pub code: &'static str,
    pub message: String,
    pub date: Option<Day>,
    pub what: Option<What>,
}

/// A row of the file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub read: Result<Entry, Refusal>,
}

/// The first words of lines that are no entries but say where the balance stood.
const SUMMARIES: &str = "total|totals|sum|subtotal|summe|gesamt|gesamtsumme|zwischensumme|saldo|balance|opening|closing|kontostand|\
    anfangssaldo|endsaldo|solde|stanje|eindsaldo|beginsaldo|beginning|ending|brought|carried|statement";

/// Reads every row below the header. With open questions none can be read.
pub fn read(sheet: &Sheet, mapping: &Mapping, answered: bool, currency: Currency, categories: &Categories) -> Vec<Row> {
    let reader = Reader::new(sheet, mapping, currency, categories);
    let mut fingerprints = Fingerprints::default();
    let rows = sheet.table.rows_from(sheet.data).map(|row| {
        let read = if answered { reader.read(row, &mut fingerprints) } else { Err(reader.unanswered(row)) };
        Row { line: row.line, read }
    });
    rows.collect()
}

struct Reader<'a> {
    mapping: &'a Mapping,
    columns: &'a [String],
    currency: Currency,
    /// The currency that the amount's header names, when it is another.
    other: Option<Currency>,
    categories: &'a Categories,
    /// Money out is written with a minus in the column for it.
    minus_out: bool,
}

/// What reading a row finds wrong: the verdict, its code and message.
type Fault = (Verdict, &'static str, String);

fn error(code: &'static str, message: String) -> Fault {
    (Verdict::Error, code, message)
}

/// A field in a message: at most 40 characters.
fn quoted(field: &str) -> String {
    let mut text: String = cell::one_line(field).chars().take(40).collect();
    if text.len() < cell::one_line(field).len() {
        text.push('…');
    }
    format!("“{text}”")
}

impl<'a> Reader<'a> {
    fn new(sheet: &'a Sheet, mapping: &'a Mapping, currency: Currency, categories: &'a Categories) -> Self {
        let named = amount_columns(mapping.amount).first().and_then(|c| sniff::folded(&sheet.columns[*c]).1);
        let minus_out = match mapping.amount {
            Some(AmountColumns::DebitCredit { debit, .. }) => {
                let mut filled = sheet.column(debit).filter(|f| !amounts::is_blank(f) && amounts::looks_like_one(f)).peekable();
                filled.peek().is_some()
                    && filled.all(|f| amounts::is_negative(f) || !f.contains(|c: char| matches!(c, '1'..='9')))
            }
            _ => false,
        };
        let other = named.filter(|named| *named != currency);
        Self { mapping, columns: &sheet.columns, currency, other, categories, minus_out }
    }

    fn read(&self, row: TableRow<'_>, fingerprints: &mut Fingerprints) -> Result<Entry, Refusal> {
        let date = self.date(row);
        let read = self.fits(row).and_then(|()| Ok((date.clone()?, self.amount(row)?)));
        match read {
            Ok((date, minor)) => self.entry(row, date, minor, fingerprints),
            Err(_) if self.is_summary(row) => Err(self.refusal(row, date.ok(), not_a_row())),
            Err(fault) => Err(self.refusal(row, date.ok(), fault)),
        }
    }

    /// Without all answers, a row is only known to be blank or not.
    fn unanswered(&self, row: TableRow<'_>) -> Refusal {
        let fault = if row.used() == 0 {
            not_a_row()
        } else {
            error("question_open", "Answer the questions about the columns first.".into())
        };
        self.refusal(row, None, fault)
    }

    fn refusal(&self, row: TableRow<'_>, date: Option<Day>, (verdict, code, message): Fault) -> Refusal {
        Refusal { verdict, code, message, date, what: cell::what(&self.what(row)).map(|(what, _)| what) }
    }

    fn entry(&self, row: TableRow<'_>, date: Day, minor: i64, fingerprints: &mut Fingerprints) -> Result<Entry, Refusal> {
        if minor == 0 {
            let fault = (Verdict::Ignored, "zero_amount", "The amount is zero.".to_owned());
            return Err(self.refusal(row, Some(date), fault));
        }
        let kind = if minor < 0 { EntryKind::Expense } else { EntryKind::Funds };
        let text = self.what(row);
        let note = self.mapping.note.map(|c| cell::one_line(row.field(c))).unwrap_or_default();
        let reference = self.mapping.reference.map_or("", |c| row.field(c));
        let fingerprint = fingerprints.of(date, minor, &format!("{text} {note}"), reference);
        // Where the bank names nobody, what it says besides is the name.
        let (text, note) = if text.is_empty() { (note, String::new()) } else { (text, note) };
        let text = match (text.is_empty(), kind) {
            (false, _) => text,
            (true, EntryKind::Expense) => "Expense".to_owned(),
            (true, EntryKind::Funds) => "Funds".to_owned(),
        };
        let Some((what, cut)) = cell::what(&text) else {
            return Err(self.refusal(row, Some(date), error("invalid_text", "The text of this line cannot be kept.".into())));
        };
        let note = Some(note).filter(|n| *n != text).and_then(|n| cell::note(&n));
        let shortened = cut || note.as_ref().is_some_and(|(_, cut)| *cut);
        let category_id = self.category(row).filter(|_| kind == EntryKind::Expense);
        let amount = Money::new(minor.abs(), self.currency);
        Ok(Entry { kind, date, amount, what, note: note.map(|(n, _)| n), category_id, fingerprint, shortened })
    }

    /// More values than columns: a delimiter stands inside a text, and what follows is one column off.
    fn fits(&self, row: TableRow<'_>) -> Result<(), Fault> {
        let (used, width) = (row.used(), self.columns.len());
        if used <= width {
            return Ok(());
        }
        Err(error(
            "too_many_values",
            format!("The line has {used} values, the header {width}. A text with a delimiter in it needs quotation marks."),
        ))
    }

    fn date(&self, row: TableRow<'_>) -> Result<Day, Fault> {
        let Some(column) = self.mapping.date else { return Err(error("invalid_date", "No column holds the date.".into())) };
        let field = row.field(column);
        let order = self.mapping.day_order.unwrap_or(DayOrder::Ymd);
        dates::parse(cell::unguarded(field), order).ok_or_else(|| {
            let name = &self.columns[column];
            let message = if field.is_empty() {
                format!("There is no date in the column “{name}”.")
            } else {
                format!("{} in the column “{name}” is not a date.", quoted(field))
            };
            error("invalid_date", message)
        })
    }

    /// Signed minor units: money out is negative.
    fn amount(&self, row: TableRow<'_>) -> Result<i64, Fault> {
        self.same_currency(row)?;
        match self.mapping.amount {
            None => Err(error("missing_amount", "No column holds the amount.".into())),
            Some(AmountColumns::Signed { column, negate }) => {
                let minor = self.number(row, column)?.ok_or_else(|| self.missing(&[column]))?;
                Ok(if negate { -minor } else { minor })
            }
            Some(AmountColumns::DebitCredit { debit, credit }) => self.two_columns(row, debit, credit),
            Some(AmountColumns::Marked { column, direction }) => {
                let minor = self.number(row, column)?.ok_or_else(|| self.missing(&[column]))?;
                match names::is_debit(row.field(direction)) {
                    Some(out) => Ok(if out { -minor } else { minor }),
                    None => Err(error(
                        "invalid_direction",
                        format!(
                            "{} in the column “{}” says neither debit nor credit.",
                            quoted(row.field(direction)),
                            self.columns[direction]
                        ),
                    )),
                }
            }
        }
    }

    fn two_columns(&self, row: TableRow<'_>, debit: usize, credit: usize) -> Result<i64, Fault> {
        let out = self.number(row, debit)?.map(|minor| if self.minus_out { -minor } else { minor });
        let into = self.number(row, credit)?;
        match (out, into) {
            (None, None) => Err(self.missing(&[debit, credit])),
            (Some(out), None | Some(0)) => Ok(-out),
            (None | Some(0), Some(into)) => Ok(into),
            (Some(_), Some(_)) => Err(error(
                "two_amounts",
                format!(
                    "There is an amount in “{}” and in “{}”; one line is either money out or money in.",
                    self.columns[debit], self.columns[credit]
                ),
            )),
        }
    }

    fn missing(&self, columns: &[usize]) -> Fault {
        let names: Vec<String> = columns.iter().map(|c| format!("“{}”", self.columns[*c])).collect();
        error("missing_amount", format!("There is no amount in {}.", names.join(" or ")))
    }

    fn number(&self, row: TableRow<'_>, column: usize) -> Result<Option<i64>, Fault> {
        let field = row.field(column);
        if amounts::is_blank(field) {
            return Ok(None);
        }
        let (shown, name, currency) = (quoted(field), &self.columns[column], self.currency);
        amounts::parse(field, self.mapping.decimal_comma, currency).map(Some).map_err(|e| match e {
            Unreadable::NotANumber => error("invalid_amount", format!("{shown} in the column “{name}” is not an amount.")),
            Unreadable::TooManyDecimals => error(
                "too_many_decimals",
                format!("{shown} in the column “{name}” has more decimals than {currency} has ({}).", currency.decimals()),
            ),
            Unreadable::TooLarge => error("amount_too_large", format!("{shown} in the column “{name}” is too large.")),
            Unreadable::OtherCurrency => self.other_currency(&shown),
        })
    }

    fn same_currency(&self, row: TableRow<'_>) -> Result<(), Fault> {
        let field = self.mapping.currency.map_or("", |c| row.field(c));
        match self.other {
            _ if amounts::is_same(field, self.currency) => Ok(()),
            None if field.is_empty() => Ok(()),
            Some(other) if field.is_empty() => Err(self.other_currency(other.code())),
            _ => Err(self.other_currency(&quoted(field))),
        }
    }

    fn other_currency(&self, shown: &str) -> Fault {
        error("other_currency", format!("This is {shown}; your account is in {}.", self.currency))
    }

    /// The columns of what it was, joined.
    fn what(&self, row: TableRow<'_>) -> String {
        let parts = self.mapping.what.iter().map(|c| cell::one_line(row.field(*c))).filter(|p| !p.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    }

    fn category(&self, row: TableRow<'_>) -> Option<CategoryId> {
        let name = Name::parse(cell::unguarded(row.field(self.mapping.category?))).ok()?;
        self.categories.get(&fold::name_key(&name)).copied()
    }

    /// A blank line, or one that tells a balance or a total.
    fn is_summary(&self, row: TableRow<'_>) -> bool {
        let date = self.mapping.date.map_or("", |c| row.field(c));
        let no_date = date.is_empty() || begins_summary(date);
        let no_amount = amount_columns(self.mapping.amount).into_iter().all(|c| amounts::is_blank(row.field(c)));
        let texts = || {
            let columns = self.mapping.what.iter().chain(&self.mapping.note);
            row.fields().find(|f| !f.is_empty()).into_iter().chain(columns.map(|c| row.field(*c)))
        };
        (no_date && no_amount) || ((no_date || no_amount) && texts().any(begins_summary))
    }
}

/// True for text that begins with a word such as “Total” or “Kontostand”.
fn begins_summary(field: &str) -> bool {
    let start: String = field.chars().take(80).collect();
    fold::words(&start).first().is_some_and(|word| SUMMARIES.split('|').any(|summary| summary == word))
}

fn not_a_row() -> Fault {
    (Verdict::Ignored, "not_a_row", "This line is no entry: it has no date and amount of its own.".into())
}
