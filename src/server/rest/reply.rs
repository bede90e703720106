//! Accepted answers: 201 with its place, bodies with their version.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Where the routes are mounted.
pub const ROOT: &str = "/api/v1";

/// 201 with `Location`, and `ETag` where the thing has a version.
pub struct Created<T> {
    /// Below [`ROOT`], such as `/expenses/…`.
    pub path: String,
    pub version: Option<u32>,
    pub body: T,
}

/// 200 with the thing's version as `ETag`.
pub struct Versioned<T>(pub u32, pub T);

fn etag(version: u32) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{version}\"")).ok()
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, Json(self.body)).into_response();
        let location = HeaderValue::from_str(&format!("{ROOT}{}", self.path)).ok();
        let headers = [(header::LOCATION, location), (header::ETAG, self.version.and_then(etag))];
        response.headers_mut().extend(headers.into_iter().filter_map(|(name, value)| Some((name, value?))));
        response
    }
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.1).into_response();
        response.headers_mut().extend(etag(self.0).map(|value| (header::ETAG, value)));
        response
    }
}
