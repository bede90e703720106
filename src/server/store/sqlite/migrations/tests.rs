//! R16: from every released schema up, there and back, and killed on the way; as often as promised with `OUTLAY_FULL=1`.
//!
//! Steps that only the tests have stand for those to come.

use super::{super::SqliteStore, *};
use crate::server::{doctor, store::sqlite::Options, store::walk::Content};
use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Where a child finds the file that it migrates.
const FILE: &str = "OUTLAY_MIGRATE";

/// A store as each released version left it, and what `outlay doctor` says its content is.
const RELEASED: [(&[u8], &str); 8] = [
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v1.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v1.content"),
    ),
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v2.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v2.content"),
    ),
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v3.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v3.content"),
    ),
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v4.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v4.content"),
    ),
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v5.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v5.content"),
    ),
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v6.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v6.content"),
    ),
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v7.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v7.content"),
    ),
    (
        include_bytes!("../../../../../tests/ops/fixtures/store-v8.db"),
        include_str!("../../../../../tests/ops/fixtures/store-v8.content"),
    ),
];

/// Steps that rewrite much, and leave every record as it is.
const NEXT: &str =
    "CREATE TABLE times (n INTEGER); INSERT INTO times WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
    LIMIT 20000) SELECT i FROM n; CREATE INDEX times_by_n ON times (n); UPDATE expenses SET search = search || '';";
const AFTER_NEXT: &str =
    "DROP INDEX expenses_by_date; DROP TABLE times; CREATE INDEX expenses_by_date ON expenses (owner, date, id,
    amount, category); UPDATE journal SET summary = summary || '';";
const LAST: i32 = STEPS.len() as i32 + 2;

fn to_come() -> Vec<&'static str> {
    STEPS.into_iter().chain([NEXT, AFTER_NEXT]).collect()
}

struct Home(tempfile::TempDir);

impl Home {
    fn new(file: &[u8]) -> Self {
        let home = Self(tempfile::tempdir().expect("a directory"));
        fs::write(home.file(), file).expect("a file");
        home
    }
    fn file(&self) -> PathBuf {
        self.0.path().join("outlay.db")
    }
    fn copy(&self, version: usize) -> PathBuf {
        self.0.path().join(format!("outlay.v{version}.db"))
    }
    fn up(&self) -> Result<()> {
        let mut c = super::super::connect::writer(&self.file(), &Options::default())?;
        migrate_by(&to_come(), &mut c, &self.file())
    }
    fn version(&self) -> i32 {
        number(&Connection::open(self.file()).expect("a file"), "user_version").expect("a version")
    }
}

/// What a file of any version holds, all being well with it.
async fn content(file: &Path) -> Content {
    let home = tempfile::tempdir().expect("a directory");
    let copy = home.path().join("outlay.db");
    let c = Connection::open(file).expect("a file");
    c.backup(rusqlite::MAIN_DB, &copy, None::<fn(rusqlite::backup::Progress)>).expect("a copy");
    // The test's own steps leave what the present schema reads.
    let c = Connection::open(&copy).expect("the copy");
    let present = i32::try_from(STEPS.len()).expect("a version");
    if number(&c, "user_version").expect("a version") > present {
        c.pragma_update(None, "user_version", present).expect("set");
    }
    c.close().expect("closed");
    let report = doctor::examine(&SqliteStore::open(&copy).expect("a store")).await.expect("a report");
    assert!(report.is_sound() && report.entries > 0, "{report}");
    report.content
}

#[tokio::test]
async fn r16_every_released_store_is_read() {
    assert_eq!(RELEASED.len(), STEPS.len(), "each release's store is kept");
    for (file, expected) in RELEASED {
        let home = Home::new(file);
        let store = SqliteStore::open(&home.file()).expect("a store");
        let report = doctor::examine(&store).await.expect("a report");
        assert!(report.is_sound(), "{report}");
        assert_eq!(report.content.to_string(), expected.trim());
    }
}

#[tokio::test]
async fn r16_up_down_and_up_again_is_the_same() {
    let home = Home::new(RELEASED[0].0);
    let before = content(&home.file()).await;
    home.up().expect("up");
    assert_eq!((home.version(), content(&home.file()).await), (LAST, before));
    let refused = SqliteStore::open(&home.file()).err().expect("an older binary refuses").to_string();
    assert!(refused.contains(&format!("newer Outlay (store version {LAST}; this one knows {})", STEPS.len())), "{refused}");
    fs::rename(home.copy(1), home.file()).expect("down: the copy that was kept");
    assert_eq!((home.version(), content(&home.file()).await), (1, before));
    home.up().expect("up again");
    assert_eq!((home.version(), content(&home.file()).await), (LAST, before));
}

