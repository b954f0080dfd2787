use observe::{Counter, Gauge, metric};

/// Hits.
#[metric(name = "cacheHitCount")]
static CACHE_HITS_TOTAL: Counter;

/// Double.
#[metric]
static QUEUE__LENGTH: Gauge;

/// It says what it is.
#[metric]
static QUEUE_LENGTH_GAUGE: Gauge;

fn main() {
    CACHE_HITS_TOTAL.inc();
    QUEUE__LENGTH.inc();
    QUEUE_LENGTH_GAUGE.inc();
}
