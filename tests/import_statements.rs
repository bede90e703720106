//! Statements through the use cases, on a real store: the samples, the second time, and everything nasty.
#![cfg(feature = "ssr")]

use outlay::{
    domain::{
        Code, Currency, Effect, ExpenseFilter, ImportId, Instant, Locale, Outcome, Period, Problem, Role, Scope, Scopes, Status,
        TokenId, User, UserId, Weekday,
        command::{Command, Secret},
        import::{Counts, EntryKind, ImportState, MappingChoice, Preview, RowChoice, RowsAsked, Verdict},
        page::PageRequest,
        text::{Name, Username},
    },
    server::{
        auth::{Access, Caller},
        import::Imports,
        ledger::{Ledger, Retry},
        store::{DynStore, sqlite::SqliteStore},
    },
};
use std::sync::Arc;

/// A store, a person and the use cases.
struct Bench {
    _dir: tempfile::TempDir,
    store: DynStore,
    ledger: Ledger,
    imports: Imports,
    caller: Caller,
}

fn person(username: &str) -> User {
    User {
        id: UserId::new(),
        username: Username::parse(username).expect("a username"),
        display_name: Name::parse(username).expect("a name"),
        role: Role::User,
        status: Status::Active,
        currency: Currency::EUR,
        time_zone: "UTC".into(),
        locale: Locale::default(),
        first_weekday: Weekday::Monday,
        period: Period::default(),
        version: 1,
        created_at: Instant(0),
    }
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let store: DynStore = Arc::new(SqliteStore::open(&dir.path().join("store.db")).expect("a store"));
        let ledger = Ledger::new(Arc::clone(&store));
        let imports = Imports::new(Arc::clone(&store), ledger.clone());
        let caller = sign_up(&ledger, "mira").await;
        Self { _dir: dir, store, ledger, imports, caller }
    }
    async fn upload(&self, text: &str) -> Preview {
        self.try_upload(text.as_bytes().to_vec()).await.expect("a preview")
    }
    async fn try_upload(&self, content: Vec<u8>) -> Result<Preview, Problem> {
        self.imports.upload(&self.caller, None, "file.csv", content, MappingChoice::default()).await
    }
    async fn sample(&self, name: &str) -> Preview {
        let path = format!("{}/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"));
        let content = std::fs::read(path).expect("the sample");
        self.imports.upload(&self.caller, None, name, content, MappingChoice::default()).await.expect("a preview")
    }
    async fn commit(&self, id: ImportId) -> Result<Outcome, Problem> {
        self.imports.commit(&self.caller, id, None).await
    }
    async fn balance(&self) -> i64 {
        self.store.account(self.caller.user.id).await.expect("read").expect("an account").balance.minor
    }
    async fn expenses(&self) -> Vec<outlay::domain::Expense> {
        let page = PageRequest { limit: 200, cursor: None };
        self.store.expenses(self.caller.user.id, &ExpenseFilter::default(), &page).await.expect("a list").items
    }
    async fn choose(&self, id: ImportId, line: u64, verdict: Verdict) -> Result<Preview, Problem> {
        self.imports.change(&self.caller, id, MappingChoice::default(), vec![RowChoice { line, verdict }]).await
    }
}

async fn sign_up(ledger: &Ledger, username: &str) -> Caller {
    let user = person(username);
    let caller = Caller::local(user.clone());
    let command = Command::CreateUser { user, hash: Secret("$argon2id$none".into()), invite: None };
    ledger.execute(&caller, None, command).await.expect("a user");
    caller
}

/// Count and sum in minor units of the new rows of a kind.
fn new_of(preview: &Preview, kind: EntryKind) -> (usize, i64) {
    let rows = preview.rows.iter().filter(|r| r.verdict == Verdict::New && r.kind == Some(kind));
    rows.fold((0, 0), |(n, sum), r| (n + 1, sum + r.amount.map_or(0, |m| m.minor)))
}
fn code<T>(result: Result<T, Problem>) -> Option<Code> {
    result.err().map(|problem| problem.code)
}
fn retry(key: &str) -> Option<Retry> {
    Some(Retry { key: key.into(), request: "r".into() })
}

