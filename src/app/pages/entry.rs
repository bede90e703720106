//! The forms for single entries, as more than one page shows them.

use super::row::{Editing, Editor, EditorEnd};
use crate::{
    api::{
        expenses::{EditExpense, RecordExpense},
        funds::{AddFunds, EditFunds},
    },
    app::components::{
        category::category_choices,
        field::{Field, TextField},
        form::{CommandForm, FormError, Submit, on_answer, use_command},
        here::{use_here, use_me},
        select::SelectField,
    },
    domain::{
        Expense, Funds, Me, Money,
        filter::AmountStyle,
        form::{ExpenseFields, FundsFields, Reading},
    },
};
use leptos::prelude::*;

/// The text of the button that goes on though the balance does not suffice.
const ANYWAY: &str = "Record anyway";

/// How this person writes amounts and days.
fn reading(me: &Me) -> Reading {
    Reading { currency: me.user.currency, style: AmountStyle::Typed(me.user.locale), today: me.today }
}

#[component]
fn AmountInput(me: Signal<Me>, value: String, quiet: bool) -> impl IntoView {
    let (label, zero) = me.with_untracked(|me| {
        let currency = me.user.currency;
        (format!("Amount in {}", currency.symbol()), me.user.locale.input(Money::zero(currency)))
    });
    view! { <Field label name="amount" value inputmode="decimal" placeholder=zero required=true quiet/> }
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
) -> impl IntoView {
    let me = use_me();
    let action = use_command::<RecordExpense>();
    let check = Callback::new(move |f: RecordExpense| {
        typed([&f.amount, &f.what, &f.date, &f.category_id, &f.note]).draft(me.with_untracked(reading)).map(drop)
    });
    view! {
        <CommandForm action id class key="id" check>
            <ExpenseInputs me/>
            <FormError anyway=ANYWAY/>
            <Submit>"Add"</Submit>
        </CommandForm>
    }
}

/// The inputs of an expense: the amount first when it is new, in the order of the columns when it is changed.
#[component]
fn ExpenseInputs(me: Signal<Me>, #[prop(optional)] expense: Option<Expense>) -> impl IntoView {
    let quiet = expense.is_some();
    let locale = me.with_untracked(|me| me.user.locale);
    let text = |of: &dyn Fn(&Expense) -> String| expense.as_ref().map(of).unwrap_or_default();
    let amount = text(&|e| locale.input(e.amount));
    let what = text(&|e| e.what.to_string());
    let note = text(&|e| e.note.as_ref().map(ToString::to_string).unwrap_or_default());
    let category = expense.as_ref().and_then(|e| e.category_id);
    let date = expense.as_ref().map_or_else(|| me.with_untracked(|me| me.today), |e| e.date).to_string();
    let choices = use_here().categories.with_untracked(|all| category_choices(all, category));
    let chosen = category.map(|id| id.to_string()).unwrap_or_default();
    let amount = view! {
        <AmountInput me value=amount quiet/>
    };
    let what =
        view! { <Field label="What" name="what" value=what placeholder="What was it for?" required=true maxlength=500 quiet/> };
    let category = view! { <SelectField label="Category" name="category_id" choices value=chosen quiet/> };
    let date = view! { <Field label="Date" name="date" kind="date" value=date required=true quiet/> };
    let note = view! { <NoteInput note quiet/> };
    if expense.is_some() {
        (date, what, note, category, amount).into_any()
    } else {
        (amount, what, category, date, note).into_any()
    }
}

/// One line, unless the note has more: those would be lost.
#[component]
fn NoteInput(note: String, quiet: bool, #[prop(default = "Note")] placeholder: &'static str) -> impl IntoView {
    if note.contains('\n') {
        view! { <TextField label="Note" name="note" value=note maxlength=4000 quiet/> }.into_any()
    } else {
        view! { <Field label="Note" name="note" value=note placeholder maxlength=4000 quiet/> }.into_any()
    }
}

/// Changes an expense in the place of its row.
#[component]
pub fn ExpenseEditor(
    expense: Expense,
    /// The list without the editor.
    back: String,
    editing: Editing,
) -> impl IntoView {
    let me = use_me();
    let action = use_command::<EditExpense>();
    editing.close_when_done(action);
    let check = Callback::new(move |f: EditExpense| {
        typed([&f.amount, &f.what, &f.date, &f.category_id, &f.note]).edit(me.with_untracked(reading)).map(drop)
    });
    let (id, version) = (expense.id, expense.version.to_string());
    view! {
        <Editor editing first=format!("edit-{id}-what")>
            <CommandForm action id=format!("edit-{id}") class="expense-editor" about=vec![("id", id.to_string())] check next=back.clone() clear=false>
                <input type="hidden" name="version" value=version/>
                <ExpenseInputs me expense/>
                <EditorEnd editing back now=format!("/expenses?edit={id}") anyway=ANYWAY/>
            </CommandForm>
        </Editor>
    }
}

/// Adds funds.
#[component]
pub fn FundsForm(
    /// The DOM id, unique on the page.
    id: &'static str,
    class: &'static str,
    /// Runs once they are added.
    #[prop(optional, into)]
    done: Option<Callback<()>>,
) -> impl IntoView {
    let me = use_me();
    let action = use_command::<AddFunds>();
    on_answer(action, move |answer| {
        if let (Ok(_), Some(done)) = (answer, done) {
            done.run(());
        }
    });
    let check = Callback::new(move |f: AddFunds| {
        let fields = FundsFields { amount: Some(&f.amount), date: Some(&f.date), note: Some(&f.note) };
        fields.draft(me.with_untracked(reading)).map(drop)
    });
    view! {
        <CommandForm action id class key="id" check>
            <FundsInputs me/>
            <FormError/>
            <Submit>"Add funds"</Submit>
        </CommandForm>
    }
}

#[component]
fn FundsInputs(me: Signal<Me>, #[prop(optional)] funds: Option<Funds>) -> impl IntoView {
    let quiet = funds.is_some();
    let locale = me.with_untracked(|me| me.user.locale);
    let amount = funds.as_ref().map(|f| locale.input(f.amount)).unwrap_or_default();
    let note = funds.as_ref().and_then(|f| f.note.as_ref()).map(ToString::to_string).unwrap_or_default();
    let date = funds.as_ref().map_or_else(|| me.with_untracked(|me| me.today), |f| f.date).to_string();
    view! {
        <AmountInput me value=amount quiet/>
        <NoteInput note quiet placeholder="Salary, refund, …"/>
        <Field label="Date" name="date" kind="date" value=date required=true quiet/>
    }
}

/// Changes funds in the place of their row.
#[component]
pub fn FundsEditor(funds: Funds, back: String, editing: Editing) -> impl IntoView {
    let me = use_me();
    let action = use_command::<EditFunds>();
    editing.close_when_done(action);
    let check = Callback::new(move |f: EditFunds| {
        let fields = FundsFields { amount: Some(&f.amount), date: Some(&f.date), note: Some(&f.note) };
        fields.edit(me.with_untracked(reading)).map(drop)
    });
    let (id, version) = (funds.id, funds.version.to_string());
    view! {
        <Editor editing first=format!("edit-{id}-amount")>
            <CommandForm action id=format!("edit-{id}") class="funds-editor" about=vec![("id", id.to_string())] check next=back.clone() clear=false>
                <input type="hidden" name="version" value=version/>
                <FundsInputs me funds/>
                <EditorEnd editing back now=format!("/funds?edit={id}") anyway="Save anyway"/>
            </CommandForm>
        </Editor>
    }
}
