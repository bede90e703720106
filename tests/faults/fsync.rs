//! R02: an answer leaves only after the disk has the write, seen in the system calls of the process; and the same look
//! finds a server that does not wait.

use crate::{
    common::{Server, binary},
    kit::{MANY, Reply, day_of, not_run, person, spend},
};
use futures::future::join_all;
use outlay::server::{
    App,
    config::{Config, Flags},
    http::{self, assets::Assets},
    store::sqlite::{Durable, Options, SqliteStore},
};
use std::{collections::HashMap, path::Path, process::Command, sync::Arc, time::Duration};

const CALLS: &str = "trace=read,recvfrom,write,writev,sendto,sendmsg,fsync,fdatasync";

/// Is strace there? Where it can be, it is installed.
fn has_strace() -> bool {
    let works = || Command::new("strace").arg("-V").output().is_ok_and(|done| done.status.success());
    let install = || Command::new("apt-get").args(["install", "-y", "-qq", "strace"]).output();
    works() || (install().is_ok_and(|done| done.status.success()) && works())
}

/// What a log of strace says about writes that were answered with success.
#[derive(Debug, Default)]
struct Seen {
    answers: usize,
    /// Answers before which no sync of the database's log, begun after the request was read, had ended.
    early: Vec<String>,
}

/// A system call as strace prints it: by which thread, and what; a call in two parts is joined at its end.
fn look(log: &str) -> Seen {
    let mut seen = Seen::default();
    // By socket, the line at which its last write request was read.
    let mut asked: HashMap<String, usize> = HashMap::new();
    // By thread, the call that has begun, and the line.
    let mut open: HashMap<&str, (String, usize)> = HashMap::new();
    // Where the last sync began of those that have ended.
    let mut synced = None;
    for (at, line) in log.lines().enumerate() {
        let Some((thread, call)) = line.split_once(char::is_whitespace) else { continue };
        let call = call.trim_start();
        // An answer counts from when the call that sends it begins.
        if call.contains("\"HTTP/1.1 201 ")
            && let Some(request) = asked.remove(socket(call))
        {
            seen.answers += 1;
            if synced.is_none_or(|sync| sync < request) {
                seen.early.push(line.to_owned());
            }
        }
        let (call, begun) = if let Some(first) = call.strip_suffix("<unfinished ...>") {
            open.insert(thread, (first.to_owned(), at));
            continue;
        } else if let Some((_, rest)) = call.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            let Some((first, begun)) = open.remove(thread) else { continue };
            (first + rest, begun)
        } else {
            (call.to_owned(), at)
        };
        if call.contains("\"POST /api/v1/expenses ") {
            asked.insert(socket(&call).to_owned(), at);
        }
        if (call.starts_with("fdatasync(") || call.starts_with("fsync(")) && call.contains("-wal>") && call.ends_with("= 0") {
            synced = synced.max(Some(begun));
        }
    }
    seen
}

/// `17<socket:[4711]>` of `recvfrom(17<socket:[4711]>, …`.
fn socket(call: &str) -> &str {
    call.split_once('(').map_or("", |(_, rest)| rest.split_once(',').map_or("", |(first, _)| first))
}

/// Runs a server under strace while one client and then ten write; what was seen.
async fn watched(program: Vec<String>) -> Seen {
    let dir = tempfile::tempdir().expect("a directory");
    let log = dir.path().join("calls");
    let strace = ["strace", "-D", "-f", "-y", "-s", "64", "-e", CALLS, "-o", &log.display().to_string()];
    let program = strace.into_iter().map(str::to_owned).chain(program).collect();
    let mut server = Server::started_by(program, dir, &MANY).await;
    let ana = person(&server, "ana").await;
    let (ana, day) = (&ana, day_of(0));
    let write = async |client: usize| {
        for n in 0..20 {
            let reply = spend(ana, &format!("{client}-{n}"), day).await;
            assert!(matches!(reply, Reply::Answer(201, _)), "{reply:?}");
        }
    };
    write(0).await;
    join_all((1..=10).map(write)).await;
    server.signal("TERM");
    server.ended(Duration::from_secs(10)).await;
    look(&read(&log, server.pid()).await)
}

/// The log, once strace has written the end of the process.
async fn read(log: &Path, pid: u32) -> String {
    for _ in 0..100 {
        let text = std::fs::read_to_string(log).expect("the log of strace");
        if text.lines().any(|line| line.starts_with(&format!("{pid} ")) && line.contains("+++ ")) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("strace did not see the end of the process");
}

#[tokio::test(flavor = "multi_thread")]
async fn r02_answers_wait_for_the_disk_and_normal_is_found_out() {
    if !has_strace() {
        return not_run("r02", "strace is not there and could not be installed; install it");
    }
    let seen = watched(vec![binary()]).await;
    assert_eq!((seen.answers, seen.early), (220, Vec::<String>::new()));

    let this = std::env::current_exe().expect("this test").display().to_string();
    let other = ["--exact", "fsync::a_server_that_does_not_wait", "--ignored", "--nocapture"].map(str::to_owned);
    let seen = watched([vec![this], other.to_vec()].concat()).await;
    assert_eq!(seen.answers, 220);
    assert!(seen.early.len() > 110, "the same look finds {} early answers of a server that does not wait", seen.early.len());
}

/// Not a test: Outlay as it is, but that `synchronous` is `NORMAL`; run by the test above, in a process of its own.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by r02 under strace"]
async fn a_server_that_does_not_wait() {
    let (config, _) = Config::load(Flags::default()).expect("the settings");
    let listener = tokio::net::TcpListener::bind(config.addr).await.expect("a port");
    let config = config.bound(listener.local_addr().expect("an address"));
    let options = Options { durable: Durable::Later, ..Options::default() };
    std::fs::create_dir_all(&config.data_dir).expect("the data directory");
    let store = SqliteStore::open_with(&config.data_dir.join("outlay.db"), options).expect("a store");
    println!("Outlay listens on {}", config.addr);
    let app = App::new(config, Arc::new(store)).expect("the parts");
    let router = http::router(app.clone(), Assets::new("none", |_| None));
    http::serve(listener, router, &app).await.expect("served");
    app.store.close().await;
}
