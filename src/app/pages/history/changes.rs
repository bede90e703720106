//! What an entry changed: each thing, field by field, before and after.

use super::{OPENS, PATH};
use crate::{
    api::journal::{Changes, entry_changes},
    app::{
        address::Query,
        components::{
            pages::{Grows, Next, Pages, use_pages},
            read::Loaded,
        },
    },
    domain::{
        Cursor, Seq,
        journal::{Deed, FieldTold, Told},
    },
};
use leptos::prelude::*;

/// What the page came with of an entry that the address opens.
pub type Opened = Option<Changes>;

impl Grows for Changes {
    fn next(&self) -> Option<&Cursor> {
        self.page.next()
    }
    fn append(&mut self, next: Self) {
        self.page.append(next.page);
    }
}

/// What an opened entry changed; read now, unless the page came with it.
#[component]
pub fn Details(seq: Seq, known: StoredValue<Opened>, wanted: Memo<Query>) -> impl IntoView {
    let came = known.with_value(|known| known.as_ref().filter(|known| known.seq == seq).cloned());
    let shown = match came {
        Some(part) => view! { <Listed part wanted/> }.into_any(),
        None => {
            let pages = use_pages(
                move || seq,
                |seq: Seq, cursor: Option<Cursor>| entry_changes(seq, cursor.map(|cursor| cursor.0).unwrap_or_default()),
            );
            view! { <Loaded data=pages.data view=move |part| view! { <Listed part wanted pages/> }/> }.into_any()
        }
    };
    view! { <div class="entry-more">{shown}</div> }
}

#[component]
fn Listed(
    part: Changes,
    wanted: Memo<Query>,
    /// How more of it is read in place; a page of its own otherwise.
    #[prop(optional)]
    pages: Option<Pages<Changes>>,
) -> impl IntoView {
    let seq = part.seq;
    if part.page.items.is_empty() && part.page.next_cursor.is_none() {
        return view! { <p class="muted">"No more than this is kept of it."</p> }.into_any();
    }
    let at = move |cursor: Option<&str>| {
        let query = wanted.with_untracked(|query| query.clone().without(&OPENS)).with("open", &seq.to_string());
        let query = cursor.map_or(query.clone(), |cursor| query.with("changes", cursor));
        format!("{}#entry-{seq}", query.link(PATH))
    };
    let back = (!part.first).then(|| view! { <a class="btn small" href=at(None)>"From the first"</a> });
    let more = part.page.next_cursor.map(|cursor| {
        let href = at(Some(&cursor.0));
        match pages {
            Some(pages) => view! { <Next pages cursor href text="More of it"/> }.into_any(),
            None => view! { <a class="btn small" href=href rel="external">"More of it"</a> }.into_any(),
        }
    });
    let alone = part.first && part.page.items.len() == 1;
    view! {
        <ul class="changes">
            {part.page.items.into_iter().map(|told| view! { <li><Thing told alone/></li> }).collect_view()}
        </ul>
        <p class="changes-end">{back}{more}</p>
    }
    .into_any()
}

/// One thing that was changed.
#[component]
fn Thing(
    told: Told,
    /// Nothing else was changed, so the entry's own line says what was done.
    alone: bool,
) -> impl IntoView {
    let deed = match told.deed {
        Deed::Added => "added",
        Deed::Changed => "changed",
        Deed::Deleted => "deleted",
    };
    let bare = told.path.is_none();
    let name = match told.path {
        Some(path) => view! { <a class="link" href=path><bdi>{told.name}</bdi></a> }.into_any(),
        None => view! { <bdi>{told.name}</bdi> }.into_any(),
    };
    view! {
        <p class=if alone && bare { "change-head sr-only" } else { "change-head" }>
            <span class="muted">{format!("{} {deed}: ", told.thing)}</span>{name}
        </p>
        <Diff deed=told.deed fields=told.fields/>
    }
}

/// The fields that differ.
#[component]
pub fn Diff(deed: Deed, fields: Vec<FieldTold>) -> impl IntoView {
    let row = move |field: FieldTold| {
        let side = |text: Option<String>| match text {
            Some(text) => view! { <bdi>{text}</bdi> }.into_any(),
            None => view! { <span class="faint">"nothing"</span> }.into_any(),
        };
        let values = match deed {
            Deed::Added => view! { <ins>{side(field.after)}</ins> }.into_any(),
            Deed::Deleted => view! { <del>{side(field.before)}</del> }.into_any(),
            Deed::Changed => view! {
                <del>{side(field.before)}</del>
                <span class="diff-arrow"><span aria-hidden="true">"→"</span><span class="sr-only">" is now "</span></span>
                <ins>{side(field.after)}</ins>
            }
            .into_any(),
        };
        view! {
            <dt>{field.name}</dt>
            <dd>{values}</dd>
        }
    };
    view! { <dl class="diff">{fields.into_iter().map(row).collect_view()}</dl> }
}
