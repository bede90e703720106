//! People, what lets them in, and the categories they share.

use super::*;

pub async fn users_and_admins(home: &impl Home) {
    let store = home.open().await;
    let admin = User { role: Role::Admin, ..user("zora") };
    let retired = User { role: Role::Admin, status: Status::Disabled, ..user("mira") };
    let ana = user("ana");
    put(&store, [&admin, &retired, &ana].map(|u| Record::User(u.clone())).to_vec()).await;
    assert_eq!(store.users().await.expect("read"), [ana.clone(), retired.clone(), admin.clone()]);
    assert_eq!(store.user(ana.id).await.expect("read"), Some(ana.clone()));
    assert_eq!(store.user_by_name("ana").await.expect("read"), Some(ana.clone()));
    assert_eq!(store.user_by_name("ANA").await.expect("read"), None);
    assert_eq!(store.setting("sign_up").await.expect("read"), None);
    let active = User { status: Status::Active, ..retired };
    let answer = within!(store, ana.id, [active], tx => {
        let before = tx.active_admins().await?;
        tx.put(&[Record::User(active)]).await?;
        Ok((before, tx.active_admins().await?, tx.user_by_name("ana").await?, tx.user_by_name("eva").await?))
    });
    assert_eq!(answer, Ok((1, 2, Some(ana), None)));
}

pub async fn people_page_by_page(home: &impl Home) {
    let store = home.open().await;
    assert_eq!(store.user_count().await.expect("read"), 0);
    let names = ["ana", "bor", "cene", "d.1", "d_1"];
    let mut people: Vec<User> = names.map(user).to_vec();
    put(&store, people.iter().rev().cloned().map(Record::User).collect()).await;
    people.sort_by(|a, b| a.username.as_str().cmp(b.username.as_str()));
    assert_eq!(store.user_count().await.expect("read"), 5);
    for limit in 1..=6 {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let some = store.users_after(&after, limit).await.expect("read");
            assert!(some.len() <= limit as usize);
            let Some(last) = some.last() else { break };
            after = last.username.to_string();
            found.extend(some);
        }
        assert_eq!(found, people, "{limit} at once");
    }
}

pub async fn what_is_known_of_people(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor, cene) = (person(&store, "ana").await, person(&store, "bor").await, person(&store, "cene").await);
    let credential = |user, last_seen_at, factor| {
        let password_hash = "hash".into();
        Record::Credential(Credential { user, password_hash, token_version: 3, changed_at: NOW, last_seen_at, factor, passkeys: Vec::new() })
    };
    let (on, begun) = (Factor { enrolling: None, ..factor() }, factor());
    put(&store, vec![credential(ana, Some(NOW), Some(on)), credential(bor, None, Some(begun))]).await;
    let rent = category("Rent");
    let lunch = |owner, date| expense(owner, date, 900, "Lunch");
    let rows = [
        lunch(ana, "2026-10-02"),
        sorted_into(lunch(ana, "2026-10-02"), &rent),
        lunch(ana, "2026-11-02"),
        lunch(bor, "2026-11-02"),
    ];
    put(&store, rows.map(Record::Expense).to_vec()).await;
    let known = store.presence(&[cene, ana, bor, UserId::new()]).await.expect("read");
    let known: Vec<_> = known.into_iter().map(|p| (p.last_seen_at, p.second_factor, p.expenses)).collect();
    assert_eq!(known, [(None, false, 0), (Some(NOW), true, 3), (None, false, 1), (None, false, 0)]);
}

pub async fn who_was_here_last(home: &impl Home) {
    let store = home.open().await;
    assert_eq!(store.seen_last(5).await.expect("read"), []);
    let mut seen = Vec::new();
    // Times that are in another order as numbers than as text would be, were it not written with all digits.
    for (n, after) in [90, 9, 1_000_000, 100, -5].into_iter().enumerate() {
        let user = person(&store, &format!("seen-{n}")).await;
        seen.push((user, Instant(NOW.0 + after)));
    }
    let never = person(&store, "never").await;
    let credential = |user, last_seen_at| {
        let password_hash = "hash".into();
        Record::Credential(Credential { user, password_hash, token_version: 1, changed_at: NOW, last_seen_at, factor: None, passkeys: Vec::new() })
    };
    put(&store, seen.iter().map(|(user, at)| credential(*user, Some(*at))).chain([credential(never, None)]).collect()).await;
    seen.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    for limit in [0, 1, 3, 50] {
        let some: Vec<_> = seen.iter().copied().take(limit).collect();
        assert_eq!(store.seen_last(limit).await.expect("read"), some, "{limit}");
    }
}

