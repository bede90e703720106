//! What the ledger's tests share: a fresh store, people, and short ways to say a command.

use super::Ledger;
use crate::{
    domain::{
        CategoryId, Command, Currency, Day, Effect, ExpenseId, FundsId, ImportId, Instant, Locale, Money, Outcome, Period,
        Problem, Role, Status, Trashed, User, UserId, Weekday,
        command::{BulkChange, Secret, Selection, UserEdit},
        expense::ExpenseDraft,
        filter::Asker,
        funds::FundsDraft,
        import::{Counts, Format, ImportState, Mapping, MappingChoice},
        page::PageRequest,
        saved::FilterQuery,
        text::{Name, Note, Username, What},
        user::SignUp,
    },
    server::{
        auth::Caller,
        store::{
            DynStore, Import, Key, Lane, Record, Shown, conformance::Home, mongo::MongoStore, mongod::MongoSet,
            sqlite::SqliteStore, sums::SumChanges, transact,
        },
    },
};
use mongodb::{
    Client,
    bson::{Document, doc},
};
use std::sync::Arc;

/// A directory in memory where there is one: the tests are about rules, not about disks.
pub struct SqliteHome(tempfile::TempDir);

impl SqliteHome {
    pub fn new() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self(made.expect("a directory"))
    }
}

#[async_trait::async_trait]
impl Home for SqliteHome {
    async fn open(&self) -> DynStore {
        Arc::new(SqliteStore::open(&self.0.path().join("outlay.db")).expect("a store"))
    }
}

/// A database of its own on the server that the tests of this process share.
pub struct MongoHome {
    database: String,
}

impl MongoHome {
    pub fn new() -> Self {
        Self { database: format!("t_{}", uuid::Uuid::now_v7().simple()) }
    }
    pub async fn uri(&self) -> String {
        MongoSet::shared().await.uri(&self.database)
    }
    /// Takes everything out of it, but for the indexes: faster than another database.
    pub async fn empty(&self) {
        let client = Client::with_uri_str(self.uri().await).await.expect("a client");
        let db = client.database(&self.database);
        for name in db.list_collection_names().await.expect("names").into_iter().filter(|name| name != "meta") {
            db.collection::<Document>(&name).delete_many(doc! {}).await.expect("emptied");
        }
        client.shutdown().await;
    }
}

#[async_trait::async_trait]
impl Home for MongoHome {
    async fn open(&self) -> DynStore {
        Arc::new(MongoStore::open(&self.uri().await).await.expect("a store"))
    }
}

pub fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}
/// The `n`th of November 2026, from 0.
pub fn day(n: u8) -> Day {
    Day::new(2026, 11, 1).expect("a day").plus(i64::from(n))
}
pub fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}
pub fn what(n: u8) -> What {
    What::parse(["Lunch", "Tram pass", "Books"][usize::from(n) % 3]).expect("a text")
}
pub fn note(n: u8) -> Option<Note> {
    Note::parse_optional(["", "with Ana", "late"][usize::from(n) % 3]).expect("a note")
}
pub fn draft(amount: Money, category_id: Option<CategoryId>, n: u8) -> ExpenseDraft {
    ExpenseDraft { date: day(n), amount, what: what(n), note: note(n), category_id }
}
pub fn funds(amount: Money) -> FundsDraft {
    FundsDraft { date: day(0), amount, note: None }
}
pub fn secret() -> Secret {
    Secret("$argon2id$".into())
}

pub fn user(username: &str, role: Role) -> User {
    User {
        id: UserId::new(),
        username: Username::parse(username).expect("a username"),
        display_name: name(username),
        role,
        status: Status::Active,
        currency: Currency::EUR,
        time_zone: "Europe/Ljubljana".into(),
        locale: Locale::default(),
        first_weekday: Weekday::Monday,
        period: Period::default(),
        version: 1,
        created_at: Instant(1_790_000_000_000_000),
    }
}

/// A preview as the importer keeps it; what was seen has the digest `seen`.
pub fn preview(owner: UserId) -> Import {
    let mapping = Mapping {
        delimiter: ',',
        decimal_comma: false,
        date: Some(0),
        day_order: None,
        amount: None,
        what: vec![1],
        note: None,
        category: None,
        currency: None,
        reference: None,
    };
    Import {
        id: ImportId::new(),
        owner,
        file_name: "november.csv".into(),
        format: Format::Csv,
        mapping: MappingChoice::default(),
        choices: Vec::new(),
        shown: Box::new(Shown { encoding: "UTF-8".into(), mapping, columns: Vec::new(), counts: Counts::default() }),
        content: b"date,what,amount".to_vec(),
        digest: "seen".into(),
        state: ImportState::Preview,
        created_at: Instant(1_790_000_000_000_000),
        added: 0,
        seq: None,
    }
}

/// Puts records into the store, past the ledger.
pub async fn fill(store: &DynStore, records: Vec<Record>) {
    let records = Arc::new(records);
    let put = transact(&**store, Lane::Shared, move |tx| {
        let records = Arc::clone(&records);
        Box::pin(async move {
            let keys: Vec<Key> = records.iter().map(Record::key).collect();
            let mut changes = SumChanges::default();
            for (before, after) in tx.get_many(&keys).await?.iter().zip(&*records) {
                changes.change(before.as_ref(), Some(after));
            }
            tx.put(&records).await?;
            Ok(tx.adjust_sums(&changes).await?)
        })
    });
    put.await.expect("records are put");
}

