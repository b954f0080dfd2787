//! The `#[metered]` half of a function: calls, how long they took, how many are under way.

mod attr;
pub(crate) mod constants;
pub(crate) mod expand;
mod into;
mod labels;
mod objective;
mod record;

pub(crate) use attr::{Choice, ERROR_LABEL, Metered};
pub(crate) use labels::Label;
pub(crate) use objective::Objective;
