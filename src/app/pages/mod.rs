//! One file per page.

pub mod admin;
pub mod budgets;
pub mod categories;
pub mod dashboard;
pub mod entry;
pub mod expenses;
pub mod funds;
pub mod history;
pub mod import;
pub mod more;
pub mod not_found;
pub mod quick;
pub mod register;
pub mod row;
pub mod settings;
pub mod setup;
pub mod sign_in;
