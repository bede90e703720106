//! Random commands of several people, on a real store and on the model, compared after each step.
//!
//! Proves I1, I3–I6, I9 and I10 on whatever store [`run`] is given. `PROPTEST_CASES` and
//! `OUTLAY_STEPS` make it longer.

mod both;
mod commands;
mod ops;
mod scenes;

use super::{
    Ledger, Retry,
    book::BATCH,
    model::{Line, World, journaled, plain},
    testing::{House, SqliteHome},
};
use crate::{
    domain::{Code, Command, Effect, ExpenseFilter, Outcome, Sort, UserId, journal::Kind, page::PageRequest},
    server::{
        auth::Caller,
        doctor,
        finding::Finder,
        store::{
            DynStore, JournalFilter, Key, Record,
            conformance::{
                Home, everything, journal_after,
                lists::{all_pages, pages},
            },
        },
    },
};
use ops::{Op, Step, steps};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

struct Machine {
    ledger: Ledger,
    store: DynStore,
    finder: Finder,
    world: World,
    people: [UserId; 3],
    last: Option<(usize, Retry, Command, Option<Outcome>)>,
    /// What every command was answered, and what was read in the end.
    said: Vec<Value>,
}

impl Machine {
    async fn step(&mut self, Step { who, op }: Step) {
        let who = usize::from(who);
        match op {
            Op::Repeat { other } => self.repeat(other).await,
            Op::Scene { n } => self.scene(who, n).await,
            op => {
                let command = self.command(who, op).await;
                self.give(who, command).await;
            }
        }
    }

    /// Gives a command to the ledger and to the model.
    async fn give(&mut self, who: usize, command: Command) {
        let caller = Caller::local(self.world.user(self.people[who]).clone());
        let retry = Retry { key: Uuid::now_v7().to_string(), request: "as asked".into() };
        let real = self.ledger.execute(&caller, Some(retry.clone()), command.clone()).await;
        self.said.push(json!(real));
        let ids = self.rows_of(&command, caller.user.id, real.is_ok()).await;
        match (&real, self.world.after(caller.user.id, &command, &ids)) {
            (Ok(outcome), Ok(next)) => {
                self.check_outcome(outcome, &next, &command);
                self.world = next;
            }
            (Err(problem), Err(code)) => assert_eq!(problem.code, code, "{command:?}: {problem:?}"),
            (Ok(outcome), Err(code)) => panic!("{command:?} should be refused with {code:?}, but: {outcome:?}"),
            (Err(problem), Ok(_)) => panic!("{command:?} should be accepted, but: {problem:?}"),
        }
        self.last = Some((who, retry, command, real.ok()));
        self.compare().await;
    }

    /// I4: the same key takes effect once, whatever has happened since.
    async fn repeat(&mut self, other: bool) {
        let Some((who, retry, command, Some(first))) = self.last.clone() else { return };
        let caller = Caller::local(self.world.user(self.people[who]).clone());
        let request = if other { "something else".to_owned() } else { retry.request };
        let again = self.ledger.execute(&caller, Some(Retry { key: retry.key, request }), command).await;
        if other {
            assert_eq!(again.expect_err("refused").code, Code::IdempotencyMismatch);
        } else {
            assert_eq!(again.expect("the same answer"), first);
        }
        self.compare().await;
    }

    /// The ids that a commit gave to its rows, in the order of the postings.
    async fn rows_of(&self, command: &Command, owner: UserId, accepted: bool) -> Vec<Uuid> {
        let Command::CommitImport { postings, .. } = command else { return Vec::new() };
        if !accepted {
            // It has made no rows: any ids of their own will do.
            return (1..=postings.len()).map(|n| Uuid::from_u128(n as u128)).collect();
        }
        let wanted: Vec<String> = postings.iter().map(|p| p.fingerprint.clone()).collect();
        let known = self.store.fingerprints(owner, &wanted).await.expect("fingerprints");
        let row = |f: &String| known.iter().find(|(k, _)| k.fingerprint == *f).map_or(Uuid::nil(), |(k, _)| k.row);
        wanted.iter().map(row).collect()
    }

