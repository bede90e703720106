//! R16 and R24: a large store is upgraded and comes back within a minute. Run short, a small one is.

use crate::kit::{Room, content, done, is_full, size, text};
use futures::future::BoxFuture;
use outlay::{
    domain::{
        Account, Currency, Entry, Expense, ExpenseId, Instant, Locale, Money, Period, Problem, Role, Status, User, UserId,
        Weekday,
        journal::Via,
        text::{Name, Note, Username, What},
    },
    server::store::{
        Change, Lane, Record, Store, Tx,
        sqlite::{Durable, Options, SqliteStore},
        sums::SumChanges,
        transact,
    },
};
use std::{fs, path::Path, sync::Arc, time};

const AT: Instant = Instant(1_790_000_000_000_000);

fn expense(owner: UserId, n: u64) -> Expense {
    Expense {
        id: ExpenseId::new(),
        owner,
        date: "2026-11-23".parse::<outlay::domain::Day>().expect("a day").plus(-((n % 3_000) as i64)),
        amount: Money::new((n % 9_973 + 1) as i64, Currency::EUR),
        what: What::parse(&format!("Groceries of the week, number {n}")).expect("a description"),
        note: Note::parse_optional(["", "at the market, with the children"][(n % 2) as usize]).expect("a note"),
        category_id: None,
        import_id: None,
        via: Via::Page,
        version: 1,
        created_at: AT,
    }
}

fn recorded(expense: &Expense, seq: u64) -> (Entry, Vec<Change>) {
    let entry = Entry {
        seq,
        at: AT,
        owner: expense.owner,
        actor_id: expense.owner,
        actor: "ana".into(),
        via: Via::Page,
        command: "record_expense".into(),
        summary: format!("Added “{}”", expense.what),
        undoable: true,
        undone_by: None,
        undoes: None,
    };
    (entry, vec![Change { before: None, after: Some(Record::Expense(expense.clone())) }])
}

async fn write(store: &SqliteStore, records: Vec<Record>, entries: Vec<(Entry, Vec<Change>)>) {
    let all = Arc::new((records, entries));
    let done = transact(store, Lane::Shared, move |tx: &mut dyn Tx| {
        let all = Arc::clone(&all);
        let work: BoxFuture<'_, Result<(), Problem>> = Box::pin(async move {
            tx.put(&all.0).await?;
            tx.adjust_sums(&SumChanges::of(&all.0)).await?;
            Ok(tx.put_entries(&all.1).await?)
        });
        work
    });
    done.await.expect("written");
}

/// A store of one person with so many expenses, each in the journal.
async fn seed(file: &Path, rows: u64) {
    let store = SqliteStore::open_with(file, Options { durable: Durable::Never, ..Options::default() }).expect("a store");
    let owner = UserId::new();
    let user = User {
        id: owner,
        username: Username::parse("ana").expect("a username"),
        display_name: Name::parse("Ana").expect("a name"),
        role: Role::User,
        status: Status::Active,
        currency: Currency::EUR,
        time_zone: "UTC".into(),
        locale: Locale::default(),
        first_weekday: Weekday::Monday,
        period: Period::default(),
        version: 1,
        created_at: AT,
    };
    let mut balance = 0;
    for from in (0..rows).step_by(10_000) {
        let expenses: Vec<_> = (from..rows.min(from + 10_000)).map(|n| expense(owner, n)).collect();
        balance -= expenses.iter().map(|e| e.amount.minor).sum::<i64>();
        let entries = expenses.iter().zip(from + 1..).map(|(e, seq)| recorded(e, seq)).collect();
        write(&store, expenses.into_iter().map(Record::Expense).collect(), entries).await;
    }
    let account = Account {
        balance: Money::new(balance, Currency::EUR),
        opened: true,
        last_seq: rows,
        ..Account::new(owner, Currency::EUR)
    };
    write(&store, vec![Record::User(user), Record::Account(account)], Vec::new()).await;
    store.filled().await.expect("its indexes");
    store.close().await;
}

/// From the first schema, with a copy made before.
#[tokio::test]
async fn r16_a_million_expenses_are_upgraded_within_a_minute() {
    let room = Room::new();
    let data = room.at("data");
    fs::create_dir(&data).expect("a directory");
    let file = data.join("outlay.db");
    seed(&file, size(3_000, 1_000_000)).await;
    let c = rusqlite::Connection::open(&file).expect("the store");
    let back = "DROP TABLE links; DROP TABLE removals; DROP INDEX journal_by_command; DROP INDEX journal_by_actor; DROP TABLE found_terms; DROP TABLE found; DROP INDEX expenses_by_doc; ALTER TABLE expenses DROP COLUMN doc;
        DROP VIEW expected_sums; DROP TABLE sums;
        DROP TABLE jobs; ALTER TABLE accounts DROP COLUMN busy; ALTER TABLE expenses DROP COLUMN via; DROP TABLE budgets; DROP TABLE filters;
        DROP TABLE programs; DROP TABLE events; DROP TABLE trash; DROP INDEX journal_by_kind; DROP TABLE recurring; PRAGMA user_version = 1;";
    c.execute_batch(back).expect("as the first schema was");
    drop(c);
    let begun = time::Instant::now();
    SqliteStore::open(&file).expect("upgraded").close().await;
    let took = begun.elapsed();
    println!("{} MiB upgraded from the first schema in {took:.1?}", fs::metadata(&file).expect("the store").len() >> 20);
    assert!(data.join("outlay.v1.db").exists());
    content(&done(&data, &["doctor"]));
    assert!(took <= time::Duration::from_secs(60), "{took:?}");
}

#[tokio::test]
async fn r24_a_gigabyte_comes_back_within_a_minute() {
    let room = Room::new();
    let (data, backup, new) = (room.at("data"), room.at("backup"), room.at("new"));
    fs::create_dir(&data).expect("a directory");
    let file = data.join("outlay.db");
    seed(&file, size(3_000, 920_000)).await;
    let bytes = fs::metadata(&file).expect("the store").len();
    let begun = time::Instant::now();
    let said = done(&data, &["backup", text(&backup)]);
    let backing_up = begun.elapsed();
    let begun = time::Instant::now();
    let restored = done(&new, &["restore", text(&backup)]);
    let restoring = begun.elapsed();
    assert_eq!(content(&restored), content(&said));
    println!(
        "a store of {} MiB: a backup of {} MiB in {backing_up:.1?}, restored in {restoring:.1?}",
        bytes >> 20,
        fs::metadata(&backup).expect("the backup").len() >> 20
    );
    if is_full() {
        assert!(bytes >= 1 << 30, "only {bytes} bytes");
        assert!(restoring <= time::Duration::from_secs(60), "{restoring:?}");
    }
}
