//! Each budget with what became of it, and what was spent without one. Changed in place, ended with undo.

use super::{
    super::row::{EditLink, Editing, Editor, EditorEnd},
    PATH,
    set::{Inputs, check_budget},
    summary::{fill, gone},
};
use crate::{
    api::budgets::{DeleteBudget, SetBudget},
    app::{
        address::{self, Query},
        charts::Slice,
        components::{
            amount::Amount,
            bar::Bar,
            form::{CommandForm, FormError, Submit, use_command},
            here::{use_here, use_me},
            icon::{Icon, IconKind},
        },
    },
    domain::{
        CategoryId, Day, Money, Span,
        budget::{BudgetLine, BudgetReport, left_words},
        report::CategorySum,
    },
};
use leptos::prelude::*;

/// What a budget is called, and the class of its colour.
fn named(category: Option<CategoryId>) -> (String, &'static str) {
    match category {
        None => ("All spending".to_owned(), ""),
        id => use_here().categories.with_untracked(|all| {
            let Slice { name, color, .. } = Slice::of(id, all);
            (name, color)
        }),
    }
}

fn link_of(category: Option<CategoryId>, span: Span) -> String {
    address::expenses(span, category.map(Some))
}

/// The page of the period, with more in its address.
fn here(on: Memo<Option<Day>>, name: &str, value: &str) -> String {
    on.with_untracked(|on| {
        let query = on.map_or_else(Query::default, |on| Query::default().with("on", &on.to_string()));
        query.with(name, value).link(PATH)
    })
}

/// The page of the period.
pub fn back(on: Memo<Option<Day>>) -> String {
    here(on, "edit", "")
}

/// The budgets, that of all spending first.
#[component]
pub fn Lines(report: BudgetReport, on: Memo<Option<Day>>, editing: Editing) -> impl IntoView {
    let (span, key, name) = (report.span, report.key, report.name);
    let line = move |line: BudgetLine| {
        let open = editing.is(line.budget.id.0);
        let name = name.clone();
        move || {
            let (line, period) = (line.clone(), name.clone());
            if open.get() {
                view! { <li class="card editing"><LineEditor line key on editing/></li> }.into_any()
            } else {
                view! { <li class="card budget"><Line line span key period on editing/></li> }.into_any()
            }
        }
    };
    view! { <ul class="grid budgets" aria-label="Budgets">{report.whole.into_iter().chain(report.lines).map(line).collect_view()}</ul> }
}

#[component]
fn Line(line: BudgetLine, span: Span, key: Day, period: String, on: Memo<Option<Day>>, editing: Editing) -> impl IntoView {
    let budget = &line.budget;
    let name = named(budget.category_id).0;
    let (id, edit) = (budget.id, here(on, "edit", &budget.id.to_string()));
    let delete = use_command::<DeleteBudget>();
    let about = vec![("id", id.to_string()), ("version", budget.version.to_string()), ("key", key.to_string())];
    let actions = view! {
        <div class="row-actions">
            <EditLink editing id=id.0 href=edit name=name.clone()/>
            <CommandForm action=delete id=format!("end-{id}") class="row-form" about>
                <Submit class="icon-btn">
                    <Icon kind=IconKind::Trash/>
                    <span class="sr-only">{format!("End the budget for {name} from {period} on")}</span>
                </Submit>
                <FormError/>
            </CommandForm>
        </div>
    };
    view! { <Meter line span actions=actions.into_any()/> }
}

