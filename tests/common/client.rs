//! Clients: a browser and a program.

use reqwest::{Method, RequestBuilder, Response, header, redirect};
use serde_json::{Value, json};

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().expect("a client")
}

/// A browser: keeps cookies, says where its requests come from, follows no redirect by itself.
pub struct Browser {
    pub http: reqwest::Client,
    pub url: String,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        Self { http: client(), url: url.to_owned() }
    }

    /// Any request, with the headers of a page of the server's own.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("sec-fetch-site", "same-origin")
    }

    /// A navigation.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).header(header::ACCEPT, "text/html,*/*;q=0.8").send().await.expect("an answer")
    }

    /// A form sent without JavaScript from the page at `from`.
    pub async fn form(&self, from: &str, action: &str, fields: &[(&str, &str)]) -> Response {
        self.request(Method::POST, action)
            .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(header::REFERER, format!("{}{from}", self.url))
            .form(fields)
            .send()
            .await
            .expect("an answer")
    }

    /// A server function called by the page's WASM.
    pub async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.request(Method::POST, path).header(header::ACCEPT, "application/json");
        request.form(fields).send().await.expect("an answer")
    }

    pub fn json(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.request(method, path).json(body)
    }
}

/// A program: sends a bearer token and JSON, keeps nothing.
#[derive(Clone)]
pub struct Program {
    pub http: reqwest::Client,
    pub url: String,
    pub token: String,
}

impl Program {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token)
    }
    /// Status and JSON (or `null`) of an answer.
    pub async fn answer(request: RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }
    pub async fn get(&self, path: &str) -> (u16, Value) {
        Self::answer(self.request(Method::GET, path)).await
    }
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        Self::answer(self.request(Method::POST, path).json(body)).await
    }
    pub async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        Self::answer(self.request(Method::PATCH, path).json(body)).await
    }
    pub async fn delete(&self, path: &str) -> (u16, Value) {
        Self::answer(self.request(Method::DELETE, path)).await
    }
}

/// Every row of a list, page by page.
pub async fn all(program: &Program, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let join = if path.contains('?') { '&' } else { '?' };
        let (status, page) = program
            .get(&format!("{path}{}", if cursor.is_empty() { String::new() } else { format!("{join}cursor={cursor}") }))
            .await;
        assert_eq!(status, 200, "{page}");
        rows.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return rows,
        }
    }
}

/// Adds funds, so that expenses have something to be paid from.
pub async fn fund(program: &Program, amount: &str) {
    let (status, answer) = program.post("/api/v1/funds", &json!({"amount": amount})).await;
    assert_eq!(status, 201, "{answer}");
}

pub async fn balance(program: &Program) -> String {
    program.get("/api/v1/me").await.1["balance"].as_str().expect("a balance").to_owned()
}

/// Every `Set-Cookie` of an answer.
pub fn set_cookies(answer: &Response) -> Vec<String> {
    answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()).map(str::to_owned).collect()
}

/// Where an answer leads to.
pub fn location(answer: &Response) -> &str {
    answer.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default()
}
