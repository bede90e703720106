//! What runs in the browser when what it read changes.

use leptos::prelude::Effect;

/// Runs `what` once the page is live and again whenever something it read has changed. Boxed, so that the machinery around it is
/// in the first download once and not for each effect.
pub fn effect(what: impl FnMut() + 'static) {
    fn begin(mut what: Box<dyn FnMut()>) {
        Effect::new(move |_| what());
    }
    begin(Box::new(what));
}
