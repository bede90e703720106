//! How a page reads: on the server while it renders, and in the browser again after each accepted command.

use super::{empty::Refused, here::use_here};
use crate::api::Answer;
use crate::app::effect::effect;
use leptos::{prelude::*, reactive::computed::ScopedFuture};
use serde::{Serialize, de::DeserializeOwned};

/// Reads by a server function; again when `key` changes and after each accepted command.
pub fn use_read<K, T, F>(
    key: impl Fn() -> K + Send + Sync + 'static,
    read: impl Fn(K) -> F + Send + Sync + 'static,
) -> Resource<Answer<T>>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Answer<T>> + Send + 'static,
{
    let here = use_here();
    let data = Resource::new(move || (here.changed.get(), key()), move |(_, key)| read(key));
    effect(move || {
        data.with(|answer| match answer {
            Some(Ok(_)) => here.reached(),
            Some(Err(problem)) => here.note(problem),
            None => {}
        });
    });
    data
}

/// Shows what was read, or why it could not be. What is shown stays while it is read again.
#[component]
pub fn Loaded<T, V>(data: Resource<Answer<T>>, view: impl Fn(T) -> V + Clone + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let shown = move || {
        let view = view.clone();
        Suspend::new(async move {
            match data.await {
                Ok(value) => view(value).into_any(),
                Err(problem) => view! { <Refused problem/> }.into_any(),
            }
        })
    };
    view! {
        <div class="loaded">
            <Transition fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{shown}</Transition>
        </div>
    }
}

/// As [`Loaded`], for what changes often: `view` is shown once, and `into` gets what is read, each time.
#[component]
pub fn Followed<T, V>(
    data: Resource<Answer<T>>,
    #[prop(into)] into: Callback<T>,
    view: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let failed = RwSignal::new(false);
    Effect::new(move |before: Option<()>| {
        data.with(|answer| match answer {
            // The first answer is the view's.
            Some(Ok(value)) if before.is_some() => {
                into.run(value.clone());
                failed.maybe_update(std::mem::take);
            }
            Some(Err(_)) => failed.maybe_update(|failed| !std::mem::replace(failed, true)),
            _ => {}
        });
    });
    let shown = move || {
        failed.track();
        let (view, answer) = (view.clone(), ScopedFuture::new_untracked(data.into_future()));
        Suspend::new(async move {
            match answer.await {
                Ok(value) => {
                    into.run(value);
                    view().into_any()
                }
                Err(problem) => view! { <Refused problem/> }.into_any(),
            }
        })
    };
    view! {
        <div class="loaded">
            <Transition fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{shown}</Transition>
        </div>
    }
}
