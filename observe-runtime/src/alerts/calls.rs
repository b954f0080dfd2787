//! A call for each of the common alerts, and one that ends it.

#![expect(clippy::must_use_candidate, reason = "who never resolves an alert needs no key")]

use super::figures::{apart, shortly};
use super::{Alert, DeploymentStatus, EventType, Severity, key_of, resolve, send};
use std::fmt::Display;
use std::time::Duration;

/// How much worse than its threshold a value is that makes an alert worse.
const FAR_BEYOND: f64 = 2.0;

/// Too many calls fail: a rate between 0 and 1, the one that may be, and over which time it was measured.
///
/// `error`, and `critical` from twice the threshold. Returns the key to resolve it by: one for the service.
///
/// ```
/// use std::time::Duration;
///
/// # let capture = observe::alerts::capture();
/// observe::alerts::alert_high_error_rate(0.12, 0.05, Duration::from_secs(300));
/// # let alert = &capture.alerts()[0];
/// # assert_eq!(alert.summary, "12 % of all calls failed within 5m; 5 % may");
/// # assert_eq!(alert.severity, observe::alerts::Severity::Critical);
/// ```
pub fn alert_high_error_rate(error_rate: f64, threshold: f64, window: Duration) -> String {
    let severity = if error_rate >= threshold * FAR_BEYOND { Severity::Critical } else { Severity::Error };
    let ((rate, may), time) = (apart(error_rate * 100.0, threshold * 100.0, 1), humantime::format_duration(window));
    let summary = format!("{rate} % of all calls failed within {time}; {may} % may");
    let alert = Alert::new(EventType::HighErrorRate, severity, summary).dedup_key(key_of(EventType::HighErrorRate, ""));
    send(alert.metadata("error_rate", error_rate).metadata("threshold", threshold).metadata("window", time))
}

/// Calls succeed again: ends what [`alert_high_error_rate`] has begun. Returns as [`resolve`] does.
///
/// ```
/// observe::alerts::resolve_high_error_rate();
/// ```
pub fn resolve_high_error_rate() -> bool {
    resolve(&key_of(EventType::HighErrorRate, ""))
}

/// Calls of one operation take too long: the time measured, such as P95, and the one that it may be.
///
/// `warning`, and `error` from twice the threshold. Returns the key to resolve it by: one for each operation.
///
/// ```
/// use std::time::Duration;
///
/// # let capture = observe::alerts::capture();
/// observe::alerts::alert_high_latency("rag_query", Duration::from_millis(900), Duration::from_millis(500));
/// # assert_eq!(capture.alerts()[0].summary, "rag_query takes 900ms; 500ms may be");
/// ```
pub fn alert_high_latency(operation: &str, latency: Duration, threshold: Duration) -> String {
    let is_far = latency.as_secs_f64() >= threshold.as_secs_f64() * FAR_BEYOND;
    let severity = if is_far { Severity::Error } else { Severity::Warning };
    let (time, may) = (shortly(latency), shortly(threshold));
    let alert = Alert::new(EventType::HighLatency, severity, format!("{operation} takes {time}; {may} may be"));
    let alert = alert.dedup_key(key_of(EventType::HighLatency, operation));
    send(alert.metadata("operation", operation).metadata("latency", time).metadata("threshold", may))
}

/// The operation is fast enough again: ends what [`alert_high_latency`] has begun. Returns as [`resolve`] does.
///
/// ```
/// observe::alerts::resolve_high_latency("rag_query");
/// ```
pub fn resolve_high_latency(operation: &str) -> bool {
    resolve(&key_of(EventType::HighLatency, operation))
}

/// A part of the system does not answer. `critical`.
///
/// Returns the key to resolve it by: one for each component.
///
/// ```
/// # let capture = observe::alerts::capture();
/// observe::alerts::alert_system_down("database", "connection refused");
/// // Later:
/// observe::alerts::resolve_system_down("database");
/// # assert_eq!(capture.alerts()[1].dedup_key, capture.alerts()[0].dedup_key);
/// ```
pub fn alert_system_down(component: &str, reason: impl Display) -> String {
    let alert = Alert::new(EventType::SystemDown, Severity::Critical, format!("{component} is down"));
    let alert = alert.dedup_key(key_of(EventType::SystemDown, component));
    send(alert.details(reason).metadata("component", component))
}

/// The component answers again: ends what [`alert_system_down`] has begun. Returns as [`resolve`] does.
///
/// ```
/// observe::alerts::resolve_system_down("database");
/// ```
pub fn resolve_system_down(component: &str) -> bool {
    resolve(&key_of(EventType::SystemDown, component))
}

