//! The rows of the expenses: sorted by their headings, changed in place, selected and changed many at once, deleted with
//! undo.

mod bulk;
mod conflict;
mod dom;
mod editor;
mod keys;
mod row;
mod rows;
mod touch;

use super::PATH;
use crate::{
    app::{
        address::Query,
        components::{
            empty::Empty,
            icon::{Icon, IconKind},
        },
        pages::row::pencil,
    },
    domain::Sort,
};
use bulk::Bulk;
#[cfg(feature = "hydrate")]
pub use editor::fetch_editor;
use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
};
use row::Row;
pub use rows::{Rows, use_rows};
use touch::Touch;
use uuid::Uuid;

/// The rows of one page of the list, and the way to the next.
#[component]
pub fn List(
    rows: Rows,
    /// The address without what is about the page only.
    query: Memo<Query>,
) -> impl IntoView {
    keys::use_row_keys(rows);
    editor::fetch_soon();
    let empty = Memo::new(move |_| rows.shown.with(Vec::is_empty));
    let filtered = move || rows.read(|list| !list.filter.is_empty() || !list.first).unwrap_or_default();
    move || {
        if empty.get() {
            view! { <Nothing filtered=untrack(filtered)/> }.into_any()
        } else {
            view! {
                <div class="card table-card">
                    <Table rows query/>
                    <Bulk rows query/>
                </div>
                <Pager rows query/>
            }
            .into_any()
        }
    }
}

#[component]
fn Table(rows: Rows, query: Memo<Query>) -> impl IntoView {
    let sort = Memo::new(move |_| rows.read(|list| list.filter.sort).unwrap_or_default());
    let touch = Touch::start();
    // The row that was selected, or not, last: the other end of a range.
    let last = StoredValue::new(None::<Uuid>);
    view! {
        <table class="rows expense-rows">
            <caption class="sr-only">"Expenses"</caption>
            <thead>
                <tr>
                    <th scope="col" class="col-pick">
                        <span class="sr-only">"Selected"</span>
                        <label class="row-pick">
                            <input
                                type="checkbox" aria-label="Select all on this page"
                                prop:checked=move || {
                                    let picked = rows.picked.with(Vec::len);
                                    picked > 0 && rows.shown.with(Vec::len) == picked
                                }
                                on:change:target=move |event| {
                                    dom::pick_all(event.target().checked());
                                    rows.look();
                                }
                            />
                        </label>
                    </th>
                    <Heading text="Date" class="col-date" up=Sort::DateUp down=Sort::DateDown sort query/>
                    <th scope="col">"What"</th>
                    <th scope="col" class="col-category">"Category"</th>
                    <Heading text="Amount" class="col-amount r" up=Sort::AmountUp down=Sort::AmountDown sort query/>
                    <th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th>
                </tr>
            </thead>
            <tbody
                on:click=move |event| pressed(rows, last, touch, &event)
                on:pointerdown=move |event| touch.down(&event)
                on:pointerup=move |_| touch.up()
                on:pointercancel=move |_| touch.up()
                on:contextmenu=move |event| {
                    if touch.is_finger() {
                        event.prevent_default();
                    }
                }
                on:change=move |_| rows.look()
                on:submit=move |event| sent(rows, &event)
            >
                <For each=move || rows.each() key=|row| row.id children=move |row| view! { <Row row rows query/> }/>
            </tbody>
        </table>
    }
}

/// A row was pressed: where nothing else is, that begins to change it; with shift, a box selects a range.
fn pressed(rows: Rows, last: StoredValue<Option<Uuid>>, touch: Touch, event: &MouseEvent) {
    let Some(target) = dom::target(event) else { return };
    let Some((id, row)) = dom::row_of(&target) else { return };
    // Under the finger there may be the box by now, which the long press has brought.
    if touch.ended() {
        event.prevent_default();
        return;
    }
    if let Some(pick) = dom::box_at(&target) {
        if let Some(from) = last.get_value().filter(|_| event.shift_key()) {
            dom::pick_range(from, id, pick.checked());
            rows.look();
        }
        last.set_value(Some(id));
        return;
    }
    let link = target.closest("a").ok().flatten();
    if link.is_some_and(|link| link.id() == pencil(id)) {
        event.prevent_default();
        rows.editing.open(id, None);
        return;
    }
    if dom::is_control(&target) {
        return;
    }
    if touch.is_finger() && rows.picked.with_untracked(|picked| !picked.is_empty()) {
        queue_microtask(move || dom::toggle(&row));
        return;
    }
    let cell = target.closest("[data-field]").ok().flatten().and_then(|cell| cell.get_attribute("data-field"));
    if let Some(field) = cell.filter(|_| !dom::marking()) {
        rows.editing.open(id, editor::FIELDS.into_iter().find(|known| *known == field));
    }
}

