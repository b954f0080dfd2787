//! The names of all variables, and what to say of others that look like them.

use super::legacy;
use super::reader::Reader;
use observe_rules::suggest::nearest;

/// All variables that are read.
pub(super) const KNOWN: &[&str] = &[
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
pub(super) const NOT_USED: &[(&str, &str)] = &[
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
pub(super) fn is_secret(name: &str) -> bool {
    name.split('_').any(|word| SECRET.contains(&word))
}

/// Whether a variable of this name is looked at: it is read, or something may be wrong with it.
pub(super) fn concerns_telemetry(name: &str) -> bool {
    KNOWN.contains(&name) || ["OBSERVE_", "OTEL_", "JAEGER_"].iter().any(|prefix| name.starts_with(prefix))
}

/// Says of all variables that are set and not read that they are not.
pub(super) fn warn_of_others(reader: &mut Reader<'_>) {
    let variables = reader.variables;
    for name in variables.unreadable() {
        reader.warn(format!("{name} is not used: its value is not Unicode text"));
    }
    let set = variables.environment().filter(|(name, value)| !is_of_kubernetes(name, value));
    for (name, is_code) in set.map(|(name, _)| (name, false)).chain(variables.code_names().map(|name| (name, true))) {
        if let Some(warning) = complaint(name, is_code) {
            reader.warn(warning);
        }
    }
}

/// What is wrong with a name. In code every unknown one is a mistake, as it is said to us alone.
fn complaint(name: &str, is_code: bool) -> Option<String> {
    if KNOWN.contains(&name) || legacy::is_legacy(name) {
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
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    let is_address = value.starts_with("tcp://") || value.starts_with("udp://");
    is_address || name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT_")
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn warnings(variables: &Variables) -> Vec<String> {
        let mut reader = Reader::new(variables);
        warn_of_others(&mut reader);
        reader.into_warnings()
    }

    fn of_environment(names: &[&str]) -> Vec<String> {
        let pairs: Vec<_> = names.iter().map(|name| (*name, "hunter2")).collect();
        warnings(&pairs.iter().collect())
    }

    #[test]
    fn the_table_is_sorted_and_has_each_name_once() {
        assert!(KNOWN.is_sorted_by(|a, b| a < b));
        assert!(NOT_USED.iter().all(|(name, _)| !KNOWN.contains(name)));
    }

    #[test]
    fn what_is_known_is_no_mistake() {
        assert_eq!(of_environment(KNOWN), [""; 0]);
    }

    #[test]
    fn a_mistake_is_named_with_what_is_near() {
        for (name, near) in [
            ("OBSERVE_TRACE", Some("OBSERVE_TRACES")),
            ("OBSERVE_SHUTDOWN_BUDGET", None),
            ("OBSERVE_LOG_FORMATS", Some("OBSERVE_LOG_FORMAT")),
            ("OTEL_EXPORTER_OTLP_ENPOINT", Some("OTEL_EXPORTER_OTLP_ENDPOINT")),
            ("OTEL_EXPORTER_OTLP_TRACE_ENDPOINT", Some("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")),
            ("OTEL_EXPORTER_OTLP_API_TOKEN", None),
            ("OTEL_BSP_QUEUE_SIZE", Some("OTEL_BSP_MAX_QUEUE_SIZE")),
            ("OTEL_TRACE_EXPORTER", Some("OTEL_TRACES_EXPORTER")),
        ] {
            let end = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            assert_eq!(of_environment(&[name]), [format!("{name} is not known and not used{end}")]);
        }
    }

    #[test]
    fn variables_of_others_are_left_alone() {
        let others = ["OTEL_LOG_LEVEL", "OTEL_PYTHON_LOG_CORRELATION", "OTEL_SERVICE_VERSION", "OBSERVER", "PATH"];
        assert_eq!(of_environment(&others), [""; 0]);
        let kubernetes = [
            ("OBSERVE_SERVICE_HOST", "10.0.0.1"),
            ("OBSERVE_SERVICE_PORT_HTTP", "80"),
            ("OBSERVE_PORT", "tcp://10.0.0.1:80"),
            ("OBSERVE_PORT_80_TCP_ADDR", "10.0.0.1"),
        ];
        assert_eq!(warnings(&kubernetes.iter().collect()), [""; 0]);
    }

    #[test]
    fn in_code_every_unknown_name_is_a_mistake() {
        let mut variables = Variables::default();
        variables.set("PATH", "x");
        variables.set("OTEL_SERVICE_NAMES", "x");
        assert_eq!(
            warnings(&variables),
            [
                "OTEL_SERVICE_NAMES is not known and not used; did you mean OTEL_SERVICE_NAME?",
                "PATH is not known and not used",
            ]
        );
    }

    #[test]
    fn what_opentelemetry_has_and_we_do_not_says_why() {
        for (name, why) in NOT_USED {
            assert_eq!(of_environment(&[name]), [format!("{name} is not used: {why}")]);
        }
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
