//! The `#[traced]` half of a function: its span.

mod args;
mod attr;
mod ending;
pub(crate) mod event;
pub(crate) mod expand;
mod field;
mod level;
mod opening;
mod records;

pub(crate) use attr::{Code, Traced};
pub(crate) use field::{Field, Form, parse_fields};
pub(crate) use opening::Opening;
