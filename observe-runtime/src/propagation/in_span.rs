//! The current span on other threads: for futures that are spawned, and for closures.

use crate::span::{OpenSpan, Recorder, recorder_of};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tracing::span::Entered;
use tracing::{Span, dispatcher};

/// A future that runs in the span that is current now, wherever it is polled: with its trace and its baggage.
///
/// The span is not kept open by it, and ends when it would have ended. What runs in the future has a place in the trace
/// all the same; what it says about [`current_span`](crate::current_span) is not recorded. (Of another's subscriber it
/// holds the span that is current, as `tracing`'s `Instrument` does.)
///
/// ```
/// use observe::{in_current_span, testing, traced};
///
/// #[traced]
/// async fn fetch() {}
///
/// #[traced]
/// fn begin() -> impl Future<Output = ()> {
///     in_current_span(fetch())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = testing::capture();
/// tokio::task::LocalSet::new().run_until(async { tokio::task::spawn_local(begin()).await }).await.unwrap();
/// let (begin, fetch) = (capture.span("begin"), capture.span("fetch"));
/// assert_eq!(fetch.parent_id, Some(begin.span_id));
/// # }
/// ```
pub fn in_current_span<F: Future>(future: F) -> InSpan<F> {
    InSpan { future: Some(future), place: Place::current() }
}

/// A closure that runs in the span that is current now, on whichever thread: for `std::thread::spawn`,
/// `tokio::task::spawn_blocking`, `rayon::spawn`. As [`in_current_span`], it doesn't keep the span open.
///
/// ```
/// use observe::{in_current_span_fn, traced};
///
/// #[traced]
/// fn search() -> usize {
///     let work = std::thread::spawn(in_current_span_fn(|| "in the trace".len()));
///     work.join().unwrap_or_default()
/// }
/// # assert_eq!(search(), 12);
/// ```
pub fn in_current_span_fn<R>(run: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let place = Place::current();
    move || {
        let _entered = place.enter();
        run()
    }
}

/// Spawns a task of tokio in the span that is current now: [`in_current_span`] in `tokio::spawn`.
///
/// # Panics
///
/// Outside of a runtime of tokio, as `tokio::spawn` does.
///
/// ```
/// use observe::traced;
///
/// #[traced]
/// async fn notify() {}
///
/// #[traced]
/// async fn answer() -> &'static str {
///     observe::spawn(notify());
///     "done"
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { assert_eq!(answer().await, "done"); }
/// ```
#[cfg(feature = "tokio")]
#[track_caller]
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(in_current_span(future))
}

pin_project! {
    /// See [`in_current_span`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct InSpan<F> {
        // Taken out by nothing but the drop, which is in the span too.
        #[pin]
        future: Option<F>,
        place: Place,
    }

    impl<F> PinnedDrop for InSpan<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _entered = this.place.enter();
            this.future.set(None);
        }
    }
}

impl<F: Future> Future for InSpan<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.place.enter();
        match this.future.as_pin_mut() {
            Some(future) => future.poll(cx),
            None => Poll::Pending,
        }
    }
}

/// A place in a trace.
#[derive(Debug)]
enum Place {
    Nowhere,
    /// With our own recorder: what stands for the span, which may have ended.
    Recorded(StandIn),
    /// A span of another subscriber.
    Foreign(Span),
}

/// The one handle of what stands for a span.
#[derive(Debug)]
struct StandIn(OpenSpan);

impl Drop for StandIn {
    fn drop(&mut self) {
        self.0.drop_handle();
    }
}

impl Place {
    fn current() -> Self {
        if let Some(recorder) = dispatcher::get_default(recorder_of) {
            return Recorder::stand_in(recorder).map_or(Self::Nowhere, |span| Self::Recorded(StandIn(span)));
        }
        let span = Span::current();
        if span.is_none() { Self::Nowhere } else { Self::Foreign(span) }
    }

    fn enter(&self) -> Inside<'_> {
        match self {
            Self::Nowhere => Inside::Nowhere,
            Self::Recorded(StandIn(span)) => {
                span.enter();
                Inside::Recorded(*span)
            }
            Self::Foreign(span) => Inside::Foreign { _entered: span.enter() },
        }
    }
}

/// The thread is in the place until this is dropped.
enum Inside<'a> {
    Nowhere,
    Recorded(OpenSpan),
    Foreign { _entered: Entered<'a> },
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if let Self::Recorded(span) = self {
            span.exit();
        }
    }
}