pub async fn sessions_end(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let later = NOW.plus_seconds(60);
    let sessions: Vec<_> = [ana, ana, ana, bor].map(|u| session(u, later)).to_vec();
    put(&store, sessions.iter().cloned().map(Record::Session).collect()).await;
    let newest_first: Vec<_> = sessions[..3].iter().rev().cloned().collect();
    assert_eq!(store.sessions_of(ana).await.expect("read"), newest_first);
    let kept = sessions[1].id;
    assert!(store.session_holder(kept).await.expect("read").is_none(), "no password, no holder");
    let credential =
        Credential { user: ana, password_hash: "hash".into(), token_version: 3, changed_at: NOW, last_seen_at: None, factor: None, passkeys: Vec::new() };
    put(&store, vec![Record::Credential(credential.clone())]).await;
    let holder = store.session_holder(kept).await.expect("read").expect("all three");
    assert!(holder.0 == sessions[1] && holder.1.id == ana && holder.2 == credential);
    within!(store, ana, [], tx => { Ok(tx.end_sessions(ana, Some(kept)).await?) }).expect("ended");
    assert_eq!(store.sessions_of(ana).await.expect("read"), [sessions[1].clone()]);
    assert_eq!(store.session(sessions[0].id).await.expect("read"), None);
    within!(store, ana, [], tx => { Ok(tx.end_sessions(ana, None).await?) }).expect("ended");
    assert_eq!(store.sessions_of(ana).await.expect("read"), []);
    assert_eq!(store.session(sessions[3].id).await.expect("read"), Some(sessions[3].clone()));
}

pub async fn tokens_of_a_person(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let tokens = [token(ana, "h1"), token(ana, "h2"), token(bor, "h3")];
    put(&store, tokens.iter().cloned().map(Record::Token).collect()).await;
    let listed: Vec<_> = store.tokens_of(ana).await.expect("read").into_iter().map(|t| t.id).collect();
    assert_eq!(listed, [tokens[1].id, tokens[0].id]);
    assert!(store.token_by_hash("h3").await.expect("read") == Some(tokens[2].clone()));
    assert!(store.token_by_hash("h4").await.expect("read").is_none());
    let (held, holder) = store.token_holder("h3").await.expect("read").expect("both");
    assert!(held == tokens[2] && holder.id == bor);
    assert!(store.token_holder("h4").await.expect("read").is_none());
    put(&store, vec![Record::Throttle(throttle("user:ana", NOW))]).await;
    assert_eq!(store.throttle("user:ana").await.expect("read"), Some(throttle("user:ana", NOW)));
    assert_eq!(store.throttle("user:bor").await.expect("read"), None);
    within!(store, ana, [], tx => { Ok(tx.end_tokens(ana).await?) }).expect("ended");
    assert!(store.tokens_of(ana).await.expect("read").is_empty() && store.token_by_hash("h1").await.expect("read").is_none());
    assert!(store.token_by_hash("h3").await.expect("read").is_some(), "another person's stay");
}

pub async fn programs_by_name(home: &impl Home) {
    let store = home.open().await;
    let ana = person(&store, "ana").await;
    let [coffers, abacus] = ["coffers", "Abacus"].map(program);
    put(&store, [&coffers, &abacus].map(|p| Record::Program(p.clone())).to_vec()).await;
    assert_eq!(store.programs().await.expect("read"), [abacus.clone(), coffers.clone()]);
    assert_eq!(store.program(abacus.id).await.expect("read"), Some(abacus.clone()));
    assert_eq!(store.program(ProgramId::new()).await.expect("read"), None);
    let twin = Program { name: name("COFFERS"), ..program("x") };
    let refused = within!(store, ana, [twin], tx => { Ok(tx.put(&[Record::Program(twin)]).await?) });
    assert!(refused.is_err(), "a name is there once");
    let left = within!(store, ana, [coffers], tx => {
        tx.delete(&[Key::Program(coffers.id)]).await?;
        Ok(tx.programs().await?)
    });
    assert_eq!(left, Ok(vec![abacus]));
}

pub async fn categories_by_name_and_use(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let [rent, eating, fun] = ["Rent", "eating out", "Fun"].map(category);
    put(&store, [&rent, &eating, &fun].map(|c| Record::Category(c.clone())).to_vec()).await;
    assert_eq!(store.categories().await.expect("read"), [eating.clone(), fun.clone(), rent.clone()]);
    let answer = within!(store, ana, [], tx => {
        Ok((tx.category_by_name("eating out").await?, tx.category_by_name("Rent").await?, tx.categories().await?.len()))
    });
    assert_eq!(answer, Ok((Some(eating), None, 3)));
    let lunch = |owner| expense(owner, "2026-11-02", 900, "Lunch");
    let rows = [sorted_into(lunch(ana), &rent), sorted_into(lunch(bor), &rent), sorted_into(lunch(bor), &fun), lunch(ana)];
    put(&store, rows.map(Record::Expense).to_vec()).await;
    let mut used = store.category_use().await.expect("read");
    used.retain(|(_, n)| *n > 0);
    used.sort_unstable_by_key(|(_, n)| *n);
    assert_eq!(used, [(fun.id, 1), (rent.id, 2)]);
}

