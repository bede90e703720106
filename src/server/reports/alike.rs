//! Which expenses plainly are one that recurs, though no recurring entry recorded them: somebody typed the rent before it became a
//! recurring entry, or a statement brought it.
//!
//! Pure. It must never take a doubtful one: what is spent besides would look too little.

use crate::domain::{Day, Expense, ExpenseId, Recurring, expense::Added, fold, import::EntryKind, text::What};
use std::collections::BTreeSet;

/// By so many hundredths of its amount an expense may differ.
const TOLERANCE: i64 = 5;
/// So many days it may be off the rhythm at most.
const MOST_OFF: i64 = 3;

/// The least and the most minor units that an expense may have to be the same as one that recurs.
pub fn amounts(entry: &Recurring) -> (i64, i64) {
    let tolerance = i128::from(entry.amount.minor) * i128::from(TOLERANCE) / 100;
    let tolerance = i64::try_from(tolerance).unwrap_or(0);
    (entry.amount.minor - tolerance, entry.amount.minor.saturating_add(tolerance))
}

/// True for an entry whose days go on to come.
pub fn goes_on(entry: &Recurring) -> bool {
    entry.kind == EntryKind::Expense && !entry.paused && entry.next().is_some()
}

/// The words of it; a text without any, such as a picture, as it is.
fn folded(what: &What) -> String {
    let words = fold::search_text(what.as_str());
    if words.is_empty() { what.to_string() } else { words }
}

