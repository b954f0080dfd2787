//! The variables of the environment that the runtime reads, and what to say of others that look like them. The runtime
//! says it at the start of a program, and the tool where there is no program yet.

use crate::suggest::nearest;

/// All variables that are read.
pub const KNOWN: &[&str] = &[
    "CLICOLOR_FORCE",
    "NO_COLOR",
    "OBSERVE_ALERTMANAGER_URL",
    "OBSERVE_ALERTS",
    "OBSERVE_ALERT_ADMIN_TOKEN",
    "OBSERVE_ALERT_LIMITS",
    "OBSERVE_ALERT_ROUTES",
    "OBSERVE_ALERT_TOKEN",
    "OBSERVE_ALERT_WEBHOOK",
    "OBSERVE_ALERT_WEBHOOK_SECRET",
    "OBSERVE_CLIENT_ADDRESS",
    "OBSERVE_CODE_ATTRIBUTES",
    "OBSERVE_DEV_PAGE",
    "OBSERVE_DEV_PAGE_MEMORY",
    "OBSERVE_DEV_PAGE_TOKEN",
    "OBSERVE_DRAIN_DELAY",
    "OBSERVE_DRAIN_TIMEOUT",
    "OBSERVE_ENVIRONMENT",
    "OBSERVE_EXPORT_BUFFER",
    "OBSERVE_EXPORT_FALLBACK",
    "OBSERVE_HASH_KEY",
    "OBSERVE_HEALTH_BUDGET",
    "OBSERVE_HEALTH_INTERVAL",
    "OBSERVE_HEALTH_READY_BUDGET",
    "OBSERVE_HEALTH_TIMEOUTS",
    "OBSERVE_HTTP_ATTRIBUTES",
    "OBSERVE_HTTP_HEADERS",
    "OBSERVE_HTTP_LOG",
    "OBSERVE_HTTP_METRICS",
    "OBSERVE_HTTP_USER_HEADER",
    "OBSERVE_LEGACY_ENVIRONMENT",
    "OBSERVE_LOG_BUFFER",
    "OBSERVE_LOG_FILE",
    "OBSERVE_LOG_FILE_MAX_SIZE",
    "OBSERVE_LOG_FORMAT",
    "OBSERVE_METRICS",
    "OBSERVE_METRICS_ALLOW",
    "OBSERVE_METRICS_ENDPOINT",
    "OBSERVE_METRICS_TOKEN",
    "OBSERVE_NAMESPACE",
    "OBSERVE_PAGERDUTY_KEY",
    "OBSERVE_PAGERDUTY_URL",
    "OBSERVE_REDACT",
    "OBSERVE_REDACT_PATTERNS",
    "OBSERVE_SENSITIVE_NAMES",
    "OBSERVE_SHUTDOWN_TIMEOUT",
    "OBSERVE_SIGNALS",
    "OBSERVE_SLACK_CHANNEL",
    "OBSERVE_SLACK_USERNAME",
    "OBSERVE_SLACK_WEBHOOK",
    "OBSERVE_SPAN_LEVEL",
    "OBSERVE_TRACES",
    "OBSERVE_TRACES_BUFFER",
    "OBSERVE_TRACES_EXCLUDE_PATHS",
    "OBSERVE_TRACES_KEEP",
    "OBSERVE_TRACES_SLOW",
    "OBSERVE_TRUSTED_PROXIES",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_BLRP_EXPORT_TIMEOUT",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BLRP_MAX_QUEUE_SIZE",
    "OTEL_BLRP_SCHEDULE_DELAY",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_INSECURE",
    "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
    "OTEL_EXPORTER_OTLP_LOGS_INSECURE",
    "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
    "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
    "OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_INSECURE",
    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
    "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_EXPORTER_PROMETHEUS_HOST",
    "OTEL_EXPORTER_PROMETHEUS_PORT",
    "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_LOGS_EXPORTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_PROPAGATORS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_SEMCONV_STABILITY_OPT_IN",
    "OTEL_SERVICE_NAME",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
    "RUST_LOG",
];

/// Variables of OpenTelemetry that have no effect, and why.
pub const NOT_USED: &[(&str, &str)] = &[
    ("OTEL_CONFIG_FILE", "settings come from variables alone"),
    (
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "a histogram has the buckets that it is declared with",
    ),
    ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "links have no attributes"),
];

/// What names begin with that are taken for ours, so that unknown ones are mistakes.
const OURS: [&str; 4] = ["OBSERVE_", "OTEL_EXPORTER_OTLP_", "OTEL_BSP_", "OTEL_BLRP_"];

/// Words in a name that announce a secret.
const SECRET: [&str; 7] = ["HEADER", "HEADERS", "KEY", "PASSWORD", "SECRET", "TOKEN", "WEBHOOK"];

