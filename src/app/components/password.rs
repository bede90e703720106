//! Password inputs: shown on request, and a meter of strength where one is chosen.

use super::{
    field::{Labelled, described_by},
    form::FormState,
};
use crate::app::effect::effect;
use crate::domain::{
    Code,
    password::{MIN_CHARS, strength},
};
use leptos::prelude::*;

/// A password. Never filled in again after a refusal: it is not in the flash.
#[component]
pub fn PasswordField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// `current-password` or `new-password`; the latter shows the meter.
    autocomplete: &'static str,
    /// The person's name, which a good password does not hold.
    #[prop(optional, into)]
    username: Signal<String>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    state.show_errors_of(&name);
    let new = autocomplete == "new-password";
    let id = state.field_id(&name);
    let visible = RwSignal::new(false);
    let live = RwSignal::new(false);
    effect(move || live.set(true));
    let typed = RwSignal::new(String::new());
    effect(move || {
        state.emptied.track();
        typed.set(String::new());
    });
    // A wrong sign-in is about the form as a whole, but the password is where one tries again.
    let wrong = {
        let name = name.clone();
        let refused = move || state.refused.with(|p| p.as_ref().is_some_and(|p| p.code == Code::WrongCredentials));
        move || state.error(&name).is_some() || refused()
    };
    let focused = untrack(&wrong);
    let described = described_by(state, &name, new);
    let toggle = view! {
        <button
            class="reveal" type="button" hidden=move || !live.get() aria-pressed=move || visible.get().to_string() aria-controls=id.clone()
            on:click=move |_| visible.update(|v| *v = !*v)
        >
            {move || if visible.get() { "Hide" } else { "Show" }}
            <span class="sr-only">" password"</span>
        </button>
    }
    .into_any();
    let control = view! {
        <input
            class="input" id=id.clone() name=name.clone() type=move || if visible.get() { "text" } else { "password" }
            autocomplete=autocomplete autocapitalize="none" spellcheck="false" required=true autofocus=focused
            aria-invalid=move || wrong().then_some("true") aria-describedby=described
            on:input:target=move |event| if new { typed.set(event.target().value()) }
        />
        {new.then(|| view! { <Strength id=format!("{id}-meter") typed username live/> })}
    }
    .into_any();
    let hint = new.then(|| {
        Signal::stored(format!("At least {MIN_CHARS} characters; 15 or more are better. Spaces and any letters are fine."))
    });
    view! { <Labelled state name label quiet=false hint aside=toggle control/> }
}

/// How long guessing would take, roughly; the server has the last word.
#[component]
fn Strength(id: String, typed: RwSignal<String>, username: Signal<String>, live: RwSignal<bool>) -> impl IntoView {
    let strength = Memo::new(move |_| typed.with(|typed| username.with(|name| strength(typed, name))));
    view! {
        <div class="strength" hidden=move || !live.get() || typed.with(String::is_empty)>
            <meter
                id=id.clone() class="meter" min="0" max="4" low="2" high="3" optimum="4" aria-label="Strength of the password"
                value=move || strength.get().score().to_string()
            ></meter>
            <output class="strength-text" for=id>{move || strength.get().text()}</output>
        </div>
    }
}
