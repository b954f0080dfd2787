//! Settings out of the environment and the code: what is set, what it means, and what to say of a wrong value.

mod alerts;
mod client_address;
mod destination;
mod dev_page;
mod drain;
mod endpoint;
pub(crate) mod excluded_paths;
mod health;
mod http_server;
mod identity;
mod legacy;
mod limits;
mod names;
mod propagators;
mod reader;
mod redaction;
mod sampling;
#[cfg(test)]
mod tests;
pub(crate) mod url;
mod variables;

pub(crate) use alerts::AlertSettings;
pub(crate) use client_address::ClientAddress;
pub(crate) use destination::{Collector, Destination};
#[cfg(feature = "otlp")]
pub(crate) use destination::{Compression, Protocol, TlsFiles};
#[cfg(feature = "dev-page")]
pub(crate) use dev_page::DevPageSettings;
pub(crate) use drain::DrainSettings;
#[cfg(feature = "metrics-endpoint")]
pub(crate) use endpoint::{EndpointSettings, Networks, Place};
pub(crate) use health::HealthSettings;
pub(crate) use http_server::HttpServer;
#[cfg(feature = "tower")]
pub(crate) use http_server::{ClientAttribute, RequestLines};
pub(crate) use limits::{AttributeLimits, SpanLimits};
pub(crate) use propagators::Propagators;
pub(crate) use sampling::SamplingSettings;
pub(crate) use variables::Variables;

use crate::log::{Colour, LogFilter, LogFormat};
use crate::redact::KeyRing;
use crate::resource::Resource;
use crate::scrub::Scrubber;
use destination::{LOGS, METRICS, Signal, TRACES};
use observe_rules::{metric, privacy};
use reader::Reader;
use std::path::PathBuf;
use std::time::Duration;
use tracing::level_filters::LevelFilter;

/// All settings of one process. There is no `Debug` of them: some are secrets.
#[expect(clippy::struct_excessive_bools, reason = "each is a variable of its own")]
pub(crate) struct Settings {
    pub(crate) resource: Resource,
    /// Which variable the service's name is from; `None` where it is the code's own.
    pub(crate) name_from: Option<&'static str>,
    pub(crate) enabled: bool,
    /// Whether there are spans at all.
    pub(crate) traces_enabled: bool,
    /// Whether metrics are counted.
    pub(crate) metrics_enabled: bool,
    /// Where alerts go.
    #[cfg_attr(not(feature = "alerts"), expect(dead_code, reason = "there are none"))]
    pub(crate) alerts: AlertSettings,
    /// Where metrics can be read.
    #[cfg(feature = "metrics-endpoint")]
    pub(crate) endpoint: EndpointSettings,
    /// The page at `/observe`.
    #[cfg(feature = "dev-page")]
    pub(crate) dev_page: DevPageSettings,
    /// How a server stops.
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "only a server is drained"))]
    pub(crate) drain: DrainSettings,
    pub(crate) log_format: LogFormat,
    /// Whether a variable chose it, and not the environment's name.
    pub(crate) log_format_is_chosen: bool,
    pub(crate) log_filter: LogFilter,
    /// How requests are known to come from somewhere.
    pub(crate) client_address: ClientAddress,
    /// Where lines are coloured.
    pub(crate) colour: Colour,
    /// The file that lines are appended to, and how large it may become.
    pub(crate) log_file: Option<PathBuf>,
    pub(crate) log_file_bytes: Option<u64>,
    pub(crate) span_level: LevelFilter,
    pub(crate) sampling: SamplingSettings,
    pub(crate) propagators: Propagators,
    /// Paths of requests that get no spans.
    pub(crate) excluded_paths: Vec<String>,
    /// What is said of the requests that a server answers.
    pub(crate) http_server: HttpServer,
    /// Whether exported spans say where their code is.
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only OTLP says it"))]
    pub(crate) code_attributes: bool,
    pub(crate) span_limits: SpanLimits,
    /// Of an exported log record.
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only OTLP exports them"))]
    pub(crate) log_limits: AttributeLimits,
    pub(crate) traces: Destination,
    pub(crate) metrics: Destination,
    /// Where logs go beside standard error.
    pub(crate) logs: Destination,
    /// Print spans that could not be exported.
    pub(crate) console_fallback: bool,
    pub(crate) namespace: Option<String>,
    #[cfg_attr(not(feature = "health"), expect(dead_code, reason = "nobody asks"))]
    pub(crate) health: HealthSettings,
    pub(crate) hash_key: Option<KeyRing>,
    /// What looks for personal data in text.
    pub(crate) scrubber: Scrubber,
    /// Names whose values are hidden, beside those that everybody hides.
    pub(crate) sensitive_names: Vec<String>,
    /// The most spans that wait for their export; `None` where only their memory is limited.
    pub(crate) queue_size: Option<usize>,
    pub(crate) batch_size: usize,
    pub(crate) batch_delay: Duration,
    /// For one export of spans.
    pub(crate) export_timeout: Duration,
    /// The most memory for spans that wait for their export, in bytes.
    pub(crate) span_buffer_bytes: usize,
    /// The same five for log records.
    pub(crate) log_queue_size: Option<usize>,
    pub(crate) log_batch_size: usize,
    pub(crate) log_batch_delay: Duration,
    pub(crate) log_export_timeout: Duration,
    pub(crate) log_buffer_bytes: usize,
    pub(crate) metric_interval: Duration,
    /// For one export of metrics.
    pub(crate) metric_timeout: Duration,
    /// Whether counts begin with the last export instead of with the process.
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only OTLP has both ways to count"))]
    pub(crate) metric_deltas: bool,
    pub(crate) shutdown_timeout: Duration,
    /// Whether SIGTERM and SIGINT are watched.
    pub(crate) signals: bool,
    /// How many variables are set, and where; no value of them.
    pub(crate) origin: String,
    /// What is wrong with the variables, a sentence each.
    pub(crate) warnings: Vec<String>,
}

