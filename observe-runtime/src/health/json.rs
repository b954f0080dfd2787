//! The three JSON forms: of `/health/ready`, of `/health`, and that of the draft for `application/health+json`.

use super::outcome::Status;
use super::performance::Performance;
use super::report::Report;
use super::round::Row;
use serde_json::{Map, Value, json};
use std::time::{Duration, SystemTime};

/// `/health/ready`.
pub(super) fn ready(report: &Report) -> String {
    let status = if report.is_ready() { "ready" } else { "not_ready" };
    let mut body = head(report, status);
    let checks =
        report.rows.iter().map(|row| (row.name.to_string(), check(report, row, row.finding.status().as_str())));
    body.insert("checks".to_owned(), Value::Object(checks.collect()));
    Value::Object(body).to_string()
}

/// `/health`.
pub(super) fn full(report: &Report, performance: &Performance) -> String {
    let mut body = head(report, health(report.overall()));
    let components =
        report.rows.iter().map(|row| (row.name.to_string(), check(report, row, health(row.finding.status()))));
    body.insert("components".to_owned(), Value::Object(components.collect()));
    let Performance { memory_usage_mb, cpu_percent, uptime_seconds } = performance;
    body.insert(
        "performance".to_owned(),
        json!({"memory_usage_mb": memory_usage_mb, "cpu_percent": cpu_percent, "uptime_seconds": uptime_seconds}),
    );
    Value::Object(body).to_string()
}

/// What a dashboard calls a status.
pub(crate) const fn health(status: Status) -> &'static str {
    match status {
        Status::Pass => "healthy",
        Status::Warn => "degraded",
        Status::Fail => "unhealthy",
        Status::Unknown => "unknown",
    }
}

/// What both begin with. `reason` and `warnings` are there only where there is one.
fn head(report: &Report, status: &str) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("status".to_owned(), status.into());
    body.insert("timestamp".to_owned(), timestamp(report.now).into());
    body.insert("version".to_owned(), report.settings.version.as_str().into());
    if let Some(reason) = report.phase.refusal() {
        body.insert("reason".to_owned(), reason.into());
    }
    if !report.warnings.is_empty() {
        body.insert("warnings".to_owned(), report.warnings.clone().into());
    }
    body
}

/// A component: its status, how long it took, its figures, and why, where the reader may know.
fn check(report: &Report, row: &Row, status: &str) -> Value {
    // Figures first: one that is called like a key of ours does not take its place.
    let figures = row.finding.outcome.figures.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    let mut check: Map<String, Value> = figures.collect();
    check.insert("status".to_owned(), status.into());
    check.insert("response_ms".to_owned(), milliseconds(row.finding.elapsed).into());
    if let Some(text) = report.text(row) {
        check.insert("output".to_owned(), text.into());
    }
    Value::Object(check)
}

/// `draft-inadarei-api-health-check-06`. It knows no state for what did not answer, and calls it a failure.
pub(super) fn draft(report: &Report) -> String {
    let status = |status: Status| if status == Status::Unknown { Status::Fail } else { status }.as_str();
    let mut checks = Map::new();
    for row in &report.rows {
        let finding = &row.finding;
        let component = |value: Value, unit: &str| {
            let mut one = json!({
                "componentType": row.kind.component_type(),
                "observedValue": value,
                "observedUnit": unit,
                "status": status(finding.status()),
                "time": timestamp(finding.at),
            });
            // A success has nothing to say.
            if let (Some(text), false) = (report.text(row), finding.status() == Status::Pass) {
                one["output"] = text.into();
            }
            json!([one])
        };
        checks.insert(format!("{}:responseTime", row.name), component(milliseconds(finding.elapsed).into(), "ms"));
        for (name, value) in &finding.outcome.figures {
            let unit = name.rsplit('_').next().unwrap_or_default();
            checks.insert(format!("{}:{name}", row.name), component(json!(value), unit));
        }
    }
    let mut body = json!({
        "status": status(report.overall()),
        "version": report.settings.version,
        "description": format!("health of {}", report.settings.service),
        "checks": checks,
    });
    let notes: Vec<&str> =
        report.phase.refusal().into_iter().chain(report.warnings.iter().map(String::as_str)).collect();
    if !notes.is_empty() {
        body["notes"] = notes.into();
    }
    body.to_string()
}

/// RFC 3339, in UTC.
pub(super) fn timestamp(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

/// With microseconds behind the point: a check in the same process takes less than a millisecond.
fn milliseconds(elapsed: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "nobody waits for so long")]
    let micros = elapsed.as_micros() as f64;
    micros / 1000.0
}
