//! The `#[traced]` half of a function: its span.

mod attr;
pub(crate) mod expand;
mod field;

pub(crate) use attr::Traced;
pub(crate) use field::{Field, Form};
