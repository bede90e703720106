//! Schedules against a plain walk over all days, and what becomes of an entry's days.

use super::*;
use crate::domain::{Locale, filter::AmountStyle, form::Reading};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}
fn parts(every: u16, unit: Unit, on: Option<MonthDay>, from: &str) -> Parts {
    Parts { every, unit, on, from: day(from), until: None, count: None }
}
fn schedule(parts: Parts) -> Schedule {
    Schedule::try_from(parts).expect("a schedule")
}
fn first(schedule: Schedule, from: &str, n: usize) -> Vec<String> {
    schedule.days_from(day(from)).take(n).map(|day| day.to_string()).collect()
}
fn entry(parts: Parts, done: &str) -> Recurring {
    Recurring {
        id: RecurringId::new(),
        owner: UserId::new(),
        kind: EntryKind::Expense,
        amount: Money::new(80_000, Currency::EUR),
        what: What::parse("Rent").expect("what"),
        note: None,
        category_id: None,
        schedule: schedule(parts),
        mode: Mode::Post,
        paused: false,
        done: day(done),
        settled: BTreeSet::new(),
        version: 1,
        created_at: Instant(0),
    }
}
fn next(entry: &Recurring) -> String {
    entry.next().map_or_else(String::new, |day| day.to_string())
}

