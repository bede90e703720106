//! Sums are exact and add up.

use super::*;
use std::collections::BTreeSet;

pub async fn sums_do_not_overflow(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let rows = (0..9_300).map(|_| Record::Expense(expense(owner, "2026-11-02", money::MAX_MINOR, "Gold")));
    let funds = (0..50).map(|_| Record::Funds(funds(owner, "2026-11-02", money::MAX_MINOR)));
    put(&store, rows.clone().take(9_000).chain(funds).collect()).await;
    let total = store.expense_total(owner, &ExpenseFilter::default()).await.expect("a total");
    assert_eq!((total.count, total.sum.minor), (9_000, 9_000 * money::MAX_MINOR));
    let net = store.daily_net(owner, day("2026-11-01")).await.expect("days");
    assert_eq!(net, [(day("2026-11-02"), -8_950 * money::MAX_MINOR)]);
    // Beyond what minor units can be, sums are held at the end: no error, no small number.
    put(&store, rows.skip(9_000).collect()).await;
    let total = store.expense_total(owner, &ExpenseFilter::default()).await.expect("a total");
    assert_eq!((total.count, total.sum.minor), (9_300, i64::MAX));
}

pub async fn groups_sum_to_the_total(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let mut categories = ["Rent", "Fun", "Food"].map(category);
    categories.sort_by_key(|c| c.id);
    let [rent, fun, food] = &categories;
    let row = |date, minor, category: Option<&Category>| {
        let row = expense(owner, date, minor, "Something");
        category.map_or_else(|| row.clone(), |c| sorted_into(row.clone(), c))
    };
    let rows = [
        row("2026-10-31", 1_000, Some(rent)),
        row("2026-11-01", 300, Some(rent)),
        row("2026-11-15", 200, Some(rent)),
        row("2026-11-30", 700, Some(fun)),
        row("2026-11-03", 500, Some(food)),
        row("2026-11-03", 500, None),
        row("2026-12-01", 9, Some(fun)),
    ];
    put(&store, rows.iter().cloned().chain([Expense { owner: other, ..rows[1].clone() }]).map(Record::Expense).collect()).await;
    put(&store, vec![Record::Funds(funds(owner, "2026-11-01", 5)), Record::Funds(funds(owner, "2026-12-01", 8))]).await;
    let span = |from, to| Span { from: day(from), to: day(to) };
    let november = span("2026-11-01", "2026-11-30");
    let spans = [november, span("2026-01-01", "2026-01-31"), span("2026-12-01", "2026-12-31")];
    let groups = store.spending(owner, &spans).await.expect("groups");
    let plain = |groups: &[report::CategorySum]| {
        groups.iter().map(|g| (g.category_id, g.total.count, g.total.sum.minor)).collect::<Vec<_>>()
    };
    // Largest first; equal sums by category, "none" first.
    let expected = vec![(Some(fun.id), 1, 700), (None, 1, 500), (Some(rent.id), 2, 500), (Some(food.id), 1, 500)];
    assert_eq!(plain(&groups[0]), expected);
    assert_eq!(plain(&groups[1]), []);
    assert_eq!(plain(&groups[2]), [(Some(fun.id), 1, 9)]);
    let filter = ExpenseFilter { from: Some(november.from), to: Some(november.to), ..ExpenseFilter::default() };
    let total = store.expense_total(owner, &filter).await.expect("a total");
    assert_eq!(total.sum.minor, groups[0].iter().map(|g| g.total.sum.minor).sum::<i64>());
    let added = store.funds_total(owner, november).await.expect("a total");
    assert_eq!(added, Total { count: 1, sum: Money::new(5, EUR) });
    assert_eq!(store.spending(owner, &[]).await.expect("nothing"), Vec::<Vec<report::CategorySum>>::new());
}

pub async fn every_day_by_category(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let [rent, fun] = ["Rent", "Fun"].map(category);
    let rows = [
        expense(owner, "2026-10-31", 1, "Early"),
        sorted_into(expense(owner, "2026-11-01", 20, "Rent"), &rent),
        sorted_into(expense(owner, "2026-11-01", 22, "Rent"), &rent),
        expense(owner, "2026-11-01", 3, "Lunch"),
        sorted_into(expense(owner, "2026-11-30", 5, "Cinema"), &fun),
        expense(owner, "2026-12-01", 6, "Late"),
    ];
    put(&store, rows.map(Record::Expense).to_vec()).await;
    let november = Span { from: day("2026-11-01"), to: day("2026-11-30") };
    let days = store.daily_spending(owner, november).await.expect("days");
    let plain: Vec<_> =
        days.iter().map(|(day, g)| (day.to_string(), g.category_id, g.total.count, g.total.sum.minor)).collect();
    let at = |day: &str, category, n, sum| (day.to_owned(), category, n, sum);
    assert_eq!(
        plain,
        [at("2026-11-01", None, 1, 3), at("2026-11-01", Some(rent.id), 2, 42), at("2026-11-30", Some(fun.id), 1, 5)]
    );
    let other = person(&store, "bor").await;
    assert_eq!(store.daily_spending(other, november).await.expect("days"), []);
}

