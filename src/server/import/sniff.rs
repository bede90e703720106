//! Which delimiter a file has, and which of its first rows names the columns.

use super::{
    amounts, dates,
    limits::MAX_COLUMNS,
    names::Role,
    table::{Table, TableRow},
};
use crate::domain::{Currency, Problem, fold, import::DELIMITERS};
use std::collections::{HashMap, HashSet};

/// Banks put a few lines about the account before the header; no more than this.
const PREAMBLE: usize = 60;
/// Rows looked at to learn how wide the table is.
const SAMPLE: usize = 500;

/// A file cut into rows, and where its data begin.
#[derive(Debug)]
pub struct Sheet {
    pub table: Table,
    pub delimiter: char,
    /// The header's names, or `Column 1` … where there is none.
    pub columns: Vec<String>,
    /// The first row after the header.
    pub data: usize,
    /// How many columns have a name that is known.
    known: usize,
    /// How many of the first rows are as wide as the header.
    even: usize,
}

/// Cuts the text by the delimiter that makes the best table of it.
pub fn sniff(text: &str) -> Result<Sheet, Problem> {
    let mut best: Option<Sheet> = None;
    let mut refused = None;
    for (delimiter, _) in DELIMITERS {
        match cut(text, delimiter) {
            Ok(sheet) if best.as_ref().is_none_or(|b| sheet.score() > b.score()) => best = Some(sheet),
            Ok(_) => {}
            Err(problem) => refused = refused.or(Some(problem)),
        }
    }
    best.ok_or_else(|| refused.unwrap_or_else(no_columns))
}

/// Cuts the text by this delimiter; 422 when that gives fewer than two columns.
pub fn cut(text: &str, delimiter: char) -> Result<Sheet, Problem> {
    let table = Table::read(text, u8::try_from(delimiter).map_err(|_| no_columns())?)?;
    let header = header(&table);
    let width = header.map_or_else(|| width(&table), |h| width_below(&table, h));
    if width < 2 {
        return Err(no_columns());
    }
    let columns: Vec<String> = match header.and_then(|h| table.row(h)) {
        Some(row) => (0..width).map(|c| label(row.field(c), c)).collect(),
        None => (0..width).map(|c| label("", c)).collect(),
    };
    let known = header.and_then(|h| table.row(h)).map_or(0, |row| roles(row).len());
    let data = header.map_or(0, |h| h + 1);
    if known == 0 && !has_dates(&table, data) {
        return Err(no_columns());
    }
    let even = table.rows_from(data).take(SAMPLE).filter(|r| r.len() >= width && r.used() <= width).count();
    Ok(Sheet { table, delimiter, columns, data, known, even })
}

impl Sheet {
    fn score(&self) -> (usize, usize, usize) {
        (self.known, self.even, self.columns.len())
    }
    /// The fields of a column below the header.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        self.table.rows_from(self.data).map(move |row| row.field(column))
    }
}

fn no_columns() -> Problem {
    Problem::field(
        "file",
        "no_columns",
        "No columns were found. A statement is a table with a header, separated by commas, semicolons or tabs.",
    )
}

/// True when some field is a date: a table without any, and without a name that is known, is no statement.
fn has_dates(table: &Table, from: usize) -> bool {
    table.rows_from(from).take(SAMPLE).any(|row| dates::survey(row.fields()).dates > 0)
}

/// A column's name for people: at most 60 characters.
fn label(name: &str, column: usize) -> String {
    let name = super::cell::one_line(name);
    if name.is_empty() { format!("Column {}", column + 1) } else { name.chars().take(60).collect() }
}

/// The folded name of a column, and the currency that it names: `Betrag (EUR)`, `Umsatz in EUR`.
pub fn folded(name: &str) -> (String, Option<Currency>) {
    let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    let shouted = !name.chars().any(char::is_lowercase) && !name.contains('(');
    let currency = parts.last().filter(|_| parts.len() > 1 && !shouted).and_then(|last| last.parse().ok());
    let mut words = fold::words(name);
    if currency.is_some() {
        words.pop();
        if words.last().is_some_and(|w| matches!(w.as_str(), "in" | "en" | "v")) && words.len() > 1 {
            words.pop();
        }
    }
    (words.join(" "), currency)
}

/// How well a folded name fits a role: smaller is better.
pub fn rank(name: &str, role: Role) -> Option<usize> {
    const LONGER: usize = 1_000;
    let exact = role.names().position(|known| known == name);
    exact.or_else(|| {
        let longer = |known: &str| known.len() >= 4 && name.strip_prefix(known).is_some_and(|rest| rest.starts_with(' '));
        role.may_go_on().then(|| role.names().position(longer)).flatten().map(|at| at + LONGER)
    })
}

/// The roles that the names in a row stand for.
fn roles(row: TableRow<'_>) -> HashSet<Role> {
    let mut found = HashSet::new();
    for field in row.fields().take(MAX_COLUMNS).filter(|f| !f.is_empty() && f.len() <= 80) {
        let name = folded(field).0;
        found.extend(Role::ALL.into_iter().find(|role| rank(&name, *role).is_some()));
    }
    found
}

