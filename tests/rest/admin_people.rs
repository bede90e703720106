//! Inviting, letting in again, deleting and restoring; what is looked at, and who did what.

use crate::{
    common::{PASSWORD, Program, Server},
    kit::{all, ana, fund, person, problem, refused, spend, text, with_admin},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn named(admin: &Program, username: &str) -> Value {
    let everybody = all(admin, "/api/v1/admin/users").await;
    everybody.into_iter().find(|p| p["username"] == username).expect("a person")
}
fn place(person: &Value) -> String {
    format!("/api/v1/admin/users/{}", text(&person["id"]))
}
async fn bare(program: &Program, path: &str, key: Option<&str>) -> (u16, Value) {
    let request = program.request(Method::POST, path);
    let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
    Program::answer(request).await
}
async fn sign_up(server: &Server, body: Value) -> (u16, Value) {
    Program::answer(server.visitor().json(Method::POST, "/api/v1/users", &body)).await
}
fn token_of(link: &Value) -> String {
    text(&link["url"]).rsplit('/').next().expect("a token").to_owned()
}
async fn summaries(program: &Program) -> Vec<String> {
    all(program, "/api/v1/journal").await.iter().map(|e| text(&e["summary"])).collect()
}

#[tokio::test]
async fn s08_people_join_by_an_invitation_once() {
    let server = Server::with(&[("OUTLAY_SIGN_UP", "invite")]).await;
    with_admin(&server);
    let admin = server.program_of("admin").await;
    let (status, link) = bare(&admin, "/api/v1/admin/invites", Some("k1")).await;
    assert_eq!(status, 201, "{link}");
    assert!(text(&link["url"]).starts_with(&format!("{}/register/", server.url)), "{link}");
    assert!(text(&link["expires_at"]) > text(&admin.get("/api/v1/me").await.1["created_at"]));
    problem(bare(&admin, "/api/v1/admin/invites", Some("k1")).await, 409, "already_done");
    let token = token_of(&link);
    problem(sign_up(&server, json!({"username": "eva", "password": PASSWORD})).await, 403, "sign_up_closed");
    problem(sign_up(&server, json!({"username": "eva", "password": PASSWORD, "invite": "x"})).await, 404, "not_found");
    let page = server.visitor().get(&format!("/register/{token}")).await.text().await.expect("a page");
    assert!(page.contains("Create an account"), "{page}");
    let (status, made) = sign_up(&server, json!({"username": "eva", "password": PASSWORD, "invite": token})).await;
    assert_eq!((status, &made["role"]), (201, &json!("user")), "{made}");
    problem(sign_up(&server, json!({"username": "fay", "password": PASSWORD, "invite": token})).await, 404, "not_found");
    let page = server.visitor().get(&format!("/register/{token}")).await.text().await.expect("a page");
    assert!(page.contains("not valid any more"), "{page}");
    let log = server.log();
    assert!(!log.contains(&token), "S58: the token is in the log");
    assert!(log.contains("event=\"user_invited\""), "{log}");
}

#[tokio::test]
async fn nobody_is_invited_while_sign_up_is_closed() {
    let server = Server::with(&[("OUTLAY_SIGN_UP", "closed"), ("OUTLAY_LIMIT_INVITE_LIFE", "1")]).await;
    with_admin(&server);
    let admin = server.program_of("admin").await;
    problem(bare(&admin, "/api/v1/admin/invites", None).await, 403, "sign_up_closed");
    let settings = admin.get("/api/v1/admin/settings").await.1;
    assert_eq!(settings, json!({"sign_up": "closed", "sign_up_fixed": true, "deleted_kept_days": 30}));
    let open = json!({"sign_up": "open"});
    assert_eq!(refused(admin.patch("/api/v1/admin/settings", &open).await, "sign_up"), "fixed");
}

#[tokio::test]
async fn settings_are_changed_by_admins() {
    let server = Server::with(&[("OUTLAY_SIGN_UP", "")]).await;
    with_admin(&server);
    let admin = server.program_of("admin").await;
    assert_eq!(admin.get("/api/v1/admin/settings").await.1["sign_up"], "closed");
    problem(sign_up(&server, json!({"username": "eva", "password": PASSWORD})).await, 403, "sign_up_closed");
    let change = json!({"sign_up": "open", "deleted_kept_days": 3});
    let (status, settings) = admin.patch("/api/v1/admin/settings", &change).await;
    assert_eq!((status, settings), (200, json!({"sign_up": "open", "sign_up_fixed": false, "deleted_kept_days": 3})));
    assert_eq!(sign_up(&server, json!({"username": "eva", "password": PASSWORD})).await.0, 201);
    for (wrong, name) in [
        (json!({"sign_up": "yes"}), "sign_up"),
        (json!({"deleted_kept_days": 366}), "deleted_kept_days"),
        (json!({"deleted_kept_days": -1}), "deleted_kept_days"),
    ] {
        refused(admin.patch("/api/v1/admin/settings", &wrong).await, name);
    }
}

#[tokio::test]
async fn s08_s16_a_reset_link_lets_in_again_and_ends_everything_else() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let browser = server.sign_in("ana").await;
    let script = server.program(&server.personal_token("ana", "read").await);
    let of_ana = named(&admin, "ana").await;
    let path = format!("{}/reset-link", place(&of_ana));
    let (status, first) = bare(&admin, &path, None).await;
    assert_eq!(status, 201, "{first}");
    let (_, second) = bare(&admin, &path, Some("k1")).await;
    problem(bare(&admin, &path, Some("k1")).await, 409, "already_done");
    let (dead, token) = (token_of(&first), token_of(&second));
    let visitor = server.visitor();
    let page = visitor.get(&format!("/reset/{token}")).await.text().await.expect("a page");
    assert!(page.contains("who signs in as ana"), "{page}");
    let new = "another walk along the river";
    let reset = async |token: &str, password: &str| {
        let form = [("token", token), ("new_password", password)];
        visitor.form(&format!("/reset/{token}"), "/api/page/session/reset-password", &form).await
    };
    // Without JavaScript: a refusal leads back to the page, and leaves the link as it was.
    let answer = reset(&token, "short").await;
    assert_eq!((answer.status().as_u16(), crate::common::location(&answer)), (303, format!("/reset/{token}").as_str()));
    let page = visitor.get(&format!("/reset/{token}")).await.text().await.expect("a page");
    assert!(page.contains("at least 8 characters"), "{page}");
    reset(&dead, new).await;
    assert_eq!(ana.get("/api/v1/me").await.0, 200, "the older link is dead");
    let answer = reset(&token, new).await;
    assert_eq!((answer.status().as_u16(), crate::common::location(&answer)), (303, "/sign-in"));
    problem(ana.get("/api/v1/me").await, 401, "invalid_token");
    assert_ne!(browser.get("/").await.status(), 200);
    assert_eq!(script.get("/api/v1/me").await.0, 200, "personal access tokens stay (S16)");
    let signed_in = server.visitor().call("/api/page/session/sign-in", &[("username", "ana"), ("password", new)]).await;
    assert_eq!(signed_in.status(), 200);
    let page = visitor.get(&format!("/reset/{token}")).await.text().await.expect("a page");
    assert!(page.contains("not valid any more"), "{page}");
    let told = summaries(&script).await;
    assert_eq!(
        told[..3],
        ["Chose a new password by a link", "Made a link to choose a new password", "Made a link to choose a new password"]
    );
    let myself = format!("/api/v1/admin/users/{}/reset-link", text(&admin.get("/api/v1/me").await.1["id"]));
    assert_eq!(refused(bare(&admin, &myself, None).await, "id"), "yourself");
    let log = server.log();
    assert!(!log.contains(&token) && !log.contains(&dead) && !log.contains(new), "S58: a secret is in the log");
}

