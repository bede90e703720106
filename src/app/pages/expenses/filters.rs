//! The filter of the expenses: a form that asks by address, and chips that take parts of it away again.

use super::PATH;
use crate::{
    app::{
        address::Query,
        components::{
            amount::Amount,
            category::Dot,
            here::{use_here, use_me},
            icon::{Icon, IconKind},
        },
        keys::{Group, use_key},
        pages::row::focus,
    },
    domain::{Category, Day, ExpenseFilter, Locale, Me, Money, Span, Total, calendar::week_containing, filter::AmountStyle},
};
use leptos::{
    form::form_data_from_event,
    html,
    prelude::*,
    web_sys::{SubmitEvent, UrlSearchParams},
};
use leptos_router::hooks::use_navigate;

/// The form. Works by address, so without WASM too.
#[component]
pub fn Filters(query: Memo<Query>) -> impl IntoView {
    let navigate = use_navigate();
    let panel: NodeRef<html::Details> = NodeRef::new();
    use_key("/", "Search", Group::Page, || focus("search"));
    let on_submit = move |event: SubmitEvent| {
        // Where the form cannot be read, the browser sends it by itself.
        let Ok(data) = form_data_from_event(&event) else { return };
        let Ok(params) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
        event.prevent_default();
        if let Some(panel) = panel.get_untracked() {
            panel.set_open(false);
        }
        let asked = Query::parse(&String::from(params.to_string()));
        navigate(&asked.link(PATH), Default::default());
    };
    let value = move |name: &'static str| move || query.with(|q| q.get(name).unwrap_or_default().to_owned());
    let me = use_me();
    let symbol = move || me.with(|me| me.user.currency.symbol().to_owned());
    view! {
        <form class="filters" method="get" action=PATH role="search" aria-label="Filter the expenses" on:submit=on_submit>
            {["sort", "import_id"].map(|name| {
                move || query.with(|q| q.get(name).map(|kept| view! { <input type="hidden" name=name value=kept.to_owned()/> }))
            })}
            <div class="search">
                <Icon kind=IconKind::Search/>
                <input
                    type="search" id="search" name="q" aria-label="Search what and notes" placeholder="Search what and notes" maxlength="200"
                    autocomplete="off" value=value("q") prop:value=value("q")
                />
                <button class="btn small" type="submit">"Search"</button>
            </div>
            <details class="more-filters" node_ref=panel>
                <summary class="btn"><Icon kind=IconKind::Filter/><span>"Filter"</span></summary>
                <div class="card filter-panel">
                    <Presets query/>
                    <div class="filter-row">
                        <FilterInput label="From" name="from" kind="date" value=value("from")/>
                        <FilterInput label="To" name="to" kind="date" value=value("to")/>
                        <FilterInput label=move || format!("At least, {}", symbol()) name="min" kind="text" value=value("min")/>
                        <FilterInput label=move || format!("At most, {}", symbol()) name="max" kind="text" value=value("max")/>
                    </div>
                    <CategoryTicks query/>
                    <div class="form-actions">
                        <button class="btn primary" type="submit">"Show"</button>
                        <a class="btn ghost" href=PATH>"Clear"</a>
                    </div>
                </div>
            </details>
        </form>
    }
}

#[component]
fn FilterInput(
    #[prop(into)] label: Signal<String>,
    name: &'static str,
    kind: &'static str,
    value: impl Fn() -> String + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let id = format!("filter-{name}");
    let mode = (kind == "text").then_some("decimal");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" type=kind id=id name=name inputmode=mode autocomplete="off" value=value prop:value=value/>
        </div>
    }
}

/// Spans of days that are asked for often.
fn presets(me: &Me) -> [(&'static str, Span); 5] {
    let (today, period) = (me.today, me.user.period);
    let new_year = |year| Day::new(year, 1, 1).unwrap_or(Day::MIN);
    [
        ("This week", week_containing(today, me.user.first_weekday)),
        ("This month", period.containing(today)),
        ("Last month", period.before(today)),
        ("This year", Span { from: new_year(today.year()), to: new_year(today.year() + 1).plus(-1) }),
        ("Last year", Span { from: new_year(today.year() - 1), to: new_year(today.year()).plus(-1) }),
    ]
}

#[component]
fn Presets(query: Memo<Query>) -> impl IntoView {
    let me = use_me();
    let link = move |name: &'static str, span: Option<Span>| {
        let dates = span.map(|span| (span.from.to_string(), span.to.to_string()));
        let asked = dates.clone();
        let current = move || {
            let now = query.with(|q| q.get("from").map(str::to_owned).zip(q.get("to").map(str::to_owned)));
            (now == asked).then_some("true")
        };
        let href = move || {
            let rest = query.get().without(&["from", "to", "cursor"]);
            match &dates {
                Some((from, to)) => rest.with("from", from).with("to", to).link(PATH),
                None => rest.link(PATH),
            }
        };
        view! { <a href=href aria-current=current>{name}</a> }
    };
    view! {
        <nav class="seg presets" aria-label="Period">
            {move || me.with(|me| presets(me).map(|(name, span)| link(name, Some(span))).collect_view())}
            {link("All", None)}
        </nav>
    }
}

