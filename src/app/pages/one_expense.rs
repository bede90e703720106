//! One expense: what it is, how it came to be there, and its whole history. A deleted one can be put back.

use super::{
    entry::{ANYWAY, AmountInput, CategoryInput, DateInput, NoteInput, WhatInput, expense_fields, reading},
    history::{
        changes::Diff,
        day_name,
        entry::{WayBack, Whence},
    },
    not_found::NothingHere,
    row::{EditLink, Editing, Editor, EditorEnd, use_editing},
    trash::PutBackExpense,
};
use crate::{
    api::{
        expenses::{DeleteExpense, EditExpense},
        story::{Step, Story, expense_story},
    },
    app::components::{
        amount::Amount,
        category::CategoryChip,
        empty::Refused,
        form::{CommandForm, Fields, FormError, Submit, use_command},
        here::use_me,
        icon::{Icon, IconKind},
        layout::Layout,
        read::use_read,
        tabs::{ENTRY_TABS, Tabs},
    },
    domain::{Code, Expense, ExpenseId, Me, journal::Deed},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page's own path.
fn path(id: ExpenseId) -> String {
    format!("/expenses/{id}")
}

/// The page; the address says which expense.
#[component]
pub fn OneExpense() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let story = use_read(move || id.get(), expense_story);
    let editing = use_editing();
    let shown = move || {
        Suspend::new(async move {
            match story.await {
                Ok(story) => view! { <Told story editing/> }.into_any(),
                Err(problem) if problem.code == Code::NotFound => {
                    view! { <NothingHere href="/expenses" text="Show all expenses"/> }.into_any()
                }
                Err(problem) => view! { <Layout title="Expense"><Refused problem/></Layout> }.into_any(),
            }
        })
    };
    view! {
        <div class="loaded">
            <Transition fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{shown}</Transition>
        </div>
    }
}

#[component]
fn Told(story: Story, editing: Editing) -> impl IntoView {
    let me = use_me().get_untracked();
    let Story { expense, deleted, added, statement, steps } = story;
    let actions = (!deleted).then(|| view! { <Actions expense=expense.clone() editing/> }.into_any());
    let gone = deleted.then(|| view! { <Gone expense=expense.clone() last=steps.first().cloned() me=me.clone()/> });
    let open = editing.is(expense.id.0);
    let title = expense.what.to_string();
    let card = move || {
        let expense = expense.clone();
        if open.get() && !deleted {
            let back = path(expense.id);
            view! { <ExpenseEditor expense back editing/> }.into_any()
        } else {
            view! { <Facts expense added=added.clone() statement=statement.clone()/> }.into_any()
        }
    };
    view! {
        <Layout title actions=actions.into_any()>
            <Tabs label="Entries" tabs=&ENTRY_TABS/>
            {gone}
            <section class="card story-facts" aria-label="The expense">{card}</section>
            <section class="card" aria-labelledby="story-title">
                <header><h2 id="story-title">"History"</h2></header>
                <ul>{steps.into_iter().map(|step| view! { <OneStep step me=me.clone()/> }).collect_view()}</ul>
            </section>
        </Layout>
    }
}

#[component]
fn Actions(expense: Expense, editing: Editing) -> impl IntoView {
    let (id, what) = (expense.id, expense.what.to_string());
    let delete = use_command::<DeleteExpense>();
    let about = vec![("id", id.to_string()), ("version", expense.version.to_string())];
    view! {
        <EditLink editing id=id.0 href=format!("{}?edit={id}", path(id)) name=what.clone()/>
        <CommandForm action=delete id=format!("delete-{id}") class="row-form" about>
            <Submit class="icon-btn">
                <Icon kind=IconKind::Trash/>
                <span class="sr-only">{format!("Delete {what}")}</span>
            </Submit>
            <FormError/>
        </CommandForm>
    }
}