#[tokio::test]
async fn s08_a_link_ends_by_itself() {
    let server = Server::with(&[("OUTLAY_LIMIT_RESET_LIFE", "1")]).await;
    with_admin(&server);
    person(&server, "ana").await;
    let admin = server.program_of("admin").await;
    let (_, link) = bare(&admin, &format!("{}/reset-link", place(&named(&admin, "ana").await)), None).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let page = server.visitor().get(&format!("/reset/{}", token_of(&link))).await.text().await.expect("a page");
    assert!(page.contains("not valid any more"), "{page}");
}

#[tokio::test]
async fn the_command_line_lists_people_and_lets_them_in_again() {
    let (server, _) = ana().await;
    let (status, out, err) = server.cli(&["admin", "list"], "");
    assert!(status.success() && out.lines().count() == 2 && out.contains("admin "), "{out}{err}");
    let (status, out, err) = server.cli(&["admin", "reset", "ana"], "");
    assert!(status.success() && out.contains("/reset/"), "{out}{err}");
    let token = out.lines().next().and_then(|line| line.rsplit('/').next()).expect("a token").to_owned();
    let form = [("token", token.as_str()), ("new_password", "another walk along the river")];
    assert_eq!(server.visitor().call("/api/page/session/reset-password", &form).await.status(), 200);
    let (status, _, err) = server.cli(&["admin", "reset", "nobody"], "");
    assert!(!status.success() && err.contains("no user"), "{err}");
}

