//! Places in lists: what a cursor says, for every engine alike.
//!
//! A cursor is read strictly: only the very text that a list handed out is taken.

use super::{Result, StoreError};
use crate::domain::{
    Cursor, Day, Entry, EventId, Expense, ExpenseId, Funds, FundsId, Instant, Seq, Sort, Trashed, UserId, import::EntryKind,
};
use std::{cmp::Ordering, str::FromStr};
use uuid::Uuid;

/// By what an expense stands where it stands; then comes its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    Date(Day),
    /// Minor units.
    Amount(i64),
}

/// The place of an expense in a list of some order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpensePlace {
    pub sort: Sort,
    pub key: SortKey,
    pub id: ExpenseId,
}

impl ExpensePlace {
    pub fn of(expense: &Expense, sort: Sort) -> Self {
        Self::at(sort, expense.date, expense.amount.minor, expense.id)
    }
    /// Of an expense of this day and this amount in minor units.
    pub fn at(sort: Sort, day: Day, minor: i64, id: ExpenseId) -> Self {
        let key = if sort.is_by_day() { SortKey::Date(day) } else { SortKey::Amount(minor) };
        Self { sort, key, id }
    }
    /// Which of two places of one list comes first.
    pub fn in_list(&self, other: &Self) -> Ordering {
        let by_key = (self.key, self.id).cmp(&(other.key, other.id));
        if self.sort.is_up() { by_key } else { by_key.reverse() }
    }
    pub fn cursor(&self) -> Cursor {
        let key = match self.key {
            SortKey::Date(day) => day.to_string(),
            SortKey::Amount(minor) => minor.to_string(),
        };
        Cursor::join(&[self.sort.code(), &key, &self.id.to_string()])
    }
    /// The place in a list of this order; refused when the cursor is of another list.
    pub fn parse(cursor: &Cursor, sort: Sort) -> Result<Self> {
        let [_, key, id] = cursor.split().map_err(refused)?;
        let key = if sort.is_by_day() { SortKey::Date(part(key)?) } else { SortKey::Amount(part(key)?) };
        let place = Self { sort, key, id: part(id)? };
        same(cursor, &place.cursor())?;
        Ok(place)
    }
}

/// The place of funds in their list, which is newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundsPlace {
    pub date: Day,
    pub id: FundsId,
}

impl FundsPlace {
    pub fn of(funds: &Funds) -> Self {
        Self { date: funds.date, id: funds.id }
    }
    pub fn cursor(&self) -> Cursor {
        Cursor::join(&[&self.date.to_string(), &self.id.to_string()])
    }
    pub fn parse(cursor: &Cursor) -> Result<Self> {
        let [date, id] = cursor.split().map_err(refused)?;
        let place = Self { date: part(date)?, id: part(id)? };
        same(cursor, &place.cursor())?;
        Ok(place)
    }
}

/// The place of something in the trash, which is by entry, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrashPlace {
    pub seq: Seq,
    pub id: Uuid,
    pub kind: EntryKind,
}

impl TrashPlace {
    pub fn of(trashed: &Trashed) -> Self {
        Self { seq: trashed.seq, id: trashed.thing.id(), kind: trashed.thing.kind() }
    }
    pub fn cursor(&self) -> Cursor {
        Cursor::join(&[&self.seq.to_string(), &self.id.to_string(), self.kind.code()])
    }
    pub fn parse(cursor: &Cursor) -> Result<Self> {
        let [seq, id, kind] = cursor.split().map_err(refused)?;
        let kind = EntryKind::ALL.into_iter().find(|known| known.code() == kind).ok_or_else(|| refused(Cursor::invalid()))?;
        let place = Self { seq: part(seq)?, id: part(id)?, kind };
        same(cursor, &place.cursor())?;
        Ok(place)
    }
}

/// The place of an entry in a list of everybody's: by time, then by whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPlace {
    pub at: Instant,
    pub owner: UserId,
    pub seq: Seq,
}

