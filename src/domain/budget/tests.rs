#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

//! Rollover and the rest against a plain reckoning, period by period.

use super::*;
use crate::domain::{MonthStart, Total, calendar::NamedStart};
use proptest::{collection::vec, option, prelude::*};

const EUR: Currency = Currency::EUR;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}
fn category(n: u8) -> Option<CategoryId> {
    (n > 0).then(|| CategoryId(uuid::Uuid::from_u128(n.into())))
}
fn budget(of: u8, from: Day, minor: Option<i64>, rollover: bool) -> Budget {
    let amount = minor.map(|minor| Money::new(minor, EUR));
    let owner = UserId(uuid::Uuid::nil());
    Budget { id: BudgetId::new(), owner, category_id: category(of), from, amount, rollover, version: 1 }
}
fn sums(spent: &[(Day, u8, i64)], span: Span) -> Vec<CategorySum> {
    let mut all: BTreeMap<Option<CategoryId>, i64> = BTreeMap::new();
    for (_, of, minor) in spent.iter().filter(|(day, ..)| span.contains(*day)) {
        *all.entry(category(*of)).or_default() += minor;
    }
    let sum = |(category_id, minor)| CategorySum { category_id, total: Total { count: 1, sum: Money::new(minor, EUR) } };
    all.into_iter().map(sum).collect()
}

/// The lines of a period, as the server makes them.
fn lines(budgets: &[Budget], spent: &[(Day, u8, i64)], calendar: Period, span: Span) -> Vec<BudgetLine> {
    let now = sums(spent, span);
    let line = |planned: Planned| {
        let before = planned.carried_from().map(|run| sums(spent, run)).unwrap_or_default();
        planned.line(&now, &before)
    };
    plan(budgets, calendar, span).into_iter().map(line).collect()
}

/// What is left at the end of a period by the plainest reckoning: forwards from the first period, one after another.
fn plainly(budgets: &[Budget], spent: &[(Day, u8, i64)], calendar: Period, span: Span, of: u8) -> Option<(i64, i64)> {
    let mut at = calendar.containing(day("2025-01-01"));
    let (mut carried, mut answer) = (0, None);
    while at.from <= span.from {
        let mut holds: Option<&Budget> = None;
        for budget in budgets.iter().filter(|b| b.category_id == category(of)) {
            let begun = calendar.of_key(budget.from).from <= at.from;
            if begun && holds.is_none_or(|other| budget.from > other.from) {
                holds = Some(budget);
            }
        }
        let amount = holds.and_then(|b| b.amount);
        answer = amount.map(|amount| {
            let counts = |(day, other, _): &&(Day, u8, i64)| at.contains(*day) && (of == 0 || *other == of);
            let spent: i64 = spent.iter().filter(counts).map(|(.., minor)| minor).sum();
            (carried, amount.minor + carried - spent)
        });
        carried = match (answer, holds) {
            (Some((_, left)), Some(Budget { rollover: true, .. })) => left,
            _ => 0,
        };
        at = calendar.containing(at.to.plus(1));
    }
    answer
}

fn calendars() -> impl Strategy<Value = Period> {
    prop_oneof![
        3 => (1..=28_i8).prop_map(|day| Period::Month { start_day: MonthStart::Day(day) }),
        1 => Just(Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) }),
        2 => (0..28_i64, prop_oneof![Just(2_u8), Just(4)])
            .prop_map(|(n, weeks)| Period::Weeks { anchor: day("2026-01-02").plus(n), weeks }),
    ]
}

proptest! {
    /// With budgets set and ended at random, days of spending at random, and another calendar than when they were set.
    #[test]
    fn what_is_carried_is_what_was_left(
        calendar in calendars(),
        set in vec((0..4_u8, 0..700_i64, option::weighted(0.8, 1..50_000_i64), any::<bool>()), 0..12),
        spent in vec((0..800_i64, 0..4_u8, 1..20_000_i64), 0..40),
        at in 0..800_i64,
    ) {
        let first = day("2025-01-15");
        let mut budgets: Vec<Budget> = Vec::new();
        for (of, n, minor, rollover) in set {
            let from = first.plus(n);
            budgets.retain(|b| (b.category_id, b.from) != (category(of), from));
            budgets.push(budget(of, from, minor, rollover));
        }
        let spent: Vec<_> = spent.into_iter().map(|(n, of, minor)| (first.plus(n), of, minor)).collect();
        let span = calendar.containing(first.plus(at));
        let lines = lines(&budgets, &spent, calendar, span);
        for of in 0..4 {
            let line = lines.iter().find(|line| line.budget.category_id == category(of));
            let got = line.map(|line| (line.allowance.carried.minor, line.allowance.left.minor));
            prop_assert_eq!(got, plainly(&budgets, &spent, calendar, span, of), "category {} in {:?}", of, span);
            let holds = standing(&budgets, calendar, category(of), span.from).filter(|b| b.amount.is_some());
            prop_assert_eq!(line.map(|line| line.budget.id), holds.map(|b| b.id));
        }
    }

    /// Whatever is spent a day within what is safe, the budget lasts.
    #[test]
    fn what_is_safe_lasts(left in -10_000..1_000_000_i64, due in 0..100_000_i64, gone in 0..30_i64) {
        let span = Period::default().containing(day("2026-11-01"));
        let (left, due) = (Money::new(left, EUR), Money::new(due, EUR));
        let safe = safe_to_spend(left, due, span, span.from.plus(gone)).expect("within the period");
        prop_assert!(safe.per_day.minor >= 0 && safe.days >= 1);
        prop_assert!(safe.per_day.minor == 0 || safe.per_day.minor * safe.days + due.minor <= left.minor);
        prop_assert!((safe.per_day.minor + 1) * safe.days + due.minor > left.minor, "and not less than it could be");
    }
}

