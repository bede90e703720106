//! Records to test with, and short ways to write them.

use super::*;
use crate::domain::{
    filter::Asker,
    import::{Counts, EntryKind, Format, ImportState, Mapping, MappingChoice},
    journal::Via,
    program::RedirectUri,
    recurring::{Mode, MonthDay, Parts, Schedule, Unit},
    saved::FilterQuery,
    text::{Name, Note, Username, What},
};
use record::{SessionKind, Shown};
use sums::SumChanges;

pub const EUR: Currency = Currency::EUR;
pub const NOW: Instant = Instant(1_790_000_000_000_000);

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}
pub fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

pub fn user(username: &str) -> User {
    User {
        id: UserId::new(),
        username: Username::parse(username).expect("a username"),
        display_name: name(username),
        role: Role::User,
        status: Status::Active,
        currency: EUR,
        time_zone: "Europe/Ljubljana".into(),
        locale: Locale::default(),
        first_weekday: Weekday::Monday,
        period: Period::default(),
        version: 1,
        created_at: NOW,
    }
}
pub fn category(text: &str) -> Category {
    Category { id: CategoryId::new(), name: name(text), color: Color::Blue, archived: false, position: 0, version: 1 }
}
pub fn expense(owner: UserId, date: &str, minor: i64, what: &str) -> Expense {
    Expense {
        id: ExpenseId::new(),
        owner,
        date: day(date),
        amount: Money::new(minor, EUR),
        what: What::parse(what).expect("a description"),
        note: None,
        category_id: None,
        import_id: None,
        via: Via::Page,
        version: 1,
        created_at: NOW,
    }
}
pub fn noted(expense: Expense, note: &str) -> Expense {
    Expense { note: Some(Note::parse(note).expect("a note")), ..expense }
}
pub fn sorted_into(expense: Expense, category: &Category) -> Expense {
    Expense { category_id: Some(category.id), ..expense }
}
pub fn funds(owner: UserId, date: &str, minor: i64) -> Funds {
    Funds {
        id: FundsId::new(),
        owner,
        date: day(date),
        amount: Money::new(minor, EUR),
        note: None,
        import_id: None,
        version: 1,
        created_at: NOW,
    }
}
pub fn budget(owner: UserId, category: Option<&Category>, from: &str, minor: i64) -> Budget {
    let (category_id, amount) = (category.map(|c| c.id), Some(Money::new(minor, EUR)));
    Budget { id: BudgetId::new(), owner, category_id, from: day(from), amount, rollover: true, version: 1 }
}
/// One that comes each month from a day on; the server has to record it.
pub fn recurring(owner: UserId, category: Option<&Category>, from: &str) -> Recurring {
    let on = Some(MonthDay::Day(day(from).day()));
    let parts = Parts { every: 1, unit: Unit::Month, on, from: day(from), until: None, count: None };
    Recurring {
        id: RecurringId::new(),
        owner,
        kind: EntryKind::Expense,
        amount: Money::new(80_000, EUR),
        what: What::parse("Rent").expect("a description"),
        note: None,
        category_id: category.map(|c| c.id),
        schedule: Schedule::try_from(parts).expect("a schedule"),
        mode: Mode::Post,
        paused: false,
        done: day(from).plus(-1),
        settled: [day(from).plus_months(2)].into(),
        version: 1,
        created_at: NOW,
    }
}
pub fn saved(owner: UserId, name: &str) -> SavedFilter {
    let user = user("ana");
    let query = FilterQuery::read("period=this_month&q=tea+%26+cake", Asker::strict(&user, day("2026-11-02")));
    SavedFilter { id: FilterId::new(), owner, name: self::name(name), query: query.expect("a filter"), version: 1 }
}
pub fn session(user: UserId, ends_at: Instant) -> Session {
    Session {
        id: SessionId::new(),
        user,
        token_version: 1,
        kind: SessionKind::Web,
        created_at: NOW,
        last_seen_at: NOW,
        idle_until: ends_at,
        ends_at,
        agent: "A browser".into(),
        address: "127.0.0.1".into(),
    }
}
pub fn program(text: &str) -> Program {
    let to = RedirectUri::parse("https://coffers.example/callback").expect("an address");
    let scopes = Scopes::of(&[Scope::Read, Scope::Write]);
    Program { id: ProgramId::new(), name: name(text), redirect_uris: vec![to], scopes, created_at: NOW }
}
pub fn consent(program: ProgramId) -> Consent {
    let redirect_uri = "https://coffers.example/callback".into();
    Consent {
        program,
        redirect_uri,
        challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
        code_until: NOW,
        spent: true,
    }
}
pub fn passkey() -> Passkey {
    Passkey {
        id: PasskeyId(uuid::Uuid::from_u128(7)),
        name: name("Phone"),
        credential: "AQID".into(),
        key: "BAUG".into(),
        algorithm: passkey::Algorithm::Rs256,
        counter: u32::MAX,
        created_at: NOW,
        last_used_at: Some(NOW),
    }
}
pub fn factor() -> Factor {
    let enrolling = Some(Enrolling { by: SessionId::new(), until: NOW });
    Factor {
        sealed: "k.c2VjcmV0".into(),
        enrolling,
        since: NOW,
        last_step: u64::from(u32::MAX) + 7,
        recovery: vec!["ab".into(), "cd".into()],
    }
}
pub fn happened(owner: UserId, event: audit::Event, at: Instant) -> Happened {
    Happened {
        owner,
        id: EventId::new(),
        at,
        event,
        address: Some("192.0.2.7".into()),
        via: Via::Page,
        target: (event == audit::Event::SignedIn).then(|| "POST /sign-in".into()),
        agent: Some("Test/1.0".into()),
        request_id: Some("00ff".into()),
    }
}
pub fn token(user: UserId, hash: &str) -> Token {
    Token {
        id: TokenId::new(),
        user,
        name: name("A script"),
        scopes: Scopes::of(&[Scope::Read, Scope::Import]),
        hash: hash.into(),
        expires_on: day("2027-01-31"),
        created_at: NOW,
        last_used_at: None,
    }
}
pub fn upload(owner: UserId, content: &[u8]) -> Import {
    let mapping = Mapping {
        delimiter: ';',
        decimal_comma: true,
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
        file_name: "statement.csv".into(),
        format: Format::Csv,
        mapping: MappingChoice::default(),
        choices: Vec::new(),
        shown: Box::new(Shown { encoding: "UTF-8".into(), mapping, columns: vec!["Date".into()], counts: Counts::default() }),
        content: content.to_vec(),
        digest: "00".into(),
        state: ImportState::Preview,
        created_at: NOW,
        added: 0,
        seq: None,
    }
}
pub fn fingerprint(owner: UserId, text: &str, kind: EntryKind, row: uuid::Uuid, import: ImportId) -> Fingerprint {
    Fingerprint { owner, fingerprint: text.into(), kind, row, import }
}
pub fn throttle(subject: &str, until: Instant) -> Throttle {
    Throttle { subject: subject.into(), failures: 3, until, updated_at: until }
}
pub fn link(kind: LinkKind, hash: &str, ends_at: Instant) -> Link {
    Link { kind, hash: hash.into(), made_by: Some(UserId::new()), created_at: NOW, ends_at }
}
/// Somebody who was deleted.
pub fn removal(user: &User) -> Removal {
    let credential = Credential {
        user: user.id,
        password_hash: "$".into(),
        token_version: 1,
        changed_at: NOW,
        last_seen_at: None,
        factor: None,
        passkeys: vec![passkey()],
    };
    Removal {
        user: user.id,
        at: NOW,
        until: NOW.plus_seconds(60),
        stage: Stage::Deleted { person: Box::new(user.clone()), credential },
    }
}
pub fn idempotent(owner: UserId, key: &str, at: Instant) -> Idempotent {
    Idempotent { owner, key: key.into(), request: "ab".into(), outcome: None, at }
}
pub fn entry(owner: UserId, command: &'static str) -> NewEntry {
    NewEntry {
        at: NOW,
        owner,
        actor_id: owner,
        actor: "ana".into(),
        via: Via::Page,
        command,
        summary: format!("Did {command}"),
        undoable: true,
        undoes: None,
    }
}
pub fn added(record: Record) -> Change {
    Change { before: None, after: Some(record) }
}

