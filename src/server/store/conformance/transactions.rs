//! Work is done whole or not at all, and is there once it was answered.

use super::*;
use sums::SumChanges;

pub async fn what_was_written_is_read(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let row = expense(owner, "2026-11-02", 1250, "Lunch");
    let seen = within!(store, owner, [row], tx => {
        let record = Record::Expense(row.clone());
        tx.put(std::slice::from_ref(&record)).await?;
        let entry = tx.append(&entry(owner, "record_expense"), &[added(record)]).await?;
        let account = tx.adjust_balance(owner, -1250).await?;
        Ok((tx.get(Key::Expense(owner, row.id)).await?, tx.entry(owner, entry.seq).await?, entry, account))
    });
    let (seen, entry, appended, adjusted) = seen.expect("a transaction");
    assert!(seen == Some(Record::Expense(row.clone())));
    let (entry, changes) = entry.expect("the entry");
    assert_eq!(entry, appended);
    assert!(changes == [added(Record::Expense(row.clone()))]);
    assert_eq!((adjusted.balance, adjusted.last_seq, adjusted.opened), (Money::new(-1250, EUR), 1, false));
    assert_eq!(store.expense(owner, row.id).await.expect("read"), Some(row));
    assert_eq!(account(&store, owner).await, adjusted);
}

pub async fn a_refusal_leaves_nothing(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let (kept, new) = (expense(owner, "2026-11-01", 1, "Kept"), expense(owner, "2026-11-02", 2, "New"));
    let session = session(owner, NOW);
    put(&store, vec![Record::Expense(kept.clone()), Record::Session(session.clone())]).await;
    let first = append(&store, entry(owner, "record_expense"), Vec::new()).await;
    let before = account(&store, owner).await;
    let answer = within!(store, owner, [kept, new], tx => {
        tx.put(&[Record::Expense(new.clone()), Record::Category(category("Rent"))]).await?;
        tx.delete(&[Key::Expense(owner, kept.id)]).await?;
        tx.adjust_balance(owner, 500).await?;
        let seq = tx.append(&entry(owner, "delete_expense"), &[added(Record::Expense(new.clone()))]).await?.seq;
        tx.set_undone(owner, 1, Some(seq)).await?;
        tx.end_sessions(owner, None).await?;
        Err::<(), _>(Problem::new(Code::VersionConflict, "No."))
    });
    assert_eq!(answer, Err(Problem::new(Code::VersionConflict, "No.")));
    assert_eq!(account(&store, owner).await, before);
    assert_eq!(store.expense(owner, kept.id).await.expect("read"), Some(kept));
    assert_eq!(store.expense(owner, new.id).await.expect("read"), None);
    assert_eq!(store.categories().await.expect("read"), []);
    assert_eq!(store.expense_history(owner, new.id).await.expect("read"), []);
    let page = store.journal(owner, &JournalFilter::default(), &PageRequest::default()).await.expect("read");
    assert_eq!(page.items, [first]);
    assert_eq!(store.session(session.id).await.expect("read"), Some(session));
}

/// Two users of one name cannot be. A work that looks away from that is not committed either.
pub async fn what_the_engine_refuses_is_never_half_done(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let answer = within!(store, owner, [], tx => {
        tx.adjust_balance(owner, 700).await?;
        let _looked_away = tx.put(&[Record::User(user("ana"))]).await;
        Ok(())
    });
    assert_eq!(answer.map_err(|p| p.code), Err(Code::Internal));
    assert_eq!(account(&store, owner).await.balance.minor, 0);
}

pub async fn commands_at_once_all_count(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let tasks = (0..200).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            within!(store, owner, [], tx => {
                let before = tx.get(Key::Account(owner)).await?;
                let after = tx.adjust_balance(owner, 3).await?;
                let entry = tx.append(&entry(owner, "add_funds"), &[]).await?;
                assert!(matches!(before, Some(Record::Account(a)) if a.balance.minor + 3 == after.balance.minor));
                Ok(entry.seq)
            })
        })
    });
    let mut numbers = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        numbers.push(task.await.expect("a task").expect("a transaction"));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    let account = account(&store, owner).await;
    assert_eq!((account.balance.minor, account.last_seq), (600, 200));
}

pub async fn neighbours_do_not_touch(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let tasks = (0..150_i64).map(|n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let answer = within!(store, owner, [], tx => {
                tx.adjust_balance(owner, 1).await?;
                let spent = [Record::Expense(expense(owner, "2026-11-02", n + 1, "Lunch"))];
                tx.put(&spent).await?;
                tx.adjust_sums(&SumChanges::of(&spent)).await?;
                if n % 3 == 0 { Err(Problem::not_found()) } else { Ok(()) }
            });
            assert_eq!(answer.is_err(), n % 3 == 0);
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("a task");
    }
    assert_eq!(account(&store, owner).await.balance.minor, 100);
    let total = store.expense_total(owner, &ExpenseFilter::default()).await.expect("a total");
    assert_eq!(total.count, 100);
}

pub async fn a_panic_harms_nobody(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let answer = within!(store, owner, [], tx => {
        tx.adjust_balance(owner, 5).await?;
        if account_is_open() { panic!("a defect, for this test") }
        Ok(())
    });
    assert_eq!(answer.map_err(|p| p.code), Err(Code::Internal));
    assert_eq!(account(&store, owner).await.balance.minor, 0);
    within!(store, owner, [], tx => { Ok(tx.adjust_balance(owner, 5).await?) }).expect("the next one");
    assert_eq!(account(&store, owner).await.balance.minor, 5);
}

/// Always, but the compiler does not know.
fn account_is_open() -> bool {
    std::hint::black_box(true)
}

pub async fn all_is_there_after_reopening(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let row = expense(owner, "2026-11-02", 1250, "Lunch");
    put(&store, vec![Record::Expense(row.clone()), Record::Credential(credential(owner))]).await;
    let appended = append(&store, entry(owner, "record_expense"), vec![added(Record::Expense(row.clone()))]).await;
    store.close().await;
    let store = home.open().await;
    assert_eq!(store.expense(owner, row.id).await.expect("read"), Some(row.clone()));
    assert!(store.credential(owner).await.expect("read") == Some(credential(owner)));
    assert_eq!(account(&store, owner).await.last_seq, appended.seq);
    let history = store.expense_history(owner, row.id).await.expect("read");
    assert_eq!(history.into_iter().map(|s| (s.entry, s.before, s.after)).collect::<Vec<_>>(), [(appended, None, Some(row))]);
}

fn credential(user: UserId) -> Credential {
    Credential { user, password_hash: "$argon2id$…".into(), token_version: 3, changed_at: NOW, last_seen_at: None, factor: None, passkeys: Vec::new() }
}

pub async fn nothing_follows_a_close(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    store.ready().await.expect("ready");
    store.close().await;
    store.close().await;
    assert!(store.ready().await.is_err());
    assert!(matches!(store.user(owner).await, Err(StoreError::Away(_))));
    let answer = within!(store, owner, [], tx => { Ok(tx.adjust_balance(owner, 5).await?) });
    assert_eq!(answer.map_err(|p| p.code), Err(Code::StoreUnavailable));
}
