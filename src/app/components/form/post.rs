//! What a form posts to, what it sends, and what comes of its answers.

use super::super::here::{Accepted, use_here};
use crate::{
    api::{Answer, post},
    app::address::Query,
    domain::{FieldError, Problem},
};
use leptos::{prelude::*, server_fn::ServerFn, web_sys::SubmitEvent};
use serde::de::DeserializeOwned;

/// A server function that a form posts to, and its answers. Cheap to copy. It knows the function by its address only, so
/// that all with the same answer share their code.
pub struct Post<T: 'static> {
    pub(super) url: &'static str,
    pub(super) action: Action<String, Answer<T>>,
}

impl<T> Clone for Post<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Post<T> {}

impl<T: DeserializeOwned + Send + Sync + 'static> Post<T> {
    fn to(url: &'static str) -> Self {
        Self { url, action: Action::new(move |form: &String| post(url, form.clone())) }
    }
}

/// What a form holds, as it is sent.
#[derive(Clone, Debug)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// `None` where the form cannot be read.
    pub(super) fn read(event: &SubmitEvent) -> Option<Self> {
        Query::of_form(event).map(|query| Self(query.into_pairs()))
    }
    /// A field's text; blank when the form has no such field.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text)
    }
    pub fn of<const N: usize>(fields: [(&str, String); N]) -> Self {
        Self(fields.map(|(name, text)| (name.to_owned(), text)).into())
    }
    pub fn pairs(self) -> Vec<(String, String)> {
        self.0
    }
    /// All but a field.
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(field, _)| field != name);
        self
    }
    /// As it is sent.
    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

/// The check that the server will run.
pub type Check = Callback<Fields, Result<(), Vec<FieldError>>>;

/// A server function with the default encoding to post to; the page is not told of its answers.
pub fn use_post<S: ServerFn<Error = Problem>>() -> Post<S::Output>
where
    S::Output: DeserializeOwned + Send + Sync + 'static,
{
    Post::to(S::PATH)
}

/// As [`use_post`]; its accepted answers update the page: balance, toast with undo, and everything read with
/// [`use_read`](super::read::use_read).
pub fn use_command<S: ServerFn<Error = Problem>>() -> Post<S::Output>
where
    S::Output: Accepted + DeserializeOwned + Send + Sync + 'static,
{
    command(S::PATH)
}

fn command<T: Accepted + DeserializeOwned + Send + Sync + 'static>(url: &'static str) -> Post<T> {
    let here = use_here();
    let post = Post::<T>::to(url);
    on_answer(post, move |answer| match answer {
        Ok(accepted) => {
            here.reached();
            accepted.settle(here);
        }
        Err(problem) => here.note(problem),
    });
    post
}

/// Runs `then` after each answer, in the browser.
pub fn on_answer<T: Send + Sync>(post: Post<T>, then: impl Fn(&Answer<T>) + 'static) {
    let (version, value) = (post.action.version(), post.action.value());
    Effect::new(move |before: Option<usize>| {
        let now = version.get();
        if before.is_some_and(|before| before != now) {
            value.with_untracked(|answer| {
                if let Some(answer) = answer {
                    then(answer);
                }
            });
        }
        now
    });
}
