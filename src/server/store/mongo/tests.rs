//! The suite of every engine on MongoDB, and what is MongoDB's alone.

use super::{
    ask::Ask,
    find::{Asked, Way, counted_by, page_of, way},
    leads::{Lead, category as of_category},
    migrations::{BY_AMOUNT, BY_DATE},
    *,
};
use crate::{
    domain::{Category, Command, Currency, ExpenseId, Money, Sort, expense::Added, journal::Via, text::What},
    server::{
        clock, doctor,
        ledger::{
            Ledger,
            testing::{House, MongoHome, admins_race, deleted_in_all_ways, draft, eur, fill},
        },
        store::{
            DynStore,
            conformance::{self, Home, conformance_suite},
            mongod::MongoSet,
            place::ExpensePlace,
            search::Search,
        },
    },
};
use mongodb::{
    Client,
    bson::{Bson, Document},
};
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
    assert!(line.contains("newer Outlay (store version 99; this one knows 8)"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_may_start_at_once() {
    let uri = MongoSet::shared().await.fresh_uri();
    let starts = (0..6).map(|_| MongoStore::open(&uri));
    for store in futures::future::join_all(starts).await {
        store.expect("started").close().await;
    }
    let indexes = database(&uri).await.collection::<Document>("expenses").list_index_names().await.expect("indexes");
    assert_eq!(indexes.len(), 8, "{indexes:?}");
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
    let keys = doc! { "owner": 1, "unit": 1, "date": 1, "category": 1, "n": 1, "high": 1, "low": 1 };
    let options = mongodb::options::IndexOptions::builder().name("by_date".to_owned()).build();
    let index = mongodb::IndexModel::builder().keys(keys).options(options).build();
    db.collection::<Document>("sums").create_index(index).await.expect("as it was before");
    let meta = db.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, doc! { "$set": { "version": 1_i64 } }).await.expect("as it was before");
    for store in futures::future::join_all((0..3).map(|_| MongoStore::open(&uri))).await {
        store.expect("started").close().await;
    }
    let store: DynStore = Arc::new(MongoStore::open(&uri).await.expect("a store"));
    conformance::reports::sums_are_those_of(&store, &rows).await;
    let sums = db.collection::<Document>("sums");
    assert_eq!(sums.list_index_names().await.expect("indexes"), ["_id_", "by_day"]);
    sums.update_one(doc! { "unit": 1_i64 }, doc! { "$inc": { "low": 1_i64 } }).await.expect("damage");
    let faults = store.snapshot().await.expect("a snapshot").check().await.expect("a check");
    assert!(!faults.is_empty() && faults.iter().all(|line| line.contains("is not what the expenses sum to")), "{faults:?}");
}

/// A database from before amounts and ways were terms, or from before the indexes of terms had amounts and days, gets these,
/// whoever makes them at once; an expense with other terms than its own is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_are_made_and_checked() {
    let uri = MongoSet::shared().await.fresh_uri();
    let store: DynStore = Arc::new(MongoStore::open(&uri).await.expect("a store"));
    let rows = conformance::lists::rows_that_moved(&store).await;
    store.close().await;
    let db = database(&uri).await;
    let expenses = db.collection::<Document>("expenses");
    let words = doc! { "$filter": { "input": "$words", "cond": { "$not": [{ "$regexMatch": { "input": "$$this", "regex": "^[=+]" } }] } } };
    expenses.update_many(doc! {}, vec![doc! { "$set": { "words": words } }]).await.expect("as it was before");
    for name in ["terms_by_date", "terms_by_amount", "by_import_date"] {
        expenses.drop_index(name).await.expect("as it was before");
    }
    for (name, keys) in [
        ("by_word", doc! { "owner": 1, "words": 1 }),
        ("by_import", doc! { "owner": 1, "import": 1 }),
        ("by_term_date", doc! { "owner": 1, "words": 1, "date": 1, "_id.id": 1 }),
    ] {
        let options = mongodb::options::IndexOptions::builder().name(name.to_owned()).build();
        expenses
            .create_index(mongodb::IndexModel::builder().keys(keys).options(options).build())
            .await
            .expect("as it was before");
    }
    let meta = db.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, doc! { "$set": { "version": 4_i64 } }).await.expect("as it was before");
    for store in futures::future::join_all((0..3).map(|_| MongoStore::open(&uri))).await {
        store.expect("started").close().await;
    }
    let store: DynStore = Arc::new(MongoStore::open(&uri).await.expect("a store"));
    conformance::lists::searches_find(&store, &rows).await;
    let faults = || async { store.snapshot().await.expect("a snapshot").check().await.expect("a check") };
    assert_eq!(faults().await, Vec::<String>::new());
    assert_eq!(expenses.list_index_names().await.expect("indexes").len(), 8);
    expenses.update_one(doc! {}, doc! { "$pull": { "words": { "$regex": "^=" } } }).await.expect("damage");
    let faults = faults().await;
    assert!(!faults.is_empty() && faults.iter().all(|line| line.contains("the search index of")), "{faults:?}");
}

