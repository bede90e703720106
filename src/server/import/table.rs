//! Text to rows of fields (RFC 4180, any line ends), kept compactly: one text and the ends of its fields.
//!
//! It must never look at what a field means.

use super::limits::{MAX_COLUMNS, MAX_FIELD, MAX_ROWS};
use crate::domain::{Code, Problem};
use csv::{ReaderBuilder, StringRecord};

/// The fields of a statement. Empty lines are no rows.
#[derive(Debug)]
pub struct Table {
    text: String,
    /// Where in `text` each field ends.
    ends: Vec<u32>,
    rows: Vec<RowAt>,
}

#[derive(Debug)]
struct RowAt {
    line: u64,
    /// Its first field, in `ends`.
    first: u32,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub struct TableRow<'a> {
    table: &'a Table,
    /// The line in the file on which it begins, from 1.
    pub line: u64,
    first: usize,
    end: usize,
}

/// Counts line ends (CR LF, LF or CR) up to a place that only moves forward.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the next row at or after byte `from` begins.
    fn of_row_from(&mut self, from: usize) -> u64 {
        let is_end = |b: Option<&u8>| matches!(b, Some(b'\r' | b'\n'));
        while self.at < from || is_end(self.text.get(self.at)) {
            match self.text.get(self.at) {
                Some(b'\n') => self.line += 1,
                Some(b'\r') if self.text.get(self.at + 1) != Some(&b'\n') => self.line += 1,
                Some(_) => {}
                None => break,
            }
            self.at += 1;
        }
        self.line
    }
}

impl Table {
    /// Splits the text; 413 when it exceeds a limit (S47).
    pub fn read(text: &str, delimiter: u8) -> Result<Self, Problem> {
        let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut table = Self { text: String::with_capacity(text.len()), ends: Vec::new(), rows: Vec::new() };
        let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(|_| unreadable())? {
            let from = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
            table.push(lines.of_row_from(from), &record)?;
        }
        Ok(table)
    }

    fn push(&mut self, line: u64, record: &StringRecord) -> Result<(), Problem> {
        if self.rows.len() == MAX_ROWS {
            return Err(too_large(format!("The file has more than {MAX_ROWS} rows. Upload it in parts.")));
        }
        if record.len() > MAX_COLUMNS {
            return Err(too_large(format!("Line {line} has more than {MAX_COLUMNS} values. This is not a statement.")));
        }
        self.rows.push(RowAt { line, first: index(self.ends.len())? });
        for field in record {
            if field.len() > MAX_FIELD {
                let detail = format!("A value that begins on line {line} is larger than 1 MiB; a quotation mark may be missing.");
                return Err(too_large(detail));
            }
            self.text.push_str(field);
            self.ends.push(index(self.text.len())?);
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row by its number from 0.
    pub fn row(&self, number: usize) -> Option<TableRow<'_>> {
        let at = self.rows.get(number)?;
        let end = self.rows.get(number + 1).map_or(self.ends.len(), |next| next.first as usize);
        Some(TableRow { table: self, line: at.line, first: at.first as usize, end })
    }

    /// The rows from number `from` on.
    pub fn rows_from(&self, from: usize) -> impl Iterator<Item = TableRow<'_>> {
        (from..self.len()).filter_map(|number| self.row(number))
    }
}

impl<'a> TableRow<'a> {
    pub fn len(self) -> usize {
        self.end - self.first
    }
    /// The trimmed field; empty when the row is shorter.
    pub fn field(self, column: usize) -> &'a str {
        let Some(at) = self.first.checked_add(column).filter(|at| *at < self.end) else { return "" };
        let begin = at.checked_sub(1).map_or(0, |before| self.table.ends[before] as usize);
        self.table.text[begin..self.table.ends[at] as usize].trim()
    }
    pub fn fields(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |column| self.field(column))
    }
    /// How many fields up to the last that is not blank.
    pub fn used(self) -> usize {
        (0..self.len()).rev().find(|column| !self.field(*column).is_empty()).map_or(0, |last| last + 1)
    }
}

fn index(n: usize) -> Result<u32, Problem> {
    u32::try_from(n).map_err(|_| too_large("The file is too large.".into()))
}

fn too_large(detail: String) -> Problem {
    Problem::new(Code::TooLarge, detail)
}

fn unreadable() -> Problem {
    Problem::field("file", "unreadable", "The file could not be read as rows of values. Download it again as CSV.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let table = Table::read(text, b';').expect("a table");
        table.rows_from(0).map(|r| (r.line, r.fields().map(str::to_owned).collect())).collect()
    }
    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|f| (*f).to_owned()).collect())
    }

    #[test]
    fn rows_know_their_line_whatever_ends_it() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a;b", "", "1;\"x", "y;\"\"z\"", "2; y "].join(end);
            let quoted = format!("x{end}y;\"z");
            assert_eq!(rows(&text), [row(1, &["a", "b"]), row(3, &["1", &quoted]), row(5, &["2", "y"])], "{end:?}");
        }
        assert_eq!(rows("\n\n\na;b"), [row(4, &["a", "b"])]);
    }

    #[test]
    fn short_rows_are_blank_at_their_end() {
        let table = Table::read("a;b;c\n1\n;;\n", b';').expect("a table");
        let second = table.row(1).expect("a row");
        assert_eq!((second.field(0), second.field(2), second.field(usize::MAX)), ("1", "", ""));
        assert_eq!(table.row(2).map(TableRow::used), Some(0));
        assert_eq!(table.row(0).map(TableRow::used), Some(3));
        assert!(table.row(3).is_none());
    }

    #[test]
    fn s47_limits_hold() {
        let status = |text: &str| Table::read(text, b',').map(|t| t.len()).map_err(|p| p.status());
        assert_eq!(status(&",".repeat(1_000_000)), Err(413));
        assert_eq!(status(&format!("a,\"{}\"", "x".repeat(MAX_FIELD + 1))), Err(413));
        assert_eq!(status(&format!("a,\"{}", "x\n".repeat(MAX_FIELD))), Err(413));
        assert_eq!(status(&"a,b\n".repeat(MAX_ROWS)), Ok(MAX_ROWS));
        assert_eq!(status(&"a,b\n".repeat(MAX_ROWS + 1)), Err(413));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\PC\",;\r\n\t]{0,200}", delimiter in prop::sample::select(vec![b',', b';', b'\t'])) {
            if let Ok(table) = Table::read(&text, delimiter) {
                let total: usize = table.rows_from(0).map(|r| r.fields().map(str::len).sum::<usize>()).sum();
                prop_assert!(total <= text.len());
                let lines: Vec<u64> = table.rows_from(0).map(|r| r.line).collect();
                prop_assert!(lines.is_sorted_by(|a, b| a < b) || text.contains('"'));
            }
        }
    }
}
