//! What was read of the line, as chips; each can be set right.

use super::Draft;
use crate::{
    app::{
        components::{
            category::{Dot, category_choices},
            form::FormState,
            here::use_here,
            icon::{Icon, IconKind},
            select::Choice,
        },
        effect::effect,
        pages::row::focus,
    },
    domain::{
        Category, CategoryId, Day,
        quick::{NO_CATEGORY, Quick, Typist},
    },
};
use leptos::{ev::KeyboardEvent, html, prelude::*};

impl Draft {
    /// What can be said of the line as it stands.
    fn look<T>(self, look: impl FnOnce(&Quick, Typist) -> Option<T>) -> Option<T> {
        self.said.with(|said| said.as_ref().and_then(|quick| look(quick, self.typist.get())))
    }
    /// The category it will have.
    fn chosen(self) -> Option<CategoryId> {
        let said = self.look(|quick, _| quick.category.as_ref()?.as_ref().ok().copied().flatten());
        said.or_else(|| self.suggestion.get().map(|suggestion| suggestion.category))
    }
}

/// The chips; none while there is no line.
#[component]
pub(super) fn Chips(draft: Draft) -> impl IntoView {
    let wrong = move || match draft.read.get() {
        Err(e) => Some(e.message),
        Ok(_) => draft.look(|quick, _| quick.trouble()),
    };
    view! {
        <div class="quick-said">
            <Show when=move || !draft.line.with(|line| line.trim().is_empty())>
                <Said draft/>
            </Show>
        </div>
        <p class="quick-wrong" role="status">{wrong}</p>
    }
}

#[component]
fn Said(draft: Draft) -> impl IntoView {
    let by = draft.by;
    let amount = Signal::derive(move || draft.look(|quick, typist| Some(typist.locale.money(quick.amount?.ok()?))));
    let digits =
        Signal::derive(move || draft.look(|quick, typist| Some(typist.locale.input(quick.amount?.ok()?))).unwrap_or_default());
    let what = Signal::derive(move || draft.look(|quick, _| Some(quick.what.clone()).filter(|what| !what.is_empty())));
    let note = Signal::derive(move || draft.look(|quick, _| Some(quick.note.clone()).filter(|note| !note.is_empty())));
    let text = |of: Signal<Option<String>>| Signal::derive(move || of.get().unwrap_or_default());
    view! {
        <EditChip label="Amount" name="amount" shown=amount value=digits by=by.amount/>
        <EditChip label="What" name="what" shown=what value=text(what) by=by.what/>
        <CategoryChoice draft/>
        <DayChoice draft/>
        {move || {
            let noted = note.with(Option::is_some);
            noted.then(|| view! { <EditChip label="Note" name="note" shown=note value=text(note) by=by.note/> })
        }}
    }
}

