use observe::{Counter, Gauge, Summary, metric};

/// Unknown and given twice.
#[metric(lables(cached), init = all, init = all, unit = "seconds")]
static UPLOADS_TOTAL: Counter;

/// Another form.
#[metric(name = pages_total, labels(cached: bool), init = some, max_series = "20")]
static PAGES_TOTAL: Counter<bool>;

/// Not a time.
#[metric(window = 0)]
static STORE_SECONDS: Summary;

/// Not a time.
#[metric(window = 0.5, quantiles)]
static WAIT_SECONDS: Summary;

/// A name too many.
#[metric(labels(cached, dry))]
static HITS_TOTAL: Counter<bool>;

/// A name, and no type.
#[metric(labels(cached))]
static MISSES_TOTAL: Counter;

/// No number.
#[metric(read = "twelve")]
static POOL_LEVEL: Gauge;

/// The facts are counted.
#[metric(labels(version, commit))]
static BUILD_INFO: observe::Info;

fn main() {
    UPLOADS_TOTAL.inc();
    PAGES_TOTAL.with(true).inc();
    STORE_SECONDS.observe(1.0);
    WAIT_SECONDS.observe(1.0);
    HITS_TOTAL.with(true).inc();
    MISSES_TOTAL.inc();
    POOL_LEVEL.inc();
    BUILD_INFO.set(["1.2.0"]);
}
