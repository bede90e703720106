//! Rows in the document: which one has the focus, which are selected. In the browser only.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{
        Element, Event, HtmlElement, HtmlInputElement,
        js_sys::{Function, Reflect},
    },
};
use uuid::Uuid;

/// What the DOM id of a row begins with.
const ROW: &str = "row-";
/// The box that selects a row.
const BOX: &str = ".col-pick input";

/// The DOM id of a row.
pub fn row_id(id: Uuid) -> String {
    format!("{ROW}{id}")
}

fn id_of(row: &Element) -> Option<Uuid> {
    Uuid::try_parse(row.id().strip_prefix(ROW)?).ok()
}

/// The element that an event is about.
pub fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// True where a press has a meaning of its own.
pub fn is_control(element: &Element) -> bool {
    element.closest("a, button, label, input, select, textarea").ok().flatten().is_some()
}

/// Its row.
pub fn row_of(element: &Element) -> Option<(Uuid, Element)> {
    let row = element.closest("tr").ok().flatten()?;
    Some((id_of(&row)?, row))
}

/// The row that has the focus.
pub fn current() -> Option<(Uuid, Element)> {
    row_of(&document().active_element()?)
}

/// All rows in their order.
fn all() -> impl Iterator<Item = Element> {
    let first = document().query_selector(".rows tbody tr").ok().flatten();
    std::iter::successors(first, Element::next_element_sibling).filter(|row| id_of(row).is_some())
}

fn next_of(row: &Element, down: bool) -> Option<Element> {
    let step = |row: &Element| if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    std::iter::successors(step(row), step).find(|row| id_of(row).is_some())
}

fn focus(row: Element) {
    if let Ok(row) = row.dyn_into::<HtmlElement>() {
        // It can only fail on an element that is gone again.
        let _ = row.focus();
    }
}

/// Moves the focus to the next row, or the one before; to the first when none has it.
pub fn step(down: bool) {
    let to = match current() {
        Some((_, row)) => next_of(&row, down),
        None => all().next(),
    };
    if let Some(row) = to {
        focus(row);
    }
}

/// A row will go: the focus moves on, if it was in it.
pub fn leave(id: Uuid) {
    if let Some((_, row)) = current().filter(|(current, _)| *current == id)
        && let Some(next) = next_of(&row, true).or_else(|| next_of(&row, false))
    {
        focus(next);
    }
}

/// Goes to the page of a row's expense.
pub fn open(row: &Element) {
    let link = row.query_selector(".row-open").ok().flatten();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

fn box_of(row: &Element) -> Option<HtmlInputElement> {
    row.query_selector(BOX).ok().flatten()?.dyn_into().ok()
}

/// The box that an event is about, if it is one that selects a row.
pub fn box_at(element: &Element) -> Option<HtmlInputElement> {
    if element.matches(BOX).unwrap_or(false) { element.clone().dyn_into().ok() } else { None }
}

/// The rows that are selected.
pub fn picked() -> Vec<Uuid> {
    all().filter(|row| box_of(row).is_some_and(|found| found.checked())).filter_map(|row| id_of(&row)).collect()
}

/// Selects a row, or not, as if its box was pressed. Not while a press is being heard of: this is one, too.
pub fn toggle(row: &Element) {
    if let Some(found) = box_of(row) {
        found.click();
    }
}

/// Selects all rows, or none.
pub fn pick_all(on: bool) {
    all().filter_map(|row| box_of(&row)).for_each(|found| found.set_checked(on));
}

/// Selects these rows.
pub fn pick(ids: &[Uuid]) {
    let these = all().filter(|row| id_of(row).is_some_and(|id| ids.contains(&id)));
    these.filter_map(|row| box_of(&row)).for_each(|found| found.set_checked(true));
}

/// Selects, or not, all rows from one to another.
pub fn pick_range(from: Uuid, to: Uuid, on: bool) {
    let mut open = 0;
    for row in all() {
        let ends = id_of(&row).is_some_and(|id| id == from || id == to);
        if (ends || open == 1)
            && let Some(found) = box_of(&row)
        {
            found.set_checked(on);
        }
        open += u8::from(ends);
    }
}

/// True while text is marked: a press then is the end of that.
pub fn marking() -> bool {
    let marked = || -> Option<JsValue> {
        let ask: Function = Reflect::get(&window(), &"getSelection".into()).ok()?.dyn_into().ok()?;
        Reflect::get(&ask.call0(&window()).ok()?, &"isCollapsed".into()).ok()
    };
    marked().and_then(|collapsed| collapsed.as_bool()) == Some(false)
}
