//! `outlay backup`: one private file, checked before it is there.

use crate::kit::{Room, content, done, lived_in, names, outlay, refused, text};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::{fs, io::Read, os::unix::fs::PermissionsExt, time::Duration};

#[tokio::test]
async fn s59_a_backup_is_private_checked_and_alone() {
    let (server, _ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let mut expected = names(&data);
    expected.push("last-backup.json".to_owned());
    expected.sort();
    let file = room.at("money.outlay");
    let said = done(&data, &["backup", text(&file)]);
    assert!(said.contains("Backed up to") && said.contains("restored for a check"), "{said}");
    assert_eq!(content(&said), content(&done(&data, &["doctor"])), "nothing was written meanwhile");
    assert_eq!(fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o600);
    assert_eq!(names(file.parent().expect("a directory")), ["money.outlay"], "no draft is left");
    assert_eq!(names(&data), expected, "no scratch is left, only the word that it was made");
    let noted: Value = serde_json::from_slice(&fs::read(data.join("last-backup.json")).expect("a note")).expect("JSON");
    assert_eq!((noted["file"].as_str(), noted["sound"].as_bool()), (Some(text(&file)), Some(true)), "{noted}");
    assert_eq!(noted["bytes"].as_u64(), Some(fs::metadata(&file).expect("the file").len()));
    let mode = fs::metadata(data.join("last-backup.json")).expect("the note").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn s59_a_backup_overwrites_nothing_and_follows_no_link() {
    let (server, _ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let (file, link, aim) = (room.at("there"), room.at("link"), room.at("aim"));
    fs::write(&file, "somebody's own").expect("written");
    std::os::unix::fs::symlink(&aim, &link).expect("a link");
    refused(&data, &["backup", text(&file)], "is there already");
    refused(&data, &["backup", text(&link)], "is there already");
    refused(&data, &["backup", text(&room.at("no/such/place"))], "cannot be written");
    assert_eq!(fs::read_to_string(&file).expect("the file"), "somebody's own");
    assert_eq!(names(file.parent().expect("a directory")), ["link", "there"]);
}

#[tokio::test]
async fn s59_the_key_that_signs_is_not_in_a_backup() {
    let (server, _ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let file = room.at("backup");
    done(&data, &["backup", text(&file)]);
    let mut lines = String::new();
    GzDecoder::new(fs::File::open(&file).expect("the file")).read_to_string(&mut lines).expect("gzip of text");
    let keys: serde_json::Value = serde_json::from_slice(&fs::read(data.join("keys.json")).expect("keys")).expect("JSON");
    let secret = keys["keys"][0]["secret"].as_str().expect("a secret");
    assert!(!lines.contains(secret));
    for there in ["\"ana\"", "Čaj", "$argon2id$", "\"entry\"", "\"fingerprint\""] {
        assert!(lines.contains(there), "no {there}");
    }
}

#[tokio::test]
async fn what_a_killed_server_acknowledged_is_in_a_backup() {
    let (mut server, _ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let before = content(&done(&data, &["doctor"]));
    server.signal("KILL");
    server.ended(Duration::from_secs(10)).await;
    assert!(fs::metadata(data.join("outlay.db-wal")).expect("the log").len() > 0, "all of it is still in the log");
    assert_eq!(content(&done(&data, &["backup", text(&room.at("backup"))])), before);
}

#[test]
fn without_a_store_there_is_nothing_to_back_up() {
    let room = Room::new();
    let (code, _, err) = outlay(&room.at("data"), &["backup", text(&room.at("backup"))]);
    assert!(code == Some(1) && err.contains("there is no store"), "{err}");
    assert!(!room.at("data").exists() && !room.at("backup").exists());
}
