//! An expense in one line: what is typed is shown as it will be read, and can be set right beside it.
//!
//! Without WASM the line alone is sent; the server reads it with the same code.

mod chips;
mod line;
mod past;

use crate::{
    api::{after_paint, expenses::QuickExpense},
    app::{
        ahead::use_adding,
        components::{
            form::{self, CommandForm, FormError, FormState, Submit, on_answer, use_command},
            here::{use_here, use_me},
            over::{Overspend, Typed},
        },
    },
    domain::{
        FieldError,
        habit::Suggestion,
        quick::{Corrections, NO_CATEGORY, Quick, Typist},
    },
};
use chips::Chips;
use leptos::prelude::*;
use line::Line;
use past::Past;
pub use past::{Guess, guess, use_past};

/// The text of the button that goes on though the balance does not suffice.
const ANYWAY: &str = "Record anyway";

/// The form.
#[component]
pub fn QuickForm(
    /// The DOM id, unique on the page; its line is called so with `-line`.
    id: &'static str,
    /// A line to begin with; taken out of it.
    #[prop(optional)]
    start: Option<RwSignal<String>>,
    /// The dialog it stands in: closed when an expense is sent, and open again when it is refused.
    #[prop(optional)]
    dialog: Option<RwSignal<bool>>,
) -> impl IntoView {
    let (typist, past, categories) = (use_typist(), use_past(), use_here().categories);
    let action = use_command::<QuickExpense>();
    on_answer(action, move |answer| match (answer, dialog) {
        (Ok(_), None) => past.wake(),
        (Err(_), Some(open)) => open.set(true),
        _ => {}
    });
    let draft = move |form: &form::Fields| {
        let [amount, what, date, category_id, note] =
            ["amount", "what", "date", "category_id", "note"].map(|name| form.get(name));
        let typist = typist.get_untracked();
        let read = categories.with_untracked(|all| Quick::read(form.get("line"), typist, all));
        let by = Corrections { amount, what, date, category_id, note };
        read.and_then(|quick| quick.corrected(by, typist)?.draft(typist.today).map_err(Quick::in_line))
    };
    let check = Callback::new(move |form| draft(&form).map(drop).map_err(|e: FieldError| vec![e]));
    let adding = use_adding(action);
    let sends = Callback::new(move |form: form::Fields| {
        if let Ok(draft) = draft(&form) {
            adding.begin(form.get("id"), draft);
        }
        // A modal dialog that closes has the browser look at the style of every element: the row is on screen before.
        if let Some(open) = dialog {
            after_paint(move || {
                open.try_set(false);
            });
        }
    });
    view! {
        <CommandForm action id class="quick-form" key="id" check sends>
            <Fields typist past start/>
            <FormError anyway=ANYWAY/>
        </CommandForm>
    }
}

fn use_typist() -> Signal<Typist> {
    let me = use_me();
    // The balance is theirs too, and moves with each expense.
    Memo::new(move |_| me.with(|me| Typist::new(&me.user, me.today))).into()
}

/// What the form knows of its line. Cheap to copy.
#[derive(Clone, Copy)]
struct Draft {
    typist: Signal<Typist>,
    past: Past,
    line: RwSignal<String>,
    /// What was set beside the line.
    by: By,
    /// As the line says; `Err` when it cannot be read at all.
    read: Memo<Result<Quick, FieldError>>,
    /// With what was set beside it.
    said: Memo<Option<Quick>>,
    /// For the category that nobody has said.
    suggestion: Memo<Option<Suggestion>>,
}

/// Corrections, as [`Corrections`] has them.
#[derive(Clone, Copy)]
struct By {
    amount: RwSignal<String>,
    what: RwSignal<String>,
    date: RwSignal<String>,
    category: RwSignal<String>,
    note: RwSignal<String>,
}

impl By {
    fn all(self) -> [RwSignal<String>; 5] {
        [self.amount, self.what, self.date, self.category, self.note]
    }
}

