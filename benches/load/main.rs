//! Prints the table of `docs/performance.md`: what Outlay does in a second on this machine, on each engine, beside what
//! the machine could do at most. Client and server share the machine.
//!
//!   cargo make bench        or: cargo bench --features ssr --bench load [-- quick] [sqlite] [mongodb] [creates] [sign-ins] [reads]
//!
//! `OUTLAY_BIN` names another binary to drive; `quick` is for trying it out; engines and parts, for these alone.

#[path = "../../tests/common/mod.rs"]
mod common;

mod asked;
mod drive;
mod limits;
mod seed;
mod table;

use asked::Asked;
use common::{PASSWORD, Server, mongod::MongoSet, set_cookies};
use drive::{drive, forget_peak, peak_memory};
use http::{Method, Request, header};
use outlay::server::{
    clock,
    store::{DynStore, mongo::MongoStore, sqlite::SqliteStore},
};
use serde_json::json;
use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};
use table::{Table, rate, told};

/// Keep-alive connections of the writers; as many accounts.
const WRITERS: usize = 64;
const READERS: usize = 2;

const SETTINGS: [(&str, &str); 4] = [
    ("OUTLAY_LOG", "warn,outlay::server::finding=info"),
    ("OUTLAY_LIMIT_CONN_PER_ADDR", "1000"),
    ("OUTLAY_LIMIT_TOKEN_PER_MIN", "60000000"),
    ("OUTLAY_LIMIT_TOKEN_BURST", "60000000"),
];

/// How much is measured.
#[derive(Clone, Copy)]
struct Plan {
    time: Duration,
    small: usize,
    large: usize,
}

/// One engine: a server on it, and the store opened beside it for what is too much for HTTP.
struct Bed {
    column: usize,
    server: Server,
    store: DynStore,
    plan: Plan,
}

const ENGINES: [&str; 2] = ["sqlite", "mongodb"];
const PARTS: [&str; 3] = ["creates", "sign-ins", "reads"];

fn is_asked(argument: &str) -> bool {
    std::env::args().any(|other| other == argument)
}
/// Whether one of these is asked for, or none, which is all.
fn is_part(name: &str, of: &[&str]) -> bool {
    is_asked(name) || !of.iter().any(|other| is_asked(other))
}

fn main() {
    let plan = if is_asked("quick") {
        Plan { time: Duration::from_secs(1), small: 10_000, large: 50_000 }
    } else {
        Plan { time: Duration::from_secs(5), small: 10_000, large: 1_000_000 }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut table = Table::default();
    runtime.block_on(async {
        if is_part("sqlite", &ENGINES) {
            on_sqlite(&mut table, plan).await;
        }
        if is_part("mongodb", &ENGINES) {
            on_mongodb(&mut table, plan).await;
        }
    });
    println!("{}\n", machine());
    table.print(&["SQLite", "MongoDB, one node"]);
}

async fn on_sqlite(table: &mut Table, plan: Plan) {
    let server = Server::with(&SETTINGS).await;
    let store = Arc::new(SqliteStore::open(&server.data_dir().join("outlay.db")).expect("the store"));
    let bare = [64, 1].map(|batch| limits::sqlite_inserts(batch, plan.time));
    Bed { column: 0, server, store, plan }.measure(table, bare).await;
}

async fn on_mongodb(table: &mut Table, plan: Plan) {
    let set = MongoSet::roomy().await;
    let uri = set.fresh_uri();
    let server = Server::with(&[&SETTINGS[..], &[("OUTLAY_STORE", &uri)]].concat()).await;
    let store = Arc::new(MongoStore::open(&uri).await.expect("the store"));
    let mut bare = [0.0; 2];
    for (figure, batch) in bare.iter_mut().zip([64, 1]) {
        *figure = limits::mongodb_inserts(&set.fresh_uri(), batch, plan.time).await;
    }
    Bed { column: 1, server, store, plan }.measure(table, bare).await;
}

/// `2 cores, Intel Xeon …`.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("", |(_, model)| model);
    format!("{cores} cores, {model}")
}

impl Bed {
    async fn measure(&self, table: &mut Table, bare: [f64; 2]) {
        self.server.setup_admin().await;
        if is_part("creates", &PARTS) {
            self.creates(table, bare).await;
        }
        if is_part("sign-ins", &PARTS) {
            self.sign_ins(table).await;
        }
        if is_part("reads", &PARTS) {
            self.reads(table).await;
        }
        self.store.close().await;
        self.server.assert_sound();
    }

