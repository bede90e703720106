//! The one way a form works, with and without WASM: it posts to a server function, shows what was refused
//! beside the field, keeps what was typed, and never sends twice.
//!
//! Without WASM the browser posts, the server answers 303, and the refusal comes back in the flash.

use super::here::{Accepted, Here, renew, use_form_id, use_here};
use crate::domain::{Code, FieldError, Problem};
use leptos::{
    context::Provider,
    form::FromFormData,
    html,
    prelude::*,
    server::ServerAction,
    server_fn::ServerFn,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement, SubmitEvent},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// What a form may post to: a server function with the default encoding and Outlay's problem.
pub trait Posted: ServerFn<Error = Problem> + DeserializeOwned + Clone + Send + Sync + 'static {}
impl<S: ServerFn<Error = Problem> + DeserializeOwned + Clone + Send + Sync + 'static> Posted for S {}

/// An action whose accepted answers update the page: balance, toast with undo, and everything read with
/// [`use_read`](super::read::use_read).
pub fn use_command<S: Posted>() -> ServerAction<S>
where
    S::Output: Accepted + Send + Sync + 'static,
{
    let here = use_here();
    let action = ServerAction::<S>::new();
    let pending = action.pending();
    Effect::new(move |before: Option<bool>| {
        let now = pending.get();
        if now != before.unwrap_or(false) {
            here.sends(now);
        }
        now
    });
    on_answer(action, move |answer| match answer {
        Ok(accepted) => {
            here.reached();
            accepted.settle(here);
        }
        Err(problem) => here.note(problem),
    });
    action
}

