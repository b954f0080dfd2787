use observe::{Counter, Gauge, Histogram, Info, Summary, metric};

/// In milliseconds.
#[metric]
static STORE_DURATION_MS: Histogram;

/// In nothing.
#[metric]
static AI_REQUEST_TIME: Summary;

/// In megabytes.
#[metric]
static SENT_MEGABYTES_TOTAL: Counter;

/// In the middle.
#[metric]
static DISK_BYTES_FREE: Gauge;

/// Of an info.
#[metric(labels(version))]
static UPTIME_SECONDS_INFO: Info;

fn main() {
    STORE_DURATION_MS.observe(1.0);
    AI_REQUEST_TIME.observe(1.0);
    SENT_MEGABYTES_TOTAL.inc();
    DISK_BYTES_FREE.inc();
    UPTIME_SECONDS_INFO.set(["1"]);
}
