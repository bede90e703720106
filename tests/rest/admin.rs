//! `/admin/users`: who may, what it does, and what it must never do.

use crate::{
    common::{Program, Server},
    kit::{all, ana, fund, person, problem, refused, spend, text},
};
use reqwest::Method;
use serde_json::{Value, json};

fn place(person: &Value) -> String {
    format!("/api/v1/admin/users/{}", text(&person["id"]))
}

async fn named(admin: &Program, username: &str) -> Value {
    let everybody = all(admin, "/api/v1/admin/users").await;
    everybody.into_iter().find(|p| p["username"] == username).expect("a person")
}

async fn sign_out(admin: &Program, person: &Value) -> (u16, Value) {
    Program::answer(admin.request(Method::POST, &format!("{}/sign-out", place(person)))).await
}

#[tokio::test]
async fn people_are_listed_without_their_money() {
    let (server, ana) = ana().await;
    person(&server, "bob").await;
    fund(&ana, "5.00").await;
    let admin = server.program_of("admin").await;
    let everybody = all(&admin, "/api/v1/admin/users").await;
    let names: Vec<String> = everybody.iter().map(|p| text(&p["username"])).collect();
    assert_eq!(names, ["admin", "ana", "bob"]);
    let page = admin.get("/api/v1/admin/users?limit=2").await.1;
    assert_eq!((page["items"].as_array().map(Vec::len), page["next_cursor"].is_string()), (Some(2), true));
    let mut fields: Vec<&str> = everybody[1].as_object().expect("fields").keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "created_at",
            "display_name",
            "expenses",
            "id",
            "last_seen_at",
            "leaves_at",
            "role",
            "second_factor",
            "status",
            "username",
            "version"
        ]
    );
    assert_eq!(admin.get(&place(&everybody[1])).await, (200, everybody[1].clone()));
}

#[tokio::test]
async fn people_are_found_by_name_role_and_status() {
    let (server, ana) = ana().await;
    for name in ["bob", "bo.cene", "carl"] {
        person(&server, name).await;
    }
    spend(&ana, "5.00", "Lunch", "2026-11-20").await;
    spend(&ana, "5.00", "Dinner", "2026-10-20").await;
    let admin = server.program_of("admin").await;
    let bob = named(&admin, "bob").await;
    let change = json!({"display_name": "Čedomir Široki", "status": "disabled"});
    assert_eq!(admin.patch(&place(&bob), &change).await.0, 200);
    for (query, expected) in [
        ("q=bo", &["bo.cene", "bob"][..]),
        ("q=cene", &["bo.cene"]),
        ("q=CEDOM+siroki", &["bob"]),
        ("q=edomir", &[]),
        ("role=admin", &["admin"]),
        ("status=disabled", &["bob"]),
        ("status=active&q=bo", &["bo.cene"]),
    ] {
        for limit in [1, 50] {
            let found = all(&admin, &format!("/api/v1/admin/users?{query}&limit={limit}")).await;
            let names: Vec<String> = found.iter().map(|p| text(&p["username"])).collect();
            assert_eq!(names, expected, "{query}");
        }
    }
    let of_ana = named(&admin, "ana").await;
    assert_eq!(of_ana["expenses"], 2);
    assert!(text(&of_ana["last_seen_at"]) >= text(&of_ana["created_at"]), "{of_ana}");
    for (query, field) in [("role=root", "role"), ("status=gone", "status"), ("limit=0", "limit"), ("cursor=%3Cx", "cursor")] {
        refused(admin.get(&format!("/api/v1/admin/users?{query}")).await, field);
    }
    problem(admin.get("/api/v1/admin/users?name=x").await, 422, "unknown_field");
}

#[tokio::test]
async fn s33_s36_only_admins_with_the_scope() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let of_ana = named(&admin, "ana").await;
    let reading = server.program(&server.personal_token("admin", "read write import").await);
    for (program, code) in [(&ana, "forbidden"), (&reading, "insufficient_scope")] {
        problem(program.get("/api/v1/admin/users").await, 403, code);
        problem(program.get(&place(&of_ana)).await, 403, code);
        problem(program.patch(&place(&of_ana), &json!({"role": "admin"})).await, 403, code);
        problem(sign_out(program, &of_ana).await, 403, code);
    }
    assert_eq!(named(&admin, "ana").await, of_ana);
}

#[tokio::test]
async fn s37_a_new_role_is_in_force_on_the_next_request() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let of_ana = named(&admin, "ana").await;
    let (status, promoted) = admin.patch(&place(&of_ana), &json!({"role": "admin"})).await;
    assert_eq!((status, &promoted["role"], &promoted["version"]), (200, &json!("admin"), &json!(2)));
    let granted = server.program(&server.access_token("ana", "admin").await);
    assert_eq!(granted.get("/api/v1/admin/users").await.0, 200);
    assert_eq!(admin.patch(&place(&of_ana), &json!({"role": "user"})).await.0, 200);
    problem(granted.get("/api/v1/admin/users").await, 403, "forbidden");
    problem(granted.patch(&place(&of_ana), &json!({"role": "admin"})).await, 403, "forbidden");
    let told: Vec<String> = all(&ana, "/api/v1/journal").await.iter().take(2).map(|e| text(&e["summary"])).collect();
    assert_eq!(told, ["No longer an admin", "Made an admin"]);
}

