//! For whoever watches the process; says nothing about it (S60).

use super::{Site, problem::Refusal};
use crate::{
    domain::{Code, Problem},
    server::store::StoreError,
};
use axum::extract::State;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(2);

/// 200 while the process lives.
pub async fn live() -> &'static str {
    "ok"
}

/// 200 when the store answers, else 503.
pub async fn ready(State(site): State<Site>) -> Result<&'static str, Refusal> {
    let answer = tokio::time::timeout(PATIENCE, site.app.store.ready()).await;
    match answer.unwrap_or_else(|_| Err(StoreError::Away("no answer within 2 s".to_owned()))) {
        Ok(()) => Ok("ok"),
        Err(cause) => {
            tracing::error!(%cause, "not ready");
            let problem = Problem::new(Code::StoreUnavailable, "The store does not answer.");
            Err(Refusal(Problem { retry_after: Some(2), ..problem }))
        }
    }
}