#[tokio::test]
async fn s13_s16_somebody_deleted_is_out_at_once_and_can_be_restored() {
    let (server, ana) = ana().await;
    fund(&ana, "50.00").await;
    let lunch = spend(&ana, "5.00", "Lunch", "2026-11-20").await;
    let admin = server.program_of("admin").await;
    let script = server.program(&server.personal_token("ana", "read").await);
    let of_ana = named(&admin, "ana").await;
    let stale = admin.request(Method::DELETE, &place(&of_ana)).header("if-match", "\"9\"");
    problem(Program::answer(stale).await, 409, "version_conflict");
    assert_eq!(admin.delete(&place(&of_ana)).await.0, 204);
    for program in [&ana, &script] {
        problem(program.get("/api/v1/me").await, 401, "invalid_token");
    }
    problem(admin.get(&place(&of_ana)).await, 404, "not_found");
    problem(admin.delete(&place(&of_ana)).await, 404, "not_found");
    server.assert_sound();
    let gone = all(&admin, "/api/v1/admin/deleted-users").await;
    assert_eq!((gone.len(), &gone[0]["username"], &gone[0]["expenses"]), (1, &json!("ana"), &json!(1)));
    assert!(text(&gone[0]["kept_until"]) > text(&gone[0]["deleted_at"]));

    // S13: the name is free, and whoever takes it has nothing of hers.
    let twin = person(&server, "ana").await;
    for program in [&ana, &script] {
        problem(program.get("/api/v1/me").await, 401, "invalid_token");
    }
    assert_eq!(all(&twin, "/api/v1/expenses").await.len(), 0);
    let back = format!("/api/v1/admin/deleted-users/{}/restore", text(&of_ana["id"]));
    problem(admin.post(&back, &json!({})).await, 409, "duplicate_name");
    refused(admin.post(&back, &json!({"username": "A"})).await, "username");
    let (status, restored) = admin.post(&back, &json!({"username": "ana-again"})).await;
    assert_eq!((status, &restored["username"], &restored["id"]), (200, &json!("ana-again"), &of_ana["id"]), "{restored}");
    problem(script.get("/api/v1/me").await, 401, "invalid_token");
    let again = server.program_of("ana-again").await;
    assert_eq!(again.get("/api/v1/me").await.1["balance"], "45.00");
    assert_eq!(all(&again, "/api/v1/expenses").await[0]["id"], lunch["id"]);
    assert_eq!(summaries(&again).await[0], "Restored");
    problem(admin.post(&back, &json!({})).await, 404, "not_found");
    server.assert_sound();
}

