//! Keys of the keyboard: what a page registers here works while it is shown, and is listed by `?`.
//!
//! A key never fires under an open dialog, nor, unless it is one with Ctrl, while somebody types. Keys that
//! print a character can be turned off by the person (WCAG 2.1.4); this browser keeps that.

use crate::app::effect::effect;
use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{HtmlElement, js_sys::Reflect},
};

/// How long the second key of a sequence is waited for, in milliseconds.
const SEQUENCE: f64 = 1_200.0;
/// Where the browser keeps that keys which print a character are off.
const STORED: &str = "outlay-keys";

/// Under which heading a key is listed, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// On this page.
    Page,
    /// On every page.
    Everywhere,
    /// To a page.
    Go,
}

impl Group {
    pub fn title(self) -> &'static str {
        match self {
            Self::Page => "On this page",
            Self::Everywhere => "Everywhere",
            Self::Go => "Go to",
        }
    }
}

/// A key that works now.
#[derive(Clone)]
pub struct Registered {
    id: u32,
    /// As `KeyboardEvent.key` names it (`j`, `?`, `Delete`), or two of them with a space between: `g d`; with
    /// `Mod+` before it for Ctrl, or ⌘ on a Mac.
    pub keys: &'static str,
    pub label: &'static str,
    pub group: Group,
    run: Callback<()>,
}

/// The keys that work now; a context of the frame. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Keys {
    all: RwSignal<Vec<Registered>>,
    /// False when the person turned off what prints a character.
    pub letters: RwSignal<bool>,
    /// True once keys are listened to: never on the server.
    pub live: RwSignal<bool>,
    last: StoredValue<u32>,
    begun: StoredValue<Option<(String, f64)>>,
}

impl Keys {
    /// Makes the registry and listens, in the browser, for as long as the owner lives.
    pub fn provide() -> Self {
        let keys = Self {
            all: RwSignal::new(Vec::new()),
            letters: RwSignal::new(true),
            live: RwSignal::new(false),
            last: StoredValue::new(0),
            begun: StoredValue::new(None),
        };
        provide_context(keys);
        effect(move || {
            keys.letters.set(stored() != Some("off".to_owned()));
            let listening = window_event_listener(ev::keydown, move |event| keys.pressed(&event));
            keys.live.set(true);
            on_cleanup(move || listening.remove());
        });
        keys
    }
    /// All that work now, in the order of their groups.
    pub fn list(self) -> Vec<Registered> {
        let mut all = self.all.get();
        all.sort_by_key(|key| (key.group, key.id));
        all
    }
    /// Turns keys that print a character on or off, for this browser.
    pub fn set_letters(self, on: bool) {
        self.letters.set(on);
        store(if on { "on" } else { "off" });
    }
    fn pressed(self, event: &KeyboardEvent) {
        let with = event.ctrl_key() || event.meta_key();
        let kept = event.alt_key() || event.default_prevented() || event.is_composing();
        if kept || (!with && typing(event)) || under_dialog() {
            return;
        }
        let key = if with { format!("Mod+{}", event.key()) } else { event.key() };
        let now = event.time_stamp();
        let begun = self.begun.try_update_value(Option::take).flatten();
        let begun = begun.filter(|(_, at)| now - at < SEQUENCE).map(|(key, _)| key);
        let letters = self.letters.get_untracked();
        let step = self.all.with_untracked(|all| {
            let known = all.iter().rev().map(|key| (key.keys, key.run)).filter(|(keys, _)| letters || !prints(keys));
            step(begun.as_deref(), &key, known)
        });
        match step {
            Step::Run(run) => {
                event.prevent_default();
                run.run(());
            }
            Step::Begin => self.begun.set_value(Some((key, now))),
            Step::Nothing => {}
        }
    }
}

/// The registry of the frame.
pub fn use_keys() -> Keys {
    expect_context::<Keys>()
}