#[tokio::test]
async fn the_samples_are_read_to_the_cent() {
    for (name, encoding, counts, expenses, funds, days) in [
        ("uk-current-account.csv", "UTF-8", [68, 0, 0, 1], (64, 402_313), (4, 649_419), ("2026-01-02", "2026-03-30")),
        ("de-girokonto.csv", "windows-1252", [57, 0, 0, 1], (52, 528_808), (5, 1_012_814), ("2026-01-02", "2026-04-28")),
        ("us-checking.csv", "UTF-8", [88, 0, 0, 0], (79, 838_189), (9, 1_503_559), ("2026-03-01", "2026-06-28")),
    ] {
        let bench = Bench::new().await;
        let preview = bench.sample(name).await;
        let [new, duplicate, error, ignored] = counts;
        assert_eq!(preview.questions, [], "{name}");
        assert_eq!((preview.encoding.as_str(), preview.counts), (encoding, Counts { new, duplicate, error, ignored }), "{name}");
        assert_eq!(new_of(&preview, EntryKind::Expense), expenses, "{name}");
        assert_eq!(new_of(&preview, EntryKind::Funds), funds, "{name}");
        let dates = preview.rows.iter().filter(|r| r.verdict == Verdict::New).filter_map(|r| r.date);
        let (first, last) = (dates.clone().min().expect("days"), dates.max().expect("days"));
        assert_eq!((first.to_string().as_str(), last.to_string().as_str()), days, "{name}");

        let outcome = bench.commit(preview.id).await.expect("stored");
        assert_eq!(outcome.effect, Effect::Import { id: preview.id, added: new, skipped: ignored }, "{name}");
        assert_eq!((outcome.balance.minor, bench.balance().await), (funds.1 - expenses.1, funds.1 - expenses.1), "{name}");

        let again = bench.sample(name).await;
        assert_eq!(again.counts, Counts { new: 0, duplicate: new, error, ignored }, "{name} a second time");
        let nothing = bench.commit(again.id).await.expect("nothing to store");
        assert_eq!(nothing.effect, Effect::Import { id: again.id, added: 0, skipped: new + ignored }, "{name}");

        bench.imports.revert(&bench.caller, preview.id, None).await.expect("taken out");
        assert_eq!((bench.balance().await, bench.expenses().await.len()), (0, 0), "{name}");
        assert_eq!(bench.sample(name).await.counts.new, new, "{name} after it was taken out");
    }
}

#[tokio::test]
async fn what_the_rows_of_the_samples_say() {
    let bench = Bench::new().await;
    let preview = bench.sample("de-girokonto.csv").await;
    let first = &preview.rows[0];
    assert_eq!((first.line, first.what.as_deref()), (6, Some("Hausverwaltung Köhler GmbH")));
    assert_eq!((first.note.as_deref(), first.kind), (Some("Miete 01/2026 Whg. 12"), Some(EntryKind::Expense)));
    assert!(preview.rows.iter().any(|r| r.what.as_deref() == Some("Entgeltabschluss siehe Anlage")), "nobody is named there");
    assert_eq!(preview.rows.last().and_then(|r| r.reason.as_deref()), Some("not_a_row"), "the line with the balance");
    let preview = bench.sample("uk-current-account.csv").await;
    assert!(preview.rows.iter().any(|r| r.reason.as_deref() == Some("zero_amount")));
}

const FILE: &str = "Date,What,Amount\n2026-01-02,Coffee,-2.00\n2026-01-02,Coffee,-2.00\n2026-01-03,Pay,100.00\n";

#[tokio::test]
async fn s48_equal_rows_are_all_new_and_overlapping_files_add_the_rest() {
    let bench = Bench::new().await;
    let first = bench.upload(FILE).await;
    assert_eq!(first.counts.new, 3);
    bench.commit(first.id).await.expect("stored");
    let more = format!("{FILE}2026-01-02,Coffee,-2.00\n2026-01-04,Bakery,-3.00\n");
    let second = bench.upload(&more).await;
    assert_eq!(second.counts, Counts { new: 2, duplicate: 3, error: 0, ignored: 0 });
    bench.commit(second.id).await.expect("stored");
    assert_eq!(bench.balance().await, 10_000 - 4 * 200 + 200 - 300);
}

#[tokio::test]
async fn s48_two_uploads_of_one_file_store_it_once() {
    let bench = Bench::new().await;
    let (a, b) = (bench.upload(FILE).await, bench.upload(FILE).await);
    let (first, second) = tokio::join!(bench.commit(a.id), bench.commit(b.id));
    assert_eq!(first.is_ok() as u8 + second.is_ok() as u8, 1);
    assert_eq!(code(if first.is_err() { first } else { second }), Some(Code::VersionConflict));
    assert_eq!(bench.expenses().await.len(), 2);
}

