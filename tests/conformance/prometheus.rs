//! A service that the real Prometheus scrapes: it must understand everything, and get every number.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

mod http;
mod odd;
#[path = "openmetrics/mod.rs"]
mod openmetrics;
mod prometheus_server;
mod service;

use axum::{Router, routing::get};
use observe::{Label, metered, testing, traced};
use odd::{canonical, is_same};
use openmetrics::{Family, Format, Kind, undescribed, value};
use prometheus_server::{JOB, Prometheus, check_metrics, program};
use service::{OPENMETRICS_FIRST, scrape};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::LazyLock;

/// Texts that every layer between here and the database has to escape.
#[derive(Label, Clone, Copy)]
enum Room {
    #[label(rename = "the \"quiet\" room")]
    Quiet,
    #[label(rename = r"C:\ward\new")]
    Ward,
    #[label(rename = "größe ☃ # {le=\"1\"} 2")]
    Large,
}

/// A label by hand may have what the derive refuses.
#[derive(Clone, Copy)]
struct Night(bool);

impl Label for Night {
    const CARDINALITY: usize = 2;
    fn index(&self) -> usize {
        usize::from(self.0)
    }
    fn value(index: usize) -> &'static str {
        ["day", "night\nshift\\"][index]
    }
}

#[traced]
#[metered(name = "booking", labels(room, night: Night), help = "Books a \"room\", or \\ doesn't\nat all", buckets = ai)]
fn book(room: Room, night: Night, free: bool) -> Result<(), String> {
    let _ = (room, night);
    if free { Ok(()) } else { Err("taken".into()) }
}

/// What the service has counted before anybody asks: nothing is added later.
const QUIET: u32 = 70;
const WARD: u32 = 5;
const TAKEN: u32 = 3;
const REQUESTS: u32 = 4;
/// All of them, and the one whose span is known.
const CALLS: u32 = QUIET + WARD + TAKEN + 1;

/// Labels of an exemplar: the trace, and the span in it.
type Example = [String; 2];

struct Service {
    address: SocketAddr,
    /// The only call of its series.
    call: Example,
}

/// The one service of this process.
static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    // As a service does, so that everything is in the exposition; but a failed test reads as it always does.
    let hook = std::panic::take_hook();
    std::mem::forget(observe::init!("conformance").unwrap());
    std::panic::set_hook(hook);
    (0..QUIET).for_each(|_| assert!(book(Room::Quiet, Night(false), true).is_ok()));
    (0..WARD).for_each(|_| assert!(book(Room::Ward, Night(true), true).is_ok()));
    (0..TAKEN).for_each(|_| assert!(book(Room::Large, Night(true), false).is_err()));
    let call = {
        let capture = testing::capture();
        assert!(book(Room::Large, Night(false), true).is_ok());
        let span = capture.span("book");
        [span.trace_id.to_string(), span.span_id.to_string()]
    };
    odd::count();
    let address =
        service::serve(Router::new().route("/rooms/{room}", get(async || "free")).layer(observe::axum::layer()));
    for number in 0..REQUESTS {
        assert_eq!(http::get(address, &format!("/rooms/{number}"), "").unwrap().status, 200);
    }
    Service { address, call }
});

/// Labels in the order of their names; the name is one of them, and a bound is a number.
type Series = BTreeMap<String, String>;

fn series(labels: impl Iterator<Item = (String, String)>) -> Series {
    let plain = |(name, value): (String, String)| {
        let value = canonical(&name, &value);
        (name, value)
    };
    // To the database, a label that is empty is none.
    let is_shown =
        |(name, value): &(String, String)| !value.is_empty() && !["job", "instance"].contains(&name.as_str());
    labels.filter(is_shown).map(plain).collect()
}

fn samples(families: &[Family]) -> BTreeMap<Series, f64> {
    let samples = families.iter().flat_map(|family| &family.samples);
    let named = samples.map(|sample| {
        let name = ("__name__".to_owned(), sample.name.clone());
        (series(sample.labels.iter().cloned().chain([name])), sample.value)
    });
    named.collect()
}

