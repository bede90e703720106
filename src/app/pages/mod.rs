//! One file per page.

pub mod activity;
pub mod admin;
pub mod budgets;
pub mod categories;
pub mod consent;
pub mod dashboard;
pub mod entry;
pub mod expenses;
pub mod filters;
pub mod funds;
pub mod history;
pub mod import;
pub mod more;
pub mod not_found;
pub mod one_expense;
pub mod quick;
pub mod recurring;
pub mod register;
pub mod reports;
pub mod reset;
pub mod row;
pub mod settings;
pub mod setup;
pub mod sign_in;
mod suggested;
pub mod trash;
