//! The work that everybody annotates: as little as a function can do, and not nothing.

use std::fmt;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// The text argument of every call.
pub(super) const KIND: &str = "question";

/// The error that the work can end with, and never does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rejected;

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id is reserved")
    }
}

impl std::error::Error for Rejected {}

/// The body of every function under test.
#[inline]
pub(super) fn step(id: u64, kind: &str) -> Result<u64, Rejected> {
    let id = black_box(id);
    if id == u64::MAX { Err(Rejected) } else { Ok(id.wrapping_mul(31).wrapping_add(kind.len() as u64)) }
}

/// Is pending for so many polls.
pub(super) struct Pause(pub(super) u64);

impl Future for Pause {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        Poll::Pending
    }
}

/// Polls a future until it is ready, on a runtime that costs nothing.
#[inline]
pub(super) fn drive<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