#[test]
fn a_budget_holds_until_the_next_one() {
    let budgets = [
        budget(1, day("2026-09-01"), Some(100_00), false),
        budget(1, day("2026-11-01"), Some(120_00), false),
        budget(1, day("2027-01-01"), None, false),
    ];
    let amount = |of: &str| {
        let span = Period::default().named(day(of));
        plan(&budgets, Period::default(), span).first().map(|planned| planned.amount.minor)
    };
    let months = ["2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01", "2030-01-01"];
    assert_eq!(months.map(amount), [None, Some(100_00), Some(100_00), Some(120_00), Some(120_00), None, None]);
}

#[test]
fn rollover_reaches_back_to_the_first_day_there_is() {
    for calendar in
        [Period::default(), Period::Month { start_day: MonthStart::Day(25) }, Period::Weeks { anchor: Day::MIN, weeks: 2 }]
    {
        let set = [budget(1, Day::MIN, Some(1), true)];
        let lines = lines(&set, &[], calendar, calendar.containing(day("1900-03-27")));
        assert!(lines[0].allowance.carried.minor >= 1, "{calendar:?}: {lines:?}");
        plan(&set, calendar, calendar.containing(Day::MAX));
    }
}

#[test]
fn a_budget_stays_with_its_month_when_the_calendar_changes() {
    let set = [budget(1, day("2026-11-01"), Some(100_00), false)];
    for calendar in [
        Period::default(),
        Period::Month { start_day: MonthStart::Day(25) },
        Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) },
    ] {
        let holds = |month| plan(&set, calendar, calendar.named(day(month))).len();
        assert_eq!((holds("2026-10-01"), holds("2026-11-01"), holds("2026-12-01")), (0, 1, 1), "{calendar:?}");
    }
    let pay = Period::Weeks { anchor: day("2026-10-30"), weeks: 2 };
    let holds = |date| plan(&set, pay, pay.containing(day(date))).len();
    assert_eq!((holds("2026-10-29"), holds("2026-10-30"), holds("2026-11-13")), (0, 1, 1), "the pay period with that day in it");
}

#[test]
fn copies() {
    let calendar = Period::default();
    let november = calendar.named(day("2026-11-01"));
    let budgets = [
        budget(1, day("2026-09-01"), Some(100_00), true),
        budget(1, day("2026-11-01"), Some(120_00), true),
        budget(2, day("2026-09-01"), Some(50_00), false),
        budget(3, day("2026-10-01"), Some(30_00), false),
        budget(3, day("2026-11-01"), None, false),
    ];
    let drafts = as_before(&budgets, calendar, november);
    let plain: Vec<_> = drafts.iter().map(|d| (d.category_id, d.amount.minor, d.rollover)).collect();
    assert_eq!(plain, [(category(1), 100_00, Some(true)), (category(3), 30_00, Some(false))], "the second is the same");

    let spent = [(day("2026-09-05"), 1, 10_00), (day("2026-10-05"), 1, 10_01), (day("2026-10-06"), 0, 5_00)];
    let months = calendar.last(AVERAGED, day("2026-10-31")).into_iter().map(|span| sums(&spent, span)).collect::<Vec<_>>();
    let drafts = on_average(&months, true);
    let plain: Vec<_> = drafts.iter().map(|d| (d.category_id, d.amount.minor)).collect();
    assert_eq!(plain, [(None, 12_51), (category(1), 10_01)], "of two months: nothing was spent before");
    assert_eq!(on_average(&months, false).len(), 1);
    assert_eq!(on_average(&[], true), []);
}

#[test]
fn overspending_is_told_before() {
    let money = |minor| Money::new(minor, EUR);
    let span = Period::default().named(day("2026-11-01"));
    let left = Left { span, left: vec![(None, money(50_00)), (category(1), money(10_00)), (category(2), money(-1_00))] };
    assert_eq!(left.over(money(10_00), category(1)), []);
    assert_eq!(left.over(money(14_80), category(1)), [(category(1), money(4_80))]);
    assert_eq!(left.over(money(60_00), category(1)), [(None, money(10_00)), (category(1), money(50_00))]);
    assert_eq!(left.over(money(1_00), category(2)), [(category(2), money(2_00))]);
    assert_eq!(left.over(money(60_00), category(3)), [(None, money(10_00))]);
    let locale = Locale::default();
    assert_eq!([left_words(locale, money(113_60)), left_words(locale, money(-4_80))], ["€113.60 left", "€4.80 over"]);
}

#[test]
fn shares() {
    let november = Period::default().named(day("2026-11-01"));
    let gone = |on| gone_percent(november, day(on));
    assert_eq!(["2026-10-31", "2026-11-01", "2026-11-22", "2026-11-30", "2026-12-05"].map(gone), [0, 3, 73, 100, 100]);
    let used = |amount, carried, spent| Allowance::new(EUR, amount, carried, spent).used_percent();
    assert_eq!([used(1600, 0, 1129), used(100, 50, 149), used(100, -100, 0), used(100, -100, 1)], [70, 99, 100, 999]);
    assert_eq!(used(1, 0, i128::from(i64::MAX)), 999);
    let safe = safe_to_spend(Money::new(471_10, EUR), Money::zero(EUR), november, day("2026-11-22")).expect("this month");
    assert_eq!((safe.per_day.minor, safe.days), (58_88, 8));
    assert_eq!(safe_to_spend(Money::zero(EUR), Money::zero(EUR), november, day("2026-12-01")), None);
}
