//! What people and programs send, checked into drafts. The browser and the server run the same check
//! and show the same message.

use super::{
    CategoryId, Color, Currency, Day, FieldError, MonthStart, Period,
    budget::BudgetDraft,
    calendar::NamedStart,
    command::ProfileEdit,
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
/// leaves the field as it is and blank clears it (where it may be empty). A blank day of the strict style is no day.
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

/// The fields of a budget as text.
#[derive(Clone, Debug, Default)]
pub struct BudgetFields<'a> {
    pub amount: Option<&'a str>,
    /// Blank: of all spending.
    pub category_id: Option<&'a str>,
    pub rollover: Option<bool>,
}

/// The fields of a profile as text; absent leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileFields<'a> {
    pub display_name: Option<&'a str>,
    pub currency: Option<&'a str>,
    /// Known names are the server's to check: the browser has no list.
    pub time_zone: Option<&'a str>,
    pub locale: Option<&'a str>,
    pub first_weekday: Option<&'a str>,
    /// As [`Period::choice`] writes it.
    pub period: Option<&'a str>,
    /// A payday, for periods of weeks.
    pub anchor: Option<&'a str>,
}

/// Collects every field's error, so that a person sees all of them at once.
#[derive(Default)]
pub(super) struct Errors(pub Vec<FieldError>);

impl Errors {
    pub fn take<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        result.map_err(|e| self.0.push(e)).ok()
    }
    pub fn done<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

pub(super) fn text<T>(field: &str, result: Result<T, TextError>) -> Result<T, FieldError> {
    result.map_err(|e| e.of(field))
}

pub(super) fn day_of(field: &str, value: &str) -> Result<Day, FieldError> {
    value.trim().parse().map_err(|e: super::day::NotADay| FieldError::new(field, "invalid_date", e.to_string()))
}

fn day(value: &str, style: AmountStyle) -> Result<Day, FieldError> {
    if style.is_strict() && value.trim() != value { day_of("date", "") } else { day_of("date", value) }
}

pub(super) fn category(value: &str) -> Result<Option<CategoryId>, FieldError> {
    match value.trim() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| FieldError::new("category_id", "invalid_id", "Choose a category from the list.")),
    }
}

/// The day, or today when none is given; a person's blank field gives none either.
fn day_or_today(value: Option<&str>, reading: Reading) -> Result<Day, FieldError> {
    let given = value.filter(|v| reading.style.is_strict() || !v.trim().is_empty());
    given.map_or(Ok(reading.today), |v| day(v, reading.style))
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
        let date = errors.take(day_or_today(self.date, reading));
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
            date: self.date.and_then(|v| errors.take(day(v, reading.style))),
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
        let date = errors.take(day_or_today(self.date, reading));
        let note = errors.take(text("note", Note::parse_optional(self.note.unwrap_or(""))));
        let draft = (|| Some(FundsDraft { date: date?, amount: amount?, note: note? }))();
        errors.done(draft)
    }

    /// Changes to funds, or every field's error.
    pub fn edit(&self, reading: Reading) -> Result<FundsEdit, Vec<FieldError>> {
        let mut errors = Errors::default();
        let edit = FundsEdit {
            amount: self.amount.and_then(|v| errors.take(reading.style.read("amount", v, reading.currency))),
            date: self.date.and_then(|v| errors.take(day(v, reading.style))),
            note: self.note.and_then(|v| errors.take(text("note", Note::parse_optional(v)))),
        };
        errors.done(Some(edit))
    }
}

impl BudgetFields<'_> {
    /// A budget to be set, or every field's error.
    pub fn draft(&self, reading: Reading) -> Result<BudgetDraft, Vec<FieldError>> {
        let mut errors = Errors::default();
        let amount = errors.take(reading.style.read("amount", self.amount.unwrap_or(""), reading.currency));
        let category_id = errors.take(category(self.category_id.unwrap_or("")));
        let draft = (|| Some(BudgetDraft { category_id: category_id?, amount: amount?, rollover: self.rollover }))();
        errors.done(draft)
    }
}

/// The first day of a month that is written `2026-11`.
pub fn month(field: &str, text: &str) -> Result<Day, FieldError> {
    let wrong = || FieldError::new(field, "invalid_month", "This is not a month. Use YYYY-MM, such as 2026-11.");
    format!("{text}-01").parse().map_err(|_| wrong())
}