#[component]
fn CategoryTicks(query: Memo<Query>) -> impl IntoView {
    let categories = use_here().categories;
    let tick = move |value: String, text: String, dot: Option<Category>| {
        let own = value.clone();
        let checked = Signal::derive(move || query.with(|q| q.all("category_id").any(|id| id == own)));
        view! {
            <label class="chip tick-chip">
                <input type="checkbox" name="category_id" value=value checked=checked prop:checked=checked/>
                {dot.map(|category| view! { <Dot category/> })}
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <fieldset class="fields">
            <legend>"Categories"</legend>
            <div class="tick-chips">
                {move || {
                    categories
                        .get()
                        .into_iter()
                        .map(|c| tick(c.id.to_string(), c.name.to_string(), Some(c)))
                        .collect_view()
                }}
                {tick("none".into(), "No category".into(), None)}
            </div>
        </fieldset>
    }
}

/// The parts of the filter, each with its way out, and what all of it sums to.
#[component]
pub fn Chips(query: Memo<Query>, total: Total) -> impl IntoView {
    let (me, categories) = (use_me(), use_here().categories);
    let chips = move || {
        let (me, query) = (me.get(), query.get());
        let style = AmountStyle::Typed(me.user.locale);
        let filter = ExpenseFilter::read(query.pairs(), me.user.currency, style).unwrap_or_default();
        categories.with(|all| parts(&filter, &query.without(&["cursor"]), &me, all)).into_iter().map(chip).collect_view()
    };
    view! {
        <div class="filter-line">
            <div class="filter-chips">{chips}</div>
            <p class="filter-total" role="status">
                <b class="num">{total.count}</b>
                {if total.count == 1 { " expense · " } else { " expenses · " }}
                <b><Amount money=total.sum/></b>
                {average(total).map(|money| view! { <span>" · average "<b><Amount money/></b></span> })}
            </p>
        </div>
    }
}

/// The mean amount, rounded to the minor unit.
fn average(total: Total) -> Option<Money> {
    let count = i128::from(total.count);
    let minor = (i128::from(total.sum.minor) * 2 + count).checked_div(count * 2)?;
    (count > 1).then(|| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), total.sum.currency))
}

/// One part of a filter.
struct Part {
    text: String,
    dot: Option<Category>,
    /// The address without it.
    href: String,
}

fn chip(part: Part) -> impl IntoView {
    view! {
        <a class="chip" href=part.href>
            {part.dot.map(|category| view! { <Dot category/> })}
            <span class="chip-text"><span class="sr-only">"Remove the filter: "</span><bdi>{part.text}</bdi></span>
            <Icon kind=IconKind::Close/>
        </a>
    }
}

fn parts(filter: &ExpenseFilter, query: &Query, me: &Me, categories: &[Category]) -> Vec<Part> {
    let locale = me.user.locale;
    let part = |text: String, without: Query| Part { text, dot: None, href: without.link(PATH) };
    let mut parts = Vec::new();
    if let Some(days) = days_text(filter, me, locale) {
        parts.push(part(days, query.clone().without(&["from", "to"])));
    }
    for id in &filter.categories {
        let found = categories.iter().find(|c| c.id == *id);
        let text = found.map_or_else(|| "A category that is gone".to_owned(), |c| c.name.to_string());
        parts.push(Part { dot: found.cloned(), ..part(text, query.clone().without_pair("category_id", &id.to_string())) });
    }
    if filter.uncategorised {
        parts.push(part("No category".into(), query.clone().without_pair("category_id", "none")));
    }
    let amount = |minor| locale.money(Money::new(minor, me.user.currency));
    parts.extend(filter.min.map(|min| part(format!("At least {}", amount(min)), query.clone().without(&["min"]))));
    parts.extend(filter.max.map(|max| part(format!("At most {}", amount(max)), query.clone().without(&["max"]))));
    if filter.import_id.is_some() {
        parts.push(part("From one statement".into(), query.clone().without(&["import_id"])));
    }
    if !filter.q.is_empty() {
        parts.push(part(format!("“{}”", filter.q), query.clone().without(&["q"])));
    }
    parts
}

/// `November 2026` for a whole period of the person's, else the days.
fn days_text(filter: &ExpenseFilter, me: &Me, locale: Locale) -> Option<String> {
    match (filter.from, filter.to) {
        (Some(from), Some(to)) => {
            let span = Span { from, to };
            let whole = me.user.period.containing(from) == span;
            Some(if whole { me.user.period.name(span) } else { format!("{} – {}", locale.day(from), locale.day(to)) })
        }
        (Some(from), None) => Some(format!("From {}", locale.day(from))),
        (None, Some(to)) => Some(format!("Until {}", locale.day(to))),
        (None, None) => None,
    }
}
