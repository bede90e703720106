//! An expense in one line: what is typed is shown as it will be read, and can be set right beside it.
//!
//! Without WASM the line alone is sent; the server reads it with the same code.

use crate::{
    api::expenses::QuickExpense,
    app::components::{
        category::{Dot, category_choices},
        field::Field,
        form::{CommandForm, FormError, FormState, Submit, on_answer, use_command},
        here::{use_here, use_me},
        over::{Overspend, Typed},
        select::Choice,
    },
    domain::{
        Category, Day, FieldError, Money,
        quick::{self, Corrections, Quick, Typist},
    },
};
use leptos::prelude::*;

/// The text of the button that goes on though the balance does not suffice.
const ANYWAY: &str = "Record anyway";

/// The form.
#[component]
pub fn QuickForm(
    /// The DOM id, unique on the page; its line is called so with `-line`.
    id: &'static str,
    /// Called when an expense was recorded.
    #[prop(optional, into)]
    done: Option<Callback<()>>,
) -> impl IntoView {
    let (typist, categories) = (use_typist(), use_here().categories);
    let action = use_command::<QuickExpense>();
    on_answer(action, move |answer| {
        if answer.is_ok()
            && let Some(done) = done
        {
            done.run(());
        }
    });
    let check = Callback::new(move |f: QuickExpense| {
        let typist = typist.get_untracked();
        let read = categories.with_untracked(|all| Quick::read(&f.line, typist, all));
        let by = Corrections { date: &f.date, category_id: &f.category_id };
        let draft = read.and_then(|quick| quick.corrected(by)?.draft(typist.today).map_err(Quick::in_line));
        draft.map(drop).map_err(|e: FieldError| vec![e])
    });
    view! {
        <CommandForm action id class="quick-form" key="id" check>
            <Line typist/>
            <FormError anyway=ANYWAY/>
        </CommandForm>
    }
}

fn use_typist() -> Signal<Typist> {
    let me = use_me();
    Signal::derive(move || me.with(|me| Typist::new(&me.user, me.today)))
}

/// The line, and what it says.
#[component]
fn Line(typist: Signal<Typist>) -> impl IntoView {
    let state = expect_context::<FormState>();
    let categories = use_here().categories;
    let line = RwSignal::new(untrack(|| state.typed("line")).unwrap_or_default());
    let (date, category) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |before: Option<u32>| {
        let now = state.emptied.get();
        if before.is_some_and(|before| before != now) {
            for typed in [line, date, category] {
                typed.set(String::new());
            }
        }
        now
    });
    let said = Memo::new(move |_| {
        let quick = categories.with(|all| line.with(|line| Quick::read(line, typist.get(), all)));
        quick.and_then(|quick| quick.corrected(Corrections { date: &date.get(), category_id: &category.get() })).ok()
    });
    let typed = Memo::new(move |_| {
        let today = typist.get().today;
        said.with(|said| {
            let quick = said.as_ref()?;
            let category = quick.category.as_ref().and_then(|category| category.as_ref().ok().copied());
            Some(Typed { amount: quick.amount.as_ref()?.as_ref().ok().copied()?, category, date: quick.day(today)? })
        })
    });
    let placeholder = typist.with_untracked(|typist| {
        let example = if typist.locale.input(Money::new(150, typist.currency)).contains(',') { "12,50" } else { "12.50" };
        format!("{example} lunch yesterday #eating")
    });
    view! {
        <Field label="Expense in one line" name="line" placeholder quiet=true on_input=Callback::new(move |text| line.set(text))/>
        <input type="hidden" name="date" value=move || date.get()/>
        <input type="hidden" name="category_id" value=move || category.get()/>
        <div class="quick-said">
            <Show when=move || !line.with(|line| line.trim().is_empty())>
                <Completions line/>
                <Said said typist date category/>
                <Overspend typed/>
            </Show>
        </div>
        <Submit>"Add"</Submit>
    }
}

