//! The toast: what was just done, with the way back.

use super::{
    form::{CommandForm, Submit, use_command},
    here::use_here,
    icon::{Icon, IconKind},
};
use crate::{api::journal::Undo, domain::Seq};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use std::time::Duration;

/// Long enough to read and to reach; the journal offers the same later.
const SHOWN: Duration = Duration::from_secs(12);

/// Says what was done, once, politely. In the frame of every page.
#[component]
pub fn Toast() -> impl IntoView {
    let notice = use_here().notice;
    let held = RwSignal::new(false);
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        if let Some(Some(timer)) = before {
            timer.clear();
        }
        if notice.with(Option::is_none) || held.get() {
            return None;
        }
        set_timeout_with_handle(move || notice.set(None), SHOWN).ok()
    });
    let body = move || {
        notice.get().map(|notice_now| {
            view! {
                <div class="toast">
                    <span class="toast-mark"><Icon kind=IconKind::Check/></span>
                    <p>{notice_now.message}</p>
                    {notice_now.undo.map(|seq| view! { <UndoButton seq/> })}
                    <button class="icon-btn" type="button" aria-label="Close" on:click=move |_| notice.set(None)>
                        <Icon kind=IconKind::Close/>
                    </button>
                </div>
            }
        })
    };
    view! {
        <div
            class="toasts" role="status"
            on:mouseenter=move |_| held.set(true) on:mouseleave=move |_| held.set(false)
            on:focusin=move |_| held.set(true) on:focusout=move |_| held.set(false)
        >
            {body}
        </div>
    }
}

/// Presses Undo of the toast, if there is one.
pub fn press_undo() {
    let found = document().query_selector("#toast-undo [type=submit]").ok().flatten();
    if let Some(button) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

/// A form that undoes one journal entry; works without WASM.
#[component]
fn UndoButton(seq: Seq) -> impl IntoView {
    let action = use_command::<Undo>();
    let here = use_here();
    super::form::on_answer(action, move |answer| {
        if let Err(problem) = answer {
            here.tell(problem.detail.clone());
        }
    });
    view! {
        <CommandForm action id="toast-undo" class="undo" about=vec![("seq", seq.to_string())] key="key">
            <Submit class="btn small">
                <Icon kind=IconKind::Undo/>
                <span>"Undo"</span>
            </Submit>
        </CommandForm>
    }
}
