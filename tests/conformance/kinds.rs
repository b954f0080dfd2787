//! All that a service can expose, in both formats, through the validator: declared metrics of each kind,
//! metered functions with errors as labels, HTTP metrics and a merged registry; then the same after many
//! random operations.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

mod http;
mod odd;
#[path = "openmetrics/mod.rs"]
mod openmetrics;
mod service;

use axum::{Router, routing::get};
use observe::{Capped, Counter, Gauge, Histogram, Label, Summary, metered, metric, testing, traced};
use openmetrics::{Family, Format, Kind, undescribed, value};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};
use service::{OPENMETRICS_FIRST, scrape};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What one test counts would come between the two expositions that the other compares.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Label, Debug)]
#[label(ignore_data)]
enum BedError {
    #[label(rename = "no \"free\" bed")]
    Full,
    Closed(#[expect(dead_code, reason = "what an error carries is no label")] String),
}

/// Admits a patient.
#[traced]
#[metered(name = "admission", labels(ward), error = BedError)]
fn admit(ward: Capped<'_, 5>, error: Option<BedError>) -> Result<(), BedError> {
    let _ = ward;
    error.map_or(Ok(()), Err)
}

/// Both formats, each valid and described; the first is OpenMetrics.
#[track_caller]
fn both() -> [Vec<Family>; 2] {
    [(observe::Format::OpenMetrics, Format::OpenMetrics), (observe::Format::Text, Format::Prometheus)].map(
        |(format, rules)| {
            let text = observe::exposition_as(format);
            let families = openmetrics::read(&text, rules).unwrap_or_else(|problem| panic!("{problem}\n{text}"));
            assert_eq!(undescribed(&families), [""; 0]);
            families
        },
    )
}

fn family<'a>(families: &'a [Family], name: &str) -> &'a Family {
    families.iter().find(|family| family.name == name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// Another library's metrics.
fn merge_others() {
    let registry = Registry::new();
    let calls = IntCounterVec::new(Opts::new("other_calls_total", "Calls of \"another\"\nlibrary"), &["said"]).unwrap();
    let options = HistogramOpts::new("other_size_bytes", "Sizes of another library").buckets(vec![0.5, 10.0]);
    let sizes = HistogramVec::new(options, &["said"]).unwrap();
    calls.with_label_values(&["\"a\"\n\\"]).inc_by(7);
    for size in [0.5, 11.0] {
        sizes.with_label_values(&["ä"]).observe(size);
    }
    registry.register(Box::new(calls)).unwrap();
    registry.register(Box::new(sizes)).unwrap();
    observe::prometheus::merge(&registry);
}

#[test]
fn everything_that_can_be_exposed_is_valid_in_both_formats() {
    let _alone = alone();
    odd::count();
    merge_others();
    let address =
        service::serve(Router::new().route("/wards/{ward}", get(async || "open")).layer(observe::axum::layer()));
    for path in ["/wards/a", "/wards/\"b\"", "/nowhere"] {
        http::get(address, path, "").unwrap();
    }
    let capture = testing::capture();
    admit(Capped::new("a \"b\" \\"), None).unwrap();
    admit(Capped::new("north"), Some(BedError::Full)).unwrap_err();
    admit(Capped::new("north"), Some(BedError::Closed("at night".to_owned()))).unwrap_err();

    let [open, text] = both();
    odd::check(&open);
    odd::check(&text);
    for (name, kind, unit) in odd::FAMILIES {
        let family = family(&open, name);
        assert_eq!((family.kind, family.unit.as_deref().unwrap_or_default()), (*kind, *unit), "{name}");
    }
    for families in [&open, &text] {
        let count = |name: &str, labels: &[(&str, &str)]| value(families, name, labels);
        assert_eq!(count("admission_total", &[("ward", "a \"b\" \\"), ("status", "ok"), ("error_type", "none")]), 1.0);
        assert_eq!(count("admission_total", &[("ward", "north"), ("error_type", "no \"free\" bed")]), 1.0);
        assert_eq!(count("admission_duration_seconds_count", &[("ward", "north"), ("error_type", "closed")]), 1.0);
        assert_eq!(count("admission_in_progress", &[]), 0.0);
        assert_eq!(count("http_requests_total", &[("endpoint", "/wards/{ward}"), ("status", "200")]), 2.0);
        assert_eq!(count("http_requests_total", &[("status", "404")]), 1.0);
        assert_eq!(count("other_calls_total", &[("said", "\"a\"\n\\")]), 7.0);
        assert_eq!(count("other_size_bytes_sum", &[("said", "ä")]), 11.5);
        assert_eq!(family(families, "other_size_bytes").kind, Kind::Histogram);
    }
    // Each of the three calls is a series of its own, and its span the exemplar of its bucket.
    let traces: Vec<String> = capture.spans().iter().map(|span| span.trace_id.to_string()).collect();
    let buckets = &family(&open, "admission_duration_seconds").samples;
    let found: Vec<&str> = buckets
        .iter()
        .filter_map(|sample| sample.exemplar.as_ref())
        .map(|exemplar| exemplar.labels.iter().find(|(name, _)| name == "trace_id").unwrap().1.as_str())
        .collect();
    assert!(found.len() == 3 && traces.len() == 3 && found.iter().all(|id| traces.iter().any(|trace| trace == id)));
    let is_plain = |family: &Family| family.samples.iter().all(|sample| sample.exemplar.is_none());
    assert!(text.iter().all(is_plain), "the older format has no exemplars");
    // And so over HTTP.
    odd::check(&scrape(address, OPENMETRICS_FIRST));
    odd::check(&scrape(address, ""));
}

/// Does what happens.
#[traced]
#[metered(name = "random_work", labels(first: Capped<'_, 5> = Capped::new(first)), error = BedError)]
fn work(first: &str, error: Option<BedError>) -> Result<(), BedError> {
    error.map_or(Ok(()), Err)
}

/// Things that happen.
#[metric(labels(first, second))]
static RANDOM_EVENTS_TOTAL: Counter<(Capped<'static, 5>, Capped<'static, 3>)>;

/// What happens costs.
#[metric(labels(first), init = all)]
static RANDOM_COST_TOTAL: Counter<Capped<'static, 5>, f64>;

/// Where it stands.
#[metric(labels(first))]
static RANDOM_LEVEL: Gauge<Capped<'static, 5>>;

/// How large it is.
#[metric(labels(first), buckets = bytes)]
static RANDOM_SIZE_BYTES: Histogram<Capped<'static, 5>>;

/// How long it takes.
#[metric(labels(first))]
static RANDOM_WAIT_SECONDS: Summary<Capped<'static, 5>>;

/// A text of what formats stumble over, often one that was there before.
fn text(random: &mut fastrand::Rng) -> String {
    const PARTS: &[&str] = &[
        "\"", "\\", "\n", "\r", "\t", "\0", " ", "#", "# EOF\n", "{", "}", ",", "=", "ä", "☃", "🦀", "other", "a", "_",
    ];
    (0..random.usize(..4)).map(|_| PARTS[random.usize(..PARTS.len())]).collect()
}

/// Any float at all: each sign, each size, NaN and the infinities.
fn float(random: &mut fastrand::Rng) -> f64 {
    const ODD: &[f64] = &[0.0, -0.0, 1.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE];
    match random.u8(..3) {
        0 => ODD[random.usize(..ODD.len())],
        1 => random.f64() * 100.0,
        _ => f64::from_bits(random.u64(..)),
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "shown where the test fails")]
fn whatever_is_counted_both_formats_are_valid_and_say_the_same() {
    let _alone = alone();
    let _capture = testing::capture();
    let (mut events, mut worked, mut failed) = (0_u64, 0_u64, 0_u64);
    for seed in 0..20 {
        println!("seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..1000 {
            let (first, second, number) = (text(&mut random), text(&mut random), float(&mut random));
            let label = Capped::new(&first);
            match random.u8(..6) {
                0 => {
                    let by = random.u64(..1000);
                    events += by;
                    RANDOM_EVENTS_TOTAL.with((label, Capped::new(&second))).add(by);
                }
                // Sums may grow beyond all numbers, which the formats have to live with.
                1 => RANDOM_COST_TOTAL.with(label).add(number),
                2 => RANDOM_LEVEL.with(label).set(number),
                3 => RANDOM_SIZE_BYTES.with(label).observe(number),
                4 => RANDOM_WAIT_SECONDS.with(label).observe(number),
                _ => {
                    let error = [None, Some(BedError::Full), Some(BedError::Closed(second))];
                    let error = error.into_iter().nth(random.usize(..3)).unwrap();
                    (worked, failed) = (worked + u64::from(error.is_none()), failed + u64::from(error.is_some()));
                    let _ = work(&first, error);
                }
            }
        }
        let [open, text] = both();
        for families in [&open, &text] {
            let count = |name, labels: &[(&str, &str)]| value(families, name, labels).to_string();
            assert_eq!(count("random_events_total", &[]), events.to_string());
            assert_eq!(count("random_work_duration_seconds_count", &[("status", "error")]), failed.to_string());
            assert_eq!(count("random_work_total", &[("status", "ok")]), worked.to_string());
        }
        same(&open, &text);
    }
}

/// Every series of both has the same number.
#[track_caller]
fn same(open: &[Family], text: &[Family]) {
    let samples = |families: &[Family]| {
        let samples = families.iter().flat_map(|family| &family.samples);
        // It tells of the scrape before.
        let samples = samples.filter(|sample| sample.name != "observe_metrics_memory_bytes");
        let of = |sample: &openmetrics::Sample| {
            let mut labels = sample.labels.clone();
            for (name, value) in &mut labels {
                *value = odd::canonical(name, value);
            }
            ((sample.name.clone(), labels), sample.value)
        };
        samples.map(of).collect::<HashMap<_, _>>()
    };
    let (open, text) = (samples(open), samples(text));
    assert!(open.len() > 100, "{}", open.len());
    for (series, value) in &text {
        assert!(open.get(series).is_some_and(|other| odd::is_same(*other, *value)), "{series:?}: {value}");
    }
    assert_eq!(open.len(), text.len());
}
