//! What a test needs: the spans, log lines and metrics that a piece of code causes.
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

use crate::log::{LogEvent, LogFilter, LogSink, Logs, TelemetryFilter, json_line};
use crate::metric::exposition;
use crate::resource::Resource;
use crate::sampling::Sampling;
use crate::span::{ObserveSubscriber, Recorder, SpanRecord, SpanSink};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;

/// Captures what this thread records from now on, until the capture is dropped.
///
/// It takes the place of whatever is installed, for this thread only, so tests may run beside each
/// other. Work that moves to another thread is not seen there. Metrics belong to the process: tests
/// that run at the same time should call their metrics differently.
///
/// Records of the crate `log` are captured too, unless another logger is installed.
#[must_use]
pub fn capture() -> Capture {
    let recorded = Arc::new(Recorded::default());
    let filter = TelemetryFilter { logs: LogFilter::everything(), spans: LevelFilter::TRACE };
    let spans = Recorder::new(Sampling::ALL, None, vec![Arc::clone(&recorded) as Arc<dyn SpanSink>]);
    let logs = Logs { sinks: vec![Arc::clone(&recorded) as Arc<dyn LogSink>], queue: None };
    let subscriber = ObserveSubscriber::new(spans, filter, logs);
    #[cfg(feature = "log")]
    crate::log::capture_records();
    Capture { recorded, before: samples(), _installed: tracing::subscriber::set_default(subscriber) }
}

/// What was recorded since [`capture`].
pub struct Capture {
    recorded: Arc<Recorded>,
    before: HashMap<String, f64>,
    _installed: DefaultGuard,
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
