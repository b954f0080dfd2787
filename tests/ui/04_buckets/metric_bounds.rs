use observe::{Histogram, metric};

const BOUNDS: [f64; 2] = [1.0, f64::NAN];

/// Sizes that don't grow.
#[metric(buckets = [1024.0, 256.0])]
static BODY_SIZE_BYTES: Histogram;

/// Not a number.
#[metric(buckets = BOUNDS)]
static ANSWER_TOKENS: Histogram;

/// None.
#[metric(name = "wait_seconds", buckets = [])]
static WAIT: Histogram;

/// A bound that is the implicit one.
#[metric(buckets = [1.0, f64::INFINITY])]
static STORE_SECONDS: Histogram;

/// Neither bounds, nor a unit that has a preset.
#[metric]
static QUESTION_TOKENS: Histogram;

fn main() {
    BODY_SIZE_BYTES.observe(1.0);
    ANSWER_TOKENS.observe(1.0);
    WAIT.observe(1.0);
    STORE_SECONDS.observe(1.0);
    QUESTION_TOKENS.observe(1.0);
}