/// An installation with an admin (`ana`) and two users (`bo`, `cy`).
pub struct House {
    pub ledger: Ledger,
    pub store: DynStore,
    pub people: [User; 3],
    _home: Option<SqliteHome>,
}

impl House {
    /// On SQLite.
    pub async fn new() -> Self {
        let home = SqliteHome::new();
        let house = Self::on(home.open().await).await;
        Self { _home: Some(home), ..house }
    }

    /// On an empty store of any engine.
    pub async fn on(store: DynStore) -> Self {
        let ledger = Ledger::new(Arc::clone(&store));
        let people = [user("ana", Role::Admin), user("bob", Role::User), user("cyd", Role::User)];
        let [admin, others @ ..] = people.clone();
        let set_up = Command::SetUp { user: admin.clone(), hash: secret(), opening: None, sign_up: SignUp::Open };
        ledger.execute(&Caller::local(admin), None, set_up).await.expect("set up");
        for user in others {
            let create = Command::CreateUser { user: user.clone(), hash: secret(), invite: None };
            ledger.execute(&Caller::local(user), None, create).await.expect("a user");
        }
        Self { ledger, store, people, _home: None }
    }

    /// People who are there, by another ledger.
    pub fn with(ledger: Ledger, people: [User; 3]) -> Self {
        Self { store: Arc::clone(&ledger.store), ledger, people, _home: None }
    }

    pub fn caller(&self, who: usize) -> Caller {
        Caller::local(self.people[who].clone())
    }
    pub async fn run(&self, who: usize, command: Command) -> Result<Outcome, Problem> {
        self.ledger.execute(&self.caller(who), None, command).await
    }
    pub async fn balance(&self, who: usize) -> i64 {
        self.store.account(self.people[who].id).await.expect("a store").expect("an account").balance.minor
    }
    pub async fn add_funds(&self, who: usize, minor: i64) -> Outcome {
        let add = Command::AddFunds { id: FundsId::new(), draft: funds(eur(minor)) };
        self.run(who, add).await.expect("funds")
    }
}

/// Two admins demote each other, or each themselves, at once and by two ledgers: always exactly one stays (S38).
pub async fn admins_race(house: &House, elsewhere: &Ledger, rounds: usize) {
    let role = |who: usize, role| Command::ChangeUser {
        user: house.people[who].id,
        edit: UserEdit { role: Some(role), ..UserEdit::default() },
        version: None,
    };
    house.run(0, role(1, Role::Admin)).await.expect("promoted");
    for round in 0..rounds {
        let targets = if round % 2 == 0 { [1, 0] } else { [0, 1] };
        let (first, second) = (house.caller(0), house.caller(1));
        // whoever was promoted in the round before is an admin by the store, so the callers are made to say so
        let [first, second] = [first, second].map(|c| Caller { user: User { role: Role::Admin, ..c.user }, access: c.access });
        let (a, b) = futures::join!(
            house.ledger.execute(&first, None, role(targets[0], Role::User)),
            elsewhere.execute(&second, None, role(targets[1], Role::User))
        );
        assert!(a.is_ok() != b.is_ok(), "round {round}: {a:?} and {b:?}");
        let admins: Vec<User> = house.store.users().await.expect("users").into_iter().filter(User::is_active_admin).collect();
        assert_eq!(admins.len(), 1, "round {round}");
        let other = usize::from(admins[0].id == house.people[0].id);
        let left = Caller::local(admins[0].clone());
        house.ledger.execute(&left, None, role(other, Role::Admin)).await.expect("promoted again");
    }
}

/// Deletes of every kind, some of them undone or put back since, by the second person; whose, and what is left in the trash.
pub async fn deleted_in_all_ways(house: &House) -> (UserId, Vec<Trashed>) {
    house.add_funds(1, 1_000).await;
    let extra = house.add_funds(1, 50).await;
    let mut rows = Vec::new();
    for minor in 1..=12 {
        let record = Command::RecordExpense { id: ExpenseId::new(), draft: draft(eur(minor), None, 0), allow_overdraft: false };
        let Ok(Outcome { effect: Effect::Expense(expense), .. }) = house.run(1, record).await else { panic!("refused") };
        rows.push(expense.id);
    }
    let delete = |n: usize| Command::DeleteExpense { id: rows[n], version: None };
    let bulk = Command::BulkExpenses { select: Selection::Ids(rows[2..7].to_vec()), change: BulkChange::Delete };
    let first = house.run(1, delete(0)).await.expect("deleted");
    house.run(1, delete(1)).await.expect("deleted");
    house.run(1, bulk).await.expect("deleted");
    house.run(1, Command::Undo { seq: first.seq }).await.expect("undone");
    house.run(1, Command::RestoreExpense { id: rows[3] }).await.expect("put back");
    // Twice deleted: the second time counts.
    house.run(1, Command::RestoreExpense { id: rows[1] }).await.expect("put back");
    house.run(1, delete(1)).await.expect("deleted");
    house.run(1, Command::Undo { seq: extra.seq }).await.expect("undone");
    let owner = house.people[1].id;
    let trash = house.store.trash(owner, &PageRequest::default()).await.expect("a trash").items;
    assert_eq!(trash.len(), 6, "{trash:?}");
    (owner, trash)
}

/// One of a few filters.
pub fn filter_query(n: u8) -> FilterQuery {
    let text = ["q=tea", "period=this_month", "category_id=none&sort=amount"][usize::from(n) % 3];
    let user = user("ana", Role::User);
    FilterQuery::read(text, Asker::strict(&user, day(0))).expect("a filter")
}
