//! What every part of the page knows: who is signed in, the categories, and what just happened.
//!
//! It must never hold anything that exists in the browser only.

use super::trouble::Trouble;
use crate::{
    api::{
        boot::{Boot, FormFlash, Notice},
        done::Done,
        profile,
    },
    app::{ahead::Ahead, live::Note},
    domain::{Category, Locale, Me, Money, Problem, Seq, user::SignUp},
};
use leptos::prelude::*;
use std::collections::{HashSet, VecDeque};
use uuid::Uuid;

/// How many entries that this page made are remembered.
const OWN: usize = 100;

/// The page's shared state; a context. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Here {
    /// `None` on the pages for people who are not signed in.
    pub me: RwSignal<Option<Me>>,
    /// All categories, archived ones too, by name.
    pub categories: RwSignal<Vec<Category>>,
    /// Raised after each accepted command, also of other devices: what a page has read may have changed.
    pub changed: RwSignal<u64>,
    /// The refused form the page before left behind, until the person goes to another page.
    pub flash: RwSignal<Option<FormFlash>>,
    /// The toast.
    pub notice: RwSignal<Option<Notice>>,
    /// A secret that was just made, such as a token; shown on the page that made it.
    pub shown_once: RwSignal<Option<String>>,
    /// What stands between this page and the server.
    pub trouble: RwSignal<Option<Trouble>>,
    /// What was done on another device just now.
    pub elsewhere: RwSignal<Option<Note>>,
    /// The rows that were made or changed there.
    pub fresh: RwSignal<HashSet<Uuid>>,
    /// What this page shows ahead of the server's answer.
    pub ahead: Ahead,
    /// The entries that this page made, newest last.
    own: StoredValue<VecDeque<Seq>>,
    boot: StoredValue<Boot>,
}

impl Here {
    pub fn new(boot: Boot) -> Self {
        Self {
            me: RwSignal::new(boot.me.clone()),
            categories: RwSignal::new(boot.categories.clone()),
            changed: RwSignal::new(0),
            flash: RwSignal::new(boot.flash.form.clone()),
            notice: RwSignal::new(boot.flash.notice.clone()),
            shown_once: RwSignal::new(boot.flash.shown_once.clone()),
            trouble: RwSignal::new(None),
            elsewhere: RwSignal::new(None),
            fresh: RwSignal::new(HashSet::new()),
            ahead: Ahead::nothing(),
            own: StoredValue::new(VecDeque::new()),
            boot: StoredValue::new(boot),
        }
    }
    /// Where the assets are: `/assets/<hash>`.
    pub fn assets(self) -> String {
        self.boot.with_value(|boot| boot.assets.clone())
    }
    pub fn sign_up(self) -> SignUp {
        self.boot.with_value(|boot| boot.sign_up)
    }
    /// The person's region; the default when nobody is signed in. Not tracked: pages are rendered anew after it changes.
    pub fn locale(self) -> Locale {
        self.me.with_untracked(|me| me.as_ref().map_or_else(Locale::default, |me| me.user.locale))
    }
    /// A problem came back; what concerns the whole page is shown by the page's frame.
    pub fn note(self, problem: &Problem) {
        if let Some(trouble) = Trouble::of(problem) {
            self.trouble.set(Some(trouble));
        }
    }
    /// An answer came back, so the connection stands.
    pub fn reached(self) {
        if self.trouble.get_untracked() == Some(Trouble::Offline) {
            self.trouble.set(None);
        }
    }
    /// True for an entry that this page made.
    pub fn is_own(self, seq: Seq) -> bool {
        self.own.with_value(|own| own.contains(&seq))
    }
    /// True for a while after a row was made or changed on another device.
    pub fn is_fresh(self, row: Uuid) -> Signal<bool> {
        Signal::derive(move || self.fresh.with(|fresh| fresh.contains(&row)))
    }
    /// Shows the toast.
    pub fn tell(self, message: impl Into<String>) {
        self.notice.set(Some(Notice { message: message.into(), undo: None }));
    }
    /// Reads the person and the categories again.
    pub fn refresh(self) {
        leptos::task::spawn_local(async move {
            match profile::known().await {
                Ok(known) => {
                    self.me.set(Some(known.me));
                    self.categories.set(known.categories);
                }
                Err(problem) => self.note(&problem),
            }
        });
    }
}

/// The page's shared state.
pub fn use_here() -> Here {
    expect_context::<Here>()
}

/// The person who is signed in, with the balance as it will be when what is on its way is accepted. Only for pages behind
/// sign-in: the frame renders them for nobody else.
pub fn use_me() -> Signal<Me> {
    let Here { me, ahead, .. } = use_here();
    // Ending a session always loads another page, so somebody who is signed in stays so while this page lives.
    #[expect(clippy::expect_used, reason = "a page that asks for a person without one is a defect")]
    let first = me.get_untracked().expect("pages behind sign-in are rendered for a person only");
    Signal::derive(move || {
        let mut me = me.get().unwrap_or_else(|| first.clone());
        me.balance = Money { minor: me.balance.minor.saturating_add(ahead.of_balance()), ..me.balance };
        me
    })
}

/// What the page does with an accepted command's answer.
pub trait Accepted {
    fn settle(&self, here: Here);
}

impl Accepted for Done {
    fn settle(&self, here: Here) {
        here.me.update(|me| {
            if let Some(me) = me
                && me.user.id == self.owner
            {
                here.own.update_value(|own| {
                    own.push_back(self.seq);
                    if own.len() > OWN {
                        own.pop_front();
                    }
                });
                me.balance = self.balance;
                me.currency_fixed |= self.fixes_currency;
            }
        });
        here.notice.set(Some(Notice { message: self.summary.clone(), undo: self.undoable.then_some(self.seq) }));
        if self.shared {
            here.refresh();
        }
        here.changed.update(|n| *n += 1);
    }
}

/// For what is no command, such as ending a session.
impl Accepted for () {
    fn settle(&self, here: Here) {
        here.changed.update(|n| *n += 1);
    }
}

/// True while the browser makes the server's page live; what is built then must equal what was sent.
fn hydrating() -> bool {
    Owner::current_shared_context().is_some_and(|shared| shared.during_hydration())
}

/// A hidden id for the form called `form` (its DOM id, unique on the page): the new row's id and the
/// key that makes a repeated request safe. The same on the server and while hydrating; a fresh UUIDv7 for
/// forms made later in the browser. [`renew`] it after each accepted command.
pub fn use_form_id(form: &str) -> RwSignal<Uuid> {
    let seed = use_here().boot.with_value(|boot| boot.form_id);
    let at_first = cfg!(feature = "ssr") || hydrating();
    RwSignal::new(if at_first { mixed(seed, form) } else { Uuid::now_v7() })
}

/// The next id of a form.
pub fn renew(id: RwSignal<Uuid>) {
    id.set(Uuid::now_v7());
}

/// The seed with its last 62 bits (all of UUIDv7's trailing randomness) mixed with a name, by FNV-1a.
fn mixed(seed: Uuid, name: &str) -> Uuid {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    Uuid::from_u128(seed.as_u128() ^ u128::from(hash >> 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_page_have_their_own_ids() {
        let seed = Uuid::now_v7();
        let (a, b) = (mixed(seed, "add-expense"), mixed(seed, "add-funds"));
        assert_ne!(a, b);
        assert_eq!(a, mixed(seed, "add-expense"));
        for id in [a, b] {
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        }
    }
}
