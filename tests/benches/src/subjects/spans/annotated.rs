//! The work, as users of one library annotate it, and the ways to call it.

use crate::subjects::work::{KIND, Rejected, drive};
use std::hint::black_box;

pub(super) type Worked = Result<u64, Rejected>;

/// `fn work(id: u64, kind: &str)`, annotated. Each function is never inlined, as it would be under
/// its own name.
pub(super) trait Annotated: 'static {
    /// A span without fields, and so many calls inside.
    fn root(children: u64, call: impl Fn(u64));

    /// Without fields.
    fn plain(id: u64, kind: &'static str) -> Worked;

    /// With both arguments as fields.
    fn fields(id: u64, kind: &'static str) -> Worked;

    /// With both arguments as fields, and ready after this many polls that were not.
    fn waiting(id: u64, kind: &'static str, polls: u64) -> impl Future<Output = Worked>;
}

#[inline]
pub(super) fn plain<A: Annotated>(id: u64) {
    let _ = black_box(A::plain(black_box(id), black_box(KIND)));
}

#[inline]
pub(super) fn fields<A: Annotated>(id: u64) {
    let _ = black_box(A::fields(black_box(id), black_box(KIND)));
}

#[inline]
pub(super) fn ready<A: Annotated>(id: u64) {
    waiting::<A>(id, 0);
}

#[inline]
pub(super) fn pending<A: Annotated>(id: u64) {
    waiting::<A>(id, 1);
}

/// Polls after the first of [`polls`]: one could not be told from the clock's noise.
pub const FURTHER_POLLS: u64 = 16;

#[inline]
pub(super) fn polls<A: Annotated>(id: u64) {
    waiting::<A>(id, FURTHER_POLLS);
}

#[inline]
fn waiting<A: Annotated>(id: u64, polls: u64) {
    let _ = black_box(drive(A::waiting(black_box(id), black_box(KIND), black_box(polls))));
}
