//! The suite of every engine on SQLite, and what is SQLite's alone.

use super::*;
use crate::{
    domain::{Code, Money, Sort, journal::Via, text::What},
    server::{
        doctor,
        ledger::testing::{House, deleted_in_all_ways},
        store::{
            DynStore, StoreError,
            conformance::{self, Home, conformance_suite},
            place::ExpensePlace,
            search::Search,
            sums::SumChanges,
        },
    },
};
use rusqlite::{StatementStatus, params_from_iter};
use std::{fs, path::PathBuf, time::Instant as Clock};

struct Dir(tempfile::TempDir);

impl Dir {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }
    fn file(&self) -> PathBuf {
        self.0.path().join("data").join("outlay.db")
    }
    fn store(&self, options: Options) -> SqliteStore {
        SqliteStore::open_with(&self.file(), options).expect("a store")
    }
    /// Commits in the log, by the frames that end one (<https://sqlite.org/fileformat2.html#wal_file_format>).
    fn commits(&self) -> usize {
        let log = fs::read(self.file().with_extension("db-wal")).expect("a log");
        log[32..].chunks(24 + 4_096).filter(|frame| frame[4..8] != [0; 4]).count()
    }
}

#[async_trait]
impl Home for Dir {
    async fn open(&self) -> DynStore {
        Arc::new(self.store(Options::default()))
    }
}

conformance_suite!(Dir::new());

fn expense(owner: UserId, n: i64) -> Expense {
    Expense {
        id: ExpenseId::new(),
        owner,
        date: Day::MIN.plus(n % 97),
        amount: Money::new(n % 89 + 1, crate::domain::Currency::EUR),
        what: What::parse("Lunch").expect("a description"),
        note: None,
        category_id: None,
        import_id: None,
        via: Via::Page,
        version: 1,
        created_at: Instant(n),
    }
}

/// Puts new records in a transaction of its own.
async fn put(store: &SqliteStore, records: Vec<Record>) -> std::result::Result<(), Problem> {
    let put = move |tx: &mut tx::SqliteTx<'_>| {
        tx.ask(|c| records.iter().try_for_each(|r| rows::put(c, r)))?;
        Ok(tx.ask(|c| sums::adjust(c, &SumChanges::of(&records)))?)
    };
    store.writer.run(put).await.map_err(Problem::from)
}
/// Runs a statement on the writer's connection.
async fn run(store: &SqliteStore, sql: &'static str) {
    let run = move |tx: &mut tx::SqliteTx<'_>| Ok(tx.ask(|c| Ok(c.query_row(sql, [], |_| Ok(()))?))?);
    store.writer.run(run).await.expect("a statement");
}
async fn count(store: &SqliteStore) -> i64 {
    let count = |c: &Connection| Ok(c.query_row("SELECT count(*) FROM expenses", [], |row| row.get(0))?);
    store.read(count).await.expect("a count")
}

async fn faults(store: &SqliteStore) -> Vec<String> {
    store.snapshot().await.expect("a snapshot").check().await.expect("a check")
}

#[tokio::test]
async fn settings_that_durability_rests_on_hold() {
    let dir = Dir::new();
    let store = dir.store(Options::default());
    let value = |c: &Connection, pragma: &str| c.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let check = move |c: &Connection, expected: &[(&str, i64)]| {
        for (pragma, expected) in expected {
            assert_eq!(value(c, pragma), Ok(*expected), "{pragma}");
        }
        let mode: String = c.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("a mode");
        assert_eq!(mode, "wal");
    };
    let both = [("trusted_schema", 0), ("mmap_size", 0), ("busy_timeout", 5_000)];
    let writer = move |tx: &mut tx::SqliteTx<'_>| {
        tx.ask(|c| {
            check(c, &both);
            check(c, &[("synchronous", 2), ("foreign_keys", 1)]);
            Ok(())
        })?;
        Ok(())
    };
    store.writer.run(writer).await.expect("the writer's settings");
    let reader = move |c: &Connection| {
        check(c, &both);
        check(c, &[("query_only", 1)]);
        assert!(c.execute("DELETE FROM users", []).is_err());
        Ok(())
    };
    store.read(reader).await.expect("the readers' settings");
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Dir::new();
    let store = dir.store(Options::default());
    put(&store, vec![Record::Expense(expense(UserId::new(), 1))]).await.expect("a write");
    let mut modes: Vec<_> = fs::read_dir(dir.file().parent().expect("a directory"))
        .expect("files")
        .map(|f| f.expect("a file").metadata().expect("its mode").permissions().mode() & 0o777)
        .collect();
    modes.dedup();
    assert_eq!(modes, [0o600]);
    store.close().await;
    assert!(!dir.file().with_extension("db-wal").exists(), "the log is in the file after a close");
}

