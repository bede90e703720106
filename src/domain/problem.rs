//! The one error that leaves a use case: what was wrong and what to do, in the user's words.
//!
//! REST sends it as `application/problem+json` (RFC 9457), server functions as JSON, forms without
//! JavaScript by a flash. Its codes are the contract's and never change.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One refused input field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name as the client sent it.
    pub field: String,
    /// A stable `snake_case` code, such as `too_many_decimals`.
    pub code: String,
    /// What was wrong and what to do, for a person.
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into() }
    }
}

macro_rules! codes {
    ($($name:ident $text:literal $status:literal $title:literal),+ $(,)?) => {
        /// A stable code for programs; each has one HTTP status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code { $(#[serde(rename = $text)] $name),+ }
        impl Code {
            /// The `snake_case` code of the contract.
            pub fn as_str(self) -> &'static str { match self { $(Self::$name => $text),+ } }
            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 { match self { $(Self::$name => $status),+ } }
            /// A short title for people.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title),+ } }
        }
    };
}

codes! {
    Malformed "malformed" 400 "The request could not be read",
    Unauthenticated "unauthenticated" 401 "Not signed in",
    InvalidToken "invalid_token" 401 "The token is not valid",
    WrongCredentials "wrong_credentials" 401 "Wrong username or password",
    Forbidden "forbidden" 403 "Not allowed",
    InsufficientScope "insufficient_scope" 403 "The token may not do this",
    SignUpClosed "sign_up_closed" 403 "Sign-up is closed",
    CrossSite "cross_site" 403 "The request came from another site",
    NotFound "not_found" 404 "Not found",
    MethodNotAllowed "method_not_allowed" 405 "Method not allowed",
    InsufficientFunds "insufficient_funds" 409 "More than the balance",
    VersionConflict "version_conflict" 409 "Changed in the meantime",
    DuplicateName "duplicate_name" 409 "The name is taken",
    LastAdmin "last_admin" 409 "The last admin must stay",
    CategoryInUse "category_in_use" 409 "The category is in use",
    CurrencyFixed "currency_fixed" 409 "The currency is fixed",
    AlreadyUndone "already_undone" 409 "Already undone",
    NotDeleted "not_deleted" 409 "Not deleted",
    NotUndoable "not_undoable" 409 "This cannot be undone",
    AlreadyDone "already_done" 409 "Already done",
    Outdated "outdated" 409 "The page is older than the server",
    CountMismatch "count_mismatch" 409 "The number of rows has changed",
    TooLarge "too_large" 413 "Too large",
    UriTooLong "uri_too_long" 414 "The address is too long",
    UnsupportedMediaType "unsupported_media_type" 415 "Unsupported content type",
    Invalid "invalid" 422 "Something needs correcting",
    UnknownField "unknown_field" 422 "Unknown field",
    IdempotencyMismatch "idempotency_mismatch" 422 "The key was used for another request",
    HeadersTooLarge "headers_too_large" 431 "The headers are too large",
    Throttled "throttled" 429 "Too many attempts",
    Internal "internal" 500 "Something went wrong on the server",
    Busy "busy" 503 "The server is busy",
    StoreUnavailable "store_unavailable" 503 "The store is away",
    StorageFull "storage_full" 503 "The disk is full",
    Offline "offline" 503 "No connection",
}

/// Why a use case refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub code: Code,
    /// A sentence for the person: what was wrong, what to do.
    pub detail: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `insufficient_funds`: the balance, as a decimal string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<String>,
    /// With `insufficient_funds`: how much is missing, as a decimal string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_by: Option<String>,
    /// Seconds after which a retry makes sense (`Retry-After`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The request this answers, to be quoted when asking for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            balance: None,
            short_by: None,
            retry_after: None,
            request_id: None,
        }
    }
    /// 422 with these field errors; the detail is the first one's message.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = errors.first().map_or_else(String::new, |e| e.message.clone());
        Self { errors, ..Self::new(Code::Invalid, detail) }
    }
    /// 422 for one field.
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, code, message)])
    }
    /// 404; the same for what is absent and what is somebody else's (S34).
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here, or it is not yours.")
    }
    /// 500 without any detail (S51); the cause belongs in the log.
    pub fn internal() -> Self {
        Self::new(Code::Internal, "Something went wrong on the server. Nothing was changed.")
    }
    pub fn status(&self) -> u16 {
        self.code.status()
    }
    /// The message for one field, if it was refused.
    pub fn message_for(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|e| e.field == field).map(|e| e.message.as_str())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}
impl std::error::Error for Problem {}

impl From<FieldError> for Problem {
    fn from(e: FieldError) -> Self {
        Self::invalid(vec![e])
    }
}
impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::invalid(errors)
    }
}
