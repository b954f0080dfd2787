//! What a test needs: the spans, log lines, metrics and alerts that a piece of code causes.
//!
//! ```
//! use observe::{metered, testing, traced};
//!
//! #[traced(fields(top_k))]
//! #[metered(name = "lookup")]
//! fn lookup(top_k: usize) -> Result<usize, String> {
//!     Err("no such note".into())
//! }
//!
//! let capture = testing::capture();
//! let _ = lookup(3);
//!
//! let span = capture.span("lookup");
//! assert_eq!(span.attribute("top_k"), Some(&observe::AttributeValue::U64(3)));
//! assert_eq!(span.status, observe::Status::Error("no such note".into()));
//! assert_eq!(capture.metric("lookup_total", &[("status", "error")]), 1.0);
//! ```

#[cfg(feature = "alerts")]
use crate::alerts::{AlertCapture, CapturedAlert};
use crate::log::{LogEvent, LogFilter, LogSink, Logs, TelemetryFilter, json_line};
use crate::metric::exposition;
use crate::resource::Resource;
use crate::sampling::Sampling;
use crate::span::{ObserveSubscriber, Recorder, SpanRecord, SpanSink};
use std::collections::HashMap;
use std::fmt;
use std::sync::MutexGuard;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tracing::Dispatch;
use tracing::dispatcher::{self, DefaultGuard};
use tracing::level_filters::LevelFilter;

/// Captures what this thread records from now on, until the capture is dropped.
///
/// It takes the place of whatever is installed, for this thread only, so tests may run beside each
/// other. Work on other threads is captured where it is handed over: by [`Capture::block_on`] with all that is spawned in
/// it, and by [`Capture::follow`] for a thread. Metrics belong to the process: tests that count the same series take
/// [`capture_alone`].
///
/// With the feature `alerts`, alerts are kept too, in place of being sent.
///
/// Records of the crate `log` are captured too, unless another logger is installed.
#[must_use]
pub fn capture() -> Capture {
    new_capture(None)
}

