//! Settings out of the environment: what is set, what it means, and what to say of a wrong value.

mod destination;
mod reader;
mod sampling;

pub(crate) use destination::{Collector, Compression, Destination, Protocol, TlsFiles};
pub(crate) use sampling::SamplingSettings;

use crate::log::{LogFilter, LogFormat};
use crate::resource::Resource;
use destination::{METRICS, Signal, TRACES};
use observe_rules::metric;
use reader::Reader;
use std::time::Duration;
use tracing::level_filters::LevelFilter;

/// All settings of one process.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a variable of its own")]
pub(crate) struct Settings {
    pub(crate) resource: Resource,
    pub(crate) enabled: bool,
    pub(crate) log_format: LogFormat,
    pub(crate) log_filter: LogFilter,
    pub(crate) span_level: LevelFilter,
    pub(crate) sampling: SamplingSettings,
    /// Whether exported spans say where their code is.
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only OTLP says it"))]
    pub(crate) code_attributes: bool,
    pub(crate) traces: Destination,
    pub(crate) metrics: Destination,
    /// Print spans that could not be exported.
    pub(crate) console_fallback: bool,
    pub(crate) namespace: Option<String>,
    pub(crate) hash_key: Option<String>,
    pub(crate) queue_size: usize,
    pub(crate) batch_size: usize,
    pub(crate) batch_delay: Duration,
    /// For one export of spans.
    pub(crate) export_timeout: Duration,
    pub(crate) metric_interval: Duration,
    /// For one export of metrics.
    pub(crate) metric_timeout: Duration,
    /// Whether counts begin with the last export instead of with the process.
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only OTLP has both ways to count"))]
    pub(crate) metric_deltas: bool,
    pub(crate) shutdown_timeout: Duration,
    /// Whether SIGTERM and SIGINT are watched.
    pub(crate) signals: bool,
    /// What is wrong with the environment, a sentence each.
    pub(crate) warnings: Vec<String>,
}

impl Settings {
    /// Reads the settings through `variable`; names given in code are the defaults.
    pub(crate) fn read(service: &str, version: &str, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut reader = Reader::new(variable);
        let resource = resource(&mut reader, service, version);
        let environment = resource.get("deployment.environment.name");
        let is_production = matches!(environment, "production" | "prod");
        let default_format = if is_production || environment == "staging" { LogFormat::Json } else { LogFormat::Text };
        let (traces, metrics) = (TRACES.destination(&mut reader), METRICS.destination(&mut reader));
        let metric_timeout = reader.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT", Duration::from_secs(30));
        let fallback = reader.choice("OBSERVE_EXPORT_FALLBACK", &[("none", false), ("console", true)], false);
        Self {
            enabled: !reader.choice("OTEL_SDK_DISABLED", &[("false", false), ("true", true)], false),
            log_format: reader.choice(
                "OBSERVE_LOG_FORMAT",
                &[("json", LogFormat::Json), ("text", LogFormat::Text)],
                default_format,
            ),
            log_filter: log_filter(&mut reader),
            span_level: reader.choice(
                "OBSERVE_SPAN_LEVEL",
                &[
                    ("trace", LevelFilter::TRACE),
                    ("debug", LevelFilter::DEBUG),
                    ("info", LevelFilter::INFO),
                    ("warn", LevelFilter::WARN),
                    ("error", LevelFilter::ERROR),
                    ("off", LevelFilter::OFF),
                ],
                LevelFilter::INFO,
            ),
            sampling: SamplingSettings::read(&mut reader, is_production),
            code_attributes: reader.choice("OBSERVE_CODE_ATTRIBUTES", &[("false", false), ("true", true)], false),
            traces,
            metrics,
            console_fallback: fallback,
            namespace: namespace(&mut reader),
            hash_key: hash_key(&mut reader),
            queue_size: reader.number("OTEL_BSP_MAX_QUEUE_SIZE", 2048),
            batch_size: reader.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512),
            batch_delay: reader.milliseconds("OTEL_BSP_SCHEDULE_DELAY", Duration::from_secs(5)),
            export_timeout: export_timeout(&mut reader, &TRACES),
            metric_interval: Duration::from_millis(reader.number("OTEL_METRIC_EXPORT_INTERVAL", 60_000) as u64),
            // Both limit the same: no step of an export of metrics takes long but the sending.
            metric_timeout: metric_timeout.min(export_timeout(&mut reader, &METRICS)),
            metric_deltas: reader.choice(
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
                &[("cumulative", false), ("delta", true), ("lowmemory", true)],
                false,
            ),
            shutdown_timeout: reader.duration("OBSERVE_SHUTDOWN_TIMEOUT", Duration::from_secs(3)),
            signals: reader.choice("OBSERVE_SIGNALS", &[("on", true), ("off", false)], true),
            resource,
            warnings: reader.into_warnings(),
        }
    }
}

