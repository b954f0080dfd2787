//! What is encoded, read back by the protocol's own generated code.

use super::Temporality::{Cumulative, Delta};
use super::*;
use crate::metric::{Descriptor, Encoder, Exemplar, FamilyType, HistogramValue, Number, Series, SummaryValue};
use crate::span::{SpanId, TraceId};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1 as wire;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as WireNumber;
use opentelemetry_proto::tonic::resource::v1::Resource as WireResource;
use prost::Message as _;
use std::time::UNIX_EPOCH;

/// 2025-10-09T08:53:20Z and a bit, so that every byte of a time counts.
const START: u64 = 1_760_000_000_123_456_789;
const SECOND: u64 = 1_000_000_000;
const DELTA: i32 = wire::AggregationTemporality::Delta as i32;
const CUMULATIVE: i32 = wire::AggregationTemporality::Cumulative as i32;

fn time(nanos: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(nanos)
}

/// An encoder, and what it has to encode at its next request.
struct Process {
    encoder: MetricEncoder,
    now: u64,
}

impl Process {
    fn new(temporality: Temporality) -> Self {
        Self { encoder: MetricEncoder::new(&Resource::default(), temporality, time(START)), now: START }
    }

    /// Encodes a second later than before.
    fn request(&mut self, show: impl FnOnce(&mut dyn Encoder)) -> Option<ExportMetricsServiceRequest> {
        self.now += SECOND;
        let mut bytes = b"left over from the last request".to_vec();
        let any = self.encoder.encode(&mut bytes, time(self.now), show);
        assert_eq!(any, !bytes.is_empty());
        any.then(|| ExportMetricsServiceRequest::decode(bytes.as_slice()).unwrap())
    }

    fn metrics(&mut self, show: impl FnOnce(&mut dyn Encoder)) -> Vec<wire::Metric> {
        let Some(request) = self.request(show) else { return Vec::new() };
        let [resource] = <[_; 1]>::try_from(request.resource_metrics).unwrap();
        let [scope] = <[_; 1]>::try_from(resource.scope_metrics).unwrap();
        scope.metrics
    }

    /// The same, and it arrives.
    fn arriving(&mut self, show: impl FnOnce(&mut dyn Encoder)) -> Vec<wire::Metric> {
        let metrics = self.metrics(show);
        self.encoder.arrived();
        metrics
    }
}

fn family(encoder: &mut dyn Encoder, name: &str, family_type: FamilyType) {
    encoder.family(Some(0), name, &Descriptor::new(name.to_owned(), family_type, "Help of it"));
}

fn counter(encoder: &mut dyn Encoder, value: Number) {
    family(encoder, "calls_total", FamilyType::Counter);
    encoder.number(Series { index: Some(3), labels: &[("status", "ok")] }, value);
}

fn calls(value: u64) -> impl FnOnce(&mut dyn Encoder) {
    move |encoder| counter(encoder, Number::Unsigned(value))
}

