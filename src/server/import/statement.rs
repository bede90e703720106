//! A statement from its bytes to its rows: decode, cut, lay out, read. Pure, and linear in the file's size.

use super::{
    columns::{self, Layout},
    decode,
    rows::{self, Categories, Row},
    sniff,
};
use crate::domain::{
    Currency, FieldError, Problem,
    import::{Mapping, MappingChoice},
};

/// A statement, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub encoding: &'static str,
    pub columns: Vec<String>,
    pub mapping: Mapping,
    /// What must be answered before any row can be read.
    pub questions: Vec<FieldError>,
    pub rows: Vec<Row>,
}

/// Reads a file. 413, 415 or 422 when it is no statement, 422 when the choice does not fit it.
pub fn read(content: Vec<u8>, choice: &MappingChoice, currency: Currency, categories: &Categories) -> Result<Statement, Problem> {
    let decoded = decode::decode(content)?;
    let sheet = match columns::chosen_delimiter(choice)? {
        Some(delimiter) => sniff::cut(&decoded.text, delimiter)?,
        None => sniff::sniff(&decoded.text)?,
    };
    let encoding = decoded.encoding;
    drop(decoded.text);
    let Layout { mapping, questions } = columns::lay_out(&sheet, choice, currency)?;
    let rows = rows::read(&sheet, &mapping, questions.is_empty(), currency, categories);
    Ok(Statement { encoding, columns: sheet.columns, mapping, questions, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        CategoryId,
        import::{AmountColumns, EntryKind, Verdict},
    };
    use crate::server::import::rows::Entry;
    use proptest::prelude::*;

    fn read_text(text: &str) -> Statement {
        read_as(text, "{}")
    }
    fn read_as(text: &str, choice: &str) -> Statement {
        let choice = serde_json::from_str(choice).expect("a choice");
        read(text.as_bytes().to_vec(), &choice, Currency::EUR, &Categories::new()).expect("a statement")
    }
    /// Each line as signed minor units and what, or the code of why not.
    /// A line with its amount and text, or the reason why it has none.
    type Line<'a> = (u64, Result<(i64, &'a str), &'a str>);

    fn lines(statement: &Statement) -> Vec<Line<'_>> {
        let signed = |e: &Entry| if e.kind == EntryKind::Expense { -e.amount.minor } else { e.amount.minor };
        let mut lines = Vec::new();
        for row in &statement.rows {
            lines.push((row.line, row.read.as_ref().map(|e| (signed(e), e.what.as_str())).map_err(|r| r.code)));
        }
        lines
    }

    #[test]
    fn a_debit_is_an_expense_and_a_credit_funds() {
        let s = read_text("Date,Payee,Amount\n2026-01-02,Shop,-12.50\n2026-01-03,Employer,2000.00\n2026-01-03,Nothing,0.00\n");
        assert_eq!(lines(&s), [(2, Ok((-1250, "Shop"))), (3, Ok((200_000, "Employer"))), (4, Err("zero_amount"))]);
        let s = read_text(
            "Date,What,Paid out,Paid in\n13/01/2026,Shop,12.50,\n14/01/2026,Back,,3.00\n15/01/2026,Both,1,2\n16/01/2026,None,,\n17/01/2026,Reversal,-4.00,\n",
        );
        assert_eq!(
            lines(&s),
            [
                (2, Ok((-1250, "Shop"))),
                (3, Ok((300, "Back"))),
                (4, Err("two_amounts")),
                (5, Err("missing_amount")),
                (6, Ok((400, "Reversal")))
            ]
        );
        let s = read_text("Date,What,Debit,Credit\n13/01/2026,Shop,-12.50,\n14/01/2026,Back,,3.00\n");
        assert_eq!(
            lines(&s),
            [(2, Ok((-1250, "Shop"))), (3, Ok((300, "Back")))],
            "a minus in the debit column is a way of writing"
        );
        let s = read_text("Datum;Naam;Af Bij;Bedrag (EUR)\n20260102;Winkel;Af;1,50\n20260103;Baas;Bij;20,00\n");
        assert_eq!(lines(&s), [(2, Ok((-150, "Winkel"))), (3, Ok((2000, "Baas")))]);
        let s = read_as("Date,What,Amount\n2026-01-02,Shop,12.50\n", r#"{"amount":{"kind":"signed","column":2,"negate":true}}"#);
        assert_eq!(lines(&s), [(2, Ok((-1250, "Shop")))]);
    }

    #[test]
    fn each_unreadable_row_says_why() {
        let s = read_text(
            "Date,Payee,Amount,Currency\n2026-02-30,Shop,-1.00,EUR\n2026-02-03,Shop,abc,EUR\n2026-02-03,Shop,-1.234,EUR\n\
             2026-02-03,Shop,-1.00,USD\n2026-02-03,Shop,-$1.00,\n2026-02-03,Shop,-99999999999999999999,EUR\n,Shop,-1.00,EUR\n\
             2026-02-03,Shop, Inc,-1.00,EUR\n2026-02-03,,-1.00,EUR\n,,,\nTotal,,-5.00,EUR\n,Balance carried forward,-5.00,\n",
        );
        let codes: Vec<_> = lines(&s).into_iter().map(|(_, r)| r.map(|(_, what)| what)).collect();
        assert_eq!(
            codes,
            [
                Err("invalid_date"),
                Err("invalid_amount"),
                Err("too_many_decimals"),
                Err("other_currency"),
                Err("other_currency"),
                Err("amount_too_large"),
                Err("invalid_date"),
                Err("too_many_values"),
                Ok("Expense"),
                Err("not_a_row"),
                Err("not_a_row"),
                Err("not_a_row"),
            ]
        );
        let messages: Vec<_> = s.rows.iter().filter_map(|r| r.read.as_ref().err().map(|e| e.message.as_str())).collect();
        assert_eq!(messages[0], "“2026-02-30” in the column “Date” is not a date.");
        assert_eq!(messages[1], "“abc” in the column “Amount” is not an amount.");
        assert_eq!(messages[3], "This is “USD”; your account is in EUR.");
        let s = read_text("Date,What,Amount (USD)\n2026-02-03,Shop,-1.00\n");
        assert_eq!(lines(&s), [(2, Err("other_currency"))]);
    }

    #[test]
    fn texts_are_taken_whole() {
        let s = read_text(
            "Date,Payee,Description,Amount,Category\n2026-01-02,,\"'=1+1,\n two\",-1.00,\n2026-01-02,Shop,Shop,-1.00,\n",
        );
        let entry = |i: usize| s.rows[i].read.as_ref().expect("an entry");
        assert_eq!((entry(0).what.as_str(), &entry(0).note), ("=1+1, two", &None), "nobody is named: the description is");
        assert_eq!((entry(1).what.as_str(), &entry(1).note), ("Shop", &None), "the same twice is said once");
        let long = read_text(&format!("Date,Payee,Amount\n2026-01-02,{},-1.00\n", "x".repeat(600)));
        assert!(long.rows[0].read.as_ref().is_ok_and(|e| e.shortened && e.what.as_str().chars().count() == 500));
    }

    #[test]
    fn categories_match_by_name_and_are_never_made() {
        let groceries = CategoryId::new();
        let categories = Categories::from([("eating out".to_owned(), groceries)]);
        let text = "Date,What,Amount,Category\n2026-01-02,a,-1,EATING  out\n2026-01-02,b,-1,Unknown\n2026-01-02,c,1,Eating out\n";
        let s = read(text.into(), &MappingChoice::default(), Currency::EUR, &categories).expect("a statement");
        let found: Vec<_> = s.rows.iter().map(|r| r.read.as_ref().expect("an entry").category_id).collect();
        assert_eq!(found, [Some(groceries), None, None]);
    }

    #[test]
    fn open_questions_leave_the_rows_unread() {
        let text = "Date,What,Amount\n01/02/2026,Shop,-1.00\n,,\n";
        let s = read_text(text);
        assert_eq!(s.questions.len(), 1);
        assert_eq!(lines(&s), [(2, Err("question_open")), (3, Err("not_a_row"))]);
        let s = read_as(text, r#"{"day_order":"mdy"}"#);
        assert_eq!(s.rows[0].read.as_ref().expect("an entry").date.to_string(), "2026-01-02");
    }

    #[test]
    fn an_unknown_header_is_mapped_by_hand() {
        let text = "Kelt;Partner;Érték\n2026.01.02;Bolt;-1 200,50\n2026.01.03;Bolt;300,00\n";
        assert_eq!(read_text(text).questions.len(), 2);
        let s = read_as(text, r#"{"date":0,"what":[1],"amount":{"kind":"signed","column":2}}"#);
        assert_eq!(lines(&s), [(2, Ok((-120_050, "Bolt"))), (3, Ok((30_000, "Bolt")))]);
        assert_eq!(s.mapping.amount, Some(AmountColumns::Signed { column: 2, negate: false }));
    }

    #[test]
    fn lines_are_the_files() {
        let s = read_text("My account\n\nDate,What,Amount\n2026-01-02,\"two\nlines\",-1.00\n2026-01-03,Shop,-1.00\n");
        assert_eq!(s.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [4, 6]);
    }

    proptest! {
        #[test]
        fn s47_no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = read(bytes, &MappingChoice::default(), Currency::EUR, &Categories::new());
        }

        #[test]
        fn no_table_panics(rows in prop::collection::vec(prop::collection::vec("[0-9.,/\"'a-zé €-]{0,12}", 0..6), 0..12)) {
            let body: Vec<String> = rows.iter().map(|r| r.join(",")).collect();
            let text = format!("Date,Payee,Debit,Credit,Currency\n{}\n", body.join("\n"));
            if let Ok(s) = read(text.into_bytes(), &MappingChoice::default(), Currency::EUR, &Categories::new()) {
                for row in &s.rows {
                    match &row.read {
                        Ok(entry) => prop_assert!(entry.amount.minor > 0),
                        Err(refusal) => prop_assert!(matches!(refusal.verdict, Verdict::Error | Verdict::Ignored)),
                    }
                }
            }
        }
    }
}
