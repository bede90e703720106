//! The forms for single entries, as more than one page shows them.

use super::{
    row::{Editing, Editor, EditorEnd},
    suggested::SuggestedCategory,
};
use crate::{
    api::{
        expenses::RecordExpense,
        funds::{AddFunds, EditFunds},
    },
    app::{
        ahead::use_adding,
        components::{
            category::category_choices,
            field::{Field, TextField},
            form::{CommandForm, Fields, FormError, FormState, Submit, on_answer, use_command},
            here::{use_here, use_me},
            over::{Overspend, Typed},
            select::SelectField,
        },
    },
    domain::{
        CategoryId, Day, Funds, Me, Money,
        filter::AmountStyle,
        form::{ExpenseFields, FundsFields, Reading},
        habit::SUGGEST,
    },
};
use leptos::prelude::*;

/// The text of the button that goes on though the balance does not suffice.
pub const ANYWAY: &str = "Record anyway";

/// How this person writes amounts and days.
pub fn reading(me: &Me) -> Reading {
    Reading { currency: me.user.currency, style: AmountStyle::Typed(me.user.locale), today: me.today }
}

/// How much, in the person's currency.
#[component]
pub fn AmountInput(
    me: Signal<Me>,
    value: String,
    #[prop(optional)] quiet: bool,
    /// Told of what is typed.
    #[prop(optional)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let (label, zero) = me.with_untracked(|me| {
        let currency = me.user.currency;
        (format!("Amount in {}", currency.symbol()), me.user.locale.input(Money::zero(currency)))
    });
    let told = Callback::new(move |text| {
        if let Some(told) = on_input {
            told.run(text)
        }
    });
    view! { <Field label name="amount" value inputmode="decimal" placeholder=zero required=true quiet on_input=told/> }
}

/// What counts against budgets, as it is being typed.
#[derive(Clone, Copy)]
struct Typing {
    amount: RwSignal<String>,
    what: RwSignal<String>,
    category: RwSignal<String>,
    date: RwSignal<String>,
}

impl Typing {
    fn new(today: Day) -> Self {
        let date = RwSignal::new(today.to_string());
        let blank = || RwSignal::new(String::new());
        Self { amount: blank(), what: blank(), category: blank(), date }
    }
    fn read(self, me: &Me) -> Option<Typed> {
        let amount = Money::parse_typed(&self.amount.get(), me.user.currency, me.user.locale).ok()?;
        let category = self.category.with(|id| id.parse().ok());
        Some(Typed { amount, category, date: self.date.with(|day| day.parse().ok())? })
    }
    /// The form was accepted and begins anew.
    fn follow(self, state: FormState, today: Signal<Me>) {
        Effect::new(move |before: Option<u32>| {
            let now = state.emptied.get();
            if before.is_some_and(|before| before != now) {
                self.amount.set(String::new());
                self.what.set(String::new());
                self.category.set(String::new());
                self.date.set(today.with_untracked(|me| me.today).to_string());
            }
            now
        });
    }
}

/// The fields of an expense's form.
pub fn expense_fields(form: &Fields) -> ExpenseFields<'_> {
    let [amount, what, date, category_id, note] =
        ["amount", "what", "date", "category_id", "note"].map(|name| Some(form.get(name)));
    ExpenseFields { amount, what, date, category_id, note }
}

fn funds_fields(form: &Fields) -> FundsFields<'_> {
    FundsFields { amount: Some(form.get("amount")), date: Some(form.get("date")), note: Some(form.get("note")) }
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
    let draft = move |form: &Fields| expense_fields(form).draft(me.with_untracked(reading));
    // A category that is left to the person's history is the server's to find.
    let shown = move |form: Fields| if form.get("category_id") == SUGGEST { form.without("category_id") } else { form };
    let check = Callback::new(move |form| draft(&shown(form)).map(drop));
    let adding = use_adding(action);
    let sends = Callback::new(move |form: Fields| {
        if let Ok(draft) = draft(&shown(form.clone())) {
            adding.begin(form.get("id"), draft);
        }
    });
    view! {
        <CommandForm action id class key="id" check sends>
            <ExpenseInputs me/>
            <FormError anyway=ANYWAY/>
            <Submit>"Add"</Submit>
        </CommandForm>
    }
}

/// The inputs of a new expense: the amount first.
#[component]
fn ExpenseInputs(me: Signal<Me>) -> impl IntoView {
    let today = me.with_untracked(|me| me.today);
    let typing = Typing::new(today);
    typing.follow(expect_context::<FormState>(), me);
    let typed = Memo::new(move |_| me.with(|me| typing.read(me)));
    let write = |into: RwSignal<String>| Callback::new(move |text| into.set(text));
    view! {
        <AmountInput me value=String::new() on_input=write(typing.amount)/>
        <WhatInput what=String::new() on_input=write(typing.what)/>
        <SuggestedCategory what=typing.what category=typing.category/>
        <DateInput value=today.to_string() on_input=write(typing.date)/>
        <NoteInput note=String::new()/>
        <Overspend typed/>
    }
}

/// What it was for.
#[component]
pub fn WhatInput(
    what: String,
    #[prop(optional)] quiet: bool,
    #[prop(default = Callback::new(drop))] on_input: Callback<String>,
) -> impl IntoView {
    view! { <Field label="What" name="what" value=what placeholder="What was it for?" required=true maxlength=500 quiet on_input/> }
}

/// The day.
#[component]
pub fn DateInput(
    value: String,
    #[prop(optional)] quiet: bool,
    #[prop(default = Callback::new(drop))] on_input: Callback<String>,
) -> impl IntoView {
    view! { <Field label="Date" name="date" kind="date" value required=true quiet on_input/> }
}

/// A category in use, or none; the present one though it is archived.
#[component]
pub fn CategoryInput(category: Option<CategoryId>, #[prop(optional)] quiet: bool) -> impl IntoView {
    let choices = use_here().categories.with_untracked(|all| category_choices(all, category));
    let value = category.map(|id| id.to_string()).unwrap_or_default();
    view! { <SelectField label="Category" name="category_id" choices value quiet/> }
}

/// One line, unless the note has more: those would be lost.
#[component]
pub fn NoteInput(
    note: String,
    #[prop(optional)] quiet: bool,
    #[prop(default = "Note")] placeholder: &'static str,
) -> impl IntoView {
    if note.contains('\n') {
        view! { <TextField label="Note" name="note" value=note maxlength=4000 quiet/> }.into_any()
    } else {
        view! { <Field label="Note" name="note" value=note placeholder maxlength=4000 quiet/> }.into_any()
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
    let check = Callback::new(move |form: Fields| funds_fields(&form).draft(me.with_untracked(reading)).map(drop));
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
    let check = Callback::new(move |form: Fields| funds_fields(&form).edit(me.with_untracked(reading)).map(drop));
    let (id, version) = (funds.id, funds.version.to_string());
    let now = format!("{back}{}edit={id}", if back.contains('?') { '&' } else { '?' });
    view! {
        <Editor editing first=format!("edit-{id}-amount")>
            <CommandForm action id=format!("edit-{id}") class="funds-editor" about=vec![("id", id.to_string())] check next=back.clone() clear=false>
                <input type="hidden" name="version" value=version/>
                <FundsInputs me funds/>
                <EditorEnd editing back now anyway="Save anyway"/>
            </CommandForm>
        </Editor>
    }
}
