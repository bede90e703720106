//! I7: whatever is asked of a report, on either engine, each sum is what a plain computation over the rows gives, and what the
//! rows sum to that its link opens. The plain calendar asks each day whether something begins on it, and knows no other way.

mod zones;

use super::*;
use crate::{
    app::address::{self, Query},
    domain::{
        CategoryId, Expense, ExpenseId, Instant, MonthStart, Period, User, Weekday,
        calendar::NamedStart,
        filter::Asker,
        journal::Via,
        report::{Asked, By, Compare, SpendingReport},
        text::What,
    },
    server::{
        clock,
        ledger::testing::{House, MongoHome, eur, fill},
        store::{Record, conformance::Home},
    },
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::collections::BTreeMap;
use zones::{ZONES, plain_today};

fn weekend(day: Day) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// A month begins, of those that make up quarters and years.
fn begins_month(user: &User, day: Day) -> bool {
    match user.period {
        Period::Month { start_day: MonthStart::Day(start) } => day.day() == start,
        Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) } => {
            let mut rest = (1..7).map(|n| day.plus(n)).filter(|later| later.month() == day.month());
            !weekend(day) && rest.all(weekend)
        }
        Period::Weeks { .. } => day.day() == 1,
    }
}

fn begins(user: &User, length: Length, day: Day) -> bool {
    match (length, user.period) {
        (Length::Custom, _) => true,
        (Length::Week, _) => day.weekday() == user.first_weekday,
        (Length::Month, Period::Weeks { anchor, weeks }) => day.since(anchor).rem_euclid(i64::from(weeks) * 7) == 0,
        (Length::Month, _) => begins_month(user, day),
        (Length::Quarter, _) => begins_month(user, day) && [1, 4, 7, 10].contains(&day.month()),
        (Length::Year, _) => begins_month(user, day) && day.month() == 1,
    }
}

fn plain_span(user: &User, length: Length, date: Day) -> Span {
    let (mut from, mut to) = (date, date);
    while !begins(user, length, from) {
        from = from.plus(-1);
    }
    while !begins(user, length, to.plus(1)) {
        to = to.plus(1);
    }
    Span { from, to }
}

fn plain_before(user: &User, asked: &Asked, span: Span) -> Span {
    let last = span.from.plus(-1);
    match asked.length {
        Length::Custom => Span { from: span.from.plus(-span.days()), to: last },
        length => plain_span(user, length, last),
    }
}

/// What a report is compared with, but for a year before of chosen days.
fn plain_compared(user: &User, asked: &Asked) -> Vec<Span> {
    let mut before = vec![plain_before(user, asked, asked.span)];
    match (asked.compare, asked.length, user.period) {
        (Compare::Previous, ..) => {}
        (Compare::Average, ..) => {
            while before.len() < usize::from(asked.averaged) {
                before.push(plain_before(user, asked, before[before.len() - 1]));
            }
        }
        (Compare::LastYear, Length::Week, _) | (Compare::LastYear, Length::Month, Period::Weeks { .. }) => {
            let Span { from, to } = asked.span;
            before = vec![Span { from: from.plus(-364), to: to.plus(-364) }];
        }
        (Compare::LastYear, ..) => {
            while before[0].from.month() != asked.span.from.month() {
                before = vec![plain_before(user, asked, before[0])];
            }
        }
    }
    before
}

/// A day, minor units, a category.
type Row = (Day, i64, Option<CategoryId>);
type Sums = BTreeMap<Option<CategoryId>, (u64, i64)>;

fn plain_sums(rows: &[Row], spans: &[Span]) -> Sums {
    let mut sums = Sums::new();
    for (_, minor, category) in rows.iter().filter(|(day, ..)| spans.iter().any(|span| span.contains(*day))) {
        let (count, sum) = sums.entry(*category).or_default();
        (*count, *sum) = (*count + 1, *sum + minor);
    }
    sums
}

