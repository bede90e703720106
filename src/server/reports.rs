//! Sums for the dashboard, from the store's queries and the person's own calendar.
//!
//! It must never count anything that [`ExpenseFilter`] would not list: each sum opens to its rows.

use crate::{
    domain::{
        Currency, Day, ExpenseFilter, Me, Money, Problem, Span, Total,
        calendar::week_containing,
        page::PageRequest,
        report::{BalancePoint, CategorySum, Dashboard, PeriodSpending},
    },
    server::store::Store,
};

/// How many periods, days of the balance line and latest expenses the dashboard shows.
const PERIODS: usize = 12;
const LINE_DAYS: i64 = 30;
const LATEST: u32 = 8;

/// The dashboard of the period that holds `on` (today when `None`). The week and the balance line are
/// always today's.
pub async fn dashboard(store: &dyn Store, me: &Me, on: Option<Day>) -> Result<Dashboard, Problem> {
    let (owner, currency, calendar) = (me.user.id, me.balance.currency, me.user.period);
    let shown = calendar.last(PERIODS, on.unwrap_or(me.today));
    let span = *shown.last().ok_or_else(Problem::internal)?;
    let so_far = Span { to: if span.contains(me.today) { me.today } else { span.to }, ..span };
    let before = same_days(so_far, calendar.before(span.from));
    let week = week_containing(me.today, me.user.first_weekday);
    let week_before = week_containing(week.from.plus(-1), me.user.first_weekday);

    let spans: Vec<Span> = [so_far, before, week, week_before].into_iter().chain(shown.iter().copied()).collect();
    let mut sums = store.spending(owner, &spans).await?.into_iter();
    let mut next = || sums.next().ok_or_else(Problem::internal);
    let mut sum = || -> Result<Money, Problem> { Ok(total(&next()?, currency)?.sum) };
    let (spent, spent_before, this_week, last_week) = (sum()?, sum()?, sum()?, sum()?);
    let mut periods = Vec::with_capacity(shown.len());
    for span in shown {
        let groups = next()?;
        periods.push(PeriodSpending { span, name: calendar.name(span), total: total(&groups, currency)?, groups });
    }

    let first = me.today.plus(1 - LINE_DAYS);
    let nets = store.daily_net(owner, first).await?;
    let latest = PageRequest { limit: LATEST, cursor: None };
    Ok(Dashboard {
        balance: me.balance,
        span,
        funds: store.funds_total(owner, span).await?.sum,
        spent,
        spent_before,
        before,
        week: this_week,
        week_before: last_week,
        periods,
        line: line(me.balance, first, me.today, &nets),
        latest: store.expenses(owner, &ExpenseFilter::default(), &latest).await?.items,
        empty: !me.currency_fixed,
    })
}

/// As many days from the start of `earlier` as `span` has, but none past its end.
fn same_days(span: Span, earlier: Span) -> Span {
    Span { to: earlier.from.plus(span.days() - 1).min(earlier.to), ..earlier }
}

/// What the groups sum to.
fn total(groups: &[CategorySum], currency: Currency) -> Result<Total, Problem> {
    let zero = Total { count: 0, sum: Money::zero(currency) };
    groups.iter().try_fold(zero, |all, group| {
        let minor = all.sum.minor.checked_add(group.total.sum.minor).ok_or_else(Problem::internal)?;
        Ok(Total { count: all.count + group.total.count, sum: Money::new(minor, currency) })
    })
}

/// The balance at the end of each day from `first` to `last`, reckoned back from what it is now.
/// `nets` holds every day after `first` that changed it, in order, days after `last` too.
fn line(now: Money, first: Day, last: Day, nets: &[(Day, i64)]) -> Vec<BalancePoint> {
    let mut minor = now.minor;
    let mut later = nets.iter().rev().peekable();
    let days = last.since(first) + 1;
    let mut points: Vec<BalancePoint> = (0..days)
        .map(|back| {
            let date = last.plus(-back);
            while let Some((_, net)) = later.next_if(|(day, _)| *day > date) {
                minor -= net;
            }
            BalancePoint { date, balance: Money::new(minor, now.currency) }
        })
        .collect();
    points.reverse();
    points
}

#[cfg(test)]
mod tests {
    #![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

    use super::*;
    use crate::{
        domain::{Command, ExpenseId, expense::ExpenseDraft},
        server::ledger::testing::{House, draft, eur},
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn day(s: &str) -> Day {
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

    async fn me(house: &House, today: &str) -> Me {
        let user = house.people[1].clone();
        let account = house.store.account(user.id).await.expect("a store").expect("an account");
        Me { user, balance: account.balance, currency_fixed: account.opened, today: day(today) }
    }

    async fn spend(house: &House, date: &str, minor: i64, category: Option<&str>) {
        let all = house.store.categories().await.expect("categories");
        let category_id = category.and_then(|name| all.iter().find(|c| c.name.as_str() == name)).map(|c| c.id);
        let draft = ExpenseDraft { date: day(date), category_id, ..draft(eur(minor), None, 0) };
        let record = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true };
        house.run(1, record).await.expect("recorded");
    }

    #[tokio::test]
    async fn sums_by_the_persons_own_calendar() {
        let house = House::new().await;
        assert!(dashboard(&*house.store, &me(&house, "2026-11-18").await, None).await.expect("a dashboard").empty);
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
        let shown = dashboard(&*house.store, &me(&house, "2026-11-18").await, None).await.expect("a dashboard");
        assert_eq!((shown.span.from, shown.span.to), (day("2026-11-01"), day("2026-11-30")));
        assert_eq!((shown.spent, shown.spent_before), (eur(15_00), eur(10_00)), "to the 18th of each month");
        assert_eq!(shown.before.to, day("2026-10-18"));
        assert_eq!((shown.week, shown.week_before), (eur(8_00), eur(6_00)), "weeks begin on Monday");
        assert_eq!((shown.funds, shown.balance), (eur(1_000_00), eur(939_00)));
        let names: Vec<_> = shown.periods.iter().map(|p| p.name.as_str()).collect();
        assert_eq!((names.len(), names[0], names[11]), (12, "December 2025", "November 2026"));
        let november = &shown.periods[11];
        assert_eq!((november.total.count, november.total.sum), (5, eur(31_00)), "the whole month, the 30th too");
        assert_eq!(november.groups.iter().map(|g| g.total.sum.minor).collect::<Vec<_>>(), [21_00, 8_00, 2_00]);
        assert_eq!((shown.line.len(), shown.line[29].date), (30, day("2026-11-18")));
        assert_eq!(shown.line[29].balance, eur(955_00), "without what is dated later");
        assert_eq!((shown.latest.len(), shown.latest[0].date), (7, day("2026-11-30")));

        let october = dashboard(&*house.store, &me(&house, "2026-11-18").await, Some(day("2026-10-31"))).await.expect("one");
        assert_eq!((october.span.from, october.spent), (day("2026-10-01"), eur(30_00)), "all of a month that is over");
        assert_eq!((october.before.from, october.before.to), (day("2026-09-01"), day("2026-09-30")));
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
                let shown = dashboard(&*house.store, &me, None).await.expect("a dashboard");
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
}
