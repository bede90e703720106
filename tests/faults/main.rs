//! What may happen to a server and its disk: killed, stopped, full, locked, sent the same twice. Each test is of the real
//! binary, and ends with what was acknowledged being there and `outlay doctor` finding nothing.
//!
//! Short as part of the tests; `OUTLAY_FULL=1`, which `cargo make bench` sets, runs as many cycles as promised.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod kit;

mod disk_full;
mod fsync;
mod kill;
mod large;
mod locked;
mod many;
mod mongo;
mod stop;
