//! Refusals of REST handlers, and how the OpenAPI document describes them. The layers around the
//! routes write them as `application/problem+json` (RFC 9457) with the request's id.

pub use crate::server::http::problem::Refusal;
use utoipa::ToSchema;

/// What every handler answers.
pub type Answer<T> = Result<T, Refusal>;

/// One refused field.
#[derive(ToSchema)]
#[schema(as = FieldError)]
#[expect(dead_code, reason = "describes the answer for the OpenAPI document")]
pub struct FieldErrorBody {
    /// The field's name as it was sent; a path such as `filter.from` for nested ones.
    field: String,
    /// Stable, such as `too_many_decimals`.
    #[schema(example = "too_many_decimals")]
    code: String,
    /// For people: what was wrong and what to do.
    message: String,
}

/// Why a request was refused (RFC 9457). Nothing was changed.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "describes the answer for the OpenAPI document")]
pub struct ProblemBody {
    #[schema(rename = "type", example = "about:blank")]
    kind: String,
    title: String,
    status: u16,
    /// For people: what was wrong and what to do.
    detail: String,
    /// Stable, for programs.
    #[schema(example = "insufficient_funds")]
    code: String,
    /// To be quoted when asking for help; also in the header `X-Request-Id`.
    request_id: String,
    /// The refused fields.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldErrorBody>>,
    /// With `insufficient_funds`: the balance.
    #[schema(nullable = false, example = "10.00")]
    balance: Option<String>,
    /// With `insufficient_funds`: how much is missing.
    #[schema(nullable = false, example = "2.50")]
    short_by: Option<String>,
}