/// The button that deletes a row was pressed. The editor's form sends itself.
fn sent(rows: Rows, event: &SubmitEvent) {
    let form = dom::target(event).filter(|form| form.class_list().contains("row-form"));
    if let Some(expense) = form.and_then(|form| rows.find(dom::row_of(&form)?.0)) {
        event.prevent_default();
        rows.delete(expense);
    }
}

#[component]
fn Nothing(filtered: bool) -> impl IntoView {
    if filtered {
        view! {
            <div class="card">
                <Empty icon=IconKind::Search title="No expense matches" text="Take a part of the filter away, or look at all expenses.">
                    <a class="btn" href=PATH>"Show all expenses"</a>
                </Empty>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="card">
                <Empty
                    icon=IconKind::List title="No expenses yet"
                    text="Add what you spent last, or import a statement of your bank to start with months at once."
                >
                    <div class="form-actions">
                        <a class="btn primary" href="/expenses?add=1"><Icon kind=IconKind::Plus/><span>"Add expense"</span></a>
                        <a class="btn" href="/import"><Icon kind=IconKind::Import/><span>"Import a statement"</span></a>
                    </div>
                </Empty>
            </div>
        }
        .into_any()
    }
}

/// A column's heading, which sorts by it.
#[component]
fn Heading(text: &'static str, class: &'static str, up: Sort, down: Sort, sort: Memo<Sort>, query: Memo<Query>) -> impl IntoView {
    let by = move || match sort.get() {
        s if s == up => Some(("ascending", IconKind::SortUp)),
        s if s == down => Some(("descending", IconKind::SortDown)),
        _ => None,
    };
    let href = move || {
        let turned = if sort.get() == down { up } else { down };
        let rest = query.get().without(&["sort", "cursor"]);
        if turned == Sort::default() { rest.link(PATH) } else { rest.with("sort", turned.code()).link(PATH) }
    };
    view! {
        <th scope="col" class=class aria-sort=move || by().map(|(order, _)| order)>
            <a class="sort" href=href>{text}{move || by().map(|(_, kind)| view! { <Icon kind/> })}</a>
        </th>
    }
}

/// The link to the next page, which is appended in the browser, by itself when it comes near; once so many are shown that
/// there is another page to go to, it leads there.
#[component]
fn Pager(rows: Rows, query: Memo<Query>) -> impl IntoView {
    let next = Memo::new(move |_| rows.next());
    let first = Memo::new(move |_| rows.read(|list| list.first).unwrap_or(true));
    let to_first = move || query.get().without(&["cursor"]).link(PATH);
    let link = move || {
        next.get().map(|cursor| {
            let append = move |event: MouseEvent| {
                // Whoever wants another tab gets it.
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) && rows.grow() {
                    event.prevent_default();
                }
            };
            view! {
                <a
                    class="btn" rel="next" href=move || query.get().with("cursor", &cursor.0).link(PATH)
                    aria-busy=move || rows.growing.get().then_some("true") on:click=append
                >
                    "Next page"
                </a>
            }
        })
    };
    view! {
        <nav class="pager" aria-label="Pages">
            {move || (!first.get()).then(|| view! { <a class="btn" href=to_first>"First page"</a> })}
            {link}
            <p class="form-error" role="alert">{move || rows.stuck.with(|stuck| stuck.as_ref().map(|problem| problem.detail.clone()))}</p>
        </nav>
    }
}
