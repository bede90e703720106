//! REST v1 as a black box: the real binary, spoken to as programs do.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod kit;

mod money;
