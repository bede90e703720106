#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

use super::*;
use crate::domain::report::{Asked, Length};
use crate::{
    domain::{Command, ExpenseId, expense::ExpenseDraft},
    server::ledger::testing::{House, draft, eur},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(super) fn day(s: &str) -> Day {
    s.parse().expect("a day")
}

#[test]
fn the_same_days_of_the_period_before() {
    let november = Span { from: day("2026-11-01"), to: day("2026-11-22") };
    let october = Span { from: day("2026-10-01"), to: day("2026-10-31") };
    assert_eq!(same_days(november, october), Span { to: day("2026-10-22"), ..october });
    let march = Span { from: day("2026-03-01"), to: day("2026-03-31") };
    let february = Span { from: day("2026-02-01"), to: day("2026-02-28") };
    assert_eq!(same_days(march, february), february);
}

pub(super) async fn me(house: &House, today: &str) -> Me {
    let user = house.people[1].clone();
    let account = house.store.account(user.id).await.expect("a store").expect("an account");
    Me { user, balance: account.balance, currency_fixed: account.opened, seq: account.last_seq, today: day(today) }
}

pub(super) async fn spend(house: &House, date: &str, minor: i64, category: Option<&str>) {
    let all = house.store.categories().await.expect("categories");
    let category_id = category.and_then(|name| all.iter().find(|c| c.name.as_str() == name)).map(|c| c.id);
    let draft = ExpenseDraft { date: day(date), category_id, ..draft(eur(minor), None, 0) };
    let record = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true };
    house.run(1, record).await.expect("recorded");
}

#[tokio::test]
async fn sums_by_the_persons_own_calendar() {
    let house = House::new().await;
    assert!(dashboard(&*house.store, &me(&house, "2026-11-18").await, None, Length::Month).await.expect("a dashboard").empty);
    house.add_funds(1, 1_000_00).await;
    for (date, minor, category) in [
        ("2026-10-05", 10_00, Some("Rent")),
        ("2026-10-19", 20_00, None),
        ("2026-11-02", 1_00, Some("Rent")),
        ("2026-11-09", 2_00, Some("Fun")),
        ("2026-11-15", 4_00, Some("Rent")),
        ("2026-11-16", 8_00, None),
        ("2026-11-30", 16_00, Some("Rent")),
    ] {
        spend(&house, date, minor, category).await;
    }
    let shown = dashboard(&*house.store, &me(&house, "2026-11-18").await, None, Length::Month).await.expect("a dashboard");
    let span = shown.shown.span;
    assert_eq!((span.from, span.to), (day("2026-11-01"), day("2026-11-30")));
    assert_eq!((shown.spent, shown.before.total.sum), (eur(15_00), eur(10_00)), "to the 18th of each month");
    assert_eq!((shown.before.span.to, shown.before.name.as_str()), (day("2026-10-18"), "1–18 Oct"));
    assert_eq!((shown.funds, shown.balance), (eur(1_000_00), eur(939_00)));
    let names: Vec<_> = shown.periods.iter().map(|p| p.name.as_str()).collect();
    assert_eq!((names.len(), names[0], names[11]), (12, "December 2025", "November 2026"));
    let november = &shown.shown;
    assert_eq!(*november, shown.periods[11]);
    assert_eq!((november.total.count, november.total.sum), (5, eur(31_00)), "the whole month, the 30th too");
    assert_eq!(november.groups.iter().map(|g| g.total.sum.minor).collect::<Vec<_>>(), [21_00, 8_00, 2_00]);
    assert_eq!((shown.line.len(), shown.line[29].date), (30, day("2026-11-18")));
    assert_eq!(shown.line[29].balance, eur(955_00), "without what is dated later");
    assert_eq!((shown.latest.len(), shown.latest[0].date), (7, day("2026-11-30")));

    let october =
        dashboard(&*house.store, &me(&house, "2026-11-18").await, Some(day("2026-10-31")), Length::Month).await.expect("one");
    assert_eq!((october.shown.span.from, october.spent), (day("2026-10-01"), eur(30_00)), "all of a month that is over");
    assert_eq!((october.before.span.from, october.before.span.to), (day("2026-09-01"), day("2026-09-30")));

    let me = me(&house, "2026-11-18").await;
    let bars = async |per| {
        let shown = dashboard(&*house.store, &me, None, per).await.expect("a dashboard");
        shown.periods.iter().map(|p| (p.short.clone(), p.total.sum.minor)).collect::<Vec<_>>()
    };
    let weeks = bars(Length::Week).await;
    assert_eq!((weeks.len(), &weeks[10..]), (12, &[("9 Nov".to_owned(), 6_00), ("16 Nov".to_owned(), 8_00)][..]));
    let years = bars(Length::Year).await;
    assert_eq!((years.len(), &years[4]), (5, &("2026".to_owned(), 61_00)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// I7: the groups of a period sum to its total, and its total to what the filter lists.
    #[test]
    fn i7_groups_sum_to_totals(rows in prop::collection::vec((0..400_i64, 1..99_999_i64, 0..4_usize), 0..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let house = House::new().await;
            for (back, minor, category) in rows {
                let date = day("2026-11-18").plus(-back).to_string();
                spend(&house, &date, minor, [None, Some("Rent"), Some("Fun"), Some("Other")][category]).await;
            }
            let me = me(&house, "2026-11-18").await;
            let shown = dashboard(&*house.store, &me, None, Length::Month).await.expect("a dashboard");
            for period in shown.periods {
                let Span { from, to } = period.span;
                let filter = ExpenseFilter { from: Some(from), to: Some(to), ..ExpenseFilter::default() };
                let listed = house.store.expense_total(me.user.id, &filter).await.expect("a total");
                let groups: i64 = period.groups.iter().map(|g| g.total.sum.minor).sum();
                assert_eq!((period.total, groups), (listed, listed.sum.minor));
            }
        });
    }

    /// Each point is what was there before plus everything up to that day.
    #[test]
    fn the_line_adds_up(nets in prop::collection::btree_map(-40_i64..10, -500_i64..500, 0..30)) {
        let today = day("2026-11-22");
        let nets: BTreeMap<Day, i64> = nets.into_iter().map(|(at, net)| (today.plus(at), net)).collect();
        let balance = Money::new(nets.values().sum(), Currency::EUR);
        let first = today.plus(-29);
        let after: Vec<_> = nets.iter().filter(|(d, _)| **d > first).map(|(d, n)| (*d, *n)).collect();
        let points = line(balance, first, today, &after);
        prop_assert_eq!(points.len(), 30);
        for point in points {
            let want: i64 = nets.range(..=point.date).map(|(_, net)| net).sum();
            prop_assert_eq!(point.balance.minor, want);
        }
    }
}

/// A report as a query asks for it.
fn asked(query: &str, me: &Me) -> Asked {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Asked::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())), &me.user, me.today).expect("a question")
}

