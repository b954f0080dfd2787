//! The families of the service as a whole, of its health and its alerts, and of telemetry itself.

use super::{Family, Group, Label, Scope, at_most, known};
use crate::metric::Kind;

/// The most health checks.
pub const MOST_CHECKS: usize = 100;

/// Labels of observe's own that a program makes longer: metrics with a full label, and patterns of its own.
const OF_THE_PROGRAM: usize = 100;

/// Who is speaking. Without a namespace the word is `service`: `up` alone is what Prometheus writes itself.
pub const SERVICE: Group = Group {
    name: "service",
    scope: Scope::Service,
    families: &[
        Family::gauge("service_up", "1 while the service runs", &[]).renamed("up"),
        Family::new(
            Kind::Info,
            "service_info",
            "The service's version and environment",
            &[at_most("version", 1), at_most("environment", 1)],
        )
        .renamed("info"),
    ],
};

const COMPONENT: &[Label] = &[at_most("component", MOST_CHECKS)];

/// Health checks.
pub const HEALTH: Group = Group {
    name: "health",
    scope: Scope::Service,
    families: &[
        Family::gauge(
            "health_check_status",
            "How a component is: 1 it works, 0.5 it should be looked at, 0 it does not work or does not answer",
            COMPONENT,
        ),
        Family::gauge("health_check_duration_seconds", "How long the last health check of a component took", COMPONENT)
            .in_unit("seconds"),
    ],
};

const SEVERITY: Label = known("severity", &["critical", "error", "warning", "info"]);

/// What became of alerts.
pub const ALERTS: Group = Group {
    name: "alerts",
    scope: Scope::Telemetry,
    families: &[
        Family::counter(
            "alerts_lost_total",
            "Alerts that did not reach a channel, by reason",
            &[known("reason", &["queue_full", "refused", "shutdown"])],
        ),
        Family::counter(
            "alerts_sent_total",
            "Attempts to tell a channel of an alert, by what became of them",
            &[
                known("channel", &["pagerduty", "slack", "webhook", "alertmanager"]),
                SEVERITY,
                known("outcome", &["delivered", "retried", "refused"]),
            ],
        ),
        Family::counter(
            "alerts_suppressed_total",
            "Alerts that were held back because one like them was sent before",
            &[SEVERITY],
        ),
    ],
};

/// What became of spans and log events, what was hidden, and what metrics take.
pub const OWN: Group = Group {
    name: "own",
    scope: Scope::Telemetry,
    families: &[
        Family::counter("observe_spans_exported_total", "Spans that an exporter has handed over", &[]).absolute(),
        Family::counter(
            "observe_spans_lost_total",
            "Spans that did not arrive, by reason",
            &[known("reason", &["queue_full", "export_failed", "shutdown", "not_opened"])],
        )
        .absolute(),
        Family::counter("observe_logs_exported_total", "Log events that an exporter has handed over", &[]).absolute(),
        Family::counter(
            "observe_logs_lost_total",
            "Log events that did not arrive, by reason",
            &[known("reason", &["queue_full", "export_failed", "shutdown", "file"])],
        )
        .absolute(),
        Family::counter(
            "observe_redactions_total",
            "Values that redaction hid, by kind",
            &[at_most("kind", OF_THE_PROGRAM)],
        )
        .absolute(),
        Family::counter(
            "observe_metrics_refused_total",
            "Values that a metric could not take, by reason",
            &[known("reason", &["nan", "infinite", "negative", "panicked", "recursive"])],
        )
        .absolute(),
        Family::counter(
            "observe_label_overflow_total",
            "Calls whose label was full, or whose value was too long, and that count as other",
            &[at_most("metric", OF_THE_PROGRAM), at_most("label", OF_THE_PROGRAM)],
        )
        .at_most(OF_THE_PROGRAM)
        .absolute(),
        Family::counter(
            "observe_traces_judged_early_total",
            "Traces whose end was not waited for, by reason",
            &[known("reason", &["limit", "patience", "shutdown"])],
        )
        .absolute(),
        Family::counter(
            "observe_spans_let_go_total",
            "Spans of kept traces that were not held until it was known that the trace is kept",
            &[],
        )
        .absolute(),
        Family::counter(
            "observe_baggage_dropped_total",
            "Members of baggage that are not passed on, by reason",
            &[known("reason", &["malformed", "limit", "refused", "no_span"])],
        )
        .absolute(),
        Family::gauge("observe_metrics_memory_bytes", "Memory that metrics take", &[]).in_unit("bytes").absolute(),
    ],
};

/// Requests for metrics.
pub const METRICS_ENDPOINT: Group = Group {
    name: "metrics_endpoint",
    scope: Scope::Telemetry,
    families: &[Family::counter(
        "observe_metrics_endpoint_refused_total",
        "Requests for metrics that were refused, by reason",
        &[known("reason", &["network", "token"])],
    )
    .absolute()],
};

/// Metrics that are exported; shown where an exporter is set.
pub const METRICS_EXPORT: Group = Group {
    name: "metrics_export",
    scope: Scope::Telemetry,
    families: &[Family::counter(
        "observe_metrics_export_failures_total",
        "Exports of metrics that did not arrive",
        &[],
    )
    .absolute()],
};

/// Metrics of other libraries that are shown beside ours.
pub const MERGED: Group = Group {
    name: "merged",
    scope: Scope::Telemetry,
    families: &[Family::counter(
        "observe_merge_failures_total",
        "Families of merged registries left out of a reading, and readings that panicked, by reason",
        &[known("reason", &["refused", "panicked"])],
    )
    .absolute()],
};
