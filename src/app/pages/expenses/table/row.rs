//! One row: as it is read, or as it is changed.

use super::{
    super::PATH,
    bulk::BULK,
    dom::row_id,
    editor::editor,
    rows::{OneRow, Rows},
};
use crate::{
    api::expenses::{BulkExpenses, DeleteExpense, EditExpense},
    app::{
        address::Query,
        components::{
            amount::Amount,
            category::CategoryChip,
            here::{use_here, use_me},
            icon::{Icon, IconKind},
        },
        pages::row::pencil,
    },
    domain::{Day, Expense, Locale},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn Row(row: OneRow, rows: Rows, query: Memo<Query>) -> impl IntoView {
    let open = rows.editing.is(row.id.0);
    move || {
        if open.get() {
            // What is typed stays, whatever is stored meanwhile.
            let (expense, back) = (row.expense.get_untracked(), query.get_untracked().link(PATH));
            Suspend::new(editor(expense, rows, back)).into_any()
        } else {
            view! { <Shown expense=row.expense.get() query/> }.into_any()
        }
    }
}

#[component]
fn Shown(expense: Expense, query: Memo<Query>) -> impl IntoView {
    let (me, here) = (use_me(), use_here());
    let (id, what) = (expense.id, expense.what.to_string());
    let date = me.with_untracked(|me| day_text(expense.date, me.today, me.user.locale));
    let edit = move || query.get().with("edit", &id.to_string()).link(PATH);
    let text = id.to_string();
    // Why it was not deleted, or not changed.
    let refused = {
        let text = text.clone();
        move || {
            here.flash.with(|flash| {
                let ours = flash.as_ref().filter(|f| [DeleteExpense::url(), EditExpense::url()].contains(&f.action.as_str()));
                ours.filter(|f| f.value("id") == Some(&text)).map(|f| f.problem.detail.clone())
            })
        }
    };
    let picked = here.flash.with_untracked(|flash| {
        let bulk = flash.as_ref().filter(|f| f.action == BulkExpenses::url());
        bulk.is_some_and(|f| f.fields.iter().any(|(name, id)| name == "ids[]" && *id == text))
    });
    let fresh = here.is_fresh(id.0);
    view! {
        <tr id=row_id(id.0) tabindex="-1" class:fresh=fresh>
            <td class="col-pick">
                <label class="row-pick">
                    <input type="checkbox" form=BULK name="ids[]" value=text.clone() checked=picked aria-label=format!("Select {what}")/>
                </label>
            </td>
            <td class="col-date num" data-field="date"><time datetime=expense.date.to_string()>{date}</time></td>
            <td class="col-what" data-field="what">
                <bdi class="what">{what.clone()}</bdi>
                {expense.note.map(|note| view! { <bdi class="sub note">{note.to_string()}</bdi> })}
                {move || refused().map(|detail| view! { <p class="form-error" role="alert">{detail}</p> })}
            </td>
            <td class="col-category" data-field="category_id"><CategoryChip category=expense.category_id/></td>
            <td class="col-amount r" data-field="amount"><Amount money=-expense.amount/></td>
            <td class="col-actions">
                <div class="row-actions">
                    <a class="icon-btn row-open" href=format!("{PATH}/{id}") aria-label=format!("Open {what}")><Icon kind=IconKind::Right/></a>
                    <a class="icon-btn" id=pencil(id.0) href=edit aria-label=format!("Edit {what}")><Icon kind=IconKind::Pencil/></a>
                    <form class="row-form" action=DeleteExpense::url() method="post">
                        <input type="hidden" name="id" value=text/>
                        <input type="hidden" name="version" value=expense.version.to_string()/>
                        <button class="icon-btn" type="submit" aria-label=format!("Delete {what}")><Icon kind=IconKind::Trash/></button>
                    </form>
                </div>
            </td>
        </tr>
    }
}

/// `Sun 22 Nov`; with the year when it is not this one.
fn day_text(day: Day, today: Day, locale: Locale) -> String {
    let text = if day.year() == today.year() { locale.short_day(day) } else { locale.day(day) };
    format!("{} {text}", day.weekday().abbreviation())
}
