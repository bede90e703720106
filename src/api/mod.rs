//! Server functions: the typed contract between the page and the server, one file per resource.
//!
//! Thin: find the caller, call one use case, map its error. No rule lives here.
//!
//! Each is declared as `#[server(prefix = "/api/page", endpoint = "expenses/record", client = super::Browser, output =
//! super::Json)]` and answers through [`reply`]. Reads are `#[server]` functions too; only `POST` is used, so `GET` changes nothing.

pub mod activity;
pub mod boot;
mod browser;
pub mod budgets;
pub mod categories;
pub mod consent;
pub mod dashboard;
pub mod done;
pub mod expenses;
pub mod factor;
pub mod filters;
pub mod funds;
pub mod imports;
pub mod journal;
mod json;
pub mod live;
pub mod oversight;
pub mod overview;
pub mod passkey;
pub mod people;
pub mod profile;
pub mod programs;
pub mod recurring;
#[cfg(feature = "ssr")]
pub mod reply;
pub mod reports;
pub mod server;
pub mod session;
pub mod story;
pub mod tokens;
pub mod trash;

pub use browser::{BUILD_HEADER, Browser, after_paint, post, sent_since, set_build};
pub use json::{Json, JsonText};

use crate::domain::{Code, Problem};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// What every server function answers.
pub type Answer<T> = Result<T, Problem>;

impl FromServerFnError for Problem {
    type Encoder = JsonText;

    /// What happened on the way: no connection, or input that does not fit the arguments.
    fn from_server_fn_error(e: ServerFnErrorErr) -> Self {
        match e {
            ServerFnErrorErr::Request(_) => {
                Self::new(Code::Offline, "No connection to the server. What you typed is still here; try again.")
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(Code::Malformed, "The form could not be read. Reload the page and try again.")
            }
            _ => Self::internal(),
        }
    }
}

impl From<ServerFnErrorErr> for Problem {
    fn from(e: ServerFnErrorErr) -> Self {
        <Self as FromServerFnError>::from_server_fn_error(e)
    }
}