#[test]
fn files_that_are_not_this_binarys_are_refused() {
    let newer = Dir::new();
    drop(newer.store(Options::default()));
    let c = Connection::open(newer.file()).expect("the file");
    c.pragma_update(None, "user_version", 99).expect("a version");
    drop(c);
    let says = |dir: &Dir| SqliteStore::open(&dir.file()).err().expect("refused").to_string();
    assert!(says(&newer).contains("newer Outlay (store version 99; this one knows 8)"), "{}", says(&newer));

    let foreign = Dir::new();
    fs::create_dir(foreign.file().parent().expect("a directory")).expect("made");
    Connection::open(foreign.file()).and_then(|c| c.execute_batch("CREATE TABLE x (y)")).expect("another program's");
    assert!(says(&foreign).contains("another program"), "{}", says(&foreign));

    let text = Dir::new();
    fs::create_dir(text.file().parent().expect("a directory")).expect("made");
    fs::write(text.file(), "Dear diary, this is no database but a long enough text.".repeat(50)).expect("written");
    assert!(says(&text).contains("not a database"), "{}", says(&text));
    assert!(fs::read_to_string(text.file()).expect("read").starts_with("Dear diary"));
}

/// R08 in small: a full disk refuses writes, loses nothing, and is forgotten when there is room again.
#[tokio::test]
async fn r08_disk_full() {
    let dir = Dir::new();
    let store = dir.store(Options { max_pages: Some(80), ..Options::default() });
    let owner = UserId::new();
    let mut stored = 0;
    let refused = loop {
        match put(&store, (0..10).map(|n| Record::Expense(expense(owner, n))).collect()).await {
            Ok(()) => stored += 10,
            Err(problem) => break problem,
        }
        assert!(stored < 10_000, "the limit holds");
    };
    assert_eq!((refused.code, refused.retry_after), (Code::StorageFull, Some(2)));
    assert_eq!(count(&store).await, stored);
    store.ready().await.expect("reads go on");
    run(&store, "PRAGMA max_page_count = 1000").await;
    put(&store, (0..10).map(|n| Record::Expense(expense(owner, n))).collect()).await.expect("room again");
    assert_eq!(count(&store).await, stored + 10);
    assert_eq!(faults(&store).await, Vec::<String>::new());
}