/// The row that names the columns: the first that names a date and an amount, else the one with the
/// most known names, else the first full row without any date or amount.
fn header(table: &Table) -> Option<usize> {
    let rows = || table.rows_from(0).take(PREAMBLE).enumerate();
    let named: Vec<(usize, HashSet<Role>)> = rows().map(|(number, row)| (number, roles(row))).collect();
    let has = |roles: &HashSet<Role>, wanted: &[Role]| wanted.iter().any(|r| roles.contains(r));
    let sure = named
        .iter()
        .find(|(_, roles)| has(roles, &[Role::Date, Role::ValueDate]) && has(roles, &[Role::Amount, Role::Debit, Role::Credit]));
    let likely = || {
        let most = named.iter().map(|(_, roles)| roles.len()).max().filter(|most| *most >= 2)?;
        named.iter().find(|(_, roles)| roles.len() == most)
    };
    if let Some((number, _)) = sure.or_else(likely) {
        return Some(*number);
    }
    let width = width(table);
    let is_value = |f: &str| amounts::looks_like_one(f) || dates::survey(std::iter::once(f)).dates > 0;
    let first = rows().find(|(_, row)| row.len() == width && row.used() >= 2);
    first.filter(|(_, row)| table.len() > 1 && !row.fields().any(is_value)).map(|(number, _)| number)
}

/// The width of a header; a last column without a name counts when it is filled.
fn width_below(table: &Table, header: usize) -> usize {
    let Some(row) = table.row(header) else { return 0 };
    let filled = table.rows_from(header + 1).take(SAMPLE).map(TableRow::used).filter(|used| *used <= row.len());
    filled.max().map_or(row.used(), |used| used.max(row.used()))
}

/// The width that most rows have.
fn width(table: &Table) -> usize {
    let mut widths: HashMap<usize, usize> = HashMap::new();
    for row in table.rows_from(0).take(SAMPLE) {
        *widths.entry(row.len()).or_default() += 1;
    }
    widths.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sheet(text: &str) -> Sheet {
        sniff(text).expect("a sheet")
    }

    #[test]
    fn the_delimiter_makes_the_best_table() {
        for (text, delimiter, columns) in [
            ("Date,Description,Amount\n2026-01-02,\"Shop; Inc\",-1.00\n", ',', 3),
            ("Datum;Text;Betrag\n02.01.2026;Laden, Ort;-1,00\n02.01.2026;a, b, c, d;-1,00\n", ';', 3),
            ("Date\tDescription\tAmount\n1/2/2026\tShop, Inc; London\t-1,000.00\n", '\t', 3),
            ("Könyvelés;Közlemény;Összeg\n2026.01.02;Bolt;-1,00\n2026.01.03;Bolt;-1,50\n", ';', 3),
        ] {
            let sheet = sheet(text);
            assert_eq!((sheet.delimiter, sheet.columns.len(), sheet.data), (delimiter, columns, 1), "{text}");
        }
        assert!(sniff("just a letter\nto the bank\n").is_err());
        assert!(sniff("{\"json\": true}").is_err());
    }

    #[test]
    fn the_header_may_stand_below_a_preamble() {
        let german = sheet(
            "\"Girokonto\";\"DE00 1234\"\n\"Zeitraum:\";\"01.01.2026 - 31.01.2026\"\n\"Kontostand vom 31.01.2026:\";\"1.234,56 EUR\"\n\n\
             \"Buchungsdatum\";\"Wertstellung\";\"Verwendungszweck\";\"Betrag (€)\"\n\"02.01.26\";\"02.01.26\";\"Miete\";\"-900,00\"\n",
        );
        assert_eq!(german.columns, ["Buchungsdatum", "Wertstellung", "Verwendungszweck", "Betrag (€)"]);
        assert_eq!(german.data, 4);
        assert_eq!(german.column(2).collect::<Vec<_>>(), ["Miete"]);
    }

    #[test]
    fn without_a_header_the_columns_have_numbers() {
        let sheet = sheet("2026-01-02,Shop,-1.00\n2026-01-03,Shop,-2.00\n");
        assert_eq!((sheet.data, sheet.columns), (0, vec!["Column 1".to_owned(), "Column 2".into(), "Column 3".into()]));
    }

    #[test]
    fn names_are_folded() {
        for (name, folded_name, currency) in [
            ("Betrag (EUR)", "betrag", Some("EUR")),
            ("Umsatz in EUR", "umsatz", Some("EUR")),
            ("Date de l'opération", "date de l operation", None),
            ("  BOOKING   Date ", "booking date", None),
            ("GBP", "gbp", None),
            ("AMOUNT ALL", "amount all", None),
        ] {
            assert_eq!(folded(name), (folded_name.to_owned(), currency.map(|c| c.parse().expect("a currency"))), "{name}");
        }
        assert!(rank("amount", Role::Amount) < rank("amount in account currency", Role::Amount));
        assert!(rank("amount foreign currency", Role::Amount) > rank("betrag", Role::Amount));
        assert_eq!(rank("debit card number", Role::Debit), None);
    }

    #[test]
    fn every_known_name_is_folded_and_in_one_place() {
        for role in Role::ALL {
            let mut seen = HashSet::new();
            for name in role.names() {
                assert_eq!(fold::words(name).join(" "), name, "{role:?}");
                assert!(seen.insert(name), "{role:?} {name} twice");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\PC\",;\r\n\t]{0,200}") {
            let _ = sniff(&text);
        }
    }
}
