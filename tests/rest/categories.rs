//! Categories: everybody reads them, admins change them.

use crate::kit::{ana, path_of, problem, refused, spend, text};
use serde_json::{Value, json};

#[tokio::test]
async fn admins_add_change_and_delete_categories() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let (status, made) = admin.post("/api/v1/categories", &json!({"name": "Books", "color": "violet"})).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (&made["name"], &made["color"], &made["archived"], &made["version"]),
        (&json!("Books"), &json!("violet"), &json!(false), &json!(1))
    );
    let place = path_of("categories", &made);
    assert_eq!(ana.get(&place).await.1, made);
    let (status, plain) = admin.post("/api/v1/categories", &json!({"name": "Plain"})).await;
    assert_eq!((status, plain["color"].is_string()), (201, true), "a colour is chosen: {plain}");

    let (status, changed) = admin.patch(&place, &json!({"name": "Reading", "archived": true})).await;
    assert_eq!(
        (status, &changed["name"], &changed["archived"], &changed["version"]),
        (200, &json!("Reading"), &json!(true), &json!(2))
    );
    let archived = json!({"amount": "1.00", "what": "x", "category_id": made["id"], "allow_overdraft": true});
    refused(ana.post("/api/v1/expenses", &archived).await, "category_id");
    assert_eq!(admin.delete(&place).await.0, 204);
    problem(ana.get(&place).await, 404, "not_found");
    problem(admin.delete(&place).await, 404, "not_found");
    problem(admin.patch(&place, &json!({"name": "x"})).await, 404, "not_found");
}

#[tokio::test]
async fn names_are_unique_and_colours_are_the_palettes() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let taken = text(&ana.get("/api/v1/categories").await.1["items"][0]["name"]);
    for name in [taken.clone(), taken.to_uppercase(), format!(" {taken} ")] {
        problem(admin.post("/api/v1/categories", &json!({"name": name})).await, 409, "duplicate_name");
    }
    for color in ["#fff", "red", "", "Blue", "blue; x:expression(1)"] {
        refused(admin.post("/api/v1/categories", &json!({"name": "New", "color": color})).await, "color");
    }
    let both = admin.post("/api/v1/categories", &json!({"name": "", "color": "red"})).await;
    refused(both.clone(), "name");
    refused(both, "color");
}

#[tokio::test]
async fn a_category_in_use_goes_only_with_a_place_to_move_to() {
    let (server, ana) = ana().await;
    let admin = server.program_of("admin").await;
    let items = ana.get("/api/v1/categories").await.1["items"].clone();
    let (from, to) = (text(&items[0]["id"]), text(&items[1]["id"]));
    let made = spend(&ana, "5.00", "Tea", "2026-11-20").await;
    assert_eq!(ana.patch(&path_of("expenses", &made), &json!({"category_id": from})).await.0, 200);
    let place = format!("/api/v1/categories/{from}");
    problem(admin.delete(&place).await, 409, "category_in_use");
    refused(admin.delete(&format!("{place}?move_to=x")).await, "move_to");
    refused(admin.delete(&format!("{place}?move_to=019a0000-0000-7000-8000-000000000000")).await, "move_to");
    let itself = admin.delete(&format!("{place}?move_to={from}")).await;
    assert_eq!(itself.0, 422, "{itself:?}");
    assert_eq!(admin.delete(&format!("{place}?move_to={to}")).await.0, 204);
    assert_eq!(ana.get(&path_of("expenses", &made)).await.1["category_id"], json!(to));
    assert!(ana.get("/api/v1/categories").await.1["items"].as_array().is_some_and(|c| c.iter().all(|c| c["id"] != json!(from))));
}

#[tokio::test]
async fn s36_nobody_else_changes_categories() {
    let (server, ana) = ana().await;
    let place = path_of("categories", &ana.get("/api/v1/categories").await.1["items"][0]);
    let write_only = server.program(&server.personal_token("admin", "read write").await);
    for program in [&ana, &write_only] {
        for (status, body) in [
            program.post("/api/v1/categories", &json!({"name": "Mine"})).await,
            program.patch(&place, &json!({"name": "Mine"})).await,
            program.delete(&place).await,
        ] {
            assert_eq!(status, 403, "{body}");
            assert!(["forbidden", "insufficient_scope"].contains(&body["code"].as_str().unwrap_or("")), "{body}");
        }
    }
    assert_ne!(ana.get(&place).await.1["name"], Value::from("Mine"));
}
