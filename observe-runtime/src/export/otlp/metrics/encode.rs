//! Metrics as the protobuf message that OTLP asks for, written while they are read.
//!
//! The field numbers are those of opentelemetry-proto 1.x: `opentelemetry/proto/`
//! `collector/metrics/v1/metrics_service.proto` (the request) and `metrics/v1/metrics.proto`. They
//! are stable: a number never changes its meaning.
//!
//! Names, units and kinds follow the OpenTelemetry specification, "Prometheus and OpenMetrics
//! Compatibility", from Prometheus to OTLP: a name stays as `/metrics` has it, with unit and
//! suffix, so that a collector which exposes it again makes no other name of it. An info is a sum
//! that is not monotonic: its 1 is a count, to be added up where labels are left out.

use super::Temporality;
use super::delta::Deltas;
use super::unit::ucum;
use crate::export::otlp::common::{AnyValue, encoded_resource, put_attribute, put_text_attribute, scope, unix_nanos};
use crate::export::otlp::wire::{
    OpenMessage, begin_message, end_message, put_bytes, put_fixed64, put_message, put_packed64, put_varint,
};
use crate::metric::{
    Descriptor, Encoder, Exemplar, FamilyType, HistogramValue, Number, SemanticAttribute, SemanticNames, Series,
    SummaryValue,
};
use crate::resource::Resource;
use std::time::SystemTime;

/// `ExportMetricsServiceRequest`. Field 1 of `ResourceMetrics` is the resource.
mod request {
    pub(super) const RESOURCE_METRICS: u64 = 1;
    pub(super) const SCOPE_METRICS: u64 = 2;
}

/// `ScopeMetrics`.
mod scope_metrics {
    pub(super) const SCOPE: u64 = 1;
    pub(super) const METRICS: u64 = 2;
}

/// `Metric`, and the fields that its kinds have in common.
mod metric {
    pub(super) const NAME: u64 = 1;
    pub(super) const DESCRIPTION: u64 = 2;
    pub(super) const UNIT: u64 = 3;
    pub(super) const GAUGE: u64 = 5;
    pub(super) const SUM: u64 = 7;
    pub(super) const HISTOGRAM: u64 = 9;
    pub(super) const SUMMARY: u64 = 11;
    pub(super) const METADATA: u64 = 12;

    /// Of all kinds.
    pub(super) const POINTS: u64 = 1;
    /// Of sums and histograms.
    pub(super) const TEMPORALITY: u64 = 2;
    pub(super) const DELTA: u64 = 1;
    pub(super) const CUMULATIVE: u64 = 2;
    /// Of sums.
    pub(super) const MONOTONIC: u64 = 3;
}

/// What all data points have in common.
mod point {
    pub(super) const START: u64 = 2;
    pub(super) const TIME: u64 = 3;
}

/// `NumberDataPoint`.
mod number {
    pub(super) const DOUBLE: u64 = 4;
    pub(super) const INT: u64 = 6;
    pub(super) const ATTRIBUTES: u64 = 7;
}

/// `HistogramDataPoint`.
mod histogram {
    pub(super) const COUNT: u64 = 4;
    pub(super) const SUM: u64 = 5;
    pub(super) const BUCKETS: u64 = 6;
    pub(super) const BOUNDS: u64 = 7;
    pub(super) const EXEMPLARS: u64 = 8;
    pub(super) const ATTRIBUTES: u64 = 9;
}

/// `SummaryDataPoint` and the `ValueAtQuantile` in it.
mod summary {
    pub(super) const COUNT: u64 = 4;
    pub(super) const SUM: u64 = 5;
    pub(super) const QUANTILES: u64 = 6;
    pub(super) const ATTRIBUTES: u64 = 7;
    pub(super) const QUANTILE: u64 = 1;
    pub(super) const VALUE: u64 = 2;
}

/// `Exemplar`.
mod exemplar {
    pub(super) const TIME: u64 = 2;
    pub(super) const DOUBLE: u64 = 3;
    pub(super) const SPAN_ID: u64 = 4;
    pub(super) const TRACE_ID: u64 = 5;
}

/// What messages usually take, in bytes: room is kept for a length of that magnitude.
const USUAL_REQUEST: usize = 100_000;
const USUAL_FAMILY: usize = 1_000;
const USUAL_HISTOGRAM: usize = 300;
const USUAL_NUMBER: usize = 80;

