//! `opentelemetry_sdk`: instruments that find their numbers by the attributes of each call.

use super::counted::{Totals, checked};
use super::{BOUNDS, Method, Rejected, Tier, labels, work};
use crate::subject::{Subject, repeat};
use observe::Label as _;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, MeterProvider as _, UpDownCounter};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, HistogramDataPoint, MetricData, ResourceMetrics, ScopeMetrics, SumDataPoint,
};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The instruments.
struct Instruments {
    calls: Counter<u64>,
    duration: Histogram<f64>,
    in_progress: UpDownCounter<i64>,
}

#[inline(never)]
fn work_attributes(instruments: &Instruments, id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let method_of = || KeyValue::new("method", Method::value(method.index()));
    let tier_of = || KeyValue::new("tier", Tier::value(tier.index()));
    let begun = [method_of(), tier_of()];
    instruments.in_progress.add(1, &begun);
    let start = Instant::now();
    let result = work(id, method, tier);
    let status = if result.is_ok() { "ok" } else { "error" };
    let ended = [method_of(), tier_of(), KeyValue::new("status", status)];
    instruments.duration.record(start.elapsed().as_secs_f64(), &ended);
    instruments.calls.add(1, &ended);
    instruments.in_progress.add(-1, &begun);
    result
}

pub(super) fn calls() -> Result<Box<dyn Subject>, String> {
    let last = Last::default();
    // Asked for at the end only: an export by the clock would be in one batch and not in the next.
    let reader = PeriodicReader::builder(last.clone()).with_interval(Duration::from_hours(1)).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let meter = provider.meter("bench");
    let instruments = Instruments {
        calls: meter.u64_counter("work").build(),
        duration: meter.f64_histogram("work_duration").with_boundaries(BOUNDS.to_vec()).build(),
        in_progress: meter.i64_up_down_counter("work_in_progress").build(),
    };
    let subject = repeat(move |id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_attributes(&instruments, black_box(id), method, tier));
    });
    checked(subject, move || {
        provider.force_flush().map_err(|error| error.to_string())?;
        let totals = *last.0.lock().unwrap_or_else(PoisonError::into_inner);
        totals.ok_or_else(|| "nothing was exported".to_owned())
    })
}

/// An exporter that keeps the sums of the last export.
#[derive(Clone, Debug, Default)]
struct Last(Arc<Mutex<Option<Totals>>>);

impl PushMetricExporter for Last {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let (mut finished, mut measured, mut in_progress) = (None, None, None);
        for metric in metrics.scope_metrics().flat_map(ScopeMetrics::metrics) {
            match metric.data() {
                AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                    finished = Some(sum.data_points().map(SumDataPoint::value).sum::<u64>().cast_signed());
                }
                AggregatedMetrics::I64(MetricData::Sum(sum)) => {
                    in_progress = Some(sum.data_points().map(SumDataPoint::value).sum());
                }
                AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                    let counts = histogram.data_points().map(HistogramDataPoint::count);
                    measured = Some(counts.sum::<u64>().cast_signed());
                }
                _ => {}
            }
        }
        let totals = Totals::Calls { finished, measured, in_progress };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(totals);
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}
