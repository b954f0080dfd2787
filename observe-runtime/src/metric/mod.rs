//! Metrics: labels with known values, meters of annotated functions, and their exposition.

mod exemplar;
mod exposition;
#[cfg(feature = "prometheus")]
mod foreign;
pub mod label;
pub mod ladder;
mod meter;
mod model;
mod process;
mod registry;
mod scrape;
mod series;
mod table;

pub use exposition::CONTENT_TYPE;
pub use label::{Label, LabelInfo};
pub use meter::{Meter, MeterCall, MeterDefinition};
pub use registry::{DECLARATIONS, DeclaredMetric};
pub use scrape::{exposition, exposition_into};

#[cfg(feature = "prometheus")]
pub(crate) use foreign::{Foreign, ForeignFamily, MergeFailures, Show, is_gathering};
#[cfg(any(feature = "axum", feature = "otlp", feature = "prometheus"))]
pub(crate) use model::HistogramValue;
#[cfg(feature = "prometheus")]
pub(crate) use model::Labels;
#[cfg(any(feature = "otlp", feature = "prometheus"))]
pub(crate) use model::SummaryValue;
pub(crate) use model::{Descriptor, Encoder, Exemplar, FamilyType, Number, Series, Source};
pub(crate) use process::Identity;
#[cfg(any(feature = "otlp", feature = "prometheus"))]
pub(crate) use registry::Reading;
pub(crate) use registry::registry;

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Whether metrics count at all.
static ENABLED: AtomicBool = AtomicBool::new(true);

/// Switches the counting of metrics off, or on again, for the whole process.
///
/// What was counted stays and is exposed as it was; a call that began before is still ended, so that
/// the number of calls under way stays true. Spans are not concerned.
///
/// ```
/// observe::set_metrics_enabled(false);
/// // nothing is counted here
/// observe::set_metrics_enabled(true);
/// ```
pub fn set_metrics_enabled(enabled: bool) {
    ENABLED.store(enabled, SeqCst);
    if !enabled {
        registry().close();
    }
}
