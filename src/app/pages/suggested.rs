//! The category of a new expense, suggested from the person's own history as it is typed. What somebody chose is theirs.

use super::quick::{Guess, guess, use_past};
use crate::{
    app::{
        components::{
            category::category_choices,
            form::FormState,
            here::use_here,
            select::{Choice, SelectField},
        },
        effect::effect,
    },
    domain::habit::SUGGEST,
};
use leptos::{prelude::*, task::spawn_local};

/// The choice.
#[component]
pub fn SuggestedCategory(
    /// What it is for, as it is typed.
    what: RwSignal<String>,
    /// The category's id, or blank; written here.
    category: RwSignal<String>,
) -> impl IntoView {
    let (state, past, all) = (expect_context::<FormState>(), use_past(), use_here().categories);
    let (chosen, found) = (RwSignal::new(false), RwSignal::new(None::<Guess>));
    effect(move || {
        past.track();
        let text = what.get();
        if text.trim().is_empty() {
            found.set(None);
            return;
        }
        spawn_local(async move {
            let guessed = guess(past, text.clone()).await;
            // The form may be gone by now, or something else typed.
            if what.try_with_untracked(|now| *now == text) == Some(true) {
                found.set(guessed);
            }
        });
    });
    effect(move || {
        let suggested = found.with(|found| found.as_ref().map(|found| found.category.to_string()));
        if !chosen.get() {
            category.set(suggested.unwrap_or_default());
        }
    });
    effect(move || {
        state.emptied.track();
        chosen.set(false);
    });
    let why = Signal::derive(move || {
        let why = found.with(|found| found.as_ref().map(|found| found.why.clone()));
        why.filter(|_| !chosen.get()).map(|why| format!("Suggested: {why}")).unwrap_or_default()
    });
    let mut choices = all.with_untracked(|all| category_choices(all, None));
    choices.insert(1, Choice::new(SUGGEST, "As my history suggests"));
    let choose = Callback::new(move |id: String| {
        chosen.set(true);
        category.set(id);
    });
    view! { <SelectField label="Category" name="category_id" choices value=category hint=why on_choice=choose/> }
}
