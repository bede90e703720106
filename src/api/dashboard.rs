//! Dashboard: server functions.
