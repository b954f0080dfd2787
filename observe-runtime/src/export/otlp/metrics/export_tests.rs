//! What of the counts is sent again after an export that failed.

use super::*;
use crate::config::Collector;
use crate::export::otlp::Signal;
use crate::export::otlp::test_servers::LONG;
use crate::export::otlp::test_servers::http::{Received, Server, answer};
use crate::metric::{Descriptor, Encoder, FamilyType, Number, Series, Source};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use prost::Message as _;
use std::sync::atomic::{AtomicU64, Ordering};

const NAME: &str = "export_tests_steps_total";

static STEPS: AtomicU64 = AtomicU64::new(0);

struct Steps;

impl Source for Steps {
    fn families(&self) -> Vec<Descriptor> {
        vec![Descriptor::new(NAME, FamilyType::Counter, "Steps of a test")]
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, _: usize, _: &[u64], encoder: &mut dyn Encoder) {
        encoder.number(Series { index: Some(0), labels: &[] }, Number::Unsigned(STEPS.load(Ordering::Relaxed)));
    }
}

/// How many steps a request tells of.
fn steps(request: &Received) -> i64 {
    let request = ExportMetricsServiceRequest::decode(request.body.as_slice()).unwrap();
    let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
    let mut named =
        scopes.flat_map(|scope| scope.metrics).filter(|metric| metric.name.starts_with("export_tests_steps"));
    let Some(Data::Sum(sum)) = named.next().unwrap().data else { panic!("a counter is a sum") };
    let Some(Value::AsInt(value)) = sum.data_points[0].value else { panic!("steps are whole") };
    value
}

#[test]
fn counts_of_a_request_that_was_not_taken_go_out_with_the_next() {
    registry().add(&Steps);
    let rejected = answer("200 OK", "", b"\x0a\x02\x08\x01");
    let (ok, busy, bad) = (answer("200 OK", "", b""), answer("503 Busy", "", b""), answer("400 Bad", "", b""));
    let server = Server::answering_bytes(&[&ok, &busy, &bad, &rejected, &ok]);
    let settings = OtlpSettings::new(&Collector::at(&server.url), Signal::Metrics).unwrap();
    let mut exporter = OtlpMetricExporter::new(settings, &Resource::default(), Temporality::Delta).unwrap();
    let mut failures = Vec::new();
    for step in [1, 10, 100, 1_000, 10_000] {
        STEPS.fetch_add(step, Ordering::Relaxed);
        failures.push(exporter.export(LONG).err().map(|error| error.failure));
    }
    drop(exporter);
    let (unavailable, partial) = (Failure::Unavailable { after: None }, Failure::Partial { rejected: 1 });
    assert_eq!(failures, [None, Some(unavailable), Some(Failure::Refused), Some(partial), None]);
    let sent: Vec<i64> = server.received().iter().map(steps).collect();
    assert_eq!(sent, [1, 10, 110, 1_110, 10_000]);
}
