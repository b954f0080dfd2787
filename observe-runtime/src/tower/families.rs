//! How the counts of requests are shown: the two families of names, out of one table.

use super::requests::{BUCKETS, DURATIONS, Requests, Route, SIZES, pair, parts, requests};
use crate::config::HttpServer;
use crate::families;
use crate::metric::{
    Descriptor, Encoder, Exemplar, HistogramValue, Labels, Number, SemanticAttribute, SemanticNames, Series, Source,
    registry,
};
use observe_rules::bucket::{API, BYTES};
use observe_rules::families::{HTTP, HTTP_SEMANTIC, SECONDS};
use std::sync::{Once, PoisonError};

/// Makes the families known, so that they are in every scrape from now on.
pub(super) fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        families::mark(families::HTTP);
        registry().add(&Prometheus);
        registry().add(&OpenTelemetry);
    });
}

/// The numbers of one scrape.
struct Numbers<'a> {
    pairs: &'a [u64],
    endings: &'a [u64],
}

const PAIR: usize = pair::LENGTH;
const ENDING: usize = BUCKETS + DURATIONS;

impl Requests {
    fn read(&self, numbers: &mut Vec<u64>) {
        self.by_pair.read(numbers);
        self.by_ending.read(numbers);
    }

    fn numbers<'a>(&self, numbers: &'a [u64]) -> Numbers<'a> {
        let (pairs, rest) = numbers.split_at(self.by_pair.rows() * PAIR);
        Numbers { pairs, endings: &rest[..self.by_ending.rows() * ENDING] }
    }

    /// Shows each pair whose row says something.
    fn each_pair(&self, numbers: &Numbers<'_>, mut show: impl FnMut(usize, Shown<'_>, &[u64])) {
        for (at, (row, (combination, is_https))) in numbers.pairs.chunks_exact(PAIR).zip(self.pairs.all()).enumerate() {
            let (route, method, _) = parts(combination);
            show(at, Shown { route, method, status: "", is_https }, row);
        }
    }

    /// Shows each ending that there was.
    fn each_ending(&self, numbers: &Numbers<'_>, mut show: impl FnMut(usize, Shown<'_>, &[u64])) {
        let rows = numbers.endings.chunks_exact(ENDING).zip(self.endings.all()).enumerate();
        for (at, (row, (combination, is_https))) in rows {
            if row[BUCKETS..].iter().any(|count| *count > 0) {
                let (route, method, status) = parts(combination);
                let status = if status == 0 { "other".to_owned() } else { status.to_string() };
                show(at, Shown { route, method, status: &status, is_https }, row);
            }
        }
    }

    fn exemplar(&self, row: usize, bucket: usize) -> Option<Exemplar> {
        self.exemplars.get(row * DURATIONS + bucket)
    }
}

/// The labels of a series.
struct Shown<'a> {
    route: Route,
    method: &'static str,
    status: &'a str,
    is_https: bool,
}

/// `http_requests_total` and those that belong to it.
struct Prometheus;

/// Those of the OpenTelemetry semantic conventions, "HTTP metrics".
struct OpenTelemetry;

impl Source for Prometheus {
    fn families(&self) -> Vec<Descriptor> {
        if !HttpServer::chosen().naming.has_prometheus() {
            return Vec::new();
        }
        Descriptor::all(&HTTP)
    }

    fn read(&self, numbers: &mut Vec<u64>) {
        if HttpServer::chosen().naming.has_prometheus() {
            requests().read(numbers);
        }
    }

    fn show(&self, family: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        let requests = requests();
        let numbers = requests.numbers(numbers);
        match family {
            0 | 1 => requests.each_ending(&numbers, |at, shown, row| {
                let Shown { route, method, status, .. } = shown;
                let labels = [("method", method), ("endpoint", route.text()), ("status", status)];
                let series = Series { index: Some(at), labels: &labels };
                let buckets = &row[BUCKETS..];
                if family == 0 {
                    encoder.number(series, Number::Unsigned(buckets.iter().sum()));
                } else {
                    let exemplar = |bucket: usize| {
                        let finer = (0..DURATIONS).filter(|fine| coarse(*fine) == bucket);
                        finer.filter_map(|fine| requests.exemplar(at, fine)).last()
                    };
                    show_histogram(encoder, series, API, &merged(buckets), seconds(row[0]), &exemplar);
                }
            }),
            5 => show_errors(requests, encoder),
            _ => requests.each_pair(&numbers, |at, shown, row| {
                let labels = [("method", shown.method), ("endpoint", shown.route.text())];
                show_pair(family - 2, Series { index: Some(at), labels: &labels }, row, encoder);
            }),
        }
    }
}

/// What the exposition calls an attribute.
const METHOD: &str = "http_request_method";
const ROUTE: &str = "http_route";
const STATUS: &str = "http_response_status_code";
const SCHEME: &str = "url_scheme";
const ERROR: &str = "error_type";

static ATTRIBUTES: [SemanticAttribute; 5] = [
    SemanticAttribute { label: METHOD, name: "http.request.method", is_number: false },
    SemanticAttribute { label: ROUTE, name: "http.route", is_number: false },
    SemanticAttribute { label: STATUS, name: "http.response.status_code", is_number: true },
    SemanticAttribute { label: SCHEME, name: "url.scheme", is_number: false },
    SemanticAttribute { label: ERROR, name: "error.type", is_number: false },
];