/// Runs a block in a transaction; the variables named are cloned for each attempt.
macro_rules! within {
    ($store:expr, $owner:expr, [$($name:ident),*], $tx:ident => $body:block) => {{
        $(let $name = $name.clone();)*
        transact($store.as_ref(), Lane::User($owner), move |$tx: &mut dyn Tx| {
            $(let $name = $name.clone();)*
            let work: futures::future::BoxFuture<'_, std::result::Result<_, Problem>> = Box::pin(async move { $body });
            work
        })
        .await
    }};
}
pub(super) use within;

/// Puts or deletes (`None`) what is under the keys, and moves the sums as the ledger would.
async fn write(store: &DynStore, records: Vec<(Key, Option<Record>)>) {
    let answer = within!(store, UserId::new(), [records], tx => {
        let keys: Vec<Key> = records.iter().map(|(key, _)| key.clone()).collect();
        let mut changes = SumChanges::default();
        for (before, (_, after)) in tx.get_many(&keys).await?.iter().zip(&records) {
            changes.change(before.as_ref(), after.as_ref());
        }
        let gone: Vec<Key> = records.iter().filter(|(_, after)| after.is_none()).map(|(key, _)| key.clone()).collect();
        let there: Vec<Record> = records.into_iter().filter_map(|(_, after)| after).collect();
        tx.put(&there).await?;
        tx.delete(&gone).await?;
        Ok(tx.adjust_sums(&changes).await?)
    });
    answer.expect("records are written");
}
pub async fn put(store: &DynStore, records: Vec<Record>) {
    write(store, records.into_iter().map(|record| (record.key(), Some(record))).collect()).await;
}
pub async fn delete(store: &DynStore, keys: Vec<Key>) {
    write(store, keys.into_iter().map(|key| (key, None)).collect()).await;
}
pub async fn get(store: &DynStore, key: Key) -> Option<Record> {
    within!(store, UserId::new(), [key], tx => { Ok(tx.get(key).await?) }).expect("a record is read")
}
pub async fn append(store: &DynStore, entry: NewEntry, changes: Vec<Change>) -> Entry {
    within!(store, entry.owner, [entry, changes], tx => { Ok(tx.append(&entry, &changes).await?) }).expect("an entry")
}

