//! REST v1 as a black box: the real binary, spoken to as programs do.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod kit;

mod admin;
mod admin_people;
mod budgets;
mod bulk;
mod categories;
mod document;
mod export;
mod filters;
mod generated;
mod imports;
mod input;
mod journal;
mod lists;
mod money;
mod oauth;
mod owners;
mod people;
mod recurring;
mod reports;
mod retries;
mod scopes;
mod shape;
mod trash;
