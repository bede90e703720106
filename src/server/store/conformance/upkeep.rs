//! What goes with time, what a walk through the store finds, and the engine's own check.

use super::*;
use crate::domain::import::ImportState;
use record::Setting;

pub async fn what_is_past_its_time_goes(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let (later, earlier) = (NOW.plus_seconds(1), NOW.plus_seconds(-1));
    let (old, fresh) = (NOW.plus_seconds(-KEPT_SECONDS - 1), NOW.plus_seconds(-KEPT_SECONDS + 1));
    let gone = vec![
        Record::Idempotent(idempotent(owner, "old", old)),
        Record::Session(Session { idle_until: earlier, ..session(owner, later) }),
        Record::Session(Session { ends_at: earlier, ..session(owner, later) }),
        Record::Import(Import { created_at: old, ..upload(owner, b"x") }),
        Record::Throttle(throttle("user:old", old)),
        Record::Link(link(LinkKind::Invite, "old", earlier)),
        Record::Event(happened(owner, audit::Event::SignedIn, NOW.plus_seconds(-HAPPENED_SECONDS - 1))),
    ];
    let kept = vec![
        Record::Idempotent(idempotent(owner, "fresh", fresh)),
        Record::Session(session(owner, later)),
        Record::Import(Import { created_at: fresh, ..upload(owner, b"x") }),
        Record::Import(Import { created_at: old, state: ImportState::Committed, ..upload(owner, b"") }),
        Record::Throttle(throttle("user:fresh", fresh)),
        Record::Throttle(Throttle { until: later, ..throttle("user:held", old) }),
        Record::Link(link(LinkKind::Invite, "fresh", later)),
        Record::Event(happened(owner, audit::Event::SignedIn, NOW.plus_seconds(-HAPPENED_SECONDS + 1))),
        Record::Removal(removal(&user("cene"))),
    ];
    put(&store, gone.iter().chain(&kept).cloned().collect()).await;
    put(&store, (0..1_200).map(|n| Record::Idempotent(idempotent(owner, &format!("old {n}"), old))).collect()).await;
    store.sweep(NOW).await.expect("a sweep");
    for record in &gone {
        assert!(get(&store, record.key()).await.is_none(), "{:?}", record.key());
    }
    for record in &kept {
        assert!(get(&store, record.key()).await.as_ref() == Some(record), "{:?}", record.key());
    }
    assert!(store.idempotent(owner, "old 1199").await.expect("read").is_none());
}

pub async fn everything_is_scanned(home: &impl Home) {
    let store = home.open().await;
    let mut expected = Vec::new();
    for username in ["ana", "bor"] {
        let user = user(username);
        let owner = user.id;
        let import = upload(owner, b"bytes");
        expected.extend((1..=700).map(|n| Record::Expense(expense(owner, "2026-11-02", n, "Lunch"))));
        expected.extend((1..=3).map(|n| Record::Funds(funds(owner, "2026-11-02", n))));
        expected.extend((1..=3).map(|n| Record::Budget(budget(owner, None, "2026-11-01", n))));
        expected.extend((1..=3).map(|n| Record::Filter(saved(owner, &format!("Filter {n}")))));
        expected.extend((1..=3).map(|_| Record::Recurring(recurring(owner, None, "2026-11-01"))));
        expected.extend([owner, Happened::NOBODY].map(|whose| Record::Event(happened(whose, audit::Event::Failed, NOW))));
        expected.extend((1..=6).map(|_| Record::Import(upload(owner, b"bytes"))));
        expected.extend([
            Record::Credential(Credential {
                user: owner,
                password_hash: "$".into(),
                token_version: 1,
                changed_at: NOW,
                last_seen_at: None, factor: None, passkeys: Vec::new(),
            }),
            Record::Account(Account::new(owner, EUR)),
            Record::Program(program(username)),
            Record::Category(category(username)),
            Record::Session(session(owner, NOW)),
            Record::Token(token(owner, username)),
            Record::Fingerprint(fingerprint(owner, "f", import::EntryKind::Funds, owner.0, import.id)),
            Record::Idempotent(idempotent(owner, "k", NOW)),
            Record::Throttle(throttle(username, NOW)),
            Record::Setting(Setting { name: username.into(), value: String::new() }),
            Record::Link(link(LinkKind::Reset { user: owner }, "h", NOW)),
            Record::Removal(removal(&user)),
            Record::User(user),
        ]);
    }
    put(&store, expected.clone()).await;
    let found = everything(store.snapshot().await.expect("a snapshot").as_mut()).await;
    expected.sort_by_key(Record::key);
    assert!(found == expected, "{} records of {}", found.len(), expected.len());
}

pub async fn the_engine_finds_no_fault(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    put(&store, (1..=300).map(|n| Record::Expense(expense(owner, "2026-11-02", n, "Lunch"))).collect()).await;
    assert_eq!(store.snapshot().await.expect("a snapshot").check().await.expect("a check"), Vec::<String>::new());
    store.ready().await.expect("ready");
}

pub async fn a_snapshot_is_one_moment(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let (kept, gone, new) = (category("Kept"), category("Gone"), category("New"));
    put(&store, vec![Record::Category(kept.clone()), Record::Category(gone.clone())]).await;
    let first = append(&store, entry(owner, "add_funds"), Vec::new()).await;
    let mut snapshot = store.snapshot().await.expect("a snapshot");
    put(&store, vec![Record::Category(Category { name: name("Renamed"), ..kept.clone() }), Record::Category(new.clone())]).await;
    delete(&store, vec![Key::Category(gone.id)]).await;
    append(&store, entry(owner, "add_funds"), Vec::new()).await;
    let before = everything(snapshot.as_mut()).await;
    let categories: Vec<_> = before.iter().filter(|r| matches!(r, Record::Category(_))).cloned().collect();
    let mut expected = vec![Record::Category(kept), Record::Category(gone)];
    expected.sort_by_key(Record::key);
    assert!(categories == expected, "{} categories", categories.len());
    let entries = snapshot.journal_scan(owner, 0, 9).await.expect("a scan");
    assert!(entries == [(first, Vec::new())]);
    assert!(before.iter().any(|r| matches!(r, Record::Account(a) if a.last_seq == 1)));
    let now = everything(store.snapshot().await.expect("a snapshot").as_mut()).await;
    assert!(now.contains(&Record::Category(new)) && now.iter().any(|r| matches!(r, Record::Account(a) if a.last_seq == 2)));
}

pub async fn the_engine_says_how_it_is(home: &impl Home) {
    let store = home.open().await;
    let before = store.health().await.expect("how it is");
    assert!(before.engine.split_once(' ').is_some_and(|(name, version)| !name.is_empty() && version.contains('.')), "{before:?}");
    assert!(before.schema > 0 && before.bytes > 0, "{before:?}");
    let disk = before.disk.expect("a disk");
    assert!(disk.free > 0 && disk.free <= disk.all && before.bytes <= disk.all, "{before:?}");
    if let health::Members::Set(members) = &before.members {
        assert!(members.iter().any(|member| member.is_up && member.state == "PRIMARY"), "{members:?}");
    }
}
