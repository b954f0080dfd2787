//! The traces worth showing, out of all spans that end.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use observe::{SpanId, SpanKind, SpanRecord, Status, TraceId};

/// What is kept of a span.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) id: SpanId,
    pub(super) parent: Option<SpanId>,
    pub(super) name: String,
    pub(super) start: SystemTime,
    pub(super) duration: Duration,
    /// What went wrong; `None` where nothing did.
    pub(super) error: Option<String>,
    pub(super) attributes: Vec<(String, String)>,
}

impl From<&SpanRecord> for Seen {
    fn from(span: &SpanRecord) -> Self {
        let error = match &span.status {
            Status::Error(message) => Some(message.to_string()),
            Status::Unset => None,
        };
        let attributes = span.attributes.iter().map(|(key, value)| (key.to_string(), value.to_string()));
        Self {
            id: span.span_id,
            parent: span.parent_id,
            name: span.name.to_string(),
            start: span.start,
            duration: span.duration,
            error,
            attributes: attributes.collect(),
        }
    }
}

/// All spans of one request, in the order in which they ended: its root is the last.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    pub(super) spans: Vec<Seen>,
}

impl Trace {
    fn root(&self) -> Option<&Seen> {
        self.spans.last()
    }

    fn duration(&self) -> Duration {
        self.root().map_or(Duration::ZERO, |root| root.duration)
    }

    /// Whether a span of it failed.
    pub(super) fn has_failed(&self) -> bool {
        self.spans.iter().any(|span| span.error.is_some())
    }
}

/// Keeps the slowest request of each route, and the slowest that failed. The others are forgotten
/// when they end, so that a long demo takes no more memory than a short one.
#[derive(Default)]
pub(super) struct Traces {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: HashMap<TraceId, Vec<Seen>>,
    slowest: BTreeMap<String, Trace>,
    failed: Option<Trace>,
    count: u64,
}

impl Traces {
    /// Takes note of a span that has ended.
    pub(super) fn see(&self, span: &SpanRecord) {
        self.add(span.trace_id, span.kind == SpanKind::Server, span.into());
    }

    /// How many requests there were.
    pub(super) fn count(&self) -> u64 {
        self.lock().count
    }

    /// The slowest requests, each of another route, slowest first.
    pub(super) fn slowest(&self, most: usize) -> Vec<Trace> {
        let mut traces: Vec<Trace> = self.lock().slowest.values().cloned().collect();
        traces.sort_by_key(|trace| std::cmp::Reverse(trace.duration()));
        traces.truncate(most);
        traces
    }

    /// The slowest request in which something failed.
    pub(super) fn slowest_failed(&self) -> Option<Trace> {
        self.lock().failed.clone()
    }

    fn add(&self, trace: TraceId, is_request: bool, span: Seen) {
        let is_root = span.parent.is_none();
        let mut state = self.lock();
        state.open.entry(trace).or_default().push(span);
        if is_root && let Some(spans) = state.open.remove(&trace) {
            // What the service does on its own, such as its start, is not what is asked for.
            if is_request {
                state.close(Trace { spans });
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self, trace: Trace) {
        self.count += 1;
        if trace.has_failed() && self.failed.as_ref().is_none_or(|failed| failed.duration() < trace.duration()) {
            self.failed = Some(trace.clone());
        }
        let Some(root) = trace.root() else { return };
        if self.slowest.get(&root.name).is_none_or(|slowest| slowest.duration() < trace.duration()) {
            self.slowest.insert(root.name.clone(), trace);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A span of this many milliseconds, for tests.
    pub(in super::super) fn seen(name: &str, parent: Option<SpanId>, millis: u64) -> Seen {
        Seen {
            id: SpanId::random(),
            parent,
            name: name.to_owned(),
            start: SystemTime::UNIX_EPOCH,
            duration: Duration::from_millis(millis),
            error: None,
            attributes: Vec::new(),
        }
    }

    fn request(traces: &Traces, route: &str, millis: u64, error: Option<&str>) {
        let trace = TraceId::random();
        let root = seen(route, None, millis);
        let child = Seen { error: error.map(str::to_owned), ..seen("work", Some(root.id), 1) };
        traces.add(trace, false, child);
        traces.add(trace, true, root);
    }

    #[test]
    fn the_slowest_of_each_route() {
        let traces = Traces::default();
        for (route, millis) in [("a", 3), ("a", 9), ("a", 5), ("b", 7), ("c", 1)] {
            request(&traces, route, millis, None);
        }
        let slowest = traces.slowest(2);
        let shown: Vec<_> =
            slowest.iter().map(|it| (it.root().unwrap().name.as_str(), it.duration().as_millis())).collect();
        assert_eq!(shown, [("a", 9), ("b", 7)]);
        assert_eq!((traces.count(), slowest[0].spans.len()), (5, 2));
        assert!(traces.lock().open.is_empty());
        assert!(traces.slowest_failed().is_none());
    }

    #[test]
    fn the_slowest_that_failed() {
        let traces = Traces::default();
        request(&traces, "a", 9, None);
        request(&traces, "b", 3, Some("no"));
        request(&traces, "b", 5, Some("never"));
        let failed = traces.slowest_failed().unwrap();
        assert_eq!((failed.duration().as_millis(), failed.has_failed()), (5, true));
    }

    #[test]
    fn what_is_no_request_is_forgotten() {
        let traces = Traces::default();
        traces.add(TraceId::random(), false, seen("set up database", None, 1000));
        assert_eq!(traces.count(), 0);
        assert!(traces.slowest(3).is_empty() && traces.lock().open.is_empty());
    }
}