/// Encodes the metrics of one process, one request after the other.
pub(super) struct MetricEncoder {
    /// The `resource` field as it goes into every request, written once.
    resource: Vec<u8>,
    /// When the numbers of the process began.
    started: u64,
    /// `None` where all counts begin with the process.
    deltas: Option<Deltas>,
    /// When the last request was encoded that arrived.
    arrived: u64,
    /// When the latest request was encoded.
    now: u64,
    /// The name of the present family; kept for its memory.
    name: String,
    /// The differences of the present histogram; kept for their memory.
    buckets: Vec<u64>,
}

impl MetricEncoder {
    pub(super) fn new(resource: &Resource, temporality: Temporality, started: SystemTime) -> Self {
        let started = unix_nanos(started);
        Self {
            resource: encoded_resource(resource),
            started,
            deltas: (temporality == Temporality::Delta).then(Deltas::default),
            arrived: started,
            now: started,
            name: String::new(),
            buckets: Vec::new(),
        }
    }

    /// Replaces what `out` holds by the request for what `show` shows; `false` where that is nothing.
    pub(super) fn encode(&mut self, out: &mut Vec<u8>, now: SystemTime, show: impl FnOnce(&mut dyn Encoder)) -> bool {
        out.clear();
        // A clock that was set back must not end a time before it begins.
        self.now = unix_nanos(now).max(self.arrived);
        if let Some(deltas) = &mut self.deltas {
            deltas.begin();
        }
        let all = begin_message(out, request::RESOURCE_METRICS, USUAL_REQUEST);
        out.extend_from_slice(&self.resource);
        let metrics = begin_message(out, request::SCOPE_METRICS, USUAL_REQUEST);
        put_message(out, scope_metrics::SCOPE, 0, |out| {
            put_bytes(out, scope::NAME, b"observe");
            put_bytes(out, scope::VERSION, env!("CARGO_PKG_VERSION").as_bytes());
        });
        let empty = out.len();
        let mut pass = Pass { encoder: self, out: &mut *out, family: None };
        show(&mut pass);
        pass.end_family();
        if out.len() == empty {
            out.clear();
            return false;
        }
        end_message(out, metrics);
        end_message(out, all);
        true
    }

    /// The latest request has arrived: what comes next begins where it ended.
    pub(super) fn arrived(&mut self) {
        if let Some(deltas) = &mut self.deltas {
            self.arrived = self.now;
            deltas.arrived();
        }
    }

    /// What a counter's value has grown by since the last request that arrived; `None` for nothing.
    fn grown(&mut self, series: &Series<'_>, value: Number) -> Option<Number> {
        let Some(deltas) = &mut self.deltas else { return Some(value) };
        let bits = match value {
            Number::Unsigned(value) => value,
            Number::Float(value) => value.to_bits(),
        };
        // A series has one kind of number for all its life.
        let before = deltas.send(&self.name, series, std::iter::once(bits)).first().copied().unwrap_or_default();
        // A counter that shrank was begun anew.
        match value {
            Number::Unsigned(value) => {
                let grown = value.checked_sub(before).unwrap_or(value);
                (grown > 0).then_some(Number::Unsigned(grown))
            }
            Number::Float(value) => {
                let before = f64::from_bits(before);
                let grown = if value < before { value } else { value - before };
                (grown != 0.0).then_some(Number::Float(grown))
            }
        }
    }

    /// What a histogram has grown by, its buckets in `self.buckets` and its sum; `None` for nothing.
    fn histogram_grown(&mut self, series: &Series<'_>, value: &HistogramValue<'_>) -> Option<f64> {
        self.buckets.clear();
        self.buckets.extend_from_slice(value.buckets);
        let Some(deltas) = &mut self.deltas else { return Some(value.sum) };
        let numbers = value.buckets.iter().copied().chain([value.sum.to_bits()]);
        let before = deltas.send(&self.name, series, numbers);
        let mut sum = value.sum;
        // Another number of buckets is another histogram, and one that shrank was begun anew.
        if let Some((sum_before, before)) = before.split_last()
            && before.len() == self.buckets.len()
            && before.iter().zip(&self.buckets).all(|(before, now)| before <= now)
        {
            sum -= f64::from_bits(*sum_before);
            self.buckets.iter_mut().zip(before).for_each(|(now, before)| *now -= before);
        }
        self.buckets.iter().any(|count| *count > 0).then_some(sum)
    }
}

