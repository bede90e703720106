//! The form of what recurs: to add it, and to change it from now on.

use super::{
    super::{
        entry::{AmountInput, CategoryInput, NoteInput, WhatInput, reading},
        row::{Editing, Editor, EditorEnd},
    },
    PATH,
};
use crate::{
    api::recurring::{AddRecurring, EditRecurring},
    app::{
        address::Query,
        components::{
            field::Field,
            form::{CommandForm, Fields, FormError, Submit, use_command},
            here::use_me,
            select::{Choice, SelectField},
        },
    },
    domain::{
        Recurring,
        import::EntryKind,
        recurring::{Mode, Parts, RecurringFields, ScheduleFields, Unit},
    },
};
use leptos::prelude::*;

fn fields(form: &Fields) -> RecurringFields<'_> {
    let [kind, amount, what, note, category_id, mode] =
        ["kind", "amount", "what", "note", "category_id", "mode"].map(|name| Some(form.get(name)));
    let [every, unit, on, from, until, count] =
        ["every", "unit", "on", "from", "until", "count"].map(|name| Some(form.get(name)));
    let schedule = Some(ScheduleFields { every, unit, on, from, until, count });
    RecurringFields { kind, amount, what, note, category_id, mode, schedule, paused: None }
}

/// Adds an entry.
#[component]
pub fn AddForm() -> impl IntoView {
    let (me, action) = (use_me(), use_command::<AddRecurring>());
    let check = Callback::new(move |form: Fields| fields(&form).draft(me.with_untracked(reading)).map(drop));
    view! {
        <CommandForm action id="add-recurring" class="recurring-form" key="id" check>
            <Inputs entry=None/>
            <FormError/>
            <div class="form-actions"><Submit>"Add"</Submit></div>
        </CommandForm>
    }
}

/// Changes an entry in its place.
#[component]
pub fn EditForm(entry: Recurring, editing: Editing) -> impl IntoView {
    let (me, action) = (use_me(), use_command::<EditRecurring>());
    editing.close_when_done(action);
    let check = Callback::new(move |form: Fields| fields(&form).edit(me.with_untracked(reading)).map(drop));
    let (id, version) = (entry.id, entry.version);
    let now = Query::default().with("edit", &id.to_string()).link(PATH);
    view! {
        <Editor editing first=format!("edit-{id}-amount")>
            <CommandForm
                action id=format!("edit-{id}") class="recurring-form" about=vec![("id", id.to_string())] check next=PATH clear=false
            >
                <input type="hidden" name="version" value=version/>
                <Inputs entry=Some(entry)/>
                <p class="muted recurring-hint">"Holds from now on: what is recorded already stays as it is."</p>
                <EditorEnd editing back=PATH.to_owned() now/>
            </CommandForm>
        </Editor>
    }
}

/// What an entry is, and when it comes.
#[component]
fn Inputs(#[prop(optional_no_strip)] entry: Option<Recurring>) -> impl IntoView {
    let me = use_me();
    let (locale, today) = me.with_untracked(|me| (me.user.locale, me.today));
    let amount = entry.as_ref().map(|entry| locale.input(entry.amount)).unwrap_or_default();
    let what = entry.as_ref().map(|entry| entry.what.to_string()).unwrap_or_default();
    let note = entry.as_ref().and_then(|entry| entry.note.as_ref()).map(ToString::to_string).unwrap_or_default();
    let category = entry.as_ref().and_then(|entry| entry.category_id);
    let parts = entry.as_ref().map(|entry| entry.schedule.parts());
    let mode = entry.as_ref().map_or(Mode::Post, |entry| entry.mode);
    let kinds = entry.is_none().then(|| {
        let choices = vec![Choice::new("expense", "Expense"), Choice::new("funds", "Funds, such as a salary")];
        view! { <SelectField label="Kind" name="kind" choices value="expense".to_owned()/> }
    });
    let sorted = entry.is_none_or(|entry| entry.kind == EntryKind::Expense);
    let modes = Mode::ALL.map(|mode| Choice::new(mode.code(), mode.label())).to_vec();
    view! {
        {kinds}
        <AmountInput me value=amount/>
        <div class="recurring-wide"><WhatInput what/></div>
        {sorted.then(|| view! { <CategoryInput category/> })}
        <div class="recurring-wide"><NoteInput note/></div>
        <When parts first=today.to_string()/>
        <SelectField label="On its day" name="mode" choices=modes value=mode.code().to_owned()/>
    }
}

/// Every so many days, weeks, months or years, from when, until when.
#[component]
fn When(#[prop(optional_no_strip)] parts: Option<Parts>, first: String) -> impl IntoView {
    let day = |day: Option<crate::domain::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let every = parts.map_or(1, |parts| parts.every).to_string();
    let unit = parts.map_or(Unit::Month, |parts| parts.unit).code().to_owned();
    let on = parts.and_then(|parts| parts.on).map(|on| on.to_string()).unwrap_or_default();
    let from = parts.map_or(first, |parts| parts.from.to_string());
    let until = day(parts.and_then(|parts| parts.until));
    let count = parts.and_then(|parts| parts.count).map(|count| count.to_string()).unwrap_or_default();
    let units = Unit::ALL.map(|unit| Choice::new(unit.code(), format!("{}s", unit.code()))).to_vec();
    let days = std::iter::once(Choice::new("", "The day of the first day"))
        .chain([Choice::new("last", "The last day"), Choice::new("last_working_day", "The last working day")])
        .chain((1..=31).map(|day| Choice::new(day.to_string(), format!("Day {day}"))))
        .collect();
    view! {
        <Field label="Every" name="every" value=every inputmode="numeric" maxlength=4/>
        <SelectField label="Days, weeks, months or years" name="unit" choices=units value=unit/>
        <SelectField label="Day of the month, for months" name="on" choices=days value=on/>
        <Field label="First day" name="from" kind="date" value=from required=true/>
        <Field label="Until" name="until" kind="date" value=until/>
        <Field label="Or how many times" name="count" value=count inputmode="numeric" maxlength=6 placeholder="For ever"/>
    }
}
