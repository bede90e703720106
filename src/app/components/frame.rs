//! What stands around every page behind sign-in: navigation, the person, toast and troubles.
//!
//! It renders its pages for a person only; what a person may do is the server's to decide, not the menu's.

use super::{
    add::Add,
    dialogs::{AddLink, Dialogs},
    here::{Here, use_here},
    icon::{Icon, IconKind},
    keyboard::Keyboard,
    layout::Mark,
    palette::Palette,
    paste::refuse_huge_pastes,
    tabs::is_below,
    toast::Toast,
    trouble::Troubles,
};
use crate::{
    api::session::SignOut,
    app::{keys::Keys, live::Elsewhere},
    domain::Me,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::use_location,
};

/// A place in the menus.
#[derive(Clone, Copy)]
struct Place {
    href: &'static str,
    text: &'static str,
    icon: IconKind,
    /// Paths that belong to it.
    holds: &'static [&'static str],
}

const MAIN: [Place; 7] = [
    Place { href: "/", text: "Dashboard", icon: IconKind::Home, holds: &["/"] },
    Place { href: "/expenses", text: "Expenses", icon: IconKind::List, holds: &["/expenses", "/funds", "/history"] },
    Place { href: "/budgets", text: "Budgets", icon: IconKind::Target, holds: &["/budgets"] },
    Place { href: "/recurring", text: "Recurring", icon: IconKind::Calendar, holds: &["/recurring"] },
    Place { href: "/reports", text: "Reports", icon: IconKind::Chart, holds: &["/reports"] },
    Place { href: "/import", text: "Import", icon: IconKind::Import, holds: &["/import"] },
    Place { href: "/settings", text: "Settings", icon: IconKind::Settings, holds: &["/settings", "/activity"] },
];
const ADMIN: [Place; 6] = [
    Place { href: "/admin", text: "Overview", icon: IconKind::Pulse, holds: &[] },
    Place {
        href: "/admin/users",
        text: "Users",
        icon: IconKind::Users,
        holds: &["/admin/users", "/admin/expenses", "/admin/deleted"],
    },
    Place { href: "/categories", text: "Categories", icon: IconKind::Tag, holds: &["/categories"] },
    Place { href: "/admin/audit", text: "Audit log", icon: IconKind::Shield, holds: &["/admin/audit"] },
    Place { href: "/admin/clients", text: "Programs", icon: IconKind::Key, holds: &["/admin/clients"] },
    Place { href: "/admin/settings", text: "Server", icon: IconKind::Window, holds: &["/admin/settings"] },
];

const PHONE: [Place; 5] = [
    Place { href: "/", text: "Home", icon: IconKind::Home, holds: &["/"] },
    Place { href: "/expenses", text: "Expenses", icon: IconKind::List, holds: &["/expenses", "/funds"] },
    Place { href: "/budgets", text: "Budgets", icon: IconKind::Target, holds: &["/budgets"] },
    Place { href: "/reports", text: "Reports", icon: IconKind::Chart, holds: &["/reports"] },
    Place {
        href: "/more",
        text: "More",
        icon: IconKind::More,
        holds: &["/more", "/recurring", "/history", "/import", "/settings", "/activity", "/admin", "/categories"],
    },
];

/// The frame; its pages are the child routes.
#[component]
pub fn Frame() -> impl IntoView {
    let here = use_here();
    let location = use_location();
    if here.me.with_untracked(Option::is_none) {
        let path = location.pathname.get_untracked();
        return view! { <Redirect path=format!("/sign-in?next={path}")/> }.into_any();
    }
    forget_flash_on_leaving(here);
    refuse_huge_pastes();
    Dialogs::provide();
    Keys::provide();
    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        <div class="shell">
            <Side here/>
            <main id="main" tabindex="-1">
                <Outlet/>
                <AddLink class="add-round"/>
            </main>
            <PhoneTabs/>
        </div>
        <Elsewhere/>
        <Toast/>
        <Troubles/>
        <Keyboard/>
        <Add/>
        <Palette/>
    }
    .into_any()
}

/// A refused form belongs to the page it was typed on.
fn forget_flash_on_leaving(here: Here) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            here.flash.set(None);
        }
        now
    });
}

#[component]
fn Side(here: Here) -> impl IntoView {
    let admin = move || here.me.with(|me| me.as_ref().is_some_and(|me| me.user.is_admin()));
    view! {
        <header class="side">
            <a class="brand" href="/"><Mark/><span>"Outlay"</span></a>
            <nav aria-label="Main">
                <ul>{MAIN.map(|place| view! { <li><NavLink place class="nav"/></li> }).collect_view()}</ul>
                <Show when=admin>
                    <h2 class="label" id="admin-label">"Admin"</h2>
                    <ul aria-labelledby="admin-label">
                        {ADMIN.map(|place| view! { <li><NavLink place class="nav"/></li> }).collect_view()}
                    </ul>
                </Show>
            </nav>
            {move || here.me.get().map(|me| view! { <MeCard me/> })}
            <AddLink class="add-round"/>
        </header>
    }
}

#[component]
fn NavLink(place: Place, class: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || {
        let holds = |path: &str| place.holds.iter().any(|held| is_below(path, held));
        path.with(|path| if path == place.href { Some("page") } else { holds(path).then_some("true") })
    };
    view! {
        <a class=class href=place.href aria-current=current>
            <Icon kind=place.icon/>
            <span>{place.text}</span>
        </a>
    }
}

#[component]
fn MeCard(me: Me) -> impl IntoView {
    let role = if me.user.is_admin() { "Admin" } else { "User" };
    view! {
        <div class="me">
            <span class="avatar" aria-hidden="true">{me.user.initials()}</span>
            <span class="me-name">
                <span>{me.user.display_name.to_string()}</span>
                <small>{role}</small>
            </span>
            <SignOutForm/>
        </div>
    }
}

/// A plain form: ending a session always loads another page.
#[component]
pub fn SignOutForm(
    /// With words, not the icon alone.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    view! {
        <form action=SignOut::url() method="post">
            <button class=if wide { "row-link" } else { "icon-btn" } type="submit">
                <Icon kind=IconKind::SignOut/>
                <span class=if wide { "" } else { "sr-only" }>"Sign out"</span>
            </button>
        </form>
    }
}

#[component]
fn PhoneTabs() -> impl IntoView {
    let [home, expenses, budgets, reports, more] = PHONE;
    view! {
        <nav class="phone-tabs" aria-label="Main">
            <NavLink place=home class="phone-tab"/>
            <NavLink place=expenses class="phone-tab"/>
            <AddLink class="phone-add"/>
            <NavLink place=budgets class="phone-tab"/>
            <NavLink place=reports class="phone-tab"/>
            <NavLink place=more class="phone-tab"/>
        </nav>
    }
}
