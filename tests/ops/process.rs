//! What the process tells of its state.

use crate::{
    common::{Server, binary},
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

#[tokio::test]
async fn a_demo_can_be_looked_at_and_leaves_nothing() {
    let room = Room::new();
    let temporary = room.at("temporary");
    std::fs::create_dir(&temporary).expect("a directory");
    let home = tempfile::tempdir().expect("a directory");
    let mut demo = Server::started_by(vec![binary(), "demo".into()], home, &[("TMPDIR", text(&temporary))]).await;
    assert_eq!(names(&temporary).len(), 1);
    assert!(!demo.data_dir().exists(), "the data directory of the settings is left alone");
    let line = demo.wait_for("This is a demo. Sign in as demo").await;
    let password = line.rsplit(' ').next().expect("a password").to_owned();
    for (username, role) in [("demo", "admin"), ("ana", "user")] {
        let form = [("grant_type", "password"), ("username", username), ("password", &password)];
        let answer = demo.visitor().http.post(format!("{}/api/v1/oauth/token", demo.url)).form(&form).send().await;
        let answer: serde_json::Value = answer.expect("an answer").json().await.expect("JSON");
        let program = demo.program(answer["access_token"].as_str().expect("a token"));
        let of = async |path: &str| program.get(path).await.1;
        assert_eq!(of("/api/v1/me").await["role"], role);
        assert!(of("/api/v1/expenses").await["total"]["count"].as_u64().is_some_and(|count| count > 500));
        assert_eq!(of("/api/v1/budgets").await["items"].as_array().map(Vec::len), Some(4));
    }
    demo.signal("TERM");
    assert!(demo.ended(Duration::from_secs(12)).await.success(), "{}", demo.log());
    assert_eq!(names(&temporary), Vec::<String>::new());
}
