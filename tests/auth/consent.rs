//! S20, S26, S30, S31: a program that knows only the address of this server, and a person who lets it act for them.

use crate::{
    common::{Browser, PASSWORD, Program, Server, location},
    kit::SIGN_IN,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const BACK: &str = "http://127.0.0.1:8910/callback";

/// A PKCE client (RFC 7636, RFC 8252) that finds its way by RFC 8414.
pub struct Client {
    http: reqwest::Client,
    metadata: Value,
    id: String,
    verifier: String,
    state: String,
}

impl Client {
    pub async fn of(server: &Server, id: &str) -> Self {
        let http = crate::common::client();
        let well_known = format!("{}/.well-known/oauth-authorization-server", server.url);
        let metadata: Value = http.get(well_known).send().await.expect("an answer").json().await.expect("JSON");
        let random = || BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        Self { http, metadata, id: id.to_owned(), verifier: random(), state: random() }
    }
    fn endpoint(&self, name: &str) -> &str {
        self.metadata[name].as_str().expect("an endpoint")
    }
    fn pairs(&self, scope: &str) -> Vec<(&'static str, String)> {
        vec![
            ("response_type", "code".to_owned()),
            ("client_id", self.id.clone()),
            ("redirect_uri", BACK.to_owned()),
            ("scope", scope.to_owned()),
            ("state", self.state.clone()),
            ("code_challenge", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier))),
            ("code_challenge_method", "S256".to_owned()),
        ]
    }
    /// Where it sends the person, below the server's own address.
    pub fn asks(&self, scope: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs(scope)).finish();
        format!("/oauth/authorize?{query}")
    }
    /// What the person's browser brings back; checked as a careful client does.
    fn came_back(&self, to: &str) -> Result<String, String> {
        let query = to.strip_prefix(BACK).and_then(|rest| rest.strip_prefix('?')).unwrap_or_else(|| panic!("not ours: {to}"));
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let get = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        assert_eq!(get("state").as_deref(), Some(self.state.as_str()));
        assert_eq!(get("iss").as_deref(), self.metadata["issuer"].as_str(), "RFC 9207");
        get("code").ok_or_else(|| get("error").expect("an error"))
    }
    pub async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> (u16, Value) {
        Program::answer(self.http.post(self.endpoint(endpoint)).form(form)).await
    }
    pub async fn exchange(&self, code: &str) -> (u16, Value) {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &self.id),
            ("redirect_uri", BACK),
            ("code_verifier", &self.verifier),
        ];
        self.post("token_endpoint", &form).await
    }
    pub async fn refresh(&self, token: &str) -> (u16, Value) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", &self.id)];
        self.post("token_endpoint", &form).await
    }
    /// The person answers on the page; the code, or the error.
    pub async fn answered(&self, browser: &Browser, scope: &str, decision: &str) -> Result<String, String> {
        let pairs = self.pairs(scope);
        let mut fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.push(("decision", decision));
        let answer = browser.form(&self.asks(scope), "/oauth/authorize", &fields).await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap_or_default());
        self.came_back(location(&answer))
    }
}

