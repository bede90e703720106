//! The list of keys that `?` opens, and the switch that turns single keys off.

use super::{
    dialog::Dialog,
    dialogs::{OnDemand, use_dialogs},
    here::use_me,
    toast::press_undo,
};
use crate::app::keys::{Group, Registered, use_key, use_keys};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Where sequences that begin with `g` go.
const GO: [(&str, &str, &str); 8] = [
    ("g d", "Dashboard", "/"),
    ("g e", "Expenses", "/expenses"),
    ("g f", "Funds", "/funds"),
    ("g h", "History", "/history"),
    ("g b", "Budgets", "/budgets"),
    ("g r", "Reports", "/reports"),
    ("g i", "Import", "/import"),
    ("g s", "Settings", "/settings"),
];
/// Admins only.
const CATEGORIES: (&str, &str, &str) = ("g c", "Categories", "/categories");

/// Registers the keys of every page and holds the list of all. In the frame, after `Keys::provide`.
#[component]
pub fn Keyboard() -> impl IntoView {
    let open = use_dialogs().keys;
    let navigate = use_navigate();
    use_key("?", "This list", Group::Everywhere, move || open.set(true));
    use_key("z", "Undo what was just done", Group::Everywhere, press_undo);
    let admin = use_me().with_untracked(|me| me.user.is_admin());
    for (sequence, label, path) in GO.into_iter().chain(admin.then_some(CATEGORIES)) {
        let navigate = navigate.clone();
        use_key(sequence, label, Group::Go, move || navigate(path, Default::default()));
    }
    view! {
        <Dialog id="keys" title="Keys" open>
            <OnDemand open load=list/>
            <form method="dialog" class="dialog-actions"><button class="btn" type="submit">"Close"</button></form>
        </Dialog>
    }
}

later! {
    by_key;
    fn list() -> AnyView {
        view! { <List/> }.into_any()
    }
}

#[component]
fn List() -> impl IntoView {
    let (open, keys) = (use_dialogs().keys, use_keys());
    view! {
        <div class="keys-list" role="group" aria-label="All keys" tabindex="0">{move || if open.get() { groups(keys.list()) } else { Vec::new() }}</div>
        <KeySwitch id="keys-switch"/>
    }
}

fn groups(all: Vec<Registered>) -> Vec<AnyView> {
    let group = |title: Group| {
        let own = all.iter().filter(|key| key.group == title).map(line).collect_view();
        view! { <section><h3>{title.title()}</h3><dl>{own}</dl></section> }.into_any()
    };
    let shown = [Group::Page, Group::Everywhere, Group::Go].into_iter().filter(|title| all.iter().any(|key| key.group == *title));
    shown.map(group).collect()
}

fn line(key: &Registered) -> impl IntoView + use<> {
    let caps = key
        .keys
        .split([' ', '+'])
        .map(|cap| if cap == "Mod" { "Ctrl" } else { cap })
        .map(|cap| view! { <kbd>{cap}</kbd> })
        .collect_view();
    view! { <div><dt>{key.label}</dt><dd>{caps}</dd></div> }
}

/// Turns keys that print a character on or off, for this browser.
#[component]
pub fn KeySwitch(
    /// The DOM id, unique on the page.
    id: &'static str,
) -> impl IntoView {
    let keys = use_keys();
    view! {
        <label class="tick" for=id>
            <input
                type="checkbox" id=id prop:checked=move || keys.letters.get()
                on:change:target=move |event| keys.set_letters(event.target().checked())
            />
            <span>"Single keys work (kept in this browser)"</span>
        </label>
    }
}
