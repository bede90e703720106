//! On a phone: what the bottom tabs have no room for.

use crate::app::components::{
    frame::SignOutForm,
    here::use_me,
    icon::{Icon, IconKind},
    layout::Layout,
};
use leptos::prelude::*;

const PLACES: [(&str, &str, IconKind); 5] = [
    ("/recurring", "Recurring", IconKind::Calendar),
    ("/history", "History", IconKind::History),
    ("/trash", "Trash", IconKind::Trash),
    ("/import", "Import a statement", IconKind::Import),
    ("/settings", "Settings", IconKind::Settings),
];

const ADMIN: [(&str, &str, IconKind); 6] = [
    ("/admin", "Overview", IconKind::Pulse),
    ("/admin/users", "Users", IconKind::Users),
    ("/categories", "Categories", IconKind::Tag),
    ("/admin/audit", "Audit log", IconKind::Shield),
    ("/admin/clients", "Programs", IconKind::Key),
    ("/admin/settings", "Server", IconKind::Window),
];

/// The page.
#[component]
pub fn More() -> impl IntoView {
    let me = use_me();
    let admin = if me.with_untracked(|me| me.user.is_admin()) { &ADMIN[..] } else { &[] };
    let place = |(href, text, icon): &'static (&'static str, &'static str, IconKind)| {
        view! { <li><a class="row-link" href=*href><Icon kind=*icon/><span>{*text}</span></a></li> }
    };
    let role = move || me.with(|me| if me.user.is_admin() { "Admin" } else { "User" });
    view! {
        <Layout title="More">
            <div class="more">
                <div class="me">
                    <span class="avatar" aria-hidden="true">{move || me.with(|me| me.user.initials())}</span>
                    <span class="me-name">
                        <span>{move || me.with(|me| me.user.display_name.to_string())}</span>
                        <small>{role}</small>
                    </span>
                </div>
                <ul class="more-list">
                    {PLACES.iter().chain(admin).map(place).collect_view()}
                    <li><SignOutForm wide=true/></li>
                </ul>
            </div>
        </Layout>
    }
}