/// How long one request may take.
fn export_timeout(reader: &mut Reader<'_>, signal: &Signal) -> Duration {
    let variable = signal.variable(reader, "TIMEOUT");
    reader.milliseconds(&variable, Duration::from_secs(10))
}

/// Who is speaking. The most specific variable wins, and the code's own names come last.
fn resource(reader: &mut Reader<'_>, service: &str, version: &str) -> Resource {
    let mut resource = Resource::default();
    resource.set("service.name", service);
    resource.set("service.version", version);
    resource.set("deployment.environment.name", "development");
    resource.set("telemetry.sdk.name", "observe");
    resource.set("telemetry.sdk.language", "rust");
    resource.set("telemetry.sdk.version", env!("CARGO_PKG_VERSION"));
    for (key, value) in reader.pairs("OTEL_RESOURCE_ATTRIBUTES") {
        resource.set(&key, value);
    }
    if let Some(name) = reader.text("OTEL_SERVICE_NAME") {
        resource.set("service.name", name);
    }
    if let Some(environment) = reader.text("OBSERVE_ENVIRONMENT") {
        resource.set("deployment.environment.name", environment);
    }
    resource
}

fn log_filter(reader: &mut Reader<'_>) -> LogFilter {
    let text = reader.text("RUST_LOG").unwrap_or_else(|| "info".to_owned());
    LogFilter::parse(&text).or_else(|error| {
        reader.warn(format!(
            "RUST_LOG=`{text}` is not understood ({error}); write levels and targets such as `info,hyper=warn`; using `info`"
        ));
        LogFilter::parse("info")
    }).unwrap_or_default()
}

fn namespace(reader: &mut Reader<'_>) -> Option<String> {
    let namespace = reader.text("OBSERVE_NAMESPACE")?;
    match metric::check_namespace(&namespace) {
        Ok(()) => Some(namespace),
        Err(violation) => {
            reader.warn(format!("OBSERVE_NAMESPACE is not used: {violation}"));
            None
        }
    }
}

