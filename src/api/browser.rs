//! How the page calls the server: an ordinary `fetch` that also says which build the page belongs to, so
//! that a page older than the server is told so. Holds no rule and reads no answer.

use futures::{Sink, Stream};
use leptos::server_fn::{
    Bytes,
    client::{Client, browser::BrowserClient},
    error::FromServerFnError,
    request::browser::BrowserRequest,
    response::browser::BrowserResponse,
};
use std::sync::OnceLock;

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
