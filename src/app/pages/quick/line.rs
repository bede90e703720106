//! The line itself: a combobox that offers categories after `#`, and what was entered before.

use super::Draft;
use crate::{
    app::{
        components::{
            category::Dot,
            field::{Labelled, described_by},
            form::FormState,
            here::use_here,
            icon::{Icon, IconKind},
        },
        effect::effect,
    },
    domain::{Category, Money, habit::Known, quick},
};
use leptos::{ev::KeyboardEvent, html, prelude::*};

/// How many categories are offered.
const CATEGORIES: usize = 6;

/// Something that the line may be completed with.
#[derive(Clone, PartialEq)]
enum Offer {
    Category(Category),
    Known(Known),
}

/// What stands after the last `#`, while it may still become a category.
fn begun_category(line: &str) -> Option<&str> {
    let (before, typed) = line.rsplit_once('#')?;
    let at_a_word = before.is_empty() || before.ends_with(char::is_whitespace);
    (at_a_word && !typed.contains('@')).then_some(typed)
}

impl Draft {
    fn offers(self) -> Vec<Offer> {
        // What is too long is not looked at.
        let Some(said) = self.said.get() else { return Vec::new() };
        let typed = self.line.with(|line| begun_category(line).map(str::to_owned));
        if let Some(typed) = typed {
            let found = use_here()
                .categories
                .with(|all| quick::matching(&typed, all).into_iter().take(CATEGORIES).cloned().collect::<Vec<Category>>());
            let complete = found.len() == 1 && found[0].name.as_str().eq_ignore_ascii_case(typed.trim());
            return if complete { Vec::new() } else { found.into_iter().map(Offer::Category).collect() };
        }
        if said.what.chars().nth(1).is_none() {
            return Vec::new();
        }
        let known = self.past.begun(&said.what).into_iter();
        let says_more = |known: &Known| known.what.as_str() != said.what || said.amount.is_none();
        known.filter(says_more).map(Offer::Known).collect()
    }

    /// The line with an offer taken.
    fn taken(self, offer: Offer) -> String {
        match offer {
            Offer::Category(category) => self.line.with_untracked(|line| {
                let before = line.rsplit_once('#').map_or(line.as_str(), |(before, _)| before);
                format!("{before}#{} ", category.name)
            }),
            Offer::Known(known) => {
                let typist = self.typist.get_untracked();
                let amount = typist.locale.input(Money::new(known.minor, typist.currency));
                let read = self.read.get_untracked();
                read.map_or_else(|_| known.what.to_string(), |quick| quick.completed(&known.what, &amount))
            }
        }
    }
}

