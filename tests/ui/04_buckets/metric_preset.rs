use observe::{Histogram, metered, metric};

/// A preset that is none.
#[metric(buckets = byte)]
static BODY_SIZE_BYTES: Histogram;

/// Seconds for a size.
#[metric(buckets = ai)]
static FILE_SIZE_BYTES: Histogram;

/// Sizes for seconds.
#[metric(buckets = bytes)]
static STORE_SECONDS: Histogram;

/// Seconds for what has no unit.
#[metric(buckets = api)]
static ANSWER_TOKENS: Histogram;

#[metered(buckets = bytes)]
fn answer() {}

fn main() {
    BODY_SIZE_BYTES.observe(1.0);
    FILE_SIZE_BYTES.observe(1.0);
    STORE_SECONDS.observe(1.0);
    ANSWER_TOKENS.observe(1.0);
    answer();
}
