//! S22, S23, S33–S37: everybody against every route. The binary itself lists its routes with the rule each states; what
//! each answers is compared with that rule, so that a new route is tested by being there.

use crate::common::{Browser, PASSWORD, Program, Server, fund, location};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

struct Route {
    method: Method,
    path: String,
    kind: String,
    rule: String,
}

/// As `outlay routes --json` lists them.
fn routes(server: &Server) -> Vec<Route> {
    let (status, out, err) = server.cli(&["routes", "--json"], "");
    assert!(status.success(), "{err}");
    let all: Value = serde_json::from_str(&out).expect("JSON");
    let text = |route: &Value, field: &str| route[field].as_str().expect("a text").to_owned();
    let route = |route: &Value| Route {
        method: Method::from_bytes(text(route, "method").as_bytes()).expect("a method"),
        path: text(route, "path"),
        kind: text(route, "kind"),
        rule: text(route, "rule"),
    };
    let mut all: Vec<Route> = all.as_array().expect("a list").iter().map(route).collect();
    assert!(all.len() > 90, "{}", all.len());
    // Ending the session that the test goes on with comes last.
    all.sort_by_key(|route| route.path.ends_with("/session/sign-out"));
    all
}

/// Of no row, in the place of whatever a path asks for.
fn filled(path: &str) -> String {
    let nobody = "019a0000-0000-7000-8000-000000000000";
    path.replace("{id}", nobody)
        .replace("{seq}", "999999")
        .replace("{hash}", "x")
        .replace("{token}", "x")
        .replace("{*name}", "x.js")
}

/// What a browser is answered when it asks for a route with nothing filled in.
async fn ask(browser: &Browser, route: &Route) -> Response {
    let path = filled(&route.path);
    match (route.kind.as_str(), &route.method) {
        (_, &Method::GET) => browser.get(&path).await,
        ("form", _) => browser.form("/", &path, &[]).await,
        _ => {
            let request = browser.request(route.method.clone(), &path).header(header::ACCEPT, "application/json");
            request.form::<[(&str, &str)]>(&[]).send().await.expect("an answer")
        }
    }
}

async fn code_of(answer: Response) -> String {
    let body: Value = answer.json().await.unwrap_or(Value::Null);
    body["code"].as_str().unwrap_or_default().to_owned()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Anonymous,
    User,
    Admin,
}

/// What is wrong with an answer, by the rule of its route.
async fn judge(who: Who, route: &Route, answer: Response) -> Option<String> {
    let status = answer.status().as_u16();
    let to_sign_in = status == 303 && location(&answer).starts_with("/sign-in");
    let to_start = status == 303 && location(&answer) == "/";
    let fine = match (route.kind.as_str(), route.rule.as_str(), who) {
        ("page" | "file", "public", _) | ("page", "visitor", Who::Anonymous) => {
            status == 200 || status == 404 && route.kind == "file"
        }
        ("page", "visitor", _) => to_start,
        ("page", "setup_link", _) => status == 404,
        ("page" | "form", _, Who::Anonymous) => to_sign_in,
        ("page" | "form", "admin", Who::User) => status == 404,
        // A page about one thing, of which there is none.
        ("page", "signed_in" | "admin", _) if route.path.contains('{') => status == 404,
        ("page", "signed_in" | "admin", _) => status == 200,
        ("form", "signed_in" | "admin", _) => !to_sign_in && status < 500,
        ("function", "public", _) => {
            let code = code_of(answer).await;
            return (status >= 500 || ["unauthenticated", "forbidden"].contains(&code.as_str())).then_some(code);
        }
        ("function", _, Who::Anonymous) => status == 401,
        ("function", "admin", Who::User) => status == 403,
        ("function", "signed_in" | "admin", _) => status != 401 && status != 403 && status < 500,
        // A cookie is nothing to REST.
        ("rest", "public", _) => status != 401 && status != 403 && status < 500,
        ("rest", _, _) => status == 401,
        _ => false,
    };
    (!fine).then(|| format!("{status} to {}", location(&answer)))
}

