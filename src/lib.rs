//! Outlay: a self-hosted expense tracker. One crate, two targets: the server (`ssr`) and the browser
//! (`hydrate`). See `docs/architecture.md`.
#![forbid(unsafe_code)]
#![recursion_limit = "256"]

pub mod domain;
