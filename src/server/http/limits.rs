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
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::runtime::Handle;
use tower_http::timeout::DeadlineBody;

/// Where the page's form for a statement goes.
const PAGE_UPLOAD: &str = "/import/upload";
const URI: usize = 8 * 1024;
const HEADERS: usize = 32 * 1024;
const HEADER_COUNT: usize = 100;
/// Bytes of an unwanted body that are heard out.
const HEARD_OUT: usize = 128 * 1024 * 1024;
/// For so long, in seconds, what is refused by its size alone is heard out.
const PATIENCE: u64 = 2;

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
    let too_long = declared.is_some_and(|declared| declared > size as u64);
    let refused = too_long && !from_page;
    let body_seconds = if refused { body_seconds.min(PATIENCE) } else { body_seconds };
    let request = request.map(|body| {
        let body = HeardOut(Some(Body::new(DeadlineBody::new(Duration::from_secs(body_seconds), body))));
        Body::new(Limited::new(body, if too_long { 0 } else { size }))
    });
    if refused {
        return Refusal(too_large(size)).into_response();
    }
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal(Problem {
            retry_after: Some(2),
            ..Problem::new(Code::Busy, "This took too long and was stopped. Look whether it was done before you try again.")
        })
        .into_response(),
    }
}

/// A body whose rest is read and thrown away when nobody wants it any more: a client that is still sending
/// when the connection closes sees that, and not the answer.
struct HeardOut(Option<Body>);

impl HttpBody for HeardOut {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(frame)
    }
    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }
    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl Drop for HeardOut {
    fn drop(&mut self) {
        if let Some(body) = self.0.take().filter(|body| !body.is_end_stream())
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move {
                let mut rest = Limited::new(body, HEARD_OUT);
                while let Some(Ok(_)) = rest.frame().await {}
            });
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
