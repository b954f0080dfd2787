//! What the tests share: a subscriber that knows what is to come, and futures that can be counted on.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tracing::Metadata;
use tracing_mock::event::ExpectedEvent;
use tracing_mock::expect;
use tracing_mock::field::{ExpectedField, ExpectedFields};
use tracing_mock::span::{ExpectedSpan, NewSpan};
use tracing_mock::subscriber::{self, MockSubscriber};

/// Functions as they are written, each in both forms of the attribute: in the module `private` as it
/// stands there, in the module `unchecked` with all of its arguments.
macro_rules! in_both_forms {
    ($(#[traced $(($($option:tt)*))?] $item:item)*) => {
        mod private {
            use super::*;
            $(#[traced($($($option)*)?)] $item)*
        }
        mod unchecked {
            use super::*;
            $(#[traced(args = all, unchecked = "nobody's data", $($($option)*)?)] $item)*
        }
    };
}
pub(crate) use in_both_forms;

/// A span of this name.
pub(crate) fn span(name: &str) -> ExpectedSpan {
    expect::span().named(name.to_owned())
}

/// A new span with these fields and none besides, but for the one that observe always sets.
pub(crate) fn new_span(name: &str, fields: impl IntoIterator<Item = ExpectedField>) -> NewSpan {
    let own = ExpectedFields::from(expect::field("otel.kind").with_value(&"internal"));
    span(name).with_fields(fields.into_iter().fold(own, ExpectedFields::and).only())
}

/// A field whose text is this.
pub(crate) fn text(name: &str, text: &str) -> ExpectedField {
    expect::field(name).with_value(&tracing::field::display(text))
}

/// The span is made, entered once, left and closed.
pub(crate) fn once(name: &str) -> MockSubscriber<impl Fn(&Metadata<'_>) -> bool + 'static> {
    once_as(name, span(name))
}

/// The same, of a span that is made as `new` says.
pub(crate) fn once_as(name: &str, new: impl Into<NewSpan>) -> MockSubscriber<impl Fn(&Metadata<'_>) -> bool + 'static> {
    subscriber::mock().new_span(new).enter(span(name)).exit(span(name)).drop_span(span(name))
}

/// Runs under a subscriber that expects this, in this order, and nothing else.
#[track_caller]
pub(crate) fn expect_only<R>(
    expected: MockSubscriber<impl Fn(&Metadata<'_>) -> bool + Send + Sync + 'static>,
    run: impl FnOnce() -> R,
) -> R {
    let (subscriber, handle) = expected.only().run_with_handle();
    let returned = tracing::subscriber::with_default(subscriber, run);
    handle.assert_finished();
    returned
}

/// Polls until the future is ready.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// Waits for one poll.
pub(crate) fn one_wait() -> impl Future<Output = ()> {
    struct Waits(bool);

    impl Future for Waits {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            if std::mem::take(&mut self.0) { Poll::Pending } else { Poll::Ready(()) }
        }
    }

    Waits(true)
}

/// The span is made and entered, this is said inside of it, and it is left and closed.
pub(crate) fn with_event(name: &str, event: ExpectedEvent) -> MockSubscriber<impl Fn(&Metadata<'_>) -> bool + 'static> {
    subscriber::mock().new_span(span(name)).enter(span(name)).event(event).exit(span(name)).drop_span(span(name))
}
