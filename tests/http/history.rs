//! The history, one expense's own page, and funds, as a browser without JavaScript has them.

use crate::common::{Browser, Program, Server, fund, location};
use serde_json::{Value, json};

const UNDO: &str = "/api/page/journal/undo";

/// A server with an admin, who is signed in, and a program of theirs.
async fn house() -> (Server, Browser, Program) {
    let server = Server::start().await;
    let browser = server.setup_admin().await;
    let program = server.program_of("admin").await;
    fund(&program, "1000.00").await;
    (server, browser, program)
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.expect("text")
}

async fn spend(program: &Program, what: &str) -> String {
    let body = json!({"amount": "12.50", "what": what, "date": "2026-11-20"});
    let (status, made) = program.post("/api/v1/expenses", &body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().expect("an id").to_owned()
}

async fn newest(program: &Program) -> Value {
    program.get("/api/v1/journal?limit=1").await.1["items"][0].clone()
}

#[tokio::test]
async fn an_entry_opens_to_what_it_changed() {
    let (_server, browser, program) = house().await;
    let id = spend(&program, "Running shoes").await;
    let changes = json!({"amount": "13.75", "note": "on sale"});
    assert_eq!(program.patch(&format!("/api/v1/expenses/{id}"), &changes).await.0, 200);
    let seq = newest(&program).await["seq"].clone();
    let closed = page(&browser, "/history").await;
    assert!(closed.contains("Changed “Running shoes”") && closed.contains("by a program"));
    assert!(!closed.contains("on sale"), "nothing is open");
    let open = page(&browser, &format!("/history?open={seq}")).await;
    for shown in ["on sale", "€12.50", "€13.75", &format!("href=\"/expenses/{id}\"")] {
        assert!(open.contains(shown), "{shown}");
    }
    let alone = page(&browser, &format!("/history?entry={seq}")).await;
    assert!(alone.contains("on sale") && alone.contains("Newest"));
    // What is no number of an entry opens nothing.
    for odd in ["0", "x", "-1", "99999999999999999999", "18446744073709551615"] {
        page(&browser, &format!("/history?open={odd}&entry={odd}&changes={odd}")).await;
    }
}

#[tokio::test]
async fn a_large_entry_is_told_in_parts() {
    let (_server, browser, program) = house().await;
    let mut ids = Vec::new();
    for n in 0..60 {
        ids.push(spend(&program, &format!("Thing {n:02}")).await);
    }
    let bulk = json!({"ids": ids, "set": {"date": "2026-11-01"}});
    assert_eq!(program.post("/api/v1/expenses/bulk", &bulk).await.1["changed"], 60);
    let seq = newest(&program).await["seq"].clone();
    let shown = |page: &str| (0..60).filter(|n| page.contains(&format!(">Thing {n:02}<"))).count();
    let first = page(&browser, &format!("/history?open={seq}")).await;
    assert_eq!(shown(&first), 40);
    let rest = page(&browser, &format!("/history?open={seq}&changes=40")).await;
    assert_eq!(shown(&rest), 20);
    assert!(first.contains("changes=40") && rest.contains("From the first"));
}

#[tokio::test]
async fn the_filter_is_the_address() {
    let (server, browser, program) = house().await;
    spend(&program, "Shoes").await;
    let (status, _, err) = server.cli(&["add", "4 on the line", "--user", "admin"], "");
    assert!(status.success(), "{err}");
    let (shoes, line, funds) = ("Added “Shoes”", "Added “on the line”", "Added funds");
    for (query, there, absent) in [
        ("", &[shoes, line, funds][..], &[][..]),
        ("kind=expenses", &[shoes, line], &[funds]),
        ("kind=expenses&via=cli", &[line], &[shoes, funds]),
        ("kind=funds&via=api", &[funds], &[shoes, line]),
        ("from=2000-01-01", &[shoes, line, funds], &[]),
        ("to=2000-01-01", &["No change matches"], &[shoes, line, funds]),
    ] {
        let page = page(&browser, &format!("/history?{query}")).await;
        assert!(there.iter().all(|text| page.contains(text)), "{query}");
        assert!(!absent.iter().any(|text| page.contains(text)), "{query}");
    }
    for bad in ["kind=x", "via=x", "from=x", "from=2026-12-01&to=2026-11-01", "cursor=x"] {
        assert!(page(&browser, &format!("/history?{bad}")).await.contains("role=\"alert\""), "{bad}");
    }
}

#[tokio::test]
async fn undo_and_redo_and_what_stands_in_their_way() {
    let (_server, browser, program) = house().await;
    let id = spend(&program, "Running shoes").await;
    let added = newest(&program).await["seq"].to_string();
    assert_eq!(program.patch(&format!("/api/v1/expenses/{id}"), &json!({"amount": "13.75"})).await.0, 200);
    let changed = newest(&program).await["seq"].to_string();
    let undo = async |seq: &str, key: &str| {
        let answer = browser.form("/history", UNDO, &[("seq", seq), ("key", key)]).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/history"));
        page(&browser, "/history").await
    };
    let refused = undo(&added, "a").await;
    assert!(refused.contains("Undo the later change first"), "told in place");
    assert!(refused.contains(&format!("href=\"/history?entry={added}\"")), "and what to do");
    let undone = undo(&changed, "b").await;
    let undoing = newest(&program).await["seq"].to_string();
    assert!(undone.contains(&format!("id=\"redo-{changed}\"")) && undone.contains(&format!("/history?entry={undoing}")));
    assert!(undo(&changed, "c").await.contains("This was undone already"));
    let redone = undo(&undoing, "d").await;
    assert!(redone.contains("Redid: Changed “Running shoes”"));
    assert_eq!(program.get(&format!("/api/v1/expenses/{id}")).await.1["amount"], "13.75");
}

#[tokio::test]
async fn an_expense_has_a_page_of_its_own() {
    let (server, browser, program) = house().await;
    let id = spend(&program, "Running shoes").await;
    assert_eq!(program.patch(&format!("/api/v1/expenses/{id}"), &json!({"amount": "13.75"})).await.0, 200);
    let path = format!("/expenses/{id}");
    let whole = page(&browser, &path).await;
    for shown in ["<title>Running shoes · Outlay</title>", "By a program", "€12.50", "€13.75", "Added “Running shoes”"] {
        assert!(whole.contains(shown), "{shown}");
    }
    assert!(!whole.contains("was deleted"));
    assert_eq!(program.delete(&format!("/api/v1{path}")).await.0, 204);
    let deleting = newest(&program).await["seq"].to_string();
    let gone = page(&browser, &path).await;
    assert!(gone.contains("This expense was deleted") && gone.contains("Put back"));
    let back = browser.form(&path, UNDO, &[("seq", &deleting), ("key", "k")]).await;
    assert_eq!((back.status().as_u16(), location(&back)), (303, path.as_str()));
    assert!(!page(&browser, &path).await.contains("was deleted"));

    let other = server.user("ana").await;
    for (browser, path) in [
        (&other, path.as_str()),
        (&browser, "/expenses/019a0000-0000-7000-8000-000000000000"),
        (&browser, "/expenses/no-id"),
        (&browser, "/expenses/019a"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        let text = answer.text().await.expect("text");
        assert!(text.contains("There is no such page") && !text.contains("Running shoes"), "{path}");
    }
}

#[tokio::test]
async fn funds_keep_their_place() {
    let (_server, browser, program) = house().await;
    for n in 1..=60 {
        let body = json!({"amount": format!("{n}.00"), "date": "2025-11-01", "note": format!("Wages {n:02}")});
        assert_eq!(program.post("/api/v1/funds", &body).await.0, 201);
    }
    let first = page(&browser, "/funds?to=2025-11-30&from=2025-10-01").await;
    assert!(first.contains("€1,830.00") && first.contains("Wages 60") && !first.contains("Wages 10"));
    let list = program.get("/api/v1/funds?to=2025-11-30&from=2025-10-01").await.1;
    let cursor = list["next_cursor"].as_str().expect("a next page").replace('~', "%7E");
    let place = format!("/funds?to=2025-11-30&from=2025-10-01&cursor={cursor}");
    assert!(first.contains(&place.replace('&', "&amp;")), "a link to the next page");
    let second = page(&browser, &place).await;
    assert!(second.contains("Wages 10") && !second.contains("Wages 60"));
    let next = program.get(&format!("/api/v1{place}")).await.1;
    let (row, version) = (&next["items"][0], next["items"][0]["version"].to_string());
    let id = row["id"].as_str().expect("an id");
    let editor = page(&browser, &format!("{place}&edit={id}")).await;
    let back = format!("name=\"next\" value=\"{}\"", place.replace('&', "&amp;"));
    assert!(editor.contains(&back), "the editor leads back to the place");
    let fields =
        [("id", id), ("version", &version), ("amount", "5.55"), ("date", "2025-11-01"), ("note", "Less"), ("next", &place)];
    let saved = browser.form(&format!("{place}&edit={id}"), "/api/page/funds/edit", &fields).await;
    assert_eq!((saved.status().as_u16(), location(&saved)), (303, place.as_str()));
    assert!(page(&browser, &place).await.contains("Less"));
    let deleted = browser.form(&place, "/api/page/funds/delete", &[("id", id), ("version", "2")]).await;
    assert_eq!((deleted.status().as_u16(), location(&deleted)), (303, place.as_str()));
    assert!(!page(&browser, &place).await.contains("Less"));
    assert!(page(&browser, "/funds?from=2030-01-01").await.contains("No funds on these days"));
    assert!(page(&browser, "/funds?from=x").await.contains("role=\"alert\""));
}