fn chosen<T: std::str::FromStr>(field: &str, value: &str) -> Result<T, FieldError> {
    value.parse().map_err(|_| FieldError::new(field, "unknown_value", "Choose one from the list."))
}

impl ProfileFields<'_> {
    /// Changes to a profile, or every field's error.
    pub fn edit(&self) -> Result<ProfileEdit, Vec<FieldError>> {
        let mut errors = Errors::default();
        let edit = ProfileEdit {
            display_name: self.display_name.and_then(|v| errors.take(text("display_name", Name::parse(v)))),
            currency: self.currency.and_then(|v| errors.take(chosen("currency", v))),
            time_zone: self.time_zone.map(str::to_owned),
            locale: self.locale.and_then(|v| errors.take(chosen("locale", v))),
            first_weekday: self.first_weekday.and_then(|v| errors.take(chosen("first_weekday", v))),
            period: self.period.and_then(|v| errors.take(Period::from_choice(v, self.anchor))),
        };
        errors.done(Some(edit))
    }
}

impl Period {
    /// The period as one choice of a list: `month-1` to `month-28`, `month-last`, `weeks-2`, `weeks-4`.
    pub fn choice(self) -> String {
        match self {
            Self::Month { start_day: MonthStart::Day(day) } => format!("month-{day}"),
            Self::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) } => "month-last".to_owned(),
            Self::Weeks { weeks, .. } => format!("weeks-{weeks}"),
        }
    }
    /// The other way round; periods of weeks need a payday to count from.
    pub fn from_choice(choice: &str, anchor: Option<&str>) -> Result<Self, FieldError> {
        let unknown = || FieldError::new("period", "unknown_value", "Choose one from the list.");
        let (kind, rest) = choice.split_once('-').ok_or_else(unknown)?;
        let period = match (kind, rest) {
            ("month", "last") => Self::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) },
            ("month", day) => Self::Month { start_day: MonthStart::Day(day.parse().map_err(|_| unknown())?) },
            ("weeks", weeks) => {
                let weeks = weeks.parse().map_err(|_| unknown())?;
                let anchor = anchor.filter(|day| !day.trim().is_empty());
                let anchor = anchor.ok_or_else(|| FieldError::new("anchor", "required", "Enter the day of a payday."))?;
                Self::Weeks { anchor: day_of("anchor", anchor)?, weeks }
            }
            _ => return Err(unknown()),
        };
        if period.is_valid() { Ok(period) } else { Err(unknown()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_one_choice() {
        let anchor = Some("2026-01-02");
        for choice in ["month-1", "month-28", "month-last", "weeks-2", "weeks-4"] {
            let period = Period::from_choice(choice, anchor).expect(choice);
            assert_eq!(period.choice(), choice);
        }
        for bad in ["", "month", "month-0", "month-29", "weeks-3", "weeks-x", "day-1"] {
            assert_eq!(Period::from_choice(bad, anchor).expect_err(bad).field, "period");
        }
        assert_eq!(Period::from_choice("weeks-2", Some(" ")).expect_err("no payday").field, "anchor");
        assert_eq!(Period::from_choice("weeks-2", Some("2026-13-01")).expect_err("no day").field, "anchor");
    }

    #[test]
    fn months_are_written_one_way() {
        assert_eq!(month("month", "2026-11"), Ok("2026-11-01".parse().expect("a day")));
        for bad in ["", "2026", "2026-13", "2026-1", "2026-11-01", " 2026-11", "1899-12"] {
            assert_eq!(month("month", bad).expect_err(bad).code, "invalid_month");
        }
    }

    #[test]
    fn a_profile_names_every_wrong_field() {
        let fields = ProfileFields { display_name: Some(""), locale: Some("xx"), currency: Some("EUR"), ..Default::default() };
        let named: Vec<_> = fields.edit().expect_err("refused").into_iter().map(|e| e.field).collect();
        assert_eq!(named, ["display_name", "locale"]);
        assert_eq!(ProfileFields::default().edit(), Ok(ProfileEdit::default()));
    }

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
        for bad in ["", " ", "2026-11-22 "] {
            assert!(FundsFields { amount: Some("1"), date: Some(bad), note: None }.draft(reading).is_err(), "{bad:?}");
        }
        let typed = Reading { style: AmountStyle::Typed(super::super::Locale::default()), ..reading };
        let draft = FundsFields { amount: Some("1"), date: Some(" "), note: None }.draft(typed).expect("a draft");
        assert_eq!(draft.date, reading.today);
    }
}
