//! An expense in one line: `12.50 lunch with the team yesterday #eating @Ana paid`.
//!
//! It reads what a person typed and guesses nothing silently: every part it found is there to be shown
//! and corrected before it is recorded. Words for days are English, as the page is.

mod days;
mod sum;
#[cfg(test)]
mod tests;

use super::{
    Category, CategoryId, Currency, Day, FieldError, Locale, Money, User,
    expense::ExpenseDraft,
    money::AmountError,
    text::{Note, What},
};
use days::Said;
use std::ops::RangeInclusive;

/// The longest line, in characters.
pub const MAX_LINE: usize = 2_000;

/// Who types, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typist {
    pub currency: Currency,
    pub locale: Locale,
    pub today: Day,
}

impl Typist {
    /// `user`, on `today`.
    pub fn new(user: &User, today: Day) -> Self {
        Self { currency: user.currency, locale: user.locale, today }
    }
}

/// What a person set beside the line; blank is as the line says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Corrections<'a> {
    /// As it would be typed in the line.
    pub amount: &'a str,
    pub what: &'a str,
    /// `YYYY-MM-DD`.
    pub date: &'a str,
    /// An id, or [`NO_CATEGORY`].
    pub category_id: &'a str,
    pub note: &'a str,
}

/// Said of the category: none.
pub const NO_CATEGORY: &str = "none";

/// What was found in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quick {
    pub amount: Option<Result<Money, AmountError>>,
    pub what: String,
    /// `None`: today. `Err`: written as a day, but there is none such.
    pub date: Option<Result<Day, String>>,
    /// `None`: nothing was said of it. `Ok(None)`: it is to have none. `Err`: what stands after `#`, when no category
    /// begins so.
    pub category: Option<Result<Option<CategoryId>, String>>,
    /// After `@`.
    pub note: String,
    /// As they were typed: the amount, and all that says day, category and note.
    typed_amount: String,
    typed_rest: Vec<String>,
}

impl Quick {
    /// Reads a line; one that is too long is an error of the field `line`. Archived categories are not found.
    pub fn read(line: &str, typist: Typist, categories: &[Category]) -> Result<Self, FieldError> {
        if line.chars().nth(MAX_LINE).is_some() {
            return Err(FieldError::new("line", "too_long", "One line has at most 2,000 characters."));
        }
        let mut words: Vec<&str> = line.split_whitespace().collect();
        // Each takes its words away, so the order counts.
        let (typed_category, category) = take_category(&mut words, categories);
        let (typed_note, note) = take_note(&mut words);
        let (typed_day, date) = take_day(&mut words, typist);
        let (typed_amount, amount) = take_amount(&mut words, typist);
        let typed_rest = [typed_day, typed_category, typed_note].into_iter().filter(|typed| !typed.is_empty()).collect();
        Ok(Self { amount, what: words.join(" "), date, category, note, typed_amount, typed_rest })
    }

    /// With what was set beside the line; an error is that field's.
    pub fn corrected(mut self, by: Corrections<'_>, typist: Typist) -> Result<Self, FieldError> {
        if !by.amount.trim().is_empty() {
            let text = by.amount.trim();
            self.amount =
                Some(sum::total(sum::unsigned(text, typist.currency).unwrap_or(text).trim(), typist.currency, typist.locale));
        }
        for (text, said) in [(by.what, &mut self.what), (by.note, &mut self.note)] {
            if !text.trim().is_empty() {
                text.trim().clone_into(said);
            }
        }
        if !by.date.is_empty() {
            let wrong = |_| FieldError::new("date", "invalid_date", "Choose a day.");
            self.date = Some(Ok(by.date.parse().map_err(wrong)?));
        }
        if by.category_id == NO_CATEGORY {
            self.category = Some(Ok(None));
        } else if !by.category_id.is_empty() {
            let wrong = |_| FieldError::new("category_id", "unknown_category", "Choose a category.");
            self.category = Some(Ok(Some(by.category_id.parse().map_err(wrong)?)));
        }
        Ok(self)
    }

