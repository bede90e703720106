//! The forms for single entries, as more than one page shows them.

use crate::{
    api::{
        expenses::{EditExpense, RecordExpense},
        funds::{AddFunds, EditFunds},
    },
    app::components::{
        category::category_choices,
        field::Field,
        form::{CommandForm, FormError, FormState, Submit, on_answer, use_command},
        here::{use_here, use_me},
        select::SelectField,
    },
    domain::{
        Code, Expense, Funds, Me,
        filter::AmountStyle,
        form::{ExpenseFields, FundsFields, Reading},
    },
};
use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// The text of the button that goes on though the balance does not suffice.
const ANYWAY: &str = "Record anyway";

/// How this person writes amounts and days.
fn reading(me: &Me) -> Reading {
    Reading { currency: me.user.currency, style: AmountStyle::Typed(me.user.locale), today: me.today }
}

fn typed([amount, what, date, category_id, note]: [&str; 5]) -> ExpenseFields<'_> {
    ExpenseFields { amount: Some(amount), what: Some(what), date: Some(date), category_id: Some(category_id), note: Some(note) }
}

/// Adds an expense.
#[component]
pub fn ExpenseForm(
    /// The DOM id, unique on the page.
    id: &'static str,
    class: &'static str,
    /// Labels are for screen readers only.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let me = use_me();
    let action = use_command::<RecordExpense>();
    let check = Callback::new(move |f: RecordExpense| {
        typed([&f.amount, &f.what, &f.date, &f.category_id, &f.note]).draft(me.with_untracked(reading)).map(drop)
    });
    view! {
        <CommandForm action id class key="id" check>
            <ExpenseInputs me quiet/>
            <FormError anyway=ANYWAY/>
            <Submit>"Add"</Submit>
        </CommandForm>
    }
}

/// The inputs of an expense: the amount first when it is new, in the order of the columns when it is changed.
#[component]
fn ExpenseInputs(me: Signal<Me>, #[prop(optional)] quiet: bool, #[prop(optional)] expense: Option<Expense>) -> impl IntoView {
    let locale = me.with_untracked(|me| me.user.locale);
    let symbol = me.with_untracked(|me| me.user.currency.symbol().to_owned());
    let text = |of: &dyn Fn(&Expense) -> String| expense.as_ref().map(of).unwrap_or_default();
    let amount = text(&|e| locale.input(e.amount));
    let what = text(&|e| e.what.to_string());
    let note = text(&|e| e.note.as_ref().map(ToString::to_string).unwrap_or_default());
    let category = expense.as_ref().and_then(|e| e.category_id);
    let date = expense.as_ref().map_or_else(|| me.with_untracked(|me| me.today), |e| e.date).to_string();
    let choices = use_here().categories.with_untracked(|all| category_choices(all, category));
    let chosen = category.map(|id| id.to_string()).unwrap_or_default();
    let amount = view! {
        <Field label=format!("Amount in {symbol}") name="amount" value=amount inputmode="decimal" placeholder="0.00" required=true quiet/>
    };
    let what =
        view! { <Field label="What" name="what" value=what placeholder="What was it for?" required=true maxlength=500 quiet/> };
    let category = view! { <SelectField label="Category" name="category_id" choices value=chosen quiet/> };
    let date = view! { <Field label="Date" name="date" kind="date" value=date required=true quiet/> };
    let note = view! { <Field label="Note" name="note" value=note placeholder="Note" maxlength=4000 quiet/> };
    if expense.is_some() {
        (date, what, note, category, amount).into_any()
    } else {
        (amount, what, category, date, note).into_any()
    }
}

/// Changes an expense in the place of its row.
#[component]
pub fn ExpenseEditor(
    expense: Expense,
    /// The list without the editor.
    back: String,
    /// Leaves the editor.
    close: Callback<()>,
) -> impl IntoView {
    let me = use_me();
    let action = use_command::<EditExpense>();
    close_when_done(action, close);
    let check = Callback::new(move |f: EditExpense| {
        typed([&f.amount, &f.what, &f.date, &f.category_id, &f.note]).edit(me.with_untracked(reading)).map(drop)
    });
    let (id, version) = (expense.id, expense.version.to_string());
    Effect::new(move |_| focus(&format!("edit-{id}-what")));
    let href = format!("/expenses?edit={id}");
    view! {
        <div class="editor" on:keydown=move |event| on_escape(&event, close)>
            <CommandForm action id=format!("edit-{id}") class="expense-editor" about=vec![("id", id.to_string())] check next=back.clone() clear=false>
                <input type="hidden" name="version" value=version/>
                <ExpenseInputs me quiet=true expense/>
                <EditorEnd back close href anyway=ANYWAY/>
            </CommandForm>
        </div>
    }
}

