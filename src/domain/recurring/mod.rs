//! Expenses and funds that come again and again: rent, a salary, subscriptions.
//!
//! An entry knows through which day it is done with, so that each of its days is dealt with once: recorded or left out.

mod form;
mod schedule;
#[cfg(test)]
mod tests;

use super::{
    CategoryId, Currency, Day, FieldError, Instant, Money, RecurringId, UserId,
    import::EntryKind,
    money::NotAnAmount,
    text::{Note, What},
};
pub use form::{RecurringFields, ScheduleFields};
pub use schedule::{MonthDay, Parts, Schedule, Unit};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, str::FromStr};

/// The most recurring entries of one person.
pub const MOST: usize = 500;
/// The most days of one entry that may be dealt with before it is their turn.
pub const MOST_AHEAD: usize = 1_000;

/// What happens on its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The server records it.
    Post,
    /// It waits until the person says so.
    Propose,
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Post, Self::Propose];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Propose => "propose",
        }
    }
    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Post => "Recorded by itself",
            Self::Propose => "Asks first",
        }
    }
}
impl FromStr for Mode {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let unknown = || FieldError::new("mode", "unknown_value", "Choose post or propose.");
        Self::ALL.into_iter().find(|mode| mode.code() == s).ok_or_else(unknown)
    }
}

/// An expense or funds that come again. On the wire `amount` and `currency` stand beside the other fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire")]
pub struct Recurring {
    pub id: RecurringId,
    pub owner: UserId,
    pub kind: EntryKind,
    /// More than zero.
    #[serde(flatten)]
    pub amount: Money,
    /// What the expense is for; of funds, how their note begins.
    pub what: What,
    pub note: Option<Note>,
    /// Of expenses only.
    pub category_id: Option<CategoryId>,
    pub schedule: Schedule,
    pub mode: Mode,
    /// While it is, none of its days come.
    pub paused: bool,
    /// All of its days up to this one are dealt with.
    pub done: Day,
    /// Days of it after `done` that are dealt with, too.
    pub settled: BTreeSet<Day>,
    /// Of what the person set. That the server goes on through the days does not raise it.
    pub version: u32,
    pub created_at: Instant,
}

/// How it is read, as an expense is.
#[derive(Deserialize)]
#[serde(rename = "Recurring")]
struct Wire {
    id: RecurringId,
    owner: UserId,
    kind: EntryKind,
    amount: String,
    currency: Currency,
    what: What,
    note: Option<Note>,
    category_id: Option<CategoryId>,
    schedule: Schedule,
    mode: Mode,
    paused: bool,
    done: Day,
    settled: BTreeSet<Day>,
    version: u32,
    created_at: Instant,
}

impl TryFrom<Wire> for Recurring {
    type Error = NotAnAmount;
    fn try_from(wire: Wire) -> Result<Self, NotAnAmount> {
        let Wire { id, owner, kind, what, note, category_id, schedule, mode, paused, done, settled, version, created_at, .. } =
            wire;
        let amount = Money::sum(&wire.amount, wire.currency)?;
        Ok(Self { id, owner, kind, amount, what, note, category_id, schedule, mode, paused, done, settled, version, created_at })
    }
}

impl Recurring {
    /// Its days that are not dealt with, in their order; a pause does not count.
    pub fn open_days(&self) -> impl Iterator<Item = Day> {
        let after = self.done.plus(1);
        let days = (self.done < Day::MAX).then(|| self.schedule.days_from(after)).into_iter().flatten();
        days.filter(|day| !self.settled.contains(day))
    }
    /// The first day that is not dealt with.
    pub fn next(&self) -> Option<Day> {
        self.open_days().next()
    }
    /// True for a day of it that is not dealt with.
    pub fn is_open(&self, day: Day) -> bool {
        day > self.done && !self.settled.contains(&day) && self.schedule.has(day)
    }
    /// The first day on which the server has to record it.
    pub fn due(&self) -> Option<Day> {
        if self.paused || self.mode == Mode::Propose { None } else { self.next() }
    }
    /// The days up to today that wait for the person's word.
    pub fn waiting(&self, today: Day) -> impl Iterator<Item = Day> {
        let waits = !self.paused && self.mode == Mode::Propose;
        self.open_days().take_while(move |day| waits && *day <= today)
    }
    /// The days until `last` on which it is still to come; what is late counts, too.
    pub fn upcoming(&self, last: Day) -> impl Iterator<Item = Day> {
        self.open_days().take_while(move |day| !self.paused && *day <= last)
    }