/// R09 in small: a foreign lock is waited for, but not for ever.
#[tokio::test(flavor = "multi_thread")]
async fn r09_database_busy() {
    let dir = Dir::new();
    let store = Arc::new(dir.store(Options { busy: Duration::from_millis(900), ..Options::default() }));
    let foreign = Connection::open(dir.file()).expect("a second process");
    let write = |n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { put(&store, vec![Record::Expense(expense(UserId::new(), n))]).await })
    };
    foreign.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let waiting = [write(1), write(2)];
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(waiting.iter().all(|w| !w.is_finished()));
    assert_eq!(count(&store).await, 0, "readers do not wait");
    foreign.execute_batch("COMMIT").expect("released");
    for write in waiting {
        write.await.expect("a task").expect("it waited");
    }

    foreign.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let start = Clock::now();
    for write in (0..20).map(write).collect::<Vec<_>>() {
        let refused = write.await.expect("a task").expect_err("too long");
        assert_eq!((refused.code, refused.retry_after), (Code::Busy, Some(2)));
    }
    assert!(start.elapsed() < Duration::from_secs(3), "those behind have waited as well");
    foreign.execute_batch("COMMIT").expect("released");
    write(3).await.expect("a task").expect("it goes on");
    assert_eq!(count(&store).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_commit_for_all_who_wait() {
    let dir = Dir::new();
    let store = Arc::new(dir.store(Options::default()));
    let before = dir.commits();
    put(&store, vec![Record::Expense(expense(UserId::new(), 1))]).await.expect("a write");
    assert_eq!(dir.commits() - before, 1, "one command is one commit");

    let (go, wait) = std::sync::mpsc::channel::<()>();
    let blocker = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let hold = move |_: &mut tx::SqliteTx<'_>| {
                wait.recv().expect("the signal");
                Ok(())
            };
            store.writer.run(hold).await
        })
    };
    let writes: Vec<_> = (0..100)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { put(&store, vec![Record::Expense(expense(UserId::new(), n))]).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = dir.commits();
    go.send(()).expect("the writer waits");
    blocker.await.expect("a task").expect("a commit");
    for write in writes {
        write.await.expect("a task").expect("a write");
    }
    let commits = dir.commits() - before;
    assert!(commits <= 10, "{commits} commits for 100 writes");
}

/// A store from before sums were kept gets them, and a sum that is not that of its rows is told.
#[tokio::test]
async fn sums_are_made_and_checked() {
    let dir = Dir::new();
    let store = dir.open().await;
    let rows = conformance::reports::rows_that_moved(&store).await;
    store.close().await;
    let before = "DROP TABLE links; DROP TABLE removals; DROP INDEX journal_by_command; DROP INDEX journal_by_actor; DROP TABLE found_terms; DROP TABLE found; DROP INDEX expenses_by_doc; ALTER TABLE expenses DROP COLUMN doc; DROP VIEW expected_sums; DROP TABLE sums; DROP TABLE jobs; ALTER TABLE accounts DROP COLUMN busy; ALTER TABLE expenses DROP COLUMN via; DROP TABLE budgets; DROP TABLE filters; DROP TABLE trash; DROP INDEX journal_by_kind; DROP TABLE recurring; DROP TABLE programs; DROP TABLE events; PRAGMA user_version = 1";
    Connection::open(dir.file()).and_then(|c| c.execute_batch(before)).expect("as it was before");
    let store = dir.open().await;
    conformance::reports::sums_are_those_of(&store, &rows).await;
    store.close().await;
    let store = dir.store(Options::default());
    run(
        &store,
        "UPDATE sums SET low = low + 1 WHERE unit = 1 AND date = (SELECT min(date) FROM sums WHERE unit = 1) RETURNING 1",
    )
    .await;
    let faults = faults(&store).await;
    assert!(!faults.is_empty() && faults.iter().all(|line| line.contains("is not what the expenses sum to")), "{faults:?}");
}

