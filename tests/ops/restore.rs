//! `outlay restore`: with the server stopped, whole or not at all, the old store set aside.

use crate::{
    common::{Server, cli, cli_env},
    kit::{Room, content, done, lived_in, names, refused, text},
};
use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

#[tokio::test]
async fn s59_a_backup_comes_back_into_an_empty_directory() {
    let (server, ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let token = server.personal_token("ana", "read").await;
    let expected = ana.get("/api/v1/expenses").await.1;
    let (backup, new) = (room.at("backup"), room.at("new/deep"));
    let before = content(&done(&data, &["backup", text(&backup)]));
    let said = done(&new, &["restore", text(&backup)]);
    assert!(said.contains("Everybody signs in again"), "{said}");
    assert_eq!(content(&said), before);
    assert_eq!(names(&new), ["outlay.db"], "nothing is left beside it, and the key is not restored");
    content(&done(&new, &["doctor"]));

    let back = Server::with(&[("OUTLAY_DATA_DIR", text(&new))]).await;
    let script = back.program(&token);
    assert_eq!(script.get("/api/v1/expenses").await, (200, expected), "tokens of programs still hold");
    assert_eq!(back.program(&ana.token).get("/api/v1/expenses").await.0, 401, "a sign-in does not");
    back.sign_in("ana").await;
}

#[tokio::test]
async fn s59_a_running_server_is_not_restored_under() {
    let (server, ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let backup = room.at("backup");
    done(&data, &["backup", text(&backup)]);
    for arguments in [&["restore", text(&backup)][..], &["restore", "--replace", text(&backup)]] {
        refused(&data, arguments, "stop it first");
    }
    assert_eq!(ana.get("/api/v1/me").await.0, 200);
}

#[tokio::test]
async fn s59_a_store_that_is_there_is_set_aside_only_when_asked() {
    let (mut server, ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let backup = room.at("backup");
    let old = content(&done(&data, &["backup", text(&backup)]));
    let body = serde_json::json!({"amount": "1.00", "what": "Since the backup"});
    assert_eq!(ana.post("/api/v1/expenses", &body).await.0, 201);
    let newer = content(&done(&data, &["doctor"]));
    server.signal("TERM");
    server.ended(Duration::from_secs(10)).await;

    refused(&data, &["restore", text(&backup)], "--replace");
    assert_eq!(content(&done(&data, &["doctor"])), newer);
    let said = done(&data, &["restore", "--replace", text(&backup)]);
    assert_eq!(content(&said), old);
    let kept: Vec<_> = names(&data).into_iter().filter(|name| name.starts_with("replaced-")).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(said.contains(&kept[0]), "{said}");
    assert_eq!(content(&done(&data.join(&kept[0]), &["doctor"])), newer, "what was there is whole");
}

/// Killed at any point, the directory has the old store or the new one, and the next try works.
#[tokio::test]
async fn s59_a_restore_that_is_killed_leaves_a_whole_store() {
    let (server, _ana) = lived_in().await;
    let room = Room::new();
    let (backup, data) = (room.at("backup"), room.at("data"));
    let backed_up = content(&done(&server.data_dir(), &["backup", text(&backup)]));
    done(&data, &["restore", text(&backup)]);
    let now = content(&done(&data, &["doctor"]));
    assert_ne!(now, backed_up, "sign-ins were ended");
    for (round, signal) in ["KILL", "TERM", "KILL", "TERM", "KILL", "KILL"].into_iter().enumerate() {
        let mut child = Command::new(env!("CARGO_BIN_EXE_outlay"))
            .args(["restore", "--replace", text(&backup)])
            .env_clear()
            .envs(cli_env(&data))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        thread::sleep(Duration::from_millis(20 * (round as u64 + 1)));
        let killed = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().expect("kill");
        assert!(killed.success());
        child.wait().expect("an end");
        assert_eq!(content(&done(&data, &["doctor"])), now, "round {round}");
    }
    done(&data, &["restore", "--replace", text(&backup)]);
    assert!(names(&data).iter().all(|name| name == "outlay.db" || name.starts_with("replaced-")), "{:?}", names(&data));
}

/// A store whose balance is wrong is backed up as it is, said so, and comes back only when asked for.
#[tokio::test]
async fn s59_faults_are_told_and_not_lost() {
    let (mut server, _ana) = lived_in().await;
    server.signal("TERM");
    server.ended(Duration::from_secs(10)).await;
    let (room, data) = (Room::new(), server.data_dir());
    let c = rusqlite::Connection::open(data.join("outlay.db")).expect("the store");
    c.execute("UPDATE accounts SET balance = balance + 1 WHERE balance <> 0", []).expect("a fault");
    drop(c);
    let (backup, new) = (room.at("backup"), room.at("new"));
    let (status, out, _) = cli(&cli_env(&data), &["backup", text(&backup)], "");
    assert!(status.code() == Some(1) && out.contains("fault: account") && backup.exists(), "{out}");
    refused(&new, &["restore", text(&backup)], "--accept-faults");
    assert!(!new.join("outlay.db").exists());
    let (status, out, err) = cli(&cli_env(&new), &["restore", "--accept-faults", text(&backup)], "");
    assert!(status.code() == Some(1) && out.contains("fault: account") && fs::exists(new.join("outlay.db")).is_ok_and(|b| b));
    assert!(out.contains("Restored into"), "{out}{err}");
}