    /// Expenses created, each answered after the disk has it; beside the engine without Outlay.
    async fn creates(&self, table: &mut Table, [batched, single]: [f64; 2]) {
        let mut tokens = Vec::new();
        for n in 0..WRITERS {
            let name = format!("writer{n}");
            self.server.create_user(&name).await;
            tokens.push(self.server.personal_token(&name, "write").await);
        }
        let pid = self.server.pid();
        forget_peak(pid);
        let one = vec![tokens[0].clone()];
        let many = self.create(tokens).await;
        table.tell(self.column, "expenses created, 64 connections, 64 accounts", "≥ 2,000/s; MongoDB ≥ 1,000/s", told(&many));
        let one = self.create(one).await;
        table.tell(self.column, "expenses created, 64 connections, one account", "MongoDB ≥ 500/s", told(&one));
        table.tell(self.column, "memory while creating, at most", "", format!("{} MiB", peak_memory(pid)));
        table.tell(self.column, "limit: bare inserts, 64 in a commit", "", format!("{}/s", rate(batched)));
        table.tell(self.column, "limit: bare inserts, each committed", "", format!("{}/s", rate(single)));
        let alone = seed::record(&self.store, "writer0", WRITERS, self.plan.time).await;
        table.tell(self.column, "limit: the ledger without HTTP, 64 at once", "", format!("{}/s", rate(alone)));
        let share = many.per_second / batched * 100.0;
        table.tell(self.column, "share of the batched limit reached", "", format!("{share:.0} %"));
        let nothing = self.ask(Method::GET, vec!["/livez".to_owned()], Vec::new());
        let requests = drive(self.server.port(), WRITERS, self.plan.time, nothing).await.expect("answers");
        table.tell(self.column, "limit: requests that do nothing, 64 connections", "", told(&requests));
    }

    async fn create(&self, tokens: Vec<String>) -> drive::Figures {
        let host = self.host();
        let ask = move |connection: usize, n: u64| {
            let body = json!({"amount": "1.00", "what": format!("Lunch {n}"), "allow_overdraft": true}).to_string();
            Request::post("/api/v1/expenses")
                .header(header::HOST, &host)
                .header(header::AUTHORIZATION, format!("Bearer {}", tokens[connection % tokens.len()]))
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", format!("{connection}-{n}-{}", tokens.len()))
                .body(body)
                .expect("a request")
        };
        drive(self.server.port(), WRITERS, self.plan.time, Rc::new(ask)).await.expect("expenses are created")
    }

    fn host(&self) -> String {
        self.server.url["http://".len()..].to_owned()
    }

    /// These requests in turn, again and again, with these headers.
    fn ask(&self, method: Method, paths: Vec<String>, headers: Vec<(header::HeaderName, String)>) -> Rc<drive::Ask> {
        let host = self.host();
        Rc::new(move |_, n| {
            let path = &paths[usize::try_from(n).expect("a small number") % paths.len()];
            let request = Request::builder().method(method.clone()).uri(path).header(header::HOST, &host);
            let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            request.body(String::new()).expect("a request")
        })
    }

    async fn sign_ins(&self, table: &mut Table) {
        let bare = limits::hashes(self.plan.time);
        let host = self.host();
        let ask = move |connection: usize, _| {
            let form = [("grant_type", "password"), ("username", &format!("writer{connection}")), ("password", PASSWORD)];
            Request::post("/api/v1/oauth/token")
                .header(header::HOST, &host)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(serde_urlencoded::to_string(form).expect("a form"))
                .expect("a request")
        };
        forget_peak(self.server.pid());
        let figures = drive(self.server.port(), 8, self.plan.time, Rc::new(ask)).await.expect("signed in");
        table.tell(self.column, "sign-ins, 8 connections", "", told(&figures));
        table.tell(self.column, "limit: bare password hashes, all cores", "", format!("{}/s", rate(bare)));
        table.tell(self.column, "memory while signing in, at most", "", format!("{} MiB", peak_memory(self.server.pid())));
    }

