//! Histogram bounds as a duration meets them: in nanoseconds, found by the length of the number.

use observe_rules::bucket::{AI, API};

/// Bounds in both units, with where to begin looking.
#[derive(Debug)]
pub struct Ladder {
    /// In seconds, as the user wrote them and the exposition shows them.
    pub(crate) seconds: &'static [f64],
    nanos: &'static [u64],
    /// For every place of the highest bit, the first bound that a duration of that length may be
    /// below. A bound or two further is where it ends: there are few bounds to a power of two.
    first: [u8; 64],
}

/// The ladder of the preset `api`.
pub static API_LADDER: Ladder = Ladder::new(API, &nanos::<{ API.len() }>(API));

/// The ladder of the preset `ai`.
pub static AI_LADDER: Ladder = Ladder::new(AI, &nanos::<{ AI.len() }>(AI));

/// A single bucket, where only calls are counted.
pub(crate) static NO_LADDER: Ladder = Ladder::new(&[], &[]);

/// Bounds in nanoseconds, out of seconds.
#[must_use]
pub const fn nanos<const N: usize>(seconds: &[f64]) -> [u64; N] {
    let mut nanos = [0; N];
    let mut at = 0;
    while at < N {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and saturating")]
        let bound = (seconds[at] * 1e9 + 0.5) as u64;
        nanos[at] = bound;
        at += 1;
    }
    nanos
}

impl Ladder {
    /// The ladder of these bounds, given in both units.
    #[must_use]
    pub const fn new(seconds: &'static [f64], nanos: &'static [u64]) -> Self {
        let mut first = [0; 64];
        // A duration of 0 is looked up as one of 1, and both are below every bound.
        let mut bit = 0;
        while bit < 64 {
            // The least duration of this length.
            let least = 1_u64 << bit;
            let mut bound = 0;
            while bound < nanos.len() && least > nanos[bound] {
                bound += 1;
            }
            #[expect(clippy::cast_possible_truncation, reason = "there are 64 bounds at most")]
            let bound = bound as u8;
            first[bit] = bound;
            bit += 1;
        }
        Self { seconds, nanos, first }
    }

    /// The bucket of a duration: the first bound that it is not above, or one more than bounds.
    #[inline]
    pub(crate) fn bucket(&self, nanos: u64) -> usize {
        let bit = (nanos | 1).ilog2();
        let mut bucket = usize::from(self.first[bit as usize]);
        while self.nanos.get(bucket).is_some_and(|bound| nanos > *bound) {
            bucket += 1;
        }
        bucket
    }

    /// Buckets, the one beyond all bounds included.
    pub(crate) const fn buckets(&self) -> usize {
        self.nanos.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_what_a_search_of_all_bounds_finds() {
        static ODD: Ladder = Ladder::new(&[1e-9, 2e-9, 3e-9, 1.0, 1e10], &nanos::<5>(&[1e-9, 2e-9, 3e-9, 1.0, 1e10]));
        for ladder in [&API_LADDER, &AI_LADDER, &ODD] {
            let near = ladder.nanos.iter().flat_map(|bound| [bound.saturating_sub(1), *bound, bound.saturating_add(1)]);
            let powers = (0..64).flat_map(|bits| [1 << bits, (1 << bits) - 1]);
            for nanos in near.chain(powers).chain([0, u64::MAX]) {
                let searched = ladder.nanos.partition_point(|bound| *bound < nanos);
                assert_eq!(ladder.bucket(nanos), searched, "{nanos}");
            }
        }
    }

    #[test]
    fn a_bound_is_in_its_own_bucket() {
        assert_eq!(API_LADDER.bucket(10_000_000), 0);
        assert_eq!(API_LADDER.bucket(10_000_001), 1);
    }
}