    /// With this category, if nothing was said of one.
    #[must_use]
    pub fn suggested(mut self, category: Option<CategoryId>) -> Self {
        if self.category.is_none() {
            self.category = category.map(|category| Ok(Some(category)));
        }
        self
    }

    /// The line again, for something that was entered before; its amount where none was typed.
    pub fn completed(&self, what: &What, amount: &str) -> String {
        let amount = if self.typed_amount.is_empty() { amount } else { &self.typed_amount };
        [amount, what.as_str()].into_iter().chain(self.typed_rest.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// The day that was said, or today; `None` when there is none such.
    pub fn day(&self, today: Day) -> Option<Day> {
        self.date.as_ref().map_or(Some(today), |day| day.as_ref().ok().copied())
    }

    /// What is wrong with a part that was found, in a sentence.
    pub fn trouble(&self) -> Option<String> {
        let amount = self.amount.and_then(Result::err).map(|e| e.to_string());
        amount.or_else(|| self.no_day()).or_else(|| self.no_category())
    }

    fn no_day(&self) -> Option<String> {
        self.date.as_ref()?.as_ref().err().map(|text| format!("There is no day “{text}”."))
    }
    fn no_category(&self) -> Option<String> {
        self.category.as_ref()?.as_ref().err().map(|text| format!("No category begins with “{text}”."))
    }

    /// The first of several errors, as one of the line they were found in.
    pub fn in_line(errors: Vec<FieldError>) -> FieldError {
        let first = errors.into_iter().next();
        first.map_or_else(
            || FieldError::new("line", "required", "Enter an amount and what it was for."),
            |e| FieldError { field: "line".to_owned(), ..e },
        )
    }

    /// The expense, or what is still missing or wrong, by the names of the form's fields.
    pub fn draft(&self, today: Day) -> Result<ExpenseDraft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let amount = match self.amount.unwrap_or(Err(AmountError::Empty)) {
            Ok(amount) => Some(amount),
            Err(e) => {
                errors.push(FieldError::new("amount", e.code(), e.to_string()));
                None
            }
        };
        let what = What::parse(&self.what).map_err(|e| errors.push(e.of("what"))).ok();
        let note = Note::parse_optional(&self.note).map_err(|e| errors.push(e.of("note"))).ok();
        let date = self.day(today);
        errors.extend(self.no_day().map(|message| FieldError::new("date", "invalid_date", message)));
        errors.extend(self.no_category().map(|message| FieldError::new("category_id", "unknown_category", message)));
        let category_id = self.category.as_ref().and_then(|found| found.as_ref().ok()).copied().flatten();
        match (amount, what, note, date) {
            (Some(amount), Some(what), Some(note), Some(date)) if errors.is_empty() => {
                Ok(ExpenseDraft { date, amount, what, note, category_id })
            }
            _ => Err(errors),
        }
    }
}

/// The categories whose name begins with `typed`, or has a word that does; the former first.
pub fn matching<'c>(typed: &str, categories: &'c [Category]) -> Vec<&'c Category> {
    let typed = typed.to_lowercase();
    let open = || categories.iter().filter(|category| !category.archived);
    let name = |category: &Category| category.name.as_str().to_lowercase();
    let begins = |category: &&Category| name(category).starts_with(&typed);
    let within = |category: &&Category| name(category).split_whitespace().any(|word| word.starts_with(&typed));
    open().filter(begins).chain(open().filter(|category| !begins(category) && within(category))).collect()
}

/// Takes words out of a line; as they were typed.
fn take(words: &mut Vec<&str>, range: RangeInclusive<usize>) -> String {
    words.drain(range).collect::<Vec<_>>().join(" ")
}

