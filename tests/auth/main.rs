//! Sign-in as a black box: passwords, sessions, tokens, the first admin, and what the operator can see.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod kit;

mod forgery;
mod people;
mod rules;
mod secrets;
mod sign_in;
mod tokens;
