//! Many at once: the balance, retries, and the order of independent commands.

use super::*;
use crate::{
    domain::{ExpenseFilter, FundsId, page::PageRequest},
    server::{doctor, ledger::Retry},
};
use futures::future::join_all;
use proptest::prelude::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r06_concurrent_spends_are_accepted_exactly_as_far_as_the_balance_goes() {
    let house = House::new().await;
    house.add_funds(1, 300_00).await;
    let answers = join_all((0..600).map(|_| house.spend(1, 1_00))).await;
    let (taken, left): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((taken.len(), left.len()), (300, 300));
    assert!(left.into_iter().all(|answer| refused(answer) == Code::InsufficientFunds));
    assert_eq!(house.balance(1).await, 0);

    join_all((0..200).map(|_| house.add_funds(1, 7))).await;
    assert_eq!(house.balance(1).await, 1_400);
    let report = doctor::examine(&*house.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r07_each_key_takes_effect_once_however_often_it_is_sent() {
    let house = House::new().await;
    let sent = (0..50).flat_map(|n| {
        let id = FundsId::new();
        let again = move || (id, Retry { key: format!("key {n}"), request: "r".into() });
        [again(), again(), again()]
    });
    let answers = join_all(sent.map(|(id, retry)| {
        let add = Command::AddFunds { id, draft: funds(eur(1_00)) };
        let caller = house.caller(1);
        let ledger = house.ledger.clone();
        async move { ledger.execute(&caller, Some(retry), add).await.expect("an answer") }
    }))
    .await;
    for same in answers.chunks(3) {
        assert!(same[0] == same[1] && same[1] == same[2]);
    }
    assert_eq!(house.balance(1).await, 50_00);
    let other = Retry { key: "key 1".into(), request: "another".into() };
    let add = Command::AddFunds { id: FundsId::new(), draft: funds(eur(1_00)) };
    let mismatch = house.ledger.execute(&house.caller(1), Some(other.clone()), add.clone()).await;
    assert_eq!(refused(mismatch), Code::IdempotencyMismatch);
    house.ledger.execute(&house.caller(2), Some(other), add).await.expect("S35: another person's key is another key");
}

#[tokio::test]
async fn only_what_was_accepted_is_kept_for_a_key() {
    let house = House::new().await;
    let retry = || Some(Retry { key: "k".into(), request: "r".into() });
    let spend = || Command::RecordExpense { id: ExpenseId::new(), draft: draft(eur(5_00), None, 0), allow_overdraft: false };
    let refusal = house.ledger.execute(&house.caller(1), retry(), spend()).await;
    assert_eq!(refused(refusal), Code::InsufficientFunds);
    house.add_funds(1, 5_00).await;
    house.ledger.execute(&house.caller(1), retry(), spend()).await.expect("now it fits");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    /// I6: independent commands in any order end in the same place.
    #[test]
    fn i6_the_order_of_independent_commands_does_not_matter(
        amounts in prop::collection::vec(1..5_000_i64, 1..12).prop_shuffle(),
        order in prop::collection::vec(any::<u16>(), 12),
    ) {
        let commands: Vec<Command> = amounts
            .iter()
            .map(|minor| {
                let draft = draft(eur(*minor), None, 0);
                Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true }
            })
            .collect();
        let mut shuffled: Vec<_> = commands.iter().cloned().zip(&order).collect();
        shuffled.sort_by_key(|(_, at)| **at);
        let shuffled = shuffled.into_iter().map(|(command, _)| command).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let ends = runtime.block_on(async { (end_of(commands).await, end_of(shuffled).await) });
        prop_assert_eq!(&ends.0, &ends.1);
    }
}

async fn end_of(commands: Vec<Command>) -> (i64, Vec<(ExpenseId, i64)>) {
    let house = House::new().await;
    for command in commands {
        house.run(1, command).await.expect("accepted");
    }
    let page = PageRequest { limit: 200, cursor: None };
    let rows = house.store.expenses(house.people[1].id, &ExpenseFilter::default(), &page).await.expect("a page").items;
    (house.balance(1).await, rows.iter().map(|e| (e.id, e.amount.minor)).collect())
}
