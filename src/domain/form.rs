//! What people and programs send, checked into drafts. The browser and the server run the same check
//! and show the same message.

use super::{
    CategoryId, Color, Currency, Day, FieldError,
    expense::{ExpenseDraft, ExpenseEdit},
    filter::AmountStyle,
    funds::{FundsDraft, FundsEdit},
    text::{Name, Note, TextError, What},
};

/// What is needed to read somebody's input.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub currency: Currency,
    pub style: AmountStyle,
    /// The day an entry gets when none is given.
    pub today: Day,
}

/// The fields of an expense as text. In a draft, absent and blank are the same; in an edit, absent
/// leaves the field as it is and blank clears it (where it may be empty).
#[derive(Clone, Debug, Default)]
pub struct ExpenseFields<'a> {
    pub amount: Option<&'a str>,
    pub what: Option<&'a str>,
    pub date: Option<&'a str>,
    pub category_id: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// The fields of funds as text.
#[derive(Clone, Debug, Default)]
pub struct FundsFields<'a> {
    pub amount: Option<&'a str>,
    pub date: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// Collects every field's error, so that a person sees all of them at once.
#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn take<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        result.map_err(|e| self.0.push(e)).ok()
    }
    fn done<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

fn text<T>(field: &str, result: Result<T, TextError>) -> Result<T, FieldError> {
    result.map_err(|e| e.of(field))
}

fn day(value: &str) -> Result<Day, FieldError> {
    value.trim().parse().map_err(|e: super::day::NotADay| FieldError::new("date", "invalid_date", e.to_string()))
}

fn category(value: &str) -> Result<Option<CategoryId>, FieldError> {
    match value.trim() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| FieldError::new("category_id", "invalid_id", "Choose a category from the list.")),
    }
}

fn day_or(value: Option<&str>, today: Day) -> Result<Day, FieldError> {
    value.filter(|v| !v.trim().is_empty()).map_or(Ok(today), day)
}

/// A category's name.
pub fn category_name(text: &str) -> Result<Name, FieldError> {
    Name::parse(text).map_err(|e| e.of("name"))
}

/// A colour of the palette; blank is none.
pub fn color(text: &str) -> Result<Option<Color>, FieldError> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}

impl ExpenseFields<'_> {
    /// A new expense, or every field's error.
    pub fn draft(&self, reading: Reading) -> Result<ExpenseDraft, Vec<FieldError>> {
        let mut errors = Errors::default();
        let amount = errors.take(reading.style.read("amount", self.amount.unwrap_or(""), reading.currency));
        let what = errors.take(text("what", What::parse(self.what.unwrap_or(""))));
        let date = errors.take(day_or(self.date, reading.today));
        let category_id = errors.take(category(self.category_id.unwrap_or("")));
        let note = errors.take(text("note", Note::parse_optional(self.note.unwrap_or(""))));
        let draft =
            (|| Some(ExpenseDraft { date: date?, amount: amount?, what: what?, note: note?, category_id: category_id? }))();
        errors.done(draft)
    }

    /// Changes to an expense, or every field's error.
    pub fn edit(&self, reading: Reading) -> Result<ExpenseEdit, Vec<FieldError>> {
        let mut errors = Errors::default();
        let edit = ExpenseEdit {
            amount: self.amount.and_then(|v| errors.take(reading.style.read("amount", v, reading.currency))),
            what: self.what.and_then(|v| errors.take(text("what", What::parse(v)))),
            date: self.date.and_then(|v| errors.take(day(v))),
            category_id: self.category_id.and_then(|v| errors.take(category(v))),
            note: self.note.and_then(|v| errors.take(text("note", Note::parse_optional(v)))),
        };
        errors.done(Some(edit))
    }
}

impl FundsFields<'_> {
    /// New funds, or every field's error.
    pub fn draft(&self, reading: Reading) -> Result<FundsDraft, Vec<FieldError>> {
        let mut errors = Errors::default();
        let amount = errors.take(reading.style.read("amount", self.amount.unwrap_or(""), reading.currency));
        let date = errors.take(day_or(self.date, reading.today));
        let note = errors.take(text("note", Note::parse_optional(self.note.unwrap_or(""))));
        let draft = (|| Some(FundsDraft { date: date?, amount: amount?, note: note? }))();
        errors.done(draft)
    }

    /// Changes to funds, or every field's error.
    pub fn edit(&self, reading: Reading) -> Result<FundsEdit, Vec<FieldError>> {
        let mut errors = Errors::default();
        let edit = FundsEdit {
            amount: self.amount.and_then(|v| errors.take(reading.style.read("amount", v, reading.currency))),
            date: self.date.and_then(|v| errors.take(day(v))),
            note: self.note.and_then(|v| errors.take(text("note", Note::parse_optional(v)))),
        };
        errors.done(Some(edit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named() {
        let reading = Reading { currency: Currency::EUR, style: AmountStyle::Strict, today: "2026-11-22".parse().expect("day") };
        let fields = ExpenseFields {
            amount: Some("1.234"),
            what: Some(" "),
            date: Some("2026-02-30"),
            category_id: Some("x"),
            note: Some("a\0"),
        };
        let errors = fields.draft(reading).expect_err("refused");
        let named: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(
            named,
            [
                ("amount", "too_many_decimals"),
                ("what", "required"),
                ("date", "invalid_date"),
                ("category_id", "invalid_id"),
                ("note", "control_character")
            ]
        );
        let edit = ExpenseFields { note: Some(""), ..Default::default() }.edit(reading).expect("an edit");
        assert_eq!(edit.note, Some(None));
        assert_eq!(edit.what, None);
    }
}
