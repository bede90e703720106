//! Plain forms, sign-in and out, cookies, the first admin: what a browser does without JavaScript.

use crate::{
    common::{Browser, PASSWORD, Server, location, set_cookies},
    pages, server_functions,
};
use reqwest::{Method, StatusCode, header};

const SIGN_IN: &str = "/api/page/session/sign-in";
const SIGN_OUT: &str = "/api/page/session/sign-out";
const RECORD: &str = "/api/page/expenses/record";
const ID: &str = "0193a000-0000-7000-8000-000000000001";

async fn text(answer: reqwest::Response) -> String {
    answer.text().await.expect("text")
}

#[tokio::test]
async fn s07_the_first_admin_needs_the_link_and_there_is_one() {
    let server = Server::start().await;
    let visitor = server.visitor();
    for path in ["/", "/sign-in", "/register", "/setup", "/setup?token=wrong", "/expenses"] {
        let page = visitor.get(path).await;
        assert_eq!(page.status(), 200);
        assert!(text(page).await.contains("one-time link"), "{path}");
    }
    let token = server.setup_token().await;
    let fields = |token: &str| {
        let pairs =
            [("username", "admin"), ("password", PASSWORD), ("currency", "EUR"), ("time_zone", "UTC"), ("locale", "en-GB")];
        let mut fields: Vec<(String, String)> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        fields.extend([("sign_up".to_owned(), "closed".to_owned()), ("token".to_owned(), token.to_owned())]);
        fields
    };
    let set_up = |token: &str| visitor.request(Method::POST, "/api/page/session/set-up").form(&fields(token)).send();
    assert_eq!(set_up("wrong").await.expect("an answer").status(), 403);
    assert_eq!(visitor.get(&format!("/setup?token={token}")).await.status(), 200);

    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let browser = server.visitor();
        let fields = fields(&token);
        tries.spawn(async move {
            let request = browser.request(Method::POST, "/api/page/session/set-up").header(header::ACCEPT, "application/json");
            request.form(&fields).send().await.expect("an answer").status().as_u16()
        });
    }
    let statuses = tries.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 403, 404, 409, 503].contains(status)), "{statuses:?}");
    assert_eq!(visitor.get(&format!("/setup?token={token}")).await.status(), 404);
    assert_eq!(set_up(&token).await.expect("an answer").status(), 404);
}

#[tokio::test]
async fn s18_cookies_are_closed() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.visitor();
    let answer = browser.form("/sign-in", SIGN_IN, &[("username", "admin"), ("password", PASSWORD)]).await;
    let mut seen = set_cookies(&answer);
    let refused = browser.form("/expenses", RECORD, &[("id", ID), ("amount", "x")]).await;
    seen.extend(set_cookies(&refused));
    seen.extend(set_cookies(&browser.get("/expenses").await));
    seen.extend(set_cookies(&browser.form("/", SIGN_OUT, &[]).await));
    assert!(seen.len() >= 4, "{seen:?}");
    for cookie in &seen {
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age="] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain") && !cookie.contains("Secure") && cookie.len() <= 4_096, "{cookie}");
        assert!(cookie.starts_with("outlay"), "{cookie}");
    }
}

#[tokio::test]
async fn s18_over_https_cookies_are_secure_and_bound_to_the_host() {
    let server = Server::with(&[("OUTLAY_BASE_URL", "https://money.example")]).await;
    let token = server.wait_for("https://money.example/setup?token=").await;
    let token = token.split("token=").nth(1).expect("a token");
    let fields = [
        ("token", token),
        ("username", "admin"),
        ("password", PASSWORD),
        ("currency", "EUR"),
        ("time_zone", "UTC"),
        ("locale", "en-GB"),
        ("sign_up", "closed"),
    ];
    let request = server.visitor().request(Method::POST, "/api/page/session/set-up").header(header::HOST, "money.example");
    let answer = request.form(&fields).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
    let cookies = set_cookies(&answer);
    assert!(cookies.iter().any(|c| c.starts_with("__Host-outlay=") && c.ends_with("; Secure")), "{cookies:?}");
}

#[tokio::test]
async fn s15_a_session_is_dead_after_signing_out() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let kept = server.visitor();
    let cookie = {
        let answer = server.visitor().form("/sign-in", SIGN_IN, &[("username", "admin"), ("password", PASSWORD)]).await;
        set_cookies(&answer)[0].split(';').next().expect("a pair").to_owned()
    };
    let with =
        |path: &'static str| kept.request(Method::GET, path).header(header::COOKIE, &cookie).header(header::ACCEPT, "text/html");
    assert_eq!(with("/expenses").send().await.expect("an answer").status(), 200);
    assert_eq!(
        kept.request(Method::GET, SIGN_OUT).header(header::COOKIE, &cookie).send().await.expect("an answer").status(),
        405
    );
    assert_eq!(with("/expenses").send().await.expect("an answer").status(), 200, "GET signs nobody out");

    let out = kept.request(Method::POST, SIGN_OUT).header(header::COOKIE, &cookie).header(header::ACCEPT, "text/html");
    let out = out.form(&[("x", "")]).send().await.expect("an answer");
    assert_eq!((out.status(), location(&out)), (StatusCode::SEE_OTHER, "/sign-in"));
    assert_eq!(out.headers()["clear-site-data"], "\"cache\", \"storage\"");
    assert!(set_cookies(&out).iter().any(|c| c.starts_with("outlay=;") && c.contains("Max-Age=0")));

    let page = with("/expenses").send().await.expect("an answer");
    assert_eq!((page.status(), location(&page)), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fexpenses"));
    let call = kept.request(Method::POST, RECORD).header(header::COOKIE, &cookie).form(&[("id", ID)]);
    assert_eq!(call.send().await.expect("an answer").status(), 401);
    assert_eq!(browser.get("/").await.status(), 200, "other sessions live on");
}

