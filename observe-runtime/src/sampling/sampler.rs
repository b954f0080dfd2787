//! The decision at the start of a trace, or where one comes in.
//!
//! Sources: OpenTelemetry specification, `trace/sdk.md`, "Built-in samplers" and "Sampling
//! requirements"; `configuration/sdk-environment-variables.md`, `OTEL_TRACES_SAMPLER`.

use super::threshold::{Randomness, Threshold};

/// Decides whether a local root is sampled; the spans below it have its decision.
///
/// All samplers that `OTEL_TRACES_SAMPLER` names are a threshold, and whether a parent is asked first:
/// "always on" rejects none, and "always off" rejects all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sampler {
    threshold: Threshold,
    is_parent_based: bool,
}

/// What came with a request about the trace that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ParentDecision {
    /// The flag `sampled` of its traceparent.
    pub(crate) sampled: bool,
    /// The threshold in its tracestate.
    pub(crate) threshold: Option<Threshold>,
}

/// What is decided for a local root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Whether its spans are exported, whatever comes.
    pub(crate) sampled: bool,
    /// What `th` says in their tracestate. Where it is not known, no `th` may stand there.
    pub(crate) threshold: Option<Threshold>,
}

impl Sampler {
    /// A sampler that keeps what the threshold lets pass, whatever a parent says.
    pub(crate) const fn new(threshold: Threshold) -> Self {
        Self { threshold, is_parent_based: false }
    }

    /// The same for traces that begin here; the others are kept where their parent is.
    #[must_use]
    pub(crate) const fn parent_based(self) -> Self {
        Self { is_parent_based: true, ..self }
    }

    /// Decides for a local root.
    #[inline]
    pub(crate) fn decide(self, randomness: Randomness, parent: Option<ParentDecision>) -> Decision {
        match parent {
            Some(parent) if self.is_parent_based => parent.follow(randomness),
            _ => {
                let sampled = randomness.is_kept_by(self.threshold);
                Decision { sampled, threshold: sampled.then_some(self.threshold) }
            }
        }
    }
}

impl ParentDecision {
    /// The parent's decision, with its threshold unless that would not have kept the trace: then it is
    /// not the one that the trace was kept by.
    #[inline]
    fn follow(self, randomness: Randomness) -> Decision {
        let sampled = self.sampled;
        let threshold = self.threshold.filter(|threshold| sampled && randomness.is_kept_by(*threshold));
        Decision { sampled, threshold }
    }
}

impl Decision {
    /// Whether failing or being slow changes what becomes of the trace or what its threshold says: of
    /// any but those that are kept with certainty.
    #[inline]
    pub(crate) fn is_judged_late(self) -> bool {
        !self.sampled || self.threshold != Some(Threshold::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: Sampler = Sampler::new(Threshold::ZERO);
    const OFF: Sampler = Sampler::new(Threshold::NEVER);
    const YES: Decision = Decision { sampled: true, threshold: Some(Threshold::ZERO) };
    const NO: Decision = Decision { sampled: false, threshold: None };

    /// A quarter of all traces.
    fn quarter() -> Threshold {
        Threshold::from_probability(0.25).unwrap()
    }

    /// Standing among the quarter that is kept, and just below it.
    fn high_and_low() -> [Randomness; 2] {
        ["c0000000000000", "bfffffffffffff"].map(|text| Randomness::parse(text).unwrap())
    }

    fn parents() -> [ParentDecision; 4] {
        [(true, None), (true, Some(quarter())), (false, None), (false, Some(quarter()))]
            .map(|(sampled, threshold)| ParentDecision { sampled, threshold })
    }

    #[test]
    fn always_on_keeps_all_and_always_off_none_whatever_the_parent_says() {
        for randomness in high_and_low() {
            for parent in [None].into_iter().chain(parents().map(Some)) {
                assert_eq!(ON.decide(randomness, parent), YES);
                assert_eq!(OFF.decide(randomness, parent), NO);
            }
        }
    }

    #[test]
    fn a_ratio_decides_by_the_randomness_alone() {
        let [high, low] = high_and_low();
        for parent in [None].into_iter().chain(parents().map(Some)) {
            let kept = Decision { sampled: true, threshold: Some(quarter()) };
            assert_eq!(Sampler::new(quarter()).decide(high, parent), kept);
            assert_eq!(Sampler::new(quarter()).decide(low, parent), NO);
        }
    }

    #[test]
    fn without_a_parent_the_parent_based_ones_decide_as_the_others() {
        for sampler in [ON, OFF, Sampler::new(quarter())] {
            for randomness in high_and_low() {
                assert_eq!(sampler.parent_based().decide(randomness, None), sampler.decide(randomness, None));
            }
        }
    }

    #[test]
    fn a_parent_is_followed_and_passes_its_threshold_on() {
        let [high, low] = high_and_low();
        for sampler in [ON, OFF, Sampler::new(quarter())] {
            let decide = |randomness, sampled, threshold| {
                sampler.parent_based().decide(randomness, Some(ParentDecision { sampled, threshold }))
            };
            let sampled = |threshold| Decision { sampled: true, threshold };
            assert_eq!(decide(high, true, Some(quarter())), sampled(Some(quarter())));
            assert_eq!(decide(high, true, None), sampled(None), "an unknown probability stays unknown");
            assert_eq!(decide(low, true, Some(quarter())), sampled(None), "it would not have been kept by that");
            assert_eq!(decide(low, true, Some(Threshold::ZERO)), YES);
            assert_eq!(decide(high, false, None), NO);
            assert_eq!(decide(high, false, Some(quarter())), NO, "a threshold is only for what is kept");
        }
    }

    #[test]
    fn only_what_is_kept_with_certainty_is_not_judged_late() {
        assert!(!YES.is_judged_late());
        assert!(NO.is_judged_late());
        assert!(Decision { sampled: true, threshold: Some(quarter()) }.is_judged_late());
        assert!(Decision { sampled: true, threshold: None }.is_judged_late(), "an unknown probability may be below 1");
    }

    /// What a service keeps at 1 %, one behind it keeps at 10 % too.
    #[test]
    fn services_with_different_ratios_keep_the_same_traces() {
        let [few, many] = [0.01, 0.1].map(|ratio| Sampler::new(Threshold::from_probability(ratio).unwrap()));
        let mut random = fastrand::Rng::with_seed(6);
        let mut kept = 0;
        for _ in 0..20_000 {
            let randomness = Randomness::of_trace(random.u128(..));
            if few.decide(randomness, None).sampled {
                kept += 1;
                assert!(many.decide(randomness, None).sampled);
            }
        }
        assert!(kept > 0);
    }
}