/// Registers a program as an admin does by REST; its id.
pub async fn register(server: &Server, name: &str, scopes: &[&str]) -> String {
    let admin = server.program_of("admin").await;
    let asked = json!({"name": name, "redirect_uris": [BACK], "scopes": scopes});
    let (status, made) = admin.post("/api/v1/admin/oauth-clients", &asked).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn s20_s14_a_program_is_let_in_acts_and_is_shown_out() {
    let server = Server::start().await;
    server.setup_admin().await;
    server.create_user("ana").await;
    let id = register(&server, "Coffers & Co", &["read", "write"]).await;
    let client = Client::of(&server, &id).await;
    assert_eq!(client.metadata["code_challenge_methods_supported"], json!(["S256"]));

    // The person is not signed in: they sign in on the way.
    let browser = server.visitor();
    let asks = client.asks("read write");
    let to = browser.get(&asks).await;
    let next = location(&to).to_owned();
    assert!(to.status() == 303 && next.starts_with("/sign-in?next="), "{next}");
    let fields = [("username", "ana"), ("password", PASSWORD), ("next", asks.as_str())];
    let signed_in = browser.form(&next, SIGN_IN, &fields).await;
    assert_eq!(location(&signed_in), asks);

    let page = browser.get(&asks).await;
    let policy = page.headers()["content-security-policy"].to_str().expect("ASCII").to_owned();
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:8910;") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    // Without the marks of places.
    let html = page.text().await.expect("a page").replace("<!>", "");
    for text in ["Coffers &amp; Co", "See your expenses", "Add, change and delete", "127.0.0.1:8910", "<strong>ana</strong>"] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("Act as an admin") && html.contains("action=\"/oauth/authorize\""));

    assert_eq!(client.answered(&browser, "read write", "deny").await, Err("access_denied".to_owned()));
    let code = client.answered(&browser, "read write", "allow").await.expect("a code");
    let (status, tokens) = client.exchange(&code).await;
    assert_eq!((status, &tokens["scope"], &tokens["token_type"]), (200, &json!("read write"), &json!("Bearer")), "{tokens}");
    let text = |tokens: &Value, name: &str| tokens[name].as_str().expect("a token").to_owned();
    let access = server.program(&text(&tokens, "access_token"));
    assert_eq!(access.get("/api/v1/me").await.1["username"], "ana");
    assert_eq!(access.post("/api/v1/funds", &json!({"amount": "5.00"})).await.0, 201);
    assert_eq!(access.get("/api/v1/tokens").await.0, 403);
    assert_eq!(access.get("/api/v1/admin/users").await.0, 403);

    let (status, turned) = client.refresh(&text(&tokens, "refresh_token")).await;
    assert_eq!(status, 200, "{turned}");
    let connected: Value = browser.call("/api/page/consent/list", &[]).await.json().await.expect("JSON");
    assert_eq!(connected.as_array().map(|list| (list.len(), list[0]["name"].clone())), Some((1, json!("Coffers & Co"))));
    let settings = browser.get("/settings").await.text().await.expect("a page");
    assert!(settings.contains("Connected programs") && settings.contains("Coffers &amp; Co"));
    let session = connected[0]["session"].as_str().expect("an id");
    let ended = browser.form("/settings", "/api/page/consent/end", &[("session", session)]).await;
    assert_eq!(ended.status(), 303);
    assert_eq!(server.program(&text(&turned, "access_token")).get("/api/v1/me").await.0, 401);
    assert_eq!(client.refresh(&text(&turned, "refresh_token")).await.1["error"], "invalid_grant");

    // Again, and a replay of the code ends it.
    let code = client.answered(&browser, "read", "allow").await.expect("a code");
    let (_, tokens) = client.exchange(&code).await;
    let access = server.program(&text(&tokens, "access_token"));
    assert_eq!(access.get("/api/v1/me").await.0, 200);
    assert_eq!(client.exchange(&code).await.1["error"], "invalid_grant");
    assert_eq!(access.get("/api/v1/me").await.0, 401);

    // Again, and the program ends it itself (RFC 7009); then the admin ends the program.
    let code = client.answered(&browser, "read", "allow").await.expect("a code");
    let (_, tokens) = client.exchange(&code).await;
    assert_eq!(client.post("revocation_endpoint", &[("token", &text(&tokens, "refresh_token"))]).await.0, 200);
    assert_eq!(server.program(&text(&tokens, "access_token")).get("/api/v1/me").await.0, 401);
    let code = client.answered(&browser, "read", "allow").await.expect("a code");
    let (_, tokens) = client.exchange(&code).await;
    let admin = server.program_of("admin").await;
    assert_eq!(admin.delete(&format!("/api/v1/admin/oauth-clients/{id}")).await.0, 204);
    assert_eq!(server.program(&text(&tokens, "access_token")).get("/api/v1/me").await.0, 401);
    let unknown = browser.get(&client.asks("read")).await;
    assert_eq!(unknown.status(), 200);
    assert!(unknown.text().await.expect("a page").contains("not registered here"));
    server.assert_sound();
}

