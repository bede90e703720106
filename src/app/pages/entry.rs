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
        form::{CommandForm, FormError, FormState, Submit, on_answer, use_command},
        here::{use_here, use_me},
        over::{Overspend, Typed},
        select::SelectField,
    },
    domain::{
        Day, Expense, Funds, Me, Money,
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
fn AmountInput(
    me: Signal<Me>,
    value: String,
    quiet: bool,
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
    category: RwSignal<String>,
    date: RwSignal<String>,
}

impl Typing {
    fn new(today: Day) -> Self {
        let date = RwSignal::new(today.to_string());
        Self { amount: RwSignal::new(String::new()), category: RwSignal::new(String::new()), date }
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
                self.category.set(String::new());
                self.date.set(today.with_untracked(|me| me.today).to_string());
            }
            now
        });
    }
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
    let typing = Typing::new(me.with_untracked(|me| me.today));
    let write = |into: RwSignal<String>| Callback::new(move |text| into.set(text));
    let amount = view! {
        <AmountInput me value=amount quiet on_input=write(typing.amount)/>
    };
    let what =
        view! { <Field label="What" name="what" value=what placeholder="What was it for?" required=true maxlength=500 quiet/> };
    let category = view! {
        <SelectField label="Category" name="category_id" choices value=chosen quiet on_choice=write(typing.category)/>
    };
    let date = view! {
        <Field label="Date" name="date" kind="date" value=date required=true quiet on_input=write(typing.date)/>
    };
    let note = view! { <NoteInput note quiet/> };
    if expense.is_some() {
        (date, what, note, category, amount).into_any()
    } else {
        typing.follow(expect_context::<FormState>(), me);
        let typed = Memo::new(move |_| me.with(|me| typing.read(me)));
        (amount, what, category, date, note, view! { <Overspend typed/> }).into_any()
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