/// A database from before there was a trash gets what its journals deleted, whoever makes it at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trash_is_made() {
    let uri = MongoSet::shared().await.fresh_uri();
    let house = House::on(Arc::new(MongoStore::open(&uri).await.expect("a store"))).await;
    let (owner, trash) = deleted_in_all_ways(&house).await;
    house.store.close().await;
    let db = database(&uri).await;
    db.collection::<Document>("trash").drop().await.expect("no trash");
    db.collection::<Document>("journal").drop_index("by_kind").await.expect("as it was before");
    let meta = db.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "schema" }, doc! { "$set": { "version": 5_i64 } }).await.expect("as it was before");
    for store in futures::future::join_all((0..3).map(|_| MongoStore::open(&uri))).await {
        store.expect("started").close().await;
    }
    let store: DynStore = Arc::new(MongoStore::open(&uri).await.expect("a store"));
    assert_eq!(store.trash(owner, &PageRequest::default()).await.expect("a trash").items, trash);
    let report = doctor::examine(&*store).await.expect("a report");
    assert!(report.is_sound(), "{report}");
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

/// Rows of one account, and what the server looks at to find some of them.
struct Looked {
    house: House,
    db: mongodb::Database,
    owner: UserId,
    _home: MongoHome,
}

impl Looked {
    async fn on(row: impl Fn(i64, &[Category]) -> Expense) -> (Self, Vec<Expense>) {
        let home = MongoHome::new();
        let house = House::on(home.open().await).await;
        let (owner, categories) = (house.people[1].id, house.store.categories().await.expect("categories"));
        let rows: Vec<Expense> = (0..4_000).map(|n| Expense { owner, ..row(n, &categories) }).collect();
        fill(&house.store, rows.iter().cloned().map(Record::Expense).collect()).await;
        let db = database(&home.uri().await).await;
        (Self { house, db, owner, _home: home }, rows)
    }

    /// How many keys, rows and answers.
    async fn explain(&self, command: Document) -> [i64; 3] {
        let plan = self.db.run_command(doc! { "explain": command, "verbosity": "executionStats" }).await.expect("a plan");
        let plan = plan.get_array("stages").map_or(&plan, |stages| {
            let first = stages[0].as_document().expect("a stage");
            first.get_document("$cursor").expect("a cursor")
        });
        let stats = plan.get_document("executionStats").expect("figures");
        let count = |name| match stats.get(name) {
            Some(Bson::Int64(n)) => *n,
            Some(Bson::Int32(n)) => i64::from(*n),
            other => panic!("{name}: {other:?}"),
        };
        ["totalKeysExamined", "totalDocsExamined", "nReturned"].map(count)
    }

    async fn page(&self, filter: &ExpenseFilter, search: &Search, lead: &Lead, after: Option<&ExpensePlace>) -> [i64; 3] {
        let asked = Asked { owner: self.owner, filter, search, after, wanted: 51 };
        let (queries, options) = page_of(&asked, lead);
        let mut sum = [0; 3];
        for query in queries {
            let find = doc! { "find": "expenses", "filter": query, "hint": lead.index, "sort": options.sort.clone(), "limit": 51 - sum[2] };
            if sum[2] < 51 {
                let more = self.explain(find).await;
                sum = [0, 1, 2].map(|n| sum[n] + more[n]);
            }
        }
        sum
    }

    /// By the way that is chosen.
    async fn first(&self, filter: &ExpenseFilter) -> [i64; 3] {
        let search = Search::read(&filter.q, Some(Currency::EUR));
        match way(&mut Ask::new(&self.db), self.owner, filter, &search).await.expect("a way") {
            Way::By(lead) => self.page(filter, &search, &lead, None).await,
            other => panic!("{other:?}"),
        }
    }

