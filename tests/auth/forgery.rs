//! S10–S12, S37: tokens made by somebody who even has the server's key file, but not its way of writing them.

use crate::{
    common::Server,
    kit::{is_signed_in, session_cookie},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

/// The parts of a token, and the key that signed it.
struct Known {
    header: Value,
    claims: Value,
    secret: Vec<u8>,
}

impl Known {
    fn of(token: &str, server: &Server) -> Self {
        let mut parts = token.split('.').map(|part| BASE64.decode(part).expect("base64"));
        let mut json = || serde_json::from_slice(&parts.next().expect("a part")).expect("JSON");
        let (header, claims) = (json(), json());
        let file: Value =
            serde_json::from_slice(&std::fs::read(server.data_dir().join("keys.json")).expect("keys")).expect("JSON");
        let secret = BASE64.decode(file["keys"][0]["secret"].as_str().expect("a secret")).expect("base64");
        Self { header, claims, secret }
    }

    fn signed(&self, algorithm: Algorithm, secret: &[u8]) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let message = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), algorithm);
        format!("{message}.{}", signature.expect("signed"))
    }

    fn with(&self, part: &str, name: &str, value: Option<Value>) -> String {
        let mut other = Self { header: self.header.clone(), claims: self.claims.clone(), secret: self.secret.clone() };
        let map = if part == "header" { &mut other.header } else { &mut other.claims };
        match value {
            Some(value) => map[name] = value,
            None => drop(map.as_object_mut().expect("an object").remove(name)),
        }
        other.signed(Algorithm::HS256, &self.secret)
    }
}

#[tokio::test]
async fn s10_s11_only_what_the_server_itself_would_write() {
    let server = Server::start().await;
    server.create_user("ana").await;
    let cookie = session_cookie(&server, "ana").await;
    let access = server.access_token("ana", "read write").await;
    let (page, api) = (Known::of(&cookie, &server), Known::of(&access, &server));
    assert!(is_signed_in(&server, &page.signed(Algorithm::HS256, &page.secret)).await, "the test's own signing works");
    let me = async |token: &str| server.program(token).get("/api/v1/me").await.0;
    assert_eq!(me(&api.signed(Algorithm::HS256, &api.secret)).await, 200);

    let now = api.claims["iat"].as_i64().expect("seconds");
    let mut forged = vec![
        api.signed(Algorithm::HS384, &api.secret),
        api.signed(Algorithm::HS512, &api.secret),
        api.signed(Algorithm::HS256, b"your-super-secret-key"),
        api.signed(Algorithm::HS256, b"secret"),
        api.signed(Algorithm::HS256, b""),
    ];
    for alg in ["none", "None", "NONE", "nOnE", "HS384", "RS256", "EdDSA"] {
        let token = api.with("header", "alg", Some(json!(alg)));
        forged.push(token.rsplit_once('.').map(|(message, _)| format!("{message}.")).expect("a dot"));
        forged.push(token);
    }
    for (name, value) in [
        ("kid", json!("../../etc/passwd")),
        ("typ", json!("JWT")),
        ("jwk", json!({"kty": "oct", "k": BASE64.encode("secret")})),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/cert")),
    ] {
        forged.push(api.with("header", name, Some(value)));
    }
    for name in ["exp", "nbf", "iat", "iss", "aud", "sub", "jti", "sid"] {
        forged.push(api.with("claims", name, None));
    }
    for (name, value) in [
        ("exp", json!(now - 6)),
        ("exp", json!("never")),
        ("exp", json!(1e30)),
        ("nbf", json!(now + 60)),
        ("iat", json!(now + 60)),
        ("iss", json!("http://localhost:1")),
        ("aud", json!("outlay:page")),
        ("sub", json!("ana")),
        ("sid", json!("00000000-0000-7000-8000-000000000000")),
    ] {
        forged.push(api.with("claims", name, Some(value)));
    }
    forged.push(format!("{access}A"));
    forged.push(access.replace('.', ".."));
    for token in &forged {
        assert_eq!(me(token).await, 401, "{token}");
    }
    for token in [page.with("claims", "exp", Some(json!(now - 6))), page.with("header", "alg", Some(json!("none")))] {
        assert!(!is_signed_in(&server, &token).await);
    }
    let admin = server.program(&api.with("claims", "role", Some(json!("admin"))));
    let (status, _) = admin.post("/api/v1/categories", &json!({"name": "Mine now"})).await;
    assert_eq!(status, 403, "S37: a role in a token is not read");
    assert_eq!(me(&access).await, 200, "the real one still works");
}

#[tokio::test]
async fn s12_each_token_only_where_it_belongs() {
    let server = Server::start().await;
    server.create_user("ana").await;
    let tokens = [
        session_cookie(&server, "ana").await,
        server.access_token("ana", "read").await,
        server.personal_token("ana", "read").await,
        server.setup_token().await,
    ];
    for (at, token) in tokens.iter().enumerate() {
        assert_eq!(is_signed_in(&server, token).await, at == 0, "as a cookie: {at}");
        let status = server.program(token).get("/api/v1/me").await.0;
        assert_eq!(status, if at == 1 || at == 2 { 200 } else { 401 }, "as a bearer token: {at}");
    }
}