#[tokio::test]
async fn s38_the_last_admin_is_not_deleted() {
    let (server, _) = ana().await;
    let admin = server.program_of("admin").await;
    problem(admin.delete(&place(&named(&admin, "admin").await)).await, 409, "last_admin");
    let account = server.program(&server.access_token("admin", "account").await);
    problem(account.post("/api/v1/me/leave", &json!({"current_password": PASSWORD})).await, 409, "last_admin");
}

#[tokio::test]
async fn deleted_people_are_gone_for_good_after_their_time() {
    let (server, ana) = ana().await;
    fund(&ana, "50.00").await;
    spend(&ana, "5.00", "Lunch", "2026-11-20").await;
    let admin = server.program_of("admin").await;
    assert_eq!(admin.patch("/api/v1/admin/settings", &json!({"deleted_kept_days": 0})).await.0, 200);
    let of_ana = named(&admin, "ana").await;
    assert_eq!(admin.delete(&place(&of_ana)).await.0, 204);
    let server = server.restart().await;
    let admin = server.program_of("admin").await;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !all(&admin, "/api/v1/admin/deleted-users").await.is_empty() || !server.log().contains("user_purged") {
        assert!(std::time::Instant::now() < until, "{}", server.log());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let (status, out, _) = server.cli(&["doctor"], "");
    assert!(status.success() && out.contains("Looked at 1 users, 0 expenses, 0 funds"), "{out}");
    let back = format!("/api/v1/admin/deleted-users/{}/restore", text(&of_ana["id"]));
    problem(admin.post(&back, &json!({})).await, 404, "not_found");
}

#[tokio::test]
async fn who_leaves_comes_back_by_signing_in() {
    let (server, ana) = ana().await;
    let script = server.program(&server.personal_token("ana", "read").await);
    let account = server.program(&server.access_token("ana", "account").await);
    let admin = server.program_of("admin").await;
    refused(account.post("/api/v1/me/leave", &json!({"current_password": "not mine at all"})).await, "current_password");
    assert_eq!(account.post("/api/v1/me/leave", &json!({"current_password": PASSWORD})).await.0, 204);
    for program in [&ana, &script, &account] {
        problem(program.get("/api/v1/me").await, 401, "invalid_token");
    }
    assert!(named(&admin, "ana").await["leaves_at"].is_string());
    let back = server.program_of("ana").await;
    assert!(named(&admin, "ana").await["leaves_at"].is_null());
    assert_eq!(summaries(&back).await[0], "Came back, and stays");
    problem(script.get("/api/v1/me").await, 401, "invalid_token");
}

#[tokio::test]
async fn s40_an_admin_who_looks_is_seen_by_whom_they_look_at() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    for n in 1..=5 {
        spend(&ana, &format!("{n}.00"), "Lunch", "2026-11-20").await;
    }
    spend(&bob, "7.00", "Tea", "2026-11-21").await;
    let admin = server.program_of("admin").await;
    spend(&admin, "1.00", "Own", "2026-11-21").await;
    let of_ana = text(&named(&admin, "ana").await["id"]);
    let looked =
        async |program: &Program| summaries(program).await.into_iter().filter(|s| s.starts_with("Looked")).collect::<Vec<_>>();
    let (status, page) = admin.get(&format!("/api/v1/admin/expenses?user_id={of_ana}&min=2.00&limit=3")).await;
    assert_eq!((status, &page["total"]), (200, &json!({"count": 4, "sum": "14.00"})), "{page}");
    let items = page["items"].as_array().expect("items");
    assert!(items.len() == 3 && items.iter().all(|e| e["username"] == "ana" && e["user_id"] == json!(of_ana)), "{page}");
    assert_eq!((looked(&ana).await, looked(&bob).await.len()), (vec!["Looked at 3 expenses".to_owned()], 0));
    for limit in [1, 2, 50] {
        let everybodys = all(&admin, &format!("/api/v1/admin/expenses?limit={limit}")).await;
        let whose: Vec<_> = everybodys.iter().map(|e| text(&e["username"])).collect();
        assert_eq!(whose, ["admin", "ana", "ana", "ana", "ana", "ana", "bob"]);
    }
    assert_eq!(all(&admin, "/api/v1/admin/expenses?q=tea").await.len(), 1);
    assert_eq!(looked(&bob).await.len(), 4);
    assert_eq!(looked(&admin).await.len(), 0, "one's own need no word");
    problem(ana.get("/api/v1/admin/expenses").await, 403, "forbidden");
    refused(admin.get("/api/v1/admin/expenses?user_id=x").await, "user_id");
    let nobody = "019a0000-0000-7000-8000-000000000000";
    problem(admin.get(&format!("/api/v1/admin/expenses?user_id={nobody}")).await, 404, "not_found");
    problem(admin.get("/api/v1/admin/expenses?owner=x").await, 422, "unknown_field");
}