pub async fn everybodys_budgets_of_a_category(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let (rent, fun) = (category("Rent"), category("Fun"));
    let mine = [budget(ana, Some(&rent), "2026-10-01", 1), budget(ana, Some(&rent), "2026-11-01", 2)];
    let theirs = Budget { owner: bor, ..mine[0].clone() };
    let others = [budget(ana, Some(&fun), "2026-11-01", 3), budget(ana, None, "2026-11-01", 4)];
    put(&store, mine.iter().chain(&others).chain([&theirs]).cloned().map(Record::Budget).collect()).await;
    let ended = Budget { amount: None, version: 2, ..mine[1].clone() };
    let found = within!(store, ana, [rent, ended], tx => {
        tx.put(&[Record::Budget(ended)]).await?;
        Ok((tx.budgets_of(rent.id).await?, tx.budgets(ana).await?.len()))
    });
    let mut expected = vec![mine[0].clone(), ended, theirs];
    expected.sort_by_key(|budget| (budget.owner, budget.id));
    assert_eq!(found, Ok((expected, 4)));
    let mut all: Vec<Budget> = mine.into_iter().chain(others).collect();
    all[1] = Budget { amount: None, version: 2, ..all[1].clone() };
    all.sort_by_key(|budget| budget.id);
    assert_eq!(store.budgets(ana).await.expect("read"), all);
}

pub async fn everybodys_expenses_in_a_category(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let rent = category("Rent");
    let mut rows: Vec<_> = (1..=7).map(|n| sorted_into(expense(ana, "2026-11-02", n, "Rent"), &rent)).collect();
    // One id may stand in two accounts.
    rows.extend(rows.clone().into_iter().take(4).map(|e| Expense { owner: bor, ..e }));
    rows.sort_by_key(|e| (e.owner, e.id));
    let elsewhere = expense(ana, "2026-11-02", 1, "Lunch");
    put(&store, rows.iter().chain([&elsewhere]).cloned().map(Record::Expense).collect()).await;
    for limit in 1..=12 {
        let found = within!(store, ana, [rent], tx => {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let batch = tx.expenses_in(rent.id, after, limit).await?;
                assert!(batch.len() <= limit as usize);
                let Some(last) = batch.last() else { return Ok(found) };
                after = Some((last.owner, last.id));
                found.extend(batch);
            }
        });
        assert_eq!(found, Ok(rows.clone()), "{limit} at once");
    }
}

pub async fn categories_in_their_order(home: &impl Home) {
    let store = home.open().await;
    let [rent, eating, fun] = ["Rent", "eating out", "Fun"].map(category);
    let rent = Category { position: 1, ..rent };
    let fun = Category { position: 2, ..fun };
    put(&store, [&fun, &eating, &rent].map(|c| Record::Category(c.clone())).to_vec()).await;
    assert_eq!(store.categories().await.expect("read"), [eating.clone(), rent.clone(), fun.clone()], "by place, then by name");
    let answer = within!(store, UserId::new(), [], tx => { Ok(tx.categories().await?) });
    assert_eq!(answer, Ok(vec![eating, rent, fun]));
}

pub async fn links_end_and_removals_are_listed(home: &impl Home) {
    let store = home.open().await;
    let gone = user("ana");
    let reset = link(LinkKind::Reset { user: gone.id }, "h1", NOW);
    let newer = Link { hash: "h2".into(), ..reset.clone() };
    let invite = link(LinkKind::Invite, "h3", NOW);
    put(&store, vec![Record::Link(reset.clone()), Record::Link(invite.clone())]).await;
    put(&store, vec![Record::Link(newer.clone()), Record::Removal(removal(&gone))]).await;
    assert_eq!(store.link(&reset.id()).await.expect("read"), Some(newer), "of a person there is one");
    assert_eq!(store.link(&invite.id()).await.expect("read"), Some(invite.clone()));
    within!(store, gone.id, [], tx => { Ok(tx.end_links().await?) }).expect("ended");
    assert_eq!(store.link(&invite.id()).await.expect("read"), None);
    assert!(store.removal(gone.id).await.expect("read") == Some(removal(&gone)));
    assert!(store.removal(UserId::new()).await.expect("read").is_none());
    assert!(store.removals().await.expect("read") == [removal(&gone)]);
}

