//! Open pages: server-sent events, for the right session only, and no longer than that.

use crate::common::{Browser, PASSWORD, Program, Server, mongod::MongoSet};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::time::timeout;

const EVENTS: &str = "/api/page/events";
/// How soon an open page is told.
const SOON: Duration = Duration::from_secs(2);

/// One page's stream, as far as it was read.
struct Stream {
    answer: Response,
    text: String,
}

/// An event: its id, and what it says.
#[derive(Debug, PartialEq)]
struct Event {
    id: Option<u64>,
    data: Value,
}

impl Stream {
    async fn open(browser: &Browser, query: &str) -> Self {
        let answer = browser.request(Method::GET, &format!("{EVENTS}{query}")).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        Self { answer, text: String::new() }
    }

    /// The next block of lines that is no comment; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let event = field("data:").map(|data| Event {
                    id: field("id:").map(|id| id.parse().expect("a number")),
                    data: serde_json::from_str(data).expect("JSON"),
                });
                self.text = rest.to_owned();
                if event.is_some() {
                    return event;
                }
            }
            self.text += std::str::from_utf8(&self.answer.chunk().await.ok().flatten()?).expect("text");
        }
    }

    async fn soon(&mut self) -> Event {
        timeout(SOON, self.next()).await.expect("in time").expect("an event")
    }

    async fn ends(&mut self, within: Duration) {
        let end = timeout(within, async {
            let mut last = None;
            while let Some(event) = self.next().await {
                last = Some(event.data);
            }
            last
        });
        assert_eq!(end.await.expect("an end in time"), Some(json!({"kind": "ended"})));
    }
}

async fn spend(program: &Program, what: &str) -> Value {
    let body = json!({"amount": "2.50", "what": what, "allow_overdraft": true});
    let (status, made) = program.post("/api/v1/expenses", &body).await;
    assert_eq!(status, 201, "{made}");
    made
}

#[tokio::test]
async fn an_open_page_is_told_and_goes_on_where_it_was() {
    let server = Server::start().await;
    server.setup_admin().await;
    let (browser, other) = (server.user("ana").await, server.user("bor").await);
    let (ana, bor) = (server.program_of("ana").await, server.program_of("bor").await);
    let (mut first, mut of_bor) = (Stream::open(&browser, "").await, Stream::open(&other, "").await);
    let header = |name: &str| first.answer.headers().get(name).map(|v| v.to_str().expect("text").to_owned());
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
    assert_eq!((header("cache-control").as_deref(), header("x-accel-buffering").as_deref()), (Some("no-store"), Some("no")));

    let made = spend(&ana, "Tea").await;
    let event = first.soon().await;
    let seq = event.id.expect("an id");
    let told =
        json!({"kind": "entry", "seq": seq, "summary": "Added “Tea”, €2.50", "via": "api", "by": null, "rows": [made["id"]]});
    assert_eq!(event.data, told);
    let (status, out, err) = server.cli(&["add", "5 cake", "--user", "ana", "--anyway"], "");
    assert!(status.success(), "{out}{err}");
    let event = first.soon().await;
    assert_eq!((event.id, event.data["via"].as_str()), (Some(seq + 1), Some("cli")), "another process wrote");

    // S34: nothing of ana's went to bor.
    spend(&bor, "Milk").await;
    assert_eq!(of_bor.soon().await.data["summary"], "Added “Milk”, €2.50");

    // A page that comes back is told what it missed, once.
    drop(first);
    for n in 0..3 {
        spend(&ana, &format!("Missed {n}")).await;
    }
    let mut again = Stream::open(&browser, &format!("?after={}", seq + 1)).await;
    for n in 0..3 {
        assert_eq!(again.soon().await.id, Some(seq + 2 + n));
    }
    let request = browser.request(Method::GET, &format!("{EVENTS}?after={seq}")).header("last-event-id", (seq + 3).to_string());
    let mut resumed = Stream { answer: request.send().await.expect("an answer"), text: String::new() };
    assert_eq!(resumed.soon().await.id, Some(seq + 4), "the browser's own number counts");
    // More than can be told one by one, and a number this journal has not come to.
    for n in 0..21 {
        spend(&ana, &format!("Many {n}")).await;
    }
    let newest = seq + 4 + 21;
    let many = Event { id: Some(newest), data: json!({"kind": "many", "seq": newest}) };
    assert_eq!(Stream::open(&browser, &format!("?after={seq}")).await.soon().await, many);
    assert_eq!(Stream::open(&browser, "?after=4000000").await.soon().await, many);
}

#[tokio::test]
async fn categories_are_everybodys_news() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.user("ana").await;
    let admin = server.program_of("admin").await;
    let mut page = Stream::open(&browser, "").await;
    assert_eq!(admin.post("/api/v1/categories", &json!({"name": "Bees"})).await.0, 201);
    assert_eq!(page.soon().await, Event { id: None, data: json!({"kind": "shared"}) });
}

