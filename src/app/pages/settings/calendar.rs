//! Currency, region and calendar: how money and days are written, and where weeks and months begin.

use super::Section;
use crate::{
    api::profile::{SetCalendar, time_zones},
    app::components::{
        field::Field,
        form::{CommandForm, FormError, Submit, use_command},
        here::use_me,
        read::{Loaded, use_read},
        select::{Choice, SelectField, currency_choices, locale_choices, time_zone_choices},
    },
    domain::{Day, Locale, Me, Money, MonthStart, Period, Weekday, calendar::NamedStart},
};
use leptos::prelude::*;

#[component]
pub(super) fn Calendar() -> impl IntoView {
    let zones = use_read(|| (), |()| time_zones());
    view! {
        <Section id="calendar" title="Money and calendar" lead="How amounts and days are written, and where your weeks and months begin.">
            <Loaded data=zones view=|zones| view! { <CalendarForm zones/> }/>
        </Section>
    }
}

#[component]
fn CalendarForm(zones: Vec<String>) -> impl IntoView {
    let me = use_me();
    let action = use_command::<SetCalendar>();
    let of = move |read: fn(&Me) -> String| Signal::derive(move || me.with(read));
    let version = Signal::derive(move || me.with(|me| me.user.version));
    let fixed = me.with_untracked(|me| me.currency_fixed);
    let currency_hint = if fixed { "Fixed, because there are entries in it." } else { "Fixed from the first entry on." };
    let chosen = RwSignal::new(me.with_untracked(|me| me.user.locale.code().to_owned()));
    let example = Signal::derive(move || me.with(|me| preview(&chosen.get(), me)));
    view! {
        <CommandForm action id="calendar-form" class="form" version clear=false>
            <div class="form-grid">
                <SelectField
                    label="Currency" name="currency" choices=currency_choices() disabled=fixed hint=currency_hint
                    value=of(|me| me.user.currency.code().to_owned())
                />
                <SelectField
                    label="Numbers and dates" name="locale" choices=locale_choices() hint=example
                    value=of(|me| me.user.locale.code().to_owned()) on_choice=Callback::new(move |code| chosen.set(code))
                />
                <SelectField
                    label="Time zone" name="time_zone" choices=time_zone_choices(&zones) hint="Decides when your day begins."
                    value=of(|me| me.user.time_zone.clone())
                />
                <SelectField
                    label="The week begins on" name="first_weekday" choices=weekday_choices()
                    value=of(|me| me.user.first_weekday.code().to_owned())
                />
                <SelectField
                    label="Your period" name="period" choices=period_choices() hint="What “this month” means on the dashboard."
                    value=of(|me| me.user.period.choice())
                />
                <Field
                    label="A payday" name="anchor" kind="date" value=me.with_untracked(|me| payday(me).to_string())
                    hint="Only for periods of weeks: they are counted from it."
                />
            </div>
            <FormError/>
            <div class="form-actions"><Submit>"Save"</Submit></div>
        </CommandForm>
    }
}

/// How a region would write an amount and today.
fn preview(code: &str, me: &Me) -> String {
    let locale: Locale = code.parse().unwrap_or_default();
    format!("{} · {}", locale.money(Money::new(-123_450, me.user.currency)), locale.day(me.today))
}

fn payday(me: &Me) -> Day {
    match me.user.period {
        Period::Weeks { anchor, .. } => anchor,
        Period::Month { .. } => me.today,
    }
}

fn weekday_choices() -> Vec<Choice> {
    Weekday::ALL.into_iter().map(|day| Choice::new(day.code(), day.name())).collect()
}

fn period_choices() -> Vec<Choice> {
    let starts = (1..=28).map(MonthStart::Day).chain([MonthStart::Named(NamedStart::LastWorkingDay)]);
    let months = starts.map(|start_day| Period::Month { start_day });
    let weeks = [2, 4].map(|weeks| Period::Weeks { anchor: Day::MIN, weeks });
    months.chain(weeks).map(|period| Choice::new(period.choice(), period.label())).collect()
}