#[test]
fn months_are_held_to_their_ends() {
    let monthly = |on, from| schedule(parts(1, Unit::Month, Some(on), from));
    let last = monthly(MonthDay::Day(31), "2026-01-31");
    assert_eq!(first(last, "2026-01-01", 4), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    assert_eq!(first(monthly(MonthDay::Last, "2028-02-01"), "2028-02-02", 2), ["2028-02-29", "2028-03-31"]);
    let working = monthly(MonthDay::LastWorking, "2026-01-01");
    assert_eq!(first(working, "2026-01-01", 3), ["2026-01-30", "2026-02-27", "2026-03-31"]);
    // The day of the first month is past already: it begins in the next, and goes on from there.
    let every_other = schedule(parts(2, Unit::Month, Some(MonthDay::Day(10)), "2026-01-15"));
    assert_eq!(first(every_other, "2026-01-01", 2), ["2026-02-10", "2026-04-10"]);
    let leap = schedule(parts(1, Unit::Year, None, "2024-02-29"));
    assert_eq!(first(leap, "2025-01-01", 4), ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
}

#[test]
fn the_rhythm_goes_on_to_both_sides() {
    let nearest = |parts, on: &str| schedule(parts).nearest(day(on)).map(|day| day.to_string()).unwrap_or_default();
    let weekly = Parts { count: Some(2), ..parts(2, Unit::Week, None, "2026-01-05") };
    for (on, found) in
        [("2025-12-22", "2025-12-22"), ("2025-12-29", "2025-12-22"), ("2025-12-30", "2026-01-05"), ("2026-03-03", "2026-03-02")]
    {
        assert_eq!(nearest(weekly, on), found, "{on}");
    }
    let last = parts(1, Unit::Month, Some(MonthDay::Day(31)), "2026-01-31");
    for (on, found) in
        [("2025-11-29", "2025-11-30"), ("2024-02-28", "2024-02-29"), ("2026-02-14", "2026-01-31"), ("2026-02-15", "2026-02-28")]
    {
        assert_eq!(nearest(last, on), found, "{on}");
    }
    assert_eq!(nearest(parts(1, Unit::Year, None, "2024-02-29"), "2023-03-02"), "2023-02-28");
    // By the walk over all days, within what a calendar has.
    for (every, from) in [(7, "2026-03-04"), (1_000, "2026-01-01")] {
        let rhythm = parts(every, Unit::Day, None, from);
        for on in (0..3_000).map(|n| day("2022-01-01").plus(n)) {
            let walked = (-20_000..20_000_i64).map(|n| n * i64::from(every)).filter(|n| n.abs() < 5_000);
            let near = walked.map(|n| day(from).plus(n)).min_by_key(|found| (found.since(on).abs(), *found));
            assert_eq!(schedule(rhythm).nearest(on), near);
        }
    }
}

#[test]
fn an_end_is_a_day_or_a_count() {
    let until = Parts { until: Some(day("2026-01-15")), ..parts(1, Unit::Week, None, "2026-01-01") };
    assert_eq!(first(schedule(until), "2026-01-01", 9), ["2026-01-01", "2026-01-08", "2026-01-15"]);
    let count = Parts { count: Some(3), ..parts(10, Unit::Day, None, "2026-01-01") };
    assert_eq!(first(schedule(count), "2026-01-02", 9), ["2026-01-11", "2026-01-21"]);
    assert_eq!(first(schedule(parts(1_000, Unit::Year, None, "2000-05-05")), "1900-01-01", 9), ["2000-05-05"]);
    assert!(!schedule(until).has(day("2026-01-22")) && schedule(until).has(day("2026-01-08")));
    for (wrong, field) in [
        (Parts { every: 0, ..until }, "every"),
        (Parts { every: 1_001, ..until }, "every"),
        (Parts { count: Some(0), ..count }, "count"),
        (Parts { count: Some(2), ..until }, "count"),
        (Parts { until: Some(day("2025-12-31")), ..until }, "until"),
        (Parts { on: Some(MonthDay::Last), ..until }, "on"),
        (Parts { unit: Unit::Month, ..until }, "on"),
        (Parts { unit: Unit::Month, on: Some(MonthDay::Last), ..until }, "until"),
    ] {
        assert_eq!(Schedule::try_from(wrong).expect_err("refused").field, field, "{wrong:?}");
    }
}

#[test]
fn rhythms_are_told_in_words() {
    let locale = Locale::default();
    for (parts, words) in [
        (parts(1, Unit::Day, None, "2026-01-01"), "Every day"),
        (parts(2, Unit::Week, None, "2026-01-01"), "Every 2 weeks on Thursday"),
        (parts(1, Unit::Month, Some(MonthDay::Day(15)), "2026-01-01"), "Every month on day 15"),
        (parts(3, Unit::Month, Some(MonthDay::Day(30)), "2026-01-01"), "Every 3 months on day 30 or the last"),
        (parts(1, Unit::Month, Some(MonthDay::LastWorking), "2026-01-01"), "Every month on the last working day"),
        (
            Parts { count: Some(12), ..parts(1, Unit::Month, Some(MonthDay::Last), "2026-01-01") },
            "Every month on the last day, 12 times",
        ),
        (
            Parts { until: Some(day("2030-02-28")), ..parts(1, Unit::Year, None, "2024-02-29") },
            "Every year on 29 February, until 28 Feb 2030",
        ),
    ] {
        assert_eq!(schedule(parts).words(locale), words);
    }
}

#[test]
fn every_day_is_dealt_with_once() {
    let mut rent = entry(parts(1, Unit::Month, Some(MonthDay::Day(1)), "2026-01-01"), "2026-09-30");
    assert_eq!((next(&rent).as_str(), rent.due()), ("2026-10-01", Some(day("2026-10-01"))));
    rent.settle(day("2026-11-01"));
    assert_eq!((next(&rent).as_str(), rent.settled.len()), ("2026-10-01", 1));
    assert!(!rent.is_open(day("2026-11-01")) && rent.is_open(day("2026-12-01")) && !rent.is_open(day("2026-12-02")));
    rent.settle(day("2026-10-01"));
    assert_eq!((next(&rent).as_str(), rent.settled.len(), rent.done), ("2026-12-01", 0, day("2026-11-01")));
    rent.free(day("2026-10-01"));
    assert_eq!((next(&rent).as_str(), rent.is_open(day("2026-11-01"))), ("2026-10-01", false));
    rent.pass(day("2026-10-02"));
    assert_eq!(next(&rent), "2026-12-01");
    let asking = Recurring { mode: Mode::Propose, ..rent.clone() };
    assert_eq!(asking.due(), None);
    assert_eq!(asking.waiting(day("2027-01-31")).count(), 2);
    assert_eq!(asking.waiting(day("2026-11-30")).count(), 0);
    let paused = Recurring { paused: true, ..asking };
    assert_eq!((paused.waiting(day("2027-01-31")).count(), paused.upcoming(day("2027-01-31")).count()), (0, 0));
}

#[test]
fn what_is_edited_holds_from_now_on() {
    let rent = entry(parts(1, Unit::Month, Some(MonthDay::Day(1)), "2026-01-01"), "2026-11-01");
    let weekly = schedule(parts(1, Unit::Week, None, "2026-10-01"));
    let edit = RecurringEdit { schedule: Some(weekly), ..RecurringEdit::default() };
    assert_eq!(next(&edit.apply(&rent, day("2026-11-26"))), "2026-11-26", "not the Thursdays before");
    let ended = schedule(Parts { until: Some(day("2026-12-31")), ..rent.schedule.parts() });
    let late = Recurring { done: day("2026-09-30"), ..rent.clone() };
    let edit = RecurringEdit { schedule: Some(ended), ..RecurringEdit::default() };
    assert_eq!(next(&edit.apply(&late, day("2026-11-26"))), "2026-10-01", "an end changes nothing before it");
    let pause = RecurringEdit { paused: Some(true), ..RecurringEdit::default() };
    let paused = pause.apply(&rent, day("2026-11-26"));
    let resumed = RecurringEdit { paused: Some(false), ..pause }.apply(&paused, day("2027-02-01"));
    assert_eq!((paused.due(), next(&resumed).as_str()), (None, "2027-02-01"), "the days of the pause are left out");
}

#[test]
fn going_back_frees_the_days_of_that_entry_only() {
    let before = entry(parts(1, Unit::Month, Some(MonthDay::Day(1)), "2026-01-01"), "2026-09-30");
    let mut after = before.clone();
    after.settle(day("2026-10-01"));
    let mut now = after.clone();
    now.settle(day("2026-11-01"));
    let back = now.restored(&before, &after, |_| false);
    assert_eq!(back.open_days().take(2).collect::<Vec<_>>(), [day("2026-10-01"), day("2026-12-01")]);
    assert_eq!(now.restored(&before, &after, |_| true).next(), Some(day("2026-12-01")));
    let again = back.restored(&after, &before, |_| false);
    assert_eq!(again.next(), Some(day("2026-12-01")));
}

#[test]
fn every_wrong_field_is_named() {
    let reading = Reading { currency: Currency::EUR, style: AmountStyle::Strict, today: day("2026-11-26") };
    let fields = RecurringFields {
        kind: Some("loan"),
        amount: Some("0"),
        what: Some(""),
        category_id: Some("x"),
        mode: Some("maybe"),
        schedule: Some(ScheduleFields {
            every: Some("-1"),
            unit: Some("hour"),
            on: Some("32"),
            from: Some("2026-02-30"),
            until: Some("soon"),
            count: Some("many"),
        }),
        ..RecurringFields::default()
    };
    let named: Vec<_> = fields.draft(reading).expect_err("refused").into_iter().map(|e| e.field).collect();
    assert_eq!(named, ["kind", "amount", "what", "category_id", "mode", "every", "unit", "on", "from", "until", "count"]);
    let fields = RecurringFields {
        amount: Some("9.99"),
        what: Some("Music"),
        schedule: Some(ScheduleFields { unit: Some("month"), ..ScheduleFields::default() }),
        ..RecurringFields::default()
    };
    let draft = fields.draft(reading).expect("a draft");
    assert_eq!((draft.mode, draft.kind), (Mode::Post, EntryKind::Expense));
    assert_eq!(draft.schedule.parts(), parts(1, Unit::Month, Some(MonthDay::Day(26)), "2026-11-26"));
}

#[test]
fn entries_read_back() {
    let entry = entry(parts(1, Unit::Month, Some(MonthDay::LastWorking), "2026-01-01"), "2026-09-30");
    let json = serde_json::to_string(&entry).expect("json");
    assert!(json.contains(
        r#""schedule":{"every":1,"unit":"month","on":"last_working_day","from":"2026-01-01","until":null,"count":null}"#
    ));
    assert_eq!(serde_json::from_str::<Recurring>(&json).expect("back"), entry);
    let wrong = json.replace(r#""every":1"#, r#""every":0"#);
    assert!(serde_json::from_str::<Recurring>(&wrong).is_err());
}

/// True when a plain reading of the rhythm has the day, whatever the end: from one day to the next, without numbers.
fn walked(parts: Parts, last: Day) -> Vec<Day> {
    let Parts { every, unit, on, from, until, count } = parts;
    let (mut found, mut wait, mut today) = (Vec::new(), 0_u32, from);
    while today <= last && until.is_none_or(|until| today <= until) && count.is_none_or(|count| found.len() < count as usize) {
        let is_it = match unit {
            Unit::Day => true,
            Unit::Week => today.weekday() == from.weekday(),
            Unit::Month => match on.expect("of a month") {
                MonthDay::Day(n) => today.day() == n.min(today.last_of_month().day()),
                MonthDay::Last => today == today.last_of_month(),
                MonthDay::LastWorking => {
                    let weekend = |day: Day| day.weekday().index() >= 5;
                    let rest = (1..31).map(|n| today.plus(n)).take_while(|day| day.month() == today.month());
                    !weekend(today) && rest.into_iter().all(weekend)
                }
            },
            Unit::Year => today.month() == from.month() && today.day() == from.day().min(today.last_of_month().day()),
        };
        if is_it {
            if wait == 0 {
                found.push(today);
                wait = u32::from(every);
            }
            wait -= 1;
        }
        if today == Day::MAX {
            break;
        }
        today = today.plus(1);
    }
    found
}

proptest! {
    /// The days are those of a plain walk, wherever the reading begins.
    #[test]
    fn days_are_those_of_a_walk(
        from in 0_i64..108_000, every in 1_u16..40, unit in 0_usize..4, on in 1_i8..34, end in 0_u32..60, how in 0..3, start in -400_i64..2_000,
    ) {
        let (from, unit) = (Day::MIN.plus(from), Unit::ALL[unit]);
        let on = match on { 32 => MonthDay::Last, 33 => MonthDay::LastWorking, day => MonthDay::Day(day) };
        let parts = Parts {
            every,
            unit,
            on: (unit == Unit::Month).then_some(on),
            from,
            until: (how == 1).then(|| from.plus(i64::from(end) * 20)),
            count: (how == 2).then_some(end + 1),
        };
        let last = from.plus(3_000);
        let walked = walked(parts, last);
        match Schedule::try_from(parts) {
            Err(_) => prop_assert!(walked.is_empty(), "refused, and there are {walked:?}"),
            Ok(schedule) => {
                let start = from.plus(start);
                let days: Vec<Day> = schedule.days_from(start).take_while(|day| *day <= last).collect();
                let wanted: Vec<Day> = walked.iter().copied().filter(|day| *day >= start).collect();
                prop_assert_eq!(days, wanted);
                prop_assert!(walked.iter().all(|day| schedule.has(*day)));
                let json = serde_json::to_string(&schedule).expect("json");
                prop_assert_eq!(serde_json::from_str::<Schedule>(&json).expect("back"), schedule);
            }
        }
    }

    /// However days are dealt with and freed, open are those that nobody dealt with.
    #[test]
    fn open_days_are_the_rest(steps in prop::collection::vec((0_usize..12, any::<bool>()), 0..30)) {
        let mut entry = entry(parts(3, Unit::Day, None, "2026-01-01"), "2025-12-31");
        let days: Vec<Day> = entry.schedule.days_from(Day::MIN).take(12).collect();
        let mut dealt = BTreeSet::new();
        for (n, settle) in steps {
            if settle {
                entry.settle(days[n]);
                dealt.insert(days[n]);
            } else {
                entry.free(days[n]);
                dealt.remove(&days[n]);
            }
            let open: Vec<Day> = entry.open_days().take_while(|day| *day <= days[11]).collect();
            prop_assert_eq!(open, days.iter().copied().filter(|day| !dealt.contains(day)).collect::<Vec<_>>());
            prop_assert_eq!(days.iter().filter(|day| entry.is_open(**day)).count(), 12 - dealt.len());
        }
    }
}