#[tokio::test]
async fn s16_a_session_that_ended_is_told_nothing_more() {
    let server = Server::start().await;
    server.setup_admin().await;
    server.create_user("ana").await;
    let (ana, admin) = (server.program_of("ana").await, server.program_of("admin").await);
    let id = ana.get("/api/v1/me").await.1["id"].as_str().expect("an id").to_owned();

    let leaving = server.sign_in("ana").await;
    let mut page = Stream::open(&leaving, "").await;
    assert_eq!(leaving.call("/api/page/session/sign-out", &[]).await.status(), 200);
    page.ends(SOON).await;

    let (stays, goes) = (server.sign_in("ana").await, server.sign_in("ana").await);
    let (mut kept, mut ended) = (Stream::open(&stays, "").await, Stream::open(&goes, "").await);
    let fields = [("current_password", PASSWORD), ("new_password", "another long walk by the sea")];
    assert_eq!(stays.call("/api/page/session/change-password", &fields).await.status(), 200);
    ended.ends(SOON).await;
    assert_eq!(kept.soon().await.data["summary"], "Changed your password");
    assert_eq!(admin.post(&format!("/api/v1/admin/users/{id}/sign-out"), &json!({})).await.0, 204);
    kept.ends(SOON).await;
}

#[tokio::test]
async fn s16_somebody_who_is_disabled_is_told_nothing_more() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.user("ana").await;
    let (ana, admin) = (server.program_of("ana").await, server.program_of("admin").await);
    let id = ana.get("/api/v1/me").await.1["id"].as_str().expect("an id").to_owned();
    let mut page = Stream::open(&browser, "").await;
    assert_eq!(admin.patch(&format!("/api/v1/admin/users/{id}"), &json!({"status": "disabled"})).await.0, 200);
    page.ends(SOON).await;
}

#[tokio::test]
async fn who_may_listen() {
    let server = Server::with(&[("OUTLAY_LIMIT_PAGES_PER_USER", "2")]).await;
    server.setup_admin().await;
    let (visitor, ana) = (server.visitor(), server.user("ana").await);
    let token = server.access_token("ana", "read").await;
    let status = async |request: reqwest::RequestBuilder| request.send().await.expect("an answer").status().as_u16();
    assert_eq!(status(visitor.request(Method::GET, EVENTS)).await, 401);
    assert_eq!(status(visitor.request(Method::GET, EVENTS).bearer_auth(token)).await, 401, "a token is no session");
    assert_eq!(status(ana.http.get(format!("{}{EVENTS}", server.url)).header("sec-fetch-site", "same-site")).await, 403);
    assert_eq!(status(ana.request(Method::POST, EVENTS)).await, 405);
    for after in ["x", "-1", "%2B5", "18446744073709551616", "1%0A2", "1e3"] {
        assert_eq!(status(ana.request(Method::GET, &format!("{EVENTS}?after={after}"))).await, 422, "{after}");
    }
    assert_eq!(status(ana.request(Method::GET, EVENTS).header("last-event-id", "zwölf")).await, 422);

    // S54: so many pages and no more; who closes one makes room.
    let (first, second) = (Stream::open(&ana, "").await, Stream::open(&ana, "").await);
    let refused = ana.request(Method::GET, EVENTS).send().await.expect("an answer");
    assert_eq!((refused.status().as_u16(), refused.headers().contains_key(header::RETRY_AFTER)), (429, true));
    Stream::open(&server.user("bor").await, "").await;
    drop((first, second));
    let until = Instant::now() + SOON;
    while status(ana.request(Method::GET, EVENTS)).await != 200 {
        assert!(Instant::now() < until, "no room was made");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn s17_s53_a_stream_outlives_the_handler_and_keeps_no_session_alive() {
    let limits = [("OUTLAY_LIMIT_HANDLER_TIMEOUT", "1"), ("OUTLAY_LIMIT_SESSION_IDLE", "5"), ("OUTLAY_LIMIT_KEEP_ALIVE", "1")];
    let server = Server::with(&limits).await;
    server.setup_admin().await;
    let browser = server.user("ana").await;
    let ana = server.program_of("ana").await;
    let mut page = Stream::open(&browser, "").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    spend(&ana, "Tea").await;
    assert_eq!(page.soon().await.data["summary"], "Added “Tea”, €2.50");
    page.ends(Duration::from_secs(13)).await;
}

#[tokio::test]
async fn r15_s55_open_pages_do_not_hold_a_stop_up() {
    let mut server = Server::start().await;
    let browser = server.setup_admin().await;
    let mut pages = Vec::new();
    for _ in 0..5 {
        pages.push(Stream::open(&browser, "").await);
    }
    let asked = Instant::now();
    server.signal("TERM");
    assert_eq!(server.ended(Duration::from_secs(10)).await.code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(3), "took {:?}", asked.elapsed());
    for page in &mut pages {
        // The first categories were made just before it was opened, of which it may still have been told.
        let mut last = page.next().await;
        while last.as_ref().is_some_and(|event| event.data["kind"] == "shared") {
            last = page.next().await;
        }
        assert_eq!(last, None, "closed in order");
    }
}

#[tokio::test]
async fn two_processes_on_one_mongodb_tell_each_others_pages() {
    let store = MongoSet::shared().await.fresh_uri();
    let here = Server::with(&[("OUTLAY_STORE", &store)]).await;
    let browser = here.setup_admin().await;
    let there = Server::with(&[("OUTLAY_STORE", &store)]).await;
    let admin = there.program(&here.personal_token("admin", "read write").await);
    let mut page = Stream::open(&browser, "").await;
    for n in 0..3 {
        spend(&admin, &format!("Tea {n}")).await;
        assert_eq!(page.soon().await.data["summary"], format!("Added “Tea {n}”, €2.50"));
    }
}
