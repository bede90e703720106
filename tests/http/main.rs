//! The HTTP side, as a black box.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod process;
