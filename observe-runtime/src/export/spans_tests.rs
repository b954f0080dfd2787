//! The export of spans, beside an exporter that stands still when it is told to.

use super::*;
use crate::clock::Ticks;
use crate::export::counters::Counts;
use crate::export::worker::{Pipeline, Schedule};
use crate::sampling::Sampling;
use crate::span::{Capacity, OWN_FIELDS, Recorder, Site, SpanKind, Under};
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

/// The most spans that wait, and the most of one batch.
#[derive(Clone, Copy)]
struct Sizes {
    capacity: usize,
    batch: usize,
}

const SMALL: Sizes = Sizes { capacity: 4, batch: 2 };

static SITE: Site = Site::usual("s", ("m", "f", 1), OWN_FIELDS, &SITE);

/// An export, and a recorder that fills it.
struct Export {
    pipeline: Pipeline,
    recorder: &'static Recorder,
    counts: &'static Counts,
}

impl Export {
    fn one(&self) {
        let now = Ticks::now();
        self.recorder.open(SITE.metadata(), SpanKind::Internal, Under::Nothing).unwrap().end(now, false);
    }

    fn flush(&self) -> bool {
        self.pipeline.wait(self.pipeline.ask(), LONG)
    }
}

const LONG: Duration = Duration::from_mins(1);

/// A collector that is away, and is there after so many attempts.
struct Away(usize, mpsc::Sender<usize>);

impl Exporter for Away {
    fn export(&mut self, spans: &[Finished<'_>], _: Duration) -> Result<(), ExportError> {
        let Some(left) = self.0.checked_sub(1) else {
            let _ = self.1.send(spans.len());
            return Ok(());
        };
        self.0 = left;
        Err(ExportError::unavailable("away"))
    }
}

fn export(sizes: Sizes, gate: Option<mpsc::Receiver<()>>) -> (Export, mpsc::Receiver<usize>) {
    let (sender, receiver) = mpsc::channel();
    (export_to(Box::new(Channel(sender, gate)), sizes), receiver)
}

fn export_to(exporter: Box<dyn Exporter>, sizes: Sizes) -> Export {
    let counts: &'static Counts = Box::leak(Box::new(Counts::new()));
    let capacity = Capacity { spans: sizes.capacity, bytes: usize::MAX };
    let queue = Queue::new(capacity, sizes.batch, &counts.queue_full);
    let judge = JudgeSettings::new(None, 10);
    let spans = Spans::new(Arc::clone(&queue), Some(exporter), None, sizes.batch, judge);
    let schedule = Schedule { delay: Duration::MAX, timeout: LONG };
    let intake = Arc::clone(&queue) as Arc<dyn Intake>;
    let pipeline = Pipeline::start(spans, intake, schedule, counts, Arc::default()).unwrap();
    queue.set_reader(pipeline.thread());
    Export { pipeline, recorder: Recorder::new(Sampling::ALL, Some(queue), Vec::new()), counts }
}

#[test]
fn a_full_batch_goes_without_waiting() {
    let (export, batches) = export(SMALL, None);
    export.one();
    export.one();
    assert_eq!(batches.recv().unwrap(), 2);
}

#[test]
fn a_flush_sends_what_there_is() {
    let (export, batches) = export(SMALL, None);
    export.one();
    assert!(export.flush());
    assert_eq!(batches.try_recv(), Ok(1));
    assert!(export.flush(), "an empty queue is flushed already");
}

#[test]
fn what_does_not_fit_is_counted_also_while_the_exporter_has_some() {
    let (gate, closed) = mpsc::channel();
    let (export, batches) = export(SMALL, Some(closed));
    for _ in 0..10 {
        export.one();
    }
    // What is with the exporter counts as waiting: four wait, and the rest is lost.
    let lost = export.counts.queue_full.load();
    assert_eq!(lost, 6);
    drop(gate);
    assert!(export.flush());
    assert_eq!(batches.try_iter().sum::<usize>(), 4);
    assert_eq!(export.counts.exported.load(), 4);
}

#[test]
fn open_blocks_of_many_threads_are_no_larger_batches() {
    let (export, batches) = export(Sizes { capacity: 100, batch: 2 }, None);
    let export = &export;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..5).map(|_| scope.spawn(|| export.one())).collect();
        drop(threads);
    });
    assert!(export.flush());
    let batches: Vec<_> = batches.try_iter().collect();
    assert_eq!(batches.iter().sum::<usize>(), 5);
    assert!(batches.iter().all(|batch| *batch <= 2), "{batches:?}");
}

/// A caller may send sixteen kilobytes of it, and a request has it once for each span.
#[test]
fn what_a_trace_carries_counts_for_each_span() {
    let members: Vec<String> = (0..31).map(|at| format!("k{at}={}", "v".repeat(250))).collect();
    let (parent, state) = ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", members.join(","));
    let caller = crate::extract(&[("traceparent", parent), ("tracestate", state.as_str())]);
    let (export, batches) = export(Sizes { capacity: 2000, batch: 1000 }, None);
    for _ in 0..500 {
        let span = export.recorder.open(SITE.metadata(), SpanKind::Internal, Under::Extracted(&caller)).unwrap();
        span.end(Ticks::now(), false);
    }
    assert!(export.flush());
    let batches: Vec<_> = batches.try_iter().collect();
    assert_eq!(batches.iter().sum::<usize>(), 500);
    assert!(batches.iter().all(|batch| *batch * state.len() <= BATCH_BYTES), "{batches:?}");
}

#[test]
fn spans_go_before_there_is_a_batch_where_the_queue_is_half_full() {
    static LOST: crate::count::Count = crate::count::Count::new();
    let queue = Queue::new(Capacity { spans: usize::MAX, bytes: 30_000 }, 10_000, &LOST);
    let recorder = Recorder::new(Sampling::ALL, Some(Arc::clone(&queue)), Vec::new());
    let one = || recorder.open(SITE.metadata(), SpanKind::Internal, Under::Nothing).unwrap().end(Ticks::now(), false);
    one();
    assert!(!queue.is_due());
    // Enough to fill one block, of 18 kilobytes.
    (0..300).for_each(|_| one());
    assert!(queue.is_due());
    assert_eq!(LOST.load(), 0);
}

/// No block is ever full when it is read, so that no thread finds that there is no room.
#[test]
fn an_outage_with_little_traffic_takes_no_more_memory_than_there_is() {
    let (sender, batches) = mpsc::channel();
    // Fewer than let a batch give way to others.
    let export = export_to(Box::new(Away(4, sender)), Sizes { capacity: 10, batch: 10 });
    for _ in 0..4 {
        for _ in 0..3 {
            export.one();
        }
        assert!(!export.flush());
    }
    assert!(export.flush());
    let arrived = batches.try_iter().sum::<usize>();
    assert!(arrived <= 10, "{arrived} were kept");
    assert_eq!(usize::try_from(export.counts.queue_full.load()), Ok(12 - arrived));
}
