//! `/oauth`: the token endpoint (RFC 6749) and revocation (RFC 7009). They speak those RFCs' own errors.
//!
//! Their answers must never be cached or kept.

use super::{
    body::{bytes, is_content, retry},
    extract::{idempotency_key, names_a_token},
    problem::Refusal,
};
use crate::{
    domain::Problem,
    server::{
        App,
        auth::{Client, CodeGrant, Grant, OAuthError, TokenAnswer},
        ledger::Retry,
    },
};
use axum::{
    Extension, Json,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// An error as RFC 6749 §5.2 writes it.
#[derive(Serialize, ToSchema)]
pub struct OAuthErrorBody {
    /// `invalid_request`, `invalid_client`, `invalid_grant`, `unsupported_grant_type` or `invalid_scope`.
    error: &'static str,
    error_description: &'static str,
}

/// A refusal of these endpoints.
pub struct Refused(OAuthError);

impl From<OAuthError> for Refused {
    fn from(e: OAuthError) -> Self {
        Self(e)
    }
}
impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(OAuthError::Problem(problem))
    }
}

const INVALID_REQUEST: OAuthError = OAuthError::OAuth("invalid_request");

fn description(error: &str) -> &'static str {
    match error {
        "invalid_client" => "Clients need no credentials here.",
        "invalid_grant" => "What was given for the tokens is not valid, or was used already.",
        "invalid_scope" => "A scope is not known, or is more than was granted.",
        "unsupported_grant_type" => "This grant type is not offered here.",
        _ => "Send each parameter once, form-encoded, and the credentials in the body only.",
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut answer = match self.0 {
            OAuthError::Problem(problem) => Refusal(problem).into_response(),
            OAuthError::OAuth(error) => {
                let body = Json(OAuthErrorBody { error, error_description: description(error) });
                if error == "invalid_client" {
                    let challenge = [(header::WWW_AUTHENTICATE, r#"Basic realm="outlay""#)];
                    (StatusCode::UNAUTHORIZED, challenge, body).into_response()
                } else {
                    (StatusCode::BAD_REQUEST, body).into_response()
                }
            }
        };
        uncached(answer.headers_mut());
        answer
    }
}

fn uncached(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}

/// A form whose parameters come once each; a parameter without a value counts as absent (RFC 6749 §3.2).
pub struct Form {
    pairs: Vec<(String, String)>,
    retry: Option<Retry>,
}

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
    fn need(&self, name: &str) -> Result<String, Refused> {
        self.get(name).map(str::to_owned).ok_or(Refused(INVALID_REQUEST))
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Refused;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let key = idempotency_key(request.headers())?;
        let route = request.uri().path().to_owned();
        match request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes) {
            None => {}
            Some(value) if value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic ")) => {
                return Err(Refused(OAuthError::OAuth("invalid_client")));
            }
            Some(_) => return Err(Refused(INVALID_REQUEST)),
        }
        if request.uri().query().is_some() || !is_content(request.headers(), "application/x-www-form-urlencoded") {
            return Err(Refused(INVALID_REQUEST));
        }
        let body = bytes(request, state).await?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).map_err(|_| Refused(INVALID_REQUEST))?;
        let twice = pairs.iter().enumerate().any(|(i, (name, _))| pairs[..i].iter().any(|(n, _)| n == name));
        if twice || names_a_token(&pairs) {
            return Err(Refused(INVALID_REQUEST));
        }
        Ok(Self { pairs, retry: key.map(|key| retry(key, &route, &[&body])) })
    }
}

/// An answer that carries tokens.
pub struct Uncached<T>(T);

impl<T: IntoResponse> IntoResponse for Uncached<T> {
    fn into_response(self) -> Response {
        let mut answer = self.0.into_response();
        uncached(answer.headers_mut());
        answer
    }
}