pub async fn days_net_of_funds_and_expenses(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let rows = [("2026-11-01", 5), ("2026-11-02", 10), ("2026-11-02", 20), ("2026-11-04", 40)];
    let rows = rows.map(|(date, minor)| Record::Expense(expense(owner, date, minor, "Lunch")));
    let added = [("2026-11-02", 100), ("2026-11-03", 200), ("2026-11-04", 40)];
    let added = added.map(|(date, minor)| Record::Funds(funds(owner, date, minor)));
    put(&store, rows.into_iter().chain(added).collect()).await;
    let net = store.daily_net(owner, day("2026-11-01")).await.expect("days");
    assert_eq!(net, [(day("2026-11-02"), 70), (day("2026-11-03"), 200), (day("2026-11-04"), 0)]);
    let nobody = person(&store, "bor").await;
    assert_eq!(store.daily_net(nobody, Day::MIN).await.expect("days"), []);
}

/// Rows of an account after some have changed and some have gone.
pub async fn rows_that_moved(store: &DynStore) -> Vec<Expense> {
    let owner = person(store, "ana").await;
    let categories = [None, Some(CategoryId::new()), Some(CategoryId::new())];
    let row = |n: i64, category: i64| Expense {
        date: Day::MIN.plus(n * 7 % 900),
        category_id: categories[usize::try_from(category % 3).expect("small")],
        ..expense(owner, "2026-11-02", n % 89 + 1, "Lunch")
    };
    let mut rows: Vec<Expense> = (0..600).map(|n| row(n, n)).collect();
    put(store, rows.iter().cloned().map(Record::Expense).collect()).await;
    delete(store, rows.drain(..150).map(|row| Record::Expense(row).key()).collect()).await;
    for (n, changed) in (0..).zip(rows.iter_mut().step_by(2)) {
        *changed = Expense { id: changed.id, ..row(n * 11, n * 2) };
    }
    put(store, rows.iter().cloned().map(Record::Expense).collect()).await;
    rows
}

/// Whatever days and categories are asked for, the sums are those of the rows.
pub async fn sums_are_those_of(store: &DynStore, rows: &[Expense]) {
    let owner = rows[0].owner;
    let faults = store.snapshot().await.expect("a snapshot").check().await.expect("a check");
    assert_eq!(faults, Vec::<String>::new());
    let categories: BTreeSet<Option<CategoryId>> = rows.iter().map(|row| row.category_id).collect();
    for (from, days) in (0..900).step_by(29).flat_map(|from| [0, 8, 35, 61, 400].map(|days| (from, days))) {
        let span = Span { from: Day::MIN.plus(from), to: Day::MIN.plus(from + days) };
        let spending = store.spending(owner, &[span]).await.expect("groups").remove(0);
        let daily = store.daily_spending(owner, span).await.expect("days");
        for category in &categories {
            let inside = rows.iter().filter(|row| span.contains(row.date) && row.category_id == *category);
            let inside = inside.fold((0, 0), |(n, sum), row| (n + 1, sum + row.amount.minor));
            let group = spending.iter().find(|group| group.category_id == *category);
            let told = group.map_or((0, 0), |group| (group.total.count, group.total.sum.minor));
            assert_eq!(told, inside, "{category:?} in {span:?}");
            let by_day = daily.iter().filter(|(_, group)| group.category_id == *category);
            let by_day = by_day.fold((0, 0), |(n, sum), (_, g)| (n + g.total.count, sum + g.total.sum.minor));
            assert_eq!(by_day, inside, "{category:?} day by day in {span:?}");
            let filter = ExpenseFilter {
                from: Some(span.from),
                to: Some(span.to),
                categories: category.iter().copied().collect(),
                uncategorised: category.is_none(),
                ..ExpenseFilter::default()
            };
            let total = store.expense_total(owner, &filter).await.expect("a total");
            assert_eq!((total.count, total.sum.minor), told);
        }
    }
}

pub async fn sums_follow_the_rows(home: &impl Home) {
    let store = home.open().await;
    let rows = rows_that_moved(&store).await;
    sums_are_those_of(&store, &rows).await;
}
