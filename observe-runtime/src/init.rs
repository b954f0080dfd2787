//! Switching telemetry on, and off again.

#[cfg(feature = "metrics-endpoint")]
use crate::config::Place;
use crate::config::{Settings, Variables, excluded_paths};
use crate::error::{Error, Result};
use crate::export::Exports;
use crate::guard::Guard;
#[cfg(feature = "log")]
use crate::log::install_bridge;
use crate::log::{LineWriter, LogFile, LogSink, Logs, TelemetryFilter};
use crate::metric::{Identity, registry, set_metrics_enabled};
#[cfg(feature = "metrics-endpoint")]
use crate::metrics_endpoint::{self, Listener};
use crate::propagation::set_propagators;
use crate::span::{ObserveLayer, ObserveSubscriber, Recorder, SpanRecord, SpanSink};
use crate::{clock, exit, families, greeting, panic, redact, span};
use observe_rules::privacy::Names;
use std::fmt;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
#[cfg(feature = "axum")]
use tracing::subscriber::NoSubscriber;

/// Switches telemetry on for this process, configured by the environment.
///
/// The service is named after the crate that calls it, or as the argument says. Returns a
/// [`Guard`] that flushes when it is dropped, so keep it in `main`: `let _guard = observe::init!()?;`
///
/// `namespace` is a word that goes before every metric's name, as [`Builder::namespace`] has it. Said here, in a
/// literal, `cargo observe` knows it too.
///
/// ```no_run
/// let _guard = observe::init!(namespace = "care")?;
/// # Ok::<(), observe::Error>(())
/// ```
///
/// ```no_run
/// let _guard = observe::init!("wards", namespace = "care")?;
/// # Ok::<(), observe::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::AlreadyInitialised`] the second time, and [`Error::SubscriberTaken`] where something
/// else has installed a `tracing` subscriber.
#[macro_export]
macro_rules! init {
    // First: to `expr` it is an assignment.
    ($(namespace = $namespace:literal $(,)?)?) => {{
        $crate::__private::catalogue::record!(
            $crate::__private::catalogue::Kind::Service,
            "name" => ::core::env!("CARGO_PKG_NAME")
            $(, "namespace" => $namespace)?
        );
        $crate::__init!(::core::env!("CARGO_PKG_NAME") $(, $namespace)?)
    }};
    ($name:literal $(, namespace = $namespace:literal)? $(,)?) => {{
        $crate::__private::catalogue::record!(
            $crate::__private::catalogue::Kind::Service,
            "name" => $name
            $(, "namespace" => $namespace)?
        );
        $crate::__init!($name $(, $namespace)?)
    }};
    // What it is called is known when it runs.
    ($name:expr $(, namespace = $namespace:literal)? $(,)?) => {{
        $crate::__private::catalogue::record!(
            $crate::__private::catalogue::Kind::Service
            $(, "namespace" => $namespace)?
        );
        $crate::__init!($name $(, $namespace)?)
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __init {
    ($name:expr $(, $namespace:literal)?) => {
        $crate::Builder::new($name, ::core::env!("CARGO_PKG_VERSION"))
            $(.namespace($namespace))?
            .workspace_names($crate::__private::workspace_names!($crate))
            .init()
    };
}

static INITIALISED: AtomicBool = AtomicBool::new(false);

/// Settings given in code. The environment goes before them, variable by variable, and what neither sets has
/// its default.
///
/// ```no_run
/// let _guard = observe::Builder::new("app", "1.0.0")
///     .otlp("http://collector:4318")
///     .resource("service.namespace", "care")
///     .setting("OBSERVE_TRACES_SLOW", "500ms")
///     .init()?;
/// # Ok::<(), observe::Error>(())
/// ```
pub struct Builder {
    service: String,
    version: String,
    variables: Variables,
    sinks: Vec<Arc<dyn SpanSink>>,
    /// Sensitive ones, and harmless ones.
    names: (&'static [&'static str], &'static [&'static str]),
}

impl Builder {
    /// Telemetry of the service of this name and version.
    #[must_use]
    pub fn new(service: impl Into<String>, version: impl Into<String>) -> Self {
        let (service, version) = (service.into(), version.into());
        Self { service, version, variables: Variables::default(), sinks: Vec::new(), names: (&[], &[]) }
    }

    /// A variable's value where the environment does not set it. All methods below but
    /// [`on_span_end`](Self::on_span_end) are short for one or two of these.
    ///
    /// The configuration page lists all variables. A name that is not among them, or a value that is not
    /// understood, is a warning at the start, as it is in the environment.
    ///
    /// ```
    /// let builder = observe::Builder::new("app", "1.0.0").setting("OTEL_BSP_SCHEDULE_DELAY", "500");
    /// ```
    #[must_use]
    pub fn setting(mut self, variable: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.set(variable, value);
        self
    }

    /// The environment's name; `development` by default. Short for `OBSERVE_ENVIRONMENT`.
    #[must_use]
    pub fn environment(self, name: impl Into<String>) -> Self {
        self.setting("OBSERVE_ENVIRONMENT", name)
    }

    /// A word that goes before every metric's name. Short for `OBSERVE_NAMESPACE`.
    #[must_use]
    pub fn namespace(self, word: impl Into<String>) -> Self {
        self.setting("OBSERVE_NAMESPACE", word)
    }

    /// An attribute of everything that this process says, such as `service.namespace`. May be called more than
    /// once; `OTEL_RESOURCE_ATTRIBUTES` adds to these, and goes before those of the same key.
    #[must_use]
    pub fn resource(mut self, key: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.variables.add_pair("OTEL_RESOURCE_ATTRIBUTES", key.as_ref(), value.as_ref());
        self
    }

    /// Exports spans, metrics and logs to the collector at this URL, such as `http://localhost:4318`. Short for
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`; needs the feature `otlp`.
    #[must_use]
    pub fn otlp(self, endpoint: impl Into<String>) -> Self {
        self.setting("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    }

    /// A header of each export, such as an access token; the value is shown nowhere. May be called more than
    /// once; `OTEL_EXPORTER_OTLP_HEADERS` takes the place of all of them.
    #[must_use]
    pub fn otlp_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.variables.add_pair("OTEL_EXPORTER_OTLP_HEADERS", name.as_ref(), value.as_ref());
        self
    }

    /// Exports over gRPC in place of HTTP. Short for `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`; needs the feature
    /// `otlp-grpc`, and an endpoint with the collector's port for gRPC, which mostly is 4317.
    #[must_use]
    pub fn grpc(self) -> Self {
        self.setting("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    }

    /// Prints spans on standard output in place of exporting them. Short for `OTEL_TRACES_EXPORTER=console`.
    #[must_use]
    pub fn console(self) -> Self {
        self.setting("OTEL_TRACES_EXPORTER", "console")
    }

    /// The part of all traces that is kept, from 0 to 1, where no caller has decided. Short for
    /// `OTEL_TRACES_SAMPLER=parentbased_traceidratio` with the ratio in `OTEL_TRACES_SAMPLER_ARG`; what failed or
    /// was slow is kept beside, unless `OBSERVE_TRACES_KEEP=none`.
    #[must_use]
    pub fn sample_ratio(self, ratio: f64) -> Self {
        self.setting("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
            .setting("OTEL_TRACES_SAMPLER_ARG", ratio.to_string())
    }

    /// Which events become log lines, such as `info,hyper=warn`. Short for `RUST_LOG`.
    #[must_use]
    pub fn log_filter(self, filter: impl Into<String>) -> Self {
        self.setting("RUST_LOG", filter)
    }

    /// How long the guard's drop may take to send what is left; three seconds by default. Short for
    /// `OBSERVE_SHUTDOWN_TIMEOUT`.
    #[must_use]
    pub fn shutdown_timeout(self, timeout: Duration) -> Self {
        self.setting("OBSERVE_SHUTDOWN_TIMEOUT", humantime::format_duration(timeout).to_string())
    }

    /// Calls `see` with every span that ends, on the thread that ended it, whether it is exported or
    /// not.
    ///
    /// What `see` costs, the traced function's caller pays; and a span that `see` itself causes is
    /// seen too.
    ///
    /// ```no_run
    /// let slow = |span: &observe::SpanRecord| {
    ///     if span.duration.as_secs() > 5 {
    ///         eprintln!("{} took {:?}", span.name, span.duration);
    ///     }
    /// };
    /// let _guard = observe::Builder::new("app", "1.0.0").on_span_end(slow).init()?;
    /// # Ok::<(), observe::Error>(())
    /// ```
    #[must_use]
    pub fn on_span_end(mut self, see: impl Fn(&SpanRecord) + Send + Sync + 'static) -> Self {
        self.sinks.push(Arc::new(Callback(see)));
        self
    }

    /// Names that are sensitive, and names that are harmless, by the policy of the workspace: what
    /// [`init!`](crate::init!) passes on from its `observe.toml`.
    #[doc(hidden)]
    #[must_use]
    pub fn workspace_names(mut self, names: (&'static [&'static str], &'static [&'static str])) -> Self {
        self.names = names;
        self
    }

    /// Switches telemetry on.
    ///
    /// # Errors
    ///
    /// As [`init!`](crate::init!) says.
    pub fn init(self) -> Result<Guard> {
        let (mut settings, exports, recorder) = self.start()?;
        let file = settings.log_file.clone().map(|path| LogFile::open(path, settings.log_file_bytes));
        let (file, complaint) = file.map_or((None, None), |(file, complaint)| (Some(file), complaint));
        settings.warnings.extend(complaint);
        let writer = LineWriter::new(settings.log_format, settings.colour, &settings.resource, file);
        let filter = TelemetryFilter { logs: settings.log_filter.clone(), spans: settings.span_level };
        let subscriber =
            ObserveSubscriber::new(recorder, filter, Logs { sinks: log_sinks(writer), queue: exports.log_queue() });
        span::install(subscriber).map_err(|_| Error::SubscriberTaken)?;
        panic::install_hook();
        #[cfg(feature = "log")]
        settings.warnings.extend(install_bridge(settings.log_filter.max_level()).err().map(str::to_owned));
        registry().report_clashes();
        #[cfg(feature = "metrics-endpoint")]
        let listener = listener(&mut settings);
        for warning in &settings.warnings {
            tracing::warn!(target: "observe", "{warning}");
        }
        #[cfg(feature = "health")]
        crate::health::init(&settings);
        greeting::say(
            &settings,
            #[cfg(feature = "metrics-endpoint")]
            listener.as_ref().map(Listener::address),
        );
        let guard = Guard::new(
            exports,
            settings.shutdown_timeout,
            #[cfg(feature = "metrics-endpoint")]
            listener,
        );
        if settings.signals {
            exit::watch_signals();
        }
        Ok(guard)
    }

    /// Switches telemetry on for a subscriber that is put together elsewhere: the layer records and
    /// exports its spans.
    ///
    /// What it sees, the layers and filters around it decide: `OBSERVE_SPAN_LEVEL` and `RUST_LOG` don't.
    /// Log lines and the text of panics are left to the other layers, which don't redact. Under a
    /// registry a span costs several times what it costs with [`init`](Self::init).
    ///
    /// ```no_run
    /// use tracing_subscriber::layer::SubscriberExt as _;
    ///
    /// let (layer, _guard) = observe::Builder::new("app", "1.0.0").layer()?;
    /// let subscriber = tracing_subscriber::registry().with(layer);
    /// tracing::subscriber::set_global_default(subscriber).ok();
    /// # Ok::<(), observe::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyInitialised`] the second time.
    pub fn layer(self) -> Result<(ObserveLayer, Guard)> {
        #[cfg_attr(not(feature = "metrics-endpoint"), expect(unused_mut, reason = "only a listener warns"))]
        let (mut settings, exports, recorder) = self.start()?;
        #[cfg(feature = "metrics-endpoint")]
        let listener = listener(&mut settings);
        for warning in &settings.warnings {
            // The subscriber that the layer is for is not there yet.
            let _ = writeln!(std::io::stderr(), "observe: {warning}");
        }
        #[cfg(feature = "health")]
        crate::health::init(&settings);
        let guard = Guard::new(
            exports,
            settings.shutdown_timeout,
            #[cfg(feature = "metrics-endpoint")]
            listener,
        );
        Ok((ObserveLayer { recorder }, guard))
    }

    /// Everything but what listens.
    fn start(self) -> Result<(Settings, Exports, &'static Recorder)> {
        let mut variables = self.variables;
        variables.read_environment();
        let mut settings = Settings::read(&self.service, &self.version, &variables);
        if INITIALISED.swap(true, Ordering::SeqCst) {
            return Err(Error::AlreadyInitialised);
        }
        // Redaction first: what follows may already emit something.
        let sensitive = self.names.0.iter().map(|name| (*name).to_owned()).chain(settings.sensitive_names.clone());
        redact::set_names(Names::new(sensitive, self.names.1.iter().copied()));
        redact::scrub::set(settings.scrubber.clone());
        settings.resource.redact();
        #[cfg(feature = "dev-page")]
        crate::dev_page::start(&settings);
        let exports = Exports::start(&mut settings)?;
        #[cfg(feature = "metrics-endpoint")]
        metrics_endpoint::choose(&settings.endpoint);
        excluded_paths::set(&settings.excluded_paths);
        settings.client_address.choose();
        settings.http_server.choose();
        #[cfg(feature = "axum")]
        crate::axum::choose_drain(settings.drain);
        set_propagators(settings.propagators);
        if !settings.metrics_enabled {
            set_metrics_enabled(false);
        }
        if let Some(keys) = &settings.hash_key
            && !redact::set_keys(keys)
        {
            settings.warnings.push("OBSERVE_HASH_KEY comes too late: pseudonyms were made before `init!`".to_owned());
        }
        if let Some(namespace) = &settings.namespace {
            registry().set_namespace(namespace);
        }
        clock::measure();
        families::mark(families::SERVICE);
        // For the rest of the process, as the guard's telemetry is.
        registry().add(Box::leak(Box::new(Identity {
            version: settings.resource.get("service.version").to_owned(),
            environment: settings.resource.get("deployment.environment.name").to_owned(),
        })));
        #[cfg(feature = "process-metrics")]
        if settings.metrics_enabled {
            crate::process_metrics::register();
            crate::process_metrics::watch_current_runtime();
        }
        let recorder = Recorder::new(settings.sampling.sampling, exports.queue(), self.sinks);
        Ok((settings, exports, recorder))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("service", &self.service)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Who is shown log lines.
fn log_sinks(writer: LineWriter) -> Vec<Arc<dyn LogSink>> {
    let writer: Arc<dyn LogSink> = Arc::new(writer);
    #[cfg(feature = "dev-page")]
    if let Some(page) = crate::dev_page::page() {
        return vec![writer, page.log_sink()];
    }
    vec![writer]
}

/// Listens for scrapes, where the settings ask for a port of its own. One that can't be had keeps no program from
/// starting.
#[cfg(feature = "metrics-endpoint")]
fn listener(settings: &mut Settings) -> Option<Listener> {
    let address = match &settings.endpoint.place {
        Place::Own(address) => address.clone(),
        Place::Off | Place::WithApp => return None,
    };
    let listener = Listener::start(&address);
    if let Err(error) = &listener {
        settings.warnings.push(format!("metrics are served nowhere: {error} (OBSERVE_METRICS_ENDPOINT)"));
    }
    listener.ok()
}

/// Says once on standard error that nobody hears what is recorded, where `init!` was not called and nothing else
/// listens.
#[cfg(feature = "axum")]
pub(crate) fn say_if_nothing_listens() {
    static SAID: std::sync::Once = std::sync::Once::new();
    if !INITIALISED.load(Ordering::SeqCst) && tracing::dispatcher::get_default(tracing::Dispatch::is::<NoSubscriber>) {
        SAID.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "observe: `observe::init!` was not called, so nothing is logged or exported; call it at the start of `main`"
            );
        });
    }
}

