//! The question of a report: how long, divided by what, compared with what. Links, and a form for the days.

use super::{Answered, PATH, link};
use crate::{
    app::{
        address::Query,
        charts::PATTERNS,
        components::{
            empty::Empty,
            here::use_me,
            icon::{Icon, IconKind},
        },
    },
    domain::report::{ASKED_FIELDS, AVERAGED, Asked, By, Compare, Length},
};
use leptos::{prelude::*, web_sys::SubmitEvent};
use leptos_router::hooks::use_navigate;

/// Of how many periods an average is offered.
const AVERAGES: [(u8, &str); 4] = [(2, "2"), (AVERAGED, "3"), (6, "6"), (12, "12")];

/// The controls. Each is a link, so they work without WASM too.
#[component]
pub fn Question(asked: Memo<Answered>, query: Memo<Query>) -> impl IntoView {
    let me = use_me();
    let controls = move || {
        let asked = asked.get().ok()?;
        let (me, query) = (me.get(), query.get());
        let to = |asked: &Asked| link(asked, &query);
        let choice = |text: &'static str, asked_then: Asked, same: bool| Choice { text, href: to(&asked_then), same };
        let lengths = [
            ("Week", Length::Week),
            (if me.user.period.noun() == "month" { "Month" } else { "Pay period" }, Length::Month),
            ("Quarter", Length::Quarter),
            ("Year", Length::Year),
            ("Days", Length::Custom),
        ]
        .map(|(text, length)| choice(text, asked.of_length(length, &me.user, me.today), asked.length == length));
        let by = [("Category", By::Category), ("Day", By::Day), ("Week", By::Week), ("Month", By::Month)]
            .map(|(text, by)| choice(text, Asked { by, ..asked.clone() }, asked.by == by));
        let stacked = [("In one", false), ("By category", true)]
            .map(|(text, stacked)| choice(text, Asked { stacked, ..asked.clone() }, asked.stacked == stacked));
        let compare = [("Before", Compare::Previous), ("A year before", Compare::LastYear), ("Average", Compare::Average)]
            .map(|(text, compare)| choice(text, Asked { compare, ..asked.clone() }, asked.compare == compare));
        let averages =
            AVERAGES.map(|(averaged, text)| choice(text, Asked { averaged, ..asked.clone() }, asked.averaged == averaged));
        let patterns = query.get(PATTERNS).is_some();
        let drawn = [("Colours", ""), ("Patterns", "1")].map(|(text, value)| Choice {
            text,
            href: query.clone().with(PATTERNS, value).link(PATH),
            same: patterns != value.is_empty(),
        });
        Some(view! {
            <div class="question">
                <Choices label="Report of a" choices=lengths.to_vec()/>
                <Choices label="By" choices=by.to_vec()/>
                {(asked.by != By::Category).then(|| view! { <Choices label="Each bar" choices=stacked.to_vec()/> })}
                <Choices label="Compared with" choices=compare.to_vec()/>
                {(asked.compare == Compare::Average).then(|| view! { <Choices label="Of the last" choices=averages.to_vec()/> })}
                <Choices label="Charts in" choices=drawn.to_vec()/>
            </div>
        })
    };
    view! {
        {controls}
        <Days asked query/>
    }
}

/// A link of [`Choices`].
#[derive(Clone)]
struct Choice {
    text: &'static str,
    href: String,
    /// It is what is shown.
    same: bool,
}

#[component]
fn Choices(label: &'static str, choices: Vec<Choice>) -> impl IntoView {
    let link = |Choice { text, href, same }: Choice| {
        view! { <a href=href data-noscroll="true" aria-current=same.then_some("true")>{text}</a> }
    };
    view! {
        <div class="choices">
            <span class="choices-label" aria-hidden="true">{label}</span>
            <nav class="seg" aria-label=label>{choices.into_iter().map(link).collect_view()}</nav>
        </div>
    }
}

/// The first and the last day, where these are asked for.
#[component]
fn Days(asked: Memo<Answered>, query: Memo<Query>) -> impl IntoView {
    let shown = Memo::new(move |_| query.with(|q| q.get("period") == Some(Length::Custom.code())));
    let form = move || view! { <DaysForm asked query/> };
    move || shown.get().then(form)
}

#[component]
fn DaysForm(asked: Memo<Answered>, query: Memo<Query>) -> impl IntoView {
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        let Some(asked) = Query::of_form(&event) else { return };
        event.prevent_default();
        navigate(&asked.link(PATH), Default::default());
    };
    let kept = move || {
        let kept = ASKED_FIELDS.into_iter().chain([PATTERNS]).filter(|name| !["period", "date", "from", "to"].contains(name));
        let value = |name: &'static str| query.with(|q| q.get(name).map(str::to_owned));
        let hidden = |name| value(name).map(|value| view! { <input type="hidden" name=name value=value/> });
        kept.map(hidden).collect_view()
    };
    view! {
        <form class="days-form" method="get" action=PATH aria-label="Days of the report" on:submit=on_submit>
            <input type="hidden" name="period" value=Length::Custom.code()/>
            {kept}
            <DayInput label="From" name="from" asked query/>
            <DayInput label="To" name="to" asked query/>
            <button class="btn primary" type="submit">"Show"</button>
        </form>
    }
}

#[component]
fn DayInput(label: &'static str, name: &'static str, asked: Memo<Answered>, query: Memo<Query>) -> impl IntoView {
    let (id, error_id) = (format!("days-{name}"), format!("days-{name}-error"));
    let wrong = Memo::new(move |_| {
        asked.with(|asked| Some(asked.as_ref().err()?.iter().find(|error| error.field == name)?.message.clone()))
    });
    let value = move || query.with(|q| q.get(name).unwrap_or_default().to_owned());
    let described = {
        let error_id = error_id.clone();
        move || wrong.with(Option::is_some).then(|| error_id.clone())
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input" type="date" id=id name=name required=true autocomplete="off" value=value prop:value=value
                aria-invalid=move || wrong.with(Option::is_some).then_some("true") aria-describedby=described
            />
            {move || wrong.get().map(|message| view! { <p class="field-error" id=error_id.clone()>{message}</p> })}
        </div>
    }
}

/// What is wrong with the address, but for the days of the form, which tells that itself.
#[component]
pub fn Unclear(asked: Memo<Answered>) -> impl IntoView {
    move || {
        let messages = asked.with(|asked| {
            let errors = asked.as_ref().err()?.iter();
            let other = errors.filter(|e| !["from", "to"].contains(&e.field.as_str()) || e.code == "not_allowed");
            let messages: Vec<String> = other.map(|error| error.message.clone()).collect();
            (!messages.is_empty()).then(|| messages.join(" "))
        })?;
        Some(view! {
            <div class="card" role="alert">
                <Empty icon=IconKind::Warning title="This report cannot be made" text=messages>
                    <a class="btn" href=PATH><Icon kind=IconKind::Calendar/><span>"Report of today"</span></a>
                </Empty>
            </div>
        })
    }
}