/// The writing of one request.
struct Pass<'a> {
    encoder: &'a mut MetricEncoder,
    out: &'a mut Vec<u8>,
    family: Option<OpenFamily>,
}

/// A family whose points are being written.
#[derive(Clone, Copy)]
struct OpenFamily {
    family_type: FamilyType,
    semantic: Option<&'static SemanticNames>,
    /// Where the metric begins, for a family without points to be taken away again.
    start: usize,
    metric: OpenMessage,
    data: OpenMessage,
    /// Where the points begin.
    points: usize,
}

impl OpenFamily {
    fn is_up_down(self) -> bool {
        self.semantic.is_some_and(|names| names.is_up_down)
    }

    /// The attribute that a label is.
    fn attribute(self, label: &str) -> Option<&'static SemanticAttribute> {
        self.semantic?.attributes.iter().find(|attribute| attribute.label == label)
    }
}

impl Pass<'_> {
    fn end_family(&mut self) {
        let Some(family) = self.family.take() else { return };
        if self.out.len() == family.points {
            self.out.truncate(family.start);
            return;
        }
        let delta = self.encoder.deltas.is_some();
        match family.family_type {
            FamilyType::Counter | FamilyType::Histogram if delta => {
                put_varint(self.out, metric::TEMPORALITY, metric::DELTA);
            }
            FamilyType::Counter | FamilyType::Histogram | FamilyType::Info => {
                put_varint(self.out, metric::TEMPORALITY, metric::CUMULATIVE);
            }
            FamilyType::Gauge if family.is_up_down() => {
                put_varint(self.out, metric::TEMPORALITY, metric::CUMULATIVE);
            }
            FamilyType::Gauge | FamilyType::Summary => {}
        }
        if family.family_type == FamilyType::Counter {
            put_varint(self.out, metric::MONOTONIC, 1);
        }
        end_message(self.out, family.data);
        end_message(self.out, family.metric);
    }

    /// Writes one point of the present family: its times, its labels, and what `content` adds.
    fn point(&mut self, attributes: u64, start: Option<u64>, series: &Series<'_>, content: impl FnOnce(&mut Vec<u8>)) {
        let (now, family) = (self.encoder.now, self.family);
        let usual = if self.is(FamilyType::Histogram) { USUAL_HISTOGRAM } else { USUAL_NUMBER };
        put_message(self.out, metric::POINTS, usual, |out| {
            if let Some(start) = start {
                put_fixed64(out, point::START, start);
            }
            put_fixed64(out, point::TIME, now);
            content(out);
            series.labels.each(&mut |name, value| {
                let Some(attribute) = family.and_then(|family| family.attribute(name)) else {
                    return put_text_attribute(out, attributes, name, value);
                };
                match value.parse() {
                    Ok(number) if attribute.is_number => {
                        put_attribute(out, attributes, &attribute.name, AnyValue::<&str>::Unsigned(number));
                    }
                    _ => put_text_attribute(out, attributes, attribute.name, value),
                }
            });
        });
    }

    fn is(&self, family_type: FamilyType) -> bool {
        self.family.is_some_and(|family| family.family_type == family_type)
    }
}