/// Where a page is found goes by an index, and a page far down costs what the first one costs, counted in steps of
/// SQLite's machine.
#[tokio::test]
async fn pages_are_flat_in_depth() {
    let dir = Dir::new();
    let store = dir.store(Options::default());
    let owner = UserId::new();
    let category = CategoryId::new();
    let rows: Vec<_> =
        (0..6_000).map(|n| Expense { category_id: (n % 3 == 0).then_some(category), ..expense(owner, n) }).collect();
    put(&store, rows.iter().cloned().map(Record::Expense).collect()).await.expect("rows");
    let all = ExpenseFilter { from: Some(Day::MIN), to: Some(Day::MAX), min: Some(1), max: Some(1_000), ..Default::default() };
    let one = ExpenseFilter { categories: vec![category], ..all.clone() };
    let flat = move |c: &Connection| {
        for (filter, few) in [(all, 1), (one, 3)] {
            for sort in Sort::ALL {
                let filter = ExpenseFilter { sort, ..filter.clone() };
                let by_day = sort.is_by_day();
                let mut sorted: Vec<_> = rows.iter().filter(|e| filter.every_category() || e.category_id.is_some()).collect();
                sorted.sort_by_key(|e| (if by_day { e.date.since(Day::MIN) } else { e.amount.minor }, e.id));
                if matches!(sort, Sort::DateDown | Sort::AmountDown) {
                    sorted.reverse();
                }
                let index = match (by_day, few) {
                    (true, 1) => find::BY_DATE,
                    (true, _) => find::BY_CATEGORY,
                    (false, _) => find::BY_AMOUNT,
                };
                let steps = |after: Option<&Expense>| -> Result<i32> {
                    let place = after.map(|e| ExpensePlace::of(e, sort));
                    let (sql, mut values) = expenses::page_sql(owner, &filter, &Search::default(), index, place.as_ref());
                    values.push(51_i64.into());
                    let mut statement = c.prepare(&sql)?;
                    let found = statement.query_map(params_from_iter(values), |row| row.get::<_, [u8; 16]>(0))?.count();
                    assert_eq!(found, 51);
                    Ok(statement.get_status(StatementStatus::VmStep))
                };
                let (first, deep) = (steps(None)?, steps(Some(sorted[sorted.len() - 60]))?);
                assert!(deep < first * 3 / 2, "{deep} steps deep down, {first} for the first page: {filter:?}");
                assert!(first < 51 * 60 * few, "{first} steps for the first page: {filter:?}");
            }
        }
        Ok(())
    };
    store.read(flat).await.expect("pages");
}

/// What is found by terms is read by day, and left where the page is full.
#[tokio::test]
async fn terms_are_read_no_further_than_needed() {
    let dir = Dir::new();
    let store = dir.store(Options::default());
    let owner = UserId::new();
    let rows: Vec<_> = (0..3_000).map(|n| expense(owner, n)).collect();
    put(&store, rows.iter().cloned().map(Record::Expense).collect()).await.expect("rows");
    let lunch = ExpenseFilter { q: "lun".into(), ..Default::default() };
    let last = rows.iter().filter(|e| e.date == Day::MIN.plus(3)).max_by_key(|e| e.id).expect("a row of that day");
    for sort in [Sort::DateUp, Sort::DateDown] {
        for after in [None, Some(ExpensePlace::of(last, sort).cursor())] {
            let (filter, request) = (ExpenseFilter { sort, ..lunch.clone() }, PageRequest { limit: 50, cursor: after });
            let read = store.read(move |c| find::list(c, owner, &filter, &request).map(|page| (page, find::READ.get())));
            let (page, read) = read.await.expect("a page");
            assert_eq!(page.items.len(), 50);
            assert!((51..=3 * 31 + 1).contains(&read), "{read} rows of some 31 each day were read");
        }
    }
}

/// A store from before terms were kept gets them; one that lost some, or has what is not there, is told.
#[tokio::test]
async fn terms_are_made_and_checked() {
    let dir = Dir::new();
    let store = dir.open().await;
    let rows = conformance::lists::rows_that_moved(&store).await;
    store.close().await;
    let before = "DROP TABLE links; DROP TABLE removals; DROP INDEX journal_by_command; DROP INDEX journal_by_actor; DROP TABLE found_terms; DROP TABLE found; DROP INDEX expenses_by_doc; ALTER TABLE expenses DROP COLUMN doc; DROP TABLE filters; DROP TABLE trash; DROP INDEX journal_by_kind; DROP TABLE recurring; DROP TABLE programs; DROP TABLE events; PRAGMA user_version = 5";
    Connection::open(dir.file()).and_then(|c| c.execute_batch(before)).expect("as it was before");
    let store = dir.open().await;
    conformance::lists::searches_find(&store, &rows).await;
    assert_eq!(store.snapshot().await.expect("a snapshot").check().await.expect("a check"), Vec::<String>::new());
    let damages = [
        "DELETE FROM found WHERE rowid = (SELECT max(doc) FROM expenses)",
        "INSERT INTO found (rowid, terms) SELECT max(doc) + 7, 'lunch' FROM expenses",
        "UPDATE expenses SET search = ' else' WHERE doc = (SELECT min(doc) FROM expenses)",
        "UPDATE expenses SET doc = doc + 4294967296000 WHERE doc = (SELECT min(doc) FROM expenses)",
    ];
    for damage in damages {
        let dir = Dir::new();
        let store = dir.store(Options::default());
        put(&store, (0..5).map(|n| Record::Expense(expense(UserId::new(), n))).collect()).await.expect("rows");
        assert_eq!(faults(&store).await, Vec::<String>::new());
        store.writer.run(move |tx| Ok(tx.ask(|c| sql::run(c, damage, [])).map(drop)?)).await.expect("damage");
        let faults = faults(&store).await;
        assert!(!faults.is_empty() && faults.iter().all(|line| line.contains("the search index of")), "{damage}: {faults:?}");
    }
}