    fn check_outcome(&self, outcome: &Outcome, next: &World, command: &Command) {
        let line = next.journals[&outcome.owner].last().expect("an entry");
        assert_eq!(outcome.seq as usize, next.journals[&outcome.owner].len());
        assert_eq!(i128::from(outcome.balance.minor), next.balance(outcome.owner), "I1 after {command:?}");
        assert_eq!(outcome.undoable, line.undoable);
        let effect = match outcome.effect.clone() {
            Effect::Expense(e) => Record::Expense(e),
            Effect::Funds(f) => Record::Funds(f),
            Effect::Budget(b) => Record::Budget(b),
            Effect::Filter(f) => Record::Filter(f),
            Effect::Recurring(r) => Record::Recurring(r),
            Effect::Category(c) => Record::Category(c),
            Effect::User(u) => Record::User(u),
            Effect::Bulk { changed } => return assert_eq!(changed as usize, line.changes.len()),
            Effect::Undone { seq } => return assert_eq!(Some(seq), line.undoes),
            Effect::Import { .. } | Effect::Nothing | Effect::Token(_) | Effect::Categories | Effect::Program(_) => return,
        };
        let key = effect.key();
        let row = next.rows.get(&key).or(self.world.rows.get(&key));
        assert!(Some(&plain(&effect)) == row, "the effect of {command:?} is not what was written");
    }

    /// The store holds what the model holds, to the last record and entry (I1, I9, I10).
    async fn compare(&self) {
        let mut rows = BTreeMap::new();
        for record in all_records(&self.store).await {
            if let Record::Account(account) = &record {
                let owner = account.owner;
                assert_eq!(i128::from(account.balance.minor), self.world.balance(owner), "I1");
                assert_eq!(account.opened, self.world.opened.contains(&owner));
                assert_eq!(account.balance.currency, self.world.user(owner).currency);
                assert_eq!(account.last_seq as usize, self.world.journals.get(&owner).map_or(0, Vec::len));
            } else if journals(&record) {
                rows.insert(record.key(), plain(&record));
            }
        }
        assert!(rows == self.world.rows, "the rows differ: {:?}", difference(&rows, &self.world.rows));
        for owner in self.people {
            self.compare_entries(owner).await;
            self.compare_trash(owner).await;
            self.compare_found(owner).await;
        }
        for e in self.world.expenses() {
            assert!(e.category_id.is_none_or(|c| rows.contains_key(&Key::Category(c))), "I9");
        }
    }

    /// I10: one entry for each accepted command, and what has become of it.
    async fn compare_entries(&self, owner: UserId) {
        let page = PageRequest { limit: 200, cursor: None };
        let entries = self.store.journal(owner, &JournalFilter::default(), &page).await.expect("a journal").items;
        let lines = self.world.journals.get(&owner).map_or(&[][..], Vec::as_slice);
        assert_eq!(entries.len(), lines.len().min(200), "I10: entries of {owner}");
        let undone_by = self.world.undone_by(owner);
        for entry in entries {
            let n = entry.seq as usize - 1;
            assert!(
                Kind::ALL.iter().any(|kind| kind.commands().contains(&entry.command.as_str())),
                "{} has a kind",
                entry.command
            );
            assert_eq!((entry.command.as_str(), entry.undoes), (lines[n].command, lines[n].undoes));
            assert_eq!(entry.undone_by, undone_by[n], "entry {} of {}", entry.seq, lines.len());
            assert_eq!(entry.undoable, lines[n].undoable && entry.undone_by.is_none());
        }
    }

    /// What is deleted and not there again, as it was, and the entry that did it.
    async fn compare_trash(&self, owner: UserId) {
        let page = self.store.trash(owner, &PageRequest { limit: 200, cursor: None }).await.expect("a trash");
        let mut real: Vec<_> = page.items.into_iter().map(|it| (Record::from(it.thing).key(), it.seq)).collect();
        real.sort();
        assert_eq!(real, self.world.trash(owner), "the trash of {owner}");
    }

    /// An index in memory that follows the journal finds what the store finds.
    async fn compare_found(&self, owner: UserId) {
        self.finder.ready(owner).await;
        for sort in Sort::ALL {
            let filter = ExpenseFilter { q: "l".into(), sort, ..ExpenseFilter::default() };
            let by_index = pages(async |page| self.finder.expenses(owner, &filter, &page).await, 5).await;
            assert_eq!(by_index, all_pages(&self.store, owner, &filter, 200).await, "{sort:?}");
            let categories = self.world.expenses().filter_map(|e| e.category_id).take(1).collect();
            let filter = ExpenseFilter { min: Some(2), categories, uncategorised: true, ..filter };
            let total = self.finder.expense_total(owner, &filter).await.expect("a total");
            assert_eq!(total, self.store.expense_total(owner, &filter).await.expect("a total"));
        }
    }

