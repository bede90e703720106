//! What the process tells of its state.

use crate::{
    common::Server,
    kit::{Room, names, outlay, text},
};
use std::time::Duration;

#[tokio::test]
async fn health_is_an_exit_code() {
    let mut server = Server::start().await;
    let addr = format!("127.0.0.1:{}", server.port());
    let room = Room::new();
    let ask = || outlay(&room.at("nothing"), &["health", "--addr", &addr]);
    assert_eq!(ask(), (Some(0), String::new(), String::new()));
    server.signal("TERM");
    server.ended(Duration::from_secs(10)).await;
    let (code, _, err) = ask();
    assert!(code == Some(1) && err.contains("does not answer"), "{err}");
    assert_eq!(names(&room.at("nothing")), Vec::<String>::new(), "nothing is made for asking");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_data_directory_that_does_not_last_is_told_of() {
    let memory = tempfile::tempdir_in("/dev/shm").expect("a directory in memory");
    let server = Server::with(&[("OUTLAY_DATA_DIR", text(&memory.path().join("data")))]).await;
    let line = server.wait_for("THE DATA WILL BE LOST").await;
    assert!(line.contains("/dev/shm") && line.contains("OUTLAY_DATA_DIR"), "{line}");
}

#[tokio::test]
async fn two_servers_can_share_a_directory_and_a_restore_waits_for_both() {
    let room = Room::new();
    let data = room.at("data");
    let first = Server::with(&[("OUTLAY_DATA_DIR", text(&data))]).await;
    let second = Server::with(&[("OUTLAY_DATA_DIR", text(&data))]).await;
    drop(first);
    let (code, _, err) = outlay(&data, &["restore", "no-such-file"]);
    assert!(code == Some(1) && err.contains("stop it first"), "{err}");
    drop(second);
    let (_, _, err) = outlay(&data, &["restore", "--replace", "no-such-file"]);
    assert!(err.contains("no-such-file cannot be read"), "{err}");
}
