//! A server of its own for each test: the real binary on an empty data directory, spoken to over HTTP
//! as a browser or a program would.
#![allow(dead_code, reason = "each test binary uses its own part")]

mod client;
pub mod mongod;

pub use client::*;
use mongod::MongoSet;

use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// What every person of the tests signs in with.
pub const PASSWORD: &str = "a long walk by the river";

/// Limits that would slow other tests down, and the doors that most tests need open.
const DEFAULTS: [(&str, &str); 8] = [
    ("OUTLAY_ADDR", "127.0.0.1:0"),
    ("OUTLAY_SIGN_UP", "open"),
    ("OUTLAY_OAUTH_PASSWORD_GRANT", "admins-too"),
    ("OUTLAY_LOG", "debug"),
    ("OUTLAY_LIMIT_TOKEN_PER_MIN", "100000"),
    ("OUTLAY_LIMIT_TOKEN_BURST", "100000"),
    ("OUTLAY_LIMIT_SIGN_IN_PER_MIN", "100000"),
    ("OUTLAY_LIMIT_SIGN_IN_BURST", "100000"),
];

/// The binary under test: this build's, unless `OUTLAY_BIN` names another.
pub fn binary() -> String {
    std::env::var("OUTLAY_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_outlay").to_owned())
}

/// A running Outlay; stopped when dropped.
pub struct Server {
    child: Child,
    /// The command line that starts it.
    program: Vec<String>,
    data: Arc<TempDir>,
    env: Vec<(String, String)>,
    /// `http://localhost:<port>`.
    pub url: String,
    /// From its start until it answered `/readyz`.
    pub ready_after: Duration,
    /// What it has printed so far, to both streams.
    log: Arc<Mutex<String>>,
}