/// A version is rolled out, or back: `info`, `warning` where it was rolled back, `error` where it failed.
///
/// Returns the key to resolve it by: one for each version and status.
///
/// ```
/// use observe::alerts::{DeploymentStatus, alert_deployment_status};
///
/// # let capture = observe::alerts::capture();
/// alert_deployment_status("1.4.0", DeploymentStatus::RolledBack);
/// # assert_eq!(capture.alerts()[0].summary, "deployment of 1.4.0: rolled_back");
/// ```
pub fn alert_deployment_status(version: &str, status: DeploymentStatus) -> String {
    let severity = match status {
        DeploymentStatus::Started | DeploymentStatus::Succeeded => Severity::Info,
        DeploymentStatus::RolledBack => Severity::Warning,
        DeploymentStatus::Failed => Severity::Error,
    };
    let alert = Alert::new(EventType::DeploymentStatus, severity, format!("deployment of {version}: {status}"));
    send(alert.dedup_key(deployment(version, status)).metadata("deployment_status", status))
}

/// It does not matter any more: ends what [`alert_deployment_status`] has said. Returns as [`resolve`] does.
///
/// ```
/// use observe::alerts::{DeploymentStatus, resolve_deployment_status};
/// resolve_deployment_status("1.4.0", DeploymentStatus::RolledBack);
/// ```
pub fn resolve_deployment_status(version: &str, status: DeploymentStatus) -> bool {
    resolve(&deployment(version, status))
}

fn deployment(version: &str, status: DeploymentStatus) -> String {
    key_of(EventType::DeploymentStatus, &format!("{version}/{status}"))
}

/// A model can't be loaded, or does not predict. `error`.
///
/// Returns the key to resolve it by: one for each model.
///
/// ```
/// # let capture = observe::alerts::capture();
/// observe::alerts::alert_model_failure("risk-7", "the file is damaged");
/// # assert_eq!(capture.alerts()[0].summary, "the model risk-7 fails");
/// ```
pub fn alert_model_failure(model: &str, error: impl Display) -> String {
    let alert = Alert::new(EventType::ModelFailure, Severity::Error, format!("the model {model} fails"));
    let alert = alert.dedup_key(key_of(EventType::ModelFailure, model));
    send(alert.details(error).metadata("model", model))
}

/// The model predicts again: ends what [`alert_model_failure`] has begun. Returns as [`resolve`] does.
///
/// ```
/// observe::alerts::resolve_model_failure("risk-7");
/// ```
pub fn resolve_model_failure(model: &str) -> bool {
    resolve(&key_of(EventType::ModelFailure, model))
}

/// Somebody got, or tried to get, where nobody should: in a word, and what is known of it. `critical`.
///
/// Who it was belongs into the audit log; what the details hold is redacted. Returns the key to resolve it by: one
/// for each kind.
///
/// ```
/// # let capture = observe::alerts::capture();
/// observe::alerts::alert_security_breach("token_reuse", "a revoked token was used 12 times");
/// # assert_eq!(capture.alerts()[0].summary, "security breach: token_reuse");
/// ```
pub fn alert_security_breach(kind: &str, details: impl Display) -> String {
    let alert = Alert::new(EventType::SecurityBreach, Severity::Critical, format!("security breach: {kind}"));
    send(alert.dedup_key(key_of(EventType::SecurityBreach, kind)).details(details))
}

/// Somebody has looked at it: ends what [`alert_security_breach`] has begun. Returns as [`resolve`] does.
///
/// ```
/// observe::alerts::resolve_security_breach("token_reuse");
/// ```
pub fn resolve_security_breach(kind: &str) -> bool {
    resolve(&key_of(EventType::SecurityBreach, kind))
}

/// A model predicts a risk over the threshold at which a person has to look. `warning`.
///
/// Of whom, it does not say: that is for the service's own records. Returns the key to resolve it by: one for each
/// model.
///
/// ```
/// # let capture = observe::alerts::capture();
/// observe::alerts::alert_high_risk_prediction("readmission", 0.93, 0.8);
/// # assert_eq!(capture.alerts()[0].summary, "readmission predicts a risk of 0.93, over 0.8");
/// ```
pub fn alert_high_risk_prediction(model: &str, risk: f64, threshold: f64) -> String {
    let (shown, over) = apart(risk, threshold, 2);
    let summary = format!("{model} predicts a risk of {shown}, over {over}");
    let alert = Alert::new(EventType::HighRiskPrediction, Severity::Warning, summary);
    let alert = alert.dedup_key(key_of(EventType::HighRiskPrediction, model));
    send(alert.metadata("model", model).metadata("risk", risk).metadata("threshold", threshold))
}

/// Somebody has looked at it: ends what [`alert_high_risk_prediction`] has begun. Returns as [`resolve`] does.
///
/// ```
/// observe::alerts::resolve_high_risk_prediction("readmission");
/// ```
pub fn resolve_high_risk_prediction(model: &str) -> bool {
    resolve(&key_of(EventType::HighRiskPrediction, model))
}
