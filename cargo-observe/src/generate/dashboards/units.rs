//! Units of the catalogue as Grafana names them.

use crate::catalogue::{Kind, Metric};

pub(crate) const SECONDS: &str = "s";
pub(crate) const BYTES: &str = "bytes";
pub(crate) const RATIO: &str = "percentunit";
pub(crate) const COUNT: &str = "short";
pub(crate) const PER_SECOND: &str = "ops";
pub(crate) const REQUESTS: &str = "reqps";

/// The unit of a metric's values; of a counter, of its rate.
pub(crate) fn of(metric: &Metric) -> &'static str {
    match (metric.kind, metric.unit.as_str()) {
        // Seconds in a second: 1 is one CPU, or one worker, all the time.
        (Kind::Counter, "seconds") => COUNT,
        (Kind::Counter, "bytes") => "Bps",
        (Kind::Counter, _) => PER_SECOND,
        (_, "seconds") => SECONDS,
        (_, "bytes") => BYTES,
        (_, "ratio") => RATIO,
        (_, "celsius") => "celsius",
        (_, "volts") => "volt",
        (_, "amperes") => "amp",
        (_, "joules") => "joule",
        (_, "grams") => "massg",
        (_, "meters") => "lengthm",
        _ => COUNT,
    }
}

/// Whether its value is a point in time, in seconds since 1970.
pub(crate) fn is_time(metric: &Metric) -> bool {
    let name = &metric.bare_name;
    metric.kind == Kind::Gauge
        && (name.ends_with("_timestamp_seconds") || name.ends_with("_start_time_seconds") || name.ends_with("_created"))
}
