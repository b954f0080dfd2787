//! `health_check_status` and `health_check_duration_seconds`: the last answers, as a scrape asks nobody.

use super::outcome::Status;
use super::{Health, global};
use crate::families;
use crate::metric::{Descriptor, Encoder, Number, Series, Source, registry};
use observe_rules::families as rules;
use std::sync::Once;

/// Adds the families of all checks to every scrape from now on.
pub(super) fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        families::mark(families::HEALTH);
        registry().add(&Findings);
    });
}

struct Findings;

impl Source for Findings {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&rules::HEALTH)
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let health: &Health = global();
        for slot in health.slots() {
            let Some(finding) = slot.last() else { continue };
            let value = if family == 0 { value(finding.status()) } else { finding.elapsed.as_secs_f64() };
            // Where a check stands among the others changes when one goes.
            encoder.number(Series { index: None, labels: &[("component", &*slot.name)] }, Number::Float(value));
        }
    }
}

/// Who can't say is not well: an alert that asks for 0 must hear of it.
const fn value(status: Status) -> f64 {
    match status {
        Status::Pass => 1.0,
        Status::Warn => 0.5,
        Status::Fail | Status::Unknown => 0.0,
    }
}
