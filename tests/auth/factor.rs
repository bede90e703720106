//! S09: the second factor as a browser meets it, with and without scripts.

use crate::{
    common::{Browser, PASSWORD, Server, location, set_cookies},
    kit::{DEVICES, SIGN_IN, retry_after, token_endpoint, try_sign_in},
};
use data_encoding::BASE32_NOPAD;
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::Builder;

pub const STEP_TWO: &str = "/api/page/session/second-step";

/// An app that shares somebody's secret.
pub struct App([u8; 20]);

impl App {
    /// From the text that Settings show.
    pub fn typed(secret: &str) -> Self {
        let secret = BASE32_NOPAD.decode(secret.replace(' ', "").as_bytes()).expect("base32");
        Self(secret.try_into().expect("160 bits"))
    }
    /// The code of so many steps from now.
    pub fn code(&self, steps: i64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let codes = Builder::new().with_secret(self.0).build().expect("a secret");
        codes.generate(now.checked_add_signed(30 * steps).expect("a time")).to_string()
    }
}

async fn json_of(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = browser.call(path, fields).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.expect("JSON")
}

/// Turns on the second factor of whoever is signed in; their app, and the recovery codes.
pub async fn turn_on(browser: &Browser) -> (App, Vec<String>) {
    json_of(browser, "/api/page/factor/begin", &[("current_password", PASSWORD)]).await;
    let state = json_of(browser, "/api/page/factor/state", &[]).await;
    let app = App::typed(state["secret"].as_str().expect("a secret"));
    let codes = json_of(browser, "/api/page/factor/confirm", &[("code", &app.code(-1))]).await;
    (
        app,
        codes["recovery_codes"].as_array().expect("codes").iter().map(|code| code.as_str().expect("a code").to_owned()).collect(),
    )
}

/// A browser whose password was right, and which is asked for a code.
async fn halfway(server: &Server, username: &str) -> Browser {
    let browser = server.visitor();
    let answer = browser.call(SIGN_IN, &[("username", username), ("password", PASSWORD)]).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON"), "code");
    browser
}

#[tokio::test]
async fn s09_without_scripts_from_settings_to_a_recovery_code() {
    let server = Server::start().await;
    server.setup_admin().await;
    let mine = server.user("ana").await;
    let begun = mine.form("/settings", "/api/page/factor/begin", &[("current_password", PASSWORD)]).await;
    assert_eq!((begun.status().as_u16(), location(&begun)), (303, "/settings#factor"));
    let page = mine.get("/settings").await.text().await.expect("a page");
    assert!(
        page.contains("class=\"factor-picture\"") && page.contains("<path d=\"M4 4h7v1h-7z"),
        "the picture is in the page itself"
    );
    assert!(!page.contains(" style="), "S26");
    let secret = page.split("type this into it:").nth(1).and_then(|rest| rest.split("code\">").nth(1));
    let app = App::typed(secret.and_then(|rest| rest.split('<').next()).expect("a secret"));

    let wrong = mine.form("/settings", "/api/page/factor/confirm", &[("code", "000000")]).await;
    assert_eq!((wrong.status().as_u16(), location(&wrong)), (303, "/settings"));
    let page = mine.get("/settings").await.text().await.expect("a page");
    assert!(page.contains("This code is not right") && !page.contains("000000"), "told why; the code does not come back");
    let on = mine.form("/settings", "/api/page/factor/confirm", &[("code", &app.code(-1))]).await;
    assert!(set_cookies(&on).iter().all(|cookie| cookie.len() < 200), "the codes are in no cookie");
    let page = mine.get("/settings").await.text().await.expect("a page");
    let codes = page.split("aria-label=\"Recovery codes\"").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("codes");
    let codes: Vec<&str> = codes.split("<li>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(codes.len(), 10);
    let again = mine.get("/settings").await.text().await.expect("a page");
    assert!(!again.contains(codes[0]) && again.contains("10 of 10 recovery codes are left"), "shown once");

    for (code, fits) in [(app.code(0), true), (codes[2].to_owned(), true), (codes[2].to_owned(), false)] {
        let browser = server.visitor();
        let fields = [("username", "ana"), ("password", PASSWORD), ("next", "/funds")];
        let asked = browser.form("/sign-in?next=%2Ffunds", SIGN_IN, &fields).await;
        assert_eq!((asked.status().as_u16(), location(&asked)), (303, "/sign-in/code?next=%2Ffunds"));
        assert!(set_cookies(&asked).iter().all(|cookie| !cookie.starts_with("outlay=")), "no session yet");
        assert_eq!(location(&browser.get("/funds").await), "/sign-in?next=%2Ffunds");
        let page = browser.get("/sign-in/code?next=%2Ffunds").await.text().await.expect("a page");
        assert!(page.contains("name=\"code\"") && page.contains("value=\"/funds\""));
        let fields = [("code", code.as_str()), ("next", "/funds")];
        let answer = browser.form("/sign-in/code?next=%2Ffunds", STEP_TWO, &fields).await;
        let to = if fits { "/funds" } else { "/sign-in/code?next=%2Ffunds" };
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, to));
        assert_eq!(browser.get("/funds").await.status() == 200, fits);
    }
    server.assert_sound();
}

