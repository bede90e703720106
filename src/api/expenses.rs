//! Expenses: server functions.
