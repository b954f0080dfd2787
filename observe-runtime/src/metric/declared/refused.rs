//! Values that no metric can take: left out, and counted.

use crate::count::Count;

/// Why a value was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is no number.
    Nan,
    /// It would make every later sum infinite.
    Infinite,
    /// What only grows can't be made less.
    Negative,
    /// The function that was to say it panicked.
    Panicked,
    /// The function that was to say it scrapes, and would be called for ever.
    Recursive,
}

/// Every reason, by the value of the `reason` label, and how often it was one.
static REASONS: [(&str, Count); 5] = [
    ("nan", Count::new()),
    ("infinite", Count::new()),
    ("negative", Count::new()),
    ("panicked", Count::new()),
    ("recursive", Count::new()),
];

/// Counts a value that was refused.
#[cold]
pub(super) fn refuse(why: Refused) {
    REASONS[why as usize].1.add(1);
}

/// A value that only grows a sum: finite, and not below zero. Any other is counted as refused.
#[inline]
pub(super) fn checked(value: f64) -> Option<f64> {
    // NaN is in no range.
    if (0.0..f64::INFINITY).contains(&value) {
        return Some(value);
    }
    refuse(match value {
        value if value.is_nan() => Refused::Nan,
        value if value.is_infinite() => Refused::Infinite,
        _ => Refused::Negative,
    });
    None
}

/// All counts, by the value of the `reason` label.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, u64)> {
    REASONS.iter().map(|(reason, count)| (*reason, count.load()))
}
