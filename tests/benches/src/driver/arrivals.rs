//! What became of a subject's spans, all runs together. Who drops spans is fast, and no subject.

use super::figures::float;
use crate::subject::{Exports, Share};
use crate::subjects::spans::TREE;
use std::fmt;

/// Counts, and what they should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrivals {
    share: Share,
    counts: Exports,
}

impl Arrivals {
    /// None yet, of a subject that has this share of its traces sampled.
    pub(super) fn new(share: Share) -> Self {
        Self { share, counts: Exports::default() }
    }

    /// Adds what became of one run's spans.
    pub(super) fn add(&mut self, run: Exports) {
        self.counts.expected += run.expected;
        self.counts.exported += run.exported;
        // Of a part of the traces nobody but the subject knows what is missing.
        self.counts.lost += if self.share == Share::All { run.missing() } else { run.lost };
    }

    /// Spans that are missing, or that are too many.
    pub(super) fn wrong(self) -> f64 {
        let Exports { expected, exported, lost } = self.counts;
        match self.share {
            Share::All => float(lost + exported.saturating_sub(expected)),
            Share::Nothing => float(lost + exported),
            Share::About(share) => {
                let off = (float(exported) - float(expected) * share).abs();
                float(lost) + (off - by_chance(expected, share)).max(0.0)
            }
        }
    }

    /// The same beside the spans that were made.
    pub(super) fn wrong_share(self) -> f64 {
        self.wrong() / float(self.counts.expected.max(1))
    }

    pub(super) fn exported(self) -> f64 {
        float(self.counts.exported)
    }

    /// Exported spans by those that should have been, where that number is exact.
    pub(super) fn exported_percent(self) -> f64 {
        self.exported() / float(self.counts.expected) * 100.0
    }
}

/// How far the number of spans may be from its share: six deviations of as many whole trees.
fn by_chance(spans: u64, share: f64) -> f64 {
    let tree = float(TREE + 1);
    6.0 * tree * (float(spans) / tree * share * (1.0 - share)).sqrt()
}

/// Both counts, and what they should be where that is not all.
impl fmt::Display for Arrivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exports { expected, exported, lost } = self.counts;
        write!(f, "exported {exported} lost {lost}")?;
        match self.share {
            Share::All if exported + lost == expected => Ok(()),
            Share::All => write!(f, " expected {expected}"),
            Share::Nothing => write!(f, " expected 0"),
            Share::About(share) => write!(f, " expected about {:.0}", float(expected) * share),
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "counts are whole numbers, and their halves and quarters are exact")]
mod tests {
    use super::*;

    fn arrivals(share: Share, runs: &[[u64; 3]]) -> Arrivals {
        let mut arrivals = Arrivals::new(share);
        for &[expected, exported, lost] in runs {
            arrivals.add(Exports { expected, exported, lost });
        }
        arrivals
    }

    #[test]
    fn spans_that_nobody_reports_are_lost() {
        let some = arrivals(Share::All, &[[10, 8, 0], [10, 7, 3]]);
        assert_eq!(some.to_string(), "exported 15 lost 5");
        assert_eq!((some.wrong(), some.wrong_share(), some.exported_percent()), (5.0, 0.25, 75.0));
        assert_eq!(arrivals(Share::All, &[[10, 10, 0]]).wrong(), 0.0);
    }

    #[test]
    fn spans_that_nobody_asked_for_are_wrong_too() {
        assert_eq!(arrivals(Share::Nothing, &[[10, 2, 0]]).wrong(), 2.0);
        assert_eq!(arrivals(Share::Nothing, &[[10, 0, 0]]).wrong(), 0.0);
        let many = arrivals(Share::All, &[[10, 20, 0]]);
        assert_eq!(many.wrong(), 10.0);
        assert_eq!(many.to_string(), "exported 20 lost 0 expected 10");
    }

    #[test]
    fn a_share_is_right_within_what_chance_does() {
        let of_a_thousand_trees = |exported| arrivals(Share::About(0.1), &[[257_000, exported, 0]]);
        assert_eq!(of_a_thousand_trees(25_700).wrong(), 0.0);
        assert_eq!(of_a_thousand_trees(20_000).wrong(), 0.0);
        assert!(of_a_thousand_trees(0).wrong() > 0.0);
        assert!(of_a_thousand_trees(257_000).wrong() > 0.0);
        assert_eq!(arrivals(Share::About(0.1), &[[257_000, 25_700, 3]]).wrong(), 3.0);
    }
}