#[tokio::test]
async fn a_report_compares_with_what_was_before() {
    let house = House::new().await;
    for (date, minor) in
        [("2025-11-30", 5_00), ("2026-08-31", 1_00), ("2026-09-01", 2_00), ("2026-10-31", 4_01), ("2026-11-01", 9_00)]
    {
        spend(&house, date, minor, Some("Rent")).await;
    }
    let me = me(&house, "2026-11-18").await;
    let sums = async |query: &str| {
        let report = spending(&*house.store, &me.user, asked(query, &me)).await.expect("a report");
        (report.total.sum.minor, report.compared.total.sum.minor, report.compared.name)
    };
    assert_eq!(sums("").await, (9_00, 4_01, "October 2026".into()));
    assert_eq!(sums("compare=last_year").await, (9_00, 5_00, "November 2025".into()));
    assert_eq!(sums("compare=average").await, (9_00, 2_34, "the average of the 3 before".into()), "7.01 by three");
    assert_eq!(sums("period=year").await, (16_01, 5_00, "2025".into()));
}

#[tokio::test]
async fn the_balance_at_the_ends_of_months() {
    let house = House::new().await;
    house.add_funds(1, 100_00).await;
    for (date, minor) in [("2026-09-30", 1_00), ("2026-10-01", 2_00), ("2026-10-31", 4_00), ("2026-11-20", 8_00)] {
        spend(&house, date, minor, None).await;
    }
    let me = me(&house, "2026-11-18").await;
    let points = async |query: &str| {
        let points = balance(&*house.store, &me, &asked(query, &me)).await.expect("points");
        points.into_iter().map(|p| (p.date.to_string(), p.balance.minor)).collect::<Vec<_>>()
    };
    let added = testing_day();
    let funds = |date: &str| if day(date) >= added { 100_00 } else { 0 };
    assert_eq!(
        points("period=custom&from=2026-09-30&to=2026-11-25&by=month").await,
        [
            ("2026-09-30".to_owned(), funds("2026-09-30") - 1_00),
            ("2026-10-31".to_owned(), funds("2026-10-31") - 7_00),
            ("2026-11-25".to_owned(), funds("2026-11-25") - 15_00)
        ]
    );
    assert_eq!(points("period=custom&from=2026-11-20&to=2026-11-20&by=day").await.len(), 1);
}

/// The day of the funds that the house adds.
fn testing_day() -> Day {
    crate::server::ledger::testing::funds(eur(1)).date
}
