//! A row that is being changed: its own cells hold the fields. Enter saves, Escape leaves, Tab goes round.

use super::{conflict::Conflict, dom::row_id, rows::Rows};
use crate::{
    api::expenses::EditExpense,
    app::{
        components::{
            form::{FormError, FormState, focus_first_wrong},
            here::use_me,
            icon::{Icon, IconKind},
        },
        effect::effect,
        pages::{
            entry::{ANYWAY, AmountInput, CategoryInput, DateInput, NoteInput, WhatInput, expense_fields, reading},
            row::focus,
        },
    },
    domain::{Expense, Problem},
};
use leptos::{
    context::Provider,
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
    server_fn::ServerFn,
};
use std::time::Duration;

/// The fields, by the names they are sent under.
pub const FIELDS: [&str; 5] = ["date", "what", "note", "category_id", "amount"];

/// So long the page is left alone, before what it may need next is fetched.
const SOON: Duration = Duration::from_secs(1);

/// Fetches the editor.
#[cfg(feature = "hydrate")]
pub async fn fetch_editor() {
    __preload_editor().await;
}

/// Fetches the editor once the page is live, so that it is there when it is asked for, also without a connection.
pub fn fetch_soon() {
    effect(|| {
        set_timeout(
            || {
                let _loaded = lazy_preload!(editor);
            },
            SOON,
        );
    });
}

later! {
    entry;
    pub fn editor(expense: Expense, rows: Rows, back: String) -> AnyView {
        view! { <Editor expense rows back/> }.into_any()
    }
}

/// The row; `back` leads to the list without the editor.
#[component]
fn Editor(expense: Expense, rows: Rows, back: String) -> impl IntoView {
    let (me, editing, id) = (use_me(), rows.editing, expense.id);
    let form = format!("edit-{id}");
    let state = FormState::apart::<EditExpense>(&form, vec![("id", id.to_string())]);
    let first = format!("{form}-{}", editing.field().unwrap_or("what"));
    effect(move || focus(&first));
    let row: NodeRef<html::Tr> = NodeRef::new();
    effect(move || {
        if state.refused.with(Option::is_some)
            && let Some(row) = row.get()
        {
            request_animation_frame(move || focus_first_wrong(&row));
        }
    });
    let on_submit = {
        let before = expense.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let Some(form) = state.read(&event) else { return };
            match expense_fields(&form).edit(me.with_untracked(reading)).map(|edit| edit.apply(&before)) {
                Ok(after) if after == before => editing.close(),
                Ok(after) => rows.save(form, before.clone(), after),
                Err(errors) => state.refused.set(Some(Problem::invalid(errors))),
            }
        }
    };
    let (cancel, save) = (format!("{form}-cancel"), format!("{form}-save"));
    let on_key = {
        let (cancel, save) = (cancel.clone(), save.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                editing.close();
            }
            "Tab" => {
                let at = super::dom::target(&event).map(|at| at.id()).unwrap_or_default();
                let (from, to) = if event.shift_key() { (&cancel, &save) } else { (&save, &cancel) };
                if at == *from {
                    event.prevent_default();
                    focus(to);
                }
            }
            _ => {}
        }
    };
    let what = expense.what.to_string();
    let stored = expense.clone();
    view! {
        <Provider value=state>
            <tr class="editing" id=row_id(id.0) node_ref=row on:keydown=on_key>
                <td class="col-pick">
                    <a
                        class="icon-btn" id=cancel href=back.clone() aria-label=format!("Leave {what} as it is")
                        on:click=move |event| {
                            event.prevent_default();
                            editing.close();
                        }
                    >
                        <Icon kind=IconKind::Close/>
                    </a>
                </td>
                <td class="col-date"><DateInput value=expense.date.to_string() quiet=true/></td>
                <td class="col-what">
                    <div class="editor-what">
                        <WhatInput what quiet=true/>
                        <NoteInput note=expense.note.as_ref().map(ToString::to_string).unwrap_or_default() quiet=true/>
                    </div>
                    <FormError anyway=ANYWAY/>
                </td>
                <td class="col-category"><CategoryInput category=expense.category_id quiet=true/></td>
                <td class="col-amount"><AmountInput me value=me.with_untracked(|me| me.user.locale.input(expense.amount)) quiet=true/></td>
                <td class="col-actions">
                    <form id=form action=EditExpense::PATH method="post" novalidate on:submit=on_submit>
                        <input type="hidden" name="id" value=id.to_string()/>
                        <input type="hidden" name="version" value=expense.version.to_string()/>
                        <input type="hidden" name="next" value=back.clone()/>
                        <button class="btn primary small" id=save type="submit">"Save"<span class="enter" aria-hidden="true">"↵"</span></button>
                    </form>
                </td>
            </tr>
            <Conflict stored back editing/>
        </Provider>
    }
    .into_any()
}
