//! What an admin sees at one look: people, activity, and the health of the server.

use crate::common::{Browser, PASSWORD, Server, fund};
use reqwest::{Method, header};
use serde_json::{Value, json};

const OVERVIEW: &str = "/api/page/oversight/overview";

async fn ask(browser: &Browser) -> (u16, Value) {
    let request = browser.request(Method::GET, OVERVIEW).header(header::ACCEPT, "application/json");
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

async fn seen(admin: &Browser) -> Value {
    let (status, seen) = ask(admin).await;
    assert_eq!(status, 200, "{seen}");
    seen
}

/// The value of a name in a list of pairs.
fn fact(seen: &Value, name: &str) -> String {
    let pair = seen["facts"].as_array().expect("facts").iter().find(|pair| pair[0] == name);
    pair.unwrap_or_else(|| panic!("no {name} in {seen}"))[1].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn an_admin_sees_users_activity_and_the_health_of_the_server() {
    let server = Server::start().await;
    let admin = server.setup_admin().await;
    let (_ana, bob, cyd) = (server.user("ana").await, server.user("bob").await, server.user("cyd").await);
    let program = server.program_of("ana").await;
    fund(&program, "100.00").await;
    for n in 0..3 {
        let secret = json!({"amount": "7.77", "what": format!("Surprise {n}")});
        assert_eq!(program.post("/api/v1/expenses", &secret).await.0, 201);
    }
    let people = server.program_of("admin").await;
    let id = people.get("/api/v1/admin/users?q=bob").await.1["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(people.patch(&format!("/api/v1/admin/users/{id}"), &json!({"status": "disabled"})).await.0, 200);
    let leave = cyd.call("/api/page/session/leave", &[("current_password", PASSWORD)]).await;
    assert_eq!(leave.status(), 200, "{}", leave.text().await.unwrap_or_default());

    let now = seen(&admin).await;
    assert_eq!(now["people"], json!({"active": 2, "disabled": 1, "leaving": 1, "deleted": 0, "admins": 1}));
    let mut here: Vec<_> =
        now["seen"].as_array().expect("people").iter().filter_map(|row| row["display_name"].as_str()).collect();
    here.sort_unstable();
    assert_eq!(here, ["Ada Admin", "ana", "bob", "cyd"]);
    let days = now["recorded"].as_array().expect("days");
    assert_eq!((days.len(), &days[13]["count"], &days[12]["count"]), (14, &json!(3), &json!(0)), "{days:?}");
    let latest = now["latest"].to_string();
    assert!(latest.contains("Disabled") && latest.contains("Added an expense"), "{latest}");
    assert!(!now.to_string().contains("Surprise") && !now.to_string().contains('€'), "nothing of anybody's money: {now}");

    let mongodb = std::env::var("OUTLAY_TEST_STORE").is_ok_and(|store| store == "mongodb");
    assert!(fact(&now, "Store").starts_with(if mongodb { "MongoDB " } else { "SQLite " }), "{now}");
    assert_eq!(fact(&now, "Data directory"), server.data_dir().display().to_string());
    assert_eq!(fact(&now, "Outlay"), env!("CARGO_PKG_VERSION"));
    assert!(fact(&now, "Memory of the process").ends_with(" MB"), "{now}");
    assert_eq!(fact(&now, "Last backup"), "none");
    let figures: Vec<_> = now["figures"].as_array().expect("figures").iter().filter_map(|f| f["name"].as_str()).collect();
    assert_eq!(figures, ["Store answers in", "Data", "Free disk", "Up for"]);

    let worried = |seen: &Value| seen["worries"].to_string().contains("No backup was made");
    assert!(worried(&now), "{now}");
    let file = server.data_dir().join("made.outlay");
    let (status, out, err) = server.cli(&["backup", file.to_str().expect("a path")], "");
    assert!(status.success(), "{out}{err}");
    let later = seen(&admin).await;
    assert!(!worried(&later) && fact(&later, "Last backup").ends_with("made.outlay"), "{later}");

    let page = admin.get("/admin").await;
    assert_eq!(page.status(), 200);
    let html = page.text().await.expect("text");
    for part in ["What happened last", "Expenses recorded a day", "Here last", "made.outlay"] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(ask(&bob).await.0, 401, "disabled");
    let ana = server.sign_in("ana").await;
    assert_eq!((ana.get("/admin").await.status().as_u16(), ask(&ana).await.0), (404, 403));
}
