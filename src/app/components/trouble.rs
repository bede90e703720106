//! What concerns the whole page: the session ended, no connection, a page older than the server.
//!
//! It must never throw away what a person typed: it tells what to do and leaves the page as it is.

use super::here::use_here;
use crate::app::effect::effect;
use crate::domain::{Code, Problem};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

/// What stands between this page and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    SessionEnded,
    Offline,
    Outdated,
}

impl Trouble {
    /// The trouble behind a problem, when it concerns the whole page.
    pub fn of(problem: &Problem) -> Option<Self> {
        match problem.code {
            Code::Unauthenticated => Some(Self::SessionEnded),
            Code::Offline => Some(Self::Offline),
            Code::Outdated => Some(Self::Outdated),
            _ => None,
        }
    }
}

/// The banner or dialog for the present trouble. Once per page, in the frame.
#[component]
pub fn Troubles() -> impl IntoView {
    let trouble = use_here().trouble;
    view! {
        <div class="troubles" role="alert">
            {move || match trouble.get() {
                Some(Trouble::Offline) => {
                    Some(view! {
                        <p class="banner">
                            <span>"No connection to the server. What you typed is kept; try again."</span>
                            <button class="btn small" type="button" on:click=move |_| trouble.set(None)>"Close"</button>
                        </p>
                    }.into_any())
                }
                Some(Trouble::Outdated) => {
                    Some(view! {
                        <p class="banner">
                            <span>"Outlay was updated. Copy what you have not saved, then reload the page."</span>
                            <button class="btn small" type="button" on:click=|_| reload()>"Reload"</button>
                        </p>
                    }.into_any())
                }
                Some(Trouble::SessionEnded) | None => None,
            }}
        </div>
        <SessionEnded/>
    }
}

fn reload() {
    if let Err(e) = window().location().reload() {
        leptos::logging::error!("reload: {e:?}");
    }
}

/// Sign in again elsewhere, then go on here: the typed input stays in this page.
#[component]
fn SessionEnded() -> impl IntoView {
    let trouble = use_here().trouble;
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    let ended = Memo::new(move |_| trouble.get() == Some(Trouble::SessionEnded));
    effect(move || {
        if let Some(dialog) = dialog.get() {
            super::dialog::show(&dialog, ended.get());
        }
    });
    let location = use_location();
    let sign_in = move || format!("/sign-in?next={}", location.pathname.get());
    view! {
        <dialog class="dialog" aria-labelledby="session-ended" node_ref=dialog on:close=move |_| trouble.set(None)>
            <h2 id="session-ended">"Your session has ended"</h2>
            <p>"Sign in again in a new tab, then come back and try again. What you typed is still here."</p>
            <form method="dialog" class="dialog-actions">
                <button class="btn">"Stay on this page"</button>
                <a class="btn primary" href=sign_in target="_blank" rel="noopener">"Sign in in a new tab"</a>
            </form>
        </dialog>
    }
}
