//! Keeping a store: backups, restoring, copies, upgrades, and how the process tells of its state.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod backup;
mod copy;
mod damage;
mod drill;
mod kit;
mod process;
mod restore;
mod upgrade;
