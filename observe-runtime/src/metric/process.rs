//! Metrics about the process and about telemetry itself.

use super::declared::refused;
use super::model::{Descriptor, Encoder, FamilyType, Labels, Number, Series, Source};
use super::registry::registry;
use super::scrape::kept_bytes;
use crate::count::Count;
use crate::export::counters;
#[cfg(feature = "metrics-endpoint")]
use crate::metrics_endpoint::REFUSED;
use crate::propagation::dropped_baggage;
use crate::redact;
use crate::sampling::COUNTS;

/// `<namespace>_up` and `<namespace>_info`: who is speaking.
///
/// Without a namespace the word is `service`: `up` alone is what Prometheus writes itself.
pub(crate) struct Identity {
    pub(crate) has_namespace: bool,
    pub(crate) version: String,
    pub(crate) environment: String,
}

impl Source for Identity {
    fn families(&self) -> Vec<Descriptor> {
        let word = if self.has_namespace { "" } else { "service_" };
        vec![
            Descriptor::new(format!("{word}up"), FamilyType::Gauge, "1 while the service runs"),
            Descriptor::new(format!("{word}info"), FamilyType::Info, "The service's version and environment"),
        ]
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        if family == 0 {
            encoder.number(Series { index: Some(0), labels: &NONE }, Number::Unsigned(1));
        } else {
            let labels = [("version", self.version.as_str()), ("environment", self.environment.as_str())];
            encoder.number(Series { index: Some(0), labels: &labels }, Number::Unsigned(1));
        }
    }
}

/// What became of spans and log events, what was hidden, and what metrics take: there from the first scrape,
/// because a loss must be seen.
pub(super) struct SelfObservation;

/// No labels.
const NONE: [(&str, &str); 0] = [];

/// Takes a series: its labels and its value.
type TakeSeries<'a> = &'a mut dyn FnMut(&dyn Labels, u64);

/// A family that telemetry keeps about itself.
struct Family {
    name: &'static str,
    help: &'static str,
    show: fn(TakeSeries<'_>),
}

const OVERFLOW: &str = "observe_label_overflow_total";

const FAMILIES: &[Family] = &[
    Family {
        name: "observe_spans_exported_total",
        help: "Spans that an exporter has handed over",
        show: |one| one(&NONE, counters::SPANS.exported.load()),
    },
    Family {
        name: "observe_spans_lost_total",
        help: "Spans that did not arrive, by reason",
        show: |one| {
            let not_opened = ("not_opened", &counters::NOT_OPENED);
            by("reason", counts(counters::SPANS.lost().into_iter().chain([not_opened])), one);
        },
    },
    Family {
        name: "observe_logs_exported_total",
        help: "Log events that an exporter has handed over",
        show: |one| one(&NONE, counters::LOGS.exported.load()),
    },
    Family {
        name: "observe_logs_lost_total",
        help: "Log events that did not arrive, by reason",
        show: |one| {
            let file = ("file", &counters::FILE_LOST);
            by("reason", counts(counters::LOGS.lost().into_iter().chain([file])), one);
        },
    },
    Family {
        name: "observe_redactions_total",
        help: "Values that redaction hid, by kind",
        show: |one| by("kind", redact::counters::all(), one),
    },
    Family {
        name: "observe_metrics_refused_total",
        help: "Values that a metric could not take, by reason",
        show: |one| by("reason", refused::all(), one),
    },
    Family {
        name: OVERFLOW,
        help: "Calls whose label was full, or whose value was too long, and that count as other",
        show: |one| {
            registry().overflows(|metric, label, count| one(&[("metric", metric), ("label", label)], count));
        },
    },
    Family {
        name: "observe_traces_judged_early_total",
        help: "Traces whose end was not waited for, by reason",
        show: |one| by("reason", COUNTS.early(), one),
    },
    Family {
        name: "observe_spans_let_go_total",
        help: "Spans of kept traces that were not held until it was known that the trace is kept",
        show: |one| one(&NONE, COUNTS.spans_let_go.load()),
    },
    Family {
        name: "observe_baggage_dropped_total",
        help: "Members of baggage that are not passed on, by reason",
        show: |one| by("reason", dropped_baggage(), one),
    },
    #[cfg(feature = "metrics-endpoint")]
    Family {
        name: "observe_metrics_endpoint_refused_total",
        help: "Requests for metrics that were refused, by reason",
        show: |one| by("reason", REFUSED.iter().map(|(reason, count)| (*reason, count.load())), one),
    },
];

/// One series for each value of a label.
fn by(label: &'static str, values: impl IntoIterator<Item = (&'static str, u64)>, one: TakeSeries<'_>) {
    for (value, count) in values {
        one(&[(label, value)], count);
    }
}

fn counts(
    counts: impl IntoIterator<Item = (&'static str, &'static Count)>,
) -> impl Iterator<Item = (&'static str, u64)> {
    counts.into_iter().map(|(value, count)| (value, count.load()))
}

impl Source for SelfObservation {
    fn families(&self) -> Vec<Descriptor> {
        let counters = FAMILIES.iter().map(|family| Descriptor::new(family.name, FamilyType::Counter, family.help));
        let memory = Descriptor::new("observe_metrics_memory_bytes", FamilyType::Gauge, "Memory that metrics take");
        counters.chain([memory.in_unit("bytes")]).map(Descriptor::absolute).collect()
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let mut at = 0;
        // Where a label stands among the others changes with every new metric.
        let is_fixed = FAMILIES.get(family).is_none_or(|family| family.name != OVERFLOW);
        let mut one = |labels: &dyn Labels, value| {
            encoder.number(Series { index: is_fixed.then_some(at), labels }, Number::Unsigned(value));
            at += 1;
        };
        match FAMILIES.get(family) {
            Some(family) => (family.show)(&mut one),
            None => one(&NONE, (registry().bytes() + kept_bytes()) as u64),
        }
    }
}