    /// What each entry says it changed.
    async fn compare_changes(&self, owner: UserId) {
        let entries = journal_after(&self.store, owner, 0, 1_000).await;
        for ((entry, changes), line) in entries.iter().zip(&self.world.journals[&owner]) {
            let side = |record: &Option<Record>| serde_json::to_string(&record.as_ref().map(journaled)).expect("json");
            let mut real: Vec<_> = changes.iter().map(|c| (side(&c.before), side(&c.after))).collect();
            let mut want: Vec<_> = line.changes.iter().map(|(before, after)| (side(before), side(after))).collect();
            real.sort();
            want.sort();
            assert_eq!(real, want, "changes of entry {}", entry.seq);
        }
    }
}

fn difference(real: &BTreeMap<Key, Record>, want: &BTreeMap<Key, Record>) -> Vec<(Key, Option<String>, Option<String>)> {
    let json = |r: Option<&Record>| r.map(|r| serde_json::to_string(r).expect("json"));
    real.keys()
        .chain(want.keys())
        .filter(|key| real.get(key) != want.get(key))
        .map(|key| (key.clone(), json(real.get(key)), json(want.get(key))))
        .collect()
}

/// Runs the steps on an empty store and on the model, and has the doctor look at what is left. Answers what
/// the store said to all of it. Commands of more than `large` rows are done in steps.
pub async fn run(store: DynStore, steps: Vec<Step>, large: usize) -> Vec<Value> {
    let house = House::on(Arc::clone(&store)).await;
    let people = house.people.clone().map(|user| user.id);
    // Few categories, so that commands meet each other.
    for category in store.categories().await.expect("categories").into_iter().skip(3) {
        let delete = Command::DeleteCategory { id: category.id, move_to: None, version: None };
        house.run(0, delete).await.expect("nobody uses it yet");
    }
    let world = read(&store, &people).await;
    let finder = Finder::of_accounts_from(0, Arc::clone(&store));
    let mut machine = Machine {
        ledger: Ledger::with_step(Arc::clone(&store), large),
        finder,
        store,
        world,
        people,
        last: None,
        said: Vec::new(),
    };
    for step in steps {
        machine.step(step).await;
    }
    for owner in people {
        machine.compare_changes(owner).await;
    }
    let report = doctor::examine(&*machine.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
    machine.read_all().await;
    machine.store.close().await;
    machine.said
}

/// The world as the store has it at the start.
async fn read(store: &DynStore, people: &[UserId]) -> World {
    let mut world = World::default();
    for record in all_records(store).await {
        if journals(&record) {
            world.rows.insert(record.key(), plain(&record));
        }
    }
    for owner in people {
        for (entry, changes) in journal_after(store, *owner, 0, 1_000).await {
            let command = entry.command.clone().leak();
            let changes = changes.into_iter().map(|c| (c.before, c.after)).collect();
            let line = Line { command, undoable: entry.undoable, undoes: None, ends: None, changes };
            world.journals.entry(*owner).or_default().push(line);
        }
    }
    world
}

async fn all_records(store: &DynStore) -> Vec<Record> {
    everything(store.snapshot().await.expect("a snapshot").as_mut()).await
}

/// The kinds of records that the journal and the model know.
fn journals(record: &Record) -> bool {
    matches!(
        record,
        Record::User(_)
            | Record::Category(_)
            | Record::Expense(_)
            | Record::Funds(_)
            | Record::Budget(_)
            | Record::Filter(_)
            | Record::Recurring(_)
            | Record::Import(_)
            | Record::Fingerprint(_)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::default() })]
    #[test]
    fn r17_the_ledger_does_what_the_model_does(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let home = SqliteHome::new();
            run(home.open().await, steps, BATCH).await;
        });
    }
    #[test]
    fn r17_large_commands_do_what_the_model_does(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let home = SqliteHome::new();
            run(home.open().await, steps, 1).await;
        });
    }
}
