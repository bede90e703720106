//! What people and programs send of recurring entries, checked.

use super::{Mode, MonthDay, Parts, RecurringDraft, RecurringEdit, Schedule, Unit};
use crate::domain::{
    Day, FieldError,
    form::{Errors, Reading, category, day_of, text},
    import::EntryKind,
    text::{Note, What},
};

/// The fields of a schedule as text. Blank and absent are the same.
#[derive(Clone, Debug, Default)]
pub struct ScheduleFields<'a> {
    /// Blank: 1.
    pub every: Option<&'a str>,
    pub unit: Option<&'a str>,
    /// Blank, of months: the day of the first day.
    pub on: Option<&'a str>,
    /// Blank: today.
    pub from: Option<&'a str>,
    pub until: Option<&'a str>,
    pub count: Option<&'a str>,
}

/// The fields of a recurring entry as text. In a draft, absent and blank are the same; in an edit, absent leaves the
/// field as it is and blank clears it (where it may be empty).
#[derive(Clone, Debug, Default)]
pub struct RecurringFields<'a> {
    /// Of a draft only; blank: an expense.
    pub kind: Option<&'a str>,
    pub amount: Option<&'a str>,
    pub what: Option<&'a str>,
    pub note: Option<&'a str>,
    pub category_id: Option<&'a str>,
    /// Blank: post.
    pub mode: Option<&'a str>,
    pub schedule: Option<ScheduleFields<'a>>,
    pub paused: Option<bool>,
}

fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

fn number<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, FieldError> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| FieldError::new(field, "not_a_number", "Enter a whole number."))
}

impl ScheduleFields<'_> {
    /// The schedule, or every field's error. A day of the month that goes with no months is left out of what people
    /// send, as their form has it always.
    pub fn read(&self, reading: Reading) -> Result<Schedule, Vec<FieldError>> {
        let mut errors = Errors::default();
        let every = errors.take(given(self.every).map_or(Ok(1), |every| number("every", every)));
        let unit = errors.take(given(self.unit).unwrap_or("").parse::<Unit>());
        let on = errors.take(given(self.on).map(str::parse::<MonthDay>).transpose());
        let day = |field, value: Option<&str>| given(value).map(|value| day_of(field, value)).transpose();
        let from = errors.take(day("from", self.from)).map(|from: Option<Day>| from.unwrap_or(reading.today));
        let until = errors.take(day("until", self.until));
        let count = errors.take(given(self.count).map(|count| number("count", count)).transpose());
        let parts = (|| {
            let (every, unit, on, from, until, count) = (every?, unit?, on?, from?, until?, count?);
            let on = match unit {
                Unit::Month => Some(on.unwrap_or(MonthDay::Day(from.day()))),
                _ => on.filter(|_| reading.style.is_strict()),
            };
            Some(Parts { every, unit, on, from, until, count })
        })();
        let schedule = parts.and_then(|parts| errors.take(Schedule::try_from(parts)));
        errors.done(schedule)
    }
}

fn kind(text: &str) -> Result<EntryKind, FieldError> {
    match text {
        "expense" => Ok(EntryKind::Expense),
        "funds" => Ok(EntryKind::Funds),
        _ => Err(FieldError::new("kind", "unknown_value", "Choose expense or funds.")),
    }
}

/// The schedule's errors beside those of the other fields.
fn schedule(errors: &mut Errors, fields: &ScheduleFields<'_>, reading: Reading) -> Option<Schedule> {
    fields.read(reading).map_err(|wrong| errors.0.extend(wrong)).ok()
}

impl RecurringFields<'_> {
    /// A new recurring entry, or every field's error. Funds have no category: where one is chosen, people's is left
    /// out and programs' refused.
    pub fn draft(&self, reading: Reading) -> Result<RecurringDraft, Vec<FieldError>> {
        let mut errors = Errors::default();
        let kind = errors.take(given(self.kind).map_or(Ok(EntryKind::Expense), kind));
        let amount = errors.take(reading.style.read("amount", self.amount.unwrap_or(""), reading.currency));
        let what = errors.take(text("what", What::parse(self.what.unwrap_or(""))));
        let category_id = errors.take(category(self.category_id.unwrap_or("")));
        let note = errors.take(text("note", Note::parse_optional(self.note.unwrap_or(""))));
        let mode = errors.take(given(self.mode).map_or(Ok(Mode::Post), str::parse));
        let schedule = schedule(&mut errors, &self.schedule.clone().unwrap_or_default(), reading);
        if kind == Some(EntryKind::Funds) && category_id.flatten().is_some() && reading.style.is_strict() {
            errors.0.push(FieldError::new("category_id", "conflicting", "Funds have no category."));
        }
        let draft = (|| {
            let (kind, category_id) = (kind?, category_id?);
            let category_id = category_id.filter(|_| kind == EntryKind::Expense);
            let (amount, what, note, schedule, mode) = (amount?, what?, note?, schedule?, mode?);
            Some(RecurringDraft { kind, amount, what, note, category_id, schedule, mode })
        })();
        errors.done(draft)
    }

    /// Changes to a recurring entry, or every field's error.
    pub fn edit(&self, reading: Reading) -> Result<RecurringEdit, Vec<FieldError>> {
        let mut errors = Errors::default();
        let edit = RecurringEdit {
            amount: self.amount.and_then(|v| errors.take(reading.style.read("amount", v, reading.currency))),
            what: self.what.and_then(|v| errors.take(text("what", What::parse(v)))),
            category_id: self.category_id.and_then(|v| errors.take(category(v))),
            note: self.note.and_then(|v| errors.take(text("note", Note::parse_optional(v)))),
            mode: self.mode.and_then(|v| errors.take(v.trim().parse())),
            schedule: self.schedule.as_ref().and_then(|fields| schedule(&mut errors, fields, reading)),
            paused: self.paused,
        };
        errors.done(Some(edit))
    }
}