#[tokio::test]
async fn a_row_keeps_its_fingerprint_through_edits_and_deletion() {
    use outlay::domain::expense::ExpenseEdit;
    let bench = Bench::new().await;
    let first = bench.upload(FILE).await;
    bench.commit(first.id).await.expect("stored");
    let coffee = bench.expenses().await.remove(0);
    let edit =
        ExpenseEdit { what: Some(outlay::domain::text::What::parse("Two espressos").expect("text")), ..ExpenseEdit::default() };
    let command = Command::EditExpense { id: coffee.id, edit, version: None, allow_overdraft: false };
    bench.ledger.execute(&bench.caller, None, command).await.expect("edited");
    let again = bench.upload(FILE).await;
    assert_eq!(again.counts.duplicate, 3);
    assert!(again.rows.iter().any(|r| r.duplicate_of == Some(coffee.id.0)));

    bench.ledger.execute(&bench.caller, None, Command::DeleteExpense { id: coffee.id, version: None }).await.expect("deleted");
    let again = bench.imports.preview(&bench.caller, again.id).await.expect("a preview");
    assert_eq!(again.counts, Counts { new: 0, duplicate: 2, error: 0, ignored: 1 });
    let deleted = again.rows.iter().find(|r| r.reason.as_deref() == Some("deleted_before")).expect("the deleted row");

    let chosen = bench.choose(again.id, deleted.line, Verdict::New).await.expect("chosen again");
    assert_eq!(chosen.counts, Counts { new: 1, duplicate: 2, error: 0, ignored: 0 });
    bench.commit(again.id).await.expect("stored");
    assert_eq!(bench.balance().await, 9_600);
    assert_eq!(bench.upload(FILE).await.counts.duplicate, 3);
}

#[tokio::test]
async fn a_person_leaves_rows_out_and_takes_duplicates_in() {
    let bench = Bench::new().await;
    let first = bench.upload(FILE).await;
    let left = bench.choose(first.id, 4, Verdict::Ignored).await.expect("left out");
    assert_eq!((left.counts.new, left.rows[2].reason.as_deref()), (2, Some("chosen_out")));
    let back = bench.choose(first.id, 4, Verdict::New).await.expect("taken in");
    assert_eq!((back.counts.new, back.rows[2].reason.as_deref()), (3, None));
    for (line, verdict, wrong) in [(99, Verdict::New, "no_such_line"), (2, Verdict::Error, "unknown_value")] {
        let problem = bench.choose(first.id, line, verdict).await.expect_err("refused");
        assert_eq!((problem.code, problem.errors[0].code.as_str()), (Code::Invalid, wrong));
    }
    bench.commit(first.id).await.expect("stored");
    let second = bench.upload(FILE).await;
    bench.choose(second.id, 2, Verdict::New).await.expect("a second time");
    let outcome = bench.commit(second.id).await.expect("stored");
    assert_eq!(outcome.effect, Effect::Import { id: second.id, added: 1, skipped: 2 });
    assert_eq!(bench.balance().await, 9_600 - 200);
}

