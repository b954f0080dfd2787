//! Metrics: labels with known values, meters of annotated functions, and their exposition.

mod exposition;
pub mod label;
mod meter;
mod process;
mod registry;
mod table;

pub use exposition::CONTENT_TYPE;
pub use label::Label;
pub use meter::{Meter, MeterDefinition};

pub(crate) use meter::MeterCall;
pub(crate) use process::Identity;
pub(crate) use registry::registry;
#[cfg(feature = "axum")]
pub(crate) use {exposition::Encoder, exposition::FamilyType, exposition::bound_texts, registry::Collect};

/// All metrics of this process, in the Prometheus text format 0.0.4.
///
/// Serve it with the content type [`CONTENT_TYPE`]. Families are in the order of their names.
///
/// ```
/// assert!(observe::exposition().contains("# TYPE observe_spans_lost_total counter"));
/// ```
#[must_use]
pub fn exposition() -> String {
    registry().exposition()
}