/// Adds funds.
#[component]
pub fn FundsForm(
    /// The DOM id, unique on the page.
    id: &'static str,
    class: &'static str,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    let me = use_me();
    let action = use_command::<AddFunds>();
    let check = Callback::new(move |f: AddFunds| {
        let fields = FundsFields { amount: Some(&f.amount), date: Some(&f.date), note: Some(&f.note) };
        fields.draft(me.with_untracked(reading)).map(drop)
    });
    view! {
        <CommandForm action id class key="id" check>
            <FundsInputs me quiet/>
            <FormError/>
            <Submit>"Add funds"</Submit>
        </CommandForm>
    }
}

#[component]
fn FundsInputs(me: Signal<Me>, #[prop(optional)] quiet: bool, #[prop(optional)] funds: Option<Funds>) -> impl IntoView {
    let locale = me.with_untracked(|me| me.user.locale);
    let symbol = me.with_untracked(|me| me.user.currency.symbol().to_owned());
    let amount = funds.as_ref().map(|f| locale.input(f.amount)).unwrap_or_default();
    let note = funds.as_ref().and_then(|f| f.note.as_ref()).map(ToString::to_string).unwrap_or_default();
    let date = funds.as_ref().map_or_else(|| me.with_untracked(|me| me.today), |f| f.date).to_string();
    view! {
        <Field label=format!("Amount in {symbol}") name="amount" value=amount inputmode="decimal" placeholder="0.00" required=true quiet/>
        <Field label="Note" name="note" value=note placeholder="Salary, refund, …" maxlength=4000 quiet/>
        <Field label="Date" name="date" kind="date" value=date required=true quiet/>
    }
}

/// Changes funds in the place of their row.
#[component]
pub fn FundsEditor(funds: Funds, back: String, close: Callback<()>) -> impl IntoView {
    let me = use_me();
    let action = use_command::<EditFunds>();
    close_when_done(action, close);
    let check = Callback::new(move |f: EditFunds| {
        let fields = FundsFields { amount: Some(&f.amount), date: Some(&f.date), note: Some(&f.note) };
        fields.edit(me.with_untracked(reading)).map(drop)
    });
    let (id, version) = (funds.id, funds.version.to_string());
    Effect::new(move |_| focus(&format!("edit-{id}-amount")));
    let href = format!("/funds?edit={id}");
    view! {
        <div class="editor" on:keydown=move |event| on_escape(&event, close)>
            <CommandForm action id=format!("edit-{id}") class="funds-editor" about=vec![("id", id.to_string())] check next=back.clone() clear=false>
                <input type="hidden" name="version" value=version/>
                <FundsInputs me quiet=true funds/>
                <EditorEnd back close href anyway="Save anyway"/>
            </CommandForm>
        </div>
    }
}

/// The end of an editor: what was wrong, the way out, and the button.
#[component]
pub fn EditorEnd(
    back: String,
    close: Callback<()>,
    /// The editor on what is stored now.
    href: String,
    #[prop(optional)] anyway: Option<&'static str>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let stale = Memo::new(move |_| state.refused.with(|p| p.as_ref().is_some_and(|p| p.code == Code::VersionConflict)));
    view! {
        <div class="editor-end">
            {match anyway {
                Some(anyway) => view! { <FormError anyway/> }.into_any(),
                None => view! { <FormError/> }.into_any(),
            }}
            {move || {
                stale
                    .get()
                    .then(|| view! { <a class="btn small" href=href.clone() rel="external">"Show it as it is now"</a> })
            }}
            <a
                class="btn ghost" href=back
                on:click=move |event| {
                    event.prevent_default();
                    close.run(());
                }
            >
                "Cancel"
            </a>
            <Submit>"Save"</Submit>
        </div>
    }
}

/// Leaves the editor once the change was accepted.
fn close_when_done<S>(action: ServerAction<S>, close: Callback<()>)
where
    S: crate::app::components::form::Posted,
    S::Output: Send + Sync + 'static,
{
    on_answer(action, move |answer| {
        if answer.is_ok() {
            close.run(());
        }
    });
}

fn on_escape(event: &KeyboardEvent, close: Callback<()>) {
    if event.key() == "Escape" {
        close.run(());
    }
}

/// Puts the caret into what has just appeared, once it is there.
pub fn focus(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        let found = document().get_element_by_id(&id);
        if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            // It can only fail on an element that is gone again.
            let _ = found.focus();
        }
    });
}