/// A part as a button, that becomes an input.
#[component]
fn EditChip(
    label: &'static str,
    name: &'static str,
    /// `None`: nothing was found.
    shown: Signal<Option<String>>,
    /// What stands in the input at first.
    value: Signal<String>,
    by: RwSignal<String>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let (editing, input): (_, NodeRef<html::Input>) = (RwSignal::new(false), NodeRef::new());
    let button = state.field_id(&format!("{name}-chip"));
    let close_id = button.clone();
    // At once, so that what is typed right after goes there.
    effect(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
            input.select();
        }
    });
    let leave = move |typed: Option<String>| {
        if !editing.get_untracked() {
            return;
        }
        editing.set(false);
        if let Some(typed) = typed
            && typed != value.get_untracked()
        {
            by.set(typed);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let typed = match event.key().as_str() {
            "Enter" => Some(event_target_value(&event)),
            "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        leave(typed);
        focus(&close_id);
    };
    let chip = move || {
        let text = shown.get();
        let class = if text.is_some() { "chip" } else { "chip off" };
        let sr = if text.is_some() { format!("{label}: ") } else { String::new() };
        view! {
            <button type="button" class=class id=button.clone() title=format!("Change: {label}") on:click=move |_| editing.set(true)>
                <span class="chip-text"><span class="sr-only">{sr}</span><bdi>{text.unwrap_or_else(|| label.to_owned())}</bdi></span>
            </button>
        }
    };
    let field = move || {
        let set = by.get_untracked();
        let value = if set.is_empty() { value.get_untracked() } else { set };
        view! {
            <input
                class="chip chip-edit" type="text" node_ref=input aria-label=label dir="auto" autocomplete="off" value=value
                inputmode=(name == "amount").then_some("decimal") on:keydown=on_key.clone()
                on:blur=move |event| leave(Some(event_target_value(&event)))
            />
        }
    };
    move || if editing.get() { field().into_any() } else { chip().into_any() }
}

#[component]
fn CategoryChoice(draft: Draft) -> impl IntoView {
    let state = expect_context::<FormState>();
    let categories = use_here().categories;
    let chosen = Memo::new(move |_| draft.chosen());
    let shown = move || {
        let found = |id: CategoryId| categories.with(|all| all.iter().find(|c| c.id == id).cloned());
        match chosen.get().and_then(found) {
            Some(category) => {
                let name = category.name.to_string();
                view! { <Dot category/><span>{name}</span> }.into_any()
            }
            None => view! { <span class="muted">"No category"</span> }.into_any(),
        }
    };
    let why = Memo::new(move |_| {
        let suggestion = draft.suggestion.get()?;
        let name = |all: &Vec<Category>| all.iter().find(|c| c.id == suggestion.category).map(|c| c.name.to_string());
        Some(suggestion.why.sentence(&categories.with(name)?))
    });
    let why_id = state.field_id("why");
    let option = move |choice: Choice| {
        let value = if choice.value.is_empty() { NO_CATEGORY.to_owned() } else { choice.value };
        let own = value.clone();
        let selected = move || chosen.get().map_or_else(|| NO_CATEGORY.to_owned(), |id| id.to_string()) == own;
        view! { <option value=value selected=selected>{choice.text}</option> }
    };
    let choices = categories.with_untracked(|all| category_choices(all, None));
    let described = {
        let why_id = why_id.clone();
        move || why.with(Option::is_some).then(|| why_id.clone())
    };
    view! {
        <label class="chip pick" class:guess=move || why.with(Option::is_some) title=move || why.get().map(|why| format!("Suggested: {why}"))>
            {shown}
            <select
                aria-label="Category" aria-describedby=described
                prop:value=move || chosen.get().map_or_else(|| NO_CATEGORY.to_owned(), |id| id.to_string())
                on:change:target=move |event| draft.by.category.set(event.target().value())
            >
                {choices.into_iter().map(option).collect_view()}
            </select>
        </label>
        {move || why.get().map(|why| view! { <small class="quick-why" id=why_id.clone()><span class="sr-only">"Suggested: "</span>{why}</small> })}
    }
}

#[component]
fn DayChoice(draft: Draft) -> impl IntoView {
    let day = move || draft.look(|quick, typist| quick.day(typist.today));
    let name = move || day().map_or_else(|| "Choose a day".to_owned(), |day| day_name(day, draft.typist.get()));
    view! {
        <label class="chip pick">
            <Icon kind=IconKind::Calendar/>
            <span aria-hidden="true">{name}</span>
            <input
                type="date" aria-label="Day" prop:value=move || day().map(|day| day.to_string()).unwrap_or_default()
                on:change:target=move |event| draft.by.date.set(event.target().value())
            />
        </label>
    }
}

fn day_name(day: Day, typist: Typist) -> String {
    match typist.today.since(day) {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        _ if day.year() == typist.today.year() => format!("{} {}", day.weekday().abbreviation(), typist.locale.short_day(day)),
        _ => format!("{} {}", day.weekday().abbreviation(), typist.locale.day(day)),
    }
}
