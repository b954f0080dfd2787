use observe::{Calls, metric};

/// Options of other metrics.
#[metric(init = all, error = std::fmt::Error, quantiles = [0.5], read = pool_size)]
static OTHER_KIND: Calls;

/// A name with what a family adds by itself.
#[metric]
static JOBS_TOTAL: Calls;

#[metric]
static WITHOUT_HELP: Calls;

/// A label that says how a call ended.
#[metric(labels(status))]
static TAKEN_LABEL: Calls<bool>;

/// Types without names.
#[metric]
static UNNAMED: Calls<(bool, bool)>;

/// A name without a type.
#[metric(labels(cached, fresh))]
static UNTYPED: Calls<bool>;

/// A type that only a counter has.
#[metric(labels(cached))]
static SURPLUS: Calls<bool, f64>;

fn main() {
    OTHER_KIND.start(()).finish_ok();
    JOBS_TOTAL.start(()).finish_ok();
    WITHOUT_HELP.start(()).finish_ok();
    TAKEN_LABEL.start(true).finish_ok();
    UNNAMED.start((true, true)).finish_ok();
    UNTYPED.start(true).finish_ok();
    SURPLUS.start(true).finish_ok();
}