/// A user's function as a way out for spans.
struct Callback<F>(F);

impl<F: Fn(&SpanRecord) + Send + Sync> SpanSink for Callback<F> {
    fn finished(&self, span: &SpanRecord) {
        (self.0)(span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Destination;

    fn read(set: impl FnOnce(Builder) -> Builder) -> Settings {
        let settings = Settings::read("app", "1", &set(Builder::new("app", "1")).variables);
        assert_eq!(settings.warnings, [""; 0]);
        settings
    }

    #[test]
    fn what_is_set_in_code_takes_the_place_of_the_default() {
        let settings = read(|builder| {
            builder.environment("staging").namespace("care").resource("team", "a,b").resource("service.namespace", "x")
        });
        let resource = &settings.resource;
        assert_eq!(resource.get("deployment.environment.name"), "staging");
        assert_eq!((resource.get("team"), resource.get("service.namespace")), ("a,b", "x"));
        assert_eq!(settings.namespace.as_deref(), Some("care"));
        let settings = read(|builder| builder.shutdown_timeout(Duration::from_millis(1_250)).console());
        assert_eq!(settings.shutdown_timeout, Duration::from_millis(1_250));
        assert_eq!(settings.traces, Destination::Console);
        let settings = read(|builder| builder.setting("OBSERVE_TRACES_BUFFER", "7").sample_ratio(0.25));
        assert_eq!(settings.sampling.buffer, 7);
        assert_ne!(settings.sampling.sampling.sampler, read(|builder| builder).sampling.sampling.sampler);
    }

    #[test]
    #[cfg(feature = "otlp-grpc")]
    fn a_collector_can_be_named_in_code() {
        use crate::config::{Collector, Protocol};
        let settings =
            read(|builder| builder.otlp("http://c:4317").grpc().otlp_header("x-key", "a b").otlp_header("y", "1,2"));
        let expected = Collector {
            headers: "x-key=a%20b,y=1%2C2".to_owned(),
            protocol: Protocol::Grpc,
            ..Collector::at("http://c:4317")
        };
        assert_eq!((&settings.traces, &settings.logs), (&settings.metrics, &settings.metrics));
        assert_eq!(settings.traces, Destination::Otlp(expected));
    }

    #[test]
    fn a_builder_shows_no_secret() {
        let builder = Builder::new("app", "1").otlp_header("authorization", "hunter2");
        assert!(!format!("{builder:?}").contains("hunter2"));
    }
}
