//! Many at once: the form of the ticked boxes, which stand in their rows. Shown while one is ticked.

use super::{dom, rows::Rows};
use crate::{
    api::expenses::BulkExpenses,
    app::{
        address::Query,
        ahead::Change,
        components::{
            category::category_choices,
            form::{CommandForm, Fields, FormError, FormState, on_answer, use_command},
            here::use_here,
            icon::{Icon, IconKind},
        },
        effect::effect,
    },
    domain::{Expense, Money, expense::ExpenseEdit},
};
use leptos::{prelude::*, server_fn::ServerFn, wasm_bindgen::JsCast, web_sys::HtmlInputElement};
use uuid::Uuid;

/// The form's DOM id.
pub const BULK: &str = "bulk";

#[component]
pub fn Bulk(rows: Rows, query: Memo<Query>) -> impl IntoView {
    let action = use_command::<BulkExpenses>();
    let here = use_here();
    // What is shown ahead of the answer, and the rows that were selected for it.
    let ahead = StoredValue::new(None::<(u32, Vec<Uuid>)>);
    let sends = Callback::new(move |form: Fields| {
        let (ids, changes) = changes(rows, &form);
        if !changes.is_empty() {
            here.notice.set(None);
            ahead.set_value(Some((here.ahead.begin_all(changes), ids)));
        }
    });
    on_answer(action, move |answer| {
        let shown = ahead.try_update_value(Option::take).flatten();
        if let Some((key, _)) = shown {
            here.ahead.end(key, answer.is_ok());
        }
        match answer {
            Ok(_) => {
                dom::pick_all(false);
                rows.look();
            }
            Err(problem) => {
                // The rows were shown anew, so their boxes have to be ticked again.
                if let Some((_, ids)) = shown {
                    here.tell(problem.detail.clone());
                    request_animation_frame(move || {
                        dom::pick(&ids);
                        rows.look();
                    });
                }
            }
        }
    });
    // Nobody will hear the answer.
    on_cleanup(move || {
        if let Some((key, _)) = ahead.try_update_value(Option::take).flatten() {
            here.ahead.end(key, false);
        }
    });
    view! {
        <CommandForm action id=BULK class="bulk" key="key" sends>
            <Bar rows query/>
        </CommandForm>
    }
}

/// The selected rows that are shown, and what the form makes of them; nothing where the server asks or refuses first.
fn changes(rows: Rows, form: &Fields) -> (Vec<Uuid>, Vec<Change>) {
    let all = form.get("all") == "true";
    let picked = rows.picked.get_untracked();
    let chosen: Vec<Expense> =
        rows.shown.with_untracked(|shown| shown.iter().filter(|row| all || picked.contains(&row.id.0)).cloned().collect());
    let to = match (form.get("act"), form.get("to_category"), form.get("to_date")) {
        ("category", "none", _) => Some(ExpenseEdit { category_id: Some(None), ..ExpenseEdit::default() }),
        ("category", id, _) => id.parse().ok().map(|id| ExpenseEdit { category_id: Some(Some(id)), ..ExpenseEdit::default() }),
        ("date", _, day) => day.parse().ok().map(|day| ExpenseEdit { date: Some(day), ..ExpenseEdit::default() }),
        _ => None,
    };
    let deletes = form.get("act") == "delete" && !form.get("sure").is_empty();
    let change = |row: Expense| match &to {
        Some(edit) => Some(Change::Edited { after: edit.apply(&row), before: row }),
        None => deletes.then_some(Change::Deleted(row)),
    };
    (picked, chosen.into_iter().filter_map(change).collect())
}

