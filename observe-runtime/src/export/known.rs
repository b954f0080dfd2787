//! What is known of exports while they run, for who looks at the service: where each signal goes, what waits, and how
//! it went.

use super::counters::{LOGS, SPANS};
use super::exporters::Exporters;
use super::outage::failing;
use super::periodic::FAILURES;
use super::worker::Intake;
use super::{ExportError, LogQueue};
use crate::config::{Destination, Settings};
use crate::span::Queue;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

/// The longest text of an error that is kept, in bytes.
const LONGEST_TEXT: usize = 1024;

/// How the exports of one signal, or the messages of one channel, went until now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Course {
    /// How many arrived.
    pub(crate) arrived: u64,
    /// Why the last one that did not arrive did not, and when. Not scrubbed yet.
    pub(crate) last_error: Option<(String, SystemTime)>,
}

/// By the name of a signal or a channel. It is the process's, as the counters are.
static COURSES: Mutex<BTreeMap<&'static str, Course>> = Mutex::new(BTreeMap::new());

/// How it went for this signal or channel.
pub(crate) fn course(name: &str) -> Course {
    COURSES.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned().unwrap_or_default()
}

/// Remembers how one more went.
pub(crate) fn remember(name: &'static str, error: Option<&ExportError>) {
    let mut courses = COURSES.lock().unwrap_or_else(PoisonError::into_inner);
    let course = courses.entry(name).or_default();
    match error {
        None => course.arrived += 1,
        Some(error) => {
            let mut text = error.to_string();
            text.truncate(text.floor_char_boundary(LONGEST_TEXT));
            course.last_error = Some((text, SystemTime::now()));
        }
    }
}

/// Where signals go, as long as that is so.
pub(super) struct Known(Vec<Way>);

/// The way of one signal.
struct Way {
    signal: &'static str,
    destination: String,
    /// Whether it leads anywhere. Spans may have a queue all the same, for the page.
    is_made: bool,
    /// What waits; metrics do not.
    intake: Option<Arc<dyn Intake>>,
    /// The most that may wait, where it is limited by number.
    capacity: Option<usize>,
}

/// The exports that began last and are not gone.
static KNOWN: Mutex<Weak<Known>> = Mutex::new(Weak::new());

impl Known {
    /// What the settings ask for and could be made.
    pub(super) fn new(exporters: &Exporters, settings: &Settings) -> Self {
        let way = |signal, destination: &Destination, is_made: bool, capacity: Option<usize>| Way {
            signal,
            destination: shown(if is_made { destination } else { &Destination::Nowhere }),
            is_made,
            intake: None,
            capacity: capacity.filter(|_| is_made),
        };
        Self(vec![
            way("spans", &settings.traces, exporters.spans.is_some(), settings.queue_size),
            way("metrics", &settings.metrics, exporters.metrics.is_some(), None),
            way("logs", &settings.logs, exporters.logs.is_some(), settings.log_queue_size),
        ])
    }

    /// The same with what waits. It is shown from now on, until what is returned is dropped.
    pub(super) fn begin(mut self, spans: Option<&Arc<Queue>>, logs: Option<&Arc<LogQueue>>) -> Arc<Self> {
        for way in self.0.iter_mut().filter(|way| way.is_made) {
            way.intake = match way.signal {
                "spans" => spans.map(|queue| Arc::clone(queue) as Arc<dyn Intake>),
                "logs" => logs.map(|queue| Arc::clone(queue) as Arc<dyn Intake>),
                _ => None,
            };
        }
        let known = Arc::new(self);
        *KNOWN.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&known);
        known
    }
}

fn shown(destination: &Destination) -> String {
    match destination {
        Destination::Nowhere => "nowhere".to_owned(),
        Destination::Console => "console".to_owned(),
        Destination::Otlp(collector) => format!("otlp to {}", collector.shown()),
    }
}