impl Encoder for Pass<'_> {
    /// Families are known by their names here, which stay the same in every generation.
    fn begin(&mut self, _generation: u64) {}

    fn family(&mut self, _id: Option<usize>, name: &str, descriptor: &Descriptor) {
        self.end_family();
        name.clone_into(&mut self.encoder.name);
        let start = self.out.len();
        let metric = begin_message(self.out, scope_metrics::METRICS, USUAL_FAMILY);
        let semantic = descriptor.semantic;
        let (name, unit) = semantic.map_or((name, ucum(descriptor.unit)), |names| (names.name, names.unit));
        put_bytes(self.out, metric::NAME, name.as_bytes());
        put_bytes(self.out, metric::DESCRIPTION, descriptor.help.as_bytes());
        if !unit.is_empty() {
            put_bytes(self.out, metric::UNIT, unit.as_bytes());
        }
        if descriptor.family_type == FamilyType::Info {
            put_text_attribute(self.out, metric::METADATA, "prometheus.type", "info");
        }
        let data = match descriptor.family_type {
            FamilyType::Counter | FamilyType::Info => metric::SUM,
            FamilyType::Gauge if semantic.is_some_and(|names| names.is_up_down) => metric::SUM,
            FamilyType::Gauge => metric::GAUGE,
            FamilyType::Histogram => metric::HISTOGRAM,
            FamilyType::Summary => metric::SUMMARY,
        };
        let data = begin_message(self.out, data, USUAL_FAMILY);
        let points = self.out.len();
        self.family = Some(OpenFamily { family_type: descriptor.family_type, semantic, start, metric, data, points });
    }

    fn number(&mut self, series: Series<'_>, value: Number) {
        let (value, start) = if self.is(FamilyType::Counter) {
            let Some(grown) = self.encoder.grown(&series, value) else { return };
            (grown, Some(self.encoder.arrived))
        } else {
            // A gauge has no start; an info, and what parts add to, are as old as the process.
            let is_sum = self.is(FamilyType::Info) || self.family.is_some_and(OpenFamily::is_up_down);
            (value, is_sum.then_some(self.encoder.started))
        };
        self.point(number::ATTRIBUTES, start, &series, |out| put_number(out, value));
    }

    fn histogram(&mut self, series: Series<'_>, value: &HistogramValue<'_>) {
        let Some(sum) = self.encoder.histogram_grown(&series, value) else { return };
        let start = self.encoder.arrived;
        let buckets = std::mem::take(&mut self.encoder.buckets);
        self.point(histogram::ATTRIBUTES, Some(start), &series, |out| {
            put_fixed64(out, histogram::COUNT, buckets.iter().sum());
            put_fixed64(out, histogram::SUM, sum.to_bits());
            put_packed64(out, histogram::BUCKETS, buckets.iter().copied());
            put_packed64(out, histogram::BOUNDS, value.bounds.iter().map(|bound| bound.to_bits()));
            let exemplars = (0..buckets.len()).filter_map(value.exemplar);
            // An older one was sent with the counts that it is an example of.
            for exemplar in exemplars.filter(|exemplar| unix_nanos(exemplar.time) >= start) {
                put_message(out, histogram::EXEMPLARS, 0, |out| put_exemplar(out, &exemplar));
            }
        });
        self.encoder.buckets = buckets;
    }

    /// A summary has no temporality: it always begins with the process.
    fn summary(&mut self, series: Series<'_>, value: &SummaryValue<'_>) {
        let start = self.encoder.started;
        self.point(summary::ATTRIBUTES, Some(start), &series, |out| {
            put_fixed64(out, summary::COUNT, value.count);
            put_fixed64(out, summary::SUM, value.sum.to_bits());
            for (quantile, value) in value.quantiles {
                put_message(out, summary::QUANTILES, 0, |out| {
                    put_fixed64(out, summary::QUANTILE, quantile.to_bits());
                    put_fixed64(out, summary::VALUE, value.to_bits());
                });
            }
        });
    }
}

/// Appends a point's value, even where it is zero: without a field it would be absent.
fn put_number(out: &mut Vec<u8>, value: Number) {
    match value {
        // OTLP's integers are signed, and a wrapped number would be a wrong one.
        Number::Unsigned(value) if value <= i64::MAX.cast_unsigned() => put_fixed64(out, number::INT, value),
        #[expect(clippy::cast_precision_loss, reason = "beyond OTLP's integers there is only the float")]
        Number::Unsigned(value) => put_fixed64(out, number::DOUBLE, (value as f64).to_bits()),
        Number::Float(value) => put_fixed64(out, number::DOUBLE, value.to_bits()),
    }
}

fn put_exemplar(out: &mut Vec<u8>, value: &Exemplar) {
    put_fixed64(out, exemplar::TIME, unix_nanos(value.time));
    put_fixed64(out, exemplar::DOUBLE, value.value.to_bits());
    put_bytes(out, exemplar::SPAN_ID, &value.span_id.to_bytes());
    put_bytes(out, exemplar::TRACE_ID, &value.trace_id.to_bytes());
}