#[tokio::test]
async fn s30_a_refused_form_leads_back_and_keeps_what_was_typed() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let fields = [("id", ID), ("amount", "12.345"), ("what", "Half a Gärtner <b>")];
    let answer = browser.form("/expenses?q=tea", RECORD, &fields).await;
    assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/expenses?q=tea"));
    let flash = set_cookies(&answer).into_iter().find(|c| c.starts_with("outlay-flash=")).expect("a flash");
    assert!(flash.contains("Max-Age=60"), "{flash}");
    let page = browser.get("/expenses?q=tea").await;
    assert!(set_cookies(&page).iter().any(|c| c.starts_with("outlay-flash=;")), "read once");
    let html = text(page).await;
    assert!(html.contains("12.345") && html.contains("Half a Gärtner"), "what was typed is on the page");
    assert!(!text(browser.get("/expenses?q=tea").await).await.contains("12.345"));

    let refused = browser.form(
        "/settings",
        "/api/page/session/change-password",
        &[("current_password", "canary-1"), ("new_password", "canary-2")],
    );
    let refused = refused.await;
    assert_eq!(refused.status(), 303);
    let html = text(browser.get("/settings").await).await;
    assert!(!html.contains("canary-1") && !html.contains("canary-2"), "a password never comes back");
}

#[tokio::test]
async fn s30_an_expired_session_leads_through_sign_in_and_back() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.visitor();
    let answer = browser.form("/expenses?q=tea", RECORD, &[("id", ID), ("amount", "12.50"), ("what", "Typed in vain")]).await;
    assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fexpenses%3Fq%3Dtea"));
    let page = text(browser.get("/sign-in?next=%2Fexpenses%3Fq%3Dtea").await).await;
    assert!(page.contains("Your session has ended"), "the person is told");
    let fields = [("username", "admin"), ("password", PASSWORD), ("next", "/expenses?q=tea")];
    let answer = browser.form("/sign-in?next=%2Fexpenses%3Fq%3Dtea", SIGN_IN, &fields).await;
    assert_eq!(location(&answer), "/expenses?q=tea");
    let html = text(browser.get("/expenses?q=tea").await).await;
    assert!(html.contains("Typed in vain"), "what was typed waited for the sign-in");
}

#[tokio::test]
async fn s30_no_form_leads_away() {
    let server = Server::start().await;
    server.setup_admin().await;
    let foreign = [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "%2f%2fevil.example",
        "/%2fevil.example",
        "/%5cevil.example",
        "javascript:alert(1)",
        "/\tevil",
        "//evil.example/%2f..",
        "evil.example",
    ];
    for next in foreign {
        let browser = server.visitor();
        let fields = [("username", "admin"), ("password", PASSWORD), ("next", next)];
        let answer = browser.form("/sign-in", SIGN_IN, &fields).await;
        assert_eq!(location(&answer), "/sign-in", "{next}");
        let page = browser
            .get(&format!("/sign-in?next={}", percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC)))
            .await;
        assert_eq!(location(&page), "/", "{next}");
    }
    let browser = server.sign_in("admin").await;
    for (action, fields) in
        [(RECORD, vec![("id", ID), ("amount", "x")]), ("/api/page/nothing", vec![]), ("/import/upload", vec![])]
    {
        let request = browser.request(Method::POST, action).header(header::ACCEPT, "text/html").form(&fields);
        let answer = request.header(header::REFERER, "https://evil.example/x").send().await.expect("an answer");
        assert!(["", "/"].contains(&location(&answer)), "{action}: {}", location(&answer));
    }
}

