#[cfg(feature = "macros")]
mod declared;

use super::*;
use crate::span::{SpanId, TraceId};
use std::time::Duration;

/// The only family that this shows.
#[track_caller]
fn shown(family_type: FamilyType, show: impl FnOnce(&mut dyn Encoder)) -> Value {
    let mut page = Page::new(MOST_SHOWN);
    page.family(Some(0), "care_jobs", &Descriptor::new("jobs", family_type, "Jobs.").in_unit("seconds"));
    show(&mut page);
    let mut page = page.json(&History::default());
    let families = page["families"].as_array_mut().unwrap();
    assert_eq!(families.len(), 1);
    families.remove(0)
}

fn series<'a, const N: usize>(labels: &'a [(&'a str, &'a str); N]) -> Series<'a> {
    Series { index: None, labels }
}

/// The family of this process.
#[track_caller]
fn family(name: &str) -> Value {
    let page = json(&History::default());
    let families = page["families"].as_array().unwrap();
    let found: Vec<_> = families.iter().filter(|family| family["name"] == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0].clone()
}

#[test]
fn a_family_says_what_it_is_and_has_no_series_before_the_first() {
    for (family_type, name) in [
        (FamilyType::Counter, "counter"),
        (FamilyType::Gauge, "gauge"),
        (FamilyType::Histogram, "histogram"),
        (FamilyType::Summary, "summary"),
        (FamilyType::Info, "info"),
    ] {
        let expected = json!({
            "name": "care_jobs", "type": name, "unit": "seconds", "help": "Jobs.",
            "used": 0, "history": [], "series": [], "more": 0,
        });
        assert_eq!(shown(family_type, |_| {}), expected);
    }
}

#[test]
fn a_number_is_shown_as_it_was_counted() {
    let family = shown(FamilyType::Gauge, |page| {
        page.number(series(&[("model", "gpt4"), ("cached", "true")]), Number::Unsigned(u64::MAX));
        page.number(series(&[]), Number::Float(-0.5));
        page.number(series(&[("at", "a")]), Number::Float(f64::NAN));
        page.number(series(&[("at", "b")]), Number::Float(f64::NEG_INFINITY));
    });
    let expected = json!([
        { "labels": { "model": "gpt4", "cached": "true" }, "value": u64::MAX },
        { "labels": {}, "value": -0.5 },
        { "labels": { "at": "a" }, "value": null },
        { "labels": { "at": "b" }, "value": null },
    ]);
    assert_eq!((&family["series"], &family["used"]), (&expected, &json!(4)));
}

#[test]
fn a_histogram_has_its_buckets_alone_its_quantiles_and_its_examples() {
    let (trace_id, span_id) = (TraceId::random(), SpanId::random());
    let example = |bucket| {
        let time = UNIX_EPOCH + Duration::from_micros(1_700_000_000_000_250);
        (bucket > 0).then_some(Exemplar { trace_id, span_id, value: 0.75, time })
    };
    let family = shown(FamilyType::Histogram, |page| {
        let value = HistogramValue { bounds: &[0.5, 1.0], buckets: &[5, 4, 1], sum: 4.5, exemplar: &example };
        page.histogram(series(&[("model", "gpt4")]), &value);
    });
    let example = |le: Value| {
        json!({
            "le": le, "value": 0.75, "time": 1_700_000_000_000.25,
            "trace_id": trace_id.to_string(), "span_id": span_id.to_string(),
        })
    };
    let expected = json!([{
        "labels": { "model": "gpt4" }, "count": 10, "sum": 4.5,
        "p50": 0.5, "p95": 1.0, "p99": 1.0,
        "buckets": [[0.5, 5], [1.0, 4], ["+Inf", 1]],
        "exemplars": [example(json!(1.0)), example(json!("+Inf"))],
    }]);
    assert_eq!(family["series"], expected);
}

#[test]
fn an_empty_histogram_has_no_quantiles() {
    let family = shown(FamilyType::Histogram, |page| {
        let value = HistogramValue { bounds: &[0.5], buckets: &[0, 0], sum: 0.0, exemplar: &|_| None };
        page.histogram(series(&[("model", "gpt4")]), &value);
    });
    let one = &family["series"][0];
    assert_eq!([&one["p50"], &one["p95"], &one["p99"]], [&Value::Null; 3]);
    assert_eq!((&one["buckets"], &one["exemplars"]), (&json!([[0.5, 0], ["+Inf", 0]]), &json!([])));
}

#[test]
fn a_summary_has_its_own_quantiles_and_no_others() {
    let family = shown(FamilyType::Summary, |page| {
        let value = SummaryValue { quantiles: &[(0.5, 0.25), (0.9, 7.0), (0.99, f64::NAN)], sum: 2.5, count: 9 };
        page.summary(series(&[("model", "gpt4")]), &value);
    });
    let expected =
        json!([{ "labels": { "model": "gpt4" }, "count": 9, "sum": 2.5, "p50": 0.25, "p95": null, "p99": null }]);
    assert_eq!(family["series"], expected);
}

#[test]
fn of_a_family_with_many_series_the_first_are_shown_and_the_others_counted() {
    let with = |count: usize| {
        shown(FamilyType::Counter, |page| {
            (0..count).for_each(|at| page.number(series(&[("at", at.to_string().as_str())]), Number::Unsigned(1)));
        })
    };
    let family = with(MOST_SHOWN + 7);
    assert_eq!((&family["used"], &family["more"]), (&json!(MOST_SHOWN + 7), &json!(7)));
    assert_eq!(family["series"].as_array().unwrap().len(), MOST_SHOWN);
    assert_eq!(with(MOST_SHOWN)["more"], 0);
}

#[test]
fn no_family_has_more_series_than_it_is_allowed() {
    let page = json(&History::default());
    let families = page["families"].as_array().unwrap();
    assert!(families.iter().any(|family| family["name"] == "observe_spans_lost_total" && family["allowed"].is_u64()));
    for family in families {
        let allowed = family["allowed"].as_u64().unwrap_or(u64::MAX);
        assert!(family["used"].as_u64().unwrap() <= allowed, "{family}");
    }
}

#[test]
fn the_history_of_a_family_is_beside_it() {
    let history = History::default();
    history.tick();
    let page = json(&history);
    let family = page["families"].as_array().unwrap().iter().find(|one| one["name"] == "observe_metrics_memory_bytes");
    assert_eq!(family.unwrap()["history"].as_array().unwrap().len(), 1);
    assert_eq!(page["interval_ms"], 5000);
}

/// Its bounds are known to nobody.
#[cfg(feature = "prometheus")]
#[test]
fn what_a_merged_registry_has_is_shown_too() {
    let registry = ::prometheus::Registry::new();
    let waits = ::prometheus::IntGauge::new("page_merged_waits", "Waits.").unwrap();
    registry.register(Box::new(waits.clone())).unwrap();
    crate::prometheus::merge(&registry);
    waits.set(3);
    let family = family("page_merged_waits");
    assert_eq!((&family["type"], &family["series"][0]["value"]), (&json!("gauge"), &json!(3.0)));
    assert_eq!(family.get("allowed"), None);
}
