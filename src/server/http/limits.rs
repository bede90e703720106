//! How large and how slow a request may be (S52, S53).

use super::{Site, problem::Refusal};
use crate::domain::{Code, Problem};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header;
use http_body_util::{BodyExt, Limited};
use std::{pin::pin, time::Duration};
use tower_http::timeout::DeadlineBody;

/// Where the page's form for a statement goes.
const PAGE_UPLOAD: &str = "/import/upload";
const URI: usize = 8 * 1024;
const HEADERS: usize = 32 * 1024;
const HEADER_COUNT: usize = 100;
/// How many times too large a file from the page may be and still be heard out.
const HEARD_OUT: u64 = 16;

/// Refuses what is too large before its body is read, and cuts what takes too long.
pub async fn bound(State(site): State<Site>, request: Request, next: Next) -> Response {
    if let Err(problem) = head(&request) {
        return Refusal(problem).into_response();
    }
    let limits = &site.app.config.limits;
    let path = request.uri().path();
    let (from_page, upload) = (path == PAGE_UPLOAD, path == PAGE_UPLOAD || path == "/api/v1/imports");
    let (size, body_seconds, seconds) = if upload {
        (limits.import_body, limits.import_body_timeout, limits.import_body_timeout + limits.handler_timeout)
    } else {
        (limits.body, limits.body_timeout, limits.handler_timeout)
    };
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let deadline = |body| DeadlineBody::new(Duration::from_secs(body_seconds), body);
    let request = match declared {
        Some(declared) if declared > size as u64 => {
            if !from_page || declared > size as u64 * HEARD_OUT {
                return Refusal(too_large(size)).into_response();
            }
            let (head, body) = request.into_parts();
            hear_out(deadline(body)).await;
            Request::from_parts(head, Body::new(Limited::new(Body::from("larger"), 0)))
        }
        _ => request.map(|body| Body::new(deadline(Limited::new(body, size)))),
    };
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal(Problem {
            retry_after: Some(2),
            ..Problem::new(Code::Busy, "This took too long and was stopped. Look whether it was done before you try again.")
        })
        .into_response(),
    }
}

/// Reads a body to its end and keeps nothing: a browser that is still sending when the connection closes
/// shows that, and not the answer.
async fn hear_out(body: impl hyper::body::Body<Data = Bytes, Error: std::fmt::Display>) {
    let mut body = pin!(body);
    while let Some(frame) = body.frame().await {
        if let Err(cause) = frame {
            tracing::debug!(%cause, "a body that is too large did not come to its end");
            return;
        }
    }
}

/// 413 with the limit in words.
pub fn too_large(limit: usize) -> Problem {
    let limit = if limit >= 1024 * 1024 { format!("{} MiB", limit / 1024 / 1024) } else { format!("{} KiB", limit / 1024) };
    Problem::new(Code::TooLarge, format!("This is larger than the {limit} that the server takes here."))
}

fn head(request: &Request) -> Result<(), Problem> {
    if request.uri().path_and_query().map_or(0, |p| p.as_str().len()) > URI {
        return Err(Problem::new(Code::UriTooLong, "The address is longer than 8 KiB."));
    }
    let headers = request.headers();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if size > HEADERS || headers.len() > HEADER_COUNT {
        return Err(Problem::new(Code::HeadersTooLarge, "The headers are larger than 32 KiB, or more than 100."));
    }
    Ok(())
}
