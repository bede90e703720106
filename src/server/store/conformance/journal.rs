//! The journal: numbered without gaps, newest first, and each expense's own story.

use super::*;
use crate::domain::journal::Via;

pub async fn numbers_without_gaps(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    for n in 1..=4 {
        assert_eq!(append(&store, entry(ana, "add_funds"), Vec::new()).await.seq, n);
        let refused = within!(store, ana, [], tx => {
            tx.append(&entry(ana, "add_funds"), &[]).await?;
            Err::<(), _>(Problem::not_found())
        });
        assert!(refused.is_err());
    }
    assert_eq!(append(&store, entry(bor, "add_funds"), Vec::new()).await.seq, 1);
    let both = within!(store, ana, [], tx => {
        Ok((tx.append(&entry(ana, "add_funds"), &[]).await?.seq, tx.append(&entry(bor, "add_funds"), &[]).await?.seq))
    });
    assert_eq!(both, Ok((5, 2)));
    assert_eq!((account(&store, ana).await.last_seq, account(&store, bor).await.last_seq), (5, 2));
    let scanned = journal_after(&store, ana, 0, 100).await;
    assert_eq!(scanned.iter().map(|(e, _)| e.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

pub async fn an_undone_entry_says_so(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let first = append(&store, entry(owner, "record_expense"), Vec::new()).await;
    let fixed = append(&store, NewEntry { undoable: false, ..entry(owner, "change_password") }, Vec::new()).await;
    let undo = append(&store, NewEntry { undoes: Some(first.seq), ..entry(owner, "undo") }, Vec::new()).await;
    assert_eq!((first.undoable, fixed.undoable, undo.undoes), (true, false, Some(1)));
    let mark = |by: Option<Seq>| {
        let store = Arc::clone(&store);
        async move {
            within!(store, owner, [], tx => {
                tx.set_undone(owner, 1, by).await?;
                Ok(tx.entry(owner, 1).await?.map(|(e, _)| (e.undoable, e.undone_by)))
            })
        }
    };
    assert_eq!(mark(Some(undo.seq)).await, Ok(Some((false, Some(3)))));
    let listed = store.journal(owner, &JournalFilter::default(), &PageRequest::default()).await.expect("a page").items;
    assert_eq!(listed, [undo, fixed, Entry { undoable: false, undone_by: Some(3), ..first.clone() }]);
    assert_eq!(mark(None).await, Ok(Some((true, None))));
    let absent = within!(store, owner, [], tx => { Ok(tx.entry(owner, 9).await?) });
    assert!(absent.is_ok_and(|e| e.is_none()));
}

pub async fn newest_first_page_by_page(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let commands = ["record_expense", "add_funds", "undo"];
    let mut entries = Vec::new();
    for n in 0..10 {
        entries.insert(0, append(&store, entry(owner, commands[n % 3]), Vec::new()).await);
        append(&store, entry(other, "add_funds"), Vec::new()).await;
    }
    for chosen in [&[][..], &["undo"], &["undo", "add_funds"], &["nothing"]] {
        let commands = chosen.iter().map(|c| (*c).to_owned()).collect();
        let filter = JournalFilter { commands, ..JournalFilter::default() };
        let expected: Vec<_> =
            entries.iter().filter(|e| chosen.is_empty() || chosen.contains(&e.command.as_str())).cloned().collect();
        for limit in 1..=11 {
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let page = store.journal(owner, &filter, &PageRequest { limit, cursor }).await.expect("a page");
                found.extend(page.items);
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "{limit} at once of {chosen:?}");
        }
    }
    let scanned = journal_after(&store, owner, 4, 3).await;
    assert_eq!(scanned.iter().map(|(e, _)| e.seq).collect::<Vec<_>>(), [5, 6, 7]);
}

pub async fn entries_by_origin_and_time(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let mut entries = Vec::new();
    for n in 0..9 {
        let new = NewEntry { at: Instant(NOW.0 + n * 100), via: Via::ALL[n as usize % 3], ..entry(owner, "add_funds") };
        entries.insert(0, append(&store, new, Vec::new()).await);
    }
    let at = |n: i64| Some(Instant(NOW.0 + n));
    for (via, from, before) in [
        (None, None, None),
        (Some(Via::Api), None, None),
        (None, at(300), None),
        (None, None, at(300)),
        (None, at(100), at(701)),
        (Some(Via::Cli), at(201), at(800)),
        (None, at(900), None),
    ] {
        let fits =
            |e: &&Entry| via.is_none_or(|v| e.via == v) && from.is_none_or(|f| e.at >= f) && before.is_none_or(|b| e.at < b);
        let expected: Vec<_> = entries.iter().filter(fits).cloned().collect();
        let filter = JournalFilter { commands: vec!["add_funds".into()], via, from, before, actor: None };
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.journal(owner, &filter, &PageRequest { limit: 2, cursor }).await.expect("a page");
            found.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{filter:?}");
    }
}

pub async fn the_life_of_an_expense(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let first = expense(owner, "2026-11-02", 1250, "Lunch");
    let edited = Expense { amount: Money::new(1300, EUR), version: 2, ..first.clone() };
    let unrelated = expense(owner, "2026-11-02", 1, "Tea");
    let change = |before: Option<&Expense>, after: Option<&Expense>| Change {
        before: before.cloned().map(Record::Expense),
        after: after.cloned().map(Record::Expense),
    };
    let recorded = append(&store, entry(owner, "record_expense"), vec![change(None, Some(&first))]).await;
    append(&store, entry(owner, "record_expense"), vec![change(None, Some(&unrelated))]).await;
    let bulk = vec![
        change(Some(&unrelated), None),
        change(Some(&first), Some(&edited)),
        added(Record::Funds(funds(owner, "2026-11-02", 5))),
    ];
    let edit = append(&store, entry(owner, "bulk_expenses"), bulk.clone()).await;
    let deleted = append(&store, entry(owner, "delete_expense"), vec![change(Some(&edited), None)]).await;
    append(&store, entry(other, "record_expense"), vec![change(None, Some(&Expense { owner: other, ..first.clone() }))]).await;
    let steps = store.expense_history(owner, first.id).await.expect("a history");
    let steps: Vec<_> = steps.into_iter().map(|s| (s.entry, s.before, s.after)).collect();
    let expected =
        [(recorded, None, Some(first.clone())), (edit, Some(first), Some(edited.clone())), (deleted, Some(edited), None)];
    assert_eq!(steps, expected);
    let (_, changes) = within!(store, owner, [], tx => { Ok(tx.entry(owner, 3).await?) }).expect("read").expect("the entry");
    assert!(changes == bulk, "changes stay in their order");
    let scanned = journal_after(&store, owner, 2, 1).await;
    assert!(scanned.len() == 1 && scanned[0].1 == bulk);
    assert_eq!(store.expense_history(owner, ExpenseId::new()).await.expect("none"), []);
}

pub async fn entries_keep_their_numbers(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let row = expense(owner, "2026-11-02", 1250, "Lunch");
    let step = |seq, undoable, undone_by, undoes| {
        let NewEntry { at, owner, actor_id, actor, via, command, summary, .. } = entry(owner, "record_expense");
        Entry { seq, at, owner, actor_id, actor, via, command: command.into(), summary, undoable, undone_by, undoes }
    };
    let copied = vec![
        (
            step(1, false, Some(3), None),
            vec![added(Record::Expense(row.clone())), added(Record::Funds(funds(owner, "2026-11-02", 5)))],
        ),
        (step(2, true, None, None), Vec::new()),
        (step(3, false, None, Some(1)), vec![Change { before: Some(Record::Expense(row.clone())), after: None }]),
    ];
    put(&store, vec![Record::Account(Account { last_seq: 3, ..Account::new(owner, EUR) })]).await;
    let keep = |entries: Vec<(Entry, Vec<Change>)>| {
        let store = Arc::clone(&store);
        async move { within!(store, owner, [entries], tx => { Ok(tx.put_entries(&entries).await?) }) }
    };
    keep(copied.clone()).await.expect("kept");
    assert!(journal_after(&store, owner, 0, 9).await == copied);
    assert_eq!(store.expense_history(owner, row.id).await.expect("read").len(), 2);
    assert!(journal_after(&store, other, 0, 9).await.is_empty());
    // What was undone stands again, and can be undone, when its undoing is undone.
    let stands = within!(store, owner, [], tx => {
        tx.set_undone(owner, 1, None).await?;
        Ok(tx.entry(owner, 1).await?.map(|(e, _)| (e.undoable, e.undone_by)))
    });
    assert_eq!(stands, Ok(Some((true, None))));
    assert_eq!(append(&store, entry(owner, "add_funds"), Vec::new()).await.seq, 4);
    assert!(keep(copied[1..2].to_vec()).await.is_err(), "the number 2 is taken");
    assert_eq!(journal_after(&store, owner, 0, 9).await.len(), 4);
}

pub async fn what_is_planned_is_nobodys_yet(home: &impl Home) {
    let store = home.open().await;
    let owner = person(&store, "ana").await;
    let rows: Vec<Expense> = (1..=450).map(|minor| expense(owner, "2026-11-02", minor, "Lunch")).collect();
    let planned: Vec<Change> = rows.iter().map(|row| added(Record::Expense(row.clone()))).collect();
    for (before, some) in [(0, planned[..201].to_vec()), (201, planned[201..].to_vec())] {
        within!(store, owner, [some], tx => { Ok(tx.plan(owner, 1, before, &some).await?) }).expect("planned");
    }
    let job = Job { owner, seq: 1, holder: uuid::Uuid::now_v7(), until: NOW, end: None, changes: 450, done: 3 };
    put(&store, vec![Record::Job(job.clone())]).await;
    assert_eq!(store.jobs().await.expect("jobs"), std::slice::from_ref(&job));
    assert_eq!(store.snapshot().await.expect("a snapshot").jobs().await.expect("jobs"), std::slice::from_ref(&job));
    assert_eq!(store.entry_size(owner, 1).await.expect("a size"), 450);
    assert_eq!(store.expense_history(owner, rows[0].id).await.expect("none"), []);
    assert!(journal_after(&store, owner, 0, 9).await.is_empty());
    let seen = look(&*store, move |tx| Box::pin(async move { Ok((tx.planned(owner, 1).await?, tx.entry(owner, 1).await?)) }));
    let (kept, entry_of_it) = seen.await.expect("read");
    assert!(kept == planned && entry_of_it.is_none(), "in their order, of no entry");

    // They are the entry's as soon as it comes.
    let told = entry(owner, "bulk_expenses").numbered(1);
    within!(store, owner, [told], tx => { Ok(tx.put_entries(&[(told.clone(), Vec::new())]).await?) }).expect("kept");
    assert!(journal_after(&store, owner, 0, 9).await == [(told, planned.clone())]);
    assert_eq!(store.expense_history(owner, rows[0].id).await.expect("a history").len(), 1);

    within!(store, owner, [planned], tx => { Ok(tx.plan(owner, 2, 0, &planned).await?) }).expect("planned");
    within!(store, owner, [], tx => { Ok(tx.drop_plan(owner, 2).await?) }).expect("dropped");
    delete(&store, vec![Key::Job(owner)]).await;
    assert_eq!((store.entry_size(owner, 2).await.expect("a size"), store.jobs().await.expect("jobs").len()), (0, 0));
    assert_eq!(store.entry_size(owner, 1).await.expect("a size"), 450);
}

pub async fn changes_part_by_part(home: &impl Home) {
    let store = home.open().await;
    let (owner, other) = (person(&store, "ana").await, person(&store, "bor").await);
    let changes: Vec<Change> =
        (1..=450).map(|minor| added(Record::Expense(expense(owner, "2026-11-02", minor, "Lunch")))).collect();
    append(&store, entry(owner, "commit_import"), changes.clone()).await;
    append(&store, entry(owner, "undo"), changes[..2].to_vec()).await;
    within!(store, owner, [changes], tx => { Ok(tx.plan(owner, 3, 0, &changes[..3]).await?) }).expect("planned");
    for limit in [1, 100, 199, 200, 201, 450, 1_000] {
        let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.entry_changes(owner, 1, &PageRequest { limit, cursor }).await.expect("a page");
            found.extend(page.items);
            cursor = page.next_cursor;
            pages += 1;
            if cursor.is_none() {
                break;
            }
        }
        assert!(found == changes, "{limit} at once: {} found", found.len());
        assert_eq!(pages, 450_u32.div_ceil(limit));
    }
    let all = PageRequest { limit: 1_000, cursor: None };
    for (owner, seq, n) in [(owner, 2, 2), (owner, 3, 0), (owner, 9, 0), (other, 1, 0)] {
        assert_eq!(store.entry_changes(owner, seq, &all).await.expect("a page").items.len(), n, "entry {seq}");
    }
    let beyond = PageRequest { limit: 5, cursor: Some(Cursor("450".into())) };
    assert!(store.entry_changes(owner, 1, &beyond).await.expect("a page").items.is_empty());
    for made_up in ["x", "-1", "01", "4294967296", "1~2"] {
        let page = PageRequest { limit: 5, cursor: Some(Cursor(made_up.into())) };
        assert!(matches!(store.entry_changes(owner, 1, &page).await, Err(StoreError::Refused(_))), "{made_up}");
    }
    let after = store.entries_after(owner, 1, 5).await.expect("entries");
    assert_eq!(after.iter().map(|e| e.seq).collect::<Vec<_>>(), [2]);
    assert_eq!(store.entries_after(owner, 0, 1).await.expect("entries").len(), 1);
    assert!(store.entries_after(owner, 2, 5).await.expect("entries").is_empty());
}

/// All of a list, so many at once.
macro_rules! whole {
    ($store:expr, $list:ident, $filter:expr, $limit:expr) => {{
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = $store.$list(&$filter, &PageRequest { limit: $limit, cursor }).await.expect("a page");
            found.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break found;
            }
        }
    }};
}

