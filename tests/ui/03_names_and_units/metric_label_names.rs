use observe::{Counter, Info, metric};

/// Hits.
#[metric(labels(le, userType))]
static CACHE_HITS_TOTAL: Counter<(bool, bool)>;

/// Hits.
#[metric(labels(cached, cached))]
static STORE_HITS_TOTAL: Counter<(bool, bool)>;

/// The build.
#[metric(labels(version, version))]
static BUILD_INFO: Info;

fn main() {
    CACHE_HITS_TOTAL.with((true, true)).inc();
    STORE_HITS_TOTAL.with((true, true)).inc();
    BUILD_INFO.set(["1", "2"]);
}
