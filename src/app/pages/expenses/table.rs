//! The rows of the expenses: sorted by their headings, changed in place, deleted with undo.

use super::PATH;
use crate::{
    api::expenses::{DeleteExpense, ExpenseList},
    app::{
        address::Query,
        components::{
            amount::Amount,
            category::CategoryChip,
            empty::Empty,
            form::{CommandForm, FormError, Submit, use_command},
            here::{use_here, use_me},
            icon::{Icon, IconKind},
        },
        pages::{
            entry::ExpenseEditor,
            row::{EditLink, Editing},
        },
    },
    domain::{Day, Expense, Locale, Sort},
};
use leptos::prelude::*;

/// The rows of one page of the list, and the way to the next.
#[component]
pub fn List(
    list: ExpenseList,
    /// The address without what is about the page only.
    query: Memo<Query>,
    /// The row that is being changed.
    editing: Editing,
) -> impl IntoView {
    if list.page.items.is_empty() {
        return view! { <Nothing filtered=!list.filter.is_empty() || !list.first/> }.into_any();
    }
    let sort = list.filter.sort;
    let rows = list.page.items.into_iter().map(move |expense| view! { <Row expense query editing/> }).collect_view();
    view! {
        <div class="card table-card">
            <table class="rows">
                <caption class="sr-only">"Expenses"</caption>
                <thead>
                    <tr>
                        <Heading text="Date" class="col-date" up=Sort::DateUp down=Sort::DateDown sort query/>
                        <th scope="col">"What"</th>
                        <th scope="col" class="col-category">"Category"</th>
                        <Heading text="Amount" class="col-amount r" up=Sort::AmountUp down=Sort::AmountDown sort query/>
                        <th scope="col" class="col-actions"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <Pager first=list.first next=list.page.next_cursor.map(|c| c.0) query/>
    }
    .into_any()
}

#[component]
fn Nothing(filtered: bool) -> impl IntoView {
    if filtered {
        view! {
            <div class="card">
                <Empty icon=IconKind::Search title="No expense matches" text="Take a part of the filter away, or look at all expenses.">
                    <a class="btn" href=PATH>"Show all expenses"</a>
                </Empty>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="card">
                <Empty
                    icon=IconKind::List title="No expenses yet"
                    text="Add what you spent last, or import a statement of your bank to start with months at once."
                >
                    <div class="form-actions">
                        <a class="btn primary" href="/expenses?add=1"><Icon kind=IconKind::Plus/><span>"Add expense"</span></a>
                        <a class="btn" href="/import"><Icon kind=IconKind::Import/><span>"Import a statement"</span></a>
                    </div>
                </Empty>
            </div>
        }
        .into_any()
    }
}

/// A column's heading, which sorts by it.
#[component]
fn Heading(text: &'static str, class: &'static str, up: Sort, down: Sort, sort: Sort, query: Memo<Query>) -> impl IntoView {
    let (order, icon) = match sort {
        s if s == up => (Some("ascending"), Some(IconKind::SortUp)),
        s if s == down => (Some("descending"), Some(IconKind::SortDown)),
        _ => (None, None),
    };
    let turned = if sort == down { up } else { down };
    let href = move || {
        let rest = query.get().without(&["sort", "cursor"]);
        if turned == Sort::default() { rest.link(PATH) } else { rest.with("sort", turned.code()).link(PATH) }
    };
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="sort" href=href>{text}{icon.map(|kind| view! { <Icon kind/> })}</a>
        </th>
    }
}

#[component]
fn Row(expense: Expense, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let open = editing.is(expense.id.0);
    move || {
        let expense = expense.clone();
        if open.get() {
            let back = query.get_untracked().link(PATH);
            view! {
                <tr class="editing">
                    <td colspan="5"><ExpenseEditor expense back editing/></td>
                </tr>
            }
            .into_any()
        } else {
            view! { <Shown expense query editing/> }.into_any()
        }
    }
}

#[component]
fn Shown(expense: Expense, query: Memo<Query>, editing: Editing) -> impl IntoView {
    let me = use_me();
    let (id, what) = (expense.id, expense.what.to_string());
    let date = me.with_untracked(|me| day_text(expense.date, me.today, me.user.locale));
    let edit = Signal::derive(move || query.get().with("edit", &id.to_string()).link(PATH));
    let delete = use_command::<DeleteExpense>();
    let about = vec![("id", id.to_string()), ("version", expense.version.to_string())];
    let fresh = use_here().is_fresh(id.0);
    view! {
        <tr class:fresh=fresh>
            <td class="col-date num"><time datetime=expense.date.to_string()>{date}</time></td>
            <td class="col-what">
                <bdi class="what">{what.clone()}</bdi>
                {expense.note.map(|note| view! { <bdi class="sub note">{note.to_string()}</bdi> })}
            </td>
            <td class="col-category"><CategoryChip category=expense.category_id/></td>
            <td class="col-amount r"><Amount money=-expense.amount/></td>
            <td class="col-actions">
                <div class="row-actions">
                    <EditLink editing id=id.0 href=edit name=what.clone()/>
                    <CommandForm action=delete id=format!("delete-{id}") class="row-form" about>
                        <Submit class="icon-btn">
                            <Icon kind=IconKind::Trash/>
                            <span class="sr-only">{format!("Delete {what}")}</span>
                        </Submit>
                        <FormError/>
                    </CommandForm>
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

#[component]
fn Pager(first: bool, next: Option<String>, query: Memo<Query>) -> impl IntoView {
    let to_first = move || query.get().without(&["cursor"]).link(PATH);
    view! {
        <nav class="pager" aria-label="Pages">
            {(!first).then(|| view! { <a class="btn" href=to_first>"First page"</a> })}
            {next.map(|cursor| view! { <a class="btn" rel="next" href=move || query.get().with("cursor", &cursor).link(PATH)>"Next page"</a> })}
        </nav>
    }
}
