//! A counter by two labels, and nothing else: ours, and the index that is its least.

use super::{combination, labels};
use crate::subject::{Subject, repeat};
use std::hint::black_box;

/// What any table needs before it can count.
pub(super) fn index_only() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let (method, tier) = labels(id);
        black_box(combination(method, tier));
    })
}

pub(super) use declared::counter as declared;

/// A counter that is declared, as a user writes it.
mod declared {
    use super::super::counted::{Totals, checked};
    use super::super::{Method, Tier};
    use super::{Subject, labels, repeat};
    use observe::{Counter, metric};

    /// Counts.
    #[metric(name = "counted_total", labels(method, tier))]
    static COUNTED: Counter<(Method, Tier)>;

    pub(in super::super) fn counter() -> Result<Box<dyn Subject>, String> {
        let subject = repeat(|id| COUNTED.with(labels(id)).inc());
        checked(subject, || Ok(Totals::of_counter(&observe::exposition())))
    }
}
