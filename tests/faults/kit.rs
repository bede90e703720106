//! What the fault tests share: clients that keep what was acknowledged, and the proof that it is there.

use crate::common::{Program, Server, all};
use outlay::domain::Day;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

/// Limits out of the way of many clients on one address.
pub const MANY: [(&str, &str); 4] = [
    ("OUTLAY_LOG", "warn"),
    ("OUTLAY_LIMIT_CONN_PER_ADDR", "4000"),
    ("OUTLAY_LIMIT_TOKEN_PER_MIN", "60000000"),
    ("OUTLAY_LIMIT_TOKEN_BURST", "60000000"),
];

/// How often: `short` as part of the tests, `full` with `OUTLAY_FULL=1`.
pub fn times(short: usize, full: usize) -> usize {
    if std::env::var("OUTLAY_FULL").is_ok_and(|set| set == "1") { full } else { short }
}

/// Says, past the capture of a passing test's output, that something could not be tested here.
pub fn not_run(test: &str, why: &str) {
    writeln!(std::io::stderr(), "\n!!! {test} WAS NOT RUN: {why}\n").expect("standard error");
}

/// A server for many clients, and the program of a person `ana`.
pub async fn ana() -> (Server, Program) {
    ana_on("sqlite").await
}

/// As [`ana`], on a store of its own.
pub async fn ana_on(store: &str) -> (Server, Program) {
    let server = on(store).await;
    let ana = person(&server, "ana").await;
    (server, ana)
}

/// A server for many clients on this store.
pub async fn on(store: &str) -> Server {
    Server::with(&[&MANY[..], &[("OUTLAY_STORE", store)]].concat()).await
}

/// Somebody new, and a program with a token that outlives the test.
pub async fn person(server: &Server, username: &str) -> Program {
    server.create_user(username).await;
    server.program(&server.personal_token(username, "read write import").await)
}

/// A day of its own for each cycle, so that its rows can be listed alone.
pub fn day_of(cycle: usize) -> Day {
    Day::new(2024, 1, 1).expect("a day").plus(i64::try_from(cycle).expect("a small number"))
}

/// What came of a request.
#[derive(Debug)]
pub enum Reply {
    Answer(u16, Value),
    /// A head without its whole body.
    Cut,
    /// Not even a head.
    Nothing,
}

/// Records an expense of 1.00 under a key that is also its text.
pub async fn spend(program: &Program, key: &str, day: Day) -> Reply {
    let body = json!({"amount": "1.00", "what": key, "date": day.to_string(), "allow_overdraft": true});
    let request = program.request(Method::POST, "/api/v1/expenses").header("idempotency-key", key).json(&body);
    let Ok(answer) = request.send().await else { return Reply::Nothing };
    let status = answer.status().as_u16();
    answer.json().await.map_or(Reply::Cut, |body| Reply::Answer(status, body))
}

/// What clients sent, each expense under its own key, and what they got.
#[derive(Default)]
pub struct Log {
    /// The answers with 201.
    pub acknowledged: BTreeMap<String, Value>,
    /// No answer came.
    pub unanswered: BTreeSet<String>,
    /// An answer came in part.
    pub cut: BTreeSet<String>,
    /// Any other answer.
    pub refused: Vec<(u16, Value)>,
}

impl Log {
    /// False once the server is gone.
    pub fn note(&mut self, key: String, reply: Reply) -> bool {
        match reply {
            Reply::Answer(201, made) => drop(self.acknowledged.insert(key, made)),
            Reply::Answer(status, body) => self.refused.push((status, body)),
            Reply::Cut => self.cut.extend([key]),
            Reply::Nothing => self.unanswered.extend([key]),
        }
        self.cut.is_empty() && self.unanswered.is_empty()
    }

    pub fn join(logs: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for log in logs {
            all.acknowledged.extend(log.acknowledged);
            all.unanswered.extend(log.unanswered);
            all.cut.extend(log.cut);
            all.refused.extend(log.refused);
        }
        all
    }

    /// The expenses of `day` are those acknowledged, as they were answered, and beside them only such as got no (whole) answer.
    pub async fn assert_kept(&self, program: &Program, day: Day) {
        assert!(self.refused.is_empty(), "{:?}", self.refused.first());
        let rows = all(program, &format!("/api/v1/expenses?from={day}&to={day}&limit=200&total=false")).await;
        let mut there: BTreeMap<&str, &Value> = rows.iter().map(|row| (row["what"].as_str().expect("a text"), row)).collect();
        assert_eq!(rows.len(), there.len(), "a key took effect twice");
        for (key, made) in &self.acknowledged {
            let row = there.remove(key.as_str()).unwrap_or_else(|| panic!("{key} was acknowledged and is lost"));
            for field in ["id", "amount", "date", "version", "created_at"] {
                assert_eq!(row[field], made[field], "{field} of {key}");
            }
        }
        for key in there.keys() {
            assert!(self.unanswered.contains(*key) || self.cut.contains(*key), "{key} took effect and nobody was told");
        }
    }
}

/// Spends again and again, each with a fresh key and after the answer to the one before, until the server is gone.
pub async fn spend_until_gone(program: Program, name: String, day: Day) -> Log {
    let mut log = Log::default();
    for n in 0.. {
        let key = format!("{day}-{name}-{n}");
        let reply = spend(&program, &key, day).await;
        if !log.note(key, reply) {
            break;
        }
    }
    log
}
