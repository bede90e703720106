//! Sums for the dashboard, from the store's queries and the person's own calendar.

use crate::{
    domain::{Day, Me, Problem, report::Dashboard},
    server::store::Store,
};

/// The dashboard of the period that holds `on` (today when `None`).
pub async fn dashboard(_store: &dyn Store, _me: &Me, _on: Option<Day>) -> Result<Dashboard, Problem> {
    unimplemented!()
}