fn durations(buckets: &'static [u64], sum: f64) -> impl FnOnce(&mut dyn Encoder) {
    move |encoder| {
        family(encoder, "call_duration_seconds", FamilyType::Histogram);
        let value = HistogramValue { bounds: &[0.5, 1.0], buckets, sum, exemplar: &|_| None };
        encoder.histogram(Series { index: Some(0), labels: &[] }, &value);
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    let value = AnyValue { value: Some(Value::StringValue(value.to_owned())) };
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn number_points(metrics: &[wire::Metric]) -> Vec<wire::NumberDataPoint> {
    let points = metrics.iter().flat_map(|metric| match metric.data.clone().unwrap() {
        Data::Gauge(gauge) => gauge.data_points,
        Data::Sum(sum) => sum.data_points,
        other => panic!("no numbers: {other:?}"),
    });
    points.collect()
}

fn values(metrics: &[wire::Metric]) -> Vec<WireNumber> {
    number_points(metrics).into_iter().map(|point| point.value.unwrap()).collect()
}

fn histogram_points(metrics: &[wire::Metric]) -> Vec<wire::HistogramDataPoint> {
    let points = metrics.iter().flat_map(|metric| match metric.data.clone().unwrap() {
        Data::Histogram(histogram) => histogram.data_points,
        other => panic!("no histogram: {other:?}"),
    });
    points.collect()
}

fn one_of_each(encoder: &mut dyn Encoder, trace_id: TraceId, span_id: SpanId) {
    encoder.begin(7);
    counter(encoder, Number::Unsigned(300));
    let size = Descriptor::new("size_bytes", FamilyType::Gauge, "Größe").in_unit("bytes");
    encoder.family(Some(1), "shop_size_bytes", &size);
    encoder.number(Series { index: Some(0), labels: &[] }, Number::Float(1.5));
    family(encoder, "duration_seconds", FamilyType::Histogram);
    let exemplar = |bucket| (bucket == 1).then(|| Exemplar { trace_id, span_id, value: 0.7, time: time(START + 5) });
    let value = HistogramValue { bounds: &[0.5, 1.0], buckets: &[1, 2, 3], sum: 9.25, exemplar: &exemplar };
    encoder.histogram(Series { index: Some(0), labels: &[("a", "x"), ("b", "груз")] }, &value);
    family(encoder, "latency_seconds", FamilyType::Summary);
    let value = SummaryValue { quantiles: &[(0.5, 0.1), (0.99, 0.25)], sum: 2.5, count: 20 };
    encoder.summary(Series { index: Some(0), labels: &[("a", "x")] }, &value);
    family(encoder, "build_info", FamilyType::Info);
    encoder.number(Series { index: Some(0), labels: &[("version", "1")] }, Number::Unsigned(1));
}

#[test]
fn every_kind_arrives_with_every_field() {
    let (trace_id, span_id) = (TraceId::random(), SpanId::random());
    let mut resource = Resource::default();
    resource.set("service.name", "prüfung");
    let mut process = Process::new(Cumulative);
    process.encoder = MetricEncoder::new(&resource, Cumulative, time(START));
    let request = process.request(|encoder| one_of_each(encoder, trace_id, span_id));
    let now = START + SECOND;
    let metric = |name: &str, description: &str, unit: &str, data| wire::Metric {
        name: name.to_owned(),
        description: description.to_owned(),
        unit: unit.to_owned(),
        metadata: Vec::new(),
        data: Some(data),
    };
    let number = |start_time_unix_nano, attributes, value| wire::NumberDataPoint {
        attributes,
        start_time_unix_nano,
        time_unix_nano: now,
        exemplars: Vec::new(),
        flags: 0,
        value: Some(value),
    };
    let sum = |is_monotonic, point| {
        Data::Sum(wire::Sum { data_points: vec![point], aggregation_temporality: CUMULATIVE, is_monotonic })
    };
    let exemplar = wire::Exemplar {
        filtered_attributes: Vec::new(),
        time_unix_nano: START + 5,
        span_id: span_id.to_bytes().to_vec(),
        trace_id: trace_id.to_bytes().to_vec(),
        value: Some(wire::exemplar::Value::AsDouble(0.7)),
    };
    let histogram = wire::HistogramDataPoint {
        attributes: vec![text("a", "x"), text("b", "груз")],
        start_time_unix_nano: START,
        time_unix_nano: now,
        count: 6,
        sum: Some(9.25),
        bucket_counts: vec![1, 2, 3],
        explicit_bounds: vec![0.5, 1.0],
        exemplars: vec![exemplar],
        flags: 0,
        min: None,
        max: None,
    };
    let quantile = |quantile, value| wire::summary_data_point::ValueAtQuantile { quantile, value };
    let summary = wire::SummaryDataPoint {
        attributes: vec![text("a", "x")],
        start_time_unix_nano: START,
        time_unix_nano: now,
        count: 20,
        sum: 2.5,
        quantile_values: vec![quantile(0.5, 0.1), quantile(0.99, 0.25)],
        flags: 0,
    };
    let ok = vec![text("status", "ok")];
    let metrics = vec![
        metric("calls_total", "Help of it", "", sum(true, number(START, ok, WireNumber::AsInt(300)))),
        metric(
            "shop_size_bytes",
            "Größe",
            "By",
            Data::Gauge(wire::Gauge { data_points: vec![number(0, Vec::new(), WireNumber::AsDouble(1.5))] }),
        ),
        metric(
            "duration_seconds",
            "Help of it",
            "",
            Data::Histogram(wire::Histogram { data_points: vec![histogram], aggregation_temporality: CUMULATIVE }),
        ),
        metric("latency_seconds", "Help of it", "", Data::Summary(wire::Summary { data_points: vec![summary] })),
        wire::Metric {
            metadata: vec![text("prometheus.type", "info")],
            ..metric(
                "build_info",
                "Help of it",
                "",
                sum(false, number(START, vec![text("version", "1")], WireNumber::AsInt(1))),
            )
        },
    ];
    let scope = InstrumentationScope {
        name: "observe".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    };
    let resource = WireResource { attributes: vec![text("service.name", "prüfung")], ..WireResource::default() };
    let expected = ExportMetricsServiceRequest {
        resource_metrics: vec![wire::ResourceMetrics {
            resource: Some(resource),
            scope_metrics: vec![wire::ScopeMetrics { scope: Some(scope), metrics, schema_url: String::new() }],
            schema_url: String::new(),
        }],
    };
    assert_eq!(request.unwrap(), expected);
}

#[test]
fn nothing_to_show_is_no_request() {
    for temporality in [Cumulative, Delta] {
        let mut process = Process::new(temporality);
        assert_eq!(process.request(|encoder| encoder.begin(1)), None);
        let families = |encoder: &mut dyn Encoder| {
            family(encoder, "calls_total", FamilyType::Counter);
            family(encoder, "duration_seconds", FamilyType::Histogram);
        };
        assert_eq!(process.request(families), None, "families without series");
    }
}

#[test]
fn a_family_without_series_leaves_nothing_behind() {
    let metrics = Process::new(Cumulative).metrics(|encoder| {
        family(encoder, "before_info", FamilyType::Info);
        counter(encoder, Number::Unsigned(1));
        family(encoder, "after_total", FamilyType::Counter);
    });
    assert_eq!(metrics.iter().map(|metric| metric.name.as_str()).collect::<Vec<_>>(), ["calls_total"]);
}

#[test]
fn cumulative_counts_begin_with_the_process_each_time() {
    let mut process = Process::new(Cumulative);
    for value in [5, 5, 8] {
        let [point] = <[_; 1]>::try_from(number_points(&process.arriving(calls(value)))).unwrap();
        assert_eq!(point.value, Some(WireNumber::AsInt(value.cast_signed())));
        assert_eq!((point.start_time_unix_nano, point.time_unix_nano), (START, process.now));
    }
}

#[test]
fn deltas_are_what_came_on_top_of_what_has_arrived() {
    let mut process = Process::new(Delta);
    let mut sent = |value| {
        let metrics = process.arriving(calls(value));
        for metric in &metrics {
            let Some(Data::Sum(sum)) = &metric.data else { panic!("{metric:?}") };
            assert_eq!((sum.aggregation_temporality, sum.is_monotonic), (DELTA, true));
        }
        let times = |point: wire::NumberDataPoint| {
            let seconds = |nanos| (nanos - START) / SECOND;
            let times = (seconds(point.start_time_unix_nano), seconds(point.time_unix_nano));
            (point.value.unwrap(), times)
        };
        number_points(&metrics).into_iter().map(times).collect::<Vec<_>>()
    };
    assert_eq!(sent(5), [(WireNumber::AsInt(5), (0, 1))]);
    assert_eq!(sent(8), [(WireNumber::AsInt(3), (1, 2))]);
    assert_eq!(sent(8), [], "nothing was counted");
    assert_eq!(sent(9), [(WireNumber::AsInt(1), (3, 4))]);
}

#[test]
fn an_export_that_fails_loses_no_counts() {
    let mut process = Process::new(Delta);
    process.arriving(calls(5));
    let arrived_at = process.now;
    for value in [7, 10] {
        let metrics = process.metrics(calls(value));
        assert_eq!(values(&metrics), [WireNumber::AsInt(value.cast_signed() - 5)]);
        assert_eq!(number_points(&metrics)[0].start_time_unix_nano, arrived_at);
    }
    assert_eq!(values(&process.arriving(calls(11))), [WireNumber::AsInt(6)]);
    assert_eq!(process.arriving(calls(11)), []);

    let mut process = Process::new(Delta);
    process.metrics(durations(&[1, 0, 2], 3.0));
    let points = histogram_points(&process.arriving(durations(&[1, 1, 2], 3.75)));
    assert_eq!((points[0].bucket_counts.as_slice(), points[0].sum), (&[1, 1, 2][..], Some(3.75)));
}

#[test]
fn a_histogram_is_as_much_more_as_was_measured() {
    let mut process = Process::new(Delta);
    let mut sent = |buckets, sum| {
        let points = histogram_points(&process.arriving(durations(buckets, sum)));
        let parts = |point: wire::HistogramDataPoint| (point.bucket_counts, point.count, point.sum.unwrap());
        points.into_iter().map(parts).collect::<Vec<_>>()
    };
    assert_eq!(sent(&[1, 0, 2], 3.0), [(vec![1, 0, 2], 3, 3.0)]);
    assert_eq!(sent(&[1, 4, 3], 5.5), [(vec![0, 4, 1], 5, 2.5)]);
    assert_eq!(sent(&[1, 4, 3], 5.5), []);
    assert_eq!(sent(&[0, 1, 0], 0.5), [(vec![0, 1, 0], 1, 0.5)], "it was begun anew");
}

#[test]
fn what_is_no_count_is_the_same_in_both_temporalities() {
    for temporality in [Cumulative, Delta] {
        let mut process = Process::new(temporality);
        for _ in 0..2 {
            let show = |encoder: &mut dyn Encoder| {
                family(encoder, "open", FamilyType::Gauge);
                encoder.number(Series { index: Some(0), labels: &[] }, Number::Unsigned(0));
                family(encoder, "build_info", FamilyType::Info);
                encoder.number(Series { index: Some(0), labels: &[] }, Number::Unsigned(1));
            };
            let metrics = process.arriving(show);
            assert_eq!(values(&metrics), [WireNumber::AsInt(0), WireNumber::AsInt(1)]);
            assert_eq!(number_points(&metrics)[1].start_time_unix_nano, START);
            let Some(Data::Sum(info)) = &metrics[1].data else { panic!("{metrics:?}") };
            assert_eq!((info.aggregation_temporality, info.is_monotonic), (CUMULATIVE, false));
            let metrics = process.arriving(|encoder| {
                family(encoder, "latency_seconds", FamilyType::Summary);
                let value = SummaryValue { quantiles: &[(0.5, f64::NAN)], sum: 1.0, count: 2 };
                encoder.summary(Series { index: Some(0), labels: &[] }, &value);
            });
            let Some(Data::Summary(summary)) = &metrics[0].data else { panic!("{metrics:?}") };
            let point = &summary.data_points[0];
            assert_eq!((point.start_time_unix_nano, point.count, point.sum), (START, 2, 1.0));
            assert!(point.quantile_values[0].value.is_nan(), "an empty window");
        }
    }
}

#[test]
fn big_numbers_and_odd_ones_stay_what_they_are() {
    const MOST: u64 = i64::MAX.cast_unsigned();
    #[expect(clippy::cast_precision_loss, reason = "what is tested")]
    let beyond = (MOST + 1) as f64;
    for (value, expected) in [
        (Number::Unsigned(0), WireNumber::AsInt(0)),
        (Number::Unsigned(MOST), WireNumber::AsInt(i64::MAX)),
        (Number::Unsigned(MOST + 1), WireNumber::AsDouble(beyond)),
        (Number::Unsigned(u64::MAX), WireNumber::AsDouble(beyond * 2.0)),
        (Number::Float(f64::MAX), WireNumber::AsDouble(f64::MAX)),
        (Number::Float(f64::NEG_INFINITY), WireNumber::AsDouble(f64::NEG_INFINITY)),
        (Number::Float(-0.0), WireNumber::AsDouble(-0.0)),
    ] {
        let metrics = Process::new(Cumulative).metrics(|encoder| {
            family(encoder, "g", FamilyType::Gauge);
            encoder.number(Series { index: None, labels: &[] }, value);
        });
        assert_eq!(values(&metrics), [expected]);
    }
    let mut process = Process::new(Delta);
    process.arriving(calls(u64::MAX - 2));
    assert_eq!(values(&process.arriving(calls(u64::MAX))), [WireNumber::AsInt(2)], "differences are exact");
}

#[test]
fn a_counter_of_fractions_has_fractions_as_deltas() {
    let mut process = Process::new(Delta);
    let mut sent = |value| values(&process.arriving(|encoder| counter(encoder, Number::Float(value))));
    assert_eq!(sent(1.5), [WireNumber::AsDouble(1.5)]);
    assert_eq!(sent(1.75), [WireNumber::AsDouble(0.25)]);
    assert_eq!(sent(1.75), []);
    assert_eq!(sent(0.5), [WireNumber::AsDouble(0.5)], "it was begun anew");
}

#[test]
fn series_without_an_index_are_known_by_their_labels() {
    let mut process = Process::new(Delta);
    let mut sent = |series: &[(&str, &str, u64)]| {
        values(&process.arriving(|encoder| {
            family(encoder, "requests_total", FamilyType::Counter);
            for (method, path, value) in series {
                let labels = [("method", *method), ("path", *path)];
                encoder.number(Series { index: None, labels: &labels }, Number::Unsigned(*value));
            }
        }))
    };
    assert_eq!(sent(&[("GET", "/", 5)]), [WireNumber::AsInt(5)]);
    let both = sent(&[("DELETE", "/", 2), ("GET", "/", 6)]);
    assert_eq!(both, [WireNumber::AsInt(2), WireNumber::AsInt(1)], "also in another place");
    assert_eq!(sent(&[("GET/", "", 6)]), [WireNumber::AsInt(6)], "other labels in the same letters");
}

#[test]
fn other_families_that_come_and_go_change_no_deltas() {
    let mut process = Process::new(Delta);
    process.arriving(calls(5));
    let metrics = process.arriving(|encoder| {
        encoder.begin(2);
        family(encoder, "a_total", FamilyType::Counter);
        encoder.number(Series { index: Some(3), labels: &[] }, Number::Unsigned(70));
        let descriptor = Descriptor::new("calls_total", FamilyType::Counter, "");
        encoder.family(Some(99), "calls_total", &descriptor);
        encoder.number(Series { index: Some(3), labels: &[] }, Number::Unsigned(6));
    });
    assert_eq!(values(&metrics), [WireNumber::AsInt(70), WireNumber::AsInt(1)]);
}

#[test]
fn a_series_that_is_away_for_a_while_is_not_counted_again() {
    let mut process = Process::new(Delta);
    process.arriving(calls(5));
    for _ in 0..50 {
        process.arriving(|_| {});
    }
    assert_eq!(values(&process.arriving(calls(6))), [WireNumber::AsInt(1)]);
    for _ in 0..200 {
        process.arriving(|_| {});
    }
    assert_eq!(values(&process.arriving(calls(6))), [WireNumber::AsInt(6)], "forgotten, as it takes memory");
}

#[test]
fn an_exemplar_is_sent_with_the_counts_that_it_is_an_example_of() {
    let exemplars = |process: &mut Process, count: u64, at: u64| {
        let exemplar = |bucket| {
            let at = time(at);
            (bucket == 0).then(|| Exemplar {
                trace_id: TraceId::random(),
                span_id: SpanId::random(),
                value: 0.1,
                time: at,
            })
        };
        let metrics = process.arriving(|encoder| {
            family(encoder, "duration_seconds", FamilyType::Histogram);
            let value = HistogramValue { bounds: &[1.0], buckets: &[count, 1], sum: 0.1, exemplar: &exemplar };
            encoder.histogram(Series { index: Some(0), labels: &[] }, &value);
        });
        histogram_points(&metrics)[0].exemplars.len()
    };
    let mut process = Process::new(Delta);
    assert_eq!(exemplars(&mut process, 1, START + 5), 1);
    assert_eq!(exemplars(&mut process, 2, START + 5), 0, "it was sent");
    let now = process.now;
    assert_eq!(exemplars(&mut process, 3, now + 5), 1);
    let mut process = Process::new(Cumulative);
    assert_eq!([1, 2].map(|count| exemplars(&mut process, count, START + 5)), [1, 1]);
}

#[test]
fn a_clock_that_is_set_back_ends_no_time_before_it_begins() {
    for temporality in [Cumulative, Delta] {
        let mut process = Process::new(temporality);
        process.arriving(calls(1));
        process.now = START - 10 * SECOND;
        let points = number_points(&process.arriving(calls(2)));
        assert!(points[0].time_unix_nano >= points[0].start_time_unix_nano, "{points:?}");
        assert!(points[0].start_time_unix_nano >= START);
    }
}

/// An encoder that is used again does not depend on how its last request ended.
#[test]
fn a_source_that_panics_spoils_no_later_request() {
    let mut process = Process::new(Delta);
    process.arriving(calls(5));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        process.metrics(|encoder| {
            counter(encoder, Number::Unsigned(7));
            panic!("a source");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(values(&process.arriving(calls(8))), [WireNumber::AsInt(3)]);
}

#[test]
fn base_units_have_a_sign_in_ucum() {
    for word in observe_rules::unit::BASE {
        // The British spelling would come back as the American one.
        assert_eq!(unit::ucum(word) == *word, *word == "metres", "{word}");
    }
    assert_eq!(unit::ucum("ratio"), "1");
    assert_eq!(unit::ucum("pages"), "pages");
}
