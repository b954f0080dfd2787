//! `measured`: dense vectors by labels of known values, as ours are.

use super::counted::{Totals, checked};
use super::{BOUNDS, Method, Rejected, Status, Tier, labels, work};
use crate::subject::{Subject, repeat};
use measured::label::StaticLabelSet;
use measured::metric::histogram::Thresholds;
use measured::text::BufferedTextEncoder;
use measured::{CounterVec, GaugeVec, HistogramVec, LabelGroup, MetricGroup};
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

/// The labels of a call that is under way, and those of the family that only counts.
#[derive(LabelGroup, Clone, Copy, Debug)]
#[label(set = BegunSet)]
struct Begun {
    #[label(fixed)]
    method: Method,
    #[label(fixed)]
    tier: Tier,
}

/// The labels of a finished call.
#[derive(LabelGroup, Clone, Copy, Debug)]
#[label(set = EndedSet)]
struct Ended {
    #[label(fixed)]
    method: Method,
    #[label(fixed)]
    tier: Tier,
    #[label(fixed)]
    status: Status,
}

/// The families.
#[derive(MetricGroup)]
struct Families {
    /// Finished calls
    work_total: CounterVec<EndedSet>,
    /// Durations
    work_duration_seconds: HistogramVec<EndedSet, 10>,
    /// Calls under way
    work_in_progress: GaugeVec<BegunSet>,
    /// Calls
    counted_total: CounterVec<BegunSet>,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let ended =
        || EndedSet { method: StaticLabelSet::new(), tier: StaticLabelSet::new(), status: StaticLabelSet::new() };
    let begun = || BegunSet { method: StaticLabelSet::new(), tier: StaticLabelSet::new() };
    Families {
        work_total: CounterVec::dense_with_label_set(ended()),
        work_duration_seconds: HistogramVec::dense_with_label_set_and_metadata(
            ended(),
            Thresholds::with_buckets(BOUNDS),
        ),
        work_in_progress: GaugeVec::dense_with_label_set(begun()),
        counted_total: CounterVec::dense_with_label_set(begun()),
    }
});

#[inline(never)]
fn work_dense(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let families = &*FAMILIES;
    let begun = Begun { method, tier };
    families.work_in_progress.inc(begun);
    let start = Instant::now();
    let result = work(id, method, tier);
    let ended = Ended { method, tier, status: Status::of(&result) };
    families.work_duration_seconds.observe_duration_since(ended, start);
    families.work_total.inc(ended);
    families.work_in_progress.dec(begun);
    result
}

pub(super) fn calls() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_dense(black_box(id), method, tier));
    });
    checked(subject, || Ok(Totals::of_calls(&text(), "work")))
}

pub(super) fn counter() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        FAMILIES.counted_total.inc(Begun { method, tier });
    });
    checked(subject, || Ok(Totals::of_counter(&text())))
}

fn text() -> String {
    let mut encoder = BufferedTextEncoder::new();
    let Ok(()) = FAMILIES.collect_group_into(&mut encoder);
    String::from_utf8_lossy(&encoder.finish()).into_owned()
}
