//! A token never makes its holder more than they are. Which token may call which route: `tests/auth/rules.rs`.

use crate::kit::ana;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn s37_a_user_is_no_admin_whatever_the_token_says() {
    let (_server, ana) = ana().await;
    let answer = ana.post("/api/v1/categories", &json!({"name": "Mine"})).await;
    assert_eq!(answer.0, 403, "{answer:?}");
    let read = ana.request(Method::GET, "/api/v1/me").send().await.expect("an answer");
    assert_eq!(read.status(), 200);
}
