//! How the page calls the server: an ordinary `fetch` that also says which build the page belongs to, so
//! that a page older than the server is told so. Holds no rule.

use super::{Answer, JsonText};
use crate::domain::Problem;
use futures::{Sink, Stream, channel::oneshot, future::select};
use leptos::server_fn::{
    Bytes, ContentType, Decodes,
    client::{Client, browser::BrowserClient},
    error::{FromServerFnError, ServerFnErrorErr},
    request::{ClientReq, browser::BrowserRequest},
    response::{ClientRes, browser::BrowserResponse},
};
use leptos::{
    prelude::{request_animation_frame, set_timeout},
    web_sys::js_sys::Date,
};
use serde::de::DeserializeOwned;
use std::{cell::Cell, sync::OnceLock, time::Duration};

/// How long a request waits for what is shown ahead of it to be painted.
const LONGEST_PAINT: Duration = Duration::from_millis(100);

/// The request header that carries the page's build: the path its assets lie under.
pub const BUILD_HEADER: &str = "x-outlay-build";

static BUILD: OnceLock<String> = OnceLock::new();

/// Notes the build of this page. In the browser only, once.
pub fn set_build(assets: &str) {
    // A second call could only bring the same value: a page has one build.
    let _ = BUILD.set(assets.to_owned());
}

/// The client of every server function: `#[server(client = crate::api::Browser, …)]`.
pub struct Browser;

impl<E, I, O> Client<E, I, O> for Browser
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(req: Self::Request) -> impl Future<Output = Result<Self::Response, E>> + Send {
        if let Some(build) = BUILD.get() {
            req.headers().set(BUILD_HEADER, build);
        }
        <BrowserClient as Client<E, I, O>>::send(req)
    }

    fn open_websocket(
        url: &str,
    ) -> impl Future<
        Output = Result<(impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static), E>,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(url)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}

/// Posts a form to a server function as the browser would: `form` is its fields, URL-encoded. In the browser only. Forms are
/// sent in the order in which this was called, each after the answer to the one before, on which it may rest.
pub async fn post<T: DeserializeOwned>(path: &str, form: String) -> Answer<T> {
    let _turn = Turn::wait().await;
    shown().await;
    let body = answered(path, form).await?;
    JsonText::decode(body).map_err(|e| ServerFnErrorErr::Deserialization(e.to_string()).into())
}

thread_local! {
    /// When the form whose turn it is was sent.
    static SENT: Cell<Option<f64>> = const { Cell::new(None) };
    /// The end of the last turn there will be.
    static LAST: Cell<Option<oneshot::Receiver<()>>> = const { Cell::new(None) };
}

/// Since when a form is on its way, in milliseconds of Unix time; `None` when none is.
pub fn sent_since() -> Option<f64> {
    SENT.get()
}

/// The turn of a form, until it is dropped; the next one waits for its end.
struct Turn(#[expect(dead_code, reason = "it is there to be dropped")] oneshot::Sender<()>);

impl Turn {
    async fn wait() -> Self {
        let (turn, end) = oneshot::channel();
        if let Some(before) = LAST.replace(Some(end)) {
            // It ends with the sender.
            let _ = before.await;
        }
        SENT.set(Some(Date::now()));
        Self(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        SENT.set(None);
    }
}

/// Runs `then` once what has changed is on screen: after the next frame, and after whoever waits for that, too.
pub fn after_paint(then: impl FnOnce() + 'static) {
    request_animation_frame(move || set_timeout(move || set_timeout(then, Duration::ZERO), Duration::ZERO));
}

/// What the page shows ahead of the answer is painted before the request takes its time; a page that is not looked at paints
/// nothing, so this does not wait for long.
async fn shown() {
    let (painted, on_paint) = oneshot::channel::<()>();
    let (late, on_time) = oneshot::channel::<()>();
    after_paint(move || drop(painted));
    set_timeout(move || drop(late), LONGEST_PAINT);
    // They end with their senders.
    select(on_paint, on_time).await;
}

async fn answered(path: &str, form: String) -> Answer<Bytes> {
    type Response = <Browser as Client<Problem>>::Response;
    const FORM: &str = "application/x-www-form-urlencoded";
    let request = <BrowserRequest as ClientReq<Problem>>::try_new_post(path, FORM, JsonText::CONTENT_TYPE, form)?;
    let response: Response = <Browser as Client<Problem>>::send(request).await?;
    let refused = ClientRes::<Problem>::status(&response) >= 400;
    let body = ClientRes::<Problem>::try_into_bytes(response).await?;
    if refused { Err(Problem::de(body)) } else { Ok(body) }
}