/// An entry of each command, without changes, in one transaction.
pub async fn append_all(store: &DynStore, owner: UserId, commands: &[&'static str]) {
    let entries: Vec<NewEntry> = commands.iter().map(|command| entry(owner, command)).collect();
    let done = within!(store, owner, [entries], tx => {
        for entry in &entries {
            tx.append(entry, &[]).await?;
        }
        Ok(())
    });
    done.expect("entries");
}

/// A person with an account, in the store.
pub async fn person(store: &DynStore, username: &str) -> UserId {
    let user = user(username);
    let id = user.id;
    put(store, vec![Record::Account(Account::new(id, EUR)), Record::User(user)]).await;
    id
}

pub async fn account(store: &DynStore, owner: UserId) -> Account {
    store.account(owner).await.expect("read").expect("an account")
}

/// All records of a snapshot, by key.
pub async fn everything(snapshot: &mut dyn Snapshot) -> Vec<Record> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let (records, next) = snapshot.scan(after).await.expect("a scan");
        found.extend(records);
        after = next;
        if after.is_none() {
            break;
        }
    }
    found.sort_by_key(Record::key);
    found
}
/// Entries of an owner's journal after one, as they are now.
pub async fn journal_after(store: &DynStore, owner: UserId, after: Seq, limit: u32) -> Vec<(Entry, Vec<Change>)> {
    let mut snapshot = store.snapshot().await.expect("a snapshot");
    snapshot.journal_scan(owner, after, limit).await.expect("a scan")
}
