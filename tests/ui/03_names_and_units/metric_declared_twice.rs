use observe::{Counter, Gauge, Info, metered, metric};

/// Hits.
#[metric]
static CACHE_HITS_TOTAL: Counter;

mod other {
    /// Hits.
    #[observe::metric(name = "cache_hits_total")]
    pub static HITS: observe::Counter;
}

/// Calls.
#[metric]
static ANSWER_TOTAL: Counter;

#[metered(name = "answer")]
fn answer() {}

/// Uploads that are under way.
#[metric]
static UPLOADS_ACTIVE: Gauge;

#[metered(name = "upload", in_progress = "uploads_active")]
fn upload() {}

/// Builds. Both are the family `build`.
#[metric]
static BUILD_TOTAL: Counter;

/// The build.
#[metric(labels(version))]
static BUILD_INFO: Info;

fn main() {
    CACHE_HITS_TOTAL.inc();
    other::HITS.inc();
    ANSWER_TOTAL.inc();
    answer();
    UPLOADS_ACTIVE.inc();
    upload();
    BUILD_TOTAL.inc();
    BUILD_INFO.set(["1"]);
}
