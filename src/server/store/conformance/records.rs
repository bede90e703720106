//! Records by key: kept as they were given, found with their owner only.

use super::*;
use crate::domain::{command::Effect, import::EntryKind, journal::Via, trash::Thing};
use record::{SessionKind, Setting};

/// One of every kind, with every field filled.
fn one_of_each(user: &User) -> Vec<Record> {
    let (owner, rent) = (user.id, category("Rent"));
    let import = upload(owner, b"\x00\xff;\n");
    let row = Expense { import_id: Some(import.id), ..sorted_into(expense(owner, "2026-11-02", 1250, "Lunch"), &rent) };
    let row = noted(row, "with 🍰\nand “Ana”");
    let outcome = Outcome {
        seq: 1,
        owner,
        balance: Money::new(-1250, EUR),
        summary: "Added".into(),
        undoable: true,
        effect: Effect::Expense(row.clone()),
    };
    let grant = SessionKind::OAuth { scopes: Scopes::of(&[Scope::Read]), counter: 7, grace_until: Some(NOW), consent: Some(consent(program("Coffers").id)) };
    vec![
        Record::Budget(budget(owner, Some(&rent), "2026-11-01", 10_000)),
        Record::Filter(saved(owner, "Büro")),
        Record::Recurring(recurring(owner, Some(&rent), "2026-11-30")),
        Record::Program(program("Coffers")),
        Record::Event(happened(owner, audit::Event::SignedIn, NOW)),
        Record::User(user.clone()),
        Record::Credential(Credential {
            user: owner,
            password_hash: "$…".into(),
            token_version: 2,
            changed_at: NOW,
            last_seen_at: None, factor: Some(factor()), passkeys: vec![passkey()],
        }),
        Record::Account(Account { opened: true, last_seq: 9, ..Account::new(owner, EUR) }),
        Record::Category(rent),
        Record::Fingerprint(fingerprint(owner, "f1", EntryKind::Expense, row.id.0, import.id)),
        Record::Funds(Funds {
            import_id: Some(import.id),
            note: row.note.clone(),
            ..funds(owner, "1900-01-01", money::MAX_MINOR)
        }),
        Record::Trashed(Trashed { thing: Thing::Expense(row.clone()), seq: 3, at: NOW, via: Via::Api, command: "undo".into() 
        }),
        Record::Expense(row),
        Record::Session(Session { kind: grant, ..session(owner, NOW) }),
        Record::Token(Token { last_used_at: Some(NOW), ..token(owner, "h1") }),
        Record::Import(import),
        Record::Throttle(throttle("user:ana", NOW)),
        Record::Idempotent(Idempotent { outcome: Some(outcome), ..idempotent(owner, "k1", NOW) }),
        Record::Setting(Setting { name: "sign_up".into(), value: "open".into() }),
        Record::Link(link(LinkKind::Invite, "hash", NOW)),
        Record::Link(Link { made_by: None, ..link(LinkKind::Reset { user: owner }, "hash", NOW) }),
        Record::Removal(removal(user)),
    ]
}

pub async fn every_kind_is_kept_and_deleted(home: &impl Home) {
    let store = home.open().await;
    let records = one_of_each(&user("ana"));
    for record in &records {
        assert!(get(&store, record.key()).await.is_none());
    }
    // The second time they are replaced.
    put(&store, records.clone()).await;
    put(&store, records.clone()).await;
    for record in &records {
        assert!(get(&store, record.key()).await.as_ref() == Some(record), "{:?}", record.key());
    }
    delete(&store, records.iter().map(Record::key).collect()).await;
    delete(&store, records.iter().map(Record::key).collect()).await;
    for record in &records {
        assert!(get(&store, record.key()).await.is_none(), "{:?}", record.key());
    }
    assert_eq!(everything(store.snapshot().await.expect("a snapshot").as_mut()).await.len(), 0);
}

