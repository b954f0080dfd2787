//! Metrics: labels with known values, meters of annotated functions, declared metrics, and their exposition.

mod basis;
pub mod calls;
mod declarations;
mod declared;
mod encode;
mod exemplar;
#[cfg(feature = "prometheus")]
mod foreign;
pub mod label;
pub mod ladder;
mod meter;
mod meter_definition;
mod metered_call;
mod model;
mod pages;
mod process;
mod registry;
mod scrape;
mod series;
mod table;

pub use calls::{Calls, StartedCall};
pub use declarations::DeclaredMetric;
pub use declared::{
    Counter, CounterCore, CounterSeries, CounterValue, Gauge, GaugeCore, GaugeSeries, Histogram, HistogramCore,
    HistogramSeries, Info, InfoCore, MetricDefinition, Summary, SummaryCore, SummarySeries, factors,
};
pub use encode::{CONTENT_TYPE, Format};
pub(crate) use label::LabelInfo;
#[cfg(feature = "tower")]
pub(crate) use label::Values;
pub use label::{Capped, HttpMethod, HttpStatus, HttpStatusClass, Label, LabelSet, NamedLabels};
pub(crate) use ladder::AI_LADDER;
pub use meter::Meter;
pub use meter_definition::{Choice, MeterDefinition, Objective};
pub use metered_call::MeterCall;
pub use scrape::{exposition, exposition_as, exposition_into};

#[cfg(feature = "tower")]
pub(crate) use exemplar::Exemplars;
#[cfg(feature = "prometheus")]
pub(crate) use foreign::{Foreign, ForeignFamily, MergeFailures, Show, is_gathering};
#[allow(unused_imports, reason = "for formats, which are features")]
pub(crate) use model::FamilyType;
#[cfg(any(feature = "tower", feature = "otlp", feature = "prometheus", feature = "dev-page"))]
pub(crate) use model::HistogramValue;
#[cfg(any(feature = "tower", feature = "prometheus"))]
pub(crate) use model::Labels;
#[cfg(any(feature = "otlp", feature = "prometheus", feature = "dev-page"))]
pub(crate) use model::SummaryValue;
pub(crate) use model::{Descriptor, Encoder, Exemplar, Number, Series, Source};
#[cfg(any(feature = "tower", feature = "otlp"))]
pub(crate) use model::{SemanticAttribute, SemanticNames};
pub(crate) use process::Identity;
pub(crate) use registry::BUILT_IN;
#[cfg(any(feature = "otlp", feature = "prometheus", feature = "dev-page"))]
pub(crate) use registry::Reading;
pub(crate) use registry::registry;
#[cfg(feature = "tower")]
pub(crate) use table::Table;

use std::sync::atomic::AtomicBool;

/// Whether metrics count at all.
static ENABLED: AtomicBool = AtomicBool::new(true);

/// Whether metrics count now.
#[cfg(any(feature = "health", feature = "tower"))]
pub(crate) fn is_enabled() -> bool {
    ENABLED.load(std::sync::atomic::Ordering::Relaxed)
}

/// Switches the counting of metrics off, or on again, for the whole process.
///
/// What was counted stays and is exposed as it was; a call that began before is still ended, so that
/// the number of calls under way stays true. A [`Gauge`] stays true too: it is still set, and only the
/// functions that say its number are not called. Spans are not concerned.
///
/// ```
/// observe::set_metrics_enabled(false);
/// // nothing is counted here
/// observe::set_metrics_enabled(true);
/// ```
pub fn set_metrics_enabled(enabled: bool) {
    pages::switch(&ENABLED, enabled, || registry().close());
}