#[tokio::test]
async fn what_an_admin_changes_the_owner_sees_and_undoes() {
    let (server, ana) = ana().await;
    fund(&ana, "20.00").await;
    let lunch = spend(&ana, "5.00", "Lunch", "2026-11-20").await;
    let admin = server.program_of("admin").await;
    let path = format!("/api/v1/admin/expenses/{}", text(&lunch["id"]));
    let (status, seen) = admin.get(&path).await;
    assert_eq!((status, &seen["what"], &seen["username"]), (200, &json!("Lunch"), &json!("ana")));
    let raised = problem(admin.patch(&path, &json!({"amount": "30.00"})).await, 409, "insufficient_funds");
    assert!(raised["balance"].is_null() && raised["short_by"].is_null(), "S40: {raised}");
    let (status, changed) = admin.patch(&path, &json!({"amount": "6.00", "note": "as on the bill"})).await;
    assert_eq!((status, &changed["amount"], &changed["version"]), (200, &json!("6.00"), &json!(2)), "{changed}");
    assert!(changed["balance"].is_null(), "S40: {changed}");
    assert_eq!(ana.get("/api/v1/me").await.1["balance"], "14.00");
    let newest = async || all(&ana, "/api/v1/journal").await.remove(0);
    let undo = async |entry: &Value| bare(&ana, &format!("/api/v1/journal/{}/undo", entry["seq"]), None).await.0;
    assert_eq!(undo(&newest().await).await, 200);
    assert_eq!(admin.delete(&path).await.0, 204);
    problem(admin.get(&path).await, 404, "not_found");
    problem(admin.delete(&path).await, 404, "not_found");
    problem(ana.delete(&path).await, 403, "forbidden");
    let entry = newest().await;
    assert_eq!((&entry["command"], &entry["actor"]), (&json!("delete_expense_of"), &json!("admin")));
    assert_eq!(undo(&entry).await, 200);
    let (_, now) = ana.get(&format!("/api/v1/expenses/{}", text(&lunch["id"]))).await;
    assert_eq!((&now["amount"], &now["note"]), (&json!("5.00"), &Value::Null));
    server.assert_sound();
}