/// Says that the expense was deleted, by what, and leads back.
#[component]
fn Gone(expense: Expense, last: Option<Step>, me: Me) -> impl IntoView {
    let text = last.as_ref().map(|step| {
        let Step { dated, .. } = step;
        format!("{}, {} · {}", day_name(dated.day, &me), dated.time, dated.entry.summary)
    });
    let change = last.map(|step| format!("/history?entry={}", step.dated.entry.seq));
    view! {
        <section class="card story-gone" aria-labelledby="gone-title">
            <Icon kind=IconKind::Trash/>
            <div class="story-gone-text">
                <h2 id="gone-title">"This expense was deleted"</h2>
                <p class="muted"><bdi>{text}</bdi></p>
            </div>
            {change.map(|href| view! { <a class="btn" href=href>"Show that change"</a> })}
            <PutBackExpense id=expense.id.to_string() name=expense.what.to_string()/>
        </section>
    }
}

#[component]
fn Facts(expense: Expense, added: (crate::domain::Day, String), statement: Option<String>) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let how = match (expense.import_id, statement) {
        (Some(import), Some(name)) => {
            let href = format!("/expenses?import_id={import}");
            view! { " · with "<a class="link" href=href><bdi>{name}</bdi></a> }.into_any()
        }
        _ => format!(" · {}", expense.added().label()).into_any(),
    };
    let (day, time) = added;
    view! {
        <p class="story-amount"><Amount money=-expense.amount dim=true/></p>
        <dl class="facts">
            <div><dt>"Day"</dt><dd>{format!("{} {}", expense.date.weekday().abbreviation(), locale.day(expense.date))}</dd></div>
            <div><dt>"Category"</dt><dd><CategoryChip category=expense.category_id/></dd></div>
            {expense.note.map(|note| view! { <div class="facts-note"><dt>"Note"</dt><dd><bdi>{note.to_string()}</bdi></dd></div> })}
            <div><dt>"Added"</dt><dd>{format!("{}, {time}", locale.day(day))}{how}</dd></div>
            <div><dt>"Version"</dt><dd class="num">{expense.version}</dd></div>
        </dl>
    }
}

#[component]
fn OneStep(step: Step, me: Me) -> impl IntoView {
    let Step { dated, told } = step;
    let undone = dated.entry.undone_by.is_some();
    let day = day_name(dated.day, &me);
    let summary = dated.entry.summary.clone();
    let diff = (told.deed != Deed::Deleted && !told.fields.is_empty())
        .then(|| view! { <div class="entry-more"><Diff deed=told.deed fields=told.fields/></div> });
    view! {
        <li class="entry" class:undone=undone>
            <div class="entry-head">
                <div class="entry-main">
                    <span class="entry-what">
                        <bdi class="entry-summary">{summary}</bdi>
                        <span class="sub entry-when">{day}", "<Whence item=dated.clone() me=me.user.id/></span>
                    </span>
                </div>
                <WayBack item=dated/>
            </div>
            {diff}
        </li>
    }
}

/// Changes the expense in the place of its facts.
#[component]
fn ExpenseEditor(expense: Expense, back: String, editing: Editing) -> impl IntoView {
    let me = use_me();
    let action = use_command::<EditExpense>();
    editing.close_when_done(action);
    let check = Callback::new(move |form: Fields| expense_fields(&form).edit(me.with_untracked(reading)).map(drop));
    let id = expense.id;
    let note = expense.note.as_ref().map(ToString::to_string).unwrap_or_default();
    let amount = me.with_untracked(|me| me.user.locale.input(expense.amount));
    view! {
        <Editor editing first=format!("edit-{id}-what")>
            <CommandForm
                action id=format!("edit-{id}") class="expense-editor" about=vec![("id", id.to_string())] check next=back.clone() clear=false
            >
                <input type="hidden" name="version" value=expense.version/>
                <DateInput value=expense.date.to_string() quiet=true/>
                <WhatInput what=expense.what.to_string() quiet=true/>
                <NoteInput note quiet=true/>
                <CategoryInput category=expense.category_id quiet=true/>
                <AmountInput me value=amount quiet=true/>
                <EditorEnd editing back=back.clone() now=format!("{back}?edit={id}") anyway=ANYWAY/>
            </CommandForm>
        </Editor>
    }
}
