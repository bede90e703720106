//! The pages of admins. Who may see them is decided on the server, for each page and each server function.

pub mod audit;
pub mod clients;
pub mod deleted;
pub mod expenses;
mod handed;
pub mod overview;
pub mod person;
pub mod server;
pub mod users;

/// The pages about people.
const PEOPLE_TABS: [(&str, &str); 3] =
    [("/admin/users", "People"), ("/admin/expenses", "Their expenses"), ("/admin/deleted", "Deleted")];
