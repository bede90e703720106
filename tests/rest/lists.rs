//! Lists: filters, order, pages, totals.

use crate::{
    imports::{act, uploaded},
    kit::{all, ana, fund, path_of, refused, spend, text},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn column(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| text(&row[name])).collect()
}

#[tokio::test]
async fn a_thousand_rows_page_by_page_are_the_whole_list() {
    let (_server, ana) = ana().await;
    fund(&ana, "1000000.00").await;
    for n in 0..1_000_u32 {
        // few different days and amounts: most of the order is ties
        let body =
            json!({"amount": format!("{}.00", n % 5 + 1), "what": format!("n{n}"), "date": format!("2026-11-{:02}", n % 7 + 1)});
        assert_eq!(ana.post("/api/v1/expenses", &body).await.0, 201);
    }
    for sort in ["date", "-date", "amount", "-amount"] {
        let whole = all(&ana, &format!("/api/v1/expenses?sort={sort}&limit=200")).await;
        assert_eq!(whole.len(), 1_000);
        assert_eq!(column(&whole, "id").iter().collect::<BTreeSet<_>>().len(), 1_000, "{sort}: no row twice");
        assert_eq!(
            column(&all(&ana, &format!("/api/v1/expenses?sort={sort}&limit=7")).await, "id"),
            column(&whole, "id"),
            "{sort}"
        );
        let keys: Vec<String> = column(&whole, if sort.ends_with("date") { "date" } else { "amount" });
        let ordered = if sort.starts_with('-') { keys.is_sorted_by(|a, b| a >= b) } else { keys.is_sorted() };
        assert!(ordered, "{sort}");
    }
    let newest_first = all(&ana, "/api/v1/expenses?from=2026-11-01&to=2026-11-01&limit=200").await;
    let numbers: Vec<u32> = newest_first.iter().map(|r| text(&r["what"])[1..].parse().expect("a number")).collect();
    assert!(numbers.is_sorted_by(|a, b| a > b), "newest entry first within a day");

    let first = ana.get("/api/v1/expenses?limit=7").await.1;
    assert_eq!(first["total"], json!({"count": 1000, "sum": "3000.00"}));
    let cursor = text(&first["next_cursor"]);
    assert!(ana.get(&format!("/api/v1/expenses?limit=7&cursor={cursor}")).await.1.get("total").is_none());
    assert!(ana.get("/api/v1/expenses?limit=7&total=false").await.1.get("total").is_none());
    assert_eq!(ana.get("/api/v1/expenses").await.1["items"].as_array().map(Vec::len), Some(50));

    let journal = all(&ana, "/api/v1/journal?limit=7").await;
    let numbers: Vec<u64> = journal.iter().map(|e| e["seq"].as_u64().expect("seq")).collect();
    assert_eq!(numbers, (1..=1_002).rev().collect::<Vec<_>>(), "sign-up, funds, a thousand expenses; newest first");
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let (_server, ana) = ana().await;
    let categories = ana.get("/api/v1/categories").await.1;
    let id = |n: usize| text(&categories["items"][n]["id"]);
    for (amount, what, note, date, category) in [
        ("5.00", "Café Zürich", "with Ana", "2026-11-01", Some(id(0))),
        ("10.00", "Rent", "", "2026-11-02", Some(id(1))),
        ("20.00", "Groceries", "milk, bread", "2026-11-03", Some(id(2))),
        ("40.00", "Gift", "50%_off", "2026-11-04", None),
    ] {
        let body =
            json!({"amount": amount, "what": what, "note": note, "date": date, "category_id": category, "allow_overdraft": true});
        assert_eq!(ana.post("/api/v1/expenses", &body).await.0, 201);
    }
    let both = format!("category_id={}&category_id={}", id(0), id(1));
    let or_none = format!("category_id={}&category_id=none", id(2));
    for (query, count, sum) in [
        ("", 4, "75.00"),
        ("from=2026-11-02", 3, "70.00"),
        ("to=2026-11-02", 2, "15.00"),
        ("from=2026-11-02&to=2026-11-03", 2, "30.00"),
        ("min=10.00", 3, "70.00"),
        ("max=10", 2, "15.00"),
        ("min=10.01&max=39.99", 1, "20.00"),
        ("category_id=none", 1, "40.00"),
        (&both, 2, "15.00"),
        (&or_none, 2, "60.00"),
        ("q=cafe", 1, "5.00"),
        ("q=ZURI", 1, "5.00"),
        ("q=zur%20caf", 1, "5.00"),
        ("q=ana", 1, "5.00"),
        ("q=gr", 1, "20.00"),
        ("q=roceries", 0, "0.00"),
        ("q=cafe%20milk", 0, "0.00"),
        ("q=40", 1, "40.00"),
        ("q=40.00", 1, "40.00"),
        ("q=40,0%20gift", 1, "40.00"),
        ("q=%E2%82%AC20", 1, "20.00"),
        ("q=50", 1, "40.00"),
        ("q=41", 0, "0.00"),
        ("q=10.00&category_id=none", 0, "0.00"),
        ("q=gi&added=api&min=30.00&max=50.00", 1, "40.00"),
        ("from=&to=&q=", 4, "75.00"),
    ] {
        let (status, page) = ana.get(&format!("/api/v1/expenses?{query}")).await;
        assert_eq!(status, 200, "{query}: {page}");
        assert_eq!(page["total"], json!({"count": count, "sum": sum}), "{query}");
        assert_eq!(page["items"].as_array().map(Vec::len), Some(count), "{query}");
    }
}

