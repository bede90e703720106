//! The form that sets a budget, and the buttons that copy what was.

use super::lines::back;
use crate::{
    api::budgets::{CopyBudgets, SetBudget},
    app::{
        address::Query,
        components::{
            field::{Field, Tick},
            form::{Check, CommandForm, Fields, FormError, Submit, use_command},
            here::{use_here, use_me},
            icon::{Icon, IconKind},
            select::{Choice, SelectField},
        },
    },
    domain::{
        Category, Day, Money,
        budget::{BudgetReport, Copied},
        filter::AmountStyle,
        form::{BudgetFields, Reading},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The check that the server will run.
pub fn check_budget() -> Check {
    let me = use_me();
    Callback::new(move |form: Fields| {
        let reading = me.with_untracked(|me| Reading {
            currency: me.user.currency,
            style: AmountStyle::Typed(me.user.locale),
            today: me.today,
        });
        let fields =
            BudgetFields { amount: Some(form.get("amount")), category_id: Some(form.get("category_id")), rollover: None };
        fields.draft(reading).map(drop)
    })
}

/// Amount and rollover.
#[component]
pub fn Inputs(#[prop(optional_no_strip)] amount: Option<Money>, #[prop(optional)] rollover: bool) -> impl IntoView {
    let (label, zero, noun, value) = use_me().with_untracked(|me| {
        let (currency, locale) = (me.user.currency, me.user.locale);
        let noun = me.user.period.noun();
        let value = amount.map(|amount| locale.input(amount)).unwrap_or_default();
        (format!("{} a {noun}", currency.symbol()), locale.input(Money::zero(currency)), noun, value)
    });
    view! {
        <Field label name="amount" value inputmode="decimal" placeholder=zero required=true/>
        <Tick label=format!("What is left, or overspent, goes into the next {noun}") name="rollover" checked=rollover/>
    }
}

/// Sets a budget for a category that has none, or for all spending.
#[component]
pub fn SetForm(report: BudgetReport, on: Memo<Option<Day>>) -> impl IntoView {
    let action = use_command::<SetBudget>();
    let search = use_location().search;
    let has = |id| report.lines.iter().any(|line| line.budget.category_id == Some(id));
    let free = |all: &[Category]| all.iter().filter(|c| !c.archived && !has(c.id)).cloned().collect::<Vec<_>>();
    let whole = report.whole.is_none().then(|| Choice::new("", "All spending"));
    let categories = use_here().categories.with_untracked(|all| free(all));
    let choices = whole.into_iter().chain(categories.iter().map(|c| Choice::new(c.id.to_string(), c.name.as_str())));
    let choices: Vec<Choice> = choices.collect();
    let Some(first) = choices.first().map(|choice| choice.value.clone()) else {
        return view! { <p class="muted">"Every category has a budget."</p> }.into_any();
    };
    let offered: Vec<String> = choices.iter().map(|choice| choice.value.clone()).collect();
    let chosen = Memo::new(move |_| {
        let asked = search.with(|s| Query::parse(s).get("category").map(str::to_owned));
        asked.filter(|asked| offered.contains(asked)).unwrap_or_else(|| first.clone())
    });
    let about = vec![("key", report.key.to_string())];
    view! {
        <CommandForm action id="set-budget" class="budget-form" about check=check_budget() next=back(on)>
            <SelectField label="For" name="category_id" choices value=chosen/>
            <Inputs amount=None/>
            <FormError/>
            <Submit>"Set budget"</Submit>
        </CommandForm>
    }
    .into_any()
}

/// Sets all budgets of the period from what was.
#[component]
pub fn Copies(key: Day, copies: Vec<Copied>, on: Memo<Option<Day>>) -> impl IntoView {
    if copies.is_empty() {
        return ().into_any();
    }
    let (before, plural) = use_me().with_untracked(|me| {
        let calendar = me.user.period;
        let noun = calendar.noun();
        (calendar.name(calendar.before(calendar.of_key(key).from)), format!("{noun}s"))
    });
    let form = move |copied: Copied| {
        let (from, text) = match copied {
            Copied::Last => ("last", format!("As in {before}")),
            Copied::Average => ("average", format!("From the average of the last three {plural}")),
        };
        view! { <CopyForm key from text on/> }
    };
    view! {
        <div class="budget-copies">
            <p class="muted">"Or all at once:"</p>
            {copies.into_iter().map(form).collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn CopyForm(key: Day, from: &'static str, text: String, on: Memo<Option<Day>>) -> impl IntoView {
    let action = use_command::<CopyBudgets>();
    let about = vec![("key", key.to_string()), ("from", from.to_owned())];
    view! {
        <CommandForm action id=format!("copy-{from}") about next=back(on)>
            <Submit class="btn"><Icon kind=IconKind::Copy/><span>{text}</span></Submit>
            <FormError/>
        </CommandForm>
    }
}
