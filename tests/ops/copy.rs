//! `outlay copy`: all of one store into another that is empty.

use crate::{
    common::Server,
    kit::{Room, content, done, lived_in, names, outlay, refused, text},
};
use std::time::Duration;

#[tokio::test]
async fn a_copy_is_the_same_store() {
    let (mut server, ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let to = room.at("copy");
    let expected = ana.get("/api/v1/journal").await.1;
    server.signal("TERM");
    server.ended(Duration::from_secs(10)).await;
    let said = done(&data, &["copy", "--to", text(&to)]);
    let before = content(&done(&data, &["doctor"]));
    assert_eq!(content(&said), before);
    assert!(said.contains(&format!("content {before} in both")), "{said}");
    assert_eq!(names(&to), ["outlay.db"]);
    assert_eq!(content(&done(&to, &["doctor"])), before);
    // With the key, those who are signed in still are.
    std::fs::copy(data.join("keys.json"), to.join("keys.json")).expect("copied");
    let addr = format!("127.0.0.1:{}", server.port());
    let copied = Server::with(&[("OUTLAY_DATA_DIR", text(&to)), ("OUTLAY_ADDR", &addr)]).await;
    assert_eq!(copied.program(&ana.token).get("/api/v1/journal").await, (200, expected));
}

#[tokio::test]
async fn a_copy_is_made_into_an_empty_store_only() {
    let (server, _ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let to = room.at("copy");
    let (code, _, err) = outlay(&data, &["copy", "--to", text(&to)]);
    assert!(code == Some(0) && err.contains("is not in the copy"), "a server runs on it: {err}");
    refused(&data, &["copy", "--to", text(&to)], "there is a store in");
    refused(&data, &["copy", "--from", text(&to)], "stop it first");
    refused(&data, &["copy"], "say which with");
    refused(&data, &["copy", "--from", text(&room.at("nothing")), "--to", text(&room.at("new"))], "there is no store in");
    let (code, _, err) = outlay(&data, &["copy", "--to", "mongodb://ana:secret@localhost/outlay"]);
    assert!(code == Some(2) && err.contains("file:<path>"), "{err}");
}
