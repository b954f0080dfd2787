//! Metrics about the process and about telemetry itself.

use super::declared::refused;
use super::model::{Descriptor, Encoder, Labels, Number, Series, Source};
use super::registry::registry;
use super::scrape::kept_bytes;
use crate::count::Count;
use crate::export::counters;
#[cfg(feature = "metrics-endpoint")]
use crate::metrics_endpoint::REFUSED;
use crate::propagation::dropped_baggage;
use crate::redact;
use crate::sampling::COUNTS;
use observe_rules::families;

/// `<namespace>_up` and `<namespace>_info`: who is speaking.
///
/// Without a namespace the word is `service`: `up` alone is what Prometheus writes itself.
pub(crate) struct Identity {
    pub(crate) version: String,
    pub(crate) environment: String,
}

impl Source for Identity {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&families::SERVICE)
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

/// What each family of the group shows, in its order.
const SHOWN: [fn(TakeSeries<'_>); families::OWN.families.len()] = [
    |one| one(&NONE, counters::SPANS.exported.load()),
    |one| {
        let not_opened = ("not_opened", &counters::NOT_OPENED);
        by("reason", counts(counters::SPANS.lost().into_iter().chain([not_opened])), one);
    },
    |one| one(&NONE, counters::LOGS.exported.load()),
    |one| {
        let file = ("file", &counters::FILE_LOST);
        by("reason", counts(counters::LOGS.lost().into_iter().chain([file])), one);
    },
    |one| by("kind", redact::counters::all(), one),
    |one| by("reason", refused::all(), one),
    |one| registry().overflows(|metric, label, count| one(&[("metric", metric), ("label", label)], count)),
    |one| by("reason", COUNTS.early(), one),
    |one| one(&NONE, COUNTS.spans_let_go.load()),
    |one| by("reason", dropped_baggage(), one),
    |one| one(&NONE, (registry().bytes() + kept_bytes()) as u64),
];

/// Where a label stands among the others changes with every new metric.
const OVERFLOW: &str = "observe_label_overflow_total";

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
        Descriptor::all(&families::OWN)
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let (Some(show), Some(family)) = (SHOWN.get(family), families::OWN.families.get(family)) else { return };
        show_all(*show, family.name != OVERFLOW, encoder);
    }
}

/// Shows the series of a family, which have fixed places or none.
fn show_all(show: fn(TakeSeries<'_>), is_fixed: bool, encoder: &mut dyn Encoder) {
    let mut at = 0;
    show(&mut |labels, value| {
        encoder.number(Series { index: is_fixed.then_some(at), labels }, Number::Unsigned(value));
        at += 1;
    });
}

/// Requests for metrics that were refused.
#[cfg(feature = "metrics-endpoint")]
pub(super) struct RefusedRequests;

#[cfg(feature = "metrics-endpoint")]
impl Source for RefusedRequests {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&families::METRICS_ENDPOINT)
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, _: usize, _: &[u64], encoder: &mut dyn Encoder) {
        show_all(
            |one| by("reason", counts(REFUSED.iter().map(|(reason, count)| (*reason, count))), one),
            true,
            encoder,
        );
    }
}