/// A cursor is a place in the list that handed it out; made up by hand, it is refused, whatever else is asked.
#[tokio::test]
async fn cursors_made_up_by_hand_are_refused() {
    let (_server, ana) = ana().await;
    for n in 1..=3 {
        let body = json!({"amount": format!("{n}.00"), "what": "Lunch", "date": "2026-11-02", "allow_overdraft": true});
        assert_eq!(ana.post("/api/v1/expenses", &body).await.0, 201);
    }
    let (_, page) = ana.get("/api/v1/expenses?limit=1&q=lunch").await;
    let cursor = text(&page["next_cursor"]);
    assert_eq!(
        ana.get(&format!("/api/v1/expenses?limit=1&q=lun&added=api&cursor={cursor}")).await.0,
        200,
        "another filter, the same order"
    );
    let id = cursor.rsplit('~').next().expect("an id");
    let made_up = [
        cursor.to_uppercase(),
        format!("{cursor}~"),
        cursor.replace("2026", "2027").replace("-11-", "-13-"),
        format!("-date~20261102~{id}"),
        format!("amount~1~{id}"),
        "1".into(),
        "%00".into(),
    ];
    for filter in ["", "&q=lunch", "&q=1", "&added=api", "&category_id=none", "&min=1.00", "&q=nowhere"] {
        for made_up in &made_up {
            let (status, problem) = ana.get(&format!("/api/v1/expenses?cursor={made_up}{filter}")).await;
            assert_eq!(status, 422, "{made_up}{filter}: {problem}");
        }
        let (status, problem) = ana.get(&format!("/api/v1/expenses?sort=amount&cursor={cursor}{filter}")).await;
        assert_eq!(status, 422, "of another order: {filter}: {problem}");
    }
}

#[tokio::test]
async fn periods_are_what_they_are_today() {
    let (_server, ana) = ana().await;
    fund(&ana, "100.00").await;
    assert_eq!(ana.post("/api/v1/expenses", &json!({"amount": "1.00", "what": "Today"})).await.0, 201);
    spend(&ana, "2.00", "Long ago", "2001-02-03").await;
    let sum = async |query: &str| {
        let (status, page) = ana.get(&format!("/api/v1/expenses?{query}")).await;
        assert_eq!(status, 200, "{query}: {page}");
        text(&page["total"]["sum"])
    };
    for period in ["this_week", "this_month", "this_year", "last_30_days"] {
        assert_eq!(sum(&format!("period={period}")).await, "1.00", "{period}");
        assert_eq!(sum(&format!("period={period}&min=1.01")).await, "0.00", "{period}");
    }
    for period in ["last_month", "last_year"] {
        assert_eq!(sum(&format!("period={period}")).await, "0.00", "{period}");
    }
    for query in ["period=soon", "period=THIS_WEEK", "period=this_year&from=2026-01-01", "period=this_year&to=2026-01-01"] {
        refused(ana.get(&format!("/api/v1/expenses?{query}")).await, "period");
    }
    let bulk = |period: &str, count: u32| json!({"filter": {"period": period}, "expected_count": count, "delete": true});
    refused(ana.post("/api/v1/expenses/bulk", &bulk("soon", 1)).await, "filter.period");
    assert_eq!(ana.post("/api/v1/expenses/bulk", &bulk("this_year", 1)).await.0, 200);
    assert_eq!(sum("").await, "2.00");
}

