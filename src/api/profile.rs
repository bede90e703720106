//! Profile: server functions.
