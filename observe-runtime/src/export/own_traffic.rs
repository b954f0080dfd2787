//! The exporter's own traffic: what sending causes is neither traced nor logged, or it would be sent too,
//! and cause more.

use std::cell::Cell;

thread_local! {
    static SUPPRESSED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, of which no span and no event is recorded on this thread.
///
/// A mark of the thread, and no subscriber of its own: one in a scope makes every event of every thread ask
/// which one it is for.
#[cfg(any(feature = "health", feature = "otlp", test))]
pub(crate) fn suppress<R>(work: impl FnOnce() -> R) -> R {
    /// Takes the mark away again, also where `work` panics.
    struct Mark(bool);

    impl Drop for Mark {
        fn drop(&mut self) {
            let _ = SUPPRESSED.try_with(|mark| mark.set(self.0));
        }
    }

    let _mark = Mark(SUPPRESSED.try_with(|mark| mark.replace(true)).unwrap_or_default());
    work()
}

/// Whether this thread sends telemetry just now.
pub(crate) fn is_suppressed() -> bool {
    // A thread that is about to end sends nothing.
    SUPPRESSED.try_with(Cell::get).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::LogQueue;
    use crate::log::{LogFilter, Logs, TelemetryFilter};
    use crate::sampling::Sampling;
    use crate::span::{ObserveSubscriber, Recorder, SpanRecord, SpanSink};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Mutex};
    use tracing::level_filters::LevelFilter;

    #[derive(Default)]
    struct Seen(Mutex<Vec<String>>);

    impl SpanSink for Seen {
        fn finished(&self, span: &SpanRecord) {
            self.0.lock().unwrap().push(span.name.to_string());
        }
    }

    #[test]
    fn what_sending_causes_is_not_recorded_and_all_else_is() {
        let (seen, queue) = (Arc::new(Seen::default()), LogQueue::new(usize::MAX, usize::MAX, 100));
        let recorder = Recorder::new(Sampling::ALL, None, vec![Arc::clone(&seen) as Arc<dyn SpanSink>]);
        let filter = TelemetryFilter { logs: LogFilter::parse("trace").unwrap(), spans: LevelFilter::TRACE };
        let logs = Logs { sinks: Vec::new(), queue: Some(Arc::clone(&queue)) };
        let send = || tracing::trace_span!("send").in_scope(|| tracing::trace!("sent"));
        tracing::subscriber::with_default(ObserveSubscriber::new(recorder, filter, logs), || {
            tracing::info_span!("work").in_scope(|| {
                suppress(|| {
                    suppress(send);
                    send();
                });
                tracing::info!("worked");
            });
        });
        assert_eq!(*seen.0.lock().unwrap(), ["work"]);
        let messages: Vec<String> = queue.take(100).into_iter().map(|event| event.message).collect();
        assert_eq!(messages, ["worked"]);
    }

    #[test]
    fn a_panic_ends_it() {
        let _ =
            catch_unwind(AssertUnwindSafe(|| suppress(|| std::panic::resume_unwind(Box::new("as if it panicked")))));
        assert!(!is_suppressed());
    }
}
