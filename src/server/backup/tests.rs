//! Filling a store that is behind the network, which is not put in place in one step. SQLite stands for it.

use super::*;
use crate::{
    domain::{Command, Entry, Seq, page::PageRequest},
    server::{
        ledger::testing::{House, SqliteHome, eur},
        store::{
            Change, DynStore, Job, ScanCursor, StoreError,
            conformance::{Home, everything},
        },
    },
};

/// Somebody's store with money in it, and its backup.
async fn backed_up(dir: &Path) -> (House, PathBuf, Report) {
    let house = House::new().await;
    house.add_funds(1, 10_00).await;
    let more = house.add_funds(1, 2_00).await;
    house.run(1, Command::Undo { seq: more.seq }).await.expect("undone");
    let file = dir.join("backup");
    let report = write(house.store.snapshot().await.expect("a snapshot"), &file, dir).await.expect("a backup");
    (house, file, report)
}

async fn snapshot(store: &DynStore) -> Box<dyn Snapshot> {
    store.snapshot().await.expect("a snapshot")
}

#[tokio::test]
async fn an_open_store_is_filled_and_compared() {
    let dir = tempfile::tempdir().expect("a directory");
    let (house, file, backed_up) = backed_up(dir.path()).await;
    let home = SqliteHome::new();
    let store = home.open().await;
    let start = Setting { name: "signing_key".into(), value: "of a first start".into() };
    put(store.as_ref(), Batch { records: vec![Record::Setting(start)], ..Batch::default() }).await.expect("put");
    let filled = restore(&file, Target::Store(Arc::clone(&store)), Consent::default()).await.expect("restored");
    assert!(filled.kept.is_none() && filled.report.is_sound());
    assert_eq!(filled.report.content, backed_up.content);
    assert_eq!(store.account(house.people[1].id).await.expect("read").expect("an account").balance, eur(10_00));
    expect_whole(store.as_ref()).await.expect("the mark is gone");
    let trash = async |store: &DynStore| store.trash(house.people[1].id, &PageRequest::default()).await.expect("a trash").items;
    let deleted = trash(&store).await;
    assert!(deleted.len() == 1 && deleted == trash(&house.store).await, "it follows from the journal: {deleted:?}");
    let mut sessions = everything(snapshot(&store).await.as_mut()).await;
    sessions.retain(|record| matches!(record, Record::Session(_)));
    assert!(sessions.is_empty(), "everybody is signed out");
    let setting = Record::Setting(Setting { name: "sign_up".into(), value: "open".into() });
    put(store.as_ref(), Batch { records: vec![setting], ..Batch::default() }).await.expect("put");
    let before = everything(snapshot(&store).await.as_mut()).await;
    let again = restore(&file, Target::Store(Arc::clone(&store)), Consent::default()).await.err().expect("refused");
    assert!(again.contains("not empty"), "{again}");
    assert!(everything(snapshot(&store).await.as_mut()).await == before, "nothing of it was touched");
}

#[tokio::test]
async fn a_damaged_file_never_reaches_an_open_store() {
    let dir = tempfile::tempdir().expect("a directory");
    let (_, file, _) = backed_up(dir.path()).await;
    let whole = std::fs::read(&file).expect("the backup");
    std::fs::write(&file, &whole[..whole.len() - 9]).expect("cut short");
    let home = SqliteHome::new();
    let store = home.open().await;
    let refused = restore(&file, Target::Store(Arc::clone(&store)), Consent::default()).await.err().expect("refused");
    assert!(refused.contains("is damaged") && refused.contains("Nothing was restored"), "{refused}");
    assert_eq!(everything(snapshot(&store).await.as_mut()).await.len(), 0);
}

/// A source that breaks down on the way.
struct Breaking(Box<dyn Snapshot>);

#[async_trait::async_trait]
impl Snapshot for Breaking {
    async fn scan(&mut self, after: Option<ScanCursor>) -> Result<(Vec<Record>, Option<ScanCursor>), StoreError> {
        self.0.scan(after).await
    }
    async fn journal_scan(&mut self, _: UserId, _: Seq, _: u32) -> Result<Vec<(Entry, Vec<Change>)>, StoreError> {
        Err(StoreError::Away("the source is gone".into()))
    }
    async fn jobs(&mut self) -> Result<Vec<Job>, StoreError> {
        self.0.jobs().await
    }
    async fn trash(&mut self) -> Result<Vec<(Key, Seq)>, StoreError> {
        self.0.trash().await
    }
    fn check(&self) -> BoxFuture<'static, Result<Vec<String>, StoreError>> {
        self.0.check()
    }
}

#[tokio::test]
async fn a_copy_that_breaks_off_is_never_taken_for_a_store() {
    let house = House::new().await;
    let home = SqliteHome::new();
    let store = home.open().await;
    let broken = Box::new(Breaking(snapshot(&house.store).await));
    let failed = copy(broken, Target::Store(Arc::clone(&store))).await.err().expect("it broke off");
    assert!(failed.contains("the source is gone"), "{failed}");
    let refused = expect_whole(store.as_ref()).await.expect_err("refused");
    assert!(refused.contains("did not end"), "{refused}");
    let again = copy(snapshot(&house.store).await, Target::Store(store)).await.err().expect("refused");
    assert!(again.contains("not empty"), "{again}");
}

#[tokio::test]
async fn a_copy_that_breaks_off_leaves_no_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = House::new().await;
    let broken = Box::new(Breaking(snapshot(&house.store).await));
    assert!(copy(broken, Target::Dir(dir.path().to_owned())).await.is_err());
    let file = dir.path().join("backup");
    let broken = Box::new(Breaking(snapshot(&house.store).await));
    assert!(write(broken, &file, dir.path()).await.is_err());
    assert_eq!(std::fs::read_dir(dir.path()).expect("entries").count(), 0);
}
