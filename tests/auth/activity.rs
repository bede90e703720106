//! S57: what happened with an account, as its own person sees it, by REST and on the page without scripts; and nobody else.

use crate::{
    common::{PASSWORD, Program, Server, all},
    kit::{SIGN_IN, try_sign_in},
};
use reqwest::{Method, header};
use serde_json::Value;
use std::time::{Duration, Instant};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// What happened, by REST, once there is as much as expected; it is written beside the requests.
async fn activity(program: &Program, expected: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let found = all(program, "/api/v1/me/activity?limit=2").await;
        if found.len() >= expected || began.elapsed() > Duration::from_secs(5) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn column(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].as_str().unwrap_or("-").to_owned()).collect()
}

#[tokio::test]
async fn s57_everybody_sees_what_happened_with_their_own_account_and_no_other() {
    let server = Server::start().await;
    server.setup_admin().await;
    let ana = server.user("ana").await;
    let reads = server.program(&server.personal_token("ana", "read").await);
    let bor = server.user("bor").await;
    let of_bor = server.program(&server.personal_token("bor", "read").await);
    assert_eq!(try_sign_in(&server, "ana", "not the right one").await.status(), 401);
    let form = [("username", "ana"), ("password", PASSWORD)];
    let request = server.visitor().request(Method::POST, SIGN_IN).header(header::ACCEPT, "application/json");
    let answer = request.header(header::USER_AGENT, FIREFOX).form(&form).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let id = answer.headers()["x-request-id"].to_str().expect("an id").to_owned();

    let rows = activity(&reads, 4).await;
    assert_eq!(column(&rows, "event"), ["authn_login_success", "authn_login_fail", "authn_login_success", "authn_login_success"]);
    assert_eq!(column(&rows, "via"), ["page", "page", "api", "page"]);
    assert_eq!(column(&rows, "address"), ["127.0.0.1"; 4]);
    assert_eq!(column(&rows, "agent"), [FIREFOX, "-", "-", "-"]);
    assert_eq!((column(&rows, "request_id")[0].clone(), rows[0]["summary"].as_str()), (id, Some("Signed in")));
    let newest_first = column(&rows, "at");
    assert!(newest_first.is_sorted_by(|a, b| a >= b), "{newest_first:?}");

    let page = ana.get("/activity").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.expect("text");
    for part in ["Account activity", "Failed to sign in", "Firefox on Linux · 127.0.0.1"] {
        assert!(page.contains(part), "{part}");
    }

    // Somebody else's is not to be had, also not from their place in the list.
    let cursor = reads.get("/api/v1/me/activity?limit=2").await.1["next_cursor"].as_str().expect("more").to_owned();
    let own = activity(&of_bor, 2).await;
    assert_eq!(column(&own, "event"), ["authn_login_success"; 2]);
    let ids = [column(&rows, "id"), column(&own, "id")];
    assert!(ids[0].iter().all(|id| !ids[1].contains(id)), "{ids:?}");
    let (status, part) = of_bor.get(&format!("/api/v1/me/activity?cursor={cursor}")).await;
    let part = column(part["items"].as_array().expect("items"), "id");
    assert!(status == 200 && part.iter().all(|id| ids[1].contains(id)), "{part:?}");
    let page = bor.get(&format!("/activity?cursor={cursor}")).await.text().await.expect("text");
    assert!(!page.contains("Firefox") && !page.contains("Failed to sign in"), "{page}");
    for (path, status) in [("?cursor=x", 422), ("?user=ana", 422), ("?user_id=1", 422)] {
        assert_eq!(of_bor.get(&format!("/api/v1/me/activity{path}")).await.0, status, "{path}");
    }
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::POST] {
        assert_eq!(Program::answer(reads.request(method, "/api/v1/me/activity")).await.0, 405);
    }
}

#[tokio::test]
async fn s57_own_activity_comes_page_by_page_without_scripts() {
    let server = Server::start().await;
    server.setup_admin().await;
    let ana = server.user("ana").await;
    for _ in 0..54 {
        assert_eq!(ana.get("/export?format=json").await.status(), 200);
    }
    let reads = server.program(&server.personal_token("ana", "read").await);
    assert_eq!(activity(&reads, 56).await.len(), 56);
    let lines = |page: &str| page.matches("class=\"entry\"").count();
    let first = ana.get("/activity").await.text().await.expect("text");
    assert_eq!((lines(&first), first.matches(">Downloaded data<").count()), (50, 49));
    let next = first.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link to more");
    let second = ana.get(next).await.text().await.expect("text");
    assert_eq!((lines(&second), second.matches(">Downloaded data<").count()), (6, 5));
    assert!(second.contains("GET /export") && second.contains(">Newest<") && !second.contains("rel=\"next\""));
}