/// The export of one signal, as it is now.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) signal: &'static str,
    pub(crate) destination: String,
    pub(crate) waiting: usize,
    pub(crate) capacity: Option<usize>,
    /// Spans, log records, alerts; of metrics, times that all of them were sent.
    pub(crate) sent: u64,
    pub(crate) lost: [(&'static str, u64); 3],
    pub(crate) is_failing: bool,
    pub(crate) last_error: Option<(String, SystemTime)>,
}

/// Those of spans, metrics and logs; none where nothing has begun, or all is over.
pub(crate) fn states() -> Vec<State> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
    let failing = failing();
    let state = |way: &Way| {
        let Course { arrived, last_error } = course(way.signal);
        let counts = match way.signal {
            "spans" => Some(&SPANS),
            "logs" => Some(&LOGS),
            _ => None,
        };
        let (sent, lost) = match counts {
            Some(counts) => (counts.exported.load(), counts.lost().map(|(reason, count)| (reason, count.load()))),
            None => (arrived, [("queue_full", 0), ("export_failed", FAILURES.load()), ("shutdown", 0)]),
        };
        State {
            signal: way.signal,
            destination: way.destination.clone(),
            waiting: way.intake.as_ref().map_or(0, |intake| intake.load()),
            capacity: way.capacity,
            sent,
            lost,
            is_failing: failing.contains(&way.signal),
            last_error,
        }
    };
    known.iter().flat_map(|known| &known.0).map(state).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Collector;
    use crate::log::LogEvent;
    use crate::span::Held;
    use tracing::Level;

    #[test]
    fn a_destination_is_shown_without_what_may_be_secret() {
        let otlp = |url: &str| shown(&Destination::Otlp(Collector::at(url)));
        assert_eq!(otlp("https://collector:4318/v1/traces?key=abcdefgh"), "otlp to https://collector:4318");
        assert_eq!(otlp("http://jane:hunter2@collector"), "otlp to an endpoint with credentials");
        assert_eq!((shown(&Destination::Nowhere), shown(&Destination::Console)), ("nowhere".into(), "console".into()));
    }

    /// In one test, as the last that began is the process's.
    #[test]
    fn exports_are_shown_with_what_waits_until_they_are_gone() {
        let destination = || "console".to_owned();
        let way = |signal| Way { signal, destination: destination(), is_made: true, intake: None, capacity: Some(9) };
        let queue = LogQueue::new(9, usize::MAX, 9);
        let known = Known(vec![way("spans"), way("metrics"), way("logs")]).begin(None, Some(&queue));
        queue.push(LogEvent::of(Level::INFO, "app", "1"));
        queue.set_held(Held { items: 2, bytes: 2 });
        let states = states();
        assert_eq!(states.iter().map(|state| state.signal).collect::<Vec<_>>(), ["spans", "metrics", "logs"]);
        assert_eq!(states.iter().map(|state| state.waiting).collect::<Vec<_>>(), [0, 0, 3]);
        assert!(states.iter().all(|state| state.destination == "console" && state.capacity == Some(9)));
        drop(known);
        assert!(super::states().is_empty());
        // A queue without a way out: what is in it is not about to be sent.
        let nowhere = Known(vec![Way { is_made: false, ..way("logs") }]).begin(None, Some(&queue));
        assert_eq!(super::states()[0].waiting, 0);
        drop(nowhere);
    }

    #[test]
    fn the_last_error_stays_when_it_works_again_and_is_no_longer_than_it_may_be() {
        assert!(course("a test").last_error.is_none() && course("a test").arrived == 0);
        remember("a test", Some(&ExportError::refused("ü".repeat(LONGEST_TEXT))));
        remember("a test", None);
        let Course { arrived, last_error } = course("a test");
        let (text, at) = last_error.unwrap();
        assert_eq!((arrived, text.len()), (1, LONGEST_TEXT));
        assert!(at <= SystemTime::now());
        remember("a test", Some(&ExportError::refused(format!("a{}", "ü".repeat(LONGEST_TEXT)))));
        assert_eq!(course("a test").last_error.unwrap().0.len(), LONGEST_TEXT - 1);
    }
}
