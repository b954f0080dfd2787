use observe::{Counter, metric};

/// By text.
#[metric(labels(endpoint, cached))]
static ANSWERS_TOTAL: Counter<(String, bool)>;

/// By number.
#[metric(labels(status))]
static CALLS_TOTAL: Counter<u16>;

fn main() {}