#[tokio::test]
async fn s20_s30_a_bad_request_leads_to_the_program_or_nowhere() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.user("ana").await;
    let id = register(&server, "Coffers", &["read"]).await;
    let client = Client::of(&server, &id).await;
    let asks = client.asks("read");
    for (from, to) in [
        ("redirect_uri=http%3A%2F%2F127.0.0.1%3A8910%2Fcallback", "redirect_uri=https%3A%2F%2Fevil.example%2F"),
        ("redirect_uri=http%3A%2F%2F127.0.0.1%3A8910%2Fcallback", "redirect_uri=http%3A%2F%2F127.0.0.1%3A8911%2Fcallback"),
        ("redirect_uri=http%3A%2F%2F127.0.0.1%3A8910%2Fcallback", "redirect_uri=%2F%2Fevil.example"),
        (id.as_str(), "019a0000-0000-7000-8000-000000000000"),
    ] {
        let bad = asks.replace(from, to);
        assert_ne!(bad, asks);
        let answer = browser.get(&bad).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (200, ""));
        let policy = answer.headers()["content-security-policy"].to_str().expect("ASCII").to_owned();
        assert!(policy.contains("form-action 'self';"), "{policy}");
        let fields: Vec<(String, String)> =
            form_urlencoded::parse(bad.split_once('?').expect("a query").1.as_bytes()).into_owned().collect();
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("decision", "allow"));
        let answer = browser.form(&bad, "/oauth/authorize", &fields).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (400, ""), "nor does the form");
    }
    for (from, to, error) in [
        ("response_type=code", "response_type=token", "unsupported_response_type"),
        ("code_challenge_method=S256", "code_challenge_method=plain", "invalid_request"),
        ("scope=read", "scope=read+write", "invalid_scope"),
    ] {
        let answer = browser.get(&asks.replace(from, to)).await;
        assert_eq!(answer.status(), 303);
        assert_eq!(client.came_back(location(&answer)), Err(error.to_owned()));
    }
    for missing in ["code", "client_id", "redirect_uri", "code_verifier"] {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", "x"),
            ("client_id", "x"),
            ("redirect_uri", "x"),
            ("code_verifier", "x"),
        ];
        let form: Vec<_> = form.into_iter().filter(|(name, _)| *name != missing).collect();
        assert_eq!(client.post("token_endpoint", &form).await, {
            let description = "Send each parameter once, form-encoded, and the credentials in the body only.";
            (400, json!({"error": "invalid_request", "error_description": description}))
        });
    }
}

/// S22, S36, S39: who may register what.
#[tokio::test]
async fn s36_only_admins_register_programs() {
    let server = Server::start().await;
    server.setup_admin().await;
    server.create_user("ana").await;
    let (admin, ana) = (server.program_of("admin").await, server.program_of("ana").await);
    let good = json!({"name": "Coffers", "redirect_uris": [BACK, "com.example.coffers:/cb"], "scopes": ["read", "account"]});
    assert_eq!(ana.post("/api/v1/admin/oauth-clients", &good).await.0, 403);
    assert_eq!(ana.get("/api/v1/admin/oauth-clients").await.0, 403);
    let (status, made) = admin.post("/api/v1/admin/oauth-clients", &good).await;
    assert_eq!((status, &made["redirect_uris"], &made["scopes"]), (201, &good["redirect_uris"], &good["scopes"]), "{made}");
    assert_eq!(made.as_object().map(serde_json::Map::len), Some(5), "no secret: {made}");
    let twin = json!({"name": "COFFERS", "redirect_uris": [BACK], "scopes": ["read"]});
    let (status, answer) = admin.post("/api/v1/admin/oauth-clients", &twin).await;
    assert_eq!((status, &answer["code"]), (409, &json!("duplicate_name")));
    for (field, value, code) in [
        ("name", json!(""), "required"),
        ("redirect_uris", json!([]), "required"),
        ("redirect_uris", json!(["javascript:alert(1)"]), "invalid_address"),
        ("redirect_uris", json!(["https://a.example https://b.example"]), "invalid_address"),
        ("scopes", json!([]), "required"),
        ("scopes", json!(["everything"]), "unknown_scope"),
        ("id", json!("019a0000-0000-7000-8000-000000000000"), "unknown_field"),
        ("client_secret", json!("x"), "unknown_field"),
    ] {
        let mut bad = json!({"name": "Other", "redirect_uris": [BACK], "scopes": ["read"]});
        bad[field] = value;
        let (status, answer) = admin.post("/api/v1/admin/oauth-clients", &bad).await;
        let found = answer["errors"][0]["code"].as_str().or(answer["code"].as_str()).unwrap_or_default().to_owned();
        assert_eq!((status, found.as_str()), (422, code), "{bad}: {answer}");
    }
    let (_, list) = admin.get("/api/v1/admin/oauth-clients").await;
    assert_eq!(list["items"], json!([made]));
    let journal = admin.get("/api/v1/journal").await.1;
    assert_eq!(journal["items"][0]["summary"], "Registered the program “Coffers”");
    assert_eq!(journal["items"][0]["undoable"], false);
}
