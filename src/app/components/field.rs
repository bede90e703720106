//! A labelled input that knows its form: shows its own error, and what was typed before.

use super::form::FormState;
use leptos::prelude::*;

/// Label, hint and error around a control.
#[component]
pub fn Labelled(
    state: FormState,
    name: String,
    label: String,
    quiet: bool,
    hint: Option<Signal<String>>,
    /// Beside the label, such as a button.
    #[prop(optional)]
    aside: Option<AnyView>,
    control: AnyView,
) -> impl IntoView {
    let id = state.field_id(&name);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let error = move || state.error(&name).map(|message| view! { <p class="field-error" id=error_id.clone()>{message}</p> });
    view! {
        <div class="field">
            <div class=if quiet { "field-top sr-only" } else { "field-top" }>
                <label for=id>{label}</label>
                {aside}
            </div>
            {control}
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{move || hint.get()}</p> })}
            {error}
        </div>
    }
}

/// The ids that describe a control: its error while there is one, and its hint.
pub fn described_by(state: FormState, name: &str, hint: bool) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
    let id = state.field_id(name);
    let name = name.to_owned();
    move || {
        let error = state.error(&name).is_some().then(|| format!("{id}-error"));
        let hint = hint.then(|| format!("{id}-hint"));
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// One line of input. Focused first after a refusal without WASM.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    /// The function's argument.
    #[prop(into)]
    name: String,
    #[prop(default = "text")] kind: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: String,
    #[prop(default = "off")] autocomplete: &'static str,
    /// `decimal` for amounts.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    #[prop(optional)] required: bool,
    /// Code points; the server checks it again.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Focused when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Hides the label from sight (never from screen readers).
    #[prop(optional)]
    quiet: bool,
    /// Told of what is typed, in the browser.
    #[prop(optional)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    state.show_errors_of(&name);
    let id = state.field_id(&name);
    let wrong = {
        let name = name.clone();
        move || state.error(&name).is_some()
    };
    let focused = if state.came_back() { untrack(&wrong) } else { autofocus };
    let shown = {
        let name = name.clone();
        move || state.typed(&name).unwrap_or_else(|| value.clone())
    };
    let described = described_by(state, &name, hint.is_some());
    let control = view! {
        <input
            class="input" id=id form=state.named() name=name.clone() type=kind value=shown placeholder=placeholder autocomplete=autocomplete
            inputmode=inputmode required=required maxlength=maxlength autofocus=focused
            aria-invalid=move || wrong().then_some("true") aria-describedby=described
            on:input:target=move |event| if let Some(told) = on_input { told.run(event.target().value()) }
        />
    }
    .into_any();
    view! { <Labelled state name label quiet hint control/> }
}

/// Several lines of input.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    state.show_errors_of(&name);
    let id = state.field_id(&name);
    let wrong = {
        let name = name.clone();
        move || state.error(&name).is_some()
    };
    let shown = untrack(|| state.typed(&name)).unwrap_or(value);
    let described = described_by(state, &name, hint.is_some());
    let control = view! {
        <textarea
            class="input" id=id form=state.named() name=name.clone() rows=rows maxlength=maxlength
            aria-invalid=move || wrong().then_some("true") aria-describedby=described
        >{shown}</textarea>
    }
    .into_any();
    view! { <Labelled state name label quiet hint control/> }
}

/// A box to tick; sends `true`, or nothing.
#[component]
pub fn Tick(#[prop(into)] label: String, #[prop(into)] name: String, #[prop(optional)] checked: bool) -> impl IntoView {
    let state = expect_context::<FormState>();
    let id = state.field_id(&name);
    let ticked = if state.came_back() { untrack(|| state.typed(&name)).is_some() } else { checked };
    view! {
        <label class="tick" for=id>
            <input type="checkbox" id=id.clone() name=name value="true" checked=ticked/>
            <span>{label}</span>
        </label>
    }
}

/// One of several; give each the same name.
#[component]
pub fn Radio(
    #[prop(into)] label: String,
    /// What it means.
    #[prop(into)]
    note: String,
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(optional)] checked: bool,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let id = state.field_id(&format!("{name}-{value}"));
    let chosen = if state.came_back() { untrack(|| state.typed(&name)).as_ref() == Some(&value) } else { checked };
    view! {
        <label class="choice" for=id>
            <input type="radio" id=id.clone() name=name value=value checked=chosen/>
            <span><strong>{label}</strong><small>{note}</small></span>
        </label>
    }
}

/// The error of a field that is several elements, such as ticks.
#[component]
pub fn ErrorOf(field: &'static str) -> impl IntoView {
    let state = expect_context::<FormState>();
    state.show_errors_of(field);
    move || state.error(field).map(|message| view! { <p class="field-error" role="alert">{message}</p> })
}
