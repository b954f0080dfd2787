//! What a server got, and what it refused: the figures that the program's own are held against.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::{NumberDataPoint, metric, number_data_point};
use prost::Message as _;

/// What a request is full of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Spans,
    Metrics,
    Logs,
}

impl Signal {
    /// By the path of HTTP or by that of gRPC.
    pub(crate) fn of(path: &str) -> Self {
        let is = |parts: [&str; 2]| parts.iter().any(|part| path.contains(part));
        match path {
            _ if is(["/v1/traces", "TraceService"]) => Self::Spans,
            _ if is(["/v1/metrics", "MetricsService"]) => Self::Metrics,
            _ if is(["/v1/logs", "LogsService"]) => Self::Logs,
            other => panic!("{other} is no path of OTLP"),
        }
    }
}

/// What was taken, in the order in which it came, and how much was not.
#[derive(Debug, Default)]
pub(crate) struct Books {
    /// The number of each span.
    pub(crate) spans: Vec<i64>,
    /// The body of each log record.
    pub(crate) logs: Vec<String>,
    /// The total of `work_total` in each request with metrics that has one.
    pub(crate) totals: Vec<i64>,
    /// Items that the server has looked at and does not want.
    pub(crate) refused_spans: usize,
    pub(crate) refused_logs: usize,
    /// Requests that came, by signal, whatever became of them.
    pub(crate) requests: [usize; 3],
}

impl Books {
    /// Takes a request but for its first items.
    pub(crate) fn take(&mut self, signal: Signal, message: &[u8], refused: usize) {
        match signal {
            Signal::Spans => {
                let numbers = span_numbers(message);
                self.refused_spans += refused.min(numbers.len());
                self.spans.extend(numbers.into_iter().skip(refused));
            }
            Signal::Logs => {
                let bodies = log_bodies(message);
                self.refused_logs += refused.min(bodies.len());
                self.logs.extend(bodies.into_iter().skip(refused));
            }
            Signal::Metrics if refused < usize::MAX => self.totals.extend(work_total(message)),
            Signal::Metrics => {}
        }
    }
}

fn span_numbers(message: &[u8]) -> Vec<i64> {
    let request = ExportTraceServiceRequest::decode(message).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).map(|span| number(&span.attributes)).collect()
}

fn number(attributes: &[KeyValue]) -> i64 {
    let number = attributes.iter().find(|attribute| attribute.key == "number").unwrap();
    match &number.value {
        Some(AnyValue { value: Some(Value::IntValue(number)) }) => *number,
        other => panic!("{other:?}"),
    }
}

fn log_bodies(message: &[u8]) -> Vec<String> {
    let request = ExportLogsServiceRequest::decode(message).unwrap();
    let scopes = request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
    let bodies = scopes.flat_map(|scope| scope.log_records).map(|record| record.body.unwrap().value.unwrap());
    bodies
        .map(|body| match body {
            Value::StringValue(text) => text,
            other => panic!("{other:?}"),
        })
        .collect()
}

/// The sum of all series of the counter; `None` where it is not shown.
fn work_total(message: &[u8]) -> Option<i64> {
    let request = ExportMetricsServiceRequest::decode(message).unwrap();
    let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
    let metric = scopes.flat_map(|scope| scope.metrics).find(|metric| metric.name == "work_total")?;
    let Some(metric::Data::Sum(sum)) = metric.data else { panic!("{metric:?}") };
    let value = |point: &NumberDataPoint| match point.value {
        Some(number_data_point::Value::AsInt(value)) => value,
        ref other => panic!("{other:?}"),
    };
    Some(sum.data_points.iter().map(value).sum())
}
