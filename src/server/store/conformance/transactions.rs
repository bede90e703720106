//! Work is done whole or not at all, and seen at once.

use super::*;

pub async fn what_was_written_is_read(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let row = expense(owner, "2026-11-02", 1250, "Lunch");
    let seen = within!(store, owner, [row], tx => {
        tx.put(&[Record::Expense(row.clone())]).await?;
        let seq = tx.append(&entry(owner, "record_expense"), &[Change { before: None, after: Some(Record::Expense(row.clone())) }]).await?.seq;
        tx.adjust_balance(owner, -1250).await?;
        Ok((tx.get(Key::Expense(owner, row.id)).await?, tx.entry(owner, seq).await?))
    });
    let (seen, entry) = seen.expect("a transaction");
    assert!(seen == Some(Record::Expense(row.clone())));
    assert_eq!(entry.map(|(e, changes)| (e.seq, changes.len())), Some((1, 1)));
    assert_eq!(store.expense(owner, row.id).await.expect("read"), Some(row));
    let account = store.account(owner).await.expect("read").expect("an account");
    assert_eq!((account.balance.minor, account.last_seq, account.opened), (-1250, 1, false));
}