#[component]
fn Bar(rows: Rows, query: Memo<Query>) -> impl IntoView {
    let (here, state) = (use_here(), expect_context::<FormState>());
    let all = RwSignal::new(false);
    let total = Memo::new(move |_| rows.total().flatten());
    let shown = Memo::new(move |_| rows.shown.with(Vec::len) as u64);
    // Once ticked it stays, also when the last page has been appended: it is what is sent.
    let more = Memo::new(move |_| total.get().map(|total| total.count).filter(|count| all.get() || *count > shown.get()));
    // A form that begins anew has no tick there.
    effect(move || {
        state.emptied.track();
        all.set(false);
    });
    // Another selection needs another question.
    Effect::new(move |before: Option<bool>| {
        all.track();
        if before == Some(true) {
            state.refused.set(None);
            here.flash.maybe_update(|flash| flash.take_if(|flash| flash.action == BulkExpenses::url()).is_some());
        }
        rows.picked.with(|picked| !picked.is_empty())
    });
    let count = move || match (all.get(), total.get()) {
        (true, Some(total)) => total.count,
        _ => rows.picked.with(|picked| picked.len() as u64),
    };
    let said = move || {
        let picked = rows.picked.get();
        let sum = match (all.get(), total.get()) {
            (true, Some(total)) => Some(total.sum),
            _ => rows.shown.with(|shown| {
                let picked = shown.iter().filter(|row| picked.contains(&row.id.0)).map(|row| row.amount);
                picked.reduce(|sum, one| Money { minor: sum.minor.saturating_add(one.minor), ..sum })
            }),
        };
        let locale = here.locale();
        match sum {
            Some(sum) => format!("{} selected · {}", locale.group(&count().to_string()), locale.money(sum)),
            None => "With the selected".to_owned(),
        }
    };
    let is_more = Memo::new(move |_| more.with(Option::is_some));
    let all_of = move || more.get().unwrap_or_default().to_string();
    let all_box = move || {
        is_more.get().then(|| {
            view! {
                <label class="tick">
                    <input
                        type="checkbox" name="all" value="true" checked=untrack(|| state.typed("all")).is_some()
                        on:change:target=move |event| all.set(event.target().checked())
                    />
                    <span>{move || format!("All {} that match", here.locale().group(&all_of()))}</span>
                </label>
                <input type="hidden" name="filter" value=move || query.get().without(&["cursor"]).text()/>
                <input type="hidden" name="count" value=all_of/>
            }
        })
    };
    let choices = here.categories.with_untracked(|all| category_choices(all, None));
    let option = |choice: crate::app::components::select::Choice| {
        let value = if choice.value.is_empty() { "none".to_owned() } else { choice.value };
        view! { <option value=value>{choice.text}</option> }
    };
    view! {
        <p class="bulk-said" role="status">{said}</p>
        {all_box}
        <div class="bulk-pair">
            <select class="input" name="to_category" aria-label="Category for the selected">
                <option value="">"Category…"</option>
                {choices.into_iter().map(option).collect_view()}
            </select>
            <button class="btn small" type="submit" name="act" value="category">"Set category"</button>
        </div>
        <div class="bulk-pair">
            <input class="input" type="date" name="to_date" aria-label="Day for the selected"/>
            <button class="btn small" type="submit" name="act" value="date">"Set day"</button>
        </div>
        <button class="btn small" type="submit" formaction="/export" name="format" value="csv">
            <Icon kind=IconKind::Import/>
            <span>"Export"</span>
        </button>
        <button class="btn small danger" type="submit" name="act" value="delete"><Icon kind=IconKind::Trash/><span>"Delete"</span></button>
        <button
            class="icon-btn bulk-none" type="button" aria-label="Select none"
            on:click=move |_| {
                dom::pick_all(false);
                clear_all();
                all.set(false);
                rows.look();
            }
        >
            <Icon kind=IconKind::Close/>
        </button>
        <FormError/>
        <Sure state count=Signal::derive(count)/>
    }
}

/// Unticks "all that match".
fn clear_all() {
    let found = document().query_selector(".bulk [name=all]").ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) {
        found.set_checked(false);
    }
}

/// The button that answers the question before many are deleted.
#[component]
fn Sure(state: FormState, count: Signal<u64>) -> impl IntoView {
    let asked = Memo::new(move |_| state.error("sure").is_some());
    let here = use_here();
    // Without WASM, of the form that came back.
    let sent = move || {
        here.flash.with_untracked(|flash| {
            let flash = flash.as_ref().filter(|flash| flash.action == BulkExpenses::url())?;
            let all = flash.value("all").and_then(|_| flash.value("count")).and_then(|count| count.parse().ok());
            all.or(Some(flash.fields.iter().filter(|(name, _)| name == "ids[]").count() as u64))
        })
    };
    move || {
        asked.get().then(|| {
            let count = sent().unwrap_or_else(|| count.get_untracked());
            view! {
                <input type="hidden" name="sure" value=count.to_string()/>
                <button class="btn small danger primary" type="submit" name="act" value="delete">"Yes, delete"</button>
            }
        })
    }
}
