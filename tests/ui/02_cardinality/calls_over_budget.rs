use observe::{Calls, Capped, metered, metric};

/// Calls of many tenants.
#[metric(labels(tenant), max_series = 100)]
static TENANT_CALL: Calls<Capped<'static, 50>>;

/// Bounds that go down.
#[metric(buckets = [2.0, 1.0])]
static STEEP_CALL: Calls;

/// One name for two metrics.
#[metric]
static SHARED_NAME: Calls;

#[metered(name = "shared_name")]
fn same_name() {}

fn main() {
    TENANT_CALL.start(Capped::new("acme")).finish_ok();
    STEEP_CALL.start(()).finish_ok();
    SHARED_NAME.start(()).finish_ok();
    same_name();
}
