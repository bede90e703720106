//! What can be chosen of each part of the filter. Plain forms: the browser shows and closes what they stand in.

use super::{PATH, Rest};
use crate::{
    app::{
        address::Query,
        components::{
            category::Dot,
            here::{use_here, use_me},
        },
    },
    domain::{Category, Day, expense::Added, filter::Preset},
};
use leptos::prelude::*;

fn form(query: Memo<Query>, own: &'static [&'static str], fields: AnyView) -> AnyView {
    view! {
        <form method="get" action=PATH>
            <Rest query own/>
            {fields}
        </form>
    }
    .into_any()
}

fn show() -> AnyView {
    view! { <button class="btn small primary" type="submit">"Show"</button> }.into_any()
}

fn input(query: Memo<Query>, label: String, name: &'static str, kind: &'static str) -> AnyView {
    // What is no day would not stand in the field, but be complained about by the browser.
    let fits = move |value: &&str| kind != "date" || value.parse::<Day>().is_ok();
    let value = move || query.with(|q| q.get(name).filter(fits).unwrap_or_default().to_owned());
    let id = format!("filter-{name}");
    let mode = (kind == "text").then_some("decimal");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" type=kind id=id name=name inputmode=mode autocomplete="off" maxlength="40" value=value prop:value=value/>
        </div>
    }
    .into_any()
}

fn tick(query: Memo<Query>, name: &'static str, value: String, text: String, dot: Option<Category>) -> AnyView {
    let own = value.clone();
    let checked = Signal::derive(move || query.with(|q| q.all(name).any(|chosen| chosen == own)));
    view! {
        <label class="filter-tick">
            <input type="checkbox" name=name value=value checked=checked prop:checked=checked/>
            {dot.map(|category| view! { <Dot category/> })}
            <bdi>{text}</bdi>
        </label>
    }
    .into_any()
}

/// Presets, and days.
pub(super) fn period(query: Memo<Query>) -> AnyView {
    let calendar = use_me().with_untracked(|me| me.user.period);
    let own = &["period", "from", "to"];
    let preset = move |preset: Preset| {
        let chosen = move || if query.with(|q| q.get("period") == Some(preset.code())) { "true" } else { "false" };
        view! { <button class="filter-preset" type="submit" name="period" value=preset.code() aria-pressed=chosen>{preset.label(calendar)}</button> }
    };
    let presets = view! { <div class="filter-presets">{Preset::ALL.map(preset)}</div> }.into_any();
    let days = view! {
        <div class="filter-pair">{input(query, "From".into(), "from", "date")} {input(query, "To".into(), "to", "date")}</div>
        {show()}
    }
    .into_any();
    view! { {form(query, own, presets)} {form(query, own, days)} }.into_any()
}

/// Several, or none.
pub(super) fn categories(query: Memo<Query>) -> AnyView {
    let categories = use_here().categories;
    let ticks = move || {
        let offered = categories.get().into_iter();
        offered.map(|c| tick(query, "category_id", c.id.to_string(), c.name.to_string(), Some(c))).collect_view()
    };
    let fields = view! {
        <div class="filter-ticks">{ticks} {tick(query, "category_id", "none".into(), "No category".into(), None)}</div>
        {show()}
    };
    form(query, &["category_id"], fields.into_any())
}

/// At least and at most.
pub(super) fn amount(query: Memo<Query>) -> AnyView {
    let symbol = use_me().with_untracked(|me| me.user.currency.symbol().to_owned());
    let fields = view! {
        <div class="filter-pair">
            {input(query, format!("At least, {symbol}"), "min", "text")} {input(query, format!("At most, {symbol}"), "max", "text")}
        </div>
        {show()}
    };
    form(query, &["min", "max"], fields.into_any())
}

/// In which ways it came to be there.
pub(super) fn added(query: Memo<Query>) -> AnyView {
    let ticks = Added::ALL.map(|added| tick(query, "added", added.code().into(), added.label().into(), None));
    form(query, &["added"], view! { <div class="filter-ticks">{ticks}</div> {show()} }.into_any())
}