#[tokio::test]
async fn questions_come_before_the_commit() {
    let bench = Bench::new().await;
    let preview = bench.upload("Date,What,Amount\n01/02/2026,Coffee,-2.00\n").await;
    assert_eq!(preview.questions.iter().map(|q| q.field.as_str()).collect::<Vec<_>>(), ["day_order"]);
    let refused = bench.commit(preview.id).await.expect_err("asked");
    assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::Invalid, "day_order"));
    let choice = serde_json::from_str(r#"{"day_order":"mdy"}"#).expect("a choice");
    let answered = bench.imports.change(&bench.caller, preview.id, choice, Vec::new()).await.expect("answered");
    assert_eq!(answered.rows[0].date.map(|d| d.to_string()).as_deref(), Some("2026-01-02"));
    let semicolon = serde_json::from_str(r#"{"delimiter":";"}"#).expect("a choice");
    assert_eq!(code(bench.imports.change(&bench.caller, preview.id, semicolon, Vec::new()).await), Some(Code::Invalid));
    bench.commit(preview.id).await.expect("stored");
}

#[tokio::test]
async fn a_commit_stores_what_was_shown_or_nothing() {
    let bench = Bench::new().await;
    let shown = bench.upload(FILE).await;
    let other = bench.upload("Date,What,Amount\n2026-01-03,Pay,100.00\n").await;
    bench.commit(other.id).await.expect("stored");
    assert_eq!(code(bench.commit(shown.id).await), Some(Code::VersionConflict));
    assert_eq!(bench.balance().await, 10_000);
    assert_eq!(bench.imports.preview(&bench.caller, shown.id).await.expect("a preview").counts.duplicate, 1);
    bench.commit(shown.id).await.expect("stored as it is shown now");
    assert_eq!(bench.balance().await, 9_600);
    assert_eq!(code(bench.commit(shown.id).await), Some(Code::AlreadyDone));
    let after = bench.imports.preview(&bench.caller, shown.id).await.expect("a preview");
    assert_eq!((after.state, after.counts.new, after.rows.len()), (ImportState::Committed, 2, 0));
}

#[tokio::test]
async fn s49_a_key_makes_one_upload_and_one_commit() {
    let bench = Bench::new().await;
    let upload = |key: &'static str, text: &'static str| {
        bench.imports.upload(&bench.caller, retry(key), "a.csv", text.as_bytes().to_vec(), MappingChoice::default())
    };
    let (a, b) = tokio::join!(upload("k1", FILE), upload("k1", FILE));
    let (a, b) = (a.expect("a preview"), b.expect("a preview"));
    assert_eq!((a.id, &a.rows), (b.id, &b.rows));
    assert_eq!(bench.imports.list(&bench.caller).await.expect("a list").len(), 1);
    assert_eq!(code(upload("k1", "Date,What,Amount\n2026-01-02,x,-1\n").await), Some(Code::IdempotencyMismatch));

    let commit = |key: &'static str| bench.imports.commit(&bench.caller, a.id, retry(key));
    let (first, second) = tokio::join!(commit("k2"), commit("k2"));
    assert_eq!(first.expect("stored"), second.expect("the same answer"));
    assert_eq!(commit("k2").await.expect("the same answer").effect, Effect::Import { id: a.id, added: 3, skipped: 0 });
    assert_eq!(code(commit("k1").await), Some(Code::IdempotencyMismatch));
    assert_eq!(bench.balance().await, 9_600);
}

#[tokio::test]
async fn s34_foreign_imports_are_404_and_scopes_hold() {
    let bench = Bench::new().await;
    let preview = bench.upload(FILE).await;
    let other = sign_up(&bench.ledger, "jonas").await;
    let (imports, id) = (&bench.imports, preview.id);
    assert_eq!(code(imports.preview(&other, id).await), Some(Code::NotFound));
    assert_eq!(code(imports.change(&other, id, MappingChoice::default(), Vec::new()).await), Some(Code::NotFound));
    assert_eq!(code(imports.commit(&other, id, None).await), Some(Code::NotFound));
    assert_eq!(code(imports.revert(&other, id, None).await), Some(Code::NotFound));
    assert_eq!(code(imports.discard(&other, id).await), Some(Code::NotFound));
    assert_eq!(imports.list(&other).await.expect("a list"), []);

    let reader = Caller { user: bench.caller.user.clone(), access: Access::Token(TokenId::new(), Scopes::of(&[Scope::Read])) };
    assert!(imports.preview(&reader, id).await.is_ok());
    assert_eq!(code(imports.commit(&reader, id, None).await), Some(Code::InsufficientScope));
    assert_eq!(code(imports.change(&reader, id, MappingChoice::default(), Vec::new()).await), Some(Code::InsufficientScope));
    imports.discard(&bench.caller, id).await.expect("forgotten");
    assert_eq!(code(imports.preview(&bench.caller, id).await), Some(Code::NotFound));
}

#[tokio::test]
async fn a_page_shows_some_rows_and_the_sums_of_all() {
    let bench = Bench::new().await;
    let preview = bench.sample("us-checking.csv").await;
    let asked = RowsAsked { verdict: Some(Verdict::New), from: 80, limit: 50 };
    let page = bench.imports.page(&bench.caller, preview.id, asked).await.expect("a page");
    assert_eq!((page.preview.rows.len(), page.matching, page.preview.counts), (8, 88, preview.counts));
    assert_eq!(page.preview.rows[..], preview.rows[80..]);
    assert_eq!(page.expenses.map(|t| (t.count, t.sum.minor)), Some((79, 838_189)));
    assert_eq!(page.funds.map(|t| (t.count, t.sum.minor)), Some((9, 1_503_559)));
}

#[tokio::test]
async fn only_so_many_undecided_uploads_are_kept() {
    let bench = Bench::new().await;
    let first = bench.upload(FILE).await;
    let committed = bench.upload("Date,What,Amount\n2026-01-09,Kept,-1.00\n").await;
    bench.commit(committed.id).await.expect("stored");
    for n in 1..=11 {
        bench.upload(&format!("Date,What,Amount\n2026-01-02,Coffee,-{n}.00\n")).await;
    }
    let list = bench.imports.list(&bench.caller).await.expect("a list");
    assert_eq!((list.len(), list.iter().filter(|i| i.state == ImportState::Preview).count()), (11, 10));
    assert_eq!(code(bench.imports.preview(&bench.caller, first.id).await), Some(Code::NotFound));
}

/// What is refused, and with which status.
#[tokio::test]
async fn s47_nasty_files_are_refused_in_time() {
    let bench = Bench::new().await;
    let header = "Date,What,Amount\n";
    let utf16 =
        |text: &str| -> Vec<u8> { [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect() };
    let truncated = {
        let mut bytes = utf16(FILE);
        bytes.pop();
        bytes
    };
    for (name, content, status) in [
        ("11 MiB", "x".repeat(11 << 20).into_bytes(), 413),
        ("a zip", b"PK\x03\x04\x14\0\0\0\x08\0statement.csv".to_vec(), 415),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec(), 415),
        ("a million columns", ",".repeat(1_000_000).into_bytes(), 413),
        ("one huge quoted field", format!("{header}2026-01-02,\"{}", "x\n".repeat(1 << 20)).into_bytes(), 413),
        ("100,001 rows", format!("{header}{}", "2026-01-02,a,-1\n".repeat(100_000)).into_bytes(), 413),
        ("truncated UTF-16", truncated, 422),
        ("UTF-7", b"+/v8-Date,What,Amount\n".to_vec(), 422),
        ("NULs", b"Date,What,Amount\n2026-01-02,\0,-1\n".to_vec(), 422),
        ("nothing", Vec::new(), 422),
        ("prose", b"Dear bank,\nplease send me a statement.\n".to_vec(), 422),
        ("entities", b"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>".to_vec(), 415),
    ] {
        let start = std::time::Instant::now();
        let refused = bench.try_upload(content).await.map(|p| p.counts).expect_err(name);
        assert_eq!(refused.status(), status, "{name}: {refused}");
        assert!(start.elapsed().as_secs() < 20, "{name} took {:?}", start.elapsed());
    }
    assert_eq!(bench.imports.list(&bench.caller).await.expect("a list"), []);
}

/// What looks nasty and can be read.
#[tokio::test]
async fn odd_files_are_read() {
    let bench = Bench::new().await;
    let new = |preview: Preview| preview.counts.new;
    assert_eq!(new(bench.upload(&FILE.replace('\n', "\r")).await), 3, "old Mac line ends");
    let utf16: Vec<u8> = [0xfe, 0xff].into_iter().chain(FILE.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    assert_eq!(new(bench.try_upload(utf16).await.expect("a preview")), 3, "UTF-16");
    let ragged = bench.upload("Date,What,Amount\n2026-01-02,Shop\n2026-01-02,Shop,-1.00,x,y\n\n2026-01-02,Shop,-1.00,,\n").await;
    assert_eq!(ragged.counts, Counts { new: 1, duplicate: 0, error: 2, ignored: 0 }, "ragged rows");
    let bare = bench.upload("2026-01-02,Shop,-1.00\n2026-01-03,Shop,-2.00\n").await;
    assert_eq!((bare.columns[0].as_str(), bare.questions.len()), ("Column 1", 2), "no header");
    let choice = r#"{"date":0,"what":[1],"amount":{"kind":"signed","column":2}}"#;
    let choice = serde_json::from_str(choice).expect("a choice");
    let mapped = bench.imports.change(&bench.caller, bare.id, choice, Vec::new()).await.expect("a preview");
    assert_eq!(mapped.counts.new, 2);
}

#[tokio::test]
async fn a_long_statement_is_stored_whole() {
    let bench = Bench::new().await;
    let rows: String = (0..10_000).map(|n| format!("2026-01-{:02},Shop {n},-1.00\n", n % 28 + 1)).collect();
    let preview = bench.upload(&format!("Date,What,Amount\n{rows}")).await;
    assert_eq!(preview.counts.new, 10_000);
    bench.commit(preview.id).await.expect("stored");
    assert_eq!(bench.balance().await, -1_000_000);
}
