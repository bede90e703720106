//! History: server functions.
