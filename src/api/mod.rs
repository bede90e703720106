//! Server functions: the typed contract between the page and the server, one file per resource.
//!
//! Thin: find the caller, call one use case, map its error. No rule lives here.
//!
//! Each is declared as `#[server(prefix = "/api/page", endpoint = "expenses/record", client = crate::api::Browser)]`
//! and answers through [`reply`]. Reads are `#[server]` functions too; only `POST` is used, so `GET` changes nothing.

pub mod boot;
mod browser;
pub mod budgets;
pub mod categories;
pub mod dashboard;
pub mod expenses;
pub mod funds;
pub mod imports;
pub mod journal;
pub mod live;
pub mod people;
pub mod profile;
#[cfg(feature = "ssr")]
pub mod reply;
pub mod reports;
pub mod session;
pub mod tokens;

pub use browser::{BUILD_HEADER, Browser, set_build};

use crate::domain::{Code, Problem};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// What every server function answers.
pub type Answer<T> = Result<T, Problem>;

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

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