fn told(groups: &[CategorySum]) -> Sums {
    assert!(groups.is_sorted_by(|a, b| a.total.sum.minor >= b.total.sum.minor), "largest first");
    groups.iter().map(|group| (group.category_id, (group.total.count, group.total.sum.minor))).collect()
}

/// What the rows sum to that a link opens.
async fn opened(store: &dyn Store, user: &User, link: &str) -> (u64, i64) {
    let query = Query::parse(link.split_once('?').expect("a query").1);
    let filter = ExpenseFilter::read(query.pairs(), Asker::typed(user, Day::MIN)).expect("a filter");
    let page = PageRequest { limit: 200, cursor: None };
    let rows = store.expenses(user.id, &filter, &page).await.expect("a page").items;
    (rows.len() as u64, rows.iter().map(|row| row.amount.minor).sum())
}

async fn check(store: &dyn Store, me: &Me, asked: &Asked, rows: &[Row]) {
    let user = &me.user;
    let whole = report(store, me, asked.clone()).await.expect("a report");
    let SpendingReport { total, categories, parts, compared, .. } = &whole.spending;
    let sums = plain_sums(rows, &[asked.span]);
    assert_eq!(told(categories), sums, "{asked:?}");
    let all = sums.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    assert_eq!((total.count, total.sum.minor), all);
    assert_eq!(opened(store, user, &address::expenses(asked.span, None)).await, all);
    for (category, sum) in &sums {
        assert_eq!(opened(store, user, &address::expenses(asked.span, Some(*category))).await, *sum);
    }

    let mut next = asked.span.from;
    for part in parts {
        let length = match asked.by {
            By::Week => Length::Week,
            By::Month => Length::Month,
            By::Day | By::Category => Length::Custom,
        };
        assert_eq!(part.span.from, next, "no day is left out and none is there twice");
        let mut within = (1..part.span.days()).map(|n| part.span.from.plus(n));
        assert!(within.all(|day| !begins(user, length, day)), "{:?} of {asked:?}", part.span);
        next = part.span.to.plus(1);
        assert!(next > asked.span.to || begins(user, length, next), "{:?} of {asked:?}", part.span);
        let sums = plain_sums(rows, &[part.span]);
        assert_eq!(told(&part.groups), sums);
        let all = sums.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        assert_eq!((part.total.count, part.total.sum.minor), all);
        for (category, sum) in &sums {
            assert_eq!(opened(store, user, &address::expenses(part.span, Some(*category))).await, *sum);
        }
    }
    assert_eq!(parts.is_empty(), asked.by == By::Category);
    assert!(parts.is_empty() || next == asked.span.to.plus(1));

    if (asked.length, asked.compare) != (Length::Custom, Compare::LastYear) {
        let spans = plain_compared(user, asked);
        let (n, before) = (spans.len() as i64, plain_sums(rows, &spans));
        let mean = |sum: i64| (sum + n / 2) / n;
        assert_eq!(compared.total.sum.minor, mean(before.values().map(|(_, sum)| sum).sum()), "{asked:?}");
        let want: BTreeMap<_, _> = before.into_iter().map(|(category, (_, sum))| (category, mean(sum))).collect();
        let got = told(&compared.categories).into_iter().map(|(category, (_, sum))| (category, sum)).collect();
        assert_eq!(want, got, "{asked:?}");
        let edges = (spans[spans.len() - 1].from, spans[0].to);
        assert_eq!((compared.span.from, compared.span.to), edges, "{asked:?}");
    }
    let balance = |date| -rows.iter().filter(|(day, ..)| *day <= date).map(|(_, minor, _)| minor).sum::<i64>();
    for point in &whole.balance {
        assert!(asked.span.contains(point.date) && point.date <= me.today);
        assert_eq!(point.balance.minor, balance(point.date));
    }
    for day in whole.days.iter().flatten() {
        let span = Span { from: day.date, to: day.date };
        assert_eq!((day.total.count, day.total.sum.minor), opened(store, user, &address::expenses(span, None)).await);
    }
    let by_day = whole.days.map(|days| days.iter().map(|day| day.total.sum.minor).sum::<i64>());
    assert!(by_day.is_none_or(|sum| sum == total.sum.minor));
}