pub async fn entries_of_everybody(home: &impl Home) {
    let store = home.open().await;
    let people = [person(&store, "ana").await, person(&store, "bor").await, person(&store, "cene").await];
    let commands = ["record_expense", "add_funds", "undo"];
    let mut entries = Vec::new();
    for n in 0..24_i64 {
        // Several of each moment.
        let (who, command) = (people[n as usize % 3], commands[(n / 2) as usize % 3]);
        let new = NewEntry { at: Instant(NOW.0 + n / 5), ..entry(who, command) };
        entries.push(append(&store, new, Vec::new()).await);
    }
    entries.sort_by_key(|e| std::cmp::Reverse((e.at, e.owner, e.seq)));
    let at = |n: i64| Some(Instant(NOW.0 + n));
    for (chosen, from, before) in
        [(&commands[..], None, None), (&["undo"], None, None), (&["undo", "add_funds"], at(1), at(4)), (&["nothing"], None, None)]
    {
        let commands: Vec<String> = chosen.iter().map(|c| (*c).to_owned()).collect();
        let fits =
            |e: &&Entry| commands.contains(&e.command) && from.is_none_or(|f| e.at >= f) && before.is_none_or(|b| e.at < b);
        let expected: Vec<_> = entries.iter().filter(fits).cloned().collect();
        let filter = JournalFilter { commands: commands.clone(), from, before, ..JournalFilter::default() };
        for limit in [1, 3, 50] {
            assert_eq!(whole!(store, journals, filter, limit), expected, "{limit} at once of {chosen:?}");
        }
    }
    let odd = PageRequest { limit: 5, cursor: Some(Cursor("1~2".into())) };
    assert!(store.journals(&JournalFilter { commands: vec!["undo".into()], ..JournalFilter::default() }, &odd).await.is_err());
}

