//! Funds: server functions.
