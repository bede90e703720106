//! The pages of admins. Who may see them is decided on the server, for each page and each server function.

pub mod users;
