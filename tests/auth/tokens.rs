//! S13, S14, S16, S20–S22 over REST.

use crate::{
    common::{PASSWORD, Program, Server},
    kit::token_endpoint,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn granted(server: &Server, username: &str, scope: &str) -> Value {
    let form = [("grant_type", "password"), ("username", username), ("password", PASSWORD), ("scope", scope)];
    let (status, answer) = token_endpoint(server, &form).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn refreshed(server: &Server, answer: &Value) -> (u16, Value) {
    let token = answer["refresh_token"].as_str().expect("a refresh token");
    token_endpoint(server, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

fn access(answer: &Value) -> &str {
    answer["access_token"].as_str().expect("an access token")
}

#[tokio::test]
async fn s21_the_password_grant_is_off_by_default_and_closed_to_admins() {
    let off = Server::with(&[("OUTLAY_OAUTH_PASSWORD_GRANT", "false")]).await;
    off.create_user("ana").await;
    let form = |name| [("grant_type", "password"), ("username", name), ("password", PASSWORD)];
    assert_eq!(token_endpoint(&off, &form("ana")).await.1["error"], "unsupported_grant_type");
    let users = Server::with(&[("OUTLAY_OAUTH_PASSWORD_GRANT", "true")]).await;
    users.setup_admin().await;
    users.create_user("ana").await;
    let (status, answer) = token_endpoint(&users, &form("ana")).await;
    assert_eq!((status, answer["scope"].as_str(), answer["expires_in"].as_i64()), (200, Some("read"), Some(900)));
    let wrong = token_endpoint(&users, &[("grant_type", "password"), ("username", "ana"), ("password", "wrong")]).await;
    assert_eq!(token_endpoint(&users, &form("admin")).await, wrong, "as a wrong password");
}

#[tokio::test]
async fn s14_a_replayed_refresh_token_ends_the_family_and_is_seen() {
    let server = Server::start().await;
    server.create_user("ana").await;
    let one = granted(&server, "ana", "read write").await;
    let (_, two) = refreshed(&server, &one).await;
    let (status, again) = refreshed(&server, &one).await;
    assert_eq!((status, &again["refresh_token"]), (200, &two["refresh_token"]), "two tabs get the same successor");
    let (_, three) = refreshed(&server, &two).await;
    assert_eq!(server.program(access(&three)).get("/api/v1/me").await.0, 200);
    assert_eq!(refreshed(&server, &one).await.1["error"], "invalid_grant");
    assert_eq!(refreshed(&server, &three).await.1["error"], "invalid_grant", "the whole family is dead");
    assert_eq!(server.program(access(&three)).get("/api/v1/me").await.0, 401);
    server.wait_for("authn_token_reuse").await;
}

#[tokio::test]
async fn s22_a_personal_token_reaches_only_what_its_scopes_name() {
    let server = Server::start().await;
    server.create_user("ana").await;
    let expense = json!({"amount": "1.00", "what": "Tea", "allow_overdraft": true});
    for (scopes, read, write) in [("read", 200, 403), ("write", 403, 201), ("import", 403, 403)] {
        let program = server.program(&server.personal_token("ana", scopes).await);
        assert!(program.token.starts_with("outlay_pat_"));
        assert_eq!(program.get("/api/v1/expenses").await.0, read, "{scopes}");
        assert_eq!(program.post("/api/v1/expenses", &expense).await.0, write, "{scopes}");
    }
    let all = server.program(&server.personal_token("ana", "read write import admin").await);
    for (path, body) in [
        ("/api/v1/tokens", json!({"name": "more", "scopes": ["read"]})),
        ("/api/v1/me/password", json!({"current_password": PASSWORD, "new_password": "a new long passphrase"})),
        ("/api/v1/categories", json!({"name": "Mine"})),
    ] {
        assert_eq!(all.post(path, &body).await.0, 403, "{path}");
    }
    for path in ["/api/v1/tokens", "/api/v1/me/sessions"] {
        assert_eq!(all.get(path).await.0, 403, "{path}");
    }
    let visitor = server.visitor();
    let basic = visitor.http.get(format!("{}/api/v1/me", server.url)).basic_auth(&all.token, Some(&all.token));
    assert_eq!(Program::answer(basic).await.0, 401);
    let cookie = visitor.http.get(format!("{}/api/v1/me", server.url)).header("cookie", format!("outlay={}", all.token));
    assert_eq!(Program::answer(cookie).await.0, 401);
    let query = visitor.http.get(format!("{}/api/v1/me?access_token={}", server.url, all.token));
    assert_ne!(Program::answer(query).await.0, 200);
}

#[tokio::test]
async fn s22_only_hashes_are_stored_and_revoked_is_revoked() {
    let server = Server::start().await;
    server.create_user("ana").await;
    let account = server.program(&server.access_token("ana", "account").await);
    let (status, made) = account.post("/api/v1/tokens", &json!({"name": "script", "scopes": ["read"]})).await;
    assert_eq!(status, 201, "{made}");
    let token = made["token"].as_str().expect("a token").to_owned();
    assert_eq!(server.program(&token).get("/api/v1/me").await.0, 200);
    for entry in std::fs::read_dir(server.data_dir()).expect("entries") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        for secret in [token.as_bytes(), &token.as_bytes()[11..], PASSWORD.as_bytes(), account.token.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", path.display());
        }
    }
    let id = made["id"].as_str().expect("an id");
    server.create_user("bob").await;
    let bo = server.program(&server.access_token("bob", "account").await);
    assert_eq!(bo.delete(&format!("/api/v1/tokens/{id}")).await.0, 404);
    assert_eq!(account.delete(&format!("/api/v1/tokens/{id}")).await.0, 204);
    assert_eq!(server.program(&token).get("/api/v1/me").await.0, 401);
}

#[tokio::test]
async fn s54_a_token_has_its_rate() {
    let server = Server::with(&[("OUTLAY_LIMIT_TOKEN_PER_MIN", "60"), ("OUTLAY_LIMIT_TOKEN_BURST", "5")]).await;
    server.create_user("ana").await;
    let program = server.program(&server.access_token("ana", "read").await);
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(program.get("/api/v1/me").await.0);
    }
    assert_eq!(statuses[..5], [200; 5]);
    assert!(statuses[5..].contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn s20_the_endpoint_speaks_the_rfcs() {
    let server = Server::start().await;
    server.create_user("ana").await;
    let url = format!("{}/api/v1/oauth/token", server.url);
    let http = server.visitor().http;
    assert_eq!(http.get(&url).send().await.expect("an answer").status(), 405);
    let answer = http.post(&url).form(&[("grant_type", "password"), ("username", "ana"), ("password", PASSWORD)]).send().await;
    assert_eq!(answer.expect("an answer").headers()["cache-control"], "no-store");
    let sent = async |text: &'static str| {
        let request = http.post(&url).header("content-type", "application/x-www-form-urlencoded").body(text);
        Program::answer(request).await
    };
    for (text, error) in [
        ("", "invalid_request"),
        ("grant_type=password&username=ana", "invalid_request"),
        ("grant_type=password&username=ana&username=bob&password=x", "invalid_request"),
        ("grant_type=client_credentials", "unsupported_grant_type"),
        ("grant_type=password&username=ana&password=x&scope=everything", "invalid_scope"),
        ("grant_type=refresh_token&refresh_token=nonsense", "invalid_grant"),
    ] {
        let (status, answer) = sent(text).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some(error)), "{text}");
    }
    let bare = http.request(Method::GET, format!("{}/api/v1/me", server.url)).bearer_auth("nonsense").send().await;
    let bare = bare.expect("an answer");
    assert_eq!(bare.status(), 401);
    assert!(bare.headers()["www-authenticate"].to_str().expect("ASCII").contains("invalid_token"));
}
