//! What recurs: everybody's of a category, and what is due.

use super::*;

pub async fn everybodys_recurring_entries_of_a_category(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let (rent, fun) = (category("Rent"), category("Fun"));
    let mut wanted = vec![recurring(ana, Some(&rent), "2026-11-01"), recurring(bor, Some(&rent), "2026-11-01")];
    let other = [recurring(ana, Some(&fun), "2026-11-01"), recurring(ana, None, "2026-11-01")];
    put(&store, wanted.iter().chain(&other).cloned().map(Record::Recurring).collect()).await;
    let answer = within!(store, ana, [rent], tx => {
        Ok((tx.recurring_of(rent.id).await?, tx.recurring(ana).await?.len()))
    });
    wanted.sort_by_key(|r| (r.owner, r.id));
    assert_eq!(answer, Ok((wanted.clone(), 3)));
    // An entry that changes its category is found by the new one only.
    let moved = Recurring { category_id: Some(fun.id), ..wanted[0].clone() };
    put(&store, vec![Record::Recurring(moved)]).await;
    let left = within!(store, ana, [rent], tx => { Ok(tx.recurring_of(rent.id).await?) });
    assert_eq!(left, Ok(wanted[1..].to_vec()));
}

pub async fn what_is_due_by_day(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let mut due: Vec<Recurring> = ["2026-11-03", "2026-11-01", "2026-11-02", "2026-11-01", "2026-12-24"]
        .iter()
        .enumerate()
        .map(|(n, from)| recurring(if n % 2 == 0 { ana } else { bor }, None, from))
        .collect();
    let never = [
        Recurring { paused: true, ..recurring(ana, None, "2026-11-01") },
        Recurring { mode: crate::domain::recurring::Mode::Propose, ..recurring(ana, None, "2026-11-01") },
        Recurring { done: Day::MAX, ..recurring(ana, None, "2026-11-01") },
    ];
    put(&store, due.iter().chain(&never).cloned().map(Record::Recurring).collect()).await;
    due.sort_by_key(|r| (r.due(), r.owner, r.id));
    assert_eq!(store.due_recurring(day("2026-10-31"), None, 9).await.expect("read"), []);
    assert_eq!(store.due_recurring(day("2026-11-03"), None, 9).await.expect("read"), due[..4]);
    for limit in 1..=6 {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let some = store.due_recurring(Day::MAX, after, limit).await.expect("read");
            assert!(some.len() <= limit as usize);
            let Some(last) = some.last() else { break };
            after = Some((last.due().expect("a day"), last.owner, last.id));
            found.extend(some);
        }
        assert_eq!(found, due, "{limit} at once");
    }
    // One that goes on is due later.
    let mut next = due[0].clone();
    next.settle(day("2026-11-01"));
    put(&store, vec![Record::Recurring(next)]).await;
    assert_eq!(store.due_recurring(day("2026-11-30"), None, 9).await.expect("read"), due[1..4]);
}
