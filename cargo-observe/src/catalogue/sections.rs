//! The catalogue as tables of words, which a terminal and a page show each in their way.

use super::{
    Catalogue, Exception, Field, HealthCheck, How, Kind, Label, Metric, Place, Policy, Redaction, Span, Values,
};
use std::fmt::Display;

/// One table.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) head: &'static [&'static str],
    pub(super) rows: Vec<Vec<String>>,
}

/// How many values of a label are spelt out.
const SHOWN_VALUES: usize = 8;

/// The tables that have rows.
pub(super) fn sections(catalogue: &Catalogue) -> Vec<Section> {
    let sections = [
        Section {
            title: "Metrics",
            head: &["Name", "Type", "Labels", "Series", "Help", "Declared at"],
            rows: catalogue.metrics.iter().map(metric).collect(),
        },
        Section {
            title: "Spans",
            head: &["Name", "Kind", "Fields", "Function", "Declared at"],
            rows: catalogue.spans.iter().map(span).collect(),
        },
        Section {
            title: "Redacted types",
            head: &["Type", "Fields", "Declared at"],
            rows: catalogue.redactions.iter().map(redaction).collect(),
        },
        Section {
            title: "Shown in clear",
            head: &["What", "Name", "Reason", "Declared at"],
            rows: catalogue.exceptions.iter().map(exception).collect(),
        },
        Section {
            title: "Health checks",
            head: &["Name", "Critical", "Time-out", "Declared at"],
            rows: catalogue.health_checks.iter().map(health_check).collect(),
        },
    ];
    sections.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

/// How much of everything there is, in a line.
pub(super) fn summary(catalogue: &Catalogue) -> String {
    let series: u64 = catalogue.metrics.iter().map(|metric| metric.series).sum();
    let parts = [
        counted(catalogue.programs.len(), "program"),
        format!("{} of at most {series} series", counted(catalogue.metrics.len(), "metric")),
        counted(catalogue.spans.len(), "span"),
        counted(catalogue.redactions.len(), "redacted type"),
        counted(catalogue.health_checks.len(), "health check"),
        format!("{} shown in clear", catalogue.exceptions.len()),
    ];
    parts.join(", ")
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn metric(metric: &Metric) -> Vec<String> {
    let kind = match metric.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::Summary => "summary",
        Kind::Info => "info",
    };
    vec![
        metric.name.clone(),
        kind.to_owned(),
        list(metric.labels.iter().map(label)),
        metric.series.to_string(),
        metric.help.clone(),
        place(&metric.place),
    ]
}

/// `status (ok, error)` or `endpoint (at most 1000)`.
fn label(label: &Label) -> String {
    let values = match &label.values {
        Values::Known(values) if values.len() > SHOWN_VALUES => {
            format!("{}, … {} in all", values[..SHOWN_VALUES].join(", "), values.len())
        }
        Values::Known(values) => values.join(", "),
        Values::AtMost(most) => format!("at most {most}"),
    };
    format!("{} ({values})", label.name)
}

fn span(span: &Span) -> Vec<String> {
    let kind = match &span.preset {
        Some(preset) => format!("{}, {preset}", span.kind),
        None => span.kind.clone(),
    };
    vec![span.name.clone(), kind, list(span.fields.iter().map(field)), span.function.clone(), place(&span.place)]
}

fn field(field: &Field) -> String {
    let how = match field.how {
        How::Typed => "typed",
        How::Fixed => "fixed",
        How::Scrubbed => "scrubbed",
        How::Hashed => "hashed",
        How::Clear => "clear",
        How::Unchecked => "unchecked",
    };
    format!("{} ({how})", field.name)
}

fn redaction(redaction: &Redaction) -> Vec<String> {
    let fields = redaction.fields.iter().map(|field| {
        let policy = match field.policy {
            Policy::Skipped => "skipped",
            Policy::Hidden => "hidden",
            Policy::Hashed => "hashed",
            Policy::Nested => "by its type",
            Policy::Scrubbed => "scrubbed",
            Policy::Partial => "in part",
            Policy::Function => "by a function",
            Policy::Clear => "clear",
        };
        format!("{} ({policy})", field.name)
    });
    vec![redaction.name.clone(), list(fields), place(&redaction.place)]
}

fn exception(exception: &Exception) -> Vec<String> {
    let Exception { kind, name, reason, place: at } = exception;
    vec![kind.clone(), name.clone(), reason.clone(), place(at)]
}

fn health_check(check: &HealthCheck) -> Vec<String> {
    let critical = if check.critical { "yes" } else { "no" };
    vec![check.name.clone(), critical.to_owned(), format!("{} ms", check.timeout_ms), place(&check.place)]
}

fn list(parts: impl Iterator<Item = impl Display>) -> String {
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join("; ")
}

/// `src/model.rs:12`, or what observe brings itself.
fn place(place: &Place) -> String {
    if place.line == 0 { place.module.clone() } else { format!("{}:{}", place.file, place.line) }
}
