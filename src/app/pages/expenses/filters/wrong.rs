//! What an address asks for that cannot be. The rest of it holds.

use super::{FieldError, PATH};
use crate::app::components::icon::{Icon, IconKind};
use leptos::prelude::*;

#[component]
pub fn Wrong(errors: Vec<FieldError>) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let line = |e: FieldError| view! { <li><b>{label(&e.field)}</b>": "{e.message}</li> };
        view! {
            <div class="filter-wrong" role="alert">
                <Icon kind=IconKind::Warning/>
                <div>
                    <p>"A part of this filter cannot be read, and was left out."</p>
                    <ul>{errors.into_iter().map(line).collect_view()}</ul>
                </div>
                <a class="btn small" href=PATH>"Show all expenses"</a>
            </div>
        }
    })
}

/// What a part of the filter is called.
fn label(field: &str) -> &'static str {
    match field {
        "period" => "Period",
        "from" => "First day",
        "to" => "Last day",
        "category_id" => "Category",
        "q" => "Search",
        "min" => "At least",
        "max" => "At most",
        "import_id" => "Statement",
        "added" => "Added",
        "sort" => "Order",
        _ => "Page",
    }
}