/// A calendar, of every kind there is.
fn period(kind: i8) -> Period {
    let anchor = "2024-02-29".parse().expect("a day");
    match kind {
        0 => Period::Weeks { anchor, weeks: 2 },
        29 => Period::Weeks { anchor, weeks: 4 },
        30 => Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) },
        day => Period::Month { start_day: MonthStart::Day(day) },
    }
}

/// What is asked of whom.
#[derive(Clone, Debug)]
struct Case {
    /// Days from the leap day of 2024, minor units, a category.
    rows: Vec<(i64, i64, usize)>,
    kind: i8,
    first: usize,
    length: usize,
    by: usize,
    compare: usize,
    averaged: u8,
    at: i64,
    days: i64,
    /// Where it is asked, and how many seconds after 2023 began in UTC.
    zone: usize,
    second: i64,
    /// For the period of today, not of a day that is named.
    of_today: bool,
}

fn cases() -> impl Strategy<Value = Case> {
    // Days around the leap day, and more often that one itself and its neighbours.
    let offset = prop_oneof![4 => -500..500_i64, 1 => -1..2_i64];
    let rows = prop::collection::vec((offset, 1..99_999_i64, 0..4_usize), 0..30);
    let asked = (0..5_usize, 0..4_usize, 0..3_usize, 2..5_u8, -400..400_i64, 0..400_i64);
    // Any second of three years, and more often one near midnight of a day on which the clocks change.
    let changes = prop::sample::select(vec![
        "2023-03-26",
        "2023-11-05",
        "2024-03-10",
        "2024-03-31",
        "2024-10-27",
        "2024-11-03",
        "2024-02-29",
    ]);
    let near = (changes, -50_000..140_000_i64).prop_map(|(day, off)| {
        let (day, begin): (Day, Day) = (day.parse().expect("a day"), "2023-01-01".parse().expect("a day"));
        day.since(begin) * 86_400 + off
    });
    let second = prop_oneof![1 => 0..94_608_000_i64, 2 => near];
    let moment = (0..ZONES.len(), second, any::<bool>());
    (rows, 0..31_i8, 0..7_usize, asked, moment).prop_map(
        |(rows, kind, first, (length, by, compare, averaged, at, days), (zone, second, of_today))| Case {
            rows,
            kind,
            first,
            length,
            by,
            compare,
            averaged,
            at,
            days,
            zone,
            second,
            of_today,
        },
    )
}

async fn run(house: &House, case: &Case) {
    let leap: Day = "2024-02-29".parse().expect("a day");
    let categories = house.store.categories().await.expect("categories");
    let owner = house.people[1].id;
    let row = |(offset, minor, category): &(i64, i64, usize)| {
        (leap.plus(*offset), *minor, category.checked_sub(1).map(|at| categories[at].id))
    };
    let rows: Vec<Row> = case.rows.iter().map(row).collect();
    let record = |(date, minor, category_id): &Row| {
        Record::Expense(Expense {
            id: ExpenseId::new(),
            owner,
            date: *date,
            amount: eur(*minor),
            what: What::parse("Lunch").expect("a text"),
            note: None,
            category_id: *category_id,
            import_id: None,
            via: Via::Page,
            version: 1,
            created_at: Instant(1_790_000_000_000_000),
        })
    };
    fill(&house.store, rows.iter().map(record).collect()).await;
    let zone = ZONES[case.zone];
    let begin: Instant = "2023-01-01T00:00:00Z".parse().expect("an instant");
    let (today, _) = clock::local(begin.plus_seconds(case.second), zone.0);
    assert_eq!(today, plain_today(zone, case.second), "{case:?}");
    let mut me = tests::me(house, &today.to_string()).await;
    me.user.time_zone = zone.0.to_owned();
    me.balance = eur(-rows.iter().map(|(_, minor, _)| minor).sum::<i64>());
    (me.user.period, me.user.first_weekday) = (period(case.kind), Weekday::ALL[case.first]);
    let length = Length::ALL[case.length];
    let of_today = case.of_today && length != Length::Custom;
    let date = if of_today { today } else { leap.plus(case.at) };
    let span = match length {
        Length::Custom => Span { from: date, to: date.plus(case.days) },
        length => plain_span(&me.user, length, date),
    };
    let (by, compare) = (By::ALL[case.by], Compare::ALL[case.compare]);
    let days = match length {
        Length::Custom => vec![("from", span.from.to_string()), ("to", span.to.to_string())],
        _ if of_today => Vec::new(),
        _ => vec![("date", date.to_string())],
    };
    let words = [("period", length.code()), ("by", by.code()), ("compare", compare.code())];
    let averaged = case.averaged.to_string();
    let pairs = words.into_iter().chain(days.iter().map(|(name, day)| (*name, day.as_str()))).chain([("n", averaged.as_str())]);
    let asked = Asked::read(pairs, &me.user, me.today).expect("a question");
    assert_eq!(asked.span, span, "{case:?}");
    check(&*house.store, &me, &asked, &rows).await;
}