#[tokio::test]
async fn s33_pages_and_server_functions_are_closed() {
    let server = Server::start().await;
    server.setup_admin().await;
    let user = server.user("mira").await;
    let visitor = server.visitor();
    for path in &pages() {
        if ["/sign-in", "/sign-in/code", "/register", "/register/{token}", "/reset/{token}", "/setup"].contains(&path.as_str()) {
            continue;
        }
        let page = visitor.get(path).await;
        assert_eq!(page.status(), 303, "{path}");
        assert!(location(&page).starts_with("/sign-in"), "{path}");
        let program =
            visitor.request(Method::GET, path).header(header::ACCEPT, "application/json").send().await.expect("an answer");
        assert_eq!(program.status(), 401, "{path}");
    }
    for path in ["/nothing", "/settings/x.css", "/assets/none/x.js", "/api/nothing", "/api/v1/nothing"] {
        assert_eq!(visitor.get(path).await.status(), 404, "{path}");
        assert_eq!(user.get(path).await.status(), 404, "{path}");
    }
    let public = [
        "sign-in",
        "second-step",
        "ask-passkey",
        "passkey",
        "register",
        "set-up",
        "is-invited",
        "reset-holder",
        "reset-password",
    ];
    let public = public.map(|name| format!("session/{name}"));
    for action in server_functions().iter().filter(|path| !public.iter().any(|end| path.ends_with(end.as_str()))) {
        let answer = visitor.call(action, &[]).await;
        let status = answer.status().as_u16();
        assert!(matches!(status, 401 | 405), "{action}: {status}");
        let answer = visitor.request(Method::GET, action).send().await.expect("an answer");
        assert!(matches!(answer.status().as_u16(), 401 | 405), "{action}");
    }
    assert_eq!(user.get("/categories").await.status(), 404);
    assert_eq!(user.get("/").await.status(), 200);
}

#[tokio::test]
async fn a_page_older_than_the_server_is_told() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let request = |build: &'static str| {
        browser
            .request(Method::POST, "/api/page/profile/known")
            .header("x-outlay-build", build)
            .header(header::ACCEPT, "application/json")
            .send()
    };
    let answer = request("/assets/another").await.expect("an answer");
    assert_eq!(answer.status(), 409);
    assert!(text(answer).await.contains("\"outdated\""));
}

#[tokio::test]
async fn s30_what_lies_under_a_random_name_in_memory_is_bounded() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser: Browser = server.sign_in("admin").await;
    let note = "ž".repeat(10_000);
    let answer = browser.form("/expenses", RECORD, &[("id", ID), ("amount", "1"), ("what", "x"), ("note", &note)]).await;
    assert_eq!(answer.status(), 303);
    let flash = set_cookies(&answer).into_iter().find(|c| c.starts_with("outlay-flash=k")).expect("a name instead of a value");
    assert!(flash.len() < 200);
    assert!(text(browser.get("/expenses").await).await.contains(&note[..200]));
}

/// Issue C: what nobody types has a clear answer, and no effect.
#[tokio::test]
async fn what_is_too_much_or_made_up_changes_nothing() {
    const QUICK: &str = "/api/page/expenses/quick";
    const SAVE: &str = "/api/page/filters/save";
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let megabytes = format!("1 {}", "x".repeat(10_000_000));
    assert_eq!(browser.form("/", QUICK, &[("id", ID), ("line", &megabytes)]).await.status(), 413);
    assert_eq!(browser.form("/filters", SAVE, &[("id", ID), ("name", "x"), ("query", &megabytes)]).await.status(), 413);
    let marks = format!("1 e{}", "\u{301}".repeat(1_000));
    for (line, says) in [
        (marks.as_str(), "This is too long"),
        ("5 tea 30.2.", "There is no day"),
        (&format!("1 {}", "x".repeat(2_000)), "at most 2,000 characters"),
        ("مقهى 🧾", "Enter an amount"),
    ] {
        let answer = browser.form("/", QUICK, &[("id", ID), ("line", line)]).await;
        assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/"), "{says}");
        assert!(text(browser.get("/").await).await.contains(says), "{says}");
    }
    let long = "x".repeat(201);
    for (query, says) in [
        (format!("q={long}"), "Search for at most 200 characters."),
        (format!("q=e{}", "%CC%81".repeat(1_000)), "Search for at most 200 characters."),
        ("from=2026-02-30".to_owned(), "First day"),
        ("period=%D9%85".to_owned(), "Period"),
        ("cursor=made.up".to_owned(), "This is not a cursor of this list."),
        ("category_id=%F0%9F%A7%BE".to_owned(), "This is not the id of a category."),
    ] {
        let page = browser.get(&format!("/expenses?{query}")).await;
        assert_eq!(page.status(), 200, "{query}");
        let html = text(page).await;
        assert!(html.contains(says) && html.contains("was left out"), "{query}");
    }
    assert_eq!(browser.get(&format!("/expenses?q={}", "x".repeat(9_000))).await.status(), 414);
    for (query, field) in
        [("from=2026-02-30", "query.from"), ("period=soon", "query.period"), ("", "query"), ("q=a&owner=b", "query.owner")]
    {
        let answer = browser.call(SAVE, &[("id", ID), ("name", "Tea"), ("query", query)]).await;
        assert_eq!(answer.status(), 422, "{query}");
        assert!(text(answer).await.contains(&format!("\"{field}\"")), "{query}");
    }
    let fields = [("id", ID), ("name", "a\u{202e}b"), ("query", "q=tea")];
    assert_eq!(browser.form("/filters?from=q%3Dtea", SAVE, &fields).await.status(), StatusCode::SEE_OTHER);
    let html = text(browser.get("/filters?from=q%3Dtea").await).await;
    assert!(html.contains("invisible characters") && html.contains("No saved filters"), "nothing was saved");
    let history = text(browser.get("/history").await).await;
    assert!(!history.contains("Saved the filter") && !history.contains("Added “"), "nothing of it had an effect");
}
