use observe::{Capped, Counter, Info, metric};

/// Uploads.
#[metric(labels(user_id))]
static UPLOADS_TOTAL: Counter<Capped<100>>;

/// Who this is.
#[metric(labels(version, email))]
static BUILD_INFO: Info;

fn main() {
    UPLOADS_TOTAL.with(Capped::new("u-1")).inc();
    BUILD_INFO.set(["1", "a@b.example"]);
}