/// What a budget is for, what is spent of it, and what is left, as a bar and in words.
#[component]
pub fn Meter(line: BudgetLine, span: Span, #[prop(optional)] actions: Option<AnyView>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let BudgetLine { budget, allowance } = line;
    let (name, color) = named(budget.category_id);
    let left = left_words(locale, allowance.left);
    let own = if color.is_empty() { String::new() } else { format!("c-{color}") };
    let dot = (!color.is_empty()).then(|| view! { <span class=format!("dot c-{color}") aria-hidden="true"></span> });
    let carried = (allowance.carried.minor != 0).then(|| format!("{} carried over", locale.signed_money(allowance.carried)));
    let notes: Vec<String> = carried.into_iter().chain(budget.rollover.then(|| "rolls over".to_owned())).collect();
    let over = allowance.left.is_negative();
    let label = format!("{name}: {}% used, {left}", allowance.used_percent());
    view! {
        <div class="budget-top">
            <h3>{dot}<a href=link_of(budget.category_id, span)><bdi>{name}</bdi></a></h3>
            <p class="budget-sum">
                <b class=if over { "down" } else { "" }><Amount money=allowance.spent/></b>
                " of "
                <Amount money=allowance.whole() brief=true/>
            </p>
            {actions}
        </div>
        <Bar used=allowance.used_percent() gone=gone(span) class=fill(&allowance, &own) label/>
        <p class="budget-end">
            <span class=if over { "down" } else { "muted" }>{left}</span>
            <span class="faint">{notes.join(", ")}</span>
        </p>
    }
}

#[component]
fn LineEditor(line: BudgetLine, key: Day, on: Memo<Option<Day>>, editing: Editing) -> impl IntoView {
    let action = use_command::<SetBudget>();
    editing.close_when_done(action);
    let budget = line.budget;
    let (id, name) = (budget.id, named(budget.category_id).0);
    let category = budget.category_id.map(|id| id.to_string()).unwrap_or_default();
    let about = vec![("key", key.to_string()), ("category_id", category)];
    view! {
        <Editor editing first=format!("edit-{id}-amount")>
            <CommandForm action id=format!("edit-{id}") class="budget-editor" about check=check_budget() next=back(on) clear=false>
                <h3>{name}</h3>
                <input type="hidden" name="version" value=budget.version/>
                <Inputs amount=Some(line.allowance.amount) rollover=budget.rollover/>
                <EditorEnd editing back=back(on) now=here(on, "edit", &id.to_string())/>
            </CommandForm>
        </Editor>
    }
}

/// Spending that no budget of a category has in it.
#[component]
pub fn Unbudgeted(report: BudgetReport, on: Memo<Option<Day>>) -> impl IntoView {
    if report.unbudgeted.is_empty() {
        return ().into_any();
    }
    let span = report.span;
    let categories = use_here().categories.get_untracked();
    let row = move |group: CategorySum| {
        let id = group.category_id;
        let offered = categories.iter().any(|c| Some(c.id) == id && !c.archived);
        let Slice { name, color, .. } = Slice::of(id, &categories);
        let set = offered.then(|| {
            let href = here(on, "category", &id.map(|id| id.to_string()).unwrap_or_default());
            view! { <a class="btn small" href=format!("{href}#set") aria-label=format!("Set a budget for {name}")>"Set a budget"</a> }
        });
        view! { <UnbudgetedRow name color href=address::expenses(span, Some(id)) sum=group.total.sum set=set.into_any()/> }
    };
    view! {
        <section class="card table-card" aria-labelledby="without">
            <header>
                <h2 id="without">"Without a budget"</h2>
                <small>{report.name}</small>
            </header>
            <table class="unbudgeted">
                <caption class="sr-only">"Spending in categories that have no budget of their own"</caption>
                <thead class="sr-only">
                    <tr><th scope="col">"Category"</th><th scope="col">"Spent"</th><th scope="col">"Actions"</th></tr>
                </thead>
                <tbody>{report.unbudgeted.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

#[component]
fn UnbudgetedRow(name: String, color: &'static str, href: String, sum: Money, set: AnyView) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <a class="category-name" href=href>
                    <span class=format!("dot c-{color}") aria-hidden="true"></span>
                    <bdi>{name}</bdi>
                </a>
            </th>
            <td class="r"><Amount money=sum/></td>
            <td class="col-actions r">{set}</td>
        </tr>
    }
}
