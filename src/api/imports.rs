//! Imports: server functions.
