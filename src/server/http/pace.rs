//! Cuts connections that keep the server waiting (S53): slow to say what they want, idle for too long,
//! or slow to take what they asked for.

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// How long a connection may take for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From the first byte of a request to the end of its headers.
    pub head: Duration,
    /// Between requests.
    pub idle: Duration,
    /// Without the peer taking a byte of an answer.
    pub stall: Duration,
}

#[derive(Debug)]
struct State {
    /// Requests being answered.
    serving: usize,
    /// Since when nothing is being answered.
    quiet_since: Instant,
    /// Since when the head of a request is arriving.
    head_since: Option<Instant>,
    stalled_since: Option<Instant>,
    /// HTTP/2 mixes heads with other frames; only its idleness is watched.
    multiplexed: bool,
}

/// What is known of one connection; shared by its socket, its requests and its watcher.
#[derive(Clone, Debug)]
pub struct Pace(Arc<Mutex<State>>);

impl Pace {
    pub fn new() -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(State {
            serving: 0,
            quiet_since: now,
            head_since: Some(now),
            stalled_since: None,
            multiplexed: false,
        })))
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A request's head has arrived. The guard is kept until its answer is written.
    pub fn begin(&self, multiplexed: bool) -> Serving {
        self.with(|state| {
            state.serving += 1;
            state.head_since = None;
            state.multiplexed = multiplexed;
        });
        Serving(self.clone())
    }

    fn is_over(&self, patience: Patience) -> bool {
        self.with(|state| {
            let over = |since: Option<Instant>, limit: Duration| since.is_some_and(|since| since.elapsed() > limit);
            over(state.head_since, patience.head)
                || over(state.stalled_since, patience.stall)
                || (state.serving == 0 && state.head_since.is_none() && over(Some(state.quiet_since), patience.idle))
        })
    }

    /// Resolves when the connection has used up its patience.
    pub async fn watch(&self, patience: Patience) {
        let step =
            (patience.head.min(patience.idle).min(patience.stall) / 4).clamp(Duration::from_millis(50), Duration::from_secs(1));
        let mut ticks = tokio::time::interval(step);
        while !self.is_over(patience) {
            ticks.tick().await;
        }
    }
}

/// While it lives, a request is being answered.
pub struct Serving(Pace);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.with(|state| {
            state.serving = state.serving.saturating_sub(1);
            state.quiet_since = Instant::now();
        });
    }
}

/// A body that holds the guard of its request.
pub struct Guarded {
    body: Body,
    _serving: Serving,
}

impl Guarded {
    pub fn new(body: Body, serving: Serving) -> Self {
        Self { body, _serving: serving }
    }
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A socket that tells its [`Pace`] what happens.
pub struct Paced<S> {
    pub socket: S,
    pub pace: Pace,
}

impl<S: Read + Unpin> Read for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.socket).poll_read(cx, buf);
        if matches!(polled, Poll::Ready(Ok(()))) {
            self.pace.with(|state| {
                if state.serving == 0 && !state.multiplexed {
                    state.head_since.get_or_insert_with(Instant::now);
                }
            });
        }
        polled
    }
}

impl<S> Paced<S> {
    fn note<T>(&self, polled: Poll<T>) -> Poll<T> {
        self.pace.with(|state| match polled {
            Poll::Pending => {
                state.stalled_since.get_or_insert_with(Instant::now);
            }
            Poll::Ready(_) => state.stalled_since = None,
        });
        polled
    }
}

impl<S: Write + Unpin> Write for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write(cx, buf);
        self.note(polled)
    }
    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write_vectored(cx, bufs);
        self.note(polled)
    }
    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.socket).poll_flush(cx);
        self.note(polled)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.socket).poll_shutdown(cx);
        self.note(polled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s53_each_kind_of_waiting_has_its_limit() {
        let short = Duration::from_millis(1);
        let long = Duration::from_secs(60);
        let all_long = Patience { head: long, idle: long, stall: long };
        let pace = Pace::new();
        std::thread::sleep(Duration::from_millis(5));
        assert!(pace.is_over(Patience { head: short, ..all_long }), "a new connection must speak");
        let serving = pace.begin(false);
        assert!(!pace.is_over(Patience { head: short, idle: short, stall: long }), "an answer may take its time");
        drop(serving);
        std::thread::sleep(Duration::from_millis(5));
        assert!(!pace.is_over(Patience { head: short, ..all_long }), "an idle connection sends no head");
        assert!(pace.is_over(Patience { idle: short, ..all_long }));
        pace.with(|state| state.stalled_since = Some(Instant::now() - Duration::from_secs(1)));
        assert!(pace.is_over(Patience { stall: short, ..all_long }));
    }
}