impl EntryPlace {
    pub fn of(entry: &Entry) -> Self {
        Self { at: entry.at, owner: entry.owner, seq: entry.seq }
    }
    pub fn cursor(&self) -> Cursor {
        Cursor::join(&[&self.at.0.to_string(), &self.owner.to_string(), &self.seq.to_string()])
    }
    pub fn parse(cursor: &Cursor) -> Result<Self> {
        let [at, owner, seq] = cursor.split().map_err(refused)?;
        let place = Self { at: Instant(part(at)?), owner: part(owner)?, seq: part(seq)? };
        same(cursor, &place.cursor())?;
        Ok(place)
    }
}

/// The cursor after an event.
pub fn event_cursor(id: EventId) -> Cursor {
    Cursor::join(&[&id.to_string()])
}

/// The event a cursor stands after.
pub fn parse_event(cursor: &Cursor) -> Result<EventId> {
    let [id] = cursor.split().map_err(refused)?;
    let id = part(id)?;
    same(cursor, &event_cursor(id))?;
    Ok(id)
}

/// The cursor after a journal entry.
pub fn seq_cursor(seq: Seq) -> Cursor {
    Cursor::join(&[&seq.to_string()])
}

/// The entry a journal's cursor stands after.
pub fn parse_seq(cursor: &Cursor) -> Result<Seq> {
    let [seq] = cursor.split().map_err(refused)?;
    let seq = part(seq)?;
    same(cursor, &seq_cursor(seq))?;
    Ok(seq)
}

/// The cursor after so many changes of an entry.
pub fn nth_cursor(n: u64) -> Cursor {
    seq_cursor(n)
}

/// How many changes of an entry stand before a cursor; at most what can be counted further.
pub fn parse_nth(cursor: Option<&Cursor>) -> Result<u64> {
    match cursor.map(parse_seq).transpose()? {
        Some(n) if n > u64::from(u32::MAX) => Err(refused(Cursor::invalid())),
        n => Ok(n.unwrap_or(0)),
    }
}

fn refused(e: crate::domain::FieldError) -> StoreError {
    StoreError::Refused(e.into())
}
fn part<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| refused(Cursor::invalid()))
}
fn same(given: &Cursor, ours: &Cursor) -> Result<()> {
    if given == ours { Ok(()) } else { Err(refused(Cursor::invalid())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cursors_that_a_list_handed_out() {
        let id = ExpenseId::new();
        let place = ExpensePlace { sort: Sort::DateDown, key: SortKey::Date(Day::MIN), id };
        assert_eq!(ExpensePlace::parse(&place.cursor(), Sort::DateDown).expect("ours"), place);
        let amount = ExpensePlace { sort: Sort::AmountUp, key: SortKey::Amount(5), id };
        let made_up = [
            place.cursor().0.to_uppercase(),
            format!("amount~+5~{id}"),
            format!("amount~05~{id}"),
            format!("amount~5~{{{id}}}"),
            format!("amount~5~{}", id.0.simple()),
            format!("amount~5~{id}~"),
            "amount~5".into(),
            "~~".into(),
            String::new(),
            place.cursor().0,
        ];
        for text in made_up {
            assert!(ExpensePlace::parse(&Cursor(text.clone()), Sort::AmountUp).is_err(), "{text}");
        }
        assert!(ExpensePlace::parse(&amount.cursor(), Sort::AmountDown).is_err(), "another order");
        assert!(ExpensePlace::parse(&amount.cursor(), Sort::AmountUp).is_ok());
        for text in ["", "01", "+1", "-1", "1~", "x"] {
            assert!(parse_seq(&Cursor(text.into())).is_err(), "{text}");
        }
        assert_eq!(parse_seq(&seq_cursor(7)).expect("ours"), 7);
        let place = TrashPlace { seq: 7, id: id.0, kind: EntryKind::Funds };
        assert_eq!(TrashPlace::parse(&place.cursor()).expect("ours"), place);
        for text in ["7".to_owned(), format!("07~{id}~funds"), format!("7~{id}~Funds"), format!("-7~{id}~expense")] {
            assert!(TrashPlace::parse(&Cursor(text.clone())).is_err(), "{text}");
        }
    }
}
