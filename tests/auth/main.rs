//! Sign-in as a black box: passwords, sessions, tokens, the first admin, and what the operator can see.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod kit;

mod activity;
mod audit;
mod consent;
mod death;
mod factor;
mod forgery;
mod people;
mod proof;
mod rules;
mod secrets;
mod sign_in;
mod tokens;
