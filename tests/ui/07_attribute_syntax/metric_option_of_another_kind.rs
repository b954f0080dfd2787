use observe::{Counter, Gauge, Histogram, Info, Summary, metric};

fn pool_size() -> f64 {
    1.0
}

/// Buckets of a counter.
#[metric(buckets = bytes)]
static UPLOADS_TOTAL: Counter;

/// A counter that is read.
#[metric(read = pool_size)]
static READS_TOTAL: Counter;

/// Quantiles of a histogram.
#[metric(quantiles = [0.5], window = 60)]
static STORE_SECONDS: Histogram;

/// Buckets of a summary.
#[metric(buckets = api)]
static WAIT_SECONDS: Summary;

/// One function for two series.
#[metric(labels(cached), read = pool_size)]
static POOL_LEVEL: Gauge<bool>;

/// An info that is zero.
#[metric(labels(version), init = all, max_series = 1)]
static BUILD_INFO: Info;

fn main() {
    UPLOADS_TOTAL.inc();
    READS_TOTAL.inc();
    STORE_SECONDS.observe(1.0);
    WAIT_SECONDS.observe(1.0);
    POOL_LEVEL.with(true).inc();
    BUILD_INFO.set(["1"]);
}
