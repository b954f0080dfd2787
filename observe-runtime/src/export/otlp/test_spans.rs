//! Finished spans for tests, made by a recorder and read as an exporter reads them.

use crate::clock::Ticks;
use crate::export::counters;
use crate::sampling::Sampling;
use crate::span::{
    AttributeKey, Batch, Capacity, Finished, OWN_FIELDS, OpenSpan, Queue, Recorder, Site, SpanKind, Under, Value,
};
use std::borrow::Cow;
use std::sync::Arc;

/// Spans that have ended.
pub(super) struct Spans(Batch);

impl Spans {
    /// The spans that `make` makes and ends, in that order.
    pub(super) fn of(make: impl FnOnce(&'static Recorder)) -> Self {
        let queue = Queue::new(Capacity { spans: 100_000, bytes: usize::MAX }, 100_000, &counters::SPANS.queue_full);
        make(Recorder::new(Sampling::ALL, Some(Arc::clone(&queue)), Vec::new()));
        let mut batch = Batch::default();
        queue.read_full(&mut batch);
        queue.read_open(&mut batch);
        Self(batch)
    }

    /// One root span, which ends after `change` has changed it.
    pub(super) fn one(site: &'static Site, change: impl FnOnce(OpenSpan)) -> Self {
        Self::of(|recorder| {
            let span = root(recorder, site);
            change(span);
            span.end(Ticks::now(), false);
        })
    }

    pub(super) fn spans(&self) -> Vec<Finished<'_>> {
        self.0.iter().collect()
    }
}

/// A root span that begins now.
pub(super) fn root(recorder: &'static Recorder, site: &'static Site) -> OpenSpan {
    recorder.open(site.metadata(), SpanKind::Internal, Under::Nothing).unwrap()
}

/// One span of this name.
pub(super) fn named(name: &str) -> Spans {
    static SITE: Site = Site::usual("test", ("app", "test.rs", 1), OWN_FIELDS, &SITE);
    Spans::one(&SITE, |span| span.record(AttributeKey::SpanName, || Cow::Borrowed(""), Value::from(name)))
}
