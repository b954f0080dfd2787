use observe::{Calls, metered, metric};

/// Copies between stores.
#[metric(labels(from_cache, to_cache))]
static COPY: Calls<(bool, bool)>;

#[metered(into = COPY, labels(to_cache, from_cache))]
fn copy(from_cache: bool, to_cache: bool) {}

fn main() {
    copy(true, false);
}
