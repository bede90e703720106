//! From one engine to the other and back: nothing is lost.

use crate::{
    common::{Server, cli, cli_env, mongod::MongoSet},
    kit::{Room, content, done, lived_in, text},
};
use std::{fs, path::Path, time::Duration};

/// Runs the command line on a database: its exit code, standard output and standard error.
fn on(uri: &str, data_dir: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut env = cli_env(data_dir);
    env.push(("OUTLAY_STORE".to_owned(), uri.to_owned()));
    let (status, out, err) = cli(&env, arguments, "");
    (status.code(), out, err)
}

/// As [`on`], done; the content of the store that it tells of.
#[track_caller]
fn content_of(uri: &str, data_dir: &Path, arguments: &[&str]) -> String {
    let (code, said, err) = on(uri, data_dir, arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {said}{err}");
    content(&said)
}

#[tokio::test]
async fn everything_goes_to_mongodb_and_back() {
    let (mut server, ana) = lived_in().await;
    let (journal, expenses) = (ana.get("/api/v1/journal").await.1, ana.get("/api/v1/expenses?limit=100").await.1);
    server.signal("TERM");
    server.ended(Duration::from_secs(10)).await;
    let (room, data) = (Room::new(), server.data_dir());
    let before = content(&done(&data, &["doctor"]));
    let (uri, back) = (MongoSet::shared().await.fresh_uri(), room.at("back"));
    let secret = room.at("uri");
    fs::write(&secret, &uri).expect("written");
    let there = format!("file:{}", text(&secret));

    let said = done(&data, &["copy", "--to", &there]);
    assert!(said.contains(&format!("content {before} in both")) && !said.contains(&uri), "{said}");
    assert_eq!(content_of(&uri, &data, &["doctor"]), before);
    let (code, _, err) = on(&uri, &data, &["copy", "--from", text(&data)]);
    assert!(code == Some(1) && err.contains("the store is not empty"), "{err}");
    assert_eq!(content(&done(&room.at("unused"), &["copy", "--from", &there, "--to", text(&back)])), before);
    assert_eq!(content(&done(&back, &["doctor"])), before);

    let addr = format!("127.0.0.1:{}", server.port());
    let settings = [("OUTLAY_DATA_DIR", text(&data)), ("OUTLAY_STORE", &uri), ("OUTLAY_ADDR", &addr)];
    let on_mongodb = Server::with(&settings).await;
    let ana = on_mongodb.program(&ana.token);
    assert_eq!(ana.get("/api/v1/journal").await, (200, journal), "also those who were signed in");
    assert_eq!(ana.get("/api/v1/expenses?limit=100").await.1, expenses);
}

#[tokio::test]
async fn a_backup_of_one_engine_is_restored_into_the_other() {
    let set = MongoSet::shared().await;
    let (server, _ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let (first, second) = (room.at("first"), room.at("second"));
    let before = content(&done(&data, &["backup", text(&first)]));
    let (uri, new) = (set.fresh_uri(), room.at("mongodb"));
    assert_eq!(content_of(&uri, &new, &["restore", text(&first)]), before);
    let now = content_of(&uri, &new, &["backup", text(&second)]);
    let back = room.at("back");
    assert_eq!(content(&done(&back, &["restore", text(&second)])), now);
    assert_eq!(content(&done(&back, &["doctor"])), now, "nobody is signed in in either");
    let (code, _, err) = on(&uri, &new, &["restore", "--replace", text(&first)]);
    assert!(code == Some(1) && err.contains("the store is not empty"), "{err}");
    assert_eq!(content_of(&uri, &new, &["doctor"]), now);
}
