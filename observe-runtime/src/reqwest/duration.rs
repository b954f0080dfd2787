//! `http.client.request.duration` of the OpenTelemetry semantic conventions, beside the metrics by provider, where the
//! names of the conventions are chosen.

use crate::clock::Ticks;
use crate::config::HttpServer;
use crate::metric::{
    Descriptor, Encoder, HistogramValue, Labels, SemanticAttribute, SemanticNames, Series, Source, is_enabled, registry,
};
use crate::redact::scrub::scrub;
use observe_rules::families::{HTTP_CLIENT_SEMANTIC, MOST_CLIENT_REQUESTS, SECONDS};
use std::collections::BTreeMap;
use std::sync::{Mutex, Once, PoisonError};

const METHOD: &str = "http_request_method";
const ADDRESS: &str = "server_address";
const PORT: &str = "server_port";
const STATUS: &str = "http_response_status_code";
const ERROR: &str = "error_type";

static ATTRIBUTES: [SemanticAttribute; 5] = [
    SemanticAttribute { label: METHOD, name: "http.request.method", is_number: false },
    SemanticAttribute { label: ADDRESS, name: "server.address", is_number: false },
    SemanticAttribute { label: PORT, name: "server.port", is_number: true },
    SemanticAttribute { label: STATUS, name: "http.response.status_code", is_number: true },
    SemanticAttribute { label: ERROR, name: "error.type", is_number: false },
];

static NAMES: SemanticNames =
    SemanticNames { name: "http.client.request.duration", unit: "s", attributes: &ATTRIBUTES, is_up_down: false };

/// The labels of a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    method: &'static str,
    address: String,
    port: Option<u16>,
    status: Option<u16>,
    error: Option<&'static str>,
}

#[derive(Clone, Debug, Default)]
struct Histogram {
    buckets: [u64; SECONDS.len() + 1],
    nanos: u64,
}

type Requests = BTreeMap<Request, Histogram>;

static REQUESTS: Mutex<Requests> = Mutex::new(BTreeMap::new());

/// Makes the family known, so that it is in every scrape from now on.
pub(super) fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| registry().add(&ClientDuration));
}

/// A request whose time is taken.
pub(super) struct Timed {
    start: Ticks,
    request: Request,
}

impl Timed {
    /// `None` where the names of the conventions are not chosen.
    pub(super) fn begin(method: &'static str, address: &str, port: Option<u16>) -> Option<Self> {
        if !HttpServer::chosen().naming.has_opentelemetry() || !is_enabled() {
            return None;
        }
        let address = scrub(address).into_owned();
        Some(Self { start: Ticks::now(), request: Request { method, address, port, status: None, error: None } })
    }

    pub(super) fn answered(&mut self, status: u16) {
        self.request.status = Some(status);
    }

    pub(super) fn finish(mut self, error: Option<&'static str>, end: Ticks) {
        self.request.error = error;
        let mut requests = REQUESTS.lock().unwrap_or_else(PoisonError::into_inner);
        count(&mut requests, self.request, end.nanos_since(self.start));
    }
}

fn count(requests: &mut Requests, mut request: Request, nanos: u64) {
    // What comes later is counted without its address.
    if requests.len() >= MOST_CLIENT_REQUESTS && !requests.contains_key(&request) {
        "other".clone_into(&mut request.address);
        request.port = None;
    }
    let histogram = requests.entry(request).or_default();
    histogram.buckets[SECONDS.partition_point(|bound| *bound < seconds(nanos))] += 1;
    histogram.nanos = histogram.nanos.saturating_add(nanos);
}

fn seconds(nanos: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in every format")]
    let seconds = nanos as f64 / 1e9;
    seconds
}

impl Labels for Request {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        see(METHOD, self.method);
        see(ADDRESS, &self.address);
        for (label, number) in [(PORT, self.port), (STATUS, self.status)] {
            if let Some(number) = number {
                see(label, &number.to_string());
            }
        }
        if let Some(error) = self.error {
            see(ERROR, error);
        }
    }
}

struct ClientDuration;

impl Source for ClientDuration {
    fn families(&self) -> Vec<Descriptor> {
        if !HttpServer::chosen().naming.has_opentelemetry() {
            return Vec::new();
        }
        vec![Descriptor::of(&HTTP_CLIENT_SEMANTIC.families[0]).semantic(&NAMES)]
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, _: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let requests = REQUESTS.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (request, Histogram { buckets, nanos }) in &requests {
            // Where a series stands among the others changes with every new one.
            let series = Series { index: None, labels: request };
            let (bounds, sum) = (SECONDS, seconds(*nanos));
            encoder.histogram(series, &HistogramValue { bounds, buckets, sum, exemplar: &|_| None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_beyond_the_budget_are_counted_together() {
        let mut requests = Requests::new();
        for at in 0..MOST_CLIENT_REQUESTS + 50 {
            let address = format!("host-{at}.example");
            count(
                &mut requests,
                Request { method: "GET", address, port: Some(443), status: Some(200), error: None },
                1,
            );
        }
        assert_eq!(requests.len(), MOST_CLIENT_REQUESTS + 1);
        let other = requests.iter().find(|(request, _)| request.address == "other").unwrap();
        assert_eq!((other.0.port, other.1.buckets[0]), (None, 50));
    }
}
