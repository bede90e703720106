//! What a value may be: amounts (S41), days (S43), texts (S44), injected structure (S45), extra fields (S39).

use crate::kit::{all, ana, balance, fund, path_of, person, problem, refused, spend, text};
use serde_json::{Value, json};

/// Refused as an amount in euros, whatever carries it.
const NO_AMOUNTS: [&str; 50] = [
    "",
    " ",
    "0",
    "0.00",
    "-0",
    "-0.01",
    "-5",
    "+5",
    "--5",
    "1.234",
    "0.001",
    "1.",
    ".5",
    "1,5",
    "1,000.00",
    "1 000",
    " 1",
    "1 ",
    "1\n",
    "1e3",
    "1E3",
    "1e-2",
    "0x10",
    "0b1",
    "0o7",
    "1_000",
    "１２",
    "١٢",
    "٣",
    "½",
    "Ⅷ",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "inf",
    "€5",
    "5 €",
    "5EUR",
    "1.2.3",
    "1..2",
    "-",
    ".",
    "null",
    "true",
    "10000000000000.01",
    "1000000000000000",
    "99999999999999999999",
    "1\u{0}",
    "1\u{200b}",
];

#[tokio::test]
async fn s41_amounts_are_exact_or_refused() {
    let (_server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let expense = path_of("expenses", &spend(&ana, "1.00", "Tea", "2026-11-20").await);
    let funds = path_of("funds", &ana.get("/api/v1/funds").await.1["items"][0]);
    for bad in NO_AMOUNTS {
        refused(ana.post("/api/v1/expenses", &json!({"amount": bad, "what": "x", "allow_overdraft": true})).await, "amount");
        refused(ana.post("/api/v1/funds", &json!({"amount": bad})).await, "amount");
        refused(ana.patch(&expense, &json!({"amount": bad})).await, "amount");
        refused(ana.patch(&funds, &json!({"amount": bad})).await, "amount");
    }
    for bad in [
        json!(5),
        json!(5.5),
        json!(-1),
        json!(true),
        Value::Null,
        json!(["5"]),
        json!({"$gt": ""}),
        json!({"minor": 5}),
        json!(1e308),
    ] {
        assert_eq!(
            refused(ana.post("/api/v1/expenses", &json!({"amount": bad, "what": "x"})).await, "amount"),
            "wrong_type",
            "{bad}"
        );
        assert_eq!(refused(ana.patch(&expense, &json!({"amount": bad})).await, "amount"), "wrong_type", "{bad}");
    }
    assert_eq!(balance(&ana).await, "99.00", "nothing of it had an effect");
    for (good, written) in [("7", "7.00"), ("0.1", "0.10"), ("007.05", "7.05"), ("0.01", "0.01")] {
        let (status, made) = ana.post("/api/v1/expenses", &json!({"amount": good, "what": "x"})).await;
        assert_eq!((status, text(&made["amount"])), (201, written.to_owned()));
    }
}

#[tokio::test]
async fn s41_the_currency_decides_the_decimals_and_sums_stay_exact() {
    let (server, ana) = ana().await;
    for (name, currency, good, bad) in [("jun", "JPY", "1200", "1200.0"), ("bea", "BHD", "1.005", "1.0005")] {
        let program = person(&server, name).await;
        assert_eq!(program.patch("/api/v1/me", &json!({"currency": currency})).await.0, 200);
        assert_eq!(refused(program.post("/api/v1/funds", &json!({"amount": bad})).await, "amount"), "too_many_decimals");
        let (status, made) = program.post("/api/v1/funds", &json!({"amount": good})).await;
        assert_eq!((status, text(&made["balance"]), text(&made["currency"])), (201, good.to_owned(), currency.to_owned()));
        problem(program.patch("/api/v1/me", &json!({"currency": "EUR"})).await, 409, "currency_fixed");
    }
    fund(&ana, "10000000000000.00").await;
    let over = ana.post("/api/v1/funds", &json!({"amount": "0.01"})).await;
    assert_eq!(over.0, 422, "{over:?}");
    assert_eq!(balance(&ana).await, "10000000000000.00");
    for _ in 0..100 {
        spend(&ana, "0.10", "Dime", "2026-11-20").await;
    }
    assert_eq!(ana.get("/api/v1/expenses").await.1["total"]["sum"], "10.00");
    assert_eq!(balance(&ana).await, "9999999999990.00");
}

#[tokio::test]
async fn s43_days_are_real_days_of_one_form() {
    let (_server, ana) = ana().await;
    let expense = path_of("expenses", &spend(&ana, "1.00", "Tea", "2026-11-20").await);
    for bad in [
        "",
        " ",
        "2023-02-30",
        "2023-02-29",
        "0000-01-01",
        "1899-12-31",
        "2201-01-01",
        "+10000-01-01",
        "-2024-01-01",
        "2024-1-1",
        "2024-01-01 ",
        " 2024-01-01",
        "20240101",
        "01.01.2024",
        "01/02/2024",
        "2024-13-01",
        "2024-00-10",
        "2024-01-00",
        "2024-01-32",
        "2024-01-01T00:00:00Z",
        "1700000000",
        "1000000000000000000",
        "today",
        "２０２４-01-01",
        "2024-W01-1",
        "2024-001",
    ] {
        let body = json!({"amount": "1.00", "what": "x", "date": bad, "allow_overdraft": true});
        assert_eq!(refused(ana.post("/api/v1/expenses", &body).await, "date"), "invalid_date", "{bad:?}");
        assert_eq!(refused(ana.post("/api/v1/funds", &json!({"amount": "1.00", "date": bad})).await, "date"), "invalid_date");
        assert_eq!(refused(ana.patch(&expense, &json!({"date": bad})).await, "date"), "invalid_date");
    }
    for good in ["1900-01-01", "2200-12-31", "2024-02-29", "2000-02-29"] {
        assert_eq!(spend(&ana, "1.00", "x", good).await["date"], good);
    }
    for bad in [json!(20240101), json!({"$gt": ""}), json!([])] {
        assert_eq!(refused(ana.patch(&expense, &json!({"date": bad})).await, "date"), "wrong_type");
    }
    assert_eq!(refused(ana.patch(&expense, &json!({"date": null})).await, "date"), "wrong_type");
}

#[tokio::test]
async fn s43_today_is_the_persons_own() {
    let (server, ana) = ana().await;
    let far = person(&server, "far").await;
    assert_eq!(ana.patch("/api/v1/me", &json!({"time_zone": "Pacific/Kiritimati"})).await.0, 200);
    assert_eq!(far.patch("/api/v1/me", &json!({"time_zone": "Pacific/Niue"})).await.0, 200);
    let day = |made: Value| text(&made["date"]);
    let east = day(ana.post("/api/v1/funds", &json!({"amount": "1.00"})).await.1);
    let west = day(far.post("/api/v1/funds", &json!({"amount": "1.00"})).await.1);
    assert!(east > west, "25 hours apart: {east} {west}");
}

#[tokio::test]
async fn s44_texts_are_kept_as_written_or_refused() {
    let (server, ana) = ana().await;
    for good in [
        "👨‍👩‍👧",
        "O’Neil & Söhne <b>",
        "日本",
        "=HYPERLINK(\"x\")",
        "'; DROP TABLE expenses; --",
        "{{7*7}}",
        "<img src=x onerror=alert(1)>",
        "\u{202e}abc",
        "$where",
        "../../etc/passwd",
        "%00",
        "a\u{301}",
    ] {
        assert_eq!(spend(&ana, "1.00", good, "2026-11-20").await["what"], good, "{good:?}");
    }
    for (bad, code) in [
        ("", "required"),
        ("   ", "required"),
        ("a\u{0}b", "control_character"),
        ("a\u{7}b", "control_character"),
        ("a\nb", "control_character"),
        ("a\u{85}b", "control_character"),
        (&"x".repeat(501), "too_long"),
        (&"é".repeat(501), "too_long"),
        (&"\u{301}".repeat(1_000), "too_long"),
    ] {
        assert_eq!(refused(ana.post("/api/v1/expenses", &json!({"amount": "1.00", "what": bad})).await, "what"), code, "{bad:?}");
    }
    let long = json!({"amount": "1.00", "what": "x", "note": "n".repeat(4_001)});
    assert_eq!(refused(ana.post("/api/v1/expenses", &long).await, "note"), "too_long");
    let lines = json!({"amount": "1.00", "what": "x", "note": "a\nb\tc", "allow_overdraft": true});
    assert_eq!(ana.post("/api/v1/expenses", &lines).await.1["note"], "a\nb\tc");
    let admin = server.program_of("admin").await;
    for bad in ["adm\u{202e}in", "ad\u{200b}min", "\u{feff}x", "", "a\u{0}", "x\ny"] {
        refused(admin.post("/api/v1/categories", &json!({"name": bad})).await, "name");
        refused(ana.patch("/api/v1/me", &json!({"display_name": bad})).await, "display_name");
    }
}

#[tokio::test]
async fn s45_structure_where_text_is_due_is_refused() {
    let (server, ana) = ana().await;
    for value in [json!({"$ne": null}), json!(["x"]), json!({"$regex": ".*"}), json!(1), json!(true)] {
        for field in ["what", "date", "category_id", "note", "amount"] {
            let mut body = json!({"amount": "1.00", "what": "x"});
            body[field] = value.clone();
            assert_eq!(refused(ana.post("/api/v1/expenses", &body).await, field), "wrong_type", "{field}: {value}");
        }
        for field in ["username", "password"] {
            let mut body = json!({"username": "eve", "password": "a long walk by the river"});
            body[field] = value.clone();
            let request = server.visitor().json(reqwest::Method::POST, "/api/v1/users", &body);
            refused(crate::common::Program::answer(request).await, field);
        }
    }
    for path in
        ["/api/v1/expenses/0", "/api/v1/expenses/$ne", "/api/v1/expenses/%27%20OR%201=1", "/api/v1/expenses/..%2f..%2fetc"]
    {
        problem(ana.get(path).await, 404, "not_found");
    }
}

#[tokio::test]
async fn s39_fields_that_are_not_listed_are_refused() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    fund(&ana, "100.00").await;
    let expense = path_of("expenses", &spend(&ana, "1.00", "Tea", "2026-11-20").await);
    let funds = path_of("funds", &ana.get("/api/v1/funds").await.1["items"][0]);
    let category = path_of("categories", &admin.get("/api/v1/categories").await.1["items"][0]);
    let before = (ana.get("/api/v1/me").await.1, ana.get(&expense).await.1, ana.get(&funds).await.1);
    for field in [
        "role",
        "is_admin",
        "user_id",
        "owner",
        "id",
        "balance",
        "created_at",
        "token_version",
        "password_hash",
        "_id",
        "$set",
        "version",
        "currency_fixed",
        "import_id",
        "username",
        "status",
        "constructor",
        "__proto__",
    ] {
        let posts = [
            ("/api/v1/expenses", json!({"amount": "1.00", "what": "x"})),
            ("/api/v1/funds", json!({"amount": "1.00"})),
            ("/api/v1/expenses/bulk", json!({"ids": [], "delete": true})),
        ];
        for (path, mut body) in posts {
            body[field] = json!("1");
            let answer = problem(ana.post(path, &body).await, 422, "unknown_field");
            assert_eq!(answer["errors"][0]["field"], field);
        }
        for (program, path) in [(&ana, &expense), (&ana, &funds), (&ana, &"/api/v1/me".to_owned()), (&admin, &category)] {
            problem(program.patch(path, &json!({field: "admin"})).await, 422, "unknown_field");
        }
        let request = server.visitor().json(
            reqwest::Method::POST,
            "/api/v1/users",
            &json!({"username": "eve", "password": "a long walk by the river", field: "eve"}),
        );
        if field != "username" {
            problem(crate::common::Program::answer(request).await, 422, "unknown_field");
        }
    }
    let nested = json!({"period": {"kind": "month", "start_day": 1, "$set": 1}});
    problem(ana.patch("/api/v1/me", &nested).await, 422, "unknown_field");
    let nested = json!({"filter": {"owner": "x"}, "expected_count": 0, "delete": true});
    assert_eq!(
        problem(ana.post("/api/v1/expenses/bulk", &nested).await, 422, "unknown_field")["errors"][0]["field"],
        "filter.owner"
    );
    assert_eq!(before, (ana.get("/api/v1/me").await.1, ana.get(&expense).await.1, ana.get(&funds).await.1));
}

