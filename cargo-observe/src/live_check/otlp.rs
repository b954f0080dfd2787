//! Requests of OTLP, read into the tracker.

use super::names::plain;
use super::tracker::Tracker;
use crate::catalogue::Kind;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint, metric, number_data_point};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;
use serde::de::DeserializeOwned;

/// One kind of request.
pub(super) trait Request: Message + Default + DeserializeOwned {
    fn track(&self, tracker: &mut Tracker);

    /// Out of protobuf.
    fn from_protobuf(body: &[u8]) -> Result<Self, String> {
        Self::decode(body).map_err(|error| format!("no request of OTLP: {error}"))
    }

    /// Out of JSON, as OTLP has it.
    fn from_json(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body).map_err(|error| format!("no request of OTLP: {error}"))
    }
}

impl Request for ExportTraceServiceRequest {
    fn track(&self, tracker: &mut Tracker) {
        tracker.received += 1;
        let scopes = self.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        for span in scopes.flat_map(|scope| &scope.spans) {
            let kind = match span.kind() {
                SpanKind::Server => "server",
                SpanKind::Client => "client",
                SpanKind::Producer => "producer",
                SpanKind::Consumer => "consumer",
                SpanKind::Internal | SpanKind::Unspecified => "internal",
            };
            tracker.span(&span.name, kind, span.attributes.iter().map(|attribute| attribute.key.as_str()));
        }
    }
}

impl Request for ExportMetricsServiceRequest {
    fn track(&self, tracker: &mut Tracker) {
        tracker.received += 1;
        let scopes = self.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
        for metric in scopes.flat_map(|scope| &scope.metrics) {
            track_metric(metric, tracker);
        }
    }
}

/// The catalogue declares no log records: they are taken, so that nobody is refused.
impl Request for ExportLogsServiceRequest {
    fn track(&self, tracker: &mut Tracker) {
        tracker.received += 1;
    }
}

fn track_metric(metric: &Metric, tracker: &mut Tracker) {
    // What is counted in, and whether that is nothing, of each point.
    let (kind, points): (_, Vec<(bool, &[KeyValue])>) = match &metric.data {
        Some(metric::Data::Gauge(data)) => (Some(Kind::Gauge), numbers(&data.data_points)),
        Some(metric::Data::Sum(data)) => {
            let kind = if data.is_monotonic { Kind::Counter } else { Kind::Gauge };
            (Some(kind), numbers(&data.data_points))
        }
        Some(metric::Data::Histogram(data)) => {
            let points = data.data_points.iter().map(|point| (point.count == 0, &*point.attributes));
            (Some(Kind::Histogram), points.collect())
        }
        Some(metric::Data::ExponentialHistogram(data)) => {
            let points = data.data_points.iter().map(|point| (point.count == 0, &*point.attributes));
            (Some(Kind::Histogram), points.collect())
        }
        Some(metric::Data::Summary(data)) => {
            let points = data.data_points.iter().map(|point| (point.count == 0, &*point.attributes));
            (Some(Kind::Summary), points.collect())
        }
        None => (None, Vec::new()),
    };
    let Some(index) = tracker.otlp_metric(&metric.name, &metric.unit, kind) else { return };
    for (is_zero, attributes) in points {
        let labels: Vec<_> = attributes.iter().map(|pair| (plain(&pair.key), text(pair.value.as_ref()))).collect();
        tracker.series(index, is_zero, labels.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    }
}

fn numbers(points: &[NumberDataPoint]) -> Vec<(bool, &[KeyValue])> {
    let is_zero = |point: &NumberDataPoint| match point.value {
        Some(number_data_point::Value::AsInt(value)) => value == 0,
        Some(number_data_point::Value::AsDouble(value)) => value == 0.0,
        None => true,
    };
    points.iter().map(|point| (is_zero(point), &*point.attributes)).collect()
}

/// A value as an exposition would show it.
fn text(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::BoolValue(value)) => value.to_string(),
        Some(any_value::Value::IntValue(value)) => value.to_string(),
        Some(any_value::Value::DoubleValue(value)) => value.to_string(),
        _ => String::new(),
    }
}

/// Reads a file of requests as JSON: one, or one on each line.
pub(super) fn read_json(text: &str, place: &str, tracker: &mut Tracker) {
    let is_one = serde_json::from_str::<serde_json::Value>(text).is_ok();
    let requests: Vec<(usize, &str)> =
        if is_one { vec![(1, text)] } else { text.lines().zip(1..).map(|(l, n)| (n, l)).collect() };
    for (number, request) in requests.into_iter().filter(|(_, request)| !request.trim().is_empty()) {
        if let Err(error) = track_json(request.as_bytes(), tracker) {
            tracker.malformed(place, &format!("line {number}: {error}"));
        }
    }
}

/// The request's own key says what it is.
fn track_json(request: &[u8], tracker: &mut Tracker) -> Result<(), String> {
    let value: serde_json::Value = serde_json::from_slice(request).map_err(|error| error.to_string())?;
    if value.get("resourceSpans").is_some() {
        ExportTraceServiceRequest::from_json(request)?.track(tracker);
    } else if value.get("resourceMetrics").is_some() {
        ExportMetricsServiceRequest::from_json(request)?.track(tracker);
    } else if value.get("resourceLogs").is_some() {
        ExportLogsServiceRequest::from_json(request)?.track(tracker);
    } else {
        return Err("it has neither resourceSpans nor resourceMetrics nor resourceLogs".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::example::catalogue;
    use super::*;

    const SPAN: &str = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"look_up","kind":1,"startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{"key":"top_k","value":{"intValue":"3"}}]}]}]}]}"#;
    const METRIC: &str = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"visits","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"attributes":[{"key":"status","value":{"stringValue":"ok"}}],"asInt":"1","timeUnixNano":"1","startTimeUnixNano":"1"}]}}]}]}]}"#;

    #[test]
    fn a_file_of_lines_is_read_line_by_line() {
        let mut tracker = Tracker::new(catalogue(), true);
        read_json(&format!("{SPAN}\n\n{METRIC}\nnothing\n{{}}\n"), "file", &mut tracker);
        let said: Vec<_> = tracker.findings.iter().map(|(finding, _)| finding.sentence()).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(
            said[0].starts_with("file: line 4: ") && said[1].starts_with("file: line 5: it has neither"),
            "{said:?}"
        );
        assert!(tracker.spans[1].came && tracker.spans[1].fields[0]);
        assert!(tracker.metrics[2].came && tracker.metrics[2].labels[0].contains("ok"));
    }

    #[test]
    fn one_request_over_many_lines_is_one() {
        let mut tracker = Tracker::new(catalogue(), true);
        let value: serde_json::Value = serde_json::from_str(SPAN).unwrap();
        read_json(&serde_json::to_string_pretty(&value).unwrap(), "file", &mut tracker);
        assert!(tracker.spans[1].came);
        assert_eq!(tracker.received, 1);
    }
}
