//! The `#[metered]` half of a function: calls, how long they took, how many are under way.

mod attr;
pub(crate) mod expand;
mod labels;

pub(crate) use attr::Metered;
pub(crate) use labels::Label;