/// `#` and as many of the words behind it as still name a category.
fn take_category(words: &mut Vec<&str>, categories: &[Category]) -> (String, Option<Result<Option<CategoryId>, String>>) {
    let Some(at) = words.iter().position(|word| word.len() > 1 && word.starts_with('#')) else { return Default::default() };
    let most = words[at + 1..].iter().position(|word| word.starts_with(['#', '@'])).unwrap_or(words.len() - at - 1);
    let spelled = |more: usize| words[at..=at + more].join(" ").trim_start_matches('#').to_owned();
    // More than the first word counts only where it goes on with a name.
    let found = (0..=most.min(8)).rev().find_map(|more| {
        let typed = spelled(more);
        let named = matching(&typed, categories);
        let first = *named.first()?;
        (more == 0 || first.name.as_str().to_lowercase().starts_with(&typed.to_lowercase())).then_some((more, first.id))
    });
    let (more, category) = found.map_or_else(|| (0, Err(spelled(0))), |(more, id)| (more, Ok(Some(id))));
    (take(words, at..=at + more), Some(category))
}

/// `@` and everything behind it.
fn take_note(words: &mut Vec<&str>) -> (String, String) {
    let Some(at) = words.iter().position(|word| word.starts_with('@')) else { return Default::default() };
    let typed = take(words, at..=words.len() - 1);
    let note = typed.trim_start_matches('@').trim().to_owned();
    (typed, note)
}

fn take_day(words: &mut Vec<&str>, typist: Typist) -> (String, Option<Result<Day, String>>) {
    let order = typist.locale.date_order();
    let Some(last) = words.len().checked_sub(1) else { return Default::default() };
    let found = (0..=last).find_map(|at| {
        if words[at].eq_ignore_ascii_case("last")
            && let Some(day) = words.get(at + 1).and_then(|next| days::last(next, typist.today))
        {
            return Some((at, at + 1, Ok(day)));
        }
        match days::word(words[at], typist.today, order) {
            Said::Day(day) => Some((at, at, Ok(day))),
            // Sun cream is no Sunday: a short word counts at either end of the line only.
            Said::Perhaps(day) if at == 0 || at == last => Some((at, at, Ok(day))),
            Said::NoDay => Some((at, at, Err(words[at].to_owned()))),
            Said::Perhaps(_) | Said::Nothing => None,
        }
    });
    let Some((from, to, day)) = found else { return Default::default() };
    let from = if from > 0 && words[from - 1].eq_ignore_ascii_case("on") { from - 1 } else { from };
    (take(words, from..=to), Some(day))
}

/// The amount: a number with a sign, decimals or an operator before a whole number; of those the one at
/// the beginning or the end of the line before others (`2 coffees 7.40`, `lunch for 3 24`).
fn take_amount(words: &mut Vec<&str>, typist: Typist) -> (String, Option<Result<Money, AmountError>>) {
    let bare = |word: &str| sum::unsigned(sum::ended(word), typist.currency).filter(|bare| sum::is_sum(bare)).is_some();
    let is_mark = |word: Option<&&str>| word.is_some_and(|word| sum::unsigned(word, typist.currency) == Some(""));
    let is_sum = |word: &&str| sum::is_sum(sum::ended(word));
    let marked = |at: usize| {
        bare(words[at]) || (is_sum(&words[at]) && (is_mark(words.get(at + 1)) || at > 0 && is_mark(words.get(at - 1))))
    };
    let all = || 0..words.len();
    let at = all()
        .find(|at| marked(*at))
        .or_else(|| all().find(|at| is_sum(&words[*at]) && !sum::is_plain(sum::ended(words[*at]))))
        .or_else(|| all().find(|at| sum::is_foreign(sum::ended(words[*at]), typist.currency)))
        .or_else(|| all().find(|at| (*at == 0 || *at + 1 == words.len()) && is_sum(&words[*at])))
        .or_else(|| all().find(|at| is_sum(&words[*at])));
    let Some(at) = at else { return Default::default() };
    let word = sum::ended(words[at]);
    if sum::is_foreign(word, typist.currency) {
        return (take(words, at..=at), Some(Err(AmountError::OtherCurrency(typist.currency))));
    }
    let text = sum::unsigned(word, typist.currency).unwrap_or(word).to_owned();
    let (mut from, mut to) = (at, at);
    if text.len() == word.len() {
        if is_mark(words.get(at + 1)) {
            to += 1;
        } else if at > 0 && is_mark(words.get(at - 1)) {
            from -= 1;
        }
    }
    let amount = sum::total(&text, typist.currency, typist.locale);
    (take(words, from..=to), Some(amount))
}