/// The form of the token endpoint.
#[derive(ToSchema)]
#[schema(example = json!({"grant_type": "refresh_token", "refresh_token": "the refresh token"}))]
#[expect(dead_code, reason = "describes the form for the OpenAPI document")]
pub struct TokenForm {
    /// `authorization_code`, `refresh_token`, or `password` (only when the server allows it).
    grant_type: String,
    /// For `password`.
    #[schema(nullable = false)]
    username: Option<String>,
    #[schema(nullable = false, format = Password)]
    password: Option<String>,
    /// For `refresh_token`.
    #[schema(nullable = false)]
    refresh_token: Option<String>,
    /// For `authorization_code`: from `/oauth/authorize`, good once and for a minute.
    #[schema(nullable = false)]
    code: Option<String>,
    /// For `authorization_code`: as it was sent to `/oauth/authorize`.
    #[schema(nullable = false)]
    redirect_uri: Option<String>,
    /// For `authorization_code`: of which `code_challenge` was the SHA-256 (RFC 7636).
    #[schema(nullable = false)]
    code_verifier: Option<String>,
    /// For `authorization_code`, and for the refresh tokens that came of it.
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// Separated by spaces; `read` when absent.
    #[schema(nullable = false, example = "read write")]
    scope: Option<String>,
}

/// The answer of the token endpoint.
#[derive(ToSchema)]
#[schema(as = TokenAnswer)]
#[expect(dead_code, reason = "describes the answer for the OpenAPI document")]
pub struct TokenAnswerBody {
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// Seconds.
    expires_in: i64,
    refresh_token: String,
    scope: String,
}

/// Get an access token (RFC 6749).
#[utoipa::path(post, path = "/oauth/token", tag = "oauth",
    request_body(content = inline(TokenForm), content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenAnswerBody), (status = 400, body = OAuthErrorBody), (status = 401, body = OAuthErrorBody)),
    security(()))]
pub async fn oauth_token(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    form: Form,
) -> Result<Uncached<Json<TokenAnswer>>, Refused> {
    let scope = form.get("scope").map(str::to_owned);
    let grant = match form.get("grant_type") {
        Some("password") => Grant::Password { username: form.need("username")?, password: form.need("password")?, scope },
        Some("refresh_token") => {
            let client_id = form.get("client_id").map(str::to_owned);
            Grant::Refresh { refresh_token: form.need("refresh_token")?, client_id, scope }
        }
        Some("authorization_code") => Grant::Code(CodeGrant {
            code: form.need("code")?,
            client_id: form.need("client_id")?,
            redirect_uri: form.need("redirect_uri")?,
            verifier: form.need("code_verifier")?,
        }),
        Some(_) => return Err(Refused(OAuthError::OAuth("unsupported_grant_type"))),
        None => return Err(Refused(INVALID_REQUEST)),
    };
    Ok(Uncached(Json(app.auth.oauth_token(grant, form.retry, &client).await?)))
}

/// The form of the revocation endpoint.
#[derive(ToSchema)]
#[schema(example = json!({"token": "the token"}))]
#[expect(dead_code, reason = "describes the form for the OpenAPI document")]
pub struct RevokeForm {
    token: String,
    /// `access_token` or `refresh_token`; a hint only.
    #[schema(nullable = false)]
    token_type_hint: Option<String>,
}

/// Revoke a token (RFC 7009); one that is not known is no error.
#[utoipa::path(post, path = "/oauth/revoke", tag = "oauth",
    request_body(content = inline(RevokeForm), content_type = "application/x-www-form-urlencoded"),
    responses((status = 200), (status = 400, body = OAuthErrorBody), (status = 401, body = OAuthErrorBody)),
    security(()))]
pub async fn oauth_revoke(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    form: Form,
) -> Result<Uncached<StatusCode>, Refused> {
    let token = form.need("token")?;
    app.auth.oauth_revoke(&token, &client).await?;
    Ok(Uncached(StatusCode::OK))
}
