//! A finger that stays on a row selects it; while rows are selected, a tap selects too. (A swipe is the style sheet's: a row on
//! a phone scrolls sideways to its buttons.)

use super::dom;
use leptos::{ev::PointerEvent, leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;

/// How long a finger stays before it selects.
const LONG: Duration = Duration::from_millis(450);

/// The finger on the table. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Touch {
    waiting: StoredValue<Option<TimeoutHandle>>,
    /// The last press was a finger's.
    finger: StoredValue<bool>,
    /// It has selected a row: what follows is the end of that.
    done: StoredValue<bool>,
}

impl Touch {
    pub fn start() -> Self {
        Self { waiting: StoredValue::new(None), finger: StoredValue::new(false), done: StoredValue::new(false) }
    }
    pub fn down(self, event: &PointerEvent) {
        self.up();
        let finger = event.pointer_type() == "touch";
        self.finger.set_value(finger);
        self.done.set_value(false);
        let pressed = dom::target(event).filter(|target| !dom::is_control(target));
        let Some((_, row)) = pressed.filter(|_| finger).and_then(|target| dom::row_of(&target)) else { return };
        let select = move || {
            dom::toggle(&row);
            self.done.set_value(true);
        };
        self.waiting.set_value(set_timeout_with_handle(select, LONG).ok());
    }
    /// It was lifted, or moves the page.
    pub fn up(self) {
        if let Some(timer) = self.waiting.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
    /// True once for the press that a long one ends with.
    pub fn ended(self) -> bool {
        self.done.try_update_value(std::mem::take).unwrap_or_default()
    }
    pub fn is_finger(self) -> bool {
        self.finger.get_value()
    }
}