#[test]
fn prometheus_gets_every_number_and_every_description() {
    let Some(program) = program("prometheus") else { return };
    let Service { address, call } = &*SERVICE;
    // That Prometheus got the same is shown by the families' names and units, and by the exemplars.
    let answer = http::get(*address, "/metrics", OPENMETRICS_FIRST).unwrap();
    assert_eq!(Format::of(&answer.content_type), Some(Format::OpenMetrics), "{}", answer.content_type);
    let before = scrape(*address, OPENMETRICS_FIRST);
    odd::check(&before);
    let prometheus = Prometheus::start(&program, *address);
    prometheus.wait_for_scrape();

    let targets = prometheus.api("targets?state=active");
    let target = &targets["activeTargets"][0];
    assert_eq!((&target["health"], &target["lastError"]), (&"up".into(), &"".into()), "{targets}");

    // Every series, and every number that stood still.
    let found: BTreeMap<Series, f64> = prometheus
        .query(&format!("{{job=\"{JOB}\"}}"))
        .into_iter()
        .map(|(metric, value)| {
            let labels = metric.as_object().unwrap().iter();
            (series(labels.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))), value)
        })
        .filter(|(series, _)| series["__name__"] != "up" && !series["__name__"].starts_with("scrape_"))
        .collect();
    let (before, families) = (samples(&before), scrape(*address, OPENMETRICS_FIRST));
    let after = samples(&families);
    assert_eq!(found.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (series, value) in &after {
        let stood_still = before.get(series).is_some_and(|before| is_same(*before, *value));
        assert!(!stood_still || is_same(found[series], *value), "{series:?}: {} and {value}", found[series]);
    }

    // The numbers that are known here: all of them stood still.
    for (name, labels, value) in odd::EXPECTED {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let one = series(labels.chain([("__name__".to_owned(), (*name).to_owned())]));
        assert!(is_same(found[&one], *value), "{one:?}: {} and {value}", found[&one]);
    }
    for (query, expected) in [
        (r#"booking_total{room="the \"quiet\" room",night="day",status="ok"}"#, QUIET),
        (r#"booking_total{room="C:\\ward\\new",night="night\nshift\\",status="ok"}"#, WARD),
        (r#"booking_total{room="größe ☃ # {le=\"1\"} 2",night="night\nshift\\",status="error"}"#, TAKEN),
        (r#"booking_total{room="größe ☃ # {le=\"1\"} 2",night="day",status="ok"}"#, 1),
        ("sum(booking_duration_seconds_count)", CALLS),
        (r#"sum(booking_duration_seconds_bucket{le="+Inf"})"#, CALLS),
        ("sum(booking_in_progress)", 0),
        (r#"http_requests_total{method="GET",endpoint="/rooms/{room}",status="200"}"#, REQUESTS),
    ] {
        let found: Vec<f64> = prometheus.query(query).into_iter().map(|(_, value)| value).collect();
        assert_eq!(found, [f64::from(expected)], "{query}");
    }

    // The exemplars: those that are shown are stored, and the span that is known is that of its series.
    let stored = stored_examples(&prometheus, "booking_duration_seconds_bucket");
    let shown = shown_examples(&families, "booking_duration_seconds_bucket");
    assert_eq!(stored, shown);
    let of_call = stored.iter().filter(|(series, _)| series["room"].contains("größe") && series["night"] == "day");
    assert_eq!(of_call.map(|(_, example)| example).collect::<Vec<_>>(), [call]);
    // Each of the three others has one at least.
    assert!(stored.len() > 3, "{stored:?}");

    // The descriptions.
    let metadata = prometheus.api("targets/metadata");
    let metadata = metadata.as_array().unwrap().iter();
    let found: BTreeMap<&str, [&str; 3]> = metadata
        .map(|one| (one["metric"].as_str().unwrap(), ["type", "help", "unit"].map(|key| one[key].as_str().unwrap())))
        .collect();
    let expected: BTreeMap<&str, [&str; 3]> = families
        .iter()
        .map(|family| {
            let help = family.help.as_deref().unwrap_or_default();
            (family.name.as_str(), [type_name(family.kind), help, family.unit.as_deref().unwrap_or_default()])
        })
        .collect();
    assert_eq!(found, expected);
    // And the text of one, which is known here.
    let help = "Calls under way: Books a \"room\", or \\ doesn't\nat all";
    assert_eq!(found["booking_in_progress"], ["gauge", help, ""]);
    // Names of counters without their suffix, and units at all: only OpenMetrics has them.
    assert!(found["booking"][0] == "counter" && !found.contains_key("booking_total"), "{found:?}");
    assert_eq!((found["booking_duration_seconds"][0], found["booking_duration_seconds"][2]), ("histogram", "seconds"));
    for (name, kind, unit) in odd::FAMILIES {
        assert_eq!((found[name][0], found[name][2]), (type_name(*kind), *unit), "{name}");
    }
    assert_eq!(undescribed(&families), [""; 0]);
}

/// The exemplars that the database has of this name, by series.
fn stored_examples(prometheus: &Prometheus, name: &str) -> BTreeSet<(Series, Example)> {
    let found = prometheus.api(&format!("query_exemplars?query={name}&start=0&end=9999999999"));
    let of_series = |one: &serde_json::Value| {
        let labels = one["seriesLabels"].as_object().unwrap().clone().into_iter();
        let series = series(labels.map(|(name, value)| (name, value.as_str().unwrap().to_owned())));
        let examples = one["exemplars"].as_array().unwrap().clone().into_iter();
        examples.map(move |example| {
            let text = |key: &str| example["labels"][key].as_str().unwrap().to_owned();
            (series.clone(), ["trace_id", "span_id"].map(text))
        })
    };
    found.as_array().unwrap().iter().flat_map(of_series).collect()
}

/// The same out of an exposition.
fn shown_examples(families: &[Family], name: &str) -> BTreeSet<(Series, Example)> {
    let samples = families.iter().flat_map(|family| &family.samples).filter(|sample| sample.name == name);
    let examples = samples.filter_map(|sample| {
        let labels = &sample.exemplar.as_ref()?.labels;
        let text = |key: &str| labels.iter().find(|(name, _)| name == key).unwrap().1.clone();
        let name = ("__name__".to_owned(), sample.name.clone());
        Some((series(sample.labels.iter().cloned().chain([name])), ["trace_id", "span_id"].map(text)))
    });
    examples.collect()
}

/// The type as Prometheus calls it.
fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::GaugeHistogram => "gaugehistogram",
        Kind::Summary => "summary",
        Kind::Info => "info",
        Kind::StateSet => "stateset",
        Kind::Unknown => "unknown",
    }
}

#[test]
fn promtool_has_nothing_to_say() {
    let Some(promtool) = program("promtool") else { return };
    let text = http::get(SERVICE.address, "/metrics", "").unwrap().body;
    let families = openmetrics::read(&text, Format::Prometheus).unwrap();
    assert_eq!(value(&families, "booking_total", &[]), f64::from(CALLS));
    odd::check(&families);
    let output = check_metrics(&promtool, &text);
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}\n{text}");
}

#[test]
fn promtool_would_say_what_is_wrong() {
    let Some(promtool) = program("promtool") else { return };
    for (text, code) in [("# HELP a A\n# TYPE a counter\na 1\n", 3), ("# TYPE a gauge\na{b=c} 1\n", 1)] {
        let output = check_metrics(&promtool, text);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
    }
}
