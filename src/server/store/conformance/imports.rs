//! Uploads, the rows they brought, and what is known of rows that went again.

use super::*;
use crate::domain::import::{EntryKind, ImportState};

pub async fn rows_and_fingerprints_of_an_import(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let import = upload(owner, b"Date;Amount\n");
    let here = |e: Expense| Expense { import_id: Some(import.id), ..e };
    let rows = [1, 2, 3].map(|n| here(expense(owner, "2026-11-02", n, "Row")));
    let income = Funds { import_id: Some(import.id), ..funds(owner, "2026-11-03", 9) };
    let known = [
        fingerprint(owner, "a", EntryKind::Expense, rows[0].id.0, import.id),
        fingerprint(owner, "b", EntryKind::Funds, income.id.0, import.id),
    ];
    let elsewhere = [
        Record::Expense(expense(owner, "2026-11-02", 4, "By hand")),
        Record::Expense(here(expense(other, "2026-11-02", 5, "Somebody else's"))),
        Record::Fingerprint(fingerprint(owner, "c", EntryKind::Expense, rows[1].id.0, ImportId::new())),
        Record::Fingerprint(fingerprint(other, "a", EntryKind::Expense, rows[1].id.0, import.id)),
    ];
    let mut records: Vec<_> = rows.iter().rev().cloned().map(Record::Expense).chain(elsewhere).collect();
    records.extend(known.iter().cloned().map(Record::Fingerprint));
    records.extend([Record::Funds(income.clone()), Record::Import(import.clone())]);
    put(&store, records).await;
    let found = within!(store, owner, [import], tx => {
        Ok((tx.rows_of_import(owner, import.id).await?, tx.fingerprints_of_import(owner, import.id).await?))
    });
    let ((expenses, funds), mut fingerprints) = found.expect("rows");
    assert_eq!((expenses, funds), (rows.to_vec(), vec![income]));
    fingerprints.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    assert_eq!(fingerprints, known);
}

pub async fn what_is_known_of_fingerprints(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let (row, gone) = (expense(owner, "2026-11-02", 1, "Row"), expense(owner, "2026-11-02", 2, "Gone"));
    let income = funds(owner, "2026-11-03", 9);
    let import = ImportId::new();
    let known = [
        (fingerprint(owner, "a", EntryKind::Expense, row.id.0, import), true),
        (fingerprint(owner, "b", EntryKind::Expense, gone.id.0, import), false),
        (fingerprint(owner, "c", EntryKind::Funds, income.id.0, import), true),
        // The id of an expense, said to be funds.
        (fingerprint(owner, "d", EntryKind::Funds, row.id.0, import), false),
    ];
    let mut records: Vec<_> = known.iter().map(|(f, _)| Record::Fingerprint(f.clone())).collect();
    records.push(Record::Fingerprint(fingerprint(other, "x", EntryKind::Expense, row.id.0, import)));
    // The same id in another account does not count.
    records.push(Record::Expense(Expense { owner: other, ..gone.clone() }));
    records.extend([Record::Expense(row), Record::Expense(gone.clone()), Record::Funds(income)]);
    put(&store, records).await;
    delete(&store, vec![Key::Expense(owner, gone.id)]).await;
    let wanted = ["d", "x", "a", "zzz", "c", "b"].map(str::to_owned);
    let mut found = store.fingerprints(owner, &wanted).await.expect("fingerprints");
    found.sort_by(|(a, _), (b, _)| a.fingerprint.cmp(&b.fingerprint));
    assert_eq!(found, known);
    assert_eq!(store.fingerprints(owner, &[]).await.expect("none"), []);
}

pub async fn uploads_of_a_person(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let large = vec![0xab; 3_000_000];
    let (first, second) = (upload(owner, &large), upload(owner, b"x"));
    put(&store, [&first, &second, &upload(other, b"y")].map(|i| Record::Import(i.clone())).to_vec()).await;
    assert!(store.import(owner, first.id).await.expect("read") == Some(first.clone()));
    let done = Import { content: Vec::new(), state: ImportState::Committed, added: 3, seq: Some(1), ..first };
    put(&store, vec![Record::Import(done.clone())]).await;
    let listed = store.imports(owner).await.expect("read");
    let listed: Vec<_> = listed.into_iter().map(|i| (i.id, i.state, i.added)).collect();
    assert_eq!(listed, [(second.id, ImportState::Preview, 0), (done.id, ImportState::Committed, 3)]);
}