impl Draft {
    fn new(typist: Signal<Typist>, past: Past, typed: String) -> Self {
        let categories = use_here().categories;
        let blank = || RwSignal::new(String::new());
        let line = RwSignal::new(typed);
        let by = By { amount: blank(), what: blank(), date: blank(), category: blank(), note: blank() };
        let read = Memo::new(move |_| categories.with(|all| line.with(|line| Quick::read(line, typist.get(), all))));
        let said = Memo::new(move |_| {
            let [amount, what, date, category_id, note] = by.all().map(|by| by.get());
            let by = Corrections { amount: &amount, what: &what, date: &date, category_id: &category_id, note: &note };
            read.get().and_then(|quick| quick.corrected(by, typist.get())).ok()
        });
        let suggestion = Memo::new(move |_| {
            let quick = said.get().filter(|quick| quick.category.is_none())?;
            past.suggest(&quick)
        });
        let draft = Self { typist, past, line, by, read, said, suggestion };
        draft.later_wins(by.amount, |quick| quick.amount);
        draft.later_wins(by.what, |quick| quick.what.clone());
        draft.later_wins(by.date, |quick| quick.date.clone());
        draft.later_wins(by.category, |quick| quick.category.clone());
        draft.later_wins(by.note, |quick| quick.note.clone());
        draft
    }

    /// A correction holds until the line says something else of the same part, or nothing at all.
    fn later_wins<T>(self, correction: RwSignal<String>, part: fn(&Quick) -> T)
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let blank = Memo::new(move |_| self.line.with(|line| line.trim().is_empty()));
        Effect::new(move |before: Option<(bool, Option<T>)>| {
            let now = (blank.get(), self.read.with(|read| read.as_ref().ok().map(part)));
            if before.is_some_and(|before| before != now) {
                correction.set(String::new());
            }
            now
        });
    }

    /// As much of it as counts against budgets.
    fn typed(self) -> Option<Typed> {
        let (today, suggested) = (self.typist.get().today, self.suggestion.get().map(|suggestion| suggestion.category));
        self.said.with(|said| {
            let quick = said.as_ref()?;
            let category = quick.category.as_ref().map_or(suggested, |said| said.as_ref().ok().copied().flatten());
            Some(Typed { amount: quick.amount.as_ref()?.as_ref().ok().copied()?, category, date: quick.day(today)? })
        })
    }

    /// The category as it is sent: what was set, or suggested; blank where the server is to say.
    fn category(self) -> String {
        let set = self.by.category.get();
        let unsaid = self.said.with(|said| said.as_ref().is_some_and(|quick| quick.category.is_none()));
        match self.suggestion.get() {
            _ if !set.is_empty() || !unsaid || !self.past.is_known() => set,
            Some(suggestion) => suggestion.category.to_string(),
            None => NO_CATEGORY.to_owned(),
        }
    }
}

#[component]
fn Fields(typist: Signal<Typist>, past: Past, #[prop(optional_no_strip)] start: Option<RwSignal<String>>) -> impl IntoView {
    let state = expect_context::<FormState>();
    let draft = Draft::new(typist, past, untrack(|| state.typed("line")).unwrap_or_default());
    Effect::new(move |before: Option<u32>| {
        let now = state.emptied.get();
        if before.is_some_and(|before| before != now) {
            draft.line.set(String::new());
        }
        now
    });
    let By { amount, what, date, note, .. } = draft.by;
    view! {
        <Line draft start/>
        <input type="hidden" name="amount" value=move || amount.get()/>
        <input type="hidden" name="what" value=move || what.get()/>
        <input type="hidden" name="date" value=move || date.get()/>
        <input type="hidden" name="category_id" value=move || draft.category()/>
        <input type="hidden" name="note" value=move || note.get()/>
        <Chips draft/>
        <Overspend typed=Memo::new(move |_| draft.typed())/>
        <Submit>"Add"<span class="enter" aria-hidden="true">" ↵"</span></Submit>
    }
}
