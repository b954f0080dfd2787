use observe::{Counter, Gauge, Histogram, Info, Summary, metric};

/// A counter.
#[metric]
static CACHE_HITS: Counter;

/// A gauge.
#[metric]
static CONNECTIONS_TOTAL: Gauge;

/// A histogram.
#[metric(buckets = [1.0])]
static ANSWER_TOKENS_COUNT: Histogram;

/// A summary.
#[metric(name = "answer_info")]
static ANSWER: Summary;

/// An info.
#[metric(labels(version))]
static BUILD: Info;

/// A time is a gauge.
#[metric]
static LAST_BACKUP_TIMESTAMP_SECONDS_TOTAL: Counter;

fn main() {
    CACHE_HITS.inc();
    CONNECTIONS_TOTAL.inc();
    ANSWER_TOKENS_COUNT.observe(1.0);
    ANSWER.observe(1.0);
    BUILD.set(["1"]);
    LAST_BACKUP_TIMESTAMP_SECONDS_TOTAL.inc();
}
