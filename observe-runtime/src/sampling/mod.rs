//! Which traces are kept: the decision at their start, which the sampler makes and a tracestate passes
//! on, and the late one, when a trace has failed or was slow.

mod judge;
mod sampler;
mod threshold;
mod trace_state;

pub(crate) use judge::{COUNTS, Finished, Judge, JudgeSettings, Verdict};
pub(crate) use sampler::{ParentDecision, Sampler};
pub(crate) use threshold::{Randomness, Threshold};
pub(crate) use trace_state::TraceState;

use std::time::Duration;

/// What decides which traces are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sampling {
    pub(crate) sampler: Sampler,
    /// What is kept of failed and slow traces that the sampler does not keep.
    pub(crate) keep: Keep,
    /// A local root that takes longer is slow; `None` where none is.
    pub(crate) slow: Option<Duration>,
}

impl Sampling {
    /// Keeps everything.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) const ALL: Self = Self { sampler: Sampler::new(Threshold::ZERO), keep: Keep::None, slow: None };
}

/// What is kept of a trace that the sampler does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// All of it, where a span failed or the local root was slow.
    Trace,
    /// A span that failed and its ancestors, without fields.
    Path,
    /// Nothing.
    None,
}
