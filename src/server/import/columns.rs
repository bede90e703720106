//! Which column is what: by its name, checked against what it holds, and overruled by the person.
//!
//! It must never settle what the file leaves open; that becomes a question.

use super::{
    amounts, dates,
    names::{self, Role},
    sniff::{self, Sheet},
};
use crate::domain::{
    Currency, FieldError, Problem,
    import::{AmountColumns, DELIMITERS, Mapping, MappingChoice},
};

/// Rows looked at to see whether a column holds what its name says.
const SAMPLE: usize = 500;

/// How a sheet is read, and what must be asked first.
pub struct Layout {
    pub mapping: Mapping,
    pub questions: Vec<FieldError>,
}

/// The delimiter that was chosen; 422 when it is none.
pub fn chosen_delimiter(choice: &MappingChoice) -> Result<Option<char>, Problem> {
    match choice.delimiter {
        Some(chosen) if DELIMITERS.iter().all(|(delimiter, _)| *delimiter != chosen) => {
            Err(Problem::field("mapping.delimiter", "unknown_value", "The delimiter is a comma, a semicolon or a tab."))
        }
        delimiter => Ok(delimiter),
    }
}

/// Finds what each column is. 422 when a chosen column is not there.
pub fn lay_out(sheet: &Sheet, choice: &MappingChoice, currency: Currency) -> Result<Layout, Problem> {
    check(sheet, choice)?;
    let found = Found { sheet, names: sheet.columns.iter().map(|c| sniff::folded(c).0).collect() };
    let date = choice.date.or_else(|| found.best(Role::Date)).or_else(|| found.best(Role::ValueDate));
    let amount = choice.amount.or_else(|| found.amount());
    let (what, note) = found.texts(choice);
    let survey = date.map(|column| dates::survey(sheet.column(column)));
    let decimal_comma = choice.decimal_comma.unwrap_or_else(|| {
        let fields = amount_columns(amount).into_iter().flat_map(|column| sheet.column(column));
        amounts::decimal_comma(fields, currency).unwrap_or(sheet.delimiter == ';')
    });
    let mapping = Mapping {
        delimiter: sheet.delimiter,
        decimal_comma,
        date,
        day_order: choice.day_order.or_else(|| survey.and_then(|s| s.order)),
        amount,
        what,
        note,
        category: choice.category.unwrap_or_else(|| found.best(Role::Category)),
        currency: choice.currency.unwrap_or_else(|| found.best(Role::Currency)),
        reference: choice.reference.unwrap_or_else(|| found.best(Role::Reference)),
    };
    let questions = questions(sheet, &mapping, survey);
    Ok(Layout { mapping, questions })
}

/// The columns that hold numbers.
pub fn amount_columns(amount: Option<AmountColumns>) -> Vec<usize> {
    match amount {
        None => Vec::new(),
        Some(AmountColumns::Signed { column, .. } | AmountColumns::Marked { column, .. }) => vec![column],
        Some(AmountColumns::DebitCredit { debit, credit }) => vec![debit, credit],
    }
}