pub async fn keys_carry_their_owner(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let row = expense(ana, "2026-11-02", 1250, "Lunch");
    let theirs = Expense { owner: bor, amount: Money::new(7, EUR), ..row.clone() };
    let (added_funds, session, token) = (funds(ana, "2026-11-02", 5), session(ana, NOW), token(ana, "h1"));
    let import = upload(ana, b"x");
    let kept = saved(ana, "Tea");
    let rent = recurring(ana, None, "2026-11-01");
    let planned = budget(ana, None, "2026-11-01", 5);
    let known = fingerprint(ana, "f1", EntryKind::Expense, row.id.0, import.id);
    put(
        &store,
        vec![
            Record::Expense(row.clone()),
            Record::Expense(theirs.clone()),
            Record::Funds(added_funds.clone()),
            Record::Budget(planned.clone()),
            Record::Filter(kept.clone()),
            Record::Recurring(rent.clone()),
            Record::Session(session.clone()),
            Record::Token(token.clone()),
            Record::Import(import.clone()),
            Record::Fingerprint(known),
            Record::Idempotent(idempotent(ana, "k1", NOW)),
        ],
    )
    .await;
    let foreign = [
        Key::Funds(bor, added_funds.id),
        Key::Budget(bor, planned.id),
        Key::Filter(bor, kept.id),
        Key::Recurring(bor, rent.id),
        Key::Session(bor, session.id),
        Key::Token(bor, token.id),
        Key::Import(bor, import.id),
        Key::Fingerprint(bor, "f1".into()),
        Key::Idempotent(bor, "k1".into()),
    ];
    for key in &foreign {
        assert!(get(&store, key.clone()).await.is_none(), "{key:?}");
    }
    delete(&store, foreign.to_vec()).await;
    assert!(store.funds(ana, added_funds.id).await.expect("read").is_some());
    assert!(store.funds(bor, added_funds.id).await.expect("read").is_none());
    assert_eq!(store.budgets(ana).await.expect("read"), [planned]);
    assert_eq!(store.budgets(bor).await.expect("read"), []);
    assert_eq!(store.filters(ana).await.expect("read"), [kept]);
    assert_eq!(store.filters(bor).await.expect("read"), []);
    assert_eq!(store.recurring(ana).await.expect("read"), [rent]);
    assert_eq!(store.recurring(bor).await.expect("read"), []);
    assert!(store.session(session.id).await.expect("read").is_some());
    assert!(store.token_by_hash("h1").await.expect("read").is_some());
    assert!(store.import(ana, import.id).await.expect("read").is_some());
    assert!(store.import(bor, import.id).await.expect("read").is_none());
    assert_eq!(store.fingerprints(ana, &["f1".into()]).await.expect("read").len(), 1);
    assert!(store.idempotent(ana, "k1").await.expect("read").is_some());
    assert!(store.idempotent(bor, "k1").await.expect("read").is_none());

    assert_eq!(store.expense(bor, row.id).await.expect("read"), Some(theirs));
    delete(&store, vec![Key::Expense(bor, row.id)]).await;
    assert_eq!(store.expense(bor, row.id).await.expect("read"), None);
    assert_eq!(store.expense(ana, row.id).await.expect("read"), Some(row));
}

pub async fn names_and_hashes_are_unique(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let rent = category("Rent");
    put(&store, vec![Record::Category(rent.clone()), Record::Token(token(owner, "h1"))]).await;
    let twins = [Record::User(user("ana")), Record::Category(category("RENT")), Record::Token(token(owner, "h1"))];
    for twin in twins {
        let answer = within!(store, owner, [twin], tx => { Ok(tx.put(&[twin]).await?) });
        assert!(answer.is_err());
    }
    let renamed = Category { name: name("rent"), version: 2, ..rent };
    put(&store, vec![Record::Category(renamed.clone())]).await;
    assert_eq!(store.categories().await.expect("read"), [renamed]);
}

pub async fn answers_come_in_the_order_of_keys(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let rows: Vec<_> = (1..=5).map(|n| expense(owner, "2026-11-02", n, "Lunch")).collect();
    put(&store, rows.iter().cloned().map(Record::Expense).collect()).await;
    let absent = Key::Expense(owner, ExpenseId::new());
    let keys = [rows[3].id, rows[0].id, rows[3].id].map(|id| Key::Expense(owner, id));
    let keys = [keys[0].clone(), absent, keys[1].clone(), keys[2].clone()];
    let found = within!(store, owner, [keys], tx => { Ok(tx.get_many(&keys).await?) }).expect("records");
    let expected = [Some(3), None, Some(0), Some(3)].map(|n: Option<usize>| n.map(|n| Record::Expense(rows[n].clone())));
    assert!(found == expected);
}

pub async fn balances_are_held_at_the_ends(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    for (delta, balance) in [(i64::MAX, i64::MAX), (1, i64::MAX), (i64::MIN, -1), (i64::MIN, i64::MIN)] {
        let account = within!(store, owner, [], tx => { Ok(tx.adjust_balance(owner, delta).await?) }).expect("adjusted");
        assert_eq!(account.balance.minor, balance);
    }
    let nobody = UserId::new();
    assert!(within!(store, nobody, [], tx => { Ok(tx.adjust_balance(nobody, 1).await?) }).is_err());
    assert!(within!(store, nobody, [], tx => { Ok(tx.append(&entry(nobody, "undo"), &[]).await?) }).is_err());
}
