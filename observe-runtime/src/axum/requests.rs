//! Metrics of requests: `http_requests_total` and `http_request_duration_seconds`.
//!
//! The endpoint label is the route's template, so it is bounded by the router; and should a router
//! have more templates than a metric may have series, the rest is counted as `other`.

use crate::metric::{Descriptor, Encoder, FamilyType, HistogramValue, Number, Series, Source, registry};
use observe_rules::bucket::API;
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

/// The most combinations of labels: each is a histogram.
const MAX_COMBINATIONS: usize = DEFAULT_MAX_SERIES / (API.len() + 3);

/// The endpoint of a request that no route matched.
pub(super) const UNMATCHED: &str = "unmatched";
const OTHER: &str = "other";

/// The methods of RFC 9110 and PATCH; a client may send any word, and none of them becomes a label.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// The method as a label.
pub(super) fn method_label(method: &http::Method) -> &'static str {
    METHODS.iter().find(|known| **known == method.as_str()).copied().unwrap_or("OTHER")
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Labels {
    method: &'static str,
    endpoint: Arc<str>,
    status: u16,
}

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; API.len() + 1],
    nanos: u64,
}

/// The requests of this process, whichever server they came through.
#[derive(Debug, Default)]
pub(super) struct Requests {
    finished: Mutex<BTreeMap<Labels, Histogram>>,
}

/// The one table, registered when the first layer is made, so that its families are in every scrape.
pub(super) fn requests() -> &'static Requests {
    static REQUESTS: Requests = Requests { finished: Mutex::new(BTreeMap::new()) };
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| registry().add(&REQUESTS));
    &REQUESTS
}

impl Requests {
    pub(super) fn finished(&self, method: &'static str, endpoint: &Arc<str>, status: u16, duration: Duration) {
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        let mut labels = Labels { method, endpoint: Arc::clone(endpoint), status };
        if finished.len() >= MAX_COMBINATIONS && !finished.contains_key(&labels) {
            labels.endpoint = OTHER.into();
        }
        let histogram = finished.entry(labels).or_default();
        histogram.buckets[API.partition_point(|bound| *bound < duration.as_secs_f64())] += 1;
        histogram.nanos = histogram.nanos.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }
}

impl Source for Requests {
    fn families(&self) -> Vec<Descriptor> {
        vec![
            Descriptor::new("http_requests_total", FamilyType::Counter, "HTTP requests answered"),
            Descriptor::new(
                "http_request_duration_seconds",
                FamilyType::Histogram,
                "Duration of HTTP requests in seconds",
            )
            .in_unit("seconds"),
        ]
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        for (labels, histogram) in &*finished {
            let status = labels.status.to_string();
            // Where a series stands among the others changes with every new one.
            let series = Series { index: None, labels: &labels.pairs(&status) };
            if family == 0 {
                encoder.number(series, Number::Unsigned(histogram.buckets.iter().sum()));
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in every format")]
            let sum = histogram.nanos as f64 / 1e9;
            let value = HistogramValue { bounds: API, buckets: &histogram.buckets, sum, exemplar: &|_| None };
            encoder.histogram(series, &value);
        }
    }
}

impl Labels {
    fn pairs<'a>(&'a self, status: &'a str) -> [(&'static str, &'a str); 3] {
        [("method", self.method), ("endpoint", &self.endpoint), ("status", status)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_beyond_the_budget_are_counted_together() {
        let requests = Requests::default();
        for number in 0..MAX_COMBINATIONS + 50 {
            requests.finished("GET", &format!("/{number}").into(), 200, Duration::from_millis(1));
        }
        let finished = requests.finished.lock().unwrap();
        assert_eq!(finished.len(), MAX_COMBINATIONS + 1);
        let other = Labels { method: "GET", endpoint: OTHER.into(), status: 200 };
        assert_eq!(finished[&other].buckets[0], 50);
    }
}