#[tokio::test]
async fn s16_a_disabled_person_is_out_at_once() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let of_ana = named(&admin, "ana").await;
    let script = server.program(&server.personal_token("ana", "read").await);
    let browser = server.sign_in("ana").await;
    assert_eq!(script.get("/api/v1/me").await.0, 200);
    let (status, disabled) = admin.patch(&place(&of_ana), &json!({"status": "disabled"})).await;
    assert_eq!((status, &disabled["status"]), (200, &json!("disabled")));
    for program in [&ana, &script] {
        problem(program.get("/api/v1/me").await, 401, "invalid_token");
    }
    assert_ne!(browser.get("/").await.status(), 200, "the browser is signed out");
    assert_eq!(admin.patch(&place(&of_ana), &json!({"status": "active"})).await.0, 200);
    for program in [&ana, &script] {
        problem(program.get("/api/v1/me").await, 401, "invalid_token");
    }
    assert_ne!(browser.get("/").await.status(), 200, "and stays so");
    let back = server.program_of("ana").await;
    assert_eq!(back.get("/api/v1/me").await.0, 200, "the password is good again");
}

#[tokio::test]
async fn signing_somebody_out_ends_their_sessions_and_keeps_their_tokens() {
    let (server, _ana) = ana().await;
    let admin = server.program_of("admin").await;
    let of_ana = named(&admin, "ana").await;
    let script = server.program(&server.personal_token("ana", "read").await);
    let (browser, granted) = (server.sign_in("ana").await, server.program(&server.access_token("ana", "read").await));
    assert_eq!(sign_out(&admin, &of_ana).await, (204, Value::Null));
    problem(granted.get("/api/v1/me").await, 401, "invalid_token");
    assert_ne!(browser.get("/").await.status(), 200);
    assert_eq!(script.get("/api/v1/me").await.0, 200);
}

#[tokio::test]
async fn s38_the_last_admin_stays() {
    let (server, _ana) = ana().await;
    let admin = server.program_of("admin").await;
    let own = named(&admin, "admin").await;
    for change in [json!({"role": "user"}), json!({"status": "disabled"})] {
        problem(admin.patch(&place(&own), &change).await, 409, "last_admin");
    }
    let of_ana = named(&admin, "ana").await;
    assert_eq!(admin.patch(&place(&of_ana), &json!({"role": "admin"})).await.0, 200);
    let second = server.program(&server.access_token("ana", "admin").await);
    let down = json!({"role": "user"});
    let (to_ana, to_admin) = (place(&of_ana), place(&own));
    let (a, b) = futures::join!(admin.patch(&to_ana, &down), second.patch(&to_admin, &down));
    assert!((a.0 == 200) != (b.0 == 200), "{a:?} and {b:?}");
    server.assert_sound();
}

#[tokio::test]
async fn s39_s50_only_what_can_be_changed_is_taken() {
    let (server, _ana) = ana().await;
    let admin = server.program_of("admin").await;
    let of_ana = named(&admin, "ana").await;
    for (body, field) in [
        (json!({"role": "root"}), "role"),
        (json!({"role": null}), "role"),
        (json!({"status": "deleted"}), "status"),
        (json!({"display_name": ""}), "display_name"),
    ] {
        refused(admin.patch(&place(&of_ana), &body).await, field);
    }
    for field in ["username", "balance", "password_hash", "is_admin", "id", "version"] {
        problem(admin.patch(&place(&of_ana), &json!({field: "x"})).await, 422, "unknown_field");
    }
    let stale = admin.request(Method::PATCH, &place(&of_ana)).header("if-match", "\"7\"").json(&json!({"role": "admin"}));
    problem(Program::answer(stale).await, 409, "version_conflict");
    let nobody = json!({"id": "019a0000-0000-7000-8000-000000000000"});
    problem(admin.patch(&place(&nobody), &json!({"role": "admin"})).await, 404, "not_found");
    problem(sign_out(&admin, &nobody).await, 404, "not_found");
    assert_eq!(named(&admin, "ana").await, of_ana);
}

/// Each act is one event of the log, without a name or a secret.
#[tokio::test]
async fn s57_changes_of_people_are_in_the_log() {
    let server: Server = ana().await.0;
    let admin = server.program_of("admin").await;
    let of_ana = named(&admin, "ana").await;
    let changes = [json!({"role": "admin"}), json!({"role": "user"}), json!({"status": "disabled"}), json!({"status": "active"})];
    for change in changes {
        assert_eq!(admin.patch(&place(&of_ana), &change).await.0, 200);
    }
    assert_eq!(sign_out(&admin, &of_ana).await.0, 204);
    let id = text(&of_ana["id"]);
    for event in ["privilege_admin_given", "privilege_admin_taken", "user_disabled", "user_enabled", "user_signed_out"] {
        server.wait_for(event).await;
        let log = server.log();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(event)).collect();
        assert!(lines.len() == 1 && lines[0].contains(&id), "{event}: {lines:?}");
    }
}
