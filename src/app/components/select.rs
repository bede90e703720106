//! A native select that knows its form.

use super::{
    field::{Labelled, described_by},
    form::FormState,
};
use crate::domain::{Currency, Locale};
use leptos::prelude::*;

/// One option: what is sent, and what is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub text: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into() }
    }
}

/// Every currency: `EUR (€)`.
pub fn currency_choices() -> Vec<Choice> {
    let text = |c: Currency| if c.symbol() == c.code() { c.code().to_owned() } else { format!("{} ({})", c.code(), c.symbol()) };
    Currency::all().map(|c| Choice::new(c.code(), text(c))).collect()
}

/// Every supported region, by its language's own name.
pub fn locale_choices() -> Vec<Choice> {
    Locale::all().map(|locale| Choice::new(locale.code(), locale.name())).collect()
}

/// Time zones by their IANA names.
pub fn time_zone_choices(names: &[String]) -> Vec<Choice> {
    names.iter().map(|name| Choice::new(name, name.replace('_', " "))).collect()
}

/// A choice of one.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    choices: Vec<Choice>,
    /// What is chosen at first; may change later, as when the browser guesses.
    #[prop(into)]
    value: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] disabled: bool,
    #[prop(optional)] quiet: bool,
    /// Told of each choice, in the browser.
    #[prop(optional)]
    on_choice: Option<Callback<String>>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    state.show_errors_of(&name);
    let id = state.field_id(&name);
    let wrong = {
        let name = name.clone();
        move || state.error(&name).is_some()
    };
    let chosen = {
        let name = name.clone();
        Memo::new(move |_| state.typed(&name).unwrap_or_else(|| value.get()))
    };
    let described = described_by(state, &name, hint.is_some());
    let option = move |choice: Choice| {
        let own = choice.value.clone();
        view! { <option value=choice.value selected=move || chosen.with(|chosen| *chosen == own)>{choice.text}</option> }
    };
    let control = view! {
        <select
            class="input" id=id form=state.named() name=name.clone() disabled=disabled prop:value=move || chosen.get()
            on:change:target=move |event| if let Some(told) = on_choice { told.run(event.target().value()) }
            aria-invalid=move || wrong().then_some("true") aria-describedby=described
        >
            {choices.into_iter().map(option).collect_view()}
        </select>
    }
    .into_any();
    view! { <Labelled state name label quiet hint control/> }
}
