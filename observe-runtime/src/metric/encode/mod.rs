//! The text formats of an exposition: one encoder that keeps what it can from scrape to scrape, and
//! what is particular to each format.

mod format;
mod lines;
mod number;
mod open_metrics;
mod prefixes;
mod syntax;
#[cfg(test)]
mod tests;
mod text;

pub use format::Format;

pub(super) use lines::{Kept, Lines};
pub(super) use open_metrics::OpenMetrics;
pub(super) use syntax::Syntax;
pub(super) use text::Text;

/// The content type of [`crate::exposition`].
pub const CONTENT_TYPE: &str = Format::Text.content_type();