/// Runs `then` after each answer, in the browser.
pub fn on_answer<S: Posted>(action: ServerAction<S>, then: impl Fn(&Result<S::Output, Problem>) + 'static)
where
    S::Output: Send + Sync + 'static,
{
    let (version, value) = (action.version(), action.value());
    Effect::new(move |before: Option<usize>| {
        let now = version.get();
        if before.is_some_and(|before| before != now) {
            value.with_untracked(|answer| {
                if let Some(answer) = answer {
                    then(answer);
                }
            });
        }
        now
    });
}

/// What a form's fields read; a context inside [`CommandForm`].
#[derive(Clone, Copy)]
pub struct FormState {
    here: Here,
    id: StoredValue<String>,
    about: StoredValue<Vec<(&'static str, String)>>,
    url: &'static str,
    known: StoredValue<Vec<String>>,
    /// Why the form was refused last.
    pub refused: RwSignal<Option<Problem>>,
    /// True while the answer is awaited.
    pub pending: Signal<bool>,
    /// How often the form was accepted and emptied.
    pub emptied: RwSignal<u32>,
}

impl FormState {
    fn new(here: Here, id: &str, url: &'static str, about: Vec<(&'static str, String)>, pending: Signal<bool>) -> Self {
        let state = Self {
            here,
            id: StoredValue::new(id.to_owned()),
            about: StoredValue::new(about),
            url,
            known: StoredValue::new(Vec::new()),
            refused: RwSignal::new(None),
            pending,
            emptied: RwSignal::new(0),
        };
        state
            .refused
            .set(here.flash.with_untracked(|flash| flash.as_ref().filter(|f| state.is_mine(f)).map(|f| f.problem.clone())));
        state
    }
    /// True for the flash of this very form: same function, same hidden fields (a flash has no secrets).
    fn is_mine(self, flash: &crate::api::boot::FormFlash) -> bool {
        flash.action == self.url
            && self.about.with_value(|about| about.iter().all(|(name, value)| flash.value(name).is_none_or(|sent| sent == value)))
    }
    /// True when this form was refused before the page was loaded again.
    pub fn came_back(self) -> bool {
        self.here.flash.with_untracked(|flash| flash.as_ref().is_some_and(|flash| self.is_mine(flash)))
    }
    /// What was typed into a field before the page was loaded again, if it was refused.
    pub fn typed(self, field: &str) -> Option<String> {
        self.here.flash.with(|flash| flash.as_ref().filter(|f| self.is_mine(f)).and_then(|f| f.value(field).map(str::to_owned)))
    }
    /// The DOM id of a field.
    pub fn field_id(self, field: &str) -> String {
        self.id.with_value(|id| format!("{id}-{field}"))
    }
    /// Says that the form shows this field's error itself.
    pub fn show_errors_of(self, field: &str) {
        self.known.update_value(|known| known.push(field.to_owned()));
    }
    /// The message for a field.
    pub fn error(self, field: &str) -> Option<String> {
        self.refused.with(|p| p.as_ref().and_then(|p| p.message_for(field).map(str::to_owned)))
    }
    /// The message for the form as a whole: what no field shows.
    fn message(self) -> Option<String> {
        self.refused.with(|problem| {
            let problem = problem.as_ref()?;
            let shown = |e: &FieldError| self.known.with_value(|known| known.contains(&e.field));
            if problem.errors.is_empty() {
                return Some(problem.detail.clone());
            }
            problem.errors.iter().find(|e| !shown(e)).map(|e| e.message.clone())
        })
    }
}

/// A form that posts to a server function. Put a [`FormError`] and a [`Submit`] inside.
///
/// A blank field reaches an `Option` argument as `None`: take a `String` where blank means something.
/// The fields of the function that are not typed go into `about`; they also tell this form from others of
/// the page that post to the same function.
#[component]
pub fn CommandForm<S>(
    action: ServerAction<S>,
    /// The DOM id, unique on the page; also the beginning of its fields' ids.
    #[prop(into)]
    id: String,
    #[prop(optional, into)] class: String,
    /// Hidden fields.
    #[prop(optional)]
    about: Vec<(&'static str, String)>,
    /// The name of the hidden field that takes a fresh id: `id` for what makes a row, else `key`.
    #[prop(optional)]
    key: Option<&'static str>,
    /// The version of the thing the person saw.
    #[prop(optional, into)]
    version: Option<Signal<u32>>,
    /// Where a plain form goes when it was accepted; back to its page by default.
    #[prop(optional, into)]
    next: Option<String>,
    /// The check the server will run, run here first.
    #[prop(optional, into)]
    check: Option<Callback<S, Result<(), Vec<FieldError>>>>,
    /// Empties the form when it was accepted.
    #[prop(default = true)]
    clear: bool,
    children: Children,
) -> impl IntoView
where
    S: Posted,
    S::Output: Send + Sync + 'static,
{
    let here = use_here();
    let state = FormState::new(here, &id, S::url(), about.clone(), action.pending().into());
    let form: NodeRef<html::Form> = NodeRef::new();
    let hidden_id = key.map(|name| (name, use_form_id(&id)));

    on_answer(action, move |answer| match answer {
        Ok(_) => {
            state.refused.set(None);
            here.flash.set(None);
            if let Some((_, id)) = hidden_id {
                renew(id);
            }
            if clear && let Some(form) = form.get_untracked() {
                state.emptied.update(|n| *n += 1);
                request_animation_frame(move || form.reset());
            }
        }
        Err(problem) => state.refused.set(Some(problem.clone())),
    });
    Effect::new(move |_| {
        if state.refused.with(Option::is_some)
            && let Some(form) = form.get()
        {
            request_animation_frame(move || focus_first_wrong(&form));
        }
    });

    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if state.pending.get_untracked() {
            return;
        }
        let input = match S::from_event(&event) {
            Ok(input) => input,
            Err(e) => {
                leptos::logging::error!("form: {e:?}");
                state
                    .refused
                    .set(Some(Problem::new(Code::Malformed, "The form could not be read. Reload the page and try again.")));
                return;
            }
        };
        match check.map_or(Ok(()), |check| check.run(input.clone())) {
            Ok(()) => {
                state.refused.set(None);
                action.dispatch(input);
            }
            Err(errors) => state.refused.set(Some(Problem::invalid(errors))),
        }
    };
    view! {
        <form id=id class=class action=S::url() method="post" novalidate node_ref=form on:submit=on_submit>
            <Hidden about key=hidden_id next version/>
            <Provider value=state>{children()}</Provider>
        </form>
    }
}

/// A form that always loads a page, because the session changes with it. Else like [`CommandForm`].
#[component]
pub fn PlainForm<S: Posted>(
    /// Which server function.
    #[prop(default = std::marker::PhantomData)]
    to: std::marker::PhantomData<S>,
    #[prop(into)] id: String,
    #[prop(optional, into)] class: String,
    #[prop(optional)] about: Vec<(&'static str, String)>,
    #[prop(optional)] key: Option<&'static str>,
    #[prop(optional, into)] next: Option<String>,
    children: Children,
) -> impl IntoView {
    let _ = to;
    let sent = RwSignal::new(false);
    let state = FormState::new(use_here(), &id, S::url(), about.clone(), sent.into());
    let hidden_id = key.map(|name| (name, use_form_id(&id)));
    let on_submit = move |event: SubmitEvent| {
        if sent.get_untracked() {
            event.prevent_default();
        }
        sent.set(true);
    };
    view! {
        <form id=id class=class action=S::url() method="post" novalidate on:submit=on_submit>
            <Hidden about key=hidden_id next/>
            <Provider value=state>{children()}</Provider>
        </form>
    }
}

/// The fields nobody types.
#[component]
fn Hidden(
    about: Vec<(&'static str, String)>,
    key: Option<(&'static str, RwSignal<Uuid>)>,
    next: Option<String>,
    #[prop(optional_no_strip)] version: Option<Signal<u32>>,
) -> impl IntoView {
    view! {
        {key.map(|(name, id)| view! { <input type="hidden" name=name value=move || id.get().to_string()/> })}
        {version.map(|version| view! { <input type="hidden" name="version" value=move || version.get().to_string()/> })}
        {about.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
        {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
    }
}

fn focus_first_wrong(form: &HtmlFormElement) {
    for selector in ["[aria-invalid=true]", ".form-error"] {
        if let Ok(Some(found)) = form.query_selector(selector)
            && let Some(found) = found.dyn_ref::<HtmlElement>()
        {
            // Focus can only fail on an element that is gone again; then there is nothing to show.
            let _ = found.focus();
            return;
        }
    }
}

/// What was wrong with the form as a whole; offers to go on where the balance does not suffice.
#[component]
pub fn FormError(
    /// The text of the button that records in spite of the balance, where the function takes `allow_overdraft`.
    #[prop(optional)]
    anyway: Option<&'static str>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let short = Memo::new(move |_| state.refused.with(|p| p.as_ref().is_some_and(|p| p.code == Code::InsufficientFunds)));
    view! {
        <div class="form-errors" role="alert">
            {move || state.message().map(|message| view! { <p class="form-error" tabindex="-1">{message}</p> })}
            {move || {
                anyway
                    .filter(|_| short.get())
                    .map(|text| {
                        view! { <button class="btn small" type="submit" name="allow_overdraft" value="true">{text}</button> }
                    })
            }}
        </div>
    }
}

/// The button that sends the form; waits while an answer is awaited.
#[component]
pub fn Submit(#[prop(default = "btn primary")] class: &'static str, children: Children) -> impl IntoView {
    let state = expect_context::<FormState>();
    let pending = move || state.pending.get().then_some("true");
    view! {
        <button class=class type="submit" aria-disabled=pending aria-busy=pending>
            {children()}
        </button>
    }
}
