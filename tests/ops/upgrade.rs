//! R16 from outside: what earlier releases wrote, and starts that are killed.

use crate::{
    common::{Server, cli_env},
    kit::{Room, content, done, lived_in, names, refused, text},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

/// A store as each schema left it, with what `outlay doctor` said of its content. They hold nothing that a start
/// sweeps out once it is old: no session, and no statement that was only looked at.
const STORES: [(&[u8], &str); 7] = [
    (include_bytes!("fixtures/store-v1.db"), include_str!("fixtures/store-v1.content")),
    (include_bytes!("fixtures/store-v2.db"), include_str!("fixtures/store-v2.content")),
    (include_bytes!("fixtures/store-v3.db"), include_str!("fixtures/store-v3.content")),
    (include_bytes!("fixtures/store-v4.db"), include_str!("fixtures/store-v4.content")),
    (include_bytes!("fixtures/store-v5.db"), include_str!("fixtures/store-v5.content")),
    (include_bytes!("fixtures/store-v6.db"), include_str!("fixtures/store-v6.content")),
    (include_bytes!("fixtures/store-v8.db"), include_str!("fixtures/store-v8.content")),
];
/// A backup by the first release, and its content.
const BACKUP: (&[u8], &str) = (include_bytes!("fixtures/backup-1.outlay"), include_str!("fixtures/backup-1.content"));

#[test]
fn r16_every_released_backup_is_restored() {
    let room = Room::new();
    fs::write(room.at("backup"), BACKUP.0).expect("written");
    let said = done(&room.at("data"), &["restore", text(&room.at("backup"))]);
    assert_eq!(content(&said), BACKUP.1.trim());
}

#[tokio::test]
async fn r16_every_released_store_is_served() {
    for (version, (store, expected)) in (1..).zip(STORES) {
        let room = Room::new();
        let data = room.at("data");
        fs::create_dir(&data).expect("a directory");
        fs::write(data.join("outlay.db"), store).expect("written");
        let server = Server::with(&[("OUTLAY_DATA_DIR", text(&data))]).await;
        assert_eq!(content(&done(&data, &["doctor"])), expected.trim());
        server.sign_in("ana").await;
        let kept = data.join(format!("outlay.v{version}.db"));
        assert_eq!(kept.exists(), version < STORES.len(), "a copy is kept of what is upgraded");
        if kept.exists() {
            assert_eq!(fs::metadata(&kept).expect("the copy").permissions().mode() & 0o777, 0o600);
            let as_kept: i64 = rusqlite::Connection::open(&kept)
                .and_then(|c| c.pragma_query_value(None, "user_version", |row| row.get(0)))
                .expect("a version");
            assert_eq!(usize::try_from(as_kept), Ok(version), "as it was");
        }
    }
}

#[test]
fn r16_nothing_is_upgraded_under_another_outlay() {
    let room = Room::new();
    let data = room.at("data");
    fs::create_dir(&data).expect("a directory");
    fs::write(data.join("outlay.db"), STORES[0].0).expect("written");
    let other = fs::File::create(data.join("lock")).expect("a lock");
    other.lock_shared().expect("as a running server holds it");
    refused(&data, &["serve", "--addr", "127.0.0.1:0"], "needs an upgrade, but Outlay is running on it");
    for arguments in [&["doctor"][..], &["backup", text(&room.at("backup"))]] {
        refused(&data, arguments, "is of an older Outlay");
    }
    assert_eq!(fs::read(data.join("outlay.db")).expect("the store"), STORES[0].0);
    drop(other);
}

#[test]
fn r16_a_newer_store_is_refused_and_left_as_it_is() {
    let room = Room::new();
    let data = room.at("data");
    fs::create_dir(&data).expect("a directory");
    let file = data.join("outlay.db");
    fs::write(&file, STORES[0].0).expect("written");
    let c = rusqlite::Connection::open(&file).expect("the store");
    c.pragma_update(None, "user_version", 99).expect("a version");
    drop(c);
    let before = fs::read(&file).expect("the store");
    for arguments in [&["serve", "--addr", "127.0.0.1:0"][..], &["doctor"], &["backup", text(&room.at("backup"))]] {
        refused(&data, arguments, "written by a newer Outlay (store version 99");
    }
    assert_eq!(fs::read(&file).expect("the store"), before);
    assert!(!room.at("backup").exists());
}

/// The first start makes the schema: killed at any point, the next start goes on.
#[tokio::test]
async fn r16_a_first_start_that_is_killed_is_no_harm() {
    let room = Room::new();
    let data = room.at("data");
    for round in 0..12_u64 {
        if round % 4 == 0 {
            drop(fs::remove_dir_all(&data));
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_outlay"))
            .args(["serve", "--addr", "127.0.0.1:0"])
            .env_clear()
            .envs(cli_env(&data))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        thread::sleep(Duration::from_millis(8 * (round + 1)));
        child.kill().expect("kill -9");
        child.wait().expect("an end");
    }
    let server = Server::with(&[("OUTLAY_DATA_DIR", text(&data))]).await;
    server.setup_admin().await;
    content(&done(&data, &["doctor"]));
    drop(server);
    assert_eq!(names(&data), ["keys.json", "outlay.db"]);
}

/// Run once for each release that changes the schema, and kept.
#[tokio::test]
#[ignore = "writes tests/ops/fixtures for the present version"]
async fn write_the_fixtures() {
    let (mut server, _ana) = lived_in().await;
    let data = server.data_dir();
    server.signal("TERM");
    server.ended(Duration::from_secs(10)).await;
    let c = rusqlite::Connection::open(data.join("outlay.db")).expect("the store");
    c.execute_batch("DELETE FROM sessions; DELETE FROM imports WHERE preview;").expect("what ages is gone");
    drop(c);
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ops/fixtures");
    fs::copy(data.join("outlay.db"), fixtures.join("store-v8.db")).expect("the store");
    fs::write(fixtures.join("store-v8.content"), content(&done(&data, &["doctor"])) + "\n").expect("its content");
}
