//! Sign-in: server functions.
