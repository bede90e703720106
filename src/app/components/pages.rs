//! Lists that grow: the first page comes with the document, the next ones are appended in the browser. Without WASM the same
//! link leads to the next page alone.

use super::{here::use_here, read::use_read};
use crate::{
    api::Answer,
    domain::{Cursor, Page, Problem},
};
use leptos::{prelude::*, web_sys::MouseEvent};
use serde::{Serialize, de::DeserializeOwned};

/// What is read page by page.
pub trait Grows: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Where the next page begins.
    fn next(&self) -> Option<&Cursor>;
    /// Takes the next page in.
    fn append(&mut self, next: Self);
}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Grows for Page<T> {
    fn next(&self) -> Option<&Cursor> {
        self.next_cursor.as_ref()
    }
    fn append(&mut self, next: Self) {
        self.items.extend(next.items);
        self.next_cursor = next.next_cursor;
    }
}

/// A list, and how it grows. Cheap to copy.
pub struct Pages<T: Grows> {
    pub data: Resource<Answer<T>>,
    grow: Callback<Cursor>,
    pending: RwSignal<bool>,
    /// Why the next page could not be read.
    refused: RwSignal<Option<Problem>>,
}
impl<T: Grows> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Grows> Copy for Pages<T> {}

/// Reads as [`use_read`] does; as many pages as are shown when it reads them again. `read` reads the first page of a key, or
/// the one at a cursor.
pub fn use_pages<K, T, F>(
    key: impl Fn() -> K + Copy + Send + Sync + 'static,
    read: impl Fn(K, Option<Cursor>) -> F + Copy + Send + Sync + 'static,
) -> Pages<T>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Grows,
    F: Future<Output = Answer<T>> + Send + 'static,
{
    let here = use_here();
    // Of which key how many pages are shown.
    let shown = StoredValue::new((None::<K>, 1_u32));
    let count_of = move |key: &K| {
        shown.try_update_value(|shown| {
            if shown.0.as_ref() != Some(key) {
                *shown = (Some(key.clone()), 1);
            }
            shown.1
        })
    };
    let data = use_read(key, move |key: K| {
        let pages = count_of(&key).unwrap_or(1);
        async move {
            let mut list = read(key.clone(), None).await?;
            for _ in 1..pages {
                let Some(cursor) = list.next().cloned() else { break };
                list.append(read(key.clone(), Some(cursor)).await?);
            }
            Ok(list)
        }
    });
    let (pending, refused) = (RwSignal::new(false), RwSignal::new(None));
    let grow = Callback::new(move |cursor: Cursor| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let key = untrack(key);
        leptos::task::spawn_local(async move {
            let answer = read(key.clone(), Some(cursor.clone())).await;
            // The page may be gone by now; then there is nobody to show it to.
            let _ = pending.try_set(false);
            let _ = refused.try_set(answer.as_ref().err().cloned());
            match answer {
                Ok(next) => {
                    let grown = data.try_update(|list| match list {
                        Some(Ok(list)) if list.next() == Some(&cursor) => {
                            list.append(next);
                            true
                        }
                        // It was read again meanwhile: this page is not the next one any more.
                        _ => false,
                    });
                    if grown == Some(true) && count_of(&key).is_some() {
                        shown.try_update_value(|shown| shown.1 += 1);
                    }
                }
                Err(problem) => here.note(&problem),
            }
        });
    });
    Pages { data, grow, pending, refused }
}

/// The link to the next page: appends it, where it can.
#[component]
pub fn Next<T: Grows>(
    pages: Pages<T>,
    cursor: Cursor,
    /// The next page alone.
    #[prop(into)]
    href: String,
    text: &'static str,
) -> impl IntoView {
    let Pages { grow, pending, refused, .. } = pages;
    let on_click = move |event: MouseEvent| {
        // Whoever wants another tab gets it.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            grow.run(cursor.clone());
        }
    };
    view! {
        <a class="btn" rel="next" href=href aria-busy=move || pending.get().then_some("true") on:click=on_click>{text}</a>
        <p class="form-error" role="alert">{move || refused.get().map(|problem| problem.detail)}</p>
    }
}