impl Settings {
    /// Reads the settings; the names of the service and its version are the code's own.
    pub(crate) fn read(service: &str, version: &str, variables: &Variables) -> Self {
        let mut reader = Reader::new(variables);
        let mut settings = Self::read_with(&mut reader, service, version);
        settings.warnings = reader.into_warnings();
        settings
    }

    fn read_with(reader: &mut Reader<'_>, service: &str, version: &str) -> Self {
        names::warn_of_others(reader);
        legacy::warn(reader);
        #[cfg(not(feature = "metrics-endpoint"))]
        endpoint::warn_unused(reader);
        #[cfg(not(feature = "dev-page"))]
        dev_page::warn_unused(reader);
        let name_from = identity::name_from(reader);
        let resource = identity::resource(reader, service, version);
        let environment = resource.get("deployment.environment.name");
        let is_production = matches!(environment, "production" | "prod");
        let default_format = if is_production || environment == "staging" { LogFormat::Json } else { LogFormat::Text };
        let (traces_enabled, metrics_enabled) = (reader.is_on("OBSERVE_TRACES"), reader.is_on("OBSERVE_METRICS"));
        let (traces, metrics) = (TRACES.destination(reader), METRICS.destination(reader));
        let sampling = SamplingSettings::read(reader, is_production);
        let spans = Batches::read(reader, "BSP", &TRACES);
        let logs = Batches::read(reader, "BLRP", &LOGS);
        let metric_timeout = reader.timeout("OTEL_METRIC_EXPORT_TIMEOUT", Duration::from_secs(30));
        Self {
            enabled: !reader.is_true("OTEL_SDK_DISABLED"),
            traces_enabled,
            metrics_enabled,
            alerts: AlertSettings::read(reader),
            #[cfg(feature = "metrics-endpoint")]
            endpoint: EndpointSettings::read(reader),
            #[cfg(feature = "dev-page")]
            dev_page: DevPageSettings::read(reader),
            drain: DrainSettings::read(reader, is_production),
            log_format: reader.choice(
                "OBSERVE_LOG_FORMAT",
                &[("json", LogFormat::Json), ("text", LogFormat::Text)],
                default_format,
            ),
            log_format_is_chosen: reader
                .text("OBSERVE_LOG_FORMAT")
                .is_some_and(|word| ["json", "text"].iter().any(|known| known.eq_ignore_ascii_case(&word))),
            log_filter: log_filter(reader),
            client_address: ClientAddress::read(reader),
            colour: colour(reader),
            log_file: reader.text("OBSERVE_LOG_FILE").map(PathBuf::from),
            log_file_bytes: reader.size_if_any("OBSERVE_LOG_FILE_MAX_SIZE").map(|bytes| bytes as u64),
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
            sampling: if traces_enabled { sampling } else { sampling.nothing() },
            propagators: Propagators::read(reader),
            excluded_paths: excluded_paths::read(reader),
            http_server: HttpServer::read(reader),
            code_attributes: reader.is_true("OBSERVE_CODE_ATTRIBUTES"),
            span_limits: SpanLimits::read(reader),
            log_limits: AttributeLimits::read(reader, "LOGRECORD"),
            traces: if traces_enabled { traces } else { Destination::Nowhere },
            metrics: if metrics_enabled { metrics } else { Destination::Nowhere },
            logs: LOGS.destination(reader),
            console_fallback: reader.choice("OBSERVE_EXPORT_FALLBACK", &[("none", false), ("console", true)], false),
            namespace: namespace(reader),
            health: HealthSettings::read(reader),
            hash_key: hash_key(reader),
            scrubber: redaction::scrubber(reader),
            sensitive_names: sensitive_names(reader),
            queue_size: spans.queue,
            batch_size: spans.size,
            batch_delay: spans.delay,
            export_timeout: spans.timeout,
            span_buffer_bytes: reader.size("OBSERVE_EXPORT_BUFFER", 64 << 20),
            log_queue_size: logs.queue,
            log_batch_size: logs.size,
            log_batch_delay: logs.delay,
            log_export_timeout: logs.timeout,
            log_buffer_bytes: reader.size("OBSERVE_LOG_BUFFER", 8 << 20),
            metric_interval: Duration::from_millis(reader.number("OTEL_METRIC_EXPORT_INTERVAL", 60_000) as u64),
            // Both limit the same: no step of an export takes long but the sending.
            metric_timeout: metric_timeout.min(request_timeout(reader, &METRICS)),
            metric_deltas: reader.choice(
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
                &[("cumulative", false), ("delta", true), ("lowmemory", true)],
                false,
            ),
            shutdown_timeout: reader.duration("OBSERVE_SHUTDOWN_TIMEOUT", Duration::from_secs(3)),
            signals: reader.is_on("OBSERVE_SIGNALS"),
            resource,
            name_from,
            origin: reader.variables.origin(),
            warnings: Vec::new(),
        }
    }
}