#[tokio::test]
async fn s57_the_audit_log_says_who_did_what_and_not_on_what_they_spent() {
    let (server, ana) = ana().await;
    fund(&ana, "20.00").await;
    spend(&ana, "5.00", "Secret lunch", "2026-11-20").await;
    let admin = server.program_of("admin").await;
    let of_ana = named(&admin, "ana").await;
    assert_eq!(admin.patch(&place(&of_ana), &json!({"role": "admin"})).await.0, 200);
    assert_eq!(admin.post("/api/v1/categories", &json!({"name": "Pets"})).await.0, 201);
    let lines = async |query: &str| {
        let rows = all(&admin, &format!("/api/v1/admin/journal?{query}")).await;
        rows.iter().map(|e| format!("{} {} {}", text(&e["actor"]), text(&e["command"]), text(&e["username"]))).collect::<Vec<_>>()
    };
    let everything = [
        "admin add_category admin",
        "admin change_user ana",
        "admin authn_login_success admin",
        "ana record_expense ana",
        "ana add_funds ana",
    ];
    for limit in [1, 3, 50] {
        assert_eq!(lines(&format!("limit={limit}")).await[..5], everything);
    }
    let id = text(&of_ana["id"]);
    for (query, expected) in [
        (format!("user_id={id}&command=change_user"), &everything[1..2]),
        ("user=ana&actor=admin".to_owned(), &everything[1..2]),
        ("command=record_expense".to_owned(), &everything[3..4]),
        ("actor=admin&command=authn_login_success".to_owned(), &everything[2..3]),
        ("user=admin&kind=security".to_owned(), &everything[2..3]),
        ("kind=funds".to_owned(), &everything[4..5]),
        ("actor=nobody".to_owned(), &[]),
        ("kind=funds&command=record_expense".to_owned(), &[]),
        ("from=2020-01-01&to=2020-12-31".to_owned(), &[]),
    ] {
        assert_eq!(lines(&query).await, expected, "{query}");
    }
    for limit in [1, 2, 50] {
        let by_admin = lines(&format!("actor=admin&limit={limit}")).await;
        assert_eq!(by_admin[..3], everything[..3], "their own journal, others', and what happened");
        assert_eq!(by_admin.len(), 4);
    }
    let all = all(&admin, "/api/v1/admin/journal").await;
    assert!(!json!(all).to_string().contains("Secret lunch"), "S40");
    assert!(all.iter().any(|e| e["summary"] == "Added an expense"));
    for (query, name) in
        [("command=nothing", "command"), ("kind=x", "kind"), ("user_id=x", "user_id"), ("from=2026-13-01", "from")]
    {
        refused(admin.get(&format!("/api/v1/admin/journal?{query}")).await, name);
    }
    let browser = server.sign_in("admin").await;
    // It is written beside the request.
    for _ in 0..250 {
        if lines("actor=admin&kind=security").await.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let file = browser.get("/admin/audit/export?actor=admin").await;
    assert_eq!(file.status(), 200);
    assert!(file.headers()["content-disposition"].to_str().expect("text").contains("outlay-audit-"), "a file");
    let text = file.text().await.expect("text");
    // That the file was asked for is written beside it, and may be in it.
    let rows: Vec<&str> = text.lines().filter(|row| !row.contains("data_export")).collect();
    assert!(rows[0].starts_with("When,Who,Whose account,Command,What,From,Number") && rows.len() == 6, "{text}");
    assert_eq!(server.sign_in("ana").await.get("/admin/audit/export").await.status(), 200, "an admin by now");
    person(&server, "bob").await;
    assert_eq!(server.sign_in("bob").await.get("/admin/audit/export").await.status(), 404);
}

#[tokio::test]
async fn categories_have_an_order() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let listed = all(&ana, "/api/v1/categories").await;
    assert!(listed.iter().all(|c| c["position"] == 0));
    let mut ids: Vec<String> = listed.iter().map(|c| text(&c["id"])).collect();
    ids.rotate_left(1);
    let put = async |program: &Program, ids: &[String]| {
        Program::answer(program.request(Method::PUT, "/api/v1/categories/order").json(&json!({"ids": ids}))).await
    };
    problem(put(&ana, &ids).await, 403, "forbidden");
    let (status, answer) = put(&admin, &ids).await;
    assert_eq!(status, 200, "{answer}");
    let now = all(&ana, "/api/v1/categories").await;
    assert_eq!(now.iter().map(|c| text(&c["id"])).collect::<Vec<_>>(), ids);
    assert_eq!((&now[0]["position"], &now[1]["position"]), (&json!(1), &json!(2)));
    problem(put(&admin, &ids[1..]).await, 409, "version_conflict");
    refused(put(&admin, &["x".to_owned()]).await, "ids");
}
