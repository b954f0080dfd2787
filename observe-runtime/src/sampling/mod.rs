//! Which traces are kept: the decision at their start, which the sampler makes and a tracestate passes
//! on, and the late one, when a trace has failed or was slow.

#![allow(dead_code, unused_imports, reason = "the recorder that asks for these decisions is not there yet")]

mod judge;
mod sampler;
mod threshold;
mod trace_state;

pub(crate) use judge::{COUNTS, Counts, Finished, Judge, JudgeSettings, Verdict};
pub(crate) use sampler::{Decision, ParentDecision, Sampler};
pub(crate) use threshold::{Randomness, Threshold};
pub(crate) use trace_state::TraceState;
