//! What the scrubber finds, and what it leaves alone.

use super::{Bar, Unit};
use observe_tests::detection::scores;

/// Nothing of it is timed: one run says it.
pub(in crate::driver) fn detection() -> Vec<Bar> {
    let bars = scores().into_iter().map(|score| {
        let name: &'static str = format!("redaction/{}", score.name.replace('_', "-")).leak();
        // Counts are whole, and parts are between 0 and 1.
        let is_count = score.limit > 1.0;
        let (unit, factor) = if is_count { (Unit::Lines, 1.0) } else { (Unit::Percent, 100.0) };
        let new = if score.least { Bar::at_least } else { Bar::new };
        new(name, unit, Some(score.measured * factor), score.limit * factor)
    });
    bars.collect()
}