/// The same, while no other capture of this kind is there: a second one waits until the first is dropped.
///
/// For tests that look at the same series, such as those of requests. A thread that takes a second one while it has one
/// waits forever.
///
/// ```
/// use observe::{metered, testing};
///
/// #[metered(name = "alone")]
/// fn work() {}
///
/// let capture = testing::capture_alone();
/// work();
/// assert_eq!(capture.metric("alone_total", &[]), 1.0);
/// ```
#[must_use]
pub fn capture_alone() -> Capture {
    static ALONE: Mutex<()> = Mutex::new(());
    new_capture(Some(ALONE.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// A subscriber that wants everything and is never asked.
///
/// While `tracing` knows of only one, it settles for good who wants a span by the thread that first comes to it, and a
/// thread without a capture would switch the span off for those that have one. With two it asks them all.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));

fn new_capture(alone: Option<MutexGuard<'static, ()>>) -> Capture {
    LazyLock::force(&SECOND);
    let recorded = Arc::new(Recorded::default());
    let filter = TelemetryFilter { logs: LogFilter::everything(), spans: LevelFilter::TRACE };
    let spans = Recorder::new(Sampling::ALL, None, vec![Arc::clone(&recorded) as Arc<dyn SpanSink>]);
    let logs = Logs { sinks: vec![Arc::clone(&recorded) as Arc<dyn LogSink>], queue: None };
    let subscriber = ObserveSubscriber::new(spans, filter, logs);
    #[cfg(feature = "log")]
    crate::log::capture_records();
    let dispatch = Dispatch::new(subscriber);
    Capture {
        recorded,
        before: samples(),
        _installed: dispatcher::set_default(&dispatch),
        dispatch,
        #[cfg(feature = "alerts")]
        alerts: crate::alerts::capture(),
        _alone: alone,
    }
}

/// What was recorded since [`capture`].
pub struct Capture {
    recorded: Arc<Recorded>,
    before: HashMap<String, f64>,
    _installed: DefaultGuard,
    dispatch: Dispatch,
    #[cfg(feature = "alerts")]
    alerts: AlertCapture,
    /// Dropped last: until then the series belong to this capture.
    _alone: Option<MutexGuard<'static, ()>>,
}

#[derive(Default)]
struct Recorded {
    spans: Mutex<Vec<SpanRecord>>,
    lines: Mutex<Vec<String>>,
}

impl SpanSink for Recorded {
    fn finished(&self, span: &SpanRecord) {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).push(span.clone());
    }
}

impl LogSink for Recorded {
    fn write(&self, event: &LogEvent) {
        let resource = Resource::default();
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(json_line(event, &resource));
    }
}

impl Capture {
    /// All finished spans, in the order in which they ended.
    #[must_use]
    pub fn spans(&self) -> Vec<SpanRecord> {
        self.recorded.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one finished span of this name.
    ///
    /// # Panics
    ///
    /// Where there is none or more than one; the message lists all that there are.
    #[must_use]
    #[track_caller]
    pub fn span(&self, name: &str) -> SpanRecord {
        let mut spans = self.spans();
        let names: Vec<String> = spans.iter().map(|span| span.name.to_string()).collect();
        let found = names.iter().filter(|known| *known == name).count();
        assert_eq!(found, 1, "spans called `{name}`; finished spans: {names:?}");
        spans.retain(|span| span.name == name);
        spans.swap_remove(0)
    }

    /// All log lines, as JSON.
    #[must_use]
    pub fn log_lines(&self) -> Vec<String> {
        self.recorded.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one log line that has this text in it, as JSON.
    ///
    /// # Panics
    ///
    /// Where there is none or more than one; the message lists all that there are.
    #[must_use]
    #[track_caller]
    pub fn log_line(&self, part: &str) -> String {
        let lines = self.log_lines();
        let mut found: Vec<&String> = lines.iter().filter(|line| line.contains(part)).collect();
        assert_eq!(found.len(), 1, "lines with `{part}` in them; lines: {lines:#?}");
        found.remove(0).clone()
    }

    /// All alerts, in order: what was sent, and what was resolved or acknowledged. None is held back.
    ///
    /// ```
    /// use observe::{alerts, testing};
    ///
    /// let capture = testing::capture();
    /// alerts::alert_system_down("database", "connection refused");
    /// alerts::resolve_system_down("database");
    ///
    /// let actions: Vec<&str> = capture.alerts().iter().map(|alert| alert.action).collect();
    /// assert_eq!(actions, ["trigger", "resolve"]);
    /// ```
    #[cfg(feature = "alerts")]
    #[must_use]
    pub fn alerts(&self) -> Vec<CapturedAlert> {
        self.alerts.alerts()
    }

    /// Checks that a text is in no span, no log line, no metric and no alert: a test plants it where it must not come out.
    ///
    /// ```
    /// let capture = observe::testing::capture();
    /// tracing::info!("mail {}", "jane@example.org");
    /// capture.assert_no_text("jane");
    /// ```
    ///
    /// # Panics
    ///
    /// Where it is found, or where it is empty; the message says where.
    #[track_caller]
    pub fn assert_no_text(&self, text: &str) {
        assert!(!text.is_empty(), "an empty text is everywhere");
        let spans = self.spans();
        let span = spans.iter().map(|span| format!("{span:?}")).find(|shown| shown.contains(text));
        assert!(span.is_none(), "`{text}` is in a span: {}", span.unwrap_or_default());
        let line = self.log_lines().into_iter().find(|line| line.contains(text));
        assert!(line.is_none(), "`{text}` is in a log line: {}", line.unwrap_or_default());
        #[cfg(feature = "alerts")]
        {
            let alert = self.alerts().into_iter().map(|alert| format!("{alert:?}")).find(|alert| alert.contains(text));
            assert!(alert.is_none(), "`{text}` is in an alert: {}", alert.unwrap_or_default());
        }
        let metrics = exposition();
        let series = metrics.lines().find(|line| line.contains(text));
        assert!(series.is_none(), "`{text}` is in the metrics: {}", series.unwrap_or_default());
    }

    /// The closure, which records into this capture on whichever thread it runs.
    ///
    /// ```
    /// use observe::{testing, traced};
    ///
    /// #[traced]
    /// fn work() {}
    ///
    /// let capture = testing::capture();
    /// std::thread::spawn(capture.follow(work)).join().unwrap();
    /// assert_eq!(capture.span("work").name, "work");
    /// ```
    pub fn follow<R, F: FnOnce() -> R>(&self, work: F) -> impl FnOnce() -> R + use<R, F> {
        let dispatch = self.dispatch.clone();
        #[cfg(feature = "alerts")]
        let alerts = self.alerts.for_another_thread();
        move || {
            #[cfg(feature = "alerts")]
            let _alerts = alerts.begin();
            dispatcher::with_default(&dispatch, work)
        }
    }

    /// Runs a future on a runtime of tokio with several threads, all of which record into this capture: whatever the
    /// future spawns, also as blocking work, is captured on whichever of them it runs. The runtime is gone afterwards,
    /// with what is still spawned on it.
    ///
    /// ```
    /// use observe::{testing, traced};
    ///
    /// #[traced]
    /// async fn work() {}
    ///
    /// let capture = testing::capture();
    /// capture.block_on(async { observe::spawn(work()).await.unwrap() });
    /// assert_eq!(capture.span("work").name, "work");
    /// ```
    ///
    /// # Panics
    ///
    /// Where the runtime can't be started, and inside of another one.
    #[cfg(feature = "tokio")]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        thread_local! {
            static FOLLOWING: std::cell::RefCell<Option<DefaultGuard>> = const { std::cell::RefCell::new(None) };
        }
        let dispatch = self.dispatch.clone();
        #[cfg(feature = "alerts")]
        let alerts = self.alerts.for_another_thread();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .on_thread_start(move || {
                // For as long as the thread lives, which is the runtime's.
                #[cfg(feature = "alerts")]
                std::mem::forget(alerts.begin());
                FOLLOWING.set(Some(dispatcher::set_default(&dispatch)));
            })
            // Not left to the end of the thread, when tracing's own marks may be gone already.
            .on_thread_stop(|| drop(FOLLOWING.take()))
            .build();
        match runtime {
            Ok(runtime) => runtime.block_on(future),
            Err(error) => panic!("no runtime can be started: {error}"),
        }
    }

    /// How much a series has grown since [`capture`]: the sum of all series of this name that have
    /// these labels. Gauges that fell have a negative growth.
    ///
    /// `name` is the sample's, such as `rag_query_total` or `rag_query_duration_seconds_count`.
    #[must_use]
    pub fn metric(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        samples()
            .iter()
            .filter(|(series, _)| is_of(series, name, &labels))
            .map(|(series, value)| value - self.before.get(series).copied().unwrap_or_default())
            .sum()
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("spans", &self.spans()).field("lines", &self.log_lines()).finish()
    }
}

/// The samples of the exposition: each line's series, and its value.
fn samples() -> HashMap<String, f64> {
    exposition()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            Some((series.to_owned(), value.parse().ok()?))
        })
        .collect()
}

fn is_of(series: &str, name: &str, labels: &[String]) -> bool {
    let (known, list) = series.split_once('{').unwrap_or((series, ""));
    known == name && labels.iter().all(|label| list.contains(label.as_str()))
}
