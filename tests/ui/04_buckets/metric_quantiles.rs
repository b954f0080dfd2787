use observe::{Summary, metric};

const TOO_MANY: [f64; 11] = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11];

/// Percent.
#[metric(quantiles = [50.0, 99.0])]
static STORE_SECONDS: Summary;

/// In the wrong order.
#[metric(quantiles = [0.99, 0.5])]
static WAIT_SECONDS: Summary;

/// Not a number.
#[metric(quantiles = [f64::NAN])]
static ANSWER_SECONDS: Summary;

/// None.
#[metric(quantiles = [])]
static UPLOAD_SECONDS: Summary;

/// Too many.
#[metric(quantiles = TOO_MANY)]
static QUERY_SECONDS: Summary;

fn main() {
    STORE_SECONDS.observe(1.0);
    WAIT_SECONDS.observe(1.0);
    ANSWER_SECONDS.observe(1.0);
    UPLOAD_SECONDS.observe(1.0);
    QUERY_SECONDS.observe(1.0);
}
