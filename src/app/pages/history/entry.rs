//! One entry: what was done, when, by whom and from where; opened it shows what changed. With the way back.

use super::{
    OPENS, PATH,
    changes::{Details, Opened},
};
use crate::{
    api::journal::{Dated, Undo},
    app::{
        address::Query,
        components::{
            form::{CommandForm, FormError, FormState, Submit, use_command},
            icon::{Icon, IconKind},
        },
    },
    domain::{Code, Seq, UserId, journal::Via},
};
use leptos::{prelude::*, web_sys::MouseEvent};
use std::collections::HashSet;

/// One entry of the list.
#[component]
pub fn OneEntry(
    item: Dated,
    /// Who reads.
    me: UserId,
    /// What the page came with of the entry that the address opens.
    known: StoredValue<Opened>,
    wanted: Memo<Query>,
    opened: RwSignal<HashSet<Seq>>,
) -> impl IntoView {
    let seq = item.entry.seq;
    let open = Memo::new(move |_| opened.with(|opened| opened.contains(&seq)));
    let href = move || {
        let query = wanted.get().without(&OPENS);
        if open.get() { query.link(PATH) } else { format!("{}#{}", query.with("open", &seq.to_string()).link(PATH), anchor(seq)) }
    };
    let toggle = move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            opened.update(|opened| {
                if !opened.remove(&seq) {
                    opened.insert(seq);
                }
            });
        }
    };
    let undone = item.entry.undone_by;
    let summary = item.entry.summary.clone();
    view! {
        <li class="entry" class:undone=undone.is_some() id=anchor(seq)>
            <div class="entry-head">
                <a
                    class="entry-main" href=href data-noscroll="true" on:click=toggle
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                >
                    <span class="entry-mark"><Icon kind=IconKind::Right/></span>
                    <span class="entry-what">
                        <bdi class="entry-summary">{summary}</bdi>
                        <Whence item=item.clone() me/>
                    </span>
                </a>
                <WayBack item/>
            </div>
            {move || open.get().then(|| view! { <Details seq known wanted/> })}
        </li>
    }
}

/// The DOM id of an entry.
fn anchor(seq: Seq) -> String {
    format!("entry-{seq}")
}

/// When, by whom if not by the reader, and from where.
#[component]
pub fn Whence(item: Dated, me: UserId) -> impl IntoView {
    let Dated { entry, time, .. } = item;
    let icon = match entry.via {
        Via::Page => IconKind::Window,
        Via::Api => IconKind::Code,
        Via::Cli => IconKind::Terminal,
        Via::Recurring => IconKind::Calendar,
    };
    let by = (entry.actor_id != me).then(|| view! { " · by "<bdi>{entry.actor}</bdi> });
    view! {
        <span class="sub entry-whence">
            <Icon kind=icon/>
            <span>{time}{by}{format!(" · {}", entry.via.label())}</span>
        </span>
    }
}

/// What became of the entry, and the button that turns it round.
#[component]
pub fn WayBack(item: Dated) -> impl IntoView {
    let entry = item.entry;
    let what = entry.summary.clone();
    let undone = entry.undone_by.map(|by| {
        view! {
            <a class="pill muted" href=format!("{PATH}?entry={by}")>
                "Undone"<span class="sr-only">{format!(" by entry {by}")}</span>
            </a>
        }
    });
    let turn = match entry.redo() {
        Some(seq) => Some(view! { <Turn seq id=format!("redo-{}", entry.seq) text="Redo" what/> }),
        None => entry.undoable.then(|| view! { <Turn seq=entry.seq id=format!("undo-{}", entry.seq) text="Undo" what/> }),
    };
    view! {
        {undone}
        {turn}
    }
}

/// A form that undoes an entry, and says in place why that cannot be.
#[component]
fn Turn(
    /// The entry to undo.
    seq: Seq,
    /// The DOM id, unique on the page.
    id: String,
    text: &'static str,
    /// What is undone, for screen readers.
    what: String,
) -> impl IntoView {
    let action = use_command::<Undo>();
    view! {
        <CommandForm action id class="turn" about=vec![("seq", seq.to_string())] key="key">
            <Submit class="btn small">
                <Icon kind=IconKind::Undo/>
                <span>{text}<span class="sr-only">{format!(": {what}")}</span></span>
            </Submit>
            <FormError/>
            <Instead seq/>
        </CommandForm>
    }
}

/// What to do when it cannot be undone.
#[component]
fn Instead(seq: Seq) -> impl IntoView {
    let refused = expect_context::<FormState>().refused;
    let stale = Memo::new(move |_| {
        refused.with(|p| p.as_ref().is_some_and(|p| matches!(p.code, Code::VersionConflict | Code::AlreadyUndone)))
    });
    move || {
        stale.get().then(|| {
            view! { <a class="btn small" href=format!("{PATH}?entry={seq}") rel="external">"Show it as it is now"</a> }
        })
    }
}
