//! The `#[traced]` half of a function: its span.

mod args;
mod attr;
mod ending;
pub(crate) mod event;
pub(crate) mod expand;
mod field;
mod level;

pub(crate) use attr::Traced;
pub(crate) use field::{Field, Form};