/// With the password alone, every route is what it is for nobody.
#[tokio::test]
async fn s09_a_password_alone_opens_no_route() {
    let server = Server::start().await;
    server.setup_admin().await;
    let mine = server.sign_in("admin").await;
    turn_on(&mine).await;
    let waiting = halfway(&server, "admin").await;
    let (status, out, err) = server.cli(&["routes", "--json"], "");
    assert!(status.success(), "{err}");
    let routes: Value = serde_json::from_str(&out).expect("JSON");
    let mut walked = 0;
    for route in routes.as_array().expect("a list") {
        let text = |field: &str| route[field].as_str().expect("a text");
        let (rule, path) = (text("rule"), text("path"));
        if ["public", "visitor", "setup_link"].contains(&rule) {
            continue;
        }
        let path = path.replace("{id}", "019a0000-0000-7000-8000-000000000000").replace("{seq}", "1");
        let method = Method::from_bytes(text("method").as_bytes()).expect("a method");
        let request = waiting.request(method, &path).header(header::ACCEPT, "text/html,*/*;q=0.8");
        let answer = request.header("x-outlay-test", "1").send().await.expect("an answer");
        let to_sign_in = answer.status() == 303 && location(&answer).starts_with("/sign-in");
        assert!(to_sign_in || answer.status() == 401, "{path}: {}", answer.status());
        walked += 1;
    }
    assert!(walked > 90, "{walked}");
    let grant = |password| [("grant_type", "password"), ("username", "admin"), ("password", password)];
    let (with_it, without) =
        (token_endpoint(&server, &grant(PASSWORD)).await, token_endpoint(&server, &grant("wrong one here")).await);
    assert_eq!(with_it, without, "as a wrong password");
    assert_eq!((with_it.0, &with_it.1["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn s09_s05_twenty_at_once_get_one_session_and_the_sixth_wrong_code_waits() {
    let server = Server::start().await;
    let mine = server.user("ana").await;
    let (app, codes) = turn_on(&mine).await;
    let waiting = halfway(&server, "ana").await;
    let code = app.code(0);
    let fields = [("code", code.as_str())];
    let tries = (0..4).map(|_| waiting.call(STEP_TWO, &fields));
    let statuses: Vec<u16> = futures::future::join_all(tries).await.iter().map(|answer| answer.status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");

    let server = server.restart().await;
    // Signed in so far before: a password takes longer to look at than the first wait lasts, on a busy machine.
    let right = halfway(&server, "ana").await;
    let mut last = None;
    for _ in 0..6 {
        let waiting = halfway(&server, "ana").await;
        last = Some(waiting.call(STEP_TWO, &[("code", "000000")]).await);
    }
    let last = last.expect("an answer");
    assert!(last.status() == 429 && retry_after(&last).is_some(), "{}", last.status());
    assert_eq!(right.call(STEP_TWO, &[("code", &codes[0])]).await.status(), 429, "even a right one");
    assert_eq!(mine.call(DEVICES, &[]).await.status(), 200, "open sessions go on");
    // Once one more is looked at in Settings, the sign-in waits for it too.
    let wrong_there = async || {
        let fields = [("current_password", PASSWORD), ("code", "000000")];
        mine.call("/api/page/factor/remove", &fields).await.status().as_u16()
    };
    let mut status = wrong_there().await;
    while status == 429 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        status = wrong_there().await;
    }
    assert_eq!(status, 422);
    assert_eq!(right.call(STEP_TWO, &[("code", &codes[0])]).await.status(), 429, "the same count on every path");
}

/// A reset link is a new password and no more; and whoever is leaving stays by the code, not by the password.
#[tokio::test]
async fn s09_neither_a_reset_link_nor_coming_back_goes_around_the_code() {
    let server = Server::start().await;
    server.setup_admin().await;
    let mine = server.user("ana").await;
    let (app, _) = turn_on(&mine).await;
    let admin = server.program_of("admin").await;
    let people = admin.get("/api/v1/admin/users?q=ana").await.1;
    let place = format!("/api/v1/admin/users/{}", people["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(people["items"][0]["second_factor"], true);
    let before = halfway(&server, "ana").await;
    let (_, link) = admin.post(&format!("{place}/reset-link"), &json!({})).await;
    let token = link["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token").to_owned();
    let visitor = server.visitor();
    let new = "another walk along the river";
    let fields = [("token", token.as_str()), ("new_password", new)];
    assert_eq!(visitor.call("/api/page/session/reset-password", &fields).await.status(), 200);
    assert_eq!(visitor.call(DEVICES, &[]).await.status(), 401, "a link is no sign-in");
    assert_eq!(before.call(STEP_TWO, &[("code", &app.code(0))]).await.status(), 401, "nor is a password of before");
    let again = server.visitor();
    let answer = again.call(SIGN_IN, &[("username", "ana"), ("password", new)]).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON"), "code");
    assert_eq!(again.call(STEP_TWO, &[("code", &app.code(0))]).await.status(), 200);

    assert_eq!(again.call("/api/page/session/leave", &[("current_password", new)]).await.status(), 200);
    let leaves = async || admin.get(&place).await.1["leaves_at"].clone();
    assert!(leaves().await.is_string());
    let back = server.visitor();
    let answer = back.call(SIGN_IN, &[("username", "ana"), ("password", new)]).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON"), "code");
    assert!(leaves().await.is_string(), "a password alone takes nothing back");
    assert_eq!(back.call(STEP_TWO, &[("code", "000000")]).await.status(), 422);
    assert!(leaves().await.is_string());
    assert_eq!(back.call(STEP_TWO, &[("code", &app.code(1))]).await.status(), 200);
    assert!(leaves().await.is_null());
    server.assert_sound();
}

#[tokio::test]
async fn s09_whoever_has_the_machine_can_take_a_lost_factor_away() {
    let server = Server::start().await;
    let mine = server.user("ana").await;
    turn_on(&mine).await;
    let (status, out, err) = server.cli(&["admin", "forget-factor", "ana"], "");
    assert!(status.success() && out.contains("the password alone"), "{out}{err}");
    assert_eq!(mine.call(DEVICES, &[]).await.status(), 401);
    assert_eq!(try_sign_in(&server, "ana", PASSWORD).await.json::<Value>().await.expect("JSON"), "signed_in");
}

/// S56, S58: what is on the disk and in the log tells no code and no secret.
#[tokio::test]
async fn s09_s58_neither_disk_nor_log_tells_a_code() {
    let server = Server::start().await;
    let mine = server.user("ana").await;
    let (app, codes) = turn_on(&mine).await;
    let waiting = halfway(&server, "ana").await;
    let canary = "canary-code-in-a-field";
    assert_eq!(waiting.call(STEP_TWO, &[("code", canary)]).await.status(), 422);
    assert_eq!(waiting.call(STEP_TWO, &[("code", &codes[0])]).await.status(), 200);
    let secret = BASE32_NOPAD.encode(&app.0);
    let spelled = |code: &String| [code.clone(), code.replace('-', "")];
    let secrets: Vec<String> = codes.iter().flat_map(spelled).chain([secret, canary.to_owned()]).collect();
    let log = server.log();
    for secret in &secrets {
        assert!(!log.contains(secret.as_str()), "{secret} is in the log");
    }
    let mut kept = app.0.to_vec();
    kept.truncate(20);
    for entry in std::fs::read_dir(server.data_dir()).expect("entries") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!secrets.iter().any(|secret| has(secret.as_bytes())) && !has(&kept));
    }
    for event in ["authn_factor_added", "authn_recovery_code_used"] {
        assert!(log.contains(event), "{event}");
    }
}
