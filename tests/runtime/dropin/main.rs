//! `#[traced]` in the place of `#[tracing::instrument]`, as another subscriber sees it: what that
//! attribute promises, ours keeps in both of its forms, the private one and the unchecked one.
//!
//! The list of behaviours is that of the tests of `tracing-attributes`; a file here is one of theirs.
//! `docs/guide/from-tracing.md` says where ours differs, and why.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![allow(
    clippy::allow_attributes_without_reason,
    clippy::drop_non_drop,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "the functions are as odd as users' functions are"
)]

mod support;

mod async_fn;
mod destructuring;
mod err;
mod fastrace;
mod fields;
mod instrument;
mod levels;
mod names;
mod openings;
mod parents;
mod ret;
mod spellings;
mod targets;
