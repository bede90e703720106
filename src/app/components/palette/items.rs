//! What the palette offers: the pages, what can be done, and the categories of the person.

use crate::{
    api::session::SignOut,
    app::{
        components::{
            dialogs::use_dialogs,
            here::{use_here, use_me},
            icon::IconKind,
        },
        fold::fold,
    },
};
use leptos::{prelude::*, server_fn::ServerFn, wasm_bindgen::JsCast, web_sys::HtmlFormElement};
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

const PAGES: [(&str, &str, IconKind); 7] = [
    ("Dashboard", "/", IconKind::Home),
    ("Expenses", "/expenses", IconKind::List),
    ("Funds", "/funds", IconKind::Wallet),
    ("History", "/history", IconKind::History),
    ("Budgets", "/budgets", IconKind::Target),
    ("Import", "/import", IconKind::Import),
    ("Settings", "/settings", IconKind::Settings),
];

const ADMIN: [(&str, &str, IconKind); 2] =
    [("Users", "/admin/users", IconKind::Users), ("Categories", "/categories", IconKind::Tag)];

const PLACES: [(&str, &str); 6] = [
    ("Add an expense with all fields", "/expenses?add=1"),
    ("Add funds", "/funds"),
    ("Set a budget", "/budgets#set"),
    ("Import a statement", "/import"),
    ("Change the password", "/settings#password"),
    ("Make an access token", "/settings#tokens"),
];

/// What is offered now, and what runs a choice.
pub fn use_items() -> (Memo<Vec<Item>>, Callback<Act>) {
    let (me, categories, dialogs, navigate) = (use_me(), use_here().categories, use_dialogs(), use_navigate());
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
