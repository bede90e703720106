//! Reports by REST: the groups sum to the total, and open to the rows they sum.

use crate::kit::{all, ana, fund, refused, spend, text};
use serde_json::{Value, json};

/// Cents of a decimal string.
fn cents(value: &Value) -> i64 {
    text(value).replace('.', "").parse().expect("an amount")
}

fn sum(rows: &[Value], field: &str) -> i64 {
    rows.iter().map(|row| cents(&row[field])).sum()
}

#[tokio::test]
async fn i7_every_group_opens_to_the_rows_that_it_sums() {
    let (_server, ana) = ana().await;
    let categories = all(&ana, "/api/v1/categories").await;
    for n in 0..40_u32 {
        let (month, day) = (n % 12 + 1, n % 28 + 1);
        let category = (n % 3 > 0).then(|| categories[n as usize % 4]["id"].clone());
        let body = json!({"amount": format!("{}.{:02}", n + 1, n), "what": "x", "date": format!("2025-{month:02}-{day:02}"),
            "category_id": category, "allow_overdraft": true});
        assert_eq!(ana.post("/api/v1/expenses", &body).await.0, 201);
    }
    for query in [
        "period=year&date=2025-05-05",
        "period=year&date=2025-05-05&by=month&stack=category",
        "period=quarter&date=2025-05-05&by=week",
        "period=month&date=2025-05-05&by=day",
        "period=custom&from=2025-02-10&to=2025-11-03&by=month&stack=category",
    ] {
        let (status, report) = ana.get(&format!("/api/v1/reports/spending?{query}")).await;
        assert_eq!(status, 200, "{report}");
        let groups = report["groups"].as_array().expect("groups");
        assert_eq!(sum(groups, "total"), cents(&report["total"]), "{query}");
        assert_eq!(groups.iter().filter_map(|g| g["count"].as_u64()).sum::<u64>(), report["count"].as_u64().expect("a count"));
        for group in groups {
            let parts = group["stack"].as_array().cloned().unwrap_or_default();
            assert!(parts.is_empty() || sum(&parts, "total") == cents(&group["total"]));
            let by_category = if query.contains("by=") { &parts[..] } else { std::slice::from_ref(group) };
            for part in by_category {
                let day =
                    |field: &str| part.get(field).or_else(|| group.get(field)).unwrap_or(&report[field]).as_str().expect("a day");
                let (from, to, key) = (day("from"), day("to"), text(&part["key"]));
                let rows = all(&ana, &format!("/api/v1/expenses?from={from}&to={to}&category_id={key}")).await;
                assert_eq!(
                    (sum(&rows, "amount"), rows.len() as u64),
                    (cents(&part["total"]), part["count"].as_u64().unwrap_or(0))
                );
            }
        }
    }
    let (_, report) = ana.get("/api/v1/reports/spending?period=month&date=2025-05-05&compare=last_year").await;
    assert_eq!(report["previous"], json!({"from": "2024-05-01", "to": "2024-05-31", "total": "0.00"}));
    let whole: f64 = report["groups"].as_array().into_iter().flatten().filter_map(|g| g["share"].as_f64()).sum();
    assert!((whole - 1.0).abs() < 0.01, "{report}");
}

#[tokio::test]
async fn s54_reports_say_what_is_wrong_with_their_question() {
    let (_server, ana) = ana().await;
    for (query, field, code) in [
        ("period=decade", "period", "unknown_value"),
        ("period=custom", "from", "required"),
        ("period=custom&from=2000-01-01&to=2020-01-01", "to", "too_long"),
        ("from=2026-01-01", "from", "not_allowed"),
        ("date=tomorrow", "date", "invalid_date"),
        ("user_id=1", "user_id", "unknown_field"),
    ] {
        assert_eq!(refused(ana.get(&format!("/api/v1/reports/spending?{query}")).await, field), code, "{query}");
    }
    assert_eq!(refused(ana.get("/api/v1/reports/balance?from=2026-01-01").await, "to"), "required");
    assert_eq!(
        refused(ana.get("/api/v1/reports/balance?from=2026-01-01&to=2026-01-02&by=category").await, "by"),
        "unknown_value"
    );
}

#[tokio::test]
async fn s54_a_report_spans_at_most_ten_years() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    spend(&ana, "3.00", "First", "2000-02-29").await;
    spend(&ana, "4.00", "Last", "2010-02-28").await;
    // Ten years with three leap days have 3,653 days, and this is one of them.
    let longest = "from=2000-02-29&to=2010-02-28";
    for query in ["by=day", "by=week", "by=month&stack=category", "compare=last_year", "compare=average&n=12"] {
        let (status, report) = ana.get(&format!("/api/v1/reports/spending?period=custom&{longest}&{query}")).await;
        assert_eq!((status, &report["total"], &report["count"]), (200, &json!("7.00"), &json!(2)), "{query}");
    }
    let (status, line) = ana.get(&format!("/api/v1/reports/balance?{longest}&by=day")).await;
    assert_eq!((status, line["points"].as_array().map(Vec::len)), (200, Some(3_653)), "a day each");
    for more in ["from=2000-02-28&to=2010-02-28", "from=2000-02-29&to=2010-03-01", "from=1900-01-01&to=2200-12-31"] {
        for route in ["spending?period=custom&by=month&", "spending?period=custom&by=category&", "balance?", "balance?by=month&"]
        {
            assert_eq!(refused(ana.get(&format!("/api/v1/reports/{route}{more}")).await, "to"), "too_long", "{route}{more}");
        }
    }
    // At the ends of the calendar what is compared with is cut, and nothing breaks.
    for days in ["from=1900-01-01&to=1909-12-31", "from=2191-01-01&to=2200-12-31"] {
        for compare in ["previous", "last_year", "average&n=12"] {
            let (status, report) = ana.get(&format!("/api/v1/reports/spending?period=custom&{days}&compare={compare}")).await;
            assert_eq!((status, &report["total"]), (200, &json!("0.00")), "{days} {compare}: {report}");
        }
    }
    server.assert_sound();
}

#[tokio::test]
async fn the_balance_over_time_ends_with_the_balance_of_today() {
    let (_server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let spent = spend(&ana, "30.00", "Lunch", "2025-03-04").await;
    let today = all(&ana, "/api/v1/funds").await[0]["date"].clone();
    let (status, answer) = ana.get(&format!("/api/v1/reports/balance?from=2025-03-03&to={}&by=month", text(&today))).await;
    assert_eq!(status, 200, "{answer}");
    let points = answer["points"].as_array().expect("points");
    assert_eq!(points[0], json!({"date": "2025-03-31", "balance": "-30.00"}));
    assert_eq!(points[points.len() - 1], json!({"date": today, "balance": spent["balance"]}));
    let (_, days) = ana.get("/api/v1/reports/balance?from=2025-03-03&to=2025-03-05").await;
    let balances: Vec<String> = days["points"].as_array().into_iter().flatten().map(|p| text(&p["balance"])).collect();
    assert_eq!(balances, ["0.00", "-30.00", "-30.00"]);
}