/// A key is checked and never shown.
fn hash_key(reader: &mut Reader<'_>) -> Option<String> {
    let key = reader.text("OBSERVE_HASH_KEY")?;
    if key.len() < 16 {
        reader
            .warn("OBSERVE_HASH_KEY is shorter than 16 bytes and not used; pseudonyms have a random key until restart");
        return None;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Settings {
        let variables: Vec<(String, String)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read("app", "1.2.3", &move |name| {
            variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn nothing_set_is_a_quiet_service() {
        let settings = read(&[]);
        assert_eq!(settings.warnings, [""; 0]);
        assert_eq!(settings.traces, Destination::Nowhere);
        assert_eq!(settings.log_format, LogFormat::Text);
        assert_eq!(settings.resource.get("service.name"), "app");
        assert_eq!(settings.resource.get("deployment.environment.name"), "development");
    }

    #[test]
    fn production_writes_json() {
        assert_eq!(read(&[("OBSERVE_ENVIRONMENT", "production")]).log_format, LogFormat::Json);
        let settings = read(&[("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=production,team=a%20b")]);
        assert_eq!(settings.log_format, LogFormat::Json);
        assert_eq!(settings.resource.get("team"), "a b");
        let settings = read(&[("OBSERVE_ENVIRONMENT", "production"), ("OBSERVE_LOG_FORMAT", "text")]);
        assert_eq!(settings.log_format, LogFormat::Text);
    }

    #[test]
    fn production_keeps_fewer_traces_and_staging_does_not() {
        let sampling = |environment| read(&[("OBSERVE_ENVIRONMENT", environment)]).sampling;
        assert_eq!(sampling("prod"), sampling("production"));
        assert_eq!(sampling("staging"), sampling("development"));
        assert_ne!(sampling("staging"), sampling("production"));
    }

    #[test]
    fn the_most_specific_name_wins() {
        let settings = read(&[
            ("OTEL_SERVICE_NAME", "outer"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=inner,service.version=9"),
        ]);
        assert_eq!(settings.resource.get("service.name"), "outer");
        assert_eq!(settings.resource.get("service.version"), "9");
    }

    #[test]
    #[cfg(feature = "otlp")]
    fn an_endpoint_asks_for_otlp() {
        let otlp = |endpoint: &str| Destination::Otlp(Collector::at(endpoint));
        assert_eq!(read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1/")]).traces, otlp("http://c:1/v1/traces"));
        assert_eq!(read(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:1/x")]).traces, otlp("http://c:1/x"));
        assert_eq!(read(&[("OTEL_TRACES_EXPORTER", "otlp")]).traces, otlp("http://localhost:4318/v1/traces"));
        let settings = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1"), ("OTEL_TRACES_EXPORTER", "none")]);
        assert_eq!(settings.traces, Destination::Nowhere);
        assert_eq!(settings.metrics, otlp("http://c:1/v1/metrics"));
    }

    #[test]
    #[cfg(feature = "otlp")]
    fn metrics_have_variables_of_their_own() {
        let settings = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://general:1"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=general"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://own:1/m"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=own"),
            ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2000"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "DELTA"),
        ]);
        assert_eq!(settings.warnings, [""; 0]);
        let expected = Destination::Otlp(Collector { headers: "a=own".to_owned(), ..Collector::at("http://own:1/m") });
        assert_eq!(settings.metrics, expected);
        let expected = Destination::Otlp(Collector {
            headers: "a=general".to_owned(),
            ..Collector::at("http://general:1/v1/traces")
        });
        assert_eq!(settings.traces, expected);
        let seconds = Duration::from_secs;
        assert_eq!((settings.export_timeout, settings.metric_timeout), (seconds(1), seconds(2)));
        assert_eq!((settings.metric_interval, settings.metric_deltas), (seconds(5), true));
    }

    #[test]
    fn the_shorter_of_two_timeouts_is_that_of_metrics() {
        assert_eq!(read(&[]).metric_timeout, Duration::from_secs(10));
        assert_eq!(read(&[("OTEL_METRIC_EXPORT_TIMEOUT", "500")]).metric_timeout, Duration::from_millis(500));
    }

    #[test]
    fn metrics_to_prometheus_are_metrics_that_are_scraped() {
        let settings =
            read(&[("OTEL_METRICS_EXPORTER", "prometheus"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://c:1")]);
        assert_eq!((settings.metrics, settings.warnings), (Destination::Nowhere, Vec::new()));
        assert_eq!(read(&[("OTEL_METRICS_EXPORTER", "console")]).metrics, Destination::Console);
        assert_eq!(read(&[]).metrics, Destination::Nowhere);
    }

    #[test]
    fn a_general_variable_that_is_wrong_is_named_once() {
        let settings = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")]);
        let about = |name: &str| settings.warnings.iter().filter(|text| text.starts_with(name)).count();
        assert_eq!(about("OTEL_EXPORTER_OTLP_TIMEOUT"), 1, "{:?}", settings.warnings);
    }

    #[test]
    fn each_wrong_value_is_named_once_with_what_is_accepted() {
        let settings = read(&[
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_METRICS_EXPORTER", "statsd"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "both"),
            ("OBSERVE_LOG_FORMAT", "xml"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
            ("OBSERVE_SHUTDOWN_TIMEOUT", "soon"),
            ("OTEL_SDK_DISABLED", "yes"),
            ("RUST_LOG", "info,=="),
            ("OBSERVE_NAMESPACE", "My-App"),
            ("OBSERVE_HASH_KEY", "short-secret"),
            ("OTEL_RESOURCE_ATTRIBUTES", "novalue"),
        ]);
        for (warning, expected) in [
            ("OTEL_TRACES_EXPORTER", "otlp, console, none; using none"),
            ("OTEL_METRICS_EXPORTER", "otlp, console, none, prometheus; using none"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "a whole number above zero; using 60000"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY", "cumulative, delta, lowmemory; using cumulative"),
            ("OBSERVE_LOG_FORMAT", "json, text; using text"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "a whole number above zero; using 2048"),
            ("OBSERVE_SHUTDOWN_TIMEOUT", "such as `3s` or `500ms`; using 3s"),
            ("OTEL_SDK_DISABLED", "false, true; using false"),
            ("RUST_LOG", "using `info`"),
            ("OBSERVE_NAMESPACE", "my_app"),
            ("OBSERVE_HASH_KEY", "not used"),
            ("OTEL_RESOURCE_ATTRIBUTES", "`key=value`"),
        ] {
            let found: Vec<_> = settings.warnings.iter().filter(|text| text.starts_with(warning)).collect();
            assert_eq!(found.len(), 1, "{warning}: {found:?}");
            assert!(found[0].contains(expected), "{}", found[0]);
            assert!(!found[0].contains("short-secret"));
        }
        assert_eq!(settings.queue_size, 2048);
    }

    #[test]
    fn an_empty_value_is_no_value() {
        assert_eq!(read(&[("OTEL_TRACES_EXPORTER", " "), ("RUST_LOG", "")]).warnings, [""; 0]);
    }
}
