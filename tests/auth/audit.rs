//! S57: what bears on security stands in the admin's audit log, once, with whom and from where; and nobody can change it.

use crate::{
    common::{PASSWORD, Program, Server, all},
    consent::{Client, register},
    factor::{STEP_TWO, turn_on},
    kit::{SIGN_IN, token_endpoint, try_sign_in},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Events of the audit log that a query asks for, once there are as many as expected: `ana authn_login_fail ana`.
async fn lines(admin: &Program, query: &str, expected: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let rows = all(admin, &format!("/api/v1/admin/journal?{query}")).await;
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or("-").to_owned();
        let found: Vec<_> = rows.iter().map(|row| format!("{} {}", text(row, "actor"), text(row, "command"))).collect();
        // They are written beside the request.
        if found.len() >= expected || began.elapsed() > Duration::from_secs(5) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn s57_each_act_is_in_the_audit_log_once() {
    let server = Server::start().await;
    server.setup_admin().await;
    let admin = server.program_of("admin").await;
    let mine = server.user("ana").await;
    let (_, codes) = turn_on(&mine).await;
    let id = register(&server, "Coffers", &["read"]).await;
    let program = Client::of(&server, &id).await;
    let code = program.answered(&mine, "read", "allow").await.expect("a code");
    assert_eq!(program.exchange(&code).await.0, 200);
    assert_eq!(program.exchange(&code).await.0, 400, "a code comes again");
    let waiting = server.visitor();
    waiting.call(SIGN_IN, &[("username", "ana"), ("password", PASSWORD)]).await;
    assert_eq!(waiting.call(STEP_TWO, &[("code", "000000")]).await.status(), 422);
    assert_eq!(waiting.call(STEP_TWO, &[("code", &codes[0])]).await.status(), 200);
    for typed in ["canary-password-as-name", "\u{1b}[31mana\nana"] {
        assert_eq!(try_sign_in(&server, typed, "wrong one here").await.status(), 401);
    }
    let link = "/api/page/session/reset-password";
    assert_eq!(server.visitor().call(link, &[("token", "x"), ("new_password", "x")]).await.status(), 404);

    let of_ana = [
        "ana authn_login_success",
        "ana authn_recovery_code_used",
        "ana authn_login_fail",
        "ana authn_token_reuse",
        "ana authn_grant_created",
        "ana authz_program_allowed",
        "ana authn_login_success",
    ];
    assert_eq!(lines(&admin, "kind=security&user=ana", of_ana.len()).await, of_ana);
    assert_eq!(lines(&admin, "kind=security&actor=ana&limit=2", of_ana.len()).await, of_ana, "a part at a time");
    assert_eq!(lines(&admin, "command=authn_token_reuse", 1).await, ["ana authn_token_reuse"]);
    let failed = lines(&admin, "command=authn_login_fail", 3).await;
    assert_eq!(failed, ["(unknown) authn_login_fail", "(unknown) authn_login_fail", "ana authn_login_fail"]);
    assert_eq!(lines(&admin, "command=authn_reset_link_fail", 1).await, ["(unknown) authn_reset_link_fail"]);
    assert_eq!(lines(&admin, "kind=security&user=ana&actor=admin", 0).await, [""; 0]);
    assert_eq!(lines(&admin, "kind=security&from=2020-01-01&to=2020-12-31", 0).await, [""; 0]);

    // Beside the changes, in the order of time.
    let everything = lines(&admin, "user=ana&limit=3", of_ana.len() + 1).await;
    let place = |line: &str| everything.iter().position(|other| other == line).unwrap_or_else(|| panic!("no {line}"));
    assert!(place("ana turn_on_factor") > place("ana authz_program_allowed"), "{everything:?}");
    assert!(place("ana authn_grant_created") < place("ana authz_program_allowed"), "{everything:?}");
    let rows = json!(all(&admin, "/api/v1/admin/journal?kind=security").await).to_string();
    assert!(rows.contains("Failed to sign in, from 127.0.0.1") && !rows.contains("canary") && !rows.contains("\\n"), "{rows}");

    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::POST] {
        assert_eq!(Program::answer(admin.request(method, "/api/v1/admin/journal")).await.0, 405);
    }
    server.create_user("bor").await;
    assert_eq!(server.program_of("bor").await.get("/api/v1/admin/journal?kind=security").await.0, 403);
    server.assert_sound();
}

/// Whoever guesses at names does not fill the store.
#[tokio::test]
async fn s57_failures_cannot_flood_the_audit_log() {
    let server = Server::start().await;
    server.setup_admin().await;
    let admin = server.program_of("admin").await;
    for n in 0..300 {
        let form = [("grant_type", "password"), ("username", &*format!("nobody{n}")), ("password", "wrong one here")];
        assert_eq!(token_endpoint(&server, &form).await.0, 400, "{n}");
    }
    let kept = lines(&admin, "command=authn_login_fail", 120).await.len();
    assert!((100..=200).contains(&kept), "{kept} of 300");
    assert_eq!(server.log().matches("event=\"authn_login_fail\"").count(), 300, "the log has them all");
}
