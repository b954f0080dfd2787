//! The Prometheus text format, version 0.0.4.
//!
//! Source: Prometheus documentation, "Exposition formats", text-based format.

use super::model::{Descriptor, Encoder, FamilyType, HistogramValue, Labels, Number, Series, SummaryValue};
use std::fmt::{Display, Write as _};

/// The content type of [`crate::exposition`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes families as they come.
#[derive(Debug, Default)]
pub(crate) struct TextEncoder {
    pub(crate) text: String,
    name: String,
}

impl TextEncoder {
    fn line(&mut self, suffix: &str, labels: &dyn Labels, more: Option<(&str, &str)>, value: impl Display) {
        let text = &mut self.text;
        text.push_str(&self.name);
        text.push_str(suffix);
        let mut before = '{';
        let mut push = |name: &str, value: &str| {
            text.push(before);
            before = ',';
            text.push_str(name);
            text.push_str("=\"");
            push_escaped(text, value);
            text.push('"');
        };
        labels.each(&mut push);
        if let Some((name, value)) = more {
            push(name, value);
        }
        if before == ',' {
            text.push('}');
        }
        // Writing to a String does not fail.
        let _ = writeln!(text, " {value}");
    }
}

impl Encoder for TextEncoder {
    fn begin(&mut self, _generation: u64) {}

    fn family(&mut self, _id: Option<usize>, name: &str, descriptor: &Descriptor) {
        name.clone_into(&mut self.name);
        let help = descriptor.help.replace('\\', "\\\\").replace('\n', "\\n");
        let type_name = match descriptor.family_type {
            FamilyType::Counter => "counter",
            FamilyType::Gauge | FamilyType::Info => "gauge",
            FamilyType::Histogram => "histogram",
            FamilyType::Summary => "summary",
        };
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {type_name}\n");
    }

    fn number(&mut self, series: Series<'_>, value: Number) {
        match value {
            Number::Unsigned(value) => self.line("", series.labels, None, value),
            Number::Float(value) => self.line("", series.labels, None, value),
        }
    }

    fn histogram(&mut self, series: Series<'_>, histogram: &HistogramValue<'_>) {
        let mut cumulated = 0;
        for (at, count) in histogram.buckets.iter().enumerate() {
            cumulated += count;
            let bound = histogram.bounds.get(at).map_or_else(|| "+Inf".to_owned(), ToString::to_string);
            self.line("_bucket", series.labels, Some(("le", &bound)), cumulated);
        }
        self.line("_sum", series.labels, None, histogram.sum);
        self.line("_count", series.labels, None, cumulated);
    }

    fn summary(&mut self, series: Series<'_>, summary: &SummaryValue<'_>) {
        for (quantile, value) in summary.quantiles {
            self.line("", series.labels, Some(("quantile", &quantile.to_string())), value);
        }
        self.line("_sum", series.labels, None, summary.sum);
        self.line("_count", series.labels, None, summary.count);
    }
}

fn push_escaped(text: &mut String, value: &str) {
    if !value.contains(['\\', '"', '\n']) {
        text.push_str(value);
        return;
    }
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            letter => text.push(letter),
        }
    }
}
