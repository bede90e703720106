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

/// What somebody may not, whatever way they ask; what another site sends; and what goes out: with whom, what, from where.
#[tokio::test]
async fn s57_refusals_and_exports_are_in_the_audit_log_once() {
    let server = Server::start().await;
    let browser = server.setup_admin().await;
    let admin = server.program_of("admin").await;
    let ana = server.user("ana").await;
    let reads = server.program(&server.personal_token("ana", "read").await);
    let rows = async |query: &str, expected: usize| {
        lines(&admin, query, expected).await;
        all(&admin, &format!("/api/v1/admin/journal?{query}")).await
    };
    let summaries = |rows: &[Value]| rows.iter().map(|row| row["summary"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>();

    // A page, a file, a function called and one posted as a form, and programs without the role or the scope.
    let page = ana.get("/admin/users").await;
    assert_eq!(page.status(), 404);
    let id = page.headers()["x-request-id"].to_str().expect("an id").to_owned();
    assert_eq!(ana.get("/admin/audit/export").await.status(), 404);
    assert_eq!(ana.call("/api/page/programs/list", &[]).await.status(), 403);
    assert_eq!(ana.form("/settings", "/api/page/programs/remove", &[("program", "x")]).await.status(), 303);
    assert_eq!(reads.get("/api/v1/admin/users").await.0, 403);
    assert_eq!(reads.delete("/api/v1/expenses/019a0000-0000-7000-8000-000000000000").await.0, 403);
    // What is not there, or not signed in, is no such thing.
    assert_eq!(ana.get("/admin/nothing").await.status(), 404);
    assert_eq!(server.visitor().call("/api/page/programs/list", &[]).await.status(), 401);
    let denied = rows("command=authz_fail", 6).await;
    let asked = [
        "DELETE /api/v1/expenses/{id}",
        "GET /api/v1/admin/users",
        "POST /api/page/programs/remove",
        "POST /api/page/programs/list",
        "GET /admin/audit/export",
        "GET /admin/users",
    ];
    assert_eq!(summaries(&denied), asked.map(|asked| format!("Asked for what they may not: {asked}, from 127.0.0.1")));
    assert!(denied.iter().all(|row| row["actor"] == "ana" && row["username"] == "ana"), "{denied:?}");
    assert_eq!(denied.iter().map(|row| row["via"].as_str().unwrap_or("-")).collect::<Vec<_>>()[..3], ["api", "api", "page"]);
    assert_eq!(denied[5]["request_id"], json!(id));
    assert_eq!(
        server.log().lines().filter(|line| line.contains("authz_fail") && line.contains(&id)).count(),
        1,
        "and in the log"
    );

    // Another site, with somebody's cookie and without one; with a cookie and no word of where it comes from.
    let known = format!("{}/api/page/profile/known", server.url);
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("x-nothing", "")] {
        assert_eq!(ana.http.post(&known).header(name, value).send().await.expect("an answer").status(), 403, "{name}");
    }
    let foreign = server.visitor().http.post(&known).header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.expect("an answer").status(), 403);
    let refused = rows("command=malicious_csrf", 4).await;
    let of =
        |by: &str| format!("Another site sent a request, which was refused: POST /api/page/profile/known{by}, from 127.0.0.1");
    assert_eq!(summaries(&refused), [of(" by https://evil.example"), of(""), of(""), of(" by https://evil.example")]);
    let actors: Vec<_> = refused.iter().filter_map(|row| row["actor"].as_str()).collect();
    assert_eq!(actors, ["(unknown)", "ana", "ana", "ana"]);

    // What goes out; not what was refused.
    assert_eq!(ana.get("/export?format=csv").await.status(), 200);
    assert_eq!(ana.get("/export?format=odt").await.status(), 422);
    assert_eq!(ana.get("/reports/export").await.status(), 200);
    assert_eq!(ana.form("/expenses", "/export", &[("format", "csv"), ("all", "true"), ("count", "0")]).await.status(), 200);
    assert_eq!(reads.get("/api/v1/export").await.0, 200);
    assert_eq!(browser.get("/admin/audit/export").await.status(), 200);
    let exports = rows("command=data_export&user=ana", 4).await;
    let asked = ["GET /api/v1/export", "POST /export", "GET /reports/export", "GET /export"];
    assert_eq!(summaries(&exports), asked.map(|asked| format!("Downloaded data: {asked}, from 127.0.0.1")));
    assert_eq!(
        summaries(&rows("command=data_export&actor=admin", 1).await),
        ["Downloaded data: GET /admin/audit/export, from 127.0.0.1"]
    );
    server.assert_sound();
}

/// Whoever asks again and again does not fill the store, nor hide what others do.
#[tokio::test]
async fn s57_refusals_cannot_flood_the_audit_log() {
    let server = Server::start().await;
    server.setup_admin().await;
    let admin = server.program_of("admin").await;
    let (ana, bor) = (server.user("ana").await, server.user("bor").await);
    let known = format!("{}/api/page/profile/known", server.url);
    let visitor = server.visitor();
    for n in 0..200 {
        assert_eq!(ana.get("/admin").await.status(), 404, "{n}");
        assert_eq!(ana.get("/reports/export").await.status(), 200, "{n}");
        assert_eq!(
            visitor.http.post(&known).header("sec-fetch-site", "cross-site").send().await.expect("an answer").status(),
            403
        );
    }
    assert_eq!(bor.get("/admin").await.status(), 404);
    for (of_ana, least) in
        [("command=authz_fail&user=ana", 60), ("command=data_export&user=ana", 60), ("command=malicious_csrf", 120)]
    {
        let kept = lines(&admin, of_ana, least).await.len();
        assert!((least..least + 60).contains(&kept), "{kept} of 200 of {of_ana}");
    }
    assert_eq!(lines(&admin, "command=authz_fail&user=bor", 1).await, ["bor authz_fail"]);
    for (event, all) in [("authz_fail", 201), ("data_export", 200), ("malicious_csrf", 200)] {
        assert_eq!(server.log().matches(&format!("event=\"{event}\"")).count(), all, "the log has them all");
    }
}
