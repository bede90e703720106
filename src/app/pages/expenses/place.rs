//! Where one is in the list: how many pages are shown, and how far down. The browser keeps it with the address, so that
//! Back comes back to it.

use super::PATH;
use crate::{
    api::expenses::{MOST_PAGES, PAGES},
    app::address::Query,
};
use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*, wasm_bindgen::JsValue};
use std::time::Duration;

/// After so long without scrolling the place is kept.
const STILL: Duration = Duration::from_millis(100);
/// For so many frames it is tried to come back to one.
const FRAMES: u8 = 40;

/// The place in the list. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Place {
    /// The question of the list; `None` until it is asked.
    asked: StoredValue<Option<String>>,
    pages: StoredValue<u32>,
    /// How far down, in pixels.
    y: StoredValue<i32>,
    /// How far down it was, where it is to come back to once the rows are there.
    wanted: StoredValue<Option<i32>>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

/// At the beginning of the list, for as long as the page lives.
pub fn use_place() -> Place {
    let place = Place {
        asked: StoredValue::new(None),
        pages: StoredValue::new(1),
        y: StoredValue::new(0),
        wanted: StoredValue::new(None),
        waiting: StoredValue::new(None),
    };
    on_cleanup(move || place.keep());
    place
}

impl Place {
    /// The question for all pages that are shown of the list that `asked` asks for.
    pub fn question(self, asked: String) -> String {
        if self.asked.with_value(|known| known.as_ref() != Some(&asked)) {
            self.begin(asked.clone());
        }
        match self.pages.get_value() {
            1 => asked,
            pages => Query::parse(&asked).with(PAGES, &pages.to_string()).text(),
        }
    }
    /// Another list is asked for, or this one for the first time.
    fn begin(self, asked: String) {
        self.asked.set_value(Some(asked));
        self.forget_timer();
        let (pages, y) = kept().unzip();
        self.pages.set_value(pages.unwrap_or(1).clamp(1, MOST_PAGES));
        self.wanted.set_value(y);
    }
    /// The list came with the document, which has its first page only. True when more were shown here.
    pub fn came_short(self, asked: String) -> bool {
        if self.asked.with_value(Option::is_some) {
            return false;
        }
        self.begin(asked);
        let short = self.pages.get_value() > 1;
        if !short {
            // Then the browser comes back by itself.
            self.wanted.set_value(None);
        }
        short
    }
    /// The question for the next page; `None` when so many are shown that it is a page of its own.
    pub fn next_question(self, cursor: &str) -> Option<String> {
        let asked = self.asked.try_get_value().flatten().filter(|_| self.pages.get_value() < MOST_PAGES)?;
        Some(Query::parse(&asked).with("cursor", cursor).text())
    }
    /// One more page is shown.
    pub fn grew(self) {
        self.pages.update_value(|pages| *pages += 1);
        self.keep();
    }

    /// Tells `moved` when somebody scrolls, for as long as the page lives. In the browser only.
    pub fn follow(self, moved: impl Fn() + 'static) {
        let listening = window_event_listener(ev::scroll, move |_| {
            // On the way back it is not somebody who scrolls.
            if self.wanted.get_value().is_none() {
                self.scrolled();
                moved();
            }
        });
        on_cleanup(move || listening.remove());
    }
    fn scrolled(self) {
        self.y.set_value(down());
        self.forget_timer();
        self.waiting.set_value(set_timeout_with_handle(move || self.keep(), STILL).ok());
    }
    fn forget_timer(self) {
        if let Some(waiting) = self.waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    }
    /// Comes back to where it was, as soon as the rows are so many.
    pub fn come_back(self) {
        if let Some(y) = self.wanted.get_value() {
            self.go(y, FRAMES);
        }
    }
    fn go(self, y: i32, frames: u8) {
        request_animation_frame(move || {
            // The page may be gone, or another list be asked for.
            if self.wanted.try_get_value().flatten() != Some(y) {
                return;
            }
            window().scroll_to_with_x_and_y(0.0, f64::from(y));
            if frames == 0 || down().abs_diff(y) <= 1 {
                self.wanted.set_value(None);
                self.y.set_value(y);
            } else {
                self.go(y, frames - 1);
            }
        });
    }

    /// Keeps it with the address that is shown, unless that is another page's by now.
    fn keep(self) {
        let (Some(pages), Some(y)) = (self.pages.try_get_value(), self.y.try_get_value()) else { return };
        if cfg!(feature = "hydrate") && window().location().pathname().is_ok_and(|path| path == PATH) {
            let place = JsValue::from_str(&format!("{pages} {y}"));
            let kept = window().history().and_then(|history| history.replace_state_with_url(&place, "", None));
            if let Err(e) = kept {
                leptos::logging::warn!("the place in the list is not kept: {e:?}");
            }
        }
    }
}

/// What is kept with the address: pages, and how far down.
fn kept() -> Option<(u32, i32)> {
    if !cfg!(feature = "hydrate") {
        return None;
    }
    let state = window().history().ok()?.state().ok()?.as_string()?;
    let (pages, y) = state.split_once(' ')?;
    Some((pages.parse().ok()?, y.parse().ok()?))
}

/// How far down the page is scrolled.
fn down() -> i32 {
    window().scroll_y().map_or(0, |y| y.round() as i32)
}

/// True when no more than a screen of the page is left below what is seen.
pub fn is_near_end() -> bool {
    let screen = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let all = document().document_element().map_or(0, |page| page.scroll_height());
    f64::from(down()) + 2.0 * screen >= f64::from(all)
}