/// Registers a key, or a sequence such as `g d`, for as long as the component that calls this is shown. Of several
/// that register the same, the newest has it.
pub fn use_key(keys: &'static str, label: &'static str, group: Group, run: impl Fn() + Send + Sync + 'static) {
    let registry = use_keys();
    let run = Callback::new(move |()| run());
    effect(move || {
        let id = registry.last.try_update_value(|last| {
            *last += 1;
            *last
        });
        let Some(id) = id else { return };
        registry.all.update(|all| all.push(Registered { id, keys, label, group, run }));
        // The frame and its registry may be gone before the page is.
        on_cleanup(move || registry.all.try_update(|all| all.retain(|key| key.id != id)).unwrap_or_default());
    });
}

/// What a key press means.
#[derive(Debug, PartialEq, Eq)]
enum Step<T> {
    Run(T),
    /// The first of a sequence.
    Begin,
    Nothing,
}

/// `begun` is the first key of a sequence; of `known`, the first that fits counts.
fn step<T>(begun: Option<&str>, key: &str, known: impl Iterator<Item = (&'static str, T)> + Clone) -> Step<T> {
    let first = |keys: &'static str| keys.split_once(' ').is_some_and(|(first, _)| first == key);
    if let Some(begun) = begun
        && let Some((_, run)) = known.clone().find(|(keys, _)| keys.split_once(' ') == Some((begun, key)))
    {
        return Step::Run(run);
    }
    match known.clone().find(|(keys, _)| *keys == key) {
        Some((_, run)) => Step::Run(run),
        None if known.clone().any(|(keys, _)| first(keys)) => Step::Begin,
        None => Step::Nothing,
    }
}

/// True for keys that print a character, as opposed to `Delete` or `Enter`.
fn prints(keys: &str) -> bool {
    keys.split(' ').all(|key| key.chars().count() == 1)
}

/// True where a key press is text, or has a meaning of its own.
fn typing(event: &KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
    let tag = element.tag_name();
    let ticked = tag == "INPUT" && matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio"));
    element.is_content_editable() || (matches!(tag.as_str(), "INPUT" | "TEXTAREA" | "SELECT") && !ticked)
}

fn under_dialog() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|open| open.is_some())
}

/// The browser's storage; `None` where it is turned off.
fn storage() -> Option<JsValue> {
    Reflect::get(&window(), &"localStorage".into()).ok().filter(JsValue::is_object)
}

fn stored() -> Option<String> {
    Reflect::get(&storage()?, &STORED.into()).ok()?.as_string()
}

fn store(value: &str) {
    if let Some(storage) = storage() {
        // A full storage keeps the old value; the choice holds until the page is left.
        let _ = Reflect::set(&storage, &STORED.into(), &value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(&str, u8); 5] = [("g d", 1), ("g e", 2), ("e", 3), ("?", 4), ("Delete", 5)];

    fn pressed(begun: Option<&str>, key: &str) -> Step<u8> {
        step(begun, key, KNOWN.into_iter())
    }

    #[test]
    fn a_key_runs_what_it_is_registered_for() {
        assert_eq!(pressed(None, "e"), Step::Run(3));
        assert_eq!(pressed(None, "Delete"), Step::Run(5));
        assert_eq!(pressed(None, "d"), Step::Nothing);
        assert_eq!(pressed(None, "E"), Step::Nothing);
    }

    #[test]
    fn a_sequence_wins_over_its_second_key() {
        assert_eq!(pressed(None, "g"), Step::Begin);
        assert_eq!(pressed(Some("g"), "d"), Step::Run(1));
        assert_eq!(pressed(Some("g"), "e"), Step::Run(2));
        assert_eq!(pressed(Some("g"), "g"), Step::Begin);
        assert_eq!(pressed(Some("x"), "e"), Step::Run(3));
    }

    #[test]
    fn of_two_the_first_known_counts() {
        assert_eq!(step(None, "e", [("e", 7_u8), ("e", 3)].into_iter()), Step::Run(7));
    }

    #[test]
    fn what_prints_can_be_told_from_what_does_not() {
        assert!(["j", "?", "g d", "/"].into_iter().all(prints));
        assert!(!["Delete", "Enter", "Mod+k"].into_iter().any(prints));
    }
}
