//! The export of spans, beside an exporter that stands still when it is told to.

use super::*;
use crate::clock::Ticks;
use crate::sampling::{JudgeSettings, Sampling};
use crate::span::{OWN_FIELDS, Recorder, Site, SpanKind, Under};
use std::sync::mpsc;

struct Channel(mpsc::Sender<usize>, Option<mpsc::Receiver<()>>);

impl Exporter for Channel {
    fn export(&mut self, spans: &[Finished<'_>], _: Duration) -> Result<(), ExportError> {
        if let Some(gate) = &self.1 {
            let _ = gate.recv();
        }
        let _ = self.0.send(spans.len());
        Ok(())
    }
}

fn settings() -> SpanSettings {
    SpanSettings {
        capacity: 4,
        batch: 2,
        delay: Duration::from_hours(1),
        timeout: Duration::from_secs(1),
        judge: JudgeSettings::new(None, 10),
    }
}

static SITE: Site = Site::usual("s", ("m", "f", 1), OWN_FIELDS, &SITE);

/// An export, and a recorder that fills it.
struct Spans {
    export: SpanExport,
    recorder: &'static Recorder,
}

impl Spans {
    fn one(&self) {
        let now = Ticks::now();
        self.recorder.open(SITE.metadata(), SpanKind::Internal, Under::Nothing).unwrap().end(now, false);
    }
}

fn channel_queue(gate: Option<mpsc::Receiver<()>>) -> (Spans, mpsc::Receiver<usize>) {
    channel_queue_of(settings(), gate)
}

fn channel_queue_of(settings: SpanSettings, gate: Option<mpsc::Receiver<()>>) -> (Spans, mpsc::Receiver<usize>) {
    let (sender, receiver) = mpsc::channel();
    let export = SpanExport::start(Box::new(Channel(sender, gate)), None, settings).unwrap();
    let recorder = Recorder::new(Sampling::ALL, Some(Arc::clone(export.queue())), Vec::new());
    (Spans { export, recorder }, receiver)
}

#[test]
fn a_batch_larger_than_the_queue_and_a_delay_beyond_all_clocks_do_no_harm() {
    let (queue, batches) = channel_queue_of(SpanSettings { batch: 99, delay: Duration::MAX, ..settings() }, None);
    for _ in 0..settings().capacity {
        queue.one();
    }
    assert_eq!(batches.recv(), Ok(settings().capacity));
}

#[test]
fn a_full_batch_goes_without_waiting() {
    let (queue, batches) = channel_queue(None);
    queue.one();
    queue.one();
    assert_eq!(batches.recv().unwrap(), 2);
}

#[test]
fn a_flush_sends_what_there_is() {
    let (queue, batches) = channel_queue(None);
    queue.one();
    assert!(queue.export.flush(Duration::from_mins(1)));
    assert_eq!(batches.try_recv(), Ok(1));
    assert!(queue.export.flush(Duration::from_mins(1)), "an empty queue is flushed already");
}

#[test]
fn what_does_not_fit_is_counted() {
    let (gate, closed) = mpsc::channel();
    let (queue, batches) = channel_queue(Some(closed));
    let before = counters::QUEUE_FULL.load();
    queue.one();
    queue.one();
    // Two may be with the exporter, which stands at the gate; four wait; the rest is lost.
    for _ in 0..8 {
        queue.one();
    }
    let lost = counters::QUEUE_FULL.load() - before;
    assert!((4..=6).contains(&lost), "{lost}");
    drop(gate);
    assert!(queue.export.flush(Duration::from_mins(1)));
    assert_eq!(batches.try_iter().sum::<usize>() as u64, 10 - lost);
}

#[test]
fn after_the_end_spans_are_counted_as_lost() {
    let (queue, batches) = channel_queue(None);
    queue.one();
    queue.export.shutdown(Duration::from_mins(1));
    assert_eq!(batches.recv(), Ok(1));
    let before = counters::SHUTDOWN.load();
    queue.one();
    assert!(counters::SHUTDOWN.load() > before);
}
