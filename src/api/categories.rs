//! Categories: server functions.
