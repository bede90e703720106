//! S56, S58: what the operator can see, and what nobody may.

use crate::{
    common::{PASSWORD, Server, cli, cli_env},
    kit::{is_signed_in, session_cookie, token_endpoint, try_sign_in},
};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

#[tokio::test]
async fn s56_the_key_is_private_stays_and_differs_between_servers() {
    let (one, two) = (Server::start().await, Server::start().await);
    let key = |server: &Server| std::fs::read_to_string(server.data_dir().join("keys.json")).expect("the key file");
    let before = key(&one);
    assert_ne!(before, key(&two));
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("metadata").mode() & 0o777;
    assert_eq!((mode(&one.data_dir()), mode(&one.data_dir().join("keys.json"))), (0o700, 0o600));
    one.create_user("ana").await;
    let cookie = session_cookie(&one, "ana").await;
    let one = one.restart().await;
    assert_eq!(key(&one), before);
    assert!(is_signed_in(&one, &cookie).await);
    let command_line = std::fs::read_to_string(format!("/proc/{}/cmdline", one.pid())).expect("Linux");
    let secret: serde_json::Value = serde_json::from_str(&before).expect("JSON");
    let secret = secret["keys"][0]["secret"].as_str().expect("a secret");
    assert!(!command_line.contains(secret) && !one.log().contains(secret));
}

#[tokio::test]
async fn s56_a_rotated_key_signs_and_the_one_before_verifies() {
    let server = Server::start().await;
    server.create_user("ana").await;
    let old = session_cookie(&server, "ana").await;
    let rotate = |server: &Server| assert!(server.cli(&["keys", "rotate"], "").0.success());
    rotate(&server);
    let server = server.restart().await;
    let new = session_cookie(&server, "ana").await;
    assert_ne!(old.split('.').next(), new.split('.').next(), "another kid");
    assert!(is_signed_in(&server, &old).await && is_signed_in(&server, &new).await);
    rotate(&server);
    let server = server.restart().await;
    assert!(!is_signed_in(&server, &old).await && is_signed_in(&server, &new).await);
}

#[tokio::test]
async fn s56_a_key_that_others_can_read_stops_the_start() {
    let home = tempfile::tempdir().expect("a directory");
    let data = home.path().join("data");
    let mut env = cli_env(&data);
    env.push(("OUTLAY_ADDR".to_owned(), "127.0.0.1:0".to_owned()));
    let (status, _, err) = cli(&env, &["admin", "create", "root", "--password-stdin"], PASSWORD);
    assert!(status.success(), "{err}");
    std::fs::set_permissions(data.join("keys.json"), std::fs::Permissions::from_mode(0o644)).expect("chmod");
    let (status, _, err) = cli(&env, &["serve"], "");
    assert_eq!(status.code(), Some(1));
    assert!(err.contains("keys.json") && err.contains("chmod 600"), "{err}");
}

#[tokio::test]
async fn s57_s58_events_are_logged_and_secrets_are_not() {
    let server = Server::start().await;
    let wrong = "canary-wrong-password";
    let typed_as_name = "canary-password-as-name";
    server.create_user("ana").await;
    let cookie = session_cookie(&server, "ana").await;
    assert_eq!(try_sign_in(&server, "ana", wrong).await.status(), 401);
    for _ in 0..6 {
        drop(try_sign_in(&server, typed_as_name, wrong).await);
    }
    let form = [("grant_type", "password"), ("username", "ana"), ("password", PASSWORD), ("scope", "account")];
    let (_, granted) = token_endpoint(&server, &form).await;
    let pat = server.personal_token("ana", "read").await;
    assert_eq!(server.program(&pat).get("/api/v1/me").await.0, 200);
    for event in ["user_created", "authn_login_success", "authn_login_fail", "authn_login_lock", "authn_token_created"] {
        server.wait_for(event).await;
    }
    let log = server.log();
    let refresh = granted["refresh_token"].as_str().expect("a token");
    let access = granted["access_token"].as_str().expect("a token");
    for secret in [PASSWORD, wrong, typed_as_name, &cookie, &pat, refresh, access, "$argon2id$"] {
        assert!(!log.contains(secret), "{secret}");
    }
}
