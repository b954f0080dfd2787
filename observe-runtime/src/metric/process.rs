//! Metrics about the process and about telemetry itself.

use super::exposition::{Encoder, FamilyType};
use super::registry::Collect;
use crate::export::counters;
use crate::redact;

/// `<namespace>_up` and `<namespace>_info`: who is speaking.
///
/// Without a namespace the word is `service`: `up` alone is what Prometheus writes itself.
pub(crate) struct Identity {
    pub(crate) version: String,
    pub(crate) environment: String,
}

impl Collect for Identity {
    fn collect(&self, encoder: &mut Encoder) {
        let word = if encoder.is_bare() { "service_" } else { "" };
        let labels = [("version", self.version.as_str()), ("environment", self.environment.as_str())];
        encoder.family(&format!("{word}up"), FamilyType::Gauge, "1 while the service runs").sample("", &[], 1);
        let help = "The service's version and environment";
        encoder.family(&format!("{word}info"), FamilyType::Gauge, help).sample("", &labels, 1);
    }
}

/// What became of the spans, and what was hidden: there from the first scrape, because a loss must
/// be seen.
pub(super) struct SelfObservation;

impl Collect for SelfObservation {
    fn collect(&self, encoder: &mut Encoder) {
        let help = "Spans that an exporter has handed over";
        let exported = counters::EXPORTED.load();
        encoder.absolute_family("observe_spans_exported_total".to_owned(), FamilyType::Counter, help).sample(
            "",
            &[],
            exported,
        );
        let help = "Spans that did not arrive, by reason";
        let family = encoder.absolute_family("observe_spans_lost_total".to_owned(), FamilyType::Counter, help);
        for (reason, counter) in counters::LOST {
            family.sample("", &[("reason", reason)], counter.load());
        }
        let help = "Values that redaction hid, by kind";
        let family = encoder.absolute_family("observe_redactions_total".to_owned(), FamilyType::Counter, help);
        for (kind, count) in redact::counters::all() {
            family.sample("", &[("kind", kind)], count);
        }
    }
}