/// How spans or log records are gathered for export.
struct Batches {
    queue: Option<usize>,
    size: usize,
    delay: Duration,
    timeout: Duration,
}

impl Batches {
    /// Larger batches than the specification has are fewer requests, and a shorter delay is less to lose in a
    /// crash.
    fn read(reader: &mut Reader<'_>, processor: &str, signal: &Signal) -> Self {
        let name = |setting: &str| format!("OTEL_{processor}_{setting}");
        let queue = reader.number_if_any(&name("MAX_QUEUE_SIZE"));
        let asked = reader.number_if_any(&name("MAX_EXPORT_BATCH_SIZE"));
        let most = queue.unwrap_or(usize::MAX);
        if let Some(asked) = asked.filter(|asked| *asked > most) {
            let batch = name("MAX_EXPORT_BATCH_SIZE");
            reader.warn(format!("{batch}=`{asked}` is more than {} lets wait; using {most}", name("MAX_QUEUE_SIZE")));
        }
        let timeout = reader.timeout(&name("EXPORT_TIMEOUT"), Duration::from_secs(30));
        Self {
            queue,
            size: asked.unwrap_or(4096).min(most),
            // At once means soon: a thread that never waits would take a core.
            delay: reader.milliseconds(&name("SCHEDULE_DELAY"), Duration::from_secs(1)).max(Duration::from_millis(1)),
            timeout: timeout.min(request_timeout(reader, signal)),
        }
    }
}

/// How long one request may take.
fn request_timeout(reader: &mut Reader<'_>, signal: &Signal) -> Duration {
    let variable = signal.variable(reader, "TIMEOUT");
    reader.timeout(&variable, Duration::from_secs(10))
}

/// As programs for terminals have agreed on: <https://no-color.org> and <https://bixense.com/clicolors>.
fn colour(reader: &Reader<'_>) -> Colour {
    let (never, forced) = (reader.text("NO_COLOR"), reader.text("CLICOLOR_FORCE"));
    match forced {
        _ if never.is_some() => Colour::Never,
        Some(forced) if forced != "0" => Colour::Always,
        _ => Colour::OnTerminals,
    }
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

/// Keys are checked and never shown.
fn hash_key(reader: &mut Reader<'_>) -> Option<KeyRing> {
    let text = reader.text("OBSERVE_HASH_KEY")?;
    KeyRing::read(&text, |warning| reader.warn(warning))
}

/// Names with commas between them; what is no name is said and left out.
fn sensitive_names(reader: &mut Reader<'_>) -> Vec<String> {
    let text = reader.text("OBSERVE_SENSITIVE_NAMES").unwrap_or_default();
    let listed = text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let (names, others): (Vec<String>, Vec<String>) = listed.partition(|name| privacy::is_name(name));
    for other in others {
        reader.warn(format!("`{other}` in OBSERVE_SENSITIVE_NAMES is no name of a field, such as `case_number`"));
    }
    names
}
