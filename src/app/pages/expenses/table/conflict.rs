//! Two devices changed the same expense: what is stored now and what was typed here, field by field. "Keep mine" sends what was
//! typed again, on what is stored now; "Take theirs" leaves it.

use crate::{
    app::{
        components::{
            form::{Fields, FormState},
            here::{use_here, use_me},
        },
        pages::{
            entry::{expense_fields, reading},
            row::Editing,
        },
    },
    domain::{CategoryId, Code, Expense, text::Note},
};
use leptos::prelude::*;

/// The row below the editor's, once the change was refused for that.
#[component]
pub fn Conflict(
    /// As it is stored now.
    stored: Expense,
    back: String,
    editing: Editing,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let conflict = Memo::new(move |_| state.refused.with(|p| p.as_ref().is_some_and(|p| p.code == Code::VersionConflict)));
    move || {
        conflict.get().then(|| {
            let (lines, back) = (lines(state, &stored), back.clone());
            view! {
                <tr class="conflict">
                    <td colspan="6">
                        <dl>{lines}</dl>
                        <div class="form-actions">
                            <button class="btn primary small" type="submit" form=state.named()>"Keep mine"</button>
                            <a
                                class="btn small" href=back
                                on:click=move |event| {
                                    event.prevent_default();
                                    editing.close();
                                }
                            >
                                "Take theirs"
                            </a>
                        </div>
                    </td>
                </tr>
            }
        })
    }
}

/// What differs.
fn lines(state: FormState, theirs: &Expense) -> Vec<impl IntoView + use<>> {
    let me = use_me();
    let typed = |field| (field, untrack(|| state.typed(field)).unwrap_or_default());
    let typed = Fields::of(["amount", "what", "date", "category_id", "note"].map(typed));
    let Ok(mine) = expense_fields(&typed).edit(me.with_untracked(reading)).map(|edit| edit.apply(theirs)) else {
        return Vec::new();
    };
    let locale = me.with_untracked(|me| me.user.locale);
    let shown = [
        ("Date", locale.day(theirs.date), locale.day(mine.date)),
        ("What", theirs.what.to_string(), mine.what.to_string()),
        ("Note", noted(theirs.note.as_ref()), noted(mine.note.as_ref())),
        ("Category", named(theirs.category_id), named(mine.category_id)),
        ("Amount", locale.money(theirs.amount), locale.money(mine.amount)),
    ];
    let line = |(field, theirs, mine): (&'static str, String, String)| {
        view! {
            <div>
                <dt>{field}</dt>
                <dd><span class="sub">"Theirs "</span><bdi>{theirs}</bdi></dd>
                <dd><span class="sub">"Mine "</span><bdi>{mine}</bdi></dd>
            </div>
        }
    };
    shown.into_iter().filter(|(_, theirs, mine)| theirs != mine).map(line).collect()
}

fn noted(note: Option<&Note>) -> String {
    note.map_or_else(|| "none".to_owned(), ToString::to_string)
}

fn named(category: Option<CategoryId>) -> String {
    let name = |id| use_here().categories.with_untracked(|all| all.iter().find(|c| c.id == id).map(|c| c.name.to_string()));
    category.map_or_else(|| "none".to_owned(), |id| name(id).unwrap_or_else(|| "one that is gone".to_owned()))
}
