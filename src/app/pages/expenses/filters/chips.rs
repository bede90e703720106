//! The parts of the filter as chips: each says what it is, opens its form, and can be taken away.

use super::{
    PATH,
    panels::{added, amount, categories, period},
};
use crate::{
    app::{
        address::Query,
        components::{
            category::Dot,
            here::{use_here, use_me},
            icon::{Icon, IconKind},
        },
        pages::row::focus,
    },
    domain::{
        Category, ExpenseFilter, Me, Money, Span,
        expense::Added,
        filter::{Asker, Preset},
    },
};
use leptos::prelude::*;

/// As many categories a chip names; of more it says how many.
const NAMED: usize = 3;

/// What a chip says, piece by piece: a category has its dot.
type Said = Vec<(Option<Category>, String)>;

/// A part of the filter.
#[derive(Clone, Copy)]
struct Part {
    id: &'static str,
    /// Its names in the address.
    own: &'static [&'static str],
    /// What it is called as long as nothing is chosen.
    name: &'static str,
    icon: Option<IconKind>,
    says: fn(&Asked) -> Said,
    /// What can be chosen; `None` where nothing can.
    panel: Option<fn(Memo<Query>) -> AnyView>,
}

const PARTS: [Part; 5] = [
    Part {
        id: "filter-period",
        own: &["period", "from", "to"],
        name: "Period",
        icon: Some(IconKind::Calendar),
        says: days,
        panel: Some(period),
    },
    Part { id: "filter-category", own: &["category_id"], name: "Category", icon: None, says: named, panel: Some(categories) },
    Part { id: "filter-amount", own: &["min", "max"], name: "Amount", icon: None, says: amounts, panel: Some(amount) },
    Part { id: "filter-added", own: &["added"], name: "Added by", icon: None, says: ways, panel: Some(added) },
    Part { id: "filter-import", own: &["import_id"], name: "Statement", icon: None, says: statement, panel: None },
];

/// What the address asks for, with what is needed to say it.
struct Asked {
    me: Me,
    categories: Vec<Category>,
    filter: ExpenseFilter,
    preset: Option<Preset>,
}

impl Asked {
    fn new(query: &Query, me: Me, categories: Vec<Category>) -> Self {
        let (filter, _) = ExpenseFilter::read_what_can_be(query.pairs(), Asker::typed(&me.user, me.today));
        let preset = query.get("period").and_then(|code| code.parse().ok());
        Self { me, categories, filter, preset }
    }
}

/// What a query asks for, as its chips say it.
pub fn in_words(query: &Query, me: Me, categories: Vec<Category>) -> String {
    let asked = Asked::new(query, me, categories);
    let said = PARTS.iter().flat_map(|part| (part.says)(&asked)).map(|(_, text)| text);
    let searched = (!asked.filter.q.is_empty()).then(|| format!("“{}”", asked.filter.q));
    said.chain(searched).collect::<Vec<_>>().join(" · ")
}

/// The chips.
#[component]
pub(super) fn Chips(query: Memo<Query>) -> impl IntoView {
    let (me, categories) = (use_me(), use_here().categories);
    let asked = Signal::derive(move || query.with(|query| Asked::new(query, me.get(), categories.get())));
    let end = move || {
        let now = query.get().without(&["cursor"]);
        let own: Vec<&str> = PARTS.iter().flat_map(|part| part.own.iter().copied()).chain(["q"]).collect();
        let rest = now.clone().without(&own);
        (now != rest).then(|| {
            let save = Query::default().with("from", &now.text()).link("/filters");
            view! {
                <a class="btn ghost" href=rest.link(PATH) data-noscroll="true">"Clear"</a>
                <a class="btn ghost" href=save>"Save"<span class="sr-only">" this filter"</span></a>
            }
        })
    };
    view! {
        <div class="filter-chips">
            {PARTS.map(|part| chip(part, Memo::new(move |_| asked.with(part.says)), query))}
            {end}
        </div>
    }
}

