#![expect(unsafe_code, reason = "the records of annotations, which only in this crate are not from elsewhere")]

use super::*;
use crate::{Capped, Counter, Gauge, Histogram, Info, Label, Summary, metered, metric};

#[derive(Label)]
enum Model {
    Gpt4,
    Claude,
}

/// Tokens of this test.
#[metric(labels(model, tenant))]
static PAGE_TOKENS_TOTAL: Counter<(Model, Capped<'static, 4>)>;

/// Load of this test.
#[metric]
static PAGE_LOAD_RATIO: Gauge;

/// Sizes of this test.
#[metric(labels(model), buckets = [10.0, 20.0])]
static PAGE_SIZE_BYTES: Histogram<Option<Model>>;

/// Waits of this test.
#[metric(labels(model), quantiles = [0.5, 0.95])]
static PAGE_WAIT_SECONDS: Summary<Model>;

/// Build of this test.
#[metric(labels(version, commit))]
static PAGE_BUILD_INFO: Info;

#[metered(name = "page_call", labels(model: Model = model))]
fn call(model: Model) -> Result<(), String> {
    Err(Model::value(model.index()).to_owned())
}

#[test]
fn what_a_declaration_can_make_at_most_is_said() {
    PAGE_TOKENS_TOTAL.with((Model::Claude, Capped::new("acme"))).inc();
    PAGE_LOAD_RATIO.set(0.5);
    PAGE_SIZE_BYTES.with(Some(Model::Gpt4)).observe(12.0);
    PAGE_SIZE_BYTES.with(None).observe(12.0);
    PAGE_WAIT_SECONDS.with(Model::Gpt4).observe(1.0);
    PAGE_BUILD_INFO.set(["1", "abc"]);
    let _ = (call(Model::Gpt4), call(Model::Claude));
    for (name, used, allowed) in [
        // `other` is a value too.
        ("page_tokens_total", 1, 2 * 5),
        ("page_load_ratio", 1, 1),
        ("page_size_bytes", 2, 3),
        ("page_wait_seconds", 1, 2),
        ("page_build_info", 1, 1),
        ("page_call_total", 2, 2 * 4),
        ("page_call_duration_seconds", 2, 2 * 4),
        ("page_call_in_progress", 2, 2),
    ] {
        let family = family(name);
        assert_eq!((&family["used"], &family["allowed"]), (&json!(used), &json!(allowed)), "{name}");
    }
}
