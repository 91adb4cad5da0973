//! Waiting with an end: for a timer, an abort signal, or a promise that may never settle.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::platform::{start_timer, stop_timer};

/// Work of some kind, boxed: the code that drives it is compiled once, not once for each kind.
pub(super) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A wait that cleans up when it is dropped.
pub(super) struct Wait {
    future: JsFuture,
    resolve: Function,
    source: Source,
}

enum Source {
    Timer(JsValue),
    Signal(AbortSignal),
}

impl Wait {
    fn new(source: impl FnOnce(&Function) -> Source) -> Self {
        let mut resolver = None;
        let promise = Promise::new(&mut |resolve, _| resolver = Some(resolve));
        let resolve: Function = resolver.unwrap_or_default();
        let source = source(&resolve);
        Self { future: JsFuture::from(promise), resolve, source }
    }

    /// Ends after this many ms.
    pub(super) fn sleep(ms: u64) -> Self {
        Self::new(|resolve| Source::Timer(start_timer(resolve, ms)))
    }

    /// Ends when the signal is aborted; at once if it is already.
    pub(super) fn aborted(signal: AbortSignal) -> Self {
        Self::new(|resolve| {
            let _ = signal.add_event_listener_with_callback("abort", resolve);
            if signal.aborted() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
            Source::Signal(signal)
        })
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.future).poll(cx).map(drop)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        match &self.source {
            Source::Timer(id) => stop_timer(id),
            Source::Signal(signal) => {
                let _ = signal.remove_event_listener_with_callback("abort", &self.resolve);
            }
        }
        // The future's callbacks are freed only once its promise settles.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
    }
}

/// The output of `work`, or `None` if `end` came first.
pub(super) async fn within<T>(mut work: Work<'_, T>, mut end: Wait) -> Option<T> {
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Pin::new(&mut end).poll(cx).map(|()| None),
    })
    .await
}
