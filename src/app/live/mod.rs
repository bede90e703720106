//! What happens on other devices shows here while the page is looked at: the balance at once, what was read again as
//! soon as nothing half typed would be lost by it.
//!
//! The page listens by server-sent events while it is shown. A stream that breaks is opened again, later each time.

mod held;
#[cfg_attr(not(feature = "hydrate"), path = "still.rs")]
mod stream;

use super::components::{
    here::{Here, use_here},
    trouble::Trouble,
};
use crate::app::effect::effect;
use crate::{
    api::{
        live::{EVENTS, News},
        profile, sent_since,
    },
    domain::{Code, Seq, journal::Via},
};
use leptos::{
    ev,
    leptos_dom::helpers::{TimeoutHandle, window_event_listener_untyped},
    prelude::*,
    web_sys::js_sys::{Date, Math},
};
use std::time::Duration;
use stream::{Heard, Stream};

/// News gather for so long before the page reads again, and at least so long is between two readings.
const GATHER: Duration = Duration::from_millis(150);
const READINGS: Duration = Duration::from_secs(1);
/// While a command of this page is on its way, its own entry may come first; for so long it is waited for.
const OWN: Duration = Duration::from_secs(3);
/// How often it is looked whether half-typed input is done.
const HELD: Duration = Duration::from_millis(700);
/// How long a note of what happened elsewhere, and the mark of its rows, are shown.
const SHOWN: Duration = Duration::from_secs(8);
/// The longest pause before a stream is opened again, in seconds.
const LONGEST: u32 = 60;

/// What happened elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    /// It is not shown yet, as something is half typed.
    held: bool,
}

/// Listens for as long as the frame lives, and says what happened elsewhere, politely.
#[component]
pub fn Elsewhere() -> impl IntoView {
    let here = use_here();
    effect(move || {
        if let Some(owner) = Owner::current() {
            leptos::task::spawn_local(listen(here, owner));
        }
    });
    let note = here.elsewhere;
    view! {
        <div class="elsewhere" class:held=move || note.with(|note| note.as_ref().is_some_and(|note| note.held)) aria-live="polite">
            {move || {
                note.get().map(|Note { text, held }| {
                    let later = held.then_some(". The page follows when you are done here.");
                    view! { <p><bdi>{text}</bdi>{later}</p> }
                })
            }}
        </div>
    }
}

/// Begins to listen, until `owner` is done. Nobody waits for it, so it is not in the first download.
#[lazy]
fn listen(here: Here, owner: Owner) {
    owner.with(|| Listening::begin(here));
}

/// The page's one listener; in the browser only.
#[derive(Clone, Copy)]
struct Listening {
    here: Here,
    stream: StoredValue<Option<Stream>, LocalStorage>,
    /// Whether the present stream was open.
    opened: StoredValue<bool>,
    /// Streams that broke since one was open.
    failures: StoredValue<u32>,
    /// The newest entry this page knows.
    seen: StoredValue<Seq>,
    news: StoredValue<Vec<News>>,
    /// When the page read again last, in milliseconds.
    read: StoredValue<f64>,
    again: StoredValue<Option<TimeoutHandle>>,
    reading: StoredValue<Option<TimeoutHandle>>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    fading: StoredValue<Option<TimeoutHandle>>,
}

fn after(slot: StoredValue<Option<TimeoutHandle>>, pause: Duration, then: impl FnOnce() + 'static) {
    clear(slot);
    slot.set_value(set_timeout_with_handle(then, pause).ok());
}