/// A place with an admin and `ana`, `bob` and `cyd`, of whom `cyd` is signed in and disabled.
struct House {
    server: Server,
    admin: Browser,
    ana: Browser,
    disabled: Browser,
}

impl House {
    async fn new() -> Self {
        let server = Server::start().await;
        let admin = server.setup_admin().await;
        let (ana, _, disabled) = (server.user("ana").await, server.user("bob").await, server.user("cyd").await);
        let people = server.program_of("admin").await.get("/api/v1/admin/users?q=cyd").await.1;
        let (id, off) = (people["items"][0]["id"].as_str().expect("an id"), json!({"status": "disabled"}));
        let answer = server.program_of("admin").await.patch(&format!("/api/v1/admin/users/{id}"), &off).await;
        assert_eq!(answer.0, 200, "{answer:?}");
        Self { server, admin, ana, disabled }
    }
}

#[tokio::test]
async fn s33_s36_every_route_admits_whom_its_rule_says() {
    let House { server, admin, ana, disabled } = House::new().await;
    let mut faults = Vec::new();
    for route in routes(&server) {
        let visitor = server.visitor();
        for (name, who, browser) in [
            ("anonymous", Who::Anonymous, &visitor),
            ("disabled", Who::Anonymous, &disabled),
            ("user", Who::User, &ana),
            ("admin", Who::Admin, &admin),
        ] {
            if let Some(fault) = judge(who, &route, ask(browser, &route).await).await {
                faults.push(format!("{name} {} {} ({}): {fault}", route.method, route.path, route.rule));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// S22: every cell of route × token; and a token in the place of a cookie or a password is none.
#[tokio::test]
async fn s22_s36_every_token_may_call_what_its_scope_says() {
    let House { server, .. } = House::new().await;
    let mut tokens = Vec::new();
    for (whose, scope) in [
        ("admin", "read"),
        ("admin", "write"),
        ("admin", "import"),
        ("admin", "admin"),
        ("ana", "read"),
        ("ana", "write"),
        ("ana", "import"),
        ("ana", "admin"),
    ] {
        tokens.push((whose, scope, server.program(&server.personal_token(whose, scope).await)));
    }
    for whose in ["admin", "ana"] {
        tokens.push((whose, "account", server.program(&server.access_token(whose, "account").await)));
    }
    let mut faults = Vec::new();
    for route in routes(&server) {
        let path = filled(&route.path);
        for (whose, scope, program) in &tokens {
            let request = program.request(route.method.clone(), &path).header(header::ACCEPT, "application/json");
            let bare = [Method::GET, Method::DELETE].contains(&route.method);
            let request = if bare { request } else { request.json(&json!({"no such field": 1})) };
            let (status, body) = Program::answer(request).await;
            let code = body["code"].as_str().unwrap_or_default();
            let fine = match route.rule.strip_prefix("scope:") {
                Some("admin") if *whose != "admin" => (status, code) == (403, "forbidden"),
                Some(needed) if needed != *scope => (status, code) == (403, "insufficient_scope"),
                Some(_) => status != 401 && status != 403 && status < 500,
                None if route.kind == "rest" || route.rule == "public" => status != 403 && status < 500,
                // A bearer token is nothing to the page.
                None if route.rule == "setup_link" => status == 404,
                None if route.rule == "visitor" => status == 200,
                None => status == 401 || status == 303,
            };
            if !fine {
                faults.push(format!("{whose} {scope} {} {} ({}): {status} {code}", route.method, route.path, route.rule));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));

    let token = &tokens[3].2.token;
    let users = format!("{}/api/v1/admin/users", server.url);
    let http = &server.visitor().http;
    for request in [
        http.get(&users).basic_auth("admin", Some(token)),
        http.get(&users).header(header::COOKIE, format!("outlay={token}")),
        http.get(format!("{users}?access_token={token}")),
        http.post(format!("{}/api/page/people/list", server.url)).header("sec-fetch-site", "same-origin").bearer_auth(token),
    ] {
        let status = request.send().await.expect("an answer").status().as_u16();
        assert!([400, 401].contains(&status), "{status}");
    }
}

/// S23: with somebody's cookie, whatever is not safe is refused to every other site.
#[tokio::test]
async fn s23_no_route_takes_a_request_of_another_site() {
    let House { server, admin, .. } = House::new().await;
    let mut faults = Vec::new();
    for route in routes(&server).iter().filter(|route| route.method != Method::GET) {
        for from in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[],
        ] {
            let mut request = admin.http.request(route.method.clone(), format!("{}{}", server.url, filled(&route.path)));
            for (name, value) in from {
                request = request.header(*name, *value);
            }
            let answer = request.form(&[("x", "y")]).send().await.expect("an answer");
            let (status, code) = (answer.status().as_u16(), code_of(answer).await);
            if (status, code.as_str()) != (403, "cross_site") {
                faults.push(format!("{} {} from {from:?}: {status} {code}", route.method, route.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// S24: whatever is asked by GET or HEAD, with arguments as a form would send them, the store holds what it held.
#[tokio::test]
async fn s24_get_changes_nothing() {
    let House { server, admin, .. } = House::new().await;
    let content = || {
        let (status, out, err) = server.cli(&["doctor"], "");
        assert!(status.success(), "{out}{err}");
        // That somebody exported, or asked for what they may not, is noted (S24 exempts the audit log).
        let line = out.lines().find(|line| line.starts_with("Without security events ")).map(str::to_owned);
        line.unwrap_or_else(|| panic!("no content: {out}"))
    };
    let program = server.program(&server.personal_token("admin", "read write import admin").await);
    // That a token or a session is in use is noted, the first time and once a minute (S24 exempts it).
    assert_eq!(program.get("/api/v1/me").await.0, 200);
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let before = content();
    let arguments = "id=019a0000-0000-7000-8000-000000000009&key=k&name=Get&what=Get&amount=1.00&username=getter&decision=allow";
    for route in routes(&server) {
        let path = format!("{}?{arguments}", filled(&route.path));
        for method in [Method::GET, Method::HEAD] {
            let page = admin.request(method.clone(), &path).header(header::ACCEPT, "text/html").send().await;
            assert!(page.expect("an answer").status().as_u16() < 500, "{path}");
            assert!(Program::answer(program.request(method, &path)).await.0 < 500, "{path}");
        }
    }
    assert_eq!(content(), before);
}

/// One thing of `ana`'s of each kind that a path can name, by the path's part before the id.
async fn things_of_ana(server: &Server) -> Vec<(&'static str, String)> {
    let ana = server.program_of("ana").await;
    let account = server.program(&server.access_token("ana", "account").await);
    let id = |(status, made): (u16, Value)| {
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    };
    fund(&ana, "100.00").await;
    let expense = id(ana.post("/api/v1/expenses", &json!({"amount": "5.00", "what": "canary-of-ana"})).await);
    let funds = id(ana.post("/api/v1/funds", &json!({"amount": "5.00", "note": "canary-of-ana"})).await);
    let token = id(account.post("/api/v1/tokens", &json!({"name": "canary-of-ana", "scopes": ["read"]})).await);
    let session = account.get("/api/v1/me/sessions").await.1["items"][0]["id"].as_str().expect("a session").to_owned();
    let part = reqwest::multipart::Part::bytes(b"date,what,amount\n2026-11-01,canary-of-ana,-5.00\n".as_slice());
    let form = reqwest::multipart::Form::new().part("file", part.file_name("ana.csv"));
    let import = id(Program::answer(ana.request(Method::POST, "/api/v1/imports").multipart(form)).await);
    let budget = json!({"month": "2026-11", "category_id": null, "amount": "5.00"});
    let (_, budget) = Program::answer(ana.request(Method::PUT, "/api/v1/budgets").json(&budget)).await;
    let budget = budget["id"].as_str().expect("a budget").to_owned();
    let filter = id(ana.post("/api/v1/filters", &json!({"name": "canary-of-ana", "query": "q=canary-of-ana"})).await);
    let recurring = json!({"amount": "5.00", "what": "canary-of-ana", "schedule": {"unit": "year", "from": "2200-01-01"}});
    let recurring = id(ana.post("/api/v1/recurring", &recurring).await);
    vec![
        ("filters", filter),
        ("recurring", recurring),
        ("expenses", expense),
        ("funds", funds),
        ("budgets", budget),
        ("tokens", token),
        ("me/sessions", session),
        ("imports", import),
    ]
}

/// S34: somebody else's id is answered as one that is nobody's, on every route that takes one.
#[tokio::test]
async fn s34_somebody_elses_id_is_as_if_it_were_not_there() {
    let House { server, .. } = House::new().await;
    let things = things_of_ana(&server).await;
    let (bob, browser) = (server.program_of("bob").await, server.sign_in("bob").await);
    let account = server.program(&server.access_token("bob", "account").await);
    let mut tried = 0;
    for route in routes(&server).iter().filter(|route| route.path.contains("{id}")) {
        // What is shared, and what is the admins'.
        if ["scope:admin", "admin"].contains(&route.rule.as_str()) || route.path.starts_with("/api/v1/categories/") {
            continue;
        }
        let kind = route.path.trim_start_matches("/api/v1").trim_start_matches('/').split("/{id}").next().expect("a kind");
        let own = things.iter().find(|(known, _)| *known == kind);
        let (_, of_ana) = own.unwrap_or_else(|| panic!("make a thing of the kind {kind} in this test"));
        if route.kind == "page" {
            for id in [of_ana.as_str(), "019a0000-0000-7000-8000-000000000000"] {
                let page = browser.get(&route.path.replace("{id}", id)).await;
                assert_eq!(page.status(), 404, "{}", route.path);
                assert!(!page.text().await.expect("text").contains("canary-of-ana"), "{}", route.path);
            }
            tried += 1;
            continue;
        }
        let program = if route.rule == "scope:account" { &account } else { &bob };
        let send = async |id: &str| {
            let request = program.request(route.method.clone(), &route.path.replace("{id}", id));
            let request = if route.method == Method::PATCH { request.json(&json!({})) } else { request };
            let (status, mut body) = Program::answer(request).await;
            body.as_object_mut().and_then(|body| body.remove("request_id"));
            (status, body)
        };
        let foreign = send(of_ana).await;
        assert_eq!(foreign.0, 404, "{} {}: {foreign:?}", route.method, route.path);
        assert_eq!(foreign, send("019a0000-0000-7000-8000-000000000000").await, "{} {}", route.method, route.path);
        tried += 1;
    }
    assert!(tried >= 12, "{tried}");
    let ana = server.program_of("ana").await;
    for (kind, id) in things.iter().filter(|(kind, _)| ["expenses", "funds", "imports"].contains(kind)) {
        assert_eq!(ana.get(&format!("/api/v1/{kind}/{id}")).await.0, 200, "ana's {kind} is still there");
    }
}

/// S37: the role is the store's, on every page and function of admins, from the next request on.
#[tokio::test]
async fn s37_a_new_role_is_in_force_on_every_route_of_admins() {
    let House { server, ana, .. } = House::new().await;
    let admin = server.program_of("admin").await;
    let people = admin.get("/api/v1/admin/users?q=ana").await.1;
    let place = format!("/api/v1/admin/users/{}", people["items"][0]["id"].as_str().expect("an id"));
    for (role, who) in [("admin", Who::Admin), ("user", Who::User)] {
        assert_eq!(admin.patch(&place, &json!({"role": role})).await.0, 200);
        for route in routes(&server).iter().filter(|route| route.rule == "admin") {
            let fault = judge(who, route, ask(&ana, route).await).await;
            assert_eq!(fault, None, "{role} {} {}", route.method, route.path);
        }
    }
    let signed_in = ana.call("/api/page/session/change-password", &[("current_password", PASSWORD), ("new_password", "x")]).await;
    assert_eq!(signed_in.status(), 422, "the session is the same");
}