fn chip(part: Part, said: Memo<Said>, query: Memo<Query>) -> AnyView {
    let Part { id, own, name, icon, panel, .. } = part;
    let set = Memo::new(move |_| said.with(|said| !said.is_empty()));
    let button = format!("{id}-chip");
    let to_button = button.clone();
    let text = move || {
        said.get()
            .into_iter()
            .map(|(category, text)| view! { {category.map(|category| view! { <Dot category/> })}<bdi>{text}</bdi> })
            .collect_view()
    };
    let face = move || match (set.get(), icon) {
        (false, _) => view! { <Icon kind=IconKind::Plus/><span>{name}</span> }.into_any(),
        (true, Some(kind)) => view! { <Icon kind/><span class="chip-text">{text}</span> }.into_any(),
        (true, None) => view! { <span class="chip-text">{text}</span> }.into_any(),
    };
    let away = move || {
        let to_button = to_button.clone();
        set.get().then(|| {
            let href = move || query.get().without(own).without(&["cursor"]).link(PATH);
            view! {
                <a class="chip-away" href=href data-noscroll="true" aria-label=format!("Take the filter away: {name}") on:click=move |_| focus(&to_button)>
                    <Icon kind=IconKind::Close/>
                </a>
            }
        })
    };
    let opener = match panel {
        Some(_) => {
            view! { <button type="button" class="chip-open" id=button popovertarget=id title=name>{face}</button> }.into_any()
        }
        None => view! { <span class="chip-open" id=button tabindex="-1">{face}</span> }.into_any(),
    };
    let hidden = move || panel.is_none() && !set.get();
    view! {
        <div class="chip filter-chip" class:off=move || !set.get() hidden=hidden>
            {opener} {away}
            {panel.map(|panel| {
                view! { <div class="filter-panel" id=id popover="auto" role="group" aria-label=name>{panel(query)}</div> }
            })}
        </div>
    }
    .into_any()
}

fn plain(text: impl Into<String>) -> Said {
    vec![(None, text.into())]
}

/// `November 2026` for a whole period of the person's, else the days.
fn days(asked: &Asked) -> Said {
    let Asked { me, filter, preset, .. } = asked;
    let (locale, calendar) = (me.user.locale, me.user.period);
    if let Some(preset) = preset {
        return plain(preset.label(calendar));
    }
    match (filter.from, filter.to) {
        (Some(from), Some(to)) => {
            let span = Span { from, to };
            let whole = calendar.containing(from) == span;
            plain(if whole { calendar.name(span) } else { format!("{} – {}", locale.day(from), locale.day(to)) })
        }
        (Some(from), None) => plain(format!("From {}", locale.day(from))),
        (None, Some(to)) => plain(format!("Until {}", locale.day(to))),
        (None, None) => Said::new(),
    }
}

fn named(Asked { filter, categories, .. }: &Asked) -> Said {
    let name = |id| {
        let found = categories.iter().find(|c| c.id == id);
        (found.cloned(), found.map_or_else(|| "A category that is gone".to_owned(), |c| c.name.to_string()))
    };
    let none = filter.uncategorised.then(|| (None, "No category".to_owned()));
    let mut said: Said = filter.categories.iter().copied().map(name).chain(none).collect();
    if said.len() > NAMED {
        let more = said.len() - (NAMED - 1);
        said.truncate(NAMED - 1);
        said.push((None, format!("{more} more")));
    }
    said
}

fn amounts(Asked { me, filter, .. }: &Asked) -> Said {
    let amount = |minor| me.user.locale.money(Money::new(minor, me.user.currency));
    match (filter.min, filter.max) {
        (Some(min), Some(max)) => plain(format!("{} – {}", amount(min), amount(max))),
        (Some(min), None) => plain(format!("At least {}", amount(min))),
        (None, Some(max)) => plain(format!("At most {}", amount(max))),
        (None, None) => Said::new(),
    }
}

fn ways(Asked { filter, .. }: &Asked) -> Said {
    filter.added.iter().map(|added: &Added| (None, added.label().to_owned())).collect()
}

fn statement(Asked { filter, .. }: &Asked) -> Said {
    filter.import_id.map(|_| plain("From one statement")).unwrap_or_default()
}
