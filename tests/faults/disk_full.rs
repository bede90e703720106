//! R08: a disk without room.

use crate::{
    common::{Server, balance, binary, cli, cli_env},
    kit::{Log, MANY, Reply, day_of, not_run, person, spend},
};
use reqwest::{Method, header};
use serde_json::json;
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// Runs the command `$1` where the directory `$0` is a small disk of its own, seen by nobody else and gone with it.
const ON_A_SMALL_DISK: &str = "mount -t tmpfs -o size=16m outlay \"$0\" && exec \"$1\"";

/// `unshare` with the rights to mount, if this user may have them.
fn unshare(dir: &Path) -> Option<Vec<String>> {
    ["-m", "-rm"].into_iter().find_map(|flags| {
        let dir = dir.display().to_string();
        let asked = ["unshare", flags, "sh", "-c", ON_A_SMALL_DISK, &dir, "true"].map(str::to_owned);
        let done = Command::new(&asked[0]).args(&asked[1..]).output();
        done.is_ok_and(|done| done.status.success()).then(|| asked[..6].to_vec())
    })
}

/// Fills the disk to its last page.
fn fill(file: &Path) {
    let mut filler = File::create(file).expect("a file");
    for size in [64 * 1024, 4 * 1024] {
        while filler.write_all(&vec![1; size]).is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r08_a_full_disk_refuses_writes_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let Some(mut program) = unshare(dir.path()) else {
        return not_run("r08", "a small disk cannot be mounted; run it as root, or where user namespaces are allowed");
    };
    program.push(binary());
    let server = Server::started_by(program, dir, &MANY).await;
    let ana = person(&server, "ana").await;
    let inside = |path: PathBuf| PathBuf::from(format!("/proc/{}/root{}", server.pid(), path.display()));
    let (data, day) = (inside(server.data_dir()), day_of(0));
    let filler = data.parent().expect("the disk").join("filler");
    let mut log = Log::default();
    let mut write = async |n: usize| {
        let key = format!("{day}-{n}");
        match spend(&ana, &key, day).await {
            Reply::Answer(201, made) => {
                log.acknowledged.insert(key, made);
                true
            }
            Reply::Answer(503, body) if body["code"] == "storage_full" => false,
            other => panic!("{other:?}"),
        }
    };
    assert!(write(0).await);

    fill(&filler);
    let mut n = 1;
    while write(n).await {
        n += 1;
        assert!(n < 5_000, "the disk is full");
    }
    let refused = ana.request(Method::POST, "/api/v1/funds").json(&json!({"amount": "5.00"})).send().await.expect("an answer");
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    for more in n..n + 20 {
        assert!(!write(more).await, "there is room for nothing");
        assert_eq!(ana.get("/api/v1/expenses").await.0, 200, "reads go on");
    }
    assert_eq!(balance(&ana).await, format!("-{n}.00"));

    std::fs::remove_file(&filler).expect("room again");
    let since = Instant::now();
    while !write(10_000 + n).await {
        assert!(since.elapsed() < Duration::from_secs(5), "still refused");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    log.assert_kept(&ana, day).await;
    // Nobody writes any more: the doctor looks at a copy, for the disk itself is out of its sight.
    let copy = tempfile::tempdir().expect("a directory");
    for file in ["outlay.db", "outlay.db-wal"] {
        std::fs::copy(data.join(file), copy.path().join(file)).expect("a copy");
    }
    let (status, out, err) = cli(&cli_env(copy.path()), &["doctor"], "");
    assert!(status.success() && out.contains("All is well."), "{out}{err}");
}