fn check(sheet: &Sheet, choice: &MappingChoice) -> Result<(), Problem> {
    let width = sheet.columns.len();
    let mut errors = Vec::new();
    let mut column = |field: &str, column: Option<usize>| {
        if column.is_some_and(|c| c >= width) {
            let message = format!("There is no such column; the file has columns 0 to {}.", width - 1);
            errors.push(FieldError::new(format!("mapping.{field}"), "no_such_column", message));
        }
    };
    column("date", choice.date);
    for number in amount_columns(choice.amount) {
        column("amount", Some(number));
    }
    if let Some(AmountColumns::Marked { direction, .. }) = choice.amount {
        column("amount", Some(direction));
    }
    for number in choice.what.iter().flatten() {
        column("what", Some(*number));
    }
    for (field, number) in
        [("note", choice.note), ("category", choice.category), ("currency", choice.currency), ("reference", choice.reference)]
    {
        column(field, number.flatten());
    }
    if choice.what.as_ref().is_some_and(|what| what.len() > width) {
        errors.push(FieldError::new("mapping.what", "too_many", "Name each column once."));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

fn questions(sheet: &Sheet, mapping: &Mapping, survey: Option<dates::Column>) -> Vec<FieldError> {
    let mut questions = Vec::new();
    match (mapping.date, survey) {
        (Some(column), Some(survey)) if survey.dates == 0 && survey.filled > 0 => {
            let message = format!("The column “{}” holds no dates. Choose the column that does.", sheet.columns[column]);
            questions.push(FieldError::new("date", "no_dates", message));
        }
        (Some(column), Some(survey)) if survey.filled > 0 && mapping.day_order.is_none() => {
            let example = sheet.column(column).find(|f| !f.is_empty()).unwrap_or_default();
            let message = format!(
                "Does “{example}” begin with the day, the month or the year? The dates of this file can be read in more than one way."
            );
            questions.push(FieldError::new("day_order", "ambiguous", message));
        }
        (Some(_), _) => {}
        (None, _) => questions.push(FieldError::new("date", "required", "Which column holds the date?")),
    }
    if mapping.amount.is_none() {
        questions.push(FieldError::new(
            "amount",
            "required",
            "Which column holds the amount, or which two hold money out and money in?",
        ));
    }
    questions
}

/// A sheet with its columns' folded names.
struct Found<'a> {
    sheet: &'a Sheet,
    names: Vec<String>,
}

impl Found<'_> {
    /// The column whose name fits the role best and whose fields do not belie it.
    fn best(&self, role: Role) -> Option<usize> {
        let mut ranked: Vec<(usize, usize)> =
            self.names.iter().enumerate().filter_map(|(column, name)| Some((sniff::rank(name, role)?, column))).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, column)| column).find(|column| self.holds(*column, role))
    }

    fn sample(&self, column: usize) -> impl Iterator<Item = &str> {
        self.sheet.column(column).take(SAMPLE).filter(|f| !f.is_empty())
    }

    fn holds(&self, column: usize, role: Role) -> bool {
        let filled = self.sample(column).count();
        let most = |fits: usize| fits * 2 >= filled;
        if filled == 0 {
            return self.sheet.table.len() == self.sheet.data || matches!(role, Role::Debit | Role::Credit);
        }
        match role {
            Role::Date | Role::ValueDate => most(dates::survey(self.sample(column)).dates),
            Role::Amount | Role::Debit | Role::Credit => {
                most(self.sample(column).filter(|f| amounts::is_blank(f) || amounts::looks_like_one(f)).count())
            }
            Role::Direction => self.sample(column).all(|f| names::is_debit(f).is_some()),
            Role::Currency => most(self.sample(column).filter(|f| amounts::is_currency(f)).count()),
            Role::Payee | Role::Description | Role::Note | Role::Category | Role::Reference => true,
        }
    }

    fn amount(&self) -> Option<AmountColumns> {
        let signed = self.best(Role::Amount);
        let negative = |column| self.sheet.column(column).any(amounts::is_negative);
        if let Some(column) = signed.filter(|column| negative(*column)) {
            return Some(AmountColumns::Signed { column, negate: false });
        }
        if let (Some(debit), Some(credit)) = (self.best(Role::Debit), self.best(Role::Credit))
            && debit != credit
        {
            return Some(AmountColumns::DebitCredit { debit, credit });
        }
        let column = signed?;
        Some(match self.best(Role::Direction) {
            Some(direction) => AmountColumns::Marked { column, direction },
            None => AmountColumns::Signed { column, negate: false },
        })
    }

    /// What it was, and the note: whom it went to before what the bank says of it.
    fn texts(&self, choice: &MappingChoice) -> (Vec<usize>, Option<usize>) {
        let candidates: Vec<usize> =
            [Role::Payee, Role::Description, Role::Note].into_iter().filter_map(|role| self.best(role)).collect();
        let what = choice.what.clone().unwrap_or_else(|| candidates.first().copied().into_iter().collect());
        let note = choice.note.unwrap_or_else(|| candidates.into_iter().find(|column| !what.contains(column)));
        (what, note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::DayOrder;

    fn layout(text: &str) -> Layout {
        lay_out(&sniff::sniff(text).expect("a sheet"), &MappingChoice::default(), Currency::EUR).expect("a layout")
    }
    fn asked(text: &str) -> Vec<(String, String)> {
        layout(text).questions.into_iter().map(|q| (q.field, q.code)).collect()
    }

    #[test]
    fn columns_by_name_and_content() {
        let m = layout(
            "Valuta;Buchungstag;Empfänger;Verwendungszweck;Betrag;Währung\n03.01.2026;02.01.2026;Laden;Einkauf;-1.234,50;EUR\n",
        )
        .mapping;
        assert_eq!((m.date, m.day_order, m.decimal_comma), (Some(1), Some(DayOrder::Dmy), true));
        assert_eq!((m.what, m.note, m.currency), (vec![2], Some(3), Some(5)));
        assert_eq!(m.amount, Some(AmountColumns::Signed { column: 4, negate: false }));

        let m = layout("Datum,Valuta,Omschrijving,Bedrag\n2026-01-02,EUR,Winkel,-1.50\n").mapping;
        assert_eq!((m.date, m.currency), (Some(0), Some(1)), "here “Valuta” is the currency");

        let m = layout("Date,Details,Debit,Credit,Balance\n13/01/2026,Shop,1.50,,98.50\n14/01/2026,Pay,,20.00,118.50\n").mapping;
        assert_eq!(m.amount, Some(AmountColumns::DebitCredit { debit: 2, credit: 3 }));

        let m = layout("\"Datum\",\"Naam / Omschrijving\",\"Af Bij\",\"Bedrag (EUR)\",\"Mededelingen\"\n20260102,Winkel,Af,\"1,50\",x\n20260103,Baas,Bij,\"20,00\",y\n").mapping;
        assert_eq!(m.amount, Some(AmountColumns::Marked { column: 3, direction: 2 }));
        assert_eq!((m.what, m.note, m.decimal_comma), (vec![1], Some(4), true));
    }

    #[test]
    fn what_the_file_leaves_open_is_asked() {
        let ask = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
        assert_eq!(asked("Date,What,Amount\n01/02/2026,Shop,-1.00\n"), ask("day_order", "ambiguous"));
        assert_eq!(asked("Kelt,What,Amount\n2026-01-02,Shop,-1.00\n"), ask("date", "required"));
        assert_eq!(asked("Date,What,Összeg\n2026-01-02,Shop,-1.00\n"), ask("amount", "required"));
        assert_eq!(asked("Date,What,Withdrawal\n2026-01-02,Shop,1.00\n"), ask("amount", "required"));
        assert_eq!(asked("2026-01-02,Shop,-1.00\n2026-01-03,Shop,-1.00\n").len(), 2, "no header");
        assert_eq!(asked("Date,What,Amount\n"), []);
    }

    #[test]
    fn a_person_overrules() {
        let sheet = sniff::sniff("Date,Posted,What,Amount,Memo\n01/02/2026,2026-02-03,Shop,-1.00,x\n").expect("a sheet");
        let choice = |json: &str| serde_json::from_str::<MappingChoice>(json).expect("a choice");
        let lay = |json: &str| lay_out(&sheet, &choice(json), Currency::EUR);
        let m = lay(r#"{"day_order":"mdy","note":null,"what":[2,4]}"#).expect("a layout").mapping;
        assert_eq!((m.day_order, m.note, m.what), (Some(DayOrder::Mdy), None, vec![2, 4]));
        let m = lay(r#"{"date":1,"amount":{"kind":"signed","column":3,"negate":true}}"#).expect("a layout");
        assert!(m.questions.is_empty());
        assert_eq!(m.mapping.amount, Some(AmountColumns::Signed { column: 3, negate: true }));
        let problem = lay(r#"{"date":9,"what":[7]}"#).err().expect("refused");
        assert_eq!(problem.errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["mapping.date", "mapping.what"]);
        let problem = lay(r#"{"date":2}"#).expect("a layout").questions;
        assert_eq!(problem[0].code, "no_dates");
    }
}
