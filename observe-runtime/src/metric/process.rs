//! Metrics about the process and about telemetry itself.

use super::declared::refused;
use super::model::{Descriptor, Encoder, FamilyType, Labels, Number, Series, Source};
use super::registry::registry;
use super::scrape::kept_bytes;
use crate::export::counters;
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

/// What became of the spans, what was hidden, and what metrics take: there from the first scrape,
/// because a loss must be seen.
pub(super) struct SelfObservation;

/// No labels.
const NONE: [(&str, &str); 0] = [];

impl Source for SelfObservation {
    fn families(&self) -> Vec<Descriptor> {
        vec![
            Descriptor::new(
                "observe_spans_exported_total",
                FamilyType::Counter,
                "Spans that an exporter has handed over",
            )
            .absolute(),
            Descriptor::new("observe_spans_lost_total", FamilyType::Counter, "Spans that did not arrive, by reason")
                .absolute(),
            Descriptor::new("observe_redactions_total", FamilyType::Counter, "Values that redaction hid, by kind")
                .absolute(),
            Descriptor::new(
                "observe_metrics_refused_total",
                FamilyType::Counter,
                "Values that a metric could not take, by reason",
            )
            .absolute(),
            Descriptor::new(
                "observe_label_overflow_total",
                FamilyType::Counter,
                "Calls whose label was full, or whose value was too long, and that count as other",
            )
            .absolute(),
            Descriptor::new(
                "observe_traces_judged_early_total",
                FamilyType::Counter,
                "Traces whose end was not waited for, by reason",
            )
            .absolute(),
            Descriptor::new(
                "observe_spans_let_go_total",
                FamilyType::Counter,
                "Spans of kept traces that were not held until it was known that the trace is kept",
            )
            .absolute(),
            Descriptor::new(
                "observe_baggage_dropped_total",
                FamilyType::Counter,
                "Members of baggage that are not passed on, by reason",
            )
            .absolute(),
            Descriptor::new("observe_metrics_memory_bytes", FamilyType::Gauge, "Memory that metrics take")
                .in_unit("bytes")
                .absolute(),
        ]
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let mut one = |index, labels: &dyn Labels, value| encoder.number(Series { index: Some(index), labels }, value);
        match family {
            0 => one(0, &NONE, Number::Unsigned(counters::EXPORTED.load())),
            1 => {
                for (at, (reason, counter)) in counters::LOST.into_iter().enumerate() {
                    one(at, &[("reason", reason)], Number::Unsigned(counter.load()));
                }
            }
            2 => {
                for (at, (kind, count)) in redact::counters::all().enumerate() {
                    one(at, &[("kind", kind)], Number::Unsigned(count));
                }
            }
            3 => {
                for (at, (reason, count)) in refused::all().enumerate() {
                    one(at, &[("reason", reason)], Number::Unsigned(count));
                }
            }
            4 => {
                let mut at = 0;
                registry().overflows(|metric, label, count| {
                    one(at, &[("metric", metric), ("label", label)], Number::Unsigned(count));
                    at += 1;
                });
            }
            5 => {
                for (at, (reason, count)) in COUNTS.early().into_iter().enumerate() {
                    one(at, &[("reason", reason)], Number::Unsigned(count));
                }
            }
            6 => one(0, &NONE, Number::Unsigned(COUNTS.spans_let_go.load())),
            7 => {
                for (at, (reason, count)) in dropped_baggage().into_iter().enumerate() {
                    one(at, &[("reason", reason)], Number::Unsigned(count));
                }
            }
            _ => one(0, &NONE, Number::Unsigned((registry().bytes() + kept_bytes()) as u64)),
        }
    }
}
