//! The `#[traced]` half of a function: its span.

mod attr;
pub(crate) mod expand;
mod field;
mod opening;

pub(crate) use attr::{Code, Traced};
pub(crate) use field::{Field, Form};
pub(crate) use opening::Opening;