/// While a category is being typed: those it may become.
#[component]
fn Completions(line: RwSignal<String>) -> impl IntoView {
    let (categories, state) = (use_here().categories, expect_context::<FormState>());
    let open = Memo::new(move |_| {
        let begun =
            line.with(|line| line.rsplit(char::is_whitespace).next().and_then(|word| word.strip_prefix('#')).map(str::to_owned));
        let found = |begun: String| {
            categories.with(|all| quick::matching(&begun, all).into_iter().take(5).cloned().collect::<Vec<Category>>())
        };
        begun.map(found).filter(|found| found.len() > 1).unwrap_or_default()
    });
    let complete = move |name: String| {
        line.update(|line| {
            let end = line.rfind('#').unwrap_or(line.len());
            line.truncate(end);
            line.push('#');
            line.push_str(&name);
            line.push(' ');
        });
        set_input(&state.field_id("line"), &line.get_untracked());
    };
    move || {
        let one = |category: Category| {
            let name = category.name.to_string();
            let chosen = name.clone();
            view! {
                <button type="button" class="chip" on:click=move |_| complete(chosen.clone())>
                    <Dot category/>
                    <span>{name}</span>
                </button>
            }
        };
        open.get().into_iter().map(one).collect_view()
    }
}

/// Writes into an input and goes on typing there.
fn set_input(id: &str, text: &str) {
    use leptos::{wasm_bindgen::JsCast, web_sys::HtmlInputElement};
    let found = document().get_element_by_id(id).and_then(|found| found.dyn_into::<HtmlInputElement>().ok());
    if let Some(input) = found {
        input.set_value(text);
        // Focus can only fail on an element that is gone again; then there is nothing to type into.
        let _ = input.focus();
    }
}

/// What was read, as chips; day and category can be changed.
#[component]
fn Said(said: Memo<Option<Quick>>, typist: Signal<Typist>, date: RwSignal<String>, category: RwSignal<String>) -> impl IntoView {
    let said = move |look: fn(&Quick, Typist) -> Option<String>| {
        said.with(|said| said.as_ref().and_then(|quick| look(quick, typist.get())))
    };
    let amount = move || said(|quick, typist| Some(typist.locale.money(quick.amount?.ok()?)));
    let note = move || said(|quick, _| (!quick.note.is_empty()).then(|| format!("Note: {}", quick.note)));
    let wrong = move || said(|quick, _| quick.trouble());
    let day = move || {
        said(|quick, typist| quick.day(typist.today).map(|day| day_name(day, typist)))
            .unwrap_or_else(|| "Choose a day".to_owned())
    };
    let set_day = move || said(|quick, typist| quick.day(typist.today).map(|day| day.to_string())).unwrap_or_default();
    let chosen =
        Memo::new(move |_| said(|quick, _| quick.category.as_ref()?.as_ref().ok().map(ToString::to_string)).unwrap_or_default());
    let option = move |choice: Choice| {
        let own = choice.value.clone();
        view! { <option value=choice.value selected=move || chosen.with(|chosen| *chosen == own)>{choice.text}</option> }
    };
    let choices = use_here().categories.with_untracked(|all| category_choices(all, None));
    view! {
        {move || amount().map(|text| view! { <span class="chip num">{text}</span> })}
        {move || wrong().map(|text| view! { <span class="chip wrong">{text}</span> })}
        {move || note().map(|text| view! { <span class="chip"><span>{text}</span></span> })}
        <select
            class="chip" aria-label="Category" prop:value=move || chosen.get()
            on:change:target=move |event| category.set(event.target().value())
        >
            {choices.into_iter().map(option).collect_view()}
        </select>
        <label class="chip">
            <span class="sr-only">"Day"</span>
            <span aria-hidden="true">{day}</span>
            <input type="date" prop:value=set_day on:change:target=move |event| date.set(event.target().value())/>
        </label>
    }
}

fn day_name(day: Day, typist: Typist) -> String {
    match typist.today.since(day) {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        _ => format!("{} {}", day.weekday().abbreviation(), typist.locale.short_day(day)),
    }
}