#[tokio::test]
async fn expenses_are_found_by_how_they_were_added() {
    let (server, ana) = ana().await;
    let page = server.sign_in("ana").await;
    let by_hand =
        [("id", "0193a000-0000-7000-8000-000000000001"), ("amount", "1.00"), ("what", "By hand"), ("allow_overdraft", "true")];
    assert_eq!(page.call("/api/page/expenses/record", &by_hand).await.status(), 200);
    let program = spend(&ana, "2.00", "By a program", "2026-11-02").await;
    let (status, _, err) = server.cli(&["add", "4 on the line", "--user", "ana", "--anyway"], "");
    assert!(status.success(), "{err}");
    let preview = uploaded(&ana, "Date,Amount,Description\n2026-11-04,-8.00,By a statement\n").await;
    assert_eq!(act(&ana, &preview, "commit").await.0, 200);
    // An edit elsewhere does not change how it came to be there.
    let (status, edited) = ana.patch(&path_of("expenses", &program), &json!({"amount": "2.50", "allow_overdraft": true})).await;
    assert_eq!((status, &edited["added"]), (200, &json!("api")), "{edited}");
    for (query, sum) in [
        ("added=page", "1.00"),
        ("added=api", "2.50"),
        ("added=cli", "4.00"),
        ("added=import", "8.00"),
        ("added=page&added=import", "9.00"),
        ("added=api&added=cli&added=import&added=page", "15.50"),
        ("added=cli&added=cli", "4.00"),
        ("added=", "15.50"),
        ("added=import&min=8.01", "0.00"),
    ] {
        let (status, found) = ana.get(&format!("/api/v1/expenses?{query}")).await;
        assert_eq!((status, &found["total"]["sum"]), (200, &json!(sum)), "{query}: {found}");
        let asked: Vec<&str> =
            query.split('&').filter_map(|pair| pair.strip_prefix("added=")).filter(|v| !v.is_empty()).collect();
        for row in found["items"].as_array().expect("items") {
            assert!(asked.is_empty() || asked.contains(&text(&row["added"]).as_str()), "{query}: {row}");
        }
    }
    for bad in ["added=x", "added=Page", "added=page&added=%00", "added=page,api"] {
        assert_eq!(refused(ana.get(&format!("/api/v1/expenses?{bad}")).await, "added"), "unknown_value", "{bad}");
        assert_eq!(refused(ana.get(&format!("/api/v1/export?{bad}")).await, "added"), "unknown_value", "{bad}");
    }
    let exported = ana.request(Method::GET, "/api/v1/export?format=csv&added=import").send().await.expect("an answer");
    let lines = exported.text().await.expect("text");
    assert!(lines.contains("By a statement") && lines.lines().count() == 2, "{lines}");
    let bulk = |added: Value, n: u64| json!({"filter": {"added": added}, "expected_count": n, "delete": true});
    assert_eq!(refused(ana.post("/api/v1/expenses/bulk", &bulk(json!(["x"]), 1)).await, "filter.added"), "unknown_value");
    refused(ana.post("/api/v1/expenses/bulk", &bulk(json!("page"), 1)).await, "filter.added");
    let (status, answer) = ana.post("/api/v1/expenses/bulk", &bulk(json!(["cli", "import"]), 2)).await;
    assert_eq!((status, &answer["changed"]), (200, &json!(2)), "{answer}");
    assert_eq!(ana.get("/api/v1/expenses").await.1["total"]["sum"], "3.50");
}