pub async fn entries_are_counted_by_time(home: &impl Home) {
    let store = home.open().await;
    let people = [person(&store, "ana").await, person(&store, "bor").await];
    for n in 0..20_i64 {
        let command = if n % 4 == 3 { "undo" } else { "record_expense" };
        append(&store, NewEntry { at: Instant(NOW.0 + n / 2), ..entry(people[n as usize % 2], command) }, Vec::new()).await;
    }
    let at = |n: i64| Instant(NOW.0 + n);
    let count = async |command: &str, instants: &[Instant], most| store.entries_between(command, instants, most).await.expect("counted");
    // Two of each moment, of which every second moment has an undo.
    assert_eq!(count("record_expense", &[at(-5), at(0), at(2), at(3), at(10), at(99)], 50).await, [0, 3, 2, 10, 0]);
    assert_eq!(count("record_expense", &[at(0), at(2), at(10)], 4).await, [3, 4], "no more than asked for");
    assert_eq!(count("undo", &[at(0), at(99)], 50).await, [5]);
    assert_eq!(count("nothing", &[at(0), at(99)], 50).await, [0]);
    assert_eq!(count("undo", &[at(0)], 50).await, [] as [u32; 0]);
}

pub async fn what_somebody_did_to_others(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor, cene) = (person(&store, "ana").await, person(&store, "bor").await, person(&store, "cene").await);
    let mut expected = Vec::new();
    for n in 0..12_i64 {
        let (owner, actor) = ([ana, bor, cene][n as usize % 3], [bor, ana][n as usize % 2]);
        let new = NewEntry { at: Instant(NOW.0 + n / 4), actor_id: actor, ..entry(owner, "change_user") };
        let made = append(&store, new, Vec::new()).await;
        if actor == ana && owner != ana {
            expected.push(made);
        }
    }
    expected.sort_by_key(|e| std::cmp::Reverse((e.at, e.owner, e.seq)));
    assert!(expected.len() > 2);
    let filter = JournalFilter { actor: Some(ana), ..JournalFilter::default() };
    for limit in [1, 2, 50] {
        assert_eq!(whole!(store, deeds, filter, limit), expected);
    }
    let other = JournalFilter { commands: vec!["undo".into()], ..filter.clone() };
    assert_eq!(whole!(store, deeds, other, 5), []);
    let within = store.journal(bor, &filter, &PageRequest::default()).await.expect("a page").items;
    assert!(!within.is_empty() && within.iter().all(|e| e.actor_id == ana), "an account's own journal, by who did it");
}

pub async fn whose_an_expense_is(home: &impl Home) {
    let store = home.open().await;
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    let row = expense(ana, "2026-11-02", 1250, "Lunch");
    put(&store, vec![Record::Expense(row.clone()), Record::Expense(expense(bor, "2026-11-02", 1, "Tea"))]).await;
    assert_eq!(store.owners_of(row.id).await.expect("read"), [ana]);
    assert_eq!(store.owners_of(ExpenseId::new()).await.expect("read"), []);
    put(&store, vec![Record::Expense(Expense { owner: bor, ..row.clone() })]).await;
    let mut both = store.owners_of(row.id).await.expect("read");
    both.sort();
    let mut expected = [ana, bor];
    expected.sort();
    assert_eq!(both, expected);
}