/// The input and what it offers.
#[component]
pub(super) fn Line(draft: Draft, #[prop(optional_no_strip)] start: Option<RwSignal<String>>) -> impl IntoView {
    let state = expect_context::<FormState>();
    state.show_errors_of("line");
    let (id, list) = (state.field_id("line"), state.field_id("offers"));
    let input: NodeRef<html::Input> = NodeRef::new();
    let (open, at) = (RwSignal::new(false), RwSignal::new(None::<usize>));
    let offers = Memo::new(move |_| if open.get() { draft.offers() } else { Vec::new() });
    effect(move || {
        offers.track();
        at.set(None);
    });
    let write = move |text: String, selected: usize| {
        if let Some(input) = input.get_untracked() {
            input.set_value(&text);
            let end = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
            let from = if selected == 0 { end } else { 0 };
            let to = if selected == 0 { end } else { u32::try_from(selected).unwrap_or(end) };
            // Both can only fail on an element that is gone again.
            let _ = input.focus();
            let _ = input.set_selection_range(from, to);
        }
        draft.line.set(text);
    };
    // What was typed before the page was live, and what a line begins with.
    effect(move || {
        if let Some(typed) = input.get().map(|input| input.value()).filter(|typed| !typed.is_empty()) {
            draft.line.set(typed);
        }
    });
    effect(move || {
        if let Some(start) = start
            && start.with(|text| !text.is_empty())
            && input.get().is_some()
        {
            write(start.get_untracked(), 0);
            start.set(String::new());
        }
    });
    let take = move |offer: Offer| {
        // An amount that was the last time's is the first thing to be typed over.
        let borrowed = matches!(&offer, Offer::Known(_))
            && draft.said.with_untracked(|said| said.as_ref().is_some_and(|q| q.amount.is_none()));
        let text = draft.taken(offer);
        let amount = if borrowed { text.split(' ').next().map_or(0, str::len) } else { 0 };
        write(text, amount);
        open.set(false);
    };
    let on_key = move |event: KeyboardEvent| {
        let all = offers.get_untracked();
        let (count, now) = (all.len(), at.get_untracked());
        if count == 0 || event.is_composing() {
            return;
        }
        let chosen = match (event.key().as_str(), now) {
            ("ArrowDown", now) => {
                at.set(Some(now.map_or(0, |now| (now + 1) % count)));
                None
            }
            ("ArrowUp", now) => {
                at.set(Some(now.map_or(count - 1, |now| (now + count - 1) % count)));
                None
            }
            ("Escape", _) => {
                open.set(false);
                event.stop_propagation();
                None
            }
            ("Enter", Some(now)) => all.get(now).cloned(),
            ("Tab", now) if !event.shift_key() && (now.is_some() || matches!(all.first(), Some(Offer::Category(_)))) => {
                all.get(now.unwrap_or(0)).cloned()
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(offer) = chosen {
            take(offer);
        }
    };
    let placeholder = draft.typist.with_untracked(|typist| {
        let example = if typist.locale.input(Money::new(150, typist.currency)).contains(',') { "12,50" } else { "12.50" };
        format!("{example} lunch yesterday #eating")
    });
    let option_id = {
        let list = list.clone();
        move |index: usize| format!("{list}-{index}")
    };
    let active = {
        let option_id = option_id.clone();
        move || at.get().map(&option_id)
    };
    let wrong = move || state.error("line").is_some();
    let control = view! {
        <input
            class="input" id=id name="line" type="text" dir="auto" value=move || state.typed("line").unwrap_or_default()
            placeholder=placeholder autocomplete="off" autocapitalize="sentences" enterkeyhint="done" node_ref=input
            role="combobox" aria-autocomplete="list" aria-controls=list.clone() aria-activedescendant=active
            aria-expanded=move || if offers.with(Vec::is_empty) { "false" } else { "true" }
            aria-invalid=move || wrong().then_some("true") aria-describedby=described_by(state, "line", false)
            on:focus=move |_| draft.past.wake() on:blur=move |_| open.set(false) on:keydown=on_key
            on:input:target=move |event| {
                draft.line.set(event.target().value());
                open.set(true);
            }
        />
    }
    .into_any();
    let option = move |(index, offer): (usize, Offer)| {
        let chosen = offer.clone();
        view! {
            <li
                role="option" id=option_id(index) aria-selected=move || if at.get() == Some(index) { "true" } else { "false" }
                on:mousedown=move |event| event.prevent_default() on:click=move |_| take(chosen.clone())
            >
                <Offered draft offer/>
            </li>
        }
    };
    view! {
        <Labelled state name="line".to_owned() label="Expense in one line".to_owned() quiet=true hint=None control/>
        <ul class="quick-list" id=list role="listbox" aria-label="What fits" hidden=move || offers.with(Vec::is_empty)>
            {move || offers.get().into_iter().enumerate().map(&option).collect_view()}
        </ul>
    }
}

#[component]
fn Offered(draft: Draft, offer: Offer) -> impl IntoView {
    match offer {
        Offer::Category(category) => {
            let name = category.name.to_string();
            view! { <Dot category/><span class="offer-text">{name}</span> }.into_any()
        }
        Offer::Known(known) => {
            let typist = draft.typist.get_untracked();
            let amount = typist.locale.money(Money::new(known.minor, typist.currency));
            let category = known.category.and_then(|id| {
                use_here().categories.with_untracked(|all| all.iter().find(|c| c.id == id).map(|c| c.name.to_string()))
            });
            view! {
                <Icon kind=IconKind::History/>
                <bdi class="offer-text">{known.what.to_string()}</bdi>
                {category.map(|name| view! { <small>{name}</small> })}
                <small class="num">{amount}</small>
            }
            .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_begun_by_its_sign_at_a_word() {
        assert_eq!(begun_category("5 tea #"), Some(""));
        assert_eq!(begun_category("5 tea #eating o"), Some("eating o"));
        assert_eq!(begun_category("#f"), Some("f"));
        for none in ["5 tea", "C#", "5 tea #fun @with", ""] {
            assert_eq!(begun_category(none), None, "{none}");
        }
    }
}
