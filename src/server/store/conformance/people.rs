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
    let credential = |user, last_seen_at| {
        let password_hash = "hash".into();
        Record::Credential(Credential { user, password_hash, token_version: 3, changed_at: NOW, last_seen_at })
    };
    put(&store, vec![credential(ana, Some(NOW)), credential(bor, None)]).await;
    let rent = category("Rent");
    let lunch = |owner, date| expense(owner, date, 900, "Lunch");
    let rows = [lunch(ana, "2026-10-02"), sorted_into(lunch(ana, "2026-10-02"), &rent), lunch(ana, "2026-11-02"), lunch(bor, "2026-11-02")];
    put(&store, rows.map(Record::Expense).to_vec()).await;
    let known = store.presence(&[cene, ana, bor, UserId::new()]).await.expect("read");
    let known: Vec<_> = known.into_iter().map(|p| (p.last_seen_at, p.expenses)).collect();
    assert_eq!(known, [(None, 0), (Some(NOW), 3), (None, 1), (None, 0)]);
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
    let credential = Credential { user: ana, password_hash: "hash".into(), token_version: 3, changed_at: NOW, last_seen_at: None };
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
