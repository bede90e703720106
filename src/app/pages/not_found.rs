//! No such page.

use crate::app::components::{
    empty::Empty,
    icon::IconKind,
    layout::{CardPage, Layout},
};
use leptos::prelude::*;

const TITLE: &str = "There is no such page";
const TEXT: &str = "The address may be mistyped, or the page has moved. Nothing of yours is lost.";

/// The page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <CardPage title=TITLE lead=TEXT>
            <p class="door-foot"><a class="btn primary wide" href="/">"Go to the dashboard"</a></p>
        </CardPage>
    }
}

/// The same inside the frame: an address of the right form, but nothing is there.
#[component]
pub fn NothingHere(
    /// Where there is something.
    href: &'static str,
    text: &'static str,
) -> impl IntoView {
    view! {
        <Layout title=TITLE>
            <div class="card">
                <Empty icon=IconKind::Search title=TITLE text=TEXT>
                    <a class="btn" href=href>{text}</a>
                </Empty>
            </div>
        </Layout>
    }
}