/// Issue C: what nobody writes by hand has a clear answer, and no effect.
#[tokio::test]
async fn what_is_too_much_or_made_up_changes_nothing() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    fund(&ana, "100.00").await;
    let own = spend(&ana, "1.00", "مقهى 🧾 résumé", "2026-11-20").await;
    let foreign = spend(&bob, "1.00", "Bob's", "2026-11-20").await;
    let state =
        async || (all(&ana, "/api/v1/journal").await, all(&ana, "/api/v1/expenses").await, all(&bob, "/api/v1/expenses").await);
    let before = state().await;

    let megabytes = "x".repeat(10_000_000);
    for (path, body) in [
        ("/api/v1/expenses", json!({"amount": "1.00", "what": megabytes})),
        ("/api/v1/filters", json!({"name": "x", "query": megabytes})),
        ("/api/v1/expenses/bulk", json!({"filter": {"q": megabytes}, "expected_count": 1, "delete": true})),
    ] {
        problem(ana.post(path, &body).await, 413, "too_large");
    }
    problem(ana.get(&format!("/api/v1/expenses?q={}", "x".repeat(9_000))).await, 414, "uri_too_long");
    let marks = format!("e{}", "%CC%81".repeat(1_000));
    assert_eq!(refused(ana.get(&format!("/api/v1/expenses?q={marks}")).await, "q"), "too_long");
    for (query, field) in [
        ("from=2026-02-30", "from"),
        ("to=2026-11-31", "to"),
        ("cursor=made.up", "cursor"),
        ("cursor=d~2026-11-20~x", "cursor"),
        ("cursor=~~~", "cursor"),
        ("category_id=%F0%9F%A7%BE", "category_id"),
        ("added=%D9%85", "added"),
    ] {
        refused(ana.get(&format!("/api/v1/expenses?{query}")).await, field);
    }
    for (query, found) in [("%D9%85%D9%82%D9%87%D9%89", 1), ("RESUME", 1), ("%D9%85%D9%82%D9%87%D9%89%20none", 0)] {
        assert_eq!(ana.get(&format!("/api/v1/expenses?q={query}")).await.1["total"]["count"], found, "{query}");
    }
    for ids in [json!([foreign["id"]]), json!([own["id"], foreign["id"]])] {
        for change in [json!({"delete": true}), json!({"set": {"date": "2026-01-01"}})] {
            let mut body = change;
            body["ids"] = ids.clone();
            problem(ana.post("/api/v1/expenses/bulk", &body).await, 404, "not_found");
        }
    }
    assert!(state().await == before, "nothing of it had an effect");
    server.assert_sound();
}
