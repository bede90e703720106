//! Passkeys as the browser knows them: made and used by a device, behind a question that only the browser asks.

#[cfg_attr(not(feature = "hydrate"), path = "still.rs")]
mod browser;

pub use browser::{are_there, make, sign};
