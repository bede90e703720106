//! Past HTTP, by the ledger: fills an account with expenses of ten years by the command for statements, so that balance,
//! journal and fingerprints are as if a person had imported them and `outlay doctor` accepts them; and records single ones.

use futures::future::join_all;
use outlay::{
    domain::{
        CategoryId, Command, Day, ExpenseId, ImportId, Instant, Money, User,
        command::Posting,
        expense::ExpenseDraft,
        import::{Counts, EntryKind, Format, ImportState, Mapping, MappingChoice},
        text::What,
    },
    server::{
        auth::Caller,
        ledger::{Ledger, Retry},
        store::{self, DynStore, Import, Lane, Record, Shown},
    },
};
use std::{
    sync::Arc,
    time::{Duration, Instant as Clock},
};

/// Rows of one statement.
const STATEMENT: usize = 2_000;
/// Days over which the rows are spread, up to the last.
const DAYS: usize = 3_650;

const SHOPS: [&str; 20] = [
    "Bakery", "Grocer", "Butcher", "Tram", "Train", "Bookshop", "Cinema", "Pharmacy", "Florist", "Barber", "Café", "Bistro",
    "Market", "Garage", "Museum", "Theatre", "Tailor", "Cobbler", "Optician", "Plumber",
];
const PLACES: [&str; 50] = [
    "Abbey", "Acorn", "Alder", "Anchor", "Apple", "Arch", "Ash", "Aspen", "Bank", "Barn", "Bay", "Beech", "Bell", "Birch",
    "Bridge", "Brook", "Castle", "Cedar", "Chapel", "Cherry", "Church", "Cliff", "Cross", "Dale", "Dock", "Elm", "Ferry",
    "Field", "Forge", "Fountain", "Gate", "Glen", "Green", "Grove", "Harbour", "Hazel", "Heath", "Hill", "Holly", "Ivy", "Lake",
    "Lane", "Lime", "Maple", "Meadow", "Mill", "Oak", "Orchard", "Park", "Quay",
];
/// A word that one in a thousand expenses has twice over: a shop and a place.
pub const WORDS: &str = "cobbler quay";

/// Puts `rows` expenses into the account of `username`, the last of them on `today`.
pub async fn seed(store: &DynStore, username: &str, rows: usize, today: Day) {
    let user = store.user_by_name(username).await.expect("the store").expect("the user");
    let categories: Vec<CategoryId> = store.categories().await.expect("the store").iter().map(|c| c.id).collect();
    let ledger = Ledger::new(Arc::clone(store));
    let caller = Caller::local(user.clone());
    for first in (0..rows).step_by(STATEMENT) {
        let import = preview(&user);
        let id = import.id;
        let put = store::transact(&**store, Lane::User(user.id), move |tx| {
            let import = Record::Import(import.clone());
            Box::pin(async move { Ok(tx.put(&[import]).await?) })
        });
        put.await.expect("an upload");
        let postings = (first..rows.min(first + STATEMENT)).map(|n| posting(n, rows, &user, &categories, today)).collect();
        let commit = Command::CommitImport { id, digest: String::new(), postings, skipped: 0 };
        ledger.execute(&caller, None, commit).await.expect("an import");
    }
}

/// Expenses a second that the ledger alone records, `writers` at once on one account, each with a key: as the server does,
/// without HTTP.
pub async fn record(store: &DynStore, username: &str, writers: usize, time: Duration) -> f64 {
    let user = store.user_by_name(username).await.expect("the store").expect("the user");
    let (ledger, caller) = (Ledger::new(Arc::clone(store)), Caller::local(user.clone()));
    let begun = Clock::now();
    let write = async || {
        let mut done = 0_u32;
        while begun.elapsed() < time {
            let id = ExpenseId::new();
            let draft = ExpenseDraft {
                date: Day::MIN,
                amount: Money::new(100, user.currency),
                what: What::parse("Lunch").expect("a text"),
                note: None,
                category_id: None,
            };
            let retry = Retry { key: id.to_string(), request: "the ledger alone".into() };
            let command = Command::RecordExpense { id, draft, allow_overdraft: true };
            ledger.execute(&caller, Some(retry), command).await.expect("recorded");
            done += 1;
        }
        done
    };
    let done: u32 = join_all((0..writers).map(|_| write())).await.into_iter().sum();
    f64::from(done) / begun.elapsed().as_secs_f64()
}

/// The `n`th of `rows`: the rows of all days alike in number, shops and categories in turn.
fn posting(n: usize, rows: usize, user: &User, categories: &[CategoryId], today: Day) -> Posting {
    // The steps have no divisor with the lengths in common, so that every pair comes up.
    let (shop, place) = (SHOPS[n * 7 % SHOPS.len()], PLACES[n / SHOPS.len() * 11 % PLACES.len()]);
    let back = (rows - 1 - n) * DAYS / rows;
    Posting {
        kind: EntryKind::Expense,
        date: today.plus(-i64::try_from(back).expect("a small number")),
        amount: Money::new(100 + i64::try_from(n * 37 % 9_900).expect("a small number"), user.currency),
        what: What::parse(&format!("{shop} {place} {n}")).expect("a text"),
        note: None,
        category_id: Some(categories[n * 3 % categories.len()]),
        fingerprint: format!("seed {n}"),
        chosen: false,
    }
}

fn preview(user: &User) -> Import {
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
    let shown = Shown { encoding: "UTF-8".into(), mapping, columns: Vec::new(), counts: Counts::default() };
    Import {
        id: ImportId::new(),
        owner: user.id,
        file_name: "ten-years.csv".into(),
        format: Format::Csv,
        mapping: MappingChoice::default(),
        choices: Vec::new(),
        shown: Box::new(shown),
        content: Vec::new(),
        digest: String::new(),
        state: ImportState::Preview,
        created_at: Instant(0),
        added: 0,
        seq: None,
    }
}
