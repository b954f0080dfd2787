//! All that can be asked, a table a section.

mod beside;
mod clocks;
pub mod http;
pub mod load;
pub mod metrics;
pub mod page;
pub mod processes;
pub mod redaction;
pub mod service;
pub mod spans;
mod telemetry;
mod work;

use crate::subject::Entry;

/// Every subject of every section, in the order of the tables.
#[must_use]
pub fn all() -> Vec<Entry> {
    [spans::ENTRIES, metrics::ENTRIES, redaction::ENTRIES, http::ENTRIES, load::ENTRIES].concat()
}
