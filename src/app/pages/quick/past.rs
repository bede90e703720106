//! The person's habits in the browser: fetched when a line is typed into first, and again when they may have changed.

use crate::{
    api::expenses::my_habits,
    app::{
        components::here::{Here, use_here},
        fold,
    },
    domain::{
        Category, CategoryId,
        habit::{Known, Model, Suggestion},
        quick::Quick,
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// How many earlier texts are offered.
const OFFERED: usize = 5;

/// Cheap to copy.
#[derive(Clone, Copy)]
pub struct Past {
    here: Here,
    model: RwSignal<Option<Arc<Model>>>,
    /// After which change they were asked for.
    asked: StoredValue<Option<u64>>,
}

/// Nothing is known until [`Past::wake`].
pub fn use_past() -> Past {
    Past { here: use_here(), model: RwSignal::new(None), asked: StoredValue::new(None) }
}

/// What the history suggests, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    pub category: CategoryId,
    pub why: String,
}

later! {
    entry;
    /// What the history suggests for a text; `None` while it is fetched, too. Lazy: a page that asks for it only as
    /// somebody types is opened without it.
    pub fn guess(past: Past, what: String) -> Option<Guess> {
        suggest(past, &what)
    }
}

fn suggest(past: Past, what: &str) -> Option<Guess> {
    past.wake();
    let found = past.model.get_untracked()?.suggest(what, &fold::words(what), &[])?;
    let name = |all: &Vec<Category>| all.iter().find(|c| c.id == found.category).map(|c| c.name.to_string());
    let why = found.why.sentence(&past.here.categories.with_untracked(name)?);
    Some(Guess { category: found.category, why })
}

impl Past {
    /// Runs whoever asks again once the habits have come.
    pub fn track(self) {
        self.model.track();
    }
    /// Reads the habits, unless those that are known are up to date.
    pub fn wake(self) {
        let now = self.here.changed.get_untracked();
        if self.asked.get_value() == Some(now) {
            return;
        }
        self.asked.set_value(Some(now));
        spawn_local(async move {
            match my_habits().await {
                // The form may be gone by now, or a later answer on its way.
                Ok(habits) if self.asked.try_get_value() == Some(Some(now)) => {
                    self.model.set(Some(Arc::new(Model::new(habits, fold::words))));
                }
                Ok(_) => {}
                Err(problem) => {
                    self.asked.try_update_value(|asked| *asked = None);
                    self.here.note(&problem);
                }
            }
        });
    }
    pub fn is_known(self) -> bool {
        self.model.with(Option::is_some)
    }
    pub fn suggest(self, quick: &Quick) -> Option<Suggestion> {
        let model = self.model.get()?;
        model.suggest(&quick.what, &fold::words(&quick.what), &fold::words(&quick.note))
    }
    /// Texts that were entered before and begin as this one does.
    pub fn begun(self, what: &str) -> Vec<Known> {
        self.model.get().map(|model| model.begun(&fold::words(what), OFFERED)).unwrap_or_default()
    }
}