    /// Notes that a day is dealt with.
    pub fn settle(&mut self, day: Day) {
        if day > self.done {
            self.settled.insert(day);
            self.tidy();
        }
    }
    /// Notes that a day is to be dealt with again.
    pub fn free(&mut self, day: Day) {
        if day <= self.done {
            let later = self.schedule.days_from(day).filter(|later| *later > day);
            self.settled.extend(later.take_while(|later| *later <= self.done));
            self.done = day.plus(-1);
        }
        self.settled.remove(&day);
    }
    /// Notes that all days before `day` are dealt with.
    pub fn pass(&mut self, day: Day) {
        self.done = self.done.max(day.plus(-1));
        self.tidy();
    }
    /// Moves on over the days that are dealt with, and forgets those that are none of it.
    fn tidy(&mut self) {
        let (schedule, done) = (self.schedule, self.done);
        self.settled.retain(|day| *day > done && schedule.has(*day));
        for day in schedule.days_from(done.plus(1)) {
            if !self.settled.remove(&day) {
                break;
            }
            self.done = day;
        }
    }

    /// Goes back to how it was `before` an entry of the journal that left it as `after`: the days that entry dealt with are
    /// open again, but for those that `keep` says; days that have gone by since stay dealt with.
    pub fn restored(&self, before: &Self, after: &Self, keep: impl Fn(Day) -> bool) -> Self {
        let mut back = Self { done: self.done, settled: self.settled.clone(), ..before.clone() };
        let first = before.done.min(after.done).plus(1);
        let last = [before.done, after.done].into_iter().chain(before.settled.iter().chain(&after.settled).copied()).max();
        let last = last.unwrap_or(first);
        for day in before.schedule.days_from(first).take_while(|day| *day <= last) {
            match (before.is_open(day), after.is_open(day) || !after.schedule.has(day) && day > after.done) {
                (true, false) if !keep(day) => back.free(day),
                (false, true) => back.settle(day),
                _ => {}
            }
        }
        back.tidy();
        back
    }
}

/// A new recurring entry, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurringDraft {
    pub kind: EntryKind,
    pub amount: Money,
    pub what: What,
    pub note: Option<Note>,
    pub category_id: Option<CategoryId>,
    pub schedule: Schedule,
    pub mode: Mode,
}

/// Changes from now on; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecurringEdit {
    pub amount: Option<Money>,
    pub what: Option<What>,
    pub note: Option<Option<Note>>,
    pub category_id: Option<Option<CategoryId>>,
    pub schedule: Option<Schedule>,
    pub mode: Option<Mode>,
    pub paused: Option<bool>,
}

impl RecurringEdit {
    /// The entry with these changes. Days before today do not come to be its days by a new schedule, nor those of a
    /// pause that ends.
    pub fn apply(&self, to: &Recurring, today: Day) -> Recurring {
        let mut after = Recurring {
            amount: self.amount.unwrap_or(to.amount),
            what: self.what.clone().unwrap_or_else(|| to.what.clone()),
            note: self.note.clone().unwrap_or_else(|| to.note.clone()),
            category_id: self.category_id.unwrap_or(to.category_id),
            schedule: self.schedule.unwrap_or(to.schedule),
            mode: self.mode.unwrap_or(to.mode),
            paused: self.paused.unwrap_or(to.paused),
            ..to.clone()
        };
        if !after.schedule.differs_in_end_only(to.schedule) || to.paused && !after.paused {
            after.pass(today);
        } else {
            after.tidy();
        }
        after
    }
}