const fn names(name: &'static str, unit: &'static str, is_up_down: bool) -> SemanticNames {
    SemanticNames { name, unit, attributes: &ATTRIBUTES, is_up_down }
}

static DURATION: SemanticNames = names("http.server.request.duration", "s", false);
static ACTIVE: SemanticNames = names("http.server.active_requests", "{request}", true);
static REQUEST_SIZE: SemanticNames = names("http.server.request.body.size", "By", false);
static RESPONSE_SIZE: SemanticNames = names("http.server.response.body.size", "By", false);

impl Source for OpenTelemetry {
    fn families(&self) -> Vec<Descriptor> {
        if !HttpServer::chosen().naming.has_opentelemetry() {
            return Vec::new();
        }
        let names = [&DURATION, &ACTIVE, &REQUEST_SIZE, &RESPONSE_SIZE];
        let families = HTTP_SEMANTIC.families.iter().zip(names);
        families.map(|(family, names)| Descriptor::of(family).semantic(names)).collect()
    }

    fn read(&self, numbers: &mut Vec<u64>) {
        if HttpServer::chosen().naming.has_opentelemetry() {
            requests().read(numbers);
        }
    }

    fn show(&self, family: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        let requests = requests();
        let numbers = requests.numbers(numbers);
        if family > 0 {
            requests.each_pair(&numbers, |at, shown, row| {
                let labels = SemanticLabels { shown: &shown, is_over: false };
                show_pair(family - 1, Series { index: Some(at), labels: &labels }, row, encoder);
            });
            return;
        }
        requests.each_ending(&numbers, |at, shown, row| {
            let labels = SemanticLabels { shown: &shown, is_over: true };
            let exemplar = |bucket: usize| requests.exemplar(at, bucket);
            let series = Series { index: Some(at), labels: &labels };
            show_histogram(encoder, series, SECONDS, &row[BUCKETS..], seconds(row[0]), &exemplar);
        });
    }
}

/// The labels of the semantic conventions: no route where none matched, and no error where nothing failed.
struct SemanticLabels<'a> {
    shown: &'a Shown<'a>,
    is_over: bool,
}

impl Labels for SemanticLabels<'_> {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        let Shown { route, method, status, is_https } = *self.shown;
        see(METHOD, if method == "OTHER" { "_OTHER" } else { method });
        if route != Route::UNMATCHED {
            see(ROUTE, route.text());
        }
        if self.is_over {
            see(STATUS, status);
        }
        see(SCHEME, if is_https { "https" } else { "http" });
        if self.is_over && status.starts_with('5') {
            see(ERROR, status);
        }
    }
}

/// One of the families of pairs: those under way, what was received, what was sent.
fn show_pair(family: usize, series: Series<'_>, row: &[u64], encoder: &mut dyn Encoder) {
    let histogram = match family {
        0 => {
            let (begun, ended) = (row[pair::BEGUN], row[pair::ENDED]);
            if begun > 0 {
                // An end may be seen whose begin, on another thread, is not seen yet.
                encoder.number(series, Number::Unsigned(begun.saturating_sub(ended)));
            }
            return;
        }
        1 => pair::RECEIVED,
        _ => pair::SENT,
    };
    let buckets = &row[histogram.buckets..][..SIZES];
    if buckets.iter().any(|count| *count > 0) {
        #[expect(clippy::cast_precision_loss, reason = "a sum is a float in every format")]
        let sum = row[histogram.sum] as f64;
        show_histogram(encoder, series, BYTES, buckets, sum, &|_| None);
    }
}

fn show_errors(requests: &Requests, encoder: &mut dyn Encoder) {
    let errors = requests.errors.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for ((route, error), count) in errors {
        let labels = [("error_type", error), ("endpoint", route.text())];
        // Where a series stands among the others changes with every new one.
        encoder.number(Series { index: None, labels: &labels }, Number::Unsigned(count));
    }
}

fn show_histogram(
    encoder: &mut dyn Encoder,
    series: Series<'_>,
    bounds: &[f64],
    buckets: &[u64],
    sum: f64,
    exemplar: &dyn Fn(usize) -> Option<Exemplar>,
) {
    encoder.histogram(series, &HistogramValue { bounds, buckets, sum, exemplar });
}

/// The bucket of the preset `api` that a finer one is part of.
fn coarse(bucket: usize) -> usize {
    let bound = SECONDS.get(bucket).copied().unwrap_or(f64::INFINITY);
    API.partition_point(|coarse| *coarse < bound)
}

fn merged(buckets: &[u64]) -> [u64; API.len() + 1] {
    let mut merged = [0; API.len() + 1];
    for (bucket, count) in buckets.iter().enumerate() {
        merged[coarse(bucket)] += count;
    }
    merged
}

fn seconds(nanos: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in every format")]
    let seconds = nanos as f64 / 1e9;
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else a duration might be in another bucket than where it belongs.
    #[test]
    fn the_bounds_of_the_preset_are_among_the_finer_ones() {
        assert!(API.iter().all(|bound| SECONDS.contains(bound)));
        let merged = merged(&[1; DURATIONS]);
        assert_eq!(merged, [2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1]);
    }
}
