//! The types of families, and the names that their samples may have.

use super::Format;

/// What TYPE says of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
    GaugeHistogram,
    Summary,
    Info,
    StateSet,
    Unknown,
}

impl Kind {
    /// The type that a TYPE line names.
    pub(super) fn named(word: &str, format: Format) -> Option<Self> {
        match (format, word) {
            (_, "counter") => Some(Self::Counter),
            (_, "gauge") => Some(Self::Gauge),
            (_, "histogram") => Some(Self::Histogram),
            (_, "summary") => Some(Self::Summary),
            (Format::OpenMetrics, "gaugehistogram") => Some(Self::GaugeHistogram),
            (Format::OpenMetrics, "info") => Some(Self::Info),
            (Format::OpenMetrics, "stateset") => Some(Self::StateSet),
            (Format::OpenMetrics, "unknown") | (Format::Prometheus, "untyped") => Some(Self::Unknown),
            _ => None,
        }
    }

    /// What the names of samples have after the name of their family.
    pub(super) fn suffixes(self, format: Format) -> &'static [&'static str] {
        match (self, format) {
            (Self::Counter, Format::OpenMetrics) => &["_total", "_created"],
            (Self::Histogram, Format::OpenMetrics) => &["_bucket", "_sum", "_count", "_created"],
            (Self::Summary, Format::OpenMetrics) => &["", "_sum", "_count", "_created"],
            (Self::Histogram, Format::Prometheus) => &["_bucket", "_sum", "_count"],
            (Self::Summary, Format::Prometheus) => &["", "_sum", "_count"],
            (Self::GaugeHistogram, _) => &["_bucket", "_gsum", "_gcount"],
            (Self::Info, _) => &["_info"],
            (Self::Counter | Self::Gauge | Self::StateSet | Self::Unknown, _) => &[""],
        }
    }

    /// Whether a sample of this suffix may have an exemplar.
    pub(super) fn has_exemplars(self, suffix: &str) -> bool {
        match self {
            Self::Counter => suffix == "_total",
            Self::Histogram | Self::GaugeHistogram => suffix == "_bucket",
            _ => false,
        }
    }
}
