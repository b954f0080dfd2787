//! Switching telemetry on, and off again.

use crate::config::{Destination, Settings};
use crate::error::{Error, Result};
use crate::export::Exports;
use crate::guard::Guard;
use crate::log::{LineWriter, Logs, TelemetryFilter};
use crate::metric::{Identity, registry};
use crate::span::{ObserveLayer, ObserveSubscriber, Recorder, SpanRecord, SpanSink};
use crate::{clock, exit, panic, redact, span};
use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Switches telemetry on for this process, configured by the environment.
///
/// The service is named after the crate that calls it, or as the argument says. Returns a
/// [`Guard`] that flushes when it is dropped, so keep it in `main`: `let _guard = observe::init!()?;`
///
/// # Errors
///
/// [`Error::AlreadyInitialised`] the second time, and [`Error::SubscriberTaken`] where something
/// else has installed a `tracing` subscriber.
#[macro_export]
macro_rules! init {
    () => {
        $crate::init!(::core::env!("CARGO_PKG_NAME"))
    };
    ($name:expr $(,)?) => {
        $crate::Builder::new($name, ::core::env!("CARGO_PKG_VERSION")).init()
    };
}

static INITIALISED: AtomicBool = AtomicBool::new(false);

/// Settings given in code. The environment goes before them.
pub struct Builder {
    service: String,
    version: String,
    environment: Option<String>,
    namespace: Option<String>,
    sinks: Vec<Arc<dyn SpanSink>>,
}

impl Builder {
    /// Telemetry of the service of this name and version.
    #[must_use]
    pub fn new(service: impl Into<String>, version: impl Into<String>) -> Self {
        Self { service: service.into(), version: version.into(), environment: None, namespace: None, sinks: Vec::new() }
    }

    /// The environment's name where `OBSERVE_ENVIRONMENT` is not set; `development` by default.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// A word that goes before every metric's name where `OBSERVE_NAMESPACE` is not set.
    #[must_use]
    pub fn namespace(mut self, word: impl Into<String>) -> Self {
        self.namespace = Some(word.into());
        self
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

    /// Switches telemetry on.
    ///
    /// # Errors
    ///
    /// As [`init!`](crate::init!) says.
    pub fn init(self) -> Result<Guard> {
        let (settings, exports, recorder) = self.start()?;
        let colour =
            std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let writer = LineWriter::new(settings.log_format, colour, &settings.resource);
        let filter = TelemetryFilter { logs: settings.log_filter.clone(), spans: settings.span_level };
        let subscriber = ObserveSubscriber::new(recorder, filter, Logs(vec![Arc::new(writer)]));
        span::install(subscriber).map_err(|_| Error::SubscriberTaken)?;
        panic::install_hook();
        registry().report_clashes();
        for warning in &settings.warnings {
            tracing::warn!(target: "observe", "{warning}");
        }
        say_what_is_on(&settings);
        let guard = Guard::new(exports, settings.shutdown_timeout);
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
        let (settings, exports, recorder) = self.start()?;
        for warning in &settings.warnings {
            // The subscriber that the layer is for is not there yet.
            let _ = writeln!(std::io::stderr(), "observe: {warning}");
        }
        Ok((ObserveLayer { recorder }, Guard::new(exports, settings.shutdown_timeout)))
    }

    /// Everything but what listens.
    fn start(self) -> Result<(Settings, Exports, &'static Recorder)> {
        let mut settings = Settings::read(&self.service, &self.version, &|name| {
            let given = std::env::var(name).ok().filter(|value| !value.trim().is_empty());
            given.or_else(|| match name {
                "OBSERVE_ENVIRONMENT" => self.environment.clone(),
                "OBSERVE_NAMESPACE" => self.namespace.clone(),
                _ => None,
            })
        });
        if INITIALISED.swap(true, Ordering::SeqCst) {
            return Err(Error::AlreadyInitialised);
        }
        let exports = Exports::start(&mut settings)?;
        if let Some(key) = &settings.hash_key
            && !redact::set_key(key.as_bytes())
        {
            settings.warnings.push("OBSERVE_HASH_KEY comes too late: pseudonyms were made before `init!`".to_owned());
        }
        if let Some(namespace) = &settings.namespace {
            registry().set_namespace(namespace);
        }
        clock::measure();
        // For the rest of the process, as the guard's telemetry is.
        registry().add(Box::leak(Box::new(Identity {
            has_namespace: settings.namespace.is_some(),
            version: settings.resource.get("service.version").to_owned(),
            environment: settings.resource.get("deployment.environment.name").to_owned(),
        })));
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

/// A user's function as a way out for spans.
struct Callback<F>(F);

impl<F: Fn(&SpanRecord) + Send + Sync> SpanSink for Callback<F> {
    fn finished(&self, span: &SpanRecord) {
        (self.0)(span);
    }
}

/// One line at the start: what is on, and where it goes.
fn say_what_is_on(settings: &Settings) {
    let traces = match &settings.traces {
        _ if !settings.enabled => "off (OTEL_SDK_DISABLED)".to_owned(),
        Destination::Nowhere => "kept for log lines, not exported".to_owned(),
        Destination::Console => "console".to_owned(),
        Destination::Otlp(collector) => format!("otlp to {}", collector.endpoint),
    };
    // They are counted and can be scraped in any case.
    let metrics = match &settings.metrics {
        Destination::Nowhere => "on".to_owned(),
        _ if !settings.enabled => "on, not exported (OTEL_SDK_DISABLED)".to_owned(),
        Destination::Console => "on, and to the console".to_owned(),
        Destination::Otlp(collector) => format!("on, and otlp to {}", collector.endpoint),
    };
    tracing::info!(
        target: "observe",
        version = settings.resource.get("service.version"),
        metrics,
        traces,
        logs = format!("{:?}", settings.log_format).to_lowercase(),
        redaction = "on",
        pseudonyms = if settings.hash_key.is_some() { "keyed by OBSERVE_HASH_KEY" } else { "random key until restart" },
        "{} runs in {}",
        settings.resource.get("service.name"),
        settings.resource.get("deployment.environment.name"),
    );
}