#[test]
fn i7_every_sum_of_a_report_is_that_of_its_rows_on_both_engines() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let mongo = MongoHome::new();
    let config = Config { cases: 48, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new(config).run(&cases(), |case| {
        runtime.block_on(async {
            run(&House::new().await, &case).await;
            let house = House::on(mongo.open().await).await;
            run(&house, &case).await;
            house.store.close().await;
            mongo.empty().await;
        });
        Ok(())
    });
    told.expect("every sum is that of its rows");
}

/// The day is where the person lives: on both sides of midnight, of daylight saving, and of a day that a country left out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i7_today_is_the_day_of_the_time_zone() {
    let mongo = MongoHome::new();
    for (zone, at, want) in [
        ("Europe/Ljubljana", "2026-03-28T22:59:59Z", "2026-03-28"),
        ("Europe/Ljubljana", "2026-03-28T23:00:00Z", "2026-03-29"),
        ("Europe/Ljubljana", "2026-03-29T21:59:59Z", "2026-03-29"),
        ("Europe/Ljubljana", "2026-03-29T22:00:00Z", "2026-03-30"),
        ("Europe/Ljubljana", "2026-10-25T22:59:59Z", "2026-10-25"),
        ("Europe/Ljubljana", "2026-10-25T23:00:00Z", "2026-10-26"),
        ("America/New_York", "2024-02-29T04:59:59Z", "2024-02-28"),
        ("America/New_York", "2024-03-01T04:59:59Z", "2024-02-29"),
        ("Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"),
    ] {
        let at: Instant = at.parse().expect("an instant");
        let (today, _) = clock::local(at, zone);
        assert_eq!(today.to_string(), want, "{at} in {zone}");
        today_alone(&House::new().await, today, &format!("{at} in {zone}")).await;
        let house = House::on(mongo.open().await).await;
        today_alone(&house, today, &format!("{at} in {zone}, MongoDB")).await;
        house.store.close().await;
        mongo.empty().await;
    }
}

/// What is recorded on the days around today is not today's.
async fn today_alone(house: &House, today: Day, of: &str) {
    for (days, minor) in [(-1, 1), (0, 2), (1, 4)] {
        tests::spend(house, &today.plus(days).to_string(), minor, None).await;
    }
    let day = today.to_string();
    let me = tests::me(house, &day).await;
    let asked = Asked::read([("period", "custom"), ("from", &*day), ("to", &*day)], &me.user, today).expect("a question");
    let report = spending(&*house.store, &me.user, asked).await.expect("a report");
    assert_eq!((report.total.count, report.total.sum.minor), (1, 2), "{of}");
    let week = Asked::read([("period", "week"), ("by", "day")], &me.user, today).expect("a question");
    let report = spending(&*house.store, &me.user, week).await.expect("a report");
    let today = report.parts.iter().find(|part| part.span.from == today).expect("today is in its own week");
    assert_eq!(today.total.sum.minor, 2, "{of}");
}
