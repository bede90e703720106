//! The binary: the front end's files, and the command line. Everything else is the library, which so
//! need not be compiled again when the front end changes.
#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used)]

use outlay::server::{cli, http::assets::Assets};
use std::process::ExitCode;

#[derive(rust_embed::RustEmbed)]
#[folder = "target/site/"]
struct Site;

/// Names the whole bundle; also what makes the compiler look again when the bundle changes.
const HASH: &str = include_str!("../target/site/hash");

fn main() -> ExitCode {
    cli::run(Assets::new(HASH, |name| Site::get(name).map(|file| file.data)))
}
