//! What runs in the browser when what it read changes.

use leptos::prelude::{Effect, Memo, Signal};

/// Runs `what` once the page is live and again whenever something it read has changed. Boxed, so that the machinery around it is
/// in the first download once and not for each effect.
pub fn effect(what: impl FnMut() + 'static) {
    fn begin(mut what: Box<dyn FnMut()>) {
        Effect::new(move |_| what());
    }
    begin(Box::new(what));
}

/// What follows from what it reads. In the browser it is computed when that changes; on the server whenever it is read: two threads
/// may render parts of a page there, and a memo that one of them computes has nothing for the other meanwhile.
pub fn kept<T: PartialEq + Send + Sync + 'static>(of: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    if cfg!(feature = "ssr") { Signal::derive(of) } else { Memo::new(move |_| of()).into() }
}