pub async fn what_is_a_persons_goes_part_by_part(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let mut of_bor = Vec::new();
    for owner in [ana, bor] {
        let import = upload(owner, b"bytes");
        let mut records: Vec<Record> = (1..=7).map(|n| Record::Expense(expense(owner, "2026-11-02", n, "Lunch"))).collect();
        records.extend([
            Record::Funds(funds(owner, "2026-11-02", 5)),
            Record::Budget(budget(owner, None, "2026-11-01", 5)),
            Record::Filter(saved(owner, "Tea")),
            Record::Session(session(owner, NOW)),
            Record::Token(token(owner, &owner.to_string())),
            Record::Fingerprint(fingerprint(owner, "f", crate::domain::import::EntryKind::Funds, owner.0, import.id)),
            Record::Import(import),
            Record::Idempotent(idempotent(owner, "k", NOW)),
        ]);
        put(&store, records.clone()).await;
        for _ in 0..5 {
            append(&store, entry(owner, "add_funds"), records.iter().take(3).cloned().map(added).collect()).await;
        }
        if owner == bor {
            of_bor = records;
        }
    }
    let mut taken = 0;
    loop {
        let some = within!(store, ana, [], tx => {
            let some = tx.belongings(ana, 3).await?;
            let mut sums = SumChanges::default();
            some.iter().for_each(|record| sums.change(Some(record), None));
            tx.delete(&some.iter().map(Record::key).collect::<Vec<_>>()).await?;
            tx.adjust_sums(&sums).await?;
            Ok(some.len())
        });
        let some = some.expect("some");
        assert!(some <= 3);
        taken += some;
        if some == 0 {
            break;
        }
    }
    assert_eq!(taken, 15);
    let mut parts = 0;
    while within!(store, ana, [], tx => { Ok(tx.forget(ana, 2).await?) }).expect("a part") {
        parts += 1;
    }
    assert!(parts > 2, "{parts} parts");
    assert!(journal_after(&store, ana, 0, 99).await.is_empty());
    let left = journal_after(&store, bor, 0, 99).await;
    assert!(left.len() == 5 && left.iter().all(|(_, changes)| changes.len() == 3), "another person's stay");
    for record in &of_bor {
        assert!(get(&store, record.key()).await.as_ref() == Some(record), "{:?}", record.key());
    }
    assert_eq!(store.snapshot().await.expect("a snapshot").check().await.expect("a check"), Vec::<String>::new());
    assert_eq!(store.presence(&[ana, bor]).await.expect("read").iter().map(|p| p.expenses).collect::<Vec<_>>(), [0, 7]);
}

pub async fn what_happened_newest_first(home: &impl Home) {
    use audit::Event;
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let mut all = Vec::new();
    for n in 0..30_i64 {
        let owner = [ana, bor, Happened::NOBODY][n as usize % 3];
        let event = [Event::SignedIn, Event::Failed][n as usize % 2];
        all.insert(0, happened(owner, event, NOW.plus_seconds(n)));
    }
    put(&store, all.iter().rev().cloned().map(Record::Event).collect()).await;
    let (from, before) = (Some(NOW.plus_seconds(4)), Some(NOW.plus_seconds(20)));
    for filter in [
        HappenedFilter::default(),
        HappenedFilter { about: Some(ana), ..HappenedFilter::default() },
        HappenedFilter { about: Some(Happened::NOBODY), events: vec![Event::Failed], ..HappenedFilter::default() },
        HappenedFilter { events: vec![Event::SignedIn, Event::Reused], from, before, about: None },
    ] {
        let fits = |e: &&Happened| {
            filter.about.is_none_or(|about| about == e.owner)
                && (filter.events.is_empty() || filter.events.contains(&e.event))
                && filter.from.is_none_or(|from| e.at >= from)
                && filter.before.is_none_or(|before| e.at < before)
        };
        let expected: Vec<Happened> = all.iter().filter(fits).cloned().collect();
        assert!(!expected.is_empty());
        for limit in [1, 4, 50] {
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let page = store.happened(&filter, &PageRequest { limit, cursor }).await.expect("a page");
                found.extend(page.items);
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "{limit} at once of {filter:?}");
        }
    }
    let odd = PageRequest { limit: 5, cursor: Some(Cursor("1".into())) };
    assert!(store.happened(&HappenedFilter::default(), &odd).await.is_err());
    let mine = within!(store, ana, [], tx => { Ok(tx.belongings(ana, 100).await?) }).expect("read");
    assert!(mine.len() == 10 && mine.iter().all(|record| record.key().owner() == Some(ana)), "they go with their person");
}
