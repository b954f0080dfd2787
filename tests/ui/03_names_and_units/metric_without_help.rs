use observe::{Counter, Gauge, metric};

#[metric]
static CACHE_HITS_TOTAL: Counter;

/// Replaced.
#[metric(help = " ")]
static QUEUE_LENGTH: Gauge;

///
#[metric]
#[allow(dead_code)]
static OTHER_LENGTH: Gauge;

fn main() {
    CACHE_HITS_TOTAL.inc();
    QUEUE_LENGTH.inc();
}
