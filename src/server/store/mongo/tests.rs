//! The suite of every engine on MongoDB, and what is MongoDB's alone.

use super::*;
use crate::{
    domain::{Command, Currency, ExpenseId, Money, Sort, journal::Via},
    server::{
        clock, doctor,
        ledger::{
            Ledger,
            testing::{House, MongoHome, admins_race, draft, eur, fill, what},
        },
        store::{
            DynStore,
            conformance::{self, Home, conformance_suite},
            mongod::MongoSet,
            place::ExpensePlace,
        },
    },
};
use mongodb::{Client, bson::Document, options::Hint};
use std::time::Instant as Clock;

conformance_suite!(MongoHome::new());

async fn refusal(uri: &str) -> String {
    MongoStore::open_within(uri, Duration::from_secs(2)).await.err().expect("refused").to_string()
}

async fn database(uri: &str) -> mongodb::Database {
    Client::with_uri_str(uri).await.expect("a client").default_database().expect("a database")
}

#[tokio::test]
async fn r14_a_server_without_transactions_is_refused() {
    let alone = MongoSet::standalone().await;
    let line = refusal(&alone.fresh_uri()).await;
    assert!(line.contains("standalone") && line.contains("--replSet") && line.contains("rs.initiate()"), "{line}");
}

#[tokio::test]
async fn r12_a_start_without_a_server_ends_with_a_line() {
    let start = Clock::now();
    let line = refusal("mongodb://ana:secret@127.0.0.1:1/outlay").await;
    assert!(line.contains("127.0.0.1:1") && line.contains("within 2 s") && !line.contains("secret"), "{line}");
    assert!(start.elapsed() < Duration::from_secs(6));
}

#[tokio::test]
async fn databases_that_are_not_this_binarys_are_refused() {
    let set = MongoSet::shared().await;
    let foreign = set.fresh_uri();
    database(&foreign).await.collection::<Document>("songs").insert_one(doc! { "a": 1 }).await.expect("another program's");
    let line = refusal(&foreign).await;
    assert!(line.contains("another program's"), "{line}");

    let newer = set.fresh_uri();
    MongoStore::open(&newer).await.expect("a store").close().await;
    let meta = database(&newer).await.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, doc! { "$set": { "version": 99_i64 } }).await.expect("a version");
    let line = refusal(&newer).await;
    assert!(line.contains("newer Outlay (store version 99; this one knows 4)"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_may_start_at_once() {
    let uri = MongoSet::shared().await.fresh_uri();
    let starts = (0..6).map(|_| MongoStore::open(&uri));
    for store in futures::future::join_all(starts).await {
        store.expect("started").close().await;
    }
    let indexes = database(&uri).await.collection::<Document>("expenses").list_index_names().await.expect("indexes");
    assert_eq!(indexes.len(), 7, "{indexes:?}");
}

/// R14: what the server logged of every command says that each write is part of a transaction, and that each
/// transaction (and the one write outside, of the schema's version) is committed by a majority, on disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_every_write_is_committed_by_a_majority_on_disk() {
    let set = MongoSet::start(1).await;
    let uri = set.fresh_uri();
    let store: DynStore = Arc::new(MongoStore::open(&uri).await.expect("a store"));
    database(&uri).await.run_command(doc! { "profile": 1, "slowms": -1 }).await.expect("everything is logged");
    let house = House::on(Arc::clone(&store)).await;
    house.add_funds(1, 5_000).await;
    let record = Command::RecordExpense { id: ExpenseId::new(), draft: draft(eur(1_250), None, 0), allow_overdraft: false };
    let spent = house.run(1, record).await.expect("spent");
    house.run(1, Command::Undo { seq: spent.seq }).await.expect("undone");
    store.sweep(clock::now()).await.expect("swept");
    store.close().await;

    let log = std::fs::read_to_string(set.log(0)).expect("a log");
    let (mut writes, mut commits) = (0, 0);
    let concern =
        |command: &serde_json::Value| command["writeConcern"]["w"] == "majority" && command["writeConcern"]["j"] == true;
    for line in log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
        let command = &line["attr"]["command"];
        let of_outlay = line["msg"] == "Slow query" && line["attr"]["appName"] == "outlay";
        if of_outlay && ["insert", "update", "delete", "findAndModify"].iter().any(|name| command.get(name).is_some()) {
            let safe = command["autocommit"] == false || concern(command);
            assert!(command["txnNumber"].is_number() && safe, "{line}");
            writes += 1;
        }
        if of_outlay && command.get("commitTransaction").is_some() {
            assert!(concern(command), "{line}");
            commits += 1;
        }
    }
    assert!(writes > 20 && commits > 5, "{writes} writes in {commits} commits");
}

