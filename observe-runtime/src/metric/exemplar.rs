//! The latest traced call of each bucket, for operators who ask what a slow one was.

use super::model::Exemplar;
use crate::clock::Ticks;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError};

/// How long an exemplar stays before the next call may take its place: it costs a lock.
const LIFETIME_NANOS: u64 = 1_000_000_000;

/// The most exemplars that one family has at a time: 24 KiB. A family of a few series has room for all
/// of its buckets; in a larger one, buckets that are as far apart as this take turns. A prime, so that
/// they are not the same buckets of other series.
const SLOTS: usize = 251;

/// Exemplars of one family, by bucket. Memory comes with the first.
#[derive(Debug)]
pub(crate) struct Exemplars(OnceLock<Box<[Slot]>>);

#[derive(Debug, Default)]
struct Slot {
    /// When the exemplar was taken, in ticks; 0 before the first.
    taken: AtomicU64,
    /// The exemplar, and the bucket that it is of.
    kept: Mutex<Option<(usize, Exemplar)>>,
}

impl Exemplars {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Offers the call that ended at `now` to a bucket, out of `length`. Taken where the one in its
    /// place is older than a second, and nobody else is at it.
    pub(crate) fn offer(&self, length: usize, bucket: usize, now: Ticks, exemplar: impl FnOnce() -> Option<Exemplar>) {
        if bucket >= length {
            return;
        }
        let slots = self.0.get_or_init(|| (0..length.min(SLOTS)).map(|_| Slot::default()).collect());
        let Some(slot) = slots.get(bucket % SLOTS) else { return };
        let taken = slot.taken.load(Relaxed);
        if taken != 0 && now.nanos_since(Ticks::from_raw(taken)) < LIFETIME_NANOS {
            return;
        }
        if let Ok(mut kept) = slot.kept.try_lock()
            && let Some(exemplar) = exemplar()
        {
            slot.taken.store(now.raw(), Relaxed);
            *kept = Some((bucket, exemplar));
        }
    }

    pub(crate) fn get(&self, bucket: usize) -> Option<Exemplar> {
        let slot = self.0.get()?.get(bucket % SLOTS)?;
        let kept = *slot.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.filter(|(of, _)| *of == bucket).map(|(_, exemplar)| exemplar)
    }

    /// What the exemplars take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.0.get().map_or(0, |slots| size_of_val::<[Slot]>(slots))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{SpanId, TraceId};
    use std::time::SystemTime;

    fn exemplar(value: f64) -> Exemplar {
        Exemplar { trace_id: TraceId::random(), span_id: SpanId::random(), value, time: SystemTime::now() }
    }

    #[test]
    fn a_young_exemplar_stays_and_an_old_one_goes() {
        let exemplars = Exemplars::new();
        let begin = Ticks::now();
        exemplars.offer(2, 1, begin, || Some(exemplar(1.0)));
        exemplars.offer(2, 1, begin, || Some(exemplar(2.0)));
        assert_eq!(exemplars.get(1).map(|kept| kept.value), Some(1.0));
        // Ticks are no coarser than nanoseconds.
        let later = Ticks::from_raw(begin.raw() + 100 * LIFETIME_NANOS);
        exemplars.offer(2, 1, later, || Some(exemplar(3.0)));
        assert_eq!(exemplars.get(1).map(|kept| kept.value), Some(3.0));
        assert_eq!(exemplars.get(0), None);
        assert_eq!(exemplars.get(2), None);
    }

    #[test]
    fn a_large_family_takes_no_more_than_its_share_and_names_no_wrong_bucket() {
        let exemplars = Exemplars::new();
        let (begin, length) = (Ticks::now(), 100 * SLOTS);
        exemplars.offer(length, 7, begin, || Some(exemplar(1.0)));
        // It has the place of the first, which is young.
        exemplars.offer(length, 7 + SLOTS, begin, || Some(exemplar(2.0)));
        let value = |bucket| exemplars.get(bucket).map(|kept| kept.value);
        assert_eq!([7, 7 + SLOTS].map(value), [Some(1.0), None]);
        let later = Ticks::from_raw(begin.raw() + 100 * LIFETIME_NANOS);
        exemplars.offer(length, 7 + SLOTS, later, || Some(exemplar(3.0)));
        assert_eq!([7, 7 + SLOTS].map(value), [None, Some(3.0)]);
        assert!(exemplars.bytes() <= 24 * 1024, "{}", exemplars.bytes());
    }
}
