//! The trash: what was deleted, of the newest entry first.

use super::*;
use crate::domain::{
    import::EntryKind,
    trash::{Thing, Trashed},
};
use place::TrashPlace;

fn trashed(thing: Thing, seq: Seq) -> Trashed {
    Trashed {
        thing,
        seq,
        at: Instant(NOW.0 + seq as i64),
        via: crate::domain::journal::Via::Api,
        command: "bulk_expenses".into(),
    }
}

pub async fn the_trash_page_by_page(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let one = |n: i64| {
        // Some of one entry, and two of different kinds under one id.
        let row = expense(ana, "2026-11-02", n + 1, "Lunch");
        let of_same_id = Funds { id: FundsId(row.id.0), ..funds(ana, "2026-11-02", n + 1) };
        let seq = (n as u64 + 1) / 3;
        let twin = (n % 4 == 0).then(|| trashed(Thing::Funds(of_same_id), seq));
        [Some(trashed(Thing::Expense(noted(row, "with 🍰")), seq)), twin]
    };
    let mut all: Vec<Trashed> = (0..40).flat_map(one).flatten().collect();
    put(&store, all.iter().cloned().map(Record::Trashed).collect()).await;
    all.sort_by_key(|it| std::cmp::Reverse((it.seq, it.thing.id(), it.thing.kind().code())));
    for limit in [1, 7, 49, 50, 51] {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.trash(ana, &PageRequest { limit, cursor }).await.expect("a page");
            assert!(page.items.len() <= limit as usize);
            found.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert!(found == all, "{limit} at once: {} found", found.len());
    }
    assert!(store.trash(bor, &PageRequest::default()).await.expect("a page").items.is_empty());
    for made_up in ["x", "1", "1~2~3"] {
        let page = PageRequest { limit: 5, cursor: Some(Cursor(made_up.into())) };
        assert!(matches!(store.trash(ana, &page).await, Err(StoreError::Refused(_))), "{made_up}");
    }
    let mut kept = store.snapshot().await.expect("a snapshot").trash().await.expect("a trash");
    kept.sort();
    let mut expected: Vec<_> = all.iter().map(|it| (Record::Trashed(it.clone()).key(), it.seq)).collect();
    expected.sort();
    assert!(kept == expected);

    // Deleted once more by a later entry; the place of another goes by what is there.
    let (again, first) = (Trashed { seq: 99, ..all[3].clone() }, all[0].clone());
    put(&store, vec![Record::Trashed(again.clone())]).await;
    delete(
        &store,
        vec![Key::Trashed(ana, first.thing.kind(), first.thing.id()), Key::Trashed(bor, EntryKind::Expense, all[1].thing.id())],
    )
    .await;
    let after = PageRequest { limit: 2, cursor: Some(TrashPlace::of(&first).cursor()) };
    assert!(store.trash(ana, &after).await.expect("a page").items == [all[1].clone(), all[2].clone()]);
    let page = store.trash(ana, &PageRequest { limit: 1, cursor: None }).await.expect("a page");
    assert!(page.items == [again] && page.next_cursor.is_some());
    // It follows from the journal, so no copy of the store carries it.
    let records = everything(store.snapshot().await.expect("a snapshot").as_mut()).await;
    assert!(!records.iter().any(|record| matches!(record, Record::Trashed(_))));
}