/// A store from before there was a trash gets what its journal deleted.
#[tokio::test]
async fn the_trash_is_made() {
    let dir = Dir::new();
    let house = House::on(dir.open().await).await;
    let (owner, trash) = deleted_in_all_ways(&house).await;
    house.store.close().await;
    let before = "DROP TABLE trash; DROP INDEX journal_by_kind; DROP TABLE recurring; DROP TABLE programs; DROP TABLE events; DROP TABLE links; DROP TABLE removals; DROP INDEX journal_by_command; DROP INDEX journal_by_actor; PRAGMA user_version = 6";
    Connection::open(dir.file()).and_then(|c| c.execute_batch(before)).expect("as it was before");
    let store = dir.open().await;
    assert_eq!(store.trash(owner, &PageRequest::default()).await.expect("a trash").items, trash);
    let report = doctor::examine(&*store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
}

/// A page of the history of some commands costs the same however deep, and whatever else there is.
#[tokio::test]
async fn the_history_of_one_kind_is_flat_in_depth() {
    let dir = Dir::new();
    let store = dir.open().await;
    let owner = conformance::person(&store, "ana").await;
    let rare = ["delete_expense", "add_funds"];
    for n in 0..40 {
        let entries: Vec<_> = (0..100).map(|i| if i == 7 { rare[n % 2] } else { "record_expense" }).collect();
        conformance::append_all(&store, owner, &entries).await;
    }
    let steps = |c: &Connection, sql: &str, values: Vec<rusqlite::types::Value>| -> Result<i32> {
        let mut statement = c.prepare(sql)?;
        let found = statement.query_map(params_from_iter(values), |_| Ok(()))?.count();
        assert_eq!(found, 11);
        Ok(statement.get_status(StatementStatus::VmStep))
    };
    store.close().await;
    let store = dir.store(Options::default());
    let flat = move |c: &Connection| {
        let filter = JournalFilter { commands: rare.map(str::to_owned).to_vec(), ..JournalFilter::default() };
        let cost = |before: i64| {
            let (sql, values) = super::journal::list_sql(owner, &filter, before, 11);
            steps(c, &sql, values)
        };
        let (first, deep) = (cost(i64::MAX)?, cost(1_500)?);
        assert!(deep < first * 3 / 2 && first < 11 * 2 * 60, "{first} steps for the first page, {deep} deep down");
        Ok(())
    };
    store.read(flat).await.expect("pages");
}

#[test]
fn errors_in_the_stores_words() {
    let error = |code| StoreError::from(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None));
    use rusqlite::ffi;
    for code in [ffi::SQLITE_BUSY, ffi::SQLITE_LOCKED, ffi::SQLITE_BUSY_SNAPSHOT] {
        assert!(matches!(error(code), StoreError::Busy(_)), "{code}");
    }
    for code in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_SHMSIZE] {
        assert!(matches!(error(code), StoreError::Full(_)), "{code}");
    }
    for code in [ffi::SQLITE_CANTOPEN, ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_FSYNC] {
        assert!(matches!(error(code), StoreError::Away(_)), "{code}");
    }
    for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB, ffi::SQLITE_CONSTRAINT_UNIQUE] {
        assert!(matches!(error(code), StoreError::Failed(_)), "{code}");
    }
}
