//! `/api/metrics`: what a scrape shows, with quantiles for people, and with what was before.

mod quantile;
#[cfg(test)]
mod tests;

use super::history::{History, INTERVAL};
use crate::metric::{
    Descriptor, Encoder, Exemplar, FamilyType, HistogramValue, Number, Reading, Series, SummaryValue, registry,
};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many series of a family are shown; of those beyond only the number is said.
const MOST_SHOWN: usize = 200;

/// What is asked of histograms and summaries.
const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

/// All families of this process, those of merged registries among them, with their series as they are now.
///
/// Reads all numbers as a scrape does, and calls the functions that say the numbers of gauges.
pub(super) fn json(history: &History) -> Value {
    Page::read(MOST_SHOWN).json(history)
}

/// The full names of all families that have series now.
pub(super) fn with_series() -> HashSet<String> {
    Page::read(0).families.into_iter().filter(|family| family.used > 0).map(|family| family.name).collect()
}

/// The families as people look at them.
struct Page {
    families: Vec<Family>,
    /// How many series of each family are shown.
    most_shown: usize,
}

struct Family {
    name: String,
    kind: FamilyType,
    unit: &'static str,
    help: String,
    most: Option<usize>,
    used: usize,
    /// Those that are shown.
    series: Vec<Value>,
}

impl Page {
    fn new(most_shown: usize) -> Self {
        Self { families: Vec::new(), most_shown }
    }

    /// All families as they are now.
    fn read(most_shown: usize) -> Self {
        let mut page = Self::new(most_shown);
        registry().encode(&mut Reading::default(), &mut page);
        page
    }

    fn json(self, history: &History) -> Value {
        let families: Vec<Value> = self.families.into_iter().map(|family| family.json(history)).collect();
        let mut page = json!({ "time": millis(SystemTime::now()), "interval_ms": INTERVAL.as_millis() });
        page["families"] = families.into();
        page
    }

    /// Adds a series to the last family, where there is still room for it.
    fn push(&mut self, series: &Series<'_>, value: impl FnOnce(&mut Map<String, Value>)) {
        let Some(family) = self.families.last_mut() else { return };
        family.used += 1;
        if family.series.len() == self.most_shown {
            return;
        }
        let mut labels = Map::new();
        series.labels.each(&mut |name, value| {
            labels.insert(name.to_owned(), value.into());
        });
        let mut shown = Map::from_iter([("labels".to_owned(), labels.into())]);
        value(&mut shown);
        family.series.push(shown.into());
    }
}

impl Family {
    fn json(self, history: &History) -> Value {
        let kind = match self.kind {
            FamilyType::Counter => "counter",
            FamilyType::Gauge => "gauge",
            FamilyType::Histogram => "histogram",
            FamilyType::Summary => "summary",
            FamilyType::Info => "info",
        };
        let mut shown = json!({
            "type": kind,
            "unit": self.unit,
            "help": self.help,
            "used": self.used,
            "more": self.used - self.series.len(),
        });
        // Moved: of what the macro is given it makes a copy.
        shown["history"] = history.of(&self.name).into();
        shown["name"] = self.name.into();
        shown["series"] = self.series.into();
        if let Some(most) = self.most {
            shown["allowed"] = most.into();
        }
        shown
    }
}

impl Encoder for Page {
    fn begin(&mut self, _generation: u64) {}

    fn family(&mut self, _id: Option<usize>, name: &str, descriptor: &Descriptor) {
        self.families.push(Family {
            name: name.to_owned(),
            kind: descriptor.family_type,
            unit: descriptor.unit,
            help: descriptor.help.to_string(),
            most: descriptor.most,
            used: 0,
            series: Vec::new(),
        });
    }

    fn number(&mut self, series: Series<'_>, value: Number) {
        self.push(&series, |shown| {
            let value = match value {
                Number::Unsigned(value) => value.into(),
                Number::Float(value) => value.into(),
            };
            shown.insert("value".to_owned(), value);
        });
    }

    fn histogram(&mut self, series: Series<'_>, value: &HistogramValue<'_>) {
        let HistogramValue { bounds, buckets, sum, exemplar } = *value;
        // JSON has no number for what is beyond all bounds.
        let bound = |bucket: usize| bounds.get(bucket).map_or_else(|| "+Inf".into(), |bound| Value::from(*bound));
        self.push(&series, |shown| {
            let counts = buckets.iter().enumerate().map(|(at, count)| json!([bound(at), count]));
            let exemplars = (0..buckets.len()).filter_map(|at| Some(example(bound(at), &exemplar(at)?)));
            shown.extend([
                ("count".to_owned(), buckets.iter().sum::<u64>().into()),
                ("sum".to_owned(), sum.into()),
                ("exemplars".to_owned(), exemplars.collect()),
                ("buckets".to_owned(), counts.collect()),
            ]);
            shown.extend(QUANTILES.map(|(name, of)| (name.to_owned(), quantile::quantile(of, bounds, buckets).into())));
        });
    }

    fn summary(&mut self, series: Series<'_>, value: &SummaryValue<'_>) {
        self.push(&series, |shown| {
            shown.extend([("count".to_owned(), value.count.into()), ("sum".to_owned(), value.sum.into())]);
            shown.extend(QUANTILES.map(|(name, of)| {
                // It has those that it was declared with, and nothing can be said of others.
                let known = value.quantiles.iter().find(|(known, _)| (known - of).abs() < 1e-9);
                (name.to_owned(), known.map(|(_, value)| *value).into())
            }));
        });
    }
}

fn example(le: Value, exemplar: &Exemplar) -> Value {
    let Exemplar { trace_id, span_id, value, time } = exemplar;
    let (trace_id, span_id) = (trace_id.to_string(), span_id.to_string());
    let mut shown = json!({ "value": value, "trace_id": trace_id, "span_id": span_id, "time": millis(*time) });
    shown["le"] = le;
    shown
}

/// Milliseconds since 1970, with the microseconds behind the point.
fn millis(time: SystemTime) -> f64 {
    let micros = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    #[expect(clippy::cast_precision_loss, reason = "microseconds are exact for two centuries more")]
    let millis = micros as f64 / 1e3;
    millis
}