impl Server {
    /// On an empty data directory, with the tests' settings; with `OUTLAY_TEST_STORE=mongodb`, on an empty MongoDB
    /// database.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// As [`Server::start`], with settings of the test's own.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::started_by(vec![binary()], tempfile::tempdir().expect("a directory"), settings).await
    }

    /// As [`Server::with`], by a command line of the test's own, which must end up as the server's process; its data
    /// goes into `data` below `dir`.
    pub async fn started_by(program: Vec<String>, dir: TempDir, settings: &[(&str, &str)]) -> Self {
        let data = Arc::new(dir);
        let mut env: Vec<(String, String)> = DEFAULTS.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        env.push(("OUTLAY_DATA_DIR".to_owned(), data.path().join("data").display().to_string()));
        if std::env::var("OUTLAY_TEST_STORE").is_ok_and(|store| store == "mongodb") {
            env.push(("OUTLAY_STORE".to_owned(), MongoSet::shared().await.fresh_uri()));
        }
        for (name, value) in settings {
            env.retain(|(known, _)| known != name);
            env.push(((*name).to_owned(), (*value).to_owned()));
        }
        Self::run(program, data, env).await
    }

    async fn run(program: Vec<String>, data: Arc<TempDir>, env: Vec<(String, String)>) -> Self {
        let started = Instant::now();
        let mut child = Command::new(&program[0])
            .args(&program[1..])
            .env_clear()
            .envs(env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let log = Arc::new(Mutex::new(String::new()));
        let (out, err) = (child.stdout.take().expect("stdout"), child.stderr.take().expect("stderr"));
        for stream in [Box::new(out) as Box<dyn Read + Send>, Box::new(err)] {
            let log = Arc::clone(&log);
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let mut log = log.lock().expect("log");
                    log.push_str(&line);
                    log.push('\n');
                }
            });
        }
        let mut server = Self { child, program, data, env, url: String::new(), ready_after: Duration::ZERO, log };
        let line = server.wait_for("Outlay listens on ").await;
        let port = line.split_whitespace().find_map(|word| word.strip_prefix("127.0.0.1:")).expect("a port");
        server.url = format!("http://localhost:{port}");
        let visitor = server.visitor();
        let until = Instant::now() + Duration::from_secs(10);
        while visitor.get("/readyz").await.status() != 200 {
            assert!(Instant::now() < until, "never ready: {}", server.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server.ready_after = started.elapsed();
        server
    }

    /// The first line of the log that contains `text`, as soon as it is there.
    pub async fn wait_for(&self, text: &str) -> String {
        self.wait_within(Duration::from_secs(20), text).await
    }
    pub async fn wait_within(&self, time: Duration, text: &str) -> String {
        let until = Instant::now() + time;
        loop {
            if let Some(line) = self.log().lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            assert!(Instant::now() < until, "no “{text}” in the log: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().expect("log").clone()
    }
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
    }
    pub fn data_dir(&self) -> std::path::PathBuf {
        self.data.path().join("data")
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().expect("kill");
        assert!(done.success());
    }

    /// Waits for the end of the process.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(Instant::now() < until, "still running: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// SIGTERM, then the same server again on the same data and port.
    pub async fn restart(mut self) -> Self {
        self.signal("TERM");
        assert!(self.ended(Duration::from_secs(12)).await.success(), "{}", self.log());
        self.again().await
    }

    /// SIGKILL: no moment to finish anything.
    pub fn kill(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("it was killed");
    }

    /// The same server again on the same data and port, after its process has ended.
    pub async fn again(self) -> Self {
        let (program, data, mut env) = (self.program.clone(), Arc::clone(&self.data), self.env.clone());
        env.retain(|(name, _)| name != "OUTLAY_ADDR");
        env.push(("OUTLAY_ADDR".to_owned(), format!("127.0.0.1:{}", self.port())));
        Self::run(program, data, env).await
    }

    /// Another process on the same database, with the same keys and the same name; it listens elsewhere. `None` on SQLite, which
    /// is one process's.
    pub async fn twin(&self) -> Option<Self> {
        let on_mongodb = |(name, value): &(String, String)| name == "OUTLAY_STORE" && value.starts_with("mongodb:");
        if !self.env.iter().any(on_mongodb) {
            return None;
        }
        let data = Arc::new(tempfile::tempdir().expect("a directory"));
        let home = data.path().join("data");
        std::fs::create_dir(&home).expect("a directory");
        // A copy has the mode of what it is of.
        std::fs::copy(self.data_dir().join("keys.json"), home.join("keys.json")).expect("the keys");
        let mut env = self.env.clone();
        env.retain(|(name, _)| !["OUTLAY_DATA_DIR", "OUTLAY_BASE_URL"].contains(&name.as_str()));
        env.push(("OUTLAY_DATA_DIR".to_owned(), home.display().to_string()));
        env.push(("OUTLAY_BASE_URL".to_owned(), self.url.clone()));
        Some(Self::run(self.program.clone(), data, env).await)
    }

    /// Runs the command line on this server's data: exit status, standard output, standard error.
    pub fn cli(&self, arguments: &[&str], input: &str) -> (ExitStatus, String, String) {
        cli(&self.env, arguments, input)
    }

    /// `outlay doctor` finds nothing wrong.
    pub fn assert_sound(&self) {
        let (status, out, err) = self.cli(&["doctor"], "");
        assert!(status.success() && out.contains("All is well."), "{out}{err}");
    }

    /// A browser without a session.
    pub fn visitor(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// The token of the link printed at start.
    pub async fn setup_token(&self) -> String {
        self.wait_for("/setup?token=").await.split("token=").nth(1).expect("a token").trim().to_owned()
    }

    /// The first admin, `admin`, signed in; made with the link printed at start. Euro, UTC, sign-up open.
    pub async fn setup_admin(&self) -> Browser {
        let browser = self.visitor();
        let token = self.setup_token().await;
        let fields = [
            ("token", token.as_str()),
            ("username", "admin"),
            ("password", PASSWORD),
            ("display_name", "Ada Admin"),
            ("currency", "EUR"),
            ("time_zone", "UTC"),
            ("locale", "en-GB"),
            ("sign_up", "open"),
        ];
        let answer = browser.call("/api/page/session/set-up", &fields).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
        browser
    }

    /// Signs up a person by REST.
    pub async fn create_user(&self, username: &str) {
        let person = json!({"username": username, "password": PASSWORD});
        let answer = self.visitor().json(Method::POST, "/api/v1/users", &person).send().await.expect("an answer");
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap_or_default());
    }

    /// A browser in which a person is signed in.
    pub async fn sign_in(&self, username: &str) -> Browser {
        let browser = self.visitor();
        let answer = browser.call("/api/page/session/sign-in", &[("username", username), ("password", PASSWORD)]).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
        browser
    }

    /// A person who has just signed up, and their browser.
    pub async fn user(&self, username: &str) -> Browser {
        self.create_user(username).await;
        self.sign_in(username).await
    }

    /// An OAuth access token by the password grant; `scopes` with spaces between.
    pub async fn access_token(&self, username: &str, scopes: &str) -> String {
        let form = [("grant_type", "password"), ("username", username), ("password", PASSWORD), ("scope", scopes)];
        let answer = self.visitor().http.post(format!("{}/api/v1/oauth/token", self.url)).form(&form).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
    }

    /// A personal access token; `scopes` with spaces between.
    pub async fn personal_token(&self, username: &str, scopes: &str) -> String {
        let account = self.program(&self.access_token(username, "account").await);
        let asked = json!({"name": format!("for {scopes}"), "scopes": scopes.split(' ').collect::<Vec<_>>()});
        let (status, answer) = account.post("/api/v1/tokens", &asked).await;
        assert_eq!(status, 201, "{answer}");
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// A program that sends this token.
    pub fn program(&self, token: &str) -> Program {
        Program { http: client(), url: self.url.clone(), token: token.to_owned() }
    }

    /// A program that may do everything the person may, but for the account itself.
    pub async fn program_of(&self, username: &str) -> Program {
        let scopes = if username == "admin" { "read write import admin" } else { "read write import" };
        self.program(&self.access_token(username, scopes).await)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal("TERM");
            let until = Instant::now() + Duration::from_secs(3);
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
                thread::sleep(Duration::from_millis(10));
            }
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// Runs the command line: exit status, standard output, standard error.
pub fn cli(env: &[(String, String)], arguments: &[&str], input: &str) -> (ExitStatus, String, String) {
    use std::io::Write;
    let mut child = Command::new(binary())
        .args(arguments)
        .env_clear()
        .envs(env.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("input");
    let done = child.wait_with_output().expect("an end");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status, text(&done.stdout), text(&done.stderr))
}

/// Settings for [`cli`] on a data directory of its own.
pub fn cli_env(data_dir: &Path) -> Vec<(String, String)> {
    vec![("OUTLAY_DATA_DIR".to_owned(), data_dir.display().to_string())]
}
