//! The palette: pages, actions and categories by name, under Ctrl-K or ⌘K.

mod find;
mod items;

use super::{
    dialog::show,
    dialogs::{OnDemand, use_dialogs},
    icon::{Icon, IconKind},
};
use crate::app::{
    effect::effect,
    fold::fold,
    keys::{Group, use_key},
    pages::row::focus,
};
use find::best;
use items::{Item, use_items};
use leptos::{ev::KeyboardEvent, html, prelude::*};

/// The DOM id of its input.
const INPUT: &str = "palette-input";
/// The DOM id of its list.
const LIST: &str = "palette-list";

/// The dialog. In the frame.
#[component]
pub fn Palette() -> impl IntoView {
    let open = use_dialogs().palette;
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    use_key("Mod+k", "Go or do by name", Group::Everywhere, move || open.set(true));
    effect(move || {
        if let Some(dialog) = dialog.get() {
            show(&dialog, open.get());
        }
    });
    view! {
        <dialog class="dialog palette" id="palette" aria-label="Go or do" node_ref=dialog on:close=move |_| open.set(false)>
            <OnDemand open load=chooser/>
        </dialog>
    }
}

later! {
    by_key;
    fn chooser() -> AnyView {
        view! { <Chooser/> }.into_any()
    }
}

/// A combobox: the caret stays in the input, arrow keys move through the list.
#[component]
fn Chooser() -> impl IntoView {
    let open = use_dialogs().palette;
    let (items, run) = use_items();
    let (typed, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let found = Memo::new(move |_| typed.with(|typed| items.with(|items| best(&fold(typed), items))));
    effect(move || {
        if open.get() {
            typed.set(String::new());
            focus(INPUT);
        }
    });
    effect(move || {
        typed.track();
        at.set(0);
    });
    let choose = move |item: Item| {
        open.set(false);
        run.run(item.act);
    };
    let step = move |event: KeyboardEvent| {
        let count = found.with(Vec::len);
        let now = at.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" => (now + 1).checked_rem(count),
            "ArrowUp" => (now + count).checked_sub(1).and_then(|to| to.checked_rem(count)),
            "Enter" => {
                event.prevent_default();
                if let Some(item) = found.with_untracked(|found| found.get(now).cloned()) {
                    choose(item);
                }
                None
            }
            _ => None,
        };
        if let Some(to) = to {
            event.prevent_default();
            at.set(to);
            into_view(to);
        }
    };
    let option = move |(index, item): (usize, Item)| {
        let (text, icon, dot, sub) = (item.text.clone(), item.icon, item.dot, item.group);
        view! {
            <li
                role="option" id=option_id(index) aria-selected=move || if at.get() == index { "true" } else { "false" }
                on:mousemove=move |_| at.set(index) on:click=move |_| choose(item.clone())
            >
                {match dot {
                    Some(colour) => view! { <span class=format!("dot c-{colour}") aria-hidden="true"></span> }.into_any(),
                    None => view! { <Icon kind=icon/> }.into_any(),
                }}
                <span class="palette-text">{text}</span>
                <small>{sub}</small>
            </li>
        }
    };
    let none = move || found.with(Vec::is_empty).then(|| format!("Nothing here is called “{}”.", typed.get().trim()));
    view! {
        <div class="palette-top">
            <Icon kind=IconKind::Search/>
            <input
                type="text" id=INPUT role="combobox" aria-label="Go or do" aria-autocomplete="list" aria-controls=LIST
                aria-expanded=move || if found.with(Vec::is_empty) { "false" } else { "true" }
                aria-activedescendant=move || found.with(|found| found.get(at.get()).map(|_| option_id(at.get())))
                placeholder="A page, an action or a category" maxlength="100" autocomplete="off" spellcheck="false"
                prop:value=move || typed.get() on:input:target=move |event| typed.set(event.target().value()) on:keydown=step
            />
            <kbd>"Esc"</kbd>
        </div>
        <ul class="palette-list" id=LIST role="listbox" aria-label="What fits">
            {move || found.get().into_iter().enumerate().map(option).collect_view()}
        </ul>
        <p class="palette-none" role="status">{none}</p>
    }
}

fn option_id(index: usize) -> String {
    format!("palette-{index}")
}

/// Scrolls the list so that an option can be seen.
fn into_view(index: usize) {
    if let Some(option) = document().get_element_by_id(&option_id(index)) {
        option.scroll_into_view_with_bool(false);
    }
}