#[tokio::test]
async fn funds_of_some_days() {
    let (_server, ana) = ana().await;
    for (amount, date) in [("1.00", "2026-10-31"), ("2.00", "2026-11-01"), ("4.00", "2026-11-30"), ("8.00", "2026-12-01")] {
        assert_eq!(ana.post("/api/v1/funds", &json!({"amount": amount, "date": date})).await.0, 201);
    }
    for (query, count, sum) in [
        ("", 4, "15.00"),
        ("from=2026-11-01&to=2026-11-30", 2, "6.00"),
        ("from=2026-11-02", 2, "12.00"),
        ("to=2026-10-31", 1, "1.00"),
        ("from=2027-01-01", 0, "0.00"),
        ("from=&to=", 4, "15.00"),
    ] {
        let (status, page) = ana.get(&format!("/api/v1/funds?{query}&limit=1")).await;
        assert_eq!((status, &page["total"]), (200, &json!({"count": count, "sum": sum})), "{query}: {page}");
        let rows = all(&ana, &format!("/api/v1/funds?{query}&limit=1")).await;
        assert_eq!(rows.len(), count, "{query}");
        assert!(column(&rows, "date").is_sorted_by(|a, b| a > b), "newest first");
        if let Some(cursor) = page["next_cursor"].as_str() {
            let next = ana.get(&format!("/api/v1/funds?{query}&limit=1&cursor={cursor}")).await.1;
            assert!(next.get("total").is_none(), "on the first page only");
        }
    }
    assert!(ana.get("/api/v1/funds?total=false").await.1.get("total").is_none());
    for (bad, field) in [("from=x", "from"), ("from=2026-12-01&to=2026-11-01", "to"), ("q=x", "q"), ("total=1", "total")] {
        refused(ana.get(&format!("/api/v1/funds?{bad}")).await, field);
    }
}

#[tokio::test]
async fn s45_s54_what_a_query_may_not_be() {
    let (_server, ana) = ana().await;
    spend(&ana, "5.00", "Tea", "2026-11-20").await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.5", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=5&limit=6", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%27%3BDROP%20TABLE", "cursor"),
        ("cursor=2026-11-20~x", "cursor"),
        ("cursor=", "cursor"),
        ("from=2023-02-30", "from"),
        ("to=2024-1-1", "to"),
        ("from=2026-12-01&to=2026-11-01", "to"),
        ("from=0000-01-01", "from"),
        ("to=%2B10000-01-01", "to"),
        ("min=1e3", "min"),
        ("max=NaN", "max"),
        ("min=-5", "min"),
        ("max=1,5", "max"),
        ("sort=$where", "sort"),
        ("sort=id", "sort"),
        ("sort=date;DROP", "sort"),
        ("category_id=x", "category_id"),
        ("category_id[$ne]=x", "category_id[$ne]"),
        ("category[$ne]=x", "category[$ne]"),
        ("total=maybe", "total"),
        ("owner=x", "owner"),
        ("user_id=x", "user_id"),
    ] {
        refused(ana.get(&format!("/api/v1/expenses?{query}")).await, field);
    }
    let long = "x".repeat(201);
    assert_eq!(refused(ana.get(&format!("/api/v1/expenses?q={long}")).await, "q"), "too_long");
    for list in ["funds", "journal", "categories", "imports"] {
        assert_eq!(refused(ana.get(&format!("/api/v1/{list}?limit=0")).await, "limit"), "out_of_range");
        assert_eq!(refused(ana.get(&format!("/api/v1/{list}?cursor=~~~")).await, "cursor"), "invalid_cursor");
    }
    // what looks like a pattern is text
    for (q, count) in [
        ("%25", 0),
        ("_", 0),
        (".*", 0),
        ("(a%2B)%2B$", 0),
        ("%27%3B%20DROP%20TABLE%20expenses", 0),
        ("%22", 0),
        ("tea*", 1),
        ("te", 1),
    ] {
        let (status, page) = ana.get(&format!("/api/v1/expenses?q={q}")).await;
        assert_eq!(status, 200, "{q}: {page}");
        if page["total"]["count"] != count {
            assert!(["%22", "_", "%25", ".*", "tea*"].contains(&q), "{q}: only signs may count for nothing: {page}");
        }
    }
    let of_another_list = text(&json!("2026-11-20~019aaaaa-0000-7000-8000-000000000000~extra"));
    refused(ana.get(&format!("/api/v1/expenses?cursor={of_another_list}")).await, "cursor");
}

#[tokio::test]
async fn short_lists_page_as_the_long_ones() {
    let (_server, ana) = ana().await;
    let whole = all(&ana, "/api/v1/categories").await;
    assert!(whole.len() >= 10, "about ten categories are there after setup");
    assert_eq!(all(&ana, "/api/v1/categories?limit=3").await, whole);
    assert!(column(&whole, "name").is_sorted_by_key(|n| n.to_lowercase()), "by name");
}