#[test]
fn r16_a_step_that_fails_changes_nothing() {
    let home = Home::new(RELEASED[0].0);
    let mut c = Connection::open(home.file()).expect("a file");
    let broken = [STEPS[0], "CREATE TABLE half (n); UPDATE nothing SET n = 1;"];
    assert!(migrate_by(&broken, &mut c, &home.file()).is_err());
    assert_eq!(home.version(), 1);
    let half: i64 = c.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", [], |row| row.get(0)).expect("a count");
    assert_eq!(half, 0);
}

#[test]
fn the_newest_copies_stay() {
    let home = Home::new(RELEASED[0].0);
    fs::write(home.0.path().join("outlay.vault.db"), "somebody's own").expect("written");
    let c = Connection::open(home.file()).expect("a file");
    for version in [1, 2, 9, 10, 11] {
        kept::keep(&c, &home.file(), version).expect("kept");
    }
    let mut names: Vec<_> = fs::read_dir(home.0.path())
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter(|name| name.contains(".v"))
        .collect();
    names.sort();
    assert_eq!(names, ["outlay.v10.db", "outlay.v11.db", "outlay.v9.db", "outlay.vault.db"]);
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(home.copy(9)).expect("metadata").permissions().mode() & 0o777, 0o600);
}

/// A process of its own that can be killed while it migrates; says when it begins.
fn migrating(home: &Home) -> std::process::Child {
    Command::new(env::current_exe().expect("this binary"))
        .args(["--ignored", "--exact", "server::store::sqlite::migrations::tests::r16_the_child"])
        .env(FILE, home.file())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

#[test]
#[ignore = "is run by r16_killed_at_random_points_it_resumes"]
fn r16_the_child() {
    let file = PathBuf::from(env::var_os(FILE).expect("run by the test that kills it"));
    let mut c = super::super::connect::writer(&file, &Options::default()).expect("a connection");
    fs::write(file.with_extension("begun"), "").expect("a sign");
    migrate_by(&to_come(), &mut c, &file).expect("up");
}

fn wait_for_sign(home: &Home) {
    let until = Instant::now() + Duration::from_secs(20);
    while !home.file().with_extension("begun").exists() {
        assert!(Instant::now() < until, "the child never began");
        thread::sleep(Duration::from_millis(1));
    }
}

#[tokio::test]
async fn r16_killed_at_random_points_it_resumes() {
    let rounds: u32 = if env::var("OUTLAY_FULL").is_ok_and(|set| set == "1") { 50 } else { 6 };
    let home = Home::new(RELEASED[0].0);
    let before = content(&home.file()).await;
    let mut whole = migrating(&home);
    wait_for_sign(&home);
    let begun = Instant::now();
    assert!(whole.wait().expect("an end").success());
    let takes = begun.elapsed();
    let mut cut_short = 0;
    for round in 0..rounds {
        let home = Home::new(RELEASED[0].0);
        let mut child = migrating(&home);
        wait_for_sign(&home);
        // Spread over the whole, at random within each part.
        let share = (f64::from(round) + rand::random::<f64>()) / f64::from(rounds);
        thread::sleep(takes.mul_f64(share));
        child.kill().expect("kill -9");
        child.wait().expect("an end");
        let version = home.version();
        assert!((1..=LAST).contains(&version), "version {version}");
        assert_eq!(content(&home.file()).await, before, "killed after {share:.2} of it, at version {version}");
        cut_short += u32::from(version < LAST);
        home.up().expect("it resumes");
        assert_eq!((home.version(), content(&home.file()).await), (LAST, before));
        // The copy of where the last start found it is whole, and nothing else is left.
        let kept = usize::try_from(version.min(LAST - 1)).expect("a version");
        if version < LAST {
            assert_eq!(content(&home.copy(kept)).await, before);
        }
        assert!(!home.file().with_extension(format!("v{kept}.part")).exists());
    }
    println!("{cut_short} of {rounds} were cut short");
    assert!(cut_short * 3 >= rounds, "only {cut_short} of {rounds} were killed before their end");
}
