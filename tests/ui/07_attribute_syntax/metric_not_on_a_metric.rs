use observe::{Counter, Gauge, Histogram, Info, metric};
use std::sync::atomic::AtomicU64;

#[metric]
fn answer() {}

#[metric]
struct Uploads(u64);

/// No metric.
#[metric]
static DOCUMENTS_TOTAL: AtomicU64 = AtomicU64::new(0);

/// Nearly one.
#[metric]
static PAGES_TOTAL: Counters;

/// A value.
#[metric]
static UPLOADS_TOTAL: Counter = Counter::default();

/// Mutable.
#[metric]
static mut QUEUE_LENGTH: Gauge;

/// Twice.
#[metric]
#[metric]
static SIZE_BYTES: Histogram;

/// Too many types.
#[metric(labels(cached, dry))]
static HITS_TOTAL: Counter<bool, u64, bool>;

/// Types where names are.
#[metric(labels(version))]
static BUILD_INFO: Info<bool>;

/// What no counter counts in.
#[metric]
static SIGNED_TOTAL: Counter<(), i64>;

fn main() {
    answer();
    let _ = Uploads(1);
    UPLOADS_TOTAL.inc();
    SIZE_BYTES.observe(1.0);
}
