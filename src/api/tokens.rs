//! Tokens: server functions.