    async fn total(&self, filter: &ExpenseFilter) -> [i64; 3] {
        let search = Search::read(&filter.q, Some(Currency::EUR));
        let lead = counted_by(&mut Ask::new(&self.db), self.owner, filter, &search).await.expect("a lead").expect("something");
        let group = doc! { "_id": Bson::Null, "sum": { "$sum": "$amount" } };
        let pipeline = [doc! { "$match": lead.query(self.owner, filter, &search) }, doc! { "$group": group }];
        self.explain(doc! { "aggregate": "expenses", "pipeline": pipeline.to_vec(), "hint": lead.index, "cursor": {} }).await
    }
}

fn row(n: i64, text: &str, minor: i64, category_id: Option<CategoryId>) -> Expense {
    Expense {
        id: ExpenseId::new(),
        owner: UserId::new(),
        date: Day::MIN.plus(n % 97),
        amount: eur(minor),
        what: What::parse(text).expect("a text"),
        note: None,
        category_id,
        import_id: None,
        via: Via::Page,
        version: 1,
        created_at: clock::now(),
    }
}

/// A page far down costs what the first one costs, counted in keys of the index that the server looks at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_flat_in_depth() {
    let (looked, rows) = Looked::on(|n, categories| row(n, "Lunch", n % 89 + 1, (n % 3 == 0).then_some(categories[0].id))).await;
    let category = looked.house.store.categories().await.expect("categories")[0].id;
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
                let lead = match (sort.is_by_day(), few) {
                    (true, 1) => Lead::along(BY_DATE),
                    (true, _) => of_category(&filter).expect("a category"),
                    (false, _) => Lead::along(BY_AMOUNT),
                };
                let [keys, docs, found] = looked.page(&filter, &Search::default(), &lead, place.as_ref()).await;
                assert_eq!((docs, found), (51, 51), "{filter:?}");
                assert!(keys <= 54 * few, "{keys} keys after {place:?} of {filter:?}");
            }
        }
    }
}

/// What never comes together, or is one of very many that begin alike, is found without a look at the other rows; a total
/// of what an index's keys say, without a look at any.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_do_not_match_are_not_looked_at() {
    let (looked, _) = Looked::on(|n, categories| {
        let shop = if n % 2 == 0 { "Cobbler" } else { "Bakery" };
        let place = if n % 400 == 7 { format!("50{n}") } else { format!("{n}th") };
        let minor = if n % 1_000 == 3 { 5_000 } else { n % 40 + 1 };
        row(n, &format!("{shop} {place}"), minor, Some(categories[usize::from(n % 2 == 1)].id))
    })
    .await;
    let categories = looked.house.store.categories().await.expect("categories");
    for sort in Sort::ALL {
        let asked = |q: &str| ExpenseFilter { q: q.into(), sort, ..ExpenseFilter::default() };
        let never = ExpenseFilter { categories: vec![categories[1].id], ..asked("cobbler") };
        let [keys, docs, found] = looked.first(&never).await;
        assert!(found == 0 && docs == 0 && keys <= 2_002, "{sort:?}: {keys} keys, {docs} rows");
        let [keys, docs, found] = looked.first(&asked("50")).await;
        assert!(found > 4 && docs == found && keys < 160, "{sort:?}: {keys} keys, {docs} rows, {found} found");
        let [keys, docs, _] = looked.first(&asked("50.00")).await;
        assert!(keys < 160 && docs < 160, "{sort:?}: {keys} keys, {docs} rows");
        let dear = ExpenseFilter { min: Some(40), ..asked("cobbler") };
        let [keys, docs, found] = looked.first(&dear).await;
        assert!(docs == found && keys < 2_200, "{sort:?}: {keys} keys, {docs} rows, {found} found");
    }
    let cobbler = ExpenseFilter { q: "cobbler".into(), min: Some(2), ..ExpenseFilter::default() };
    let of_one = ExpenseFilter { categories: vec![categories[0].id], from: Some(Day::MIN), ..cobbler.clone() };
    let page = ExpenseFilter { added: [Added::Page].into(), min: Some(2), ..ExpenseFilter::default() };
    for filter in [cobbler, of_one, page] {
        let [keys, docs, _] = looked.total(&filter).await;
        assert!(docs == 0 && keys > 1_000, "{filter:?}: {keys} keys, {docs} rows");
    }
}
