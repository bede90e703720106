//! Keeping a store: backups, restoring, copies, upgrades, and how the process tells of its state. `OUTLAY_FULL=1`,
//! which `cargo make bench` sets, runs it as large as promised.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod backup;
mod copy;
mod damage;
mod drill;
mod engines;
mod gigabyte;
mod kit;
mod process;
mod restore;
mod upgrade;
