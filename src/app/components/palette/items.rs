//! What the palette offers: the pages, what can be done, and the categories of the person.

use crate::{
    api::{
        filters::{Shortcut, list_filters},
        session::SignOut,
    },
    app::{
        components::{
            dialogs::use_dialogs,
            here::{use_here, use_me},
            icon::IconKind,
        },
        effect::effect,
        fold::fold,
    },
};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlFormElement};
use leptos_router::hooks::use_navigate;

/// What choosing an item does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Goes to this address.
    Go(String),
    /// Opens the line for an expense.
    Add,
    /// Opens the list of keys.
    Keys,
    SignOut,
}

/// A line of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub text: String,
    /// What is searched.
    pub folded: String,
    /// What kind of thing it is, in a word.
    pub group: &'static str,
    pub icon: IconKind,
    /// The colour of a category, in place of the icon.
    pub dot: Option<&'static str>,
    pub act: Act,
}

impl Item {
    fn new(text: &str, group: &'static str, icon: IconKind, act: Act) -> Self {
        Self { text: text.to_owned(), folded: text.to_lowercase(), group, icon, dot: None, act }
    }
    pub fn action(text: &str, act: Act) -> Self {
        Self::new(text, "Action", IconKind::Right, act)
    }
}

const PAGES: [(&str, &str, IconKind); 11] = [
    ("Dashboard", "/", IconKind::Home),
    ("Expenses", "/expenses", IconKind::List),
    ("Funds", "/funds", IconKind::Wallet),
    ("History", "/history", IconKind::History),
    ("Trash", "/trash", IconKind::Trash),
    ("Budgets", "/budgets", IconKind::Target),
    ("Recurring", "/recurring", IconKind::Calendar),
    ("Reports", "/reports", IconKind::Chart),
    ("Import", "/import", IconKind::Import),
    ("Settings", "/settings", IconKind::Settings),
    ("Account activity", "/activity", IconKind::Shield),
];

const ADMIN: [(&str, &str, IconKind); 6] = [
    ("Overview", "/admin", IconKind::Pulse),
    ("Users", "/admin/users", IconKind::Users),
    ("Categories", "/categories", IconKind::Tag),
    ("Programs", "/admin/clients", IconKind::Key),
    ("Audit log", "/admin/audit", IconKind::Shield),
    ("Server settings", "/admin/settings", IconKind::Window),
];

const PLACES: [(&str, &str); 11] = [
    ("Add an expense with all fields", "/expenses?add=1"),
    ("Add funds", "/funds"),
    ("Set a budget", "/budgets#set"),
    ("Add what recurs", "/recurring#add"),
    ("Report of the week", "/reports?period=week"),
    ("Import a statement", "/import"),
    ("Edit the saved filters", "/filters"),
    ("Change the password", "/settings#password"),
    ("Set up a second factor", "/settings#factor"),
    ("Add a passkey", "/settings#passkeys"),
    ("Make an access token", "/settings#tokens"),
];

/// What is offered now, and what runs a choice.
pub fn use_items() -> (Memo<Vec<Item>>, Callback<Act>) {
    let (me, categories, dialogs, navigate) = (use_me(), use_here().categories, use_dialogs(), use_navigate());
    let saved = RwSignal::new(Vec::<Shortcut>::new());
    let here = use_here();
    effect(move || {
        if dialogs.palette.get() {
            spawn_local(async move {
                match list_filters().await {
                    // The palette may be gone by now.
                    Ok(all) => drop(saved.try_set(all)),
                    Err(problem) => here.note(&problem),
                }
            });
        }
    });
    let items = Memo::new(move |_| {
        let go = |path: &str| Act::Go(path.to_owned());
        let mut items: Vec<Item> = PAGES.iter().map(|(text, path, icon)| Item::new(text, "Page", *icon, go(path))).collect();
        if me.with(|me| me.user.is_admin()) {
            items.extend(ADMIN.iter().map(|(text, path, icon)| Item::new(text, "Page", *icon, go(path))));
        }
        items.push(Item::action("Add an expense", Act::Add));
        items.extend(PLACES.iter().map(|(text, path)| Item::action(text, go(path))));
        items.push(Item::action("Show the keys", Act::Keys));
        items.push(Item::action("Sign out", Act::SignOut));
        categories.with(|all| {
            items.extend(all.iter().filter(|category| !category.archived).map(|category| Item {
                folded: fold(category.name.as_str()),
                dot: Some(category.color.code()),
                ..Item::new(
                    category.name.as_str(),
                    "Category",
                    IconKind::Tag,
                    Act::Go(format!("/expenses?category_id={}", category.id)),
                )
            }));
        });
        items.extend(saved.get().into_iter().map(|saved| {
            let name = saved.name.as_str();
            Item {
                folded: fold(name),
                ..Item::new(name, "Filter", IconKind::Filter, Act::Go(format!("/expenses?{}", saved.query)))
            }
        }));
        items
    });
    let run = Callback::new(move |act: Act| match act {
        Act::Go(path) => navigate(&path, Default::default()),
        Act::Add => dialogs.add.set(true),
        Act::Keys => dialogs.keys.set(true),
        Act::SignOut => sign_out(),
    });
    (items, run)
}

/// Sends the form of the menu: ending a session always loads another page.
fn sign_out() {
    let form = document().query_selector(&format!("form[action=\"{}\"]", SignOut::url())).ok().flatten();
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
        && let Err(e) = form.request_submit()
    {
        leptos::logging::error!("sign out: {e:?}");
    }
}
