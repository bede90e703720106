//! Settings: profile, money and calendar, password, second factor, passkeys, tokens, programs, devices, the own data and its
//! end. One card each.

mod calendar;
mod devices;
mod download;
mod factor;
mod keyboard;
mod leaving;
mod passkeys;
mod password;
mod profile;
mod programs;
mod tokens;

use crate::app::components::layout::Layout;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <Layout title="Settings">
            <div class="settings">
                <profile::Profile/>
                <calendar::Calendar/>
                <password::Password/>
                <factor::Factor/>
                <passkeys::Passkeys/>
                <tokens::Tokens/>
                <programs::Programs/>
                <devices::Devices/>
                <keyboard::Keyboard/>
                <download::Download/>
                <leaving::Leaving/>
            </div>
        </Layout>
    }
}

/// One card of the page.
#[component]
fn Section(
    /// The DOM id, unique on the page.
    id: &'static str,
    title: &'static str,
    #[prop(into)] lead: String,
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    view! {
        <section class="card" id=id aria-labelledby=heading>
            <header><h2 id=heading.clone()>{title}</h2><p>{lead}</p></header>
            {children()}
        </section>
    }
}
