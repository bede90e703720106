//! Keys that act on the row which has the focus.

use super::{dom, rows::Rows};
use crate::app::keys::{Group, use_key};

/// Registers them for as long as the list is shown.
pub fn use_row_keys(rows: Rows) {
    use_key("j", "Next expense", Group::Page, || dom::step(true));
    use_key("k", "Expense before", Group::Page, || dom::step(false));
    use_key("x", "Select the expense", Group::Page, || {
        if let Some((_, row)) = dom::current() {
            dom::toggle(&row);
        }
    });
    use_key("e", "Change the expense", Group::Page, move || {
        if let Some((id, _)) = dom::current() {
            rows.editing.open(id, None);
        }
    });
    use_key("o", "Open the expense", Group::Page, || {
        if let Some((_, row)) = dom::current() {
            dom::open(&row);
        }
    });
    for key in ["#", "Delete"] {
        use_key(key, "Delete the expense", Group::Page, move || {
            if let Some(expense) = dom::current().and_then(|(id, _)| rows.find(id)) {
                rows.delete(expense);
            }
        });
    }
}
