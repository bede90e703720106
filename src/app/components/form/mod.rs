//! The one way a form works, with and without WASM: it posts to a server function, shows what was refused
//! beside the field, keeps what was typed, and never sends twice.
//!
//! Without WASM the browser posts, the server answers 303, and the refusal comes back in the flash.

mod post;

use super::here::{Here, renew, use_form_id, use_here};
use crate::app::effect::effect;
use crate::domain::{Code, FieldError, Problem};
use leptos::{
    context::Provider,
    html,
    prelude::*,
    server_fn::ServerFn,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, SubmitEvent},
};
pub use post::{Check, Fields, Post, on_answer, use_command, use_post};
use uuid::Uuid;

/// What a form's fields read; a context inside [`CommandForm`].
#[derive(Clone, Copy)]
pub struct FormState {
    here: Here,
    id: StoredValue<String>,
    /// Its fields are not inside the form's element, but name it.
    apart: bool,
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
            apart: false,
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
    /// Of a form whose fields stand in the cells of a table, which no form can be around: provide it around the row, and put
    /// the form into one of the cells.
    pub fn apart<S: ServerFn>(id: &str, about: Vec<(&'static str, String)>) -> Self {
        Self { apart: true, ..Self::new(use_here(), id, S::PATH, about, Signal::stored(false)) }
    }
    /// The form that a field names, when it is not inside of it.
    pub fn named(self) -> Option<String> {
        self.apart.then(|| self.id.get_value())
    }
    /// What the form sends; says so when it cannot be read.
    pub fn read(self, event: &SubmitEvent) -> Option<Fields> {
        let fields = Fields::read(event);
        if fields.is_none() {
            let problem = Problem::new(Code::Malformed, "The form could not be read. Reload the page and try again.");
            self.refused.set(Some(problem));
        }
        fields
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
pub fn CommandForm<T: Send + Sync + 'static>(
    action: Post<T>,
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
    /// Run before anything is sent.
    #[prop(optional, into)]
    check: Option<Check>,
    /// Empties the form when it was accepted.
    #[prop(default = true)]
    clear: bool,
    /// Told of what is sent, in the browser.
    #[prop(optional)]
    sends: Option<Callback<Fields>>,
    children: Children,
) -> impl IntoView {
    let Post { url, action } = action;
    let send = Callback::new(move |form: Fields| {
        let encoded = form.encoded();
        if let Some(sends) = sends {
            sends.run(form);
        }
        action.dispatch(encoded);
    });
    let state = FormState::new(use_here(), &id, url, about.clone(), action.pending().into());
    let sent = Sent { id: key.map(|name| (name, use_form_id(&id))), form: NodeRef::new(), clear };
    on_answer(Post { url, action }, move |answer| sent.answered(state, answer.as_ref().err()));
    sent.view(state, Attributes { id, class, about, version, next, check, send }, children)
}

/// A form that is sent by the page.
#[derive(Clone, Copy)]
struct Sent {
    /// The hidden field that takes a fresh id.
    id: Option<(&'static str, RwSignal<Uuid>)>,
    form: NodeRef<html::Form>,
    clear: bool,
}

struct Attributes {
    id: String,
    class: String,
    about: Vec<(&'static str, String)>,
    version: Option<Signal<u32>>,
    next: Option<String>,
    check: Option<Check>,
    send: Callback<Fields>,
}

impl Sent {
    fn answered(self, state: FormState, problem: Option<&Problem>) {
        if let Some(problem) = problem {
            return state.refused.set(Some(problem.clone()));
        }
        state.refused.set(None);
        state.here.flash.set(None);
        if let Some((_, id)) = self.id {
            renew(id);
        }
        if self.clear
            && let Some(form) = self.form.get_untracked()
        {
            state.emptied.update(|n| *n += 1);
            request_animation_frame(move || form.reset());
        }
    }

    fn view(self, state: FormState, attributes: Attributes, children: Children) -> AnyView {
        let Attributes { id, class, about, version, next, check, send } = attributes;
        let (form, url) = (self.form, state.url);
        effect(move || {
            if state.refused.with(Option::is_some)
                && let Some(form) = form.get()
            {
                request_animation_frame(move || focus_first_wrong(&form));
            }
        });
        let on_submit = move |event: SubmitEvent| {
            if goes_elsewhere(&event) {
                return;
            }
            event.prevent_default();
            if !state.pending.get_untracked() {
                submit(&event, state, check, send);
            }
        };
        view! {
            <form id=id class=class action=url method="post" novalidate node_ref=form on:submit=on_submit>
                <Hidden about key=self.id next version/>
                <Provider value=state>{children()}</Provider>
            </form>
        }
        .into_any()
    }
}

/// Sends what the form holds, unless it is refused here.
fn submit(event: &SubmitEvent, state: FormState, check: Option<Check>, send: Callback<Fields>) {
    let Some(form) = state.read(event) else { return };
    match check.map_or(Ok(()), |check| check.run(form.clone())) {
        Ok(()) => {
            state.refused.set(None);
            send.run(form);
        }
        Err(errors) => state.refused.set(Some(Problem::invalid(errors))),
    }
}

/// True when the button that was pressed sends the form to another address, which the browser does by itself.
fn goes_elsewhere(event: &SubmitEvent) -> bool {
    event.submitter().is_some_and(|button| button.has_attribute("formaction"))
}

/// A form that always loads a page, because the session changes with it. Else like [`CommandForm`].
#[component]
pub fn PlainForm<S: ServerFn + 'static>(
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
    #[prop(optional_no_strip)] next: Option<String>,
    #[prop(optional_no_strip)] version: Option<Signal<u32>>,
) -> impl IntoView {
    view! {
        {key.map(|(name, id)| view! { <input type="hidden" name=name value=move || id.get().to_string()/> })}
        {version.map(|version| view! { <input type="hidden" name="version" value=move || version.get().to_string()/> })}
        {about.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
        {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
    }
}

/// Puts the caret into the first field that is wrong, or what is wrong with all of it into sight.
pub fn focus_first_wrong(around: &Element) {
    for selector in ["[aria-invalid=true]", ".form-error"] {
        if let Ok(Some(found)) = around.query_selector(selector)
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
                        view! {
                            <button class="btn small" type="submit" form=state.named() name="allow_overdraft" value="true">{text}</button>
                        }
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
        <button class=class type="submit" form=state.named() aria-disabled=pending aria-busy=pending>
            {children()}
        </button>
    }
}
