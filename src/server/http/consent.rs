//! `/oauth/authorize`: a program asks a person for access (RFC 6749 §4.1), and where clients learn how (RFC 8414). The page
//! itself is the app's; here is who is sent where.

use super::{
    Site,
    forms::{see_other, sign_in_path},
    page,
    path::came_from,
    problem::Refusal,
};
use crate::{
    domain::{Code, Problem, Scope, program::form_source},
    server::auth::{Caller, Client, NotAsked},
};
use axum::{
    Extension, Form, Json,
    extract::{Request, State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// Where the form of a page may lead to beside this server: put into the request of a page.
#[derive(Clone)]
pub struct FormsLeadTo(pub String);

/// The field that says what the person decided.
const DECISION: &str = "decision";

/// `GET /oauth/authorize`. What is wrong with the request is told to the program, unless it is about who the program is.
pub async fn ask(State(site): State<Site>, mut request: Request) -> Response {
    let Some(caller) = request.extensions().get::<Caller>().cloned() else { return page::page(State(site), request).await };
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    match site.app.auth.asked(&caller, &pairs).await {
        Err(NotAsked::Program(location)) => elsewhere(&location),
        Err(NotAsked::Person(_)) => page::page(State(site), request).await,
        Ok(asked) => {
            let source = form_source(&site.app.auth.denied(&asked)).to_owned();
            request.extensions_mut().insert(FormsLeadTo(source));
            page::page(State(site), request).await
        }
    }
}

/// `POST /oauth/authorize`: the parameters of the request again, and `decision`.
pub async fn decide(
    State(site): State<Site>,
    caller: Option<Extension<Caller>>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let Some(Extension(caller)) = caller else { return see_other(&sign_in_path(&came_from(&headers))) };
    let Ok(Form(mut pairs)) = form else {
        return Refusal(Problem::new(Code::Malformed, "The form could not be read. Go back and try again.")).into_response();
    };
    let decision = pairs.iter().find(|(name, _)| name == DECISION).map(|(_, value)| value.clone()).unwrap_or_default();
    pairs.retain(|(name, _)| name != DECISION);
    let location = match (site.app.auth.asked(&caller, &pairs).await, decision.as_str()) {
        (Err(NotAsked::Program(location)), _) => Ok(location),
        (Err(NotAsked::Person(problem)), _) => Err(problem),
        (Ok(asked), "allow") => site.app.auth.allowed(&caller, &asked, &client).await,
        (Ok(asked), "deny") => Ok(site.app.auth.denied(&asked)),
        (Ok(_), _) => Err(Problem::field(DECISION, "required", "Choose whether to allow it.")),
    };
    location.map_or_else(|problem| Refusal(problem).into_response(), |location| elsewhere(&location))
}

/// 303 to an address that is registered for a program (S30 exempts it).
fn elsewhere(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => Refusal(Problem::internal()).into_response(),
    }
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414).
pub async fn metadata(State(site): State<Site>) -> Json<Value> {
    let base = &site.app.config.base_url;
    let mut grants = vec!["authorization_code", "refresh_token"];
    if site.app.config.oauth_password_grant != crate::server::config::PasswordGrant::Off {
        grants.push("password");
    }
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/api/v1/oauth/token"),
        "revocation_endpoint": format!("{base}/api/v1/oauth/revoke"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grants,
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": format!("{base}/api/v1/openapi.json"),
    }))
}