    /// Reads of somebody with few and of somebody with very many expenses.
    async fn reads(&self, table: &mut Table) {
        let mut small = Vec::new();
        for (name, rows) in [("small", self.plan.small), ("large", self.plan.large)] {
            self.server.create_user(name).await;
            let begun = Instant::now();
            seed::seed(&self.store, name, rows, clock::today("UTC")).await;
            eprintln!("{rows} expenses put into the account by the ledger in {:.0} s", begun.elapsed().as_secs_f64());
            forget_peak(self.server.pid());
            let p99 = self.reads_of(table, name, rows).await;
            let memory = format!("{} MiB", peak_memory(self.server.pid()));
            table.tell(self.column, &format!("memory while reading of {}, at most", count(rows)), "", memory);
            if small.is_empty() {
                small = p99;
            } else {
                for ((what, few), (_, many)) in small.iter().zip(&p99) {
                    let (Some(few), Some(many)) = (few, many) else { continue };
                    let ratio = many.as_secs_f64() / few.as_secs_f64();
                    let goal = match *what {
                        what if what.starts_with("list") || what.starts_with("first 50") => "≤ 1.5",
                        what if what.starts_with("dashboard of the year") => "≤ 2",
                        _ => "",
                    };
                    table.tell(self.column, &format!("{what}: p99 of many against few"), goal, format!("{ratio:.1}"));
                }
            }
        }
    }

    /// The p99 of each kind of read, but of those that fail.
    async fn reads_of(&self, table: &mut Table, name: &str, rows: usize) -> Vec<(&'static str, Option<Duration>)> {
        let token = format!("Bearer {}", self.server.personal_token(name, "read").await);
        let program = self.server.program(&token["Bearer ".len()..]);
        let (_, page) = program.get("/api/v1/expenses?limit=50&total=false&from=2000-01-01&to=2022-01-01").await;
        let deep = page["next_cursor"].as_str().expect("a page before 2022").to_owned();
        let signed_in = [("username", name), ("password", PASSWORD)];
        let session = self.server.visitor().call("/api/page/session/sign-in", &signed_in).await;
        let cookie = set_cookies(&session)[0].split(';').next().expect("a cookie").to_owned();

        let bearer = || vec![(header::AUTHORIZATION, token.clone())];
        let person = || vec![(header::COOKIE, cookie.clone()), (header::ACCEPT, "text/html".to_owned())];
        let one = |path: &str| vec![path.to_owned()];
        let search = format!("/api/v1/expenses?q={}", seed::WORDS.replace(' ', "+"));
        let asked = Asked::by(&program).await;
        if rows > self.plan.small {
            // What makes the index in memory; the store answers by itself.
            program.get(&asked.rows(&asked.common)[0]).await;
            let line = self.server.wait_within(Duration::from_secs(120), "indexed in memory").await;
            let seconds = line.split_once("seconds=").map_or("?", |(_, seconds)| seconds);
            table.tell(
                self.column,
                &format!("index in memory, of {}, made beside all else", count(rows)),
                "",
                format!("{seconds:.4} s"),
            );
        }
        let reads = [
            ("list, first page and total", one("/api/v1/expenses"), bearer(), "p99 ≤ 20 ms"),
            ("list, a page far down", vec![format!("/api/v1/expenses?cursor={deep}")], bearer(), "p99 ≤ 20 ms"),
            ("dashboard, the whole page", one("/"), person(), ""),
            ("dashboard of the year, the whole page", one("/?per=year"), person(), "p99 ≤ 80 ms"),
            ("expenses, the whole page", one("/expenses"), person(), ""),
            ("search of two words", vec![search], bearer(), ""),
            ("first 50 rows of any filter", asked.rows(&asked.filters), bearer(), "p99 ≤ 30 ms"),
            ("first 50 rows of a search, rare words", asked.rows(&asked.rare), bearer(), "p99 ≤ 60 ms"),
            ("first 50 rows of a search, common words", asked.rows(&asked.common), bearer(), "p99 ≤ 60 ms"),
            ("first 50 rows of a search, an amount", asked.rows(&asked.number), bearer(), "p99 ≤ 60 ms"),
            ("total of a period and a category", asked.totals(&asked.known), bearer(), "p99 ≤ 30 ms"),
            ("total of any other filter", asked.totals(&asked.counted), bearer(), "SQLite ≤ 300 ms; MongoDB ≤ 1.5 s"),
        ];
        let mut p99 = Vec::new();
        for (what, paths, headers, goal) in reads {
            let ask = self.ask(Method::GET, paths, headers);
            let figures = drive(self.server.port(), READERS, self.plan.time, ask).await;
            let cell = figures.as_ref().map_or_else(Clone::clone, told);
            table.tell(self.column, &format!("{what}, of {}", count(rows)), goal, cell);
            p99.push((what, figures.ok().map(|figures| figures.p99)));
        }
        p99
    }
}

/// With commas before thousands.
fn count(rows: usize) -> String {
    let digits = rows.to_string();
    let parts: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap_or_default()).collect();
    parts.join(",")
}