/// Whether the value of this variable is shown nowhere.
///
/// ```
/// assert!(observe_rules::variable::is_secret("OBSERVE_METRICS_TOKEN"));
/// ```
#[must_use]
pub fn is_secret(name: &str) -> bool {
    name.split('_').any(|word| SECRET.contains(&word))
}

/// Whether a variable of this name is looked at: it is read, or something may be wrong with it.
#[must_use]
pub fn concerns_telemetry(name: &str) -> bool {
    KNOWN.contains(&name) || ["OBSERVE_", "OTEL_", "JAEGER_"].iter().any(|prefix| name.starts_with(prefix))
}

/// What is wrong with a name. In code every unknown one is a mistake, as it is said to us alone.
///
/// ```
/// let said = observe_rules::variable::complaint("OBSERVE_TRACE", false);
/// assert_eq!(said.as_deref(), Some("OBSERVE_TRACE is not known and not used; did you mean OBSERVE_TRACES?"));
/// ```
#[must_use]
pub fn complaint(name: &str, is_code: bool) -> Option<String> {
    if KNOWN.contains(&name) || LEGACY.iter().any(|system| system.has(name)) {
        return None;
    }
    if let Some((_, why)) = NOT_USED.iter().find(|(known, _)| *known == name) {
        return Some(format!("{name} is not used: {why}"));
    }
    let family = OURS.iter().find(|family| name.starts_with(**family));
    // What all of them begin with must not make them alike.
    let prefix = family.copied().unwrap_or(if name.starts_with("OTEL_") { "OTEL_" } else { "" });
    let rest = |name: &'static str| name.strip_prefix(prefix);
    let near = nearest(name.strip_prefix(prefix)?, KNOWN.iter().copied().filter_map(rest));
    match near {
        Some(near) => Some(format!("{name} is not known and not used; did you mean {prefix}{near}?")),
        None if is_code || family.is_some() => Some(format!("{name} is not known and not used")),
        None => None,
    }
}

/// Whether Kubernetes sets it, for a service that is called `observe` or `jaeger-agent`.
#[must_use]
pub fn is_of_kubernetes(name: &str, value: &str) -> bool {
    let is_address = value.starts_with("tcp://") || value.starts_with("udp://");
    is_address || name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT_")
}

/// A system whose own exporter is gone.
#[derive(Clone, Copy, Debug)]
pub struct Legacy {
    /// The word for `OTEL_TRACES_EXPORTER`.
    pub exporter: &'static str,
    /// What the names of its variables begin with.
    pub prefix: &'static str,
    /// Names of variables of its own clients.
    pub client: &'static [&'static str],
    /// Variables that say where it is, the best first: a host or a URL.
    pub places: &'static [&'static str],
    /// How spans get there now.
    pub how: &'static str,
}

/// The systems whose exporters OpenTelemetry has given up.
pub const LEGACY: [Legacy; 2] = [
    Legacy {
        exporter: "jaeger",
        prefix: "OTEL_EXPORTER_JAEGER_",
        client: &[
            "JAEGER_AGENT_HOST",
            "JAEGER_AGENT_PORT",
            "JAEGER_ENDPOINT",
            "JAEGER_PASSWORD",
            "JAEGER_PROPAGATION",
            "JAEGER_REPORTER_FLUSH_INTERVAL",
            "JAEGER_REPORTER_LOG_SPANS",
            "JAEGER_REPORTER_MAX_QUEUE_SIZE",
            "JAEGER_SAMPLER_MANAGER_HOST_PORT",
            "JAEGER_SAMPLER_PARAM",
            "JAEGER_SAMPLER_TYPE",
            "JAEGER_SERVICE_NAME",
            "JAEGER_TAGS",
            "JAEGER_USER",
        ],
        places: &[
            "OTEL_EXPORTER_JAEGER_ENDPOINT",
            "OTEL_EXPORTER_JAEGER_AGENT_HOST",
            "JAEGER_ENDPOINT",
            "JAEGER_AGENT_HOST",
        ],
        how: "which Jaeger takes itself",
    },
    Legacy {
        exporter: "zipkin",
        prefix: "OTEL_EXPORTER_ZIPKIN_",
        client: &[],
        places: &["OTEL_EXPORTER_ZIPKIN_ENDPOINT"],
        how: "which a collector hands on to Zipkin",
    },
];

impl Legacy {
    /// Whether a variable of this name is one of its own.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        name.starts_with(self.prefix) || self.client.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_each_name_once() {
        assert!(KNOWN.is_sorted_by(|a, b| a < b));
        assert!(NOT_USED.iter().all(|(name, _)| !KNOWN.contains(name)));
    }

    #[test]
    fn names_of_secrets_are_known() {
        for name in
            ["OBSERVE_HASH_KEY", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_JAEGER_PASSWORD", "OBSERVE_A_TOKEN"]
        {
            assert!(is_secret(name), "{name}");
        }
        assert!(!is_secret("OTEL_EXPORTER_OTLP_ENDPOINT") && !is_secret("OBSERVE_TRACES_KEEP"));
    }
}