/// Of these expenses those that are the same as the entry: of its category, in the same words, of about its amount, on its
/// rhythm, and one for each of its days. A day of which one is `taken` or was recorded by a recurring entry has none.
pub fn alike<'e>(entry: &Recurring, expenses: &'e [Expense], taken: &mut BTreeSet<ExpenseId>) -> Vec<&'e Expense> {
    let (least, most) = amounts(entry);
    let text = folded(&entry.what);
    let off = ((entry.schedule.fewest_days() - 1) / 4).min(MOST_OFF);
    let on_rhythm = |expense: &'e Expense| -> Option<(Day, &'e Expense)> {
        let same = expense.category_id == entry.category_id
            && (least..=most).contains(&expense.amount.minor)
            && !taken.contains(&expense.id)
            && folded(&expense.what) == text;
        let day = entry.schedule.nearest(expense.date).filter(|_| same)?;
        (day.since(expense.date).abs() <= off).then_some((day, expense))
    };
    let mut found: Vec<(Day, &Expense)> = expenses.iter().filter_map(on_rhythm).collect();
    // What a recurring entry recorded comes first, then what is nearest.
    let differs = |expense: &Expense| (expense.amount.minor - entry.amount.minor).abs();
    found.sort_by_key(|(day, e)| (*day, e.added() != Added::Recurring, e.date.since(*day).abs(), differs(e), e.id));
    found.dedup_by_key(|(day, _)| *day);
    let typed: Vec<&Expense> = found.into_iter().map(|(_, e)| e).filter(|e| e.added() != Added::Recurring).collect();
    taken.extend(typed.iter().map(|e| e.id));
    typed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            CategoryId, Instant, Money, UserId,
            journal::Via,
            recurring::{Mode, MonthDay, Parts, Schedule, Unit},
        },
        server::ledger::testing::eur,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }
    fn what(text: &str) -> What {
        What::parse(text).expect("what")
    }
    fn entry(parts: Parts, minor: i64) -> Recurring {
        Recurring {
            id: crate::domain::RecurringId::new(),
            owner: UserId::new(),
            kind: EntryKind::Expense,
            amount: eur(minor),
            what: what("Flat Rent"),
            note: None,
            category_id: None,
            schedule: Schedule::try_from(parts).expect("a schedule"),
            mode: Mode::Post,
            paused: false,
            done: parts.from.plus(-1),
            settled: BTreeSet::new(),
            version: 1,
            created_at: Instant(0),
        }
    }
    fn monthly(on: i8, from: &str) -> Parts {
        Parts { every: 1, unit: Unit::Month, on: Some(MonthDay::Day(on)), from: day(from), until: None, count: None }
    }
    fn expense(n: u128, date: Day, minor: i64, text: &str, via: Via) -> Expense {
        let (amount, version, created_at) = (eur(minor), 1, Instant(0));
        let (note, category_id, import_id) = (None, None, None);
        let id = ExpenseId(Uuid::from_u128(n));
        Expense {
            id,
            owner: UserId::new(),
            date,
            amount,
            what: what(text),
            note,
            category_id,
            import_id,
            via,
            version,
            created_at,
        }
    }
    fn numbers(found: &[&Expense]) -> Vec<u128> {
        found.iter().map(|e| e.id.0.as_u128()).collect()
    }

    #[test]
    fn only_what_plainly_is_the_same() {
        let rent = entry(monthly(1, "2026-12-01"), 80_000);
        let on = |n, date: &str, minor, text: &str| expense(n, day(date), minor, text, Via::Page);
        let other = Expense { category_id: Some(CategoryId::new()), ..on(10, "2026-08-01", 80_000, "Flat rent") };
        let expenses = [
            on(1, "2026-11-01", 80_000, "flat  RENT"),
            on(2, "2026-11-02", 80_000, "Flat rent"),
            on(3, "2026-10-04", 84_000, "Flát rent"),
            on(4, "2026-09-05", 80_000, "Flat rent"),
            on(5, "2026-08-31", 75_999, "Flat rent"),
            on(6, "2026-08-31", 76_000, "Flat rent"),
            on(7, "2026-07-01", 84_001, "Flat rent"),
            on(8, "2026-07-01", 80_000, "Rent"),
            on(9, "2026-07-01", 80_000, "Flat rent, garage"),
            other,
        ];
        let mut taken = BTreeSet::new();
        // The 6th is of September; of the two of November the first; 5, 7 off in amount, 4 in days, 8 and 9 in words, 10 in category.
        assert_eq!(numbers(&alike(&rent, &expenses, &mut taken)), [6, 3, 1]);
        assert_eq!(numbers(&alike(&rent, &expenses, &mut taken)), [2], "each is taken once");
        let posted = expense(11, day("2026-11-01"), 80_000, "Flat rent", Via::Recurring);
        let again = [expenses[0].clone(), posted];
        assert_eq!(alike(&rent, &again, &mut BTreeSet::new()), [] as [&Expense; 0], "the day was recorded");
        assert!(goes_on(&rent) && !goes_on(&Recurring { paused: true, ..rent.clone() }));
        assert!(!goes_on(&Recurring { kind: EntryKind::Funds, ..rent }));
    }

    #[test]
    fn short_rhythms_are_kept_to() {
        let daily = Parts { every: 1, unit: Unit::Day, on: None, ..monthly(1, "2026-12-01") };
        let weekly = Parts { unit: Unit::Week, ..daily };
        let of = |parts, date: &str| {
            let one = [expense(1, day(date), 300, "Flat rent", Via::Api)];
            alike(&entry(parts, 300), &one, &mut BTreeSet::new()).len()
        };
        assert_eq!((of(daily, "2026-11-17"), of(Parts { every: 2, ..daily }, "2026-11-18")), (1, 0));
        // Tuesdays.
        assert_eq!(
            ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"].map(|date| of(weekly, date)),
            [0, 1, 1, 1, 0]
        );
    }

    /// The days of a rhythm by stepping, from long before until long after it begins.
    fn stepped(parts: Parts) -> Vec<Day> {
        let step = i64::from(parts.every);
        match parts.unit {
            Unit::Day => (-400..400).map(|n| parts.from.plus(n * step)).collect(),
            Unit::Week => (-100..100).map(|n| parts.from.plus(7 * n * step)).collect(),
            _ => {
                let Some(MonthDay::Day(on)) = parts.on else { panic!("by the day of the month") };
                let first = parts.from.first_of_month();
                let in_month = |month: Day| month.plus(i64::from(on) - 1).min(month.last_of_month());
                // Where the first month's day is past, it begins with the next.
                let first = if in_month(first) < parts.from { first.plus_months(1) } else { first };
                (-24..24).map(|n| in_month(first.plus_months(n * step).first_of_month())).collect()
            }
        }
    }

    proptest! {
        /// Beside a plain walk over the days of the rhythm: each takes the nearest expense that fits, if it was not recorded.
        #[test]
        fn as_a_plain_walk_finds_them(
            every in 1_u16..4, unit in 0_usize..3, on in 1_i8..=31, from in 0_i64..60, minor in 100_i64..3_000,
            rows in prop::collection::vec((0_i64..120, -8_i64..8, 0_u8..4, any::<bool>()), 0..60),
        ) {
            let unit = [Unit::Day, Unit::Week, Unit::Month][unit];
            let begins = day("2026-11-01").plus(from);
            let parts = Parts { every, unit, on: (unit == Unit::Month).then_some(MonthDay::Day(on)), from: begins, until: None, count: None };
            let rent = entry(parts, minor);
            let expenses: Vec<Expense> = rows.iter().enumerate().map(|(n, (back, percent, word, posted))| {
                let text = ["Flat rent", "flat RENT", "Flat rent!", "Rent"][usize::from(*word)];
                let via = if *posted && n % 5 == 0 { Via::Recurring } else { Via::Page };
                expense(n as u128 + 1, day("2026-11-20").plus(-back), minor + minor * percent / 100, text, via)
            }).collect();
            let off = match unit {
                Unit::Day => (i64::from(every) - 1) / 4,
                Unit::Week if every == 1 => 1,
                _ => 3,
            };
            let near = |minor: i64| (minor - rent.amount.minor).abs() * 100 <= rent.amount.minor * 5;
            let mut plain = Vec::new();
            for on in stepped(parts) {
                let mut fits: Vec<&Expense> = expenses.iter()
                    .filter(|e| e.what.as_str() != "Rent" && near(e.amount.minor) && e.date.since(on).abs() <= off)
                    .collect();
                fits.sort_by_key(|e| (e.via != Via::Recurring, e.date.since(on).abs(), (e.amount.minor - minor).abs(), e.id));
                plain.extend(fits.first().filter(|e| e.via != Via::Recurring).map(|e| e.id));
            }
            let mut found: Vec<_> = alike(&rent, &expenses, &mut BTreeSet::new()).iter().map(|e| e.id).collect();
            found.sort();
            plain.sort();
            prop_assert_eq!(found, plain);
        }
    }

    #[test]
    fn amounts_beyond_all_measure_are_held() {
        let huge = Recurring { amount: Money::new(i64::MAX, crate::domain::Currency::EUR), ..entry(monthly(1, "2026-12-01"), 1) };
        assert_eq!(amounts(&huge).1, i64::MAX);
        assert_eq!(amounts(&entry(monthly(1, "2026-12-01"), 19)), (19, 19), "less than a cent is none");
    }
}