fn clear(slot: StoredValue<Option<TimeoutHandle>>) {
    if let Some(timer) = slot.try_update_value(Option::take).flatten() {
        timer.clear();
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

impl Listening {
    fn begin(here: Here) {
        let this = Self {
            here,
            stream: StoredValue::new_local(None),
            opened: StoredValue::new(false),
            failures: StoredValue::new(0),
            seen: StoredValue::new(here.me.with_untracked(|me| me.as_ref().map_or(0, |me| me.seq))),
            news: StoredValue::new(Vec::new()),
            read: StoredValue::new(0.0),
            again: StoredValue::new(None),
            reading: StoredValue::new(None),
            waiting: StoredValue::new(None),
            fading: StoredValue::new(None),
        };
        held::watch();
        let shown = window_event_listener_untyped("visibilitychange", move |_| this.look());
        let online = window_event_listener(ev::online, move |_| this.look());
        on_cleanup(move || {
            shown.remove();
            online.remove();
            this.close();
        });
        this.look();
    }

    /// Listens while the page is shown, and only then.
    fn look(self) {
        if document().hidden() {
            self.close();
        } else if self.stream.with_value(Option::is_none) {
            self.failures.set_value(0);
            self.open();
        }
    }

    fn close(self) {
        clear(self.again);
        self.stream.set_value(None);
    }

    fn open(self) {
        self.opened.set_value(false);
        let url = format!("{EVENTS}?after={}", self.seen.get_value());
        self.stream.set_value(Stream::open(&url, move |heard| match heard {
            Heard::Opened => {
                self.opened.set_value(true);
                self.failures.set_value(0);
                self.here.reached();
            }
            Heard::Broken => self.broken(),
            Heard::Data(data) => match serde_json::from_str(&data) {
                Ok(news) => self.hear(news),
                Err(e) => leptos::logging::error!("events: {e}"),
            },
        }));
    }

    /// Opens it again, after a pause that doubles and is not the same for all pages of a server that was started anew.
    fn broken(self) {
        let (was_open, failures) = (self.opened.get_value(), self.failures.get_value() + 1);
        self.close();
        self.failures.set_value(failures);
        let seconds = f64::from(2_u32.saturating_pow(failures.min(8)).min(LONGEST)) * (0.5 + Math::random() / 2.0);
        after(self.again, Duration::from_secs_f64(seconds), move || self.open());
        if !was_open && failures == 1 {
            // A browser does not say why; the session may have ended.
            leptos::task::spawn_local(async move {
                match profile::known().await {
                    Err(problem) if problem.code == Code::Unauthenticated => self.ended(),
                    _ => {}
                }
            });
        }
    }

    fn ended(self) {
        self.close();
        self.here.trouble.set(Some(Trouble::SessionEnded));
    }

    fn hear(self, news: News) {
        match &news {
            News::Ended => return self.ended(),
            News::Entry { seq, .. } | News::Many { seq } => self.seen.set_value(*seq),
            News::Shared => {}
        }
        self.news.update_value(|all| all.push(news));
        if self.reading.with_value(Option::is_none) {
            let since = Date::now() - self.read.get_value();
            let pause = GATHER.max(Duration::from_secs_f64((millis(READINGS) - since).clamp(0.0, millis(READINGS)) / 1_000.0));
            after(self.reading, pause, move || self.settle());
        }
    }

    /// Shows what was heard, but for what this page did itself.
    fn settle(self) {
        clear(self.reading);
        if sent_since().is_some_and(|at| Date::now() - at < millis(OWN)) {
            return after(self.reading, GATHER, move || self.settle());
        }
        let mut news = self.news.try_update_value(std::mem::take).unwrap_or_default();
        news.retain(|news| !matches!(news, News::Entry { seq, .. } if self.here.is_own(*seq)));
        if news.is_empty() {
            return;
        }
        self.here.refresh();
        self.here.fresh.set(rows(&news));
        if let Some(text) = text(&news) {
            self.here.elsewhere.set(Some(Note { text, held: false }));
        }
        after(self.fading, SHOWN, move || {
            self.here.fresh.set(Default::default());
            if self.here.elsewhere.with_untracked(|note| note.as_ref().is_some_and(|note| !note.held)) {
                self.here.elsewhere.set(None);
            }
        });
        self.show();
    }

    /// Reads what is shown again, as soon as nothing is lost by that.
    fn show(self) {
        let held = held::half_typed();
        self.here.elsewhere.maybe_update(|note| {
            let changes = note.as_ref().is_some_and(|note| note.held != held);
            if let Some(note) = note {
                note.held = held;
            }
            changes
        });
        if held {
            return after(self.waiting, HELD, move || self.show());
        }
        clear(self.waiting);
        self.read.set_value(Date::now());
        self.here.changed.update(|n| *n += 1);
    }
}

/// The rows that are new or changed.
fn rows(news: &[News]) -> std::collections::HashSet<uuid::Uuid> {
    let of = |news: &News| if let News::Entry { rows, .. } = news { rows.clone() } else { Vec::new() };
    news.iter().flat_map(of).collect()
}

/// What happened elsewhere, in a line; nothing of what is the admin's.
fn text(news: &[News]) -> Option<String> {
    let told: Vec<&News> = news.iter().filter(|news| !matches!(news, News::Shared)).collect();
    match &told[..] {
        [] => None,
        [News::Entry { summary, via, by, .. }] => Some(match (by, via) {
            (Some(by), _) => format!("{summary} · by {by}"),
            (None, Via::Page) => format!("{summary} · on another device"),
            (None, Via::Api) => format!("{summary} · by a program"),
            (None, Via::Cli) => format!("{summary} · on the server"),
            (None, Via::Recurring) => summary.clone(),
        }),
        some if some.iter().all(|news| matches!(news, News::Entry { .. })) => Some(format!("{} changes elsewhere", some.len())),
        _ => Some("Many changes elsewhere".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: Seq, via: Via, by: Option<&str>) -> News {
        News::Entry {
            seq, summary: "Added “Tea”, €2.00".into(), via, by: by.map(str::to_owned), rows: vec![uuid::Uuid::nil()]
        }
    }

    #[test]
    fn what_happened_elsewhere_in_a_line() {
        let text = |news: &[News]| text(news).unwrap_or_default();
        assert_eq!(text(&[entry(1, Via::Page, None)]), "Added “Tea”, €2.00 · on another device");
        assert_eq!(text(&[News::Shared, entry(1, Via::Cli, None)]), "Added “Tea”, €2.00 · on the server");
        assert_eq!(text(&[entry(1, Via::Api, Some("ana"))]), "Added “Tea”, €2.00 · by ana");
        assert_eq!(text(&[entry(1, Via::Page, None), entry(2, Via::Page, None)]), "2 changes elsewhere");
        assert_eq!(text(&[entry(1, Via::Page, None), News::Many { seq: 90 }]), "Many changes elsewhere");
        assert_eq!(text(&[News::Shared]), "");
        assert_eq!(rows(&[entry(1, Via::Page, None), News::Shared]).len(), 1);
    }
}