/// A database from before sums were kept gets them, whoever makes them at once; a sum that is not that of its rows is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sums_are_made_and_checked() {
    let uri = MongoSet::shared().await.fresh_uri();
    let store: DynStore = Arc::new(MongoStore::open(&uri).await.expect("a store"));
    let rows = conformance::reports::rows_that_moved(&store).await;
    store.close().await;
    let db = database(&uri).await;
    db.collection::<Document>("sums").drop().await.expect("no sums");
    let meta = db.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, doc! { "$set": { "version": 1_i64 } }).await.expect("as it was before");
    for store in futures::future::join_all((0..3).map(|_| MongoStore::open(&uri))).await {
        store.expect("started").close().await;
    }
    let store: DynStore = Arc::new(MongoStore::open(&uri).await.expect("a store"));
    conformance::reports::sums_are_those_of(&store, &rows).await;
    let sums = db.collection::<Document>("sums");
    sums.update_one(doc! { "unit": 1_i64 }, doc! { "$inc": { "low": 1_i64 } }).await.expect("damage");
    let faults = store.snapshot().await.expect("a snapshot").check().await.expect("a check");
    assert!(!faults.is_empty() && faults.iter().all(|line| line.contains("is not what the expenses sum to")), "{faults:?}");
}

/// Rows come to point at a category while it is taken away: never both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_category_never_goes_from_under_a_row() {
    let home = MongoHome::new();
    // Two processes, so that not even the lanes keep them apart.
    let house = House::on(home.open().await).await;
    let elsewhere = Ledger::new(home.open().await);
    for category in house.store.categories().await.expect("categories").into_iter().take(6) {
        let spends = (0..12).map(|n| {
            let (ledger, caller) = (if n % 2 == 0 { &house.ledger } else { &elsewhere }, house.caller(1 + n % 2));
            let draft = draft(Money::new(5, Currency::EUR), Some(category.id), 0);
            let record = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true };
            async move { ledger.execute(&caller, None, record).await.is_ok() }
        });
        let delete = Command::DeleteCategory { id: category.id, move_to: None, version: None };
        let (spent, deleted) = futures::join!(futures::future::join_all(spends), house.run(0, delete));
        let spent = spent.into_iter().filter(|done| *done).count();
        assert_eq!(spent > 0, deleted.is_err(), "{spent} rows, and {deleted:?}");
    }
    let report = doctor::examine(&*house.store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
    elsewhere.store.close().await;
}

/// Two processes each take the other's admin away: the one record that both write keeps one of them from it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s38_two_processes_never_lose_the_last_admin() {
    let home = MongoHome::new();
    let house = House::on(home.open().await).await;
    let elsewhere = Ledger::new(home.open().await);
    admins_race(&house, &elsewhere, 40).await;
    elsewhere.store.close().await;
}

/// A page far down costs what the first one costs, counted in keys of the index that the server looks at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_flat_in_depth() {
    let home = MongoHome::new();
    let house = House::on(home.open().await).await;
    let owner = house.people[1].id;
    let category = house.store.categories().await.expect("categories")[0].id;
    let rows: Vec<Expense> = (0..4_000_i64)
        .map(|n| Expense {
            id: ExpenseId::new(),
            owner,
            date: Day::MIN.plus(n % 97),
            amount: eur(n % 89 + 1),
            what: what(0),
            note: None,
            category_id: (n % 3 == 0).then_some(category),
            import_id: None,
            via: Via::Page,
            version: 1,
            created_at: clock::now(),
        })
        .collect();
    fill(&house.store, rows.iter().cloned().map(Record::Expense).collect()).await;
    let db = database(&home.uri().await).await;
    let all = ExpenseFilter { from: Some(Day::MIN), to: Some(Day::MAX), min: Some(1), ..ExpenseFilter::default() };
    let one = ExpenseFilter { categories: vec![category], ..all.clone() };
    for (filter, few) in [(all, 1), (one, 4)] {
        for sort in Sort::ALL {
            let filter = ExpenseFilter { sort, ..filter.clone() };
            let mut sorted: Vec<_> = rows.iter().filter(|e| filter.every_category() || e.category_id.is_some()).collect();
            sorted.sort_by_key(|e| match sort {
                Sort::DateUp | Sort::DateDown => (e.date.since(Day::MIN), e.id),
                Sort::AmountUp | Sort::AmountDown => (e.amount.minor, e.id),
            });
            if matches!(sort, Sort::DateDown | Sort::AmountDown) {
                sorted.reverse();
            }
            for after in [None, Some(sorted[600])] {
                let place = after.map(|e| ExpensePlace::of(e, sort));
                let (query, options) = expenses::page_of(owner, &filter, place.as_ref());
                let Some(Hint::Name(index)) = options.hint else { panic!("an index is named") };
                let find = doc! {
                    "find": "expenses", "filter": query, "hint": index, "sort": options.sort, "min": options.min, "max": options.max, "limit": 51,
                };
                let plan = db.run_command(doc! { "explain": find, "verbosity": "executionStats" }).await.expect("a plan");
                let stats = plan.get_document("executionStats").expect("figures");
                assert_eq!(stats.get_i32("nReturned").expect("a count"), 51);
                let keys = stats.get_i32("totalKeysExamined").expect("a count");
                assert!(keys <= 52 * few, "{keys} keys after {place:?} of {filter:?}");
            }
        }
    }
}
