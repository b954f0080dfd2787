//! The export thread, beside an exporter that does what it is told.

use super::*;
use std::sync::mpsc::{self, Receiver, Sender};

const LONG: Duration = Duration::from_mins(1);

/// What an attempt comes to.
type Attempt = Result<(), Failure>;

/// Numbers that wait, and an exporter that asks what each attempt comes to.
struct Numbers {
    intake: Arc<Waiting>,
    attempts: Receiver<Attempt>,
    seen: Sender<Vec<u32>>,
    fallback: Option<Sender<Vec<u32>>>,
}

#[derive(Default)]
struct Waiting(Mutex<Vec<u32>>);

impl Intake for Waiting {
    fn close(&self) {}

    fn waiting(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Signal for Numbers {
    type Batch = Vec<u32>;

    const NAME: &'static str = "numbers";

    fn is_due(&self) -> bool {
        self.intake.waiting() >= 2
    }

    fn waiting(&self) -> usize {
        self.intake.waiting()
    }

    fn take_batch(&mut self, backlog: &mut Backlog<Vec<u32>>) -> usize {
        if !self.is_due() {
            return 0;
        }
        let batch: Vec<u32> = self.intake.0.lock().unwrap().drain(..2).collect();
        backlog.push(batch, Held { items: 2, bytes: 8 });
        2
    }

    fn take_all(&mut self, backlog: &mut Backlog<Vec<u32>>, _: bool) {
        let rest = std::mem::take(&mut *self.intake.0.lock().unwrap());
        if !rest.is_empty() {
            let held = Held { items: rest.len(), bytes: 4 * rest.len() };
            backlog.push(rest, held);
        }
    }

    fn set_held(&self, _: Held) {}

    fn export(&mut self, batch: &Vec<u32>, _: Duration) -> Result<(), ExportError> {
        self.seen.send(batch.clone()).unwrap();
        self.attempts.recv().unwrap().map_err(|failure| ExportError::new(failure, "no"))
    }

    fn has_fallback(&self) -> bool {
        self.fallback.is_some()
    }

    fn fall_back(&mut self, batch: &Vec<u32>) {
        self.fallback.as_ref().unwrap().send(batch.clone()).unwrap();
    }
}

/// An export of numbers, and both ends of its exporter.
struct Bench {
    pipeline: Pipeline,
    intake: Arc<Waiting>,
    attempts: Sender<Attempt>,
    seen: Receiver<Vec<u32>>,
    counts: &'static Counts,
}

impl Bench {
    fn new(fallback: Option<Sender<Vec<u32>>>) -> Self {
        let ((attempts, told), (see, seen)) = (mpsc::channel(), mpsc::channel());
        let intake = Arc::new(Waiting::default());
        let numbers = Numbers { intake: Arc::clone(&intake), attempts: told, seen: see, fallback };
        let counts: &'static Counts = Box::leak(Box::new(Counts::new()));
        let schedule = Schedule { delay: Duration::MAX, timeout: LONG };
        let intake_ = Arc::clone(&intake) as Arc<dyn Intake>;
        let pipeline = Pipeline::start(numbers, intake_, schedule, counts, Arc::default()).unwrap();
        Self { pipeline, intake, attempts, seen, counts }
    }

    fn put(&self, numbers: &[u32]) {
        self.intake.0.lock().unwrap().extend(numbers);
    }

    /// A flush whose attempts come to this.
    fn flush(&self, attempts: &[Attempt]) -> bool {
        for attempt in attempts {
            self.attempts.send(*attempt).unwrap();
        }
        self.pipeline.wait(self.pipeline.ask(), LONG)
    }

    fn seen(&self) -> Vec<Vec<u32>> {
        self.seen.try_iter().collect()
    }

    /// Exported, failed, shut down.
    fn counts(&self) -> [u64; 3] {
        [&self.counts.exported, &self.counts.export_failed, &self.counts.shutdown].map(crate::count::Count::load)
    }
}

const GONE: Attempt = Err(Failure::Unavailable { after: None });

#[test]
fn what_nobody_takes_is_kept_and_goes_out_in_order_when_somebody_does() {
    let bench = Bench::new(None);
    bench.put(&[1, 2, 3]);
    assert!(!bench.flush(&[GONE]), "nobody took it");
    bench.put(&[4]);
    assert!(!bench.flush(&[GONE]));
    assert_eq!(bench.seen(), [[1, 2], [1, 2]], "a failure ends an attempt");
    assert_eq!(bench.counts(), [0, 0, 0]);
    assert!(bench.flush(&[Ok(()), Ok(()), Ok(())]));
    assert_eq!(bench.seen(), [vec![1, 2], vec![3], vec![4]]);
    assert_eq!(bench.counts(), [4, 0, 0]);
}

#[test]
fn what_is_refused_is_counted_and_the_next_goes_on() {
    let bench = Bench::new(None);
    bench.put(&[1, 2, 3]);
    assert!(bench.flush(&[Err(Failure::Refused), Ok(())]));
    assert_eq!(bench.seen(), [vec![1, 2], vec![3]]);
    assert_eq!(bench.counts(), [1, 2, 0]);
}

#[test]
fn a_part_that_is_rejected_is_counted_and_not_sent_again() {
    let bench = Bench::new(None);
    bench.put(&[1, 2]);
    assert!(bench.flush(&[Err(Failure::Partial { rejected: 1 })]));
    // More than there were: a collector that can't count.
    bench.put(&[3, 4]);
    assert!(bench.flush(&[Err(Failure::Partial { rejected: 99 })]));
    assert_eq!(bench.seen(), [[1, 2], [3, 4]]);
    assert_eq!(bench.counts(), [1, 3, 0]);
}

#[test]
fn a_fallback_gets_what_nobody_takes_at_once() {
    let (fall, fallen) = mpsc::channel();
    let bench = Bench::new(Some(fall));
    bench.put(&[1, 2, 3]);
    assert!(bench.flush(&[GONE, Err(Failure::Refused)]), "nothing waits any more");
    assert_eq!(fallen.try_iter().collect::<Vec<_>>(), [vec![1, 2], vec![3]]);
    assert_eq!(bench.counts(), [0, 3, 0]);
}

#[test]
fn the_end_counts_what_waits_and_what_is_under_way() {
    let bench = Bench::new(None);
    bench.put(&[1, 2]);
    let number = bench.pipeline.ask_last(None);
    assert_eq!(bench.seen.recv().unwrap(), [1, 2]);
    bench.put(&[3]);
    assert!(!bench.pipeline.wait(number, Duration::ZERO), "the exporter hangs");
    assert_eq!(bench.pipeline.stop(), 3);
    assert_eq!(bench.pipeline.stop(), 0);
    assert_eq!(bench.counts(), [0, 0, 3]);
    bench.attempts.send(Ok(())).unwrap();
    // The thread is gone once its end of the channel is.
    assert!(bench.seen.recv().is_err());
    assert_eq!(bench.counts(), [0, 0, 3], "what was given up is given up");
}

#[test]
fn the_end_gives_a_collector_the_moment_that_it_asks_for() {
    let bench = Bench::new(None);
    bench.put(&[1]);
    let busy = Err(Failure::Unavailable { after: Some(Duration::from_millis(1)) });
    for attempt in [busy, busy, Ok(())] {
        bench.attempts.send(attempt).unwrap();
    }
    assert!(bench.pipeline.wait(bench.pipeline.ask_last(None), LONG));
    assert_eq!(bench.counts(), [1, 0, 0]);
}

#[test]
fn the_end_does_not_wait_for_a_moment_that_is_too_long() {
    let bench = Bench::new(None);
    bench.put(&[1]);
    bench.attempts.send(Err(Failure::Unavailable { after: Some(2 * LONG) })).unwrap();
    let number = bench.pipeline.ask_last(Some(Instant::now() + LONG));
    assert!(!bench.pipeline.wait(number, LONG));
    assert_eq!(bench.pipeline.stop(), 1);
}

#[test]
fn a_flush_does_not_wait_for_what_comes_after_it() {
    let bench = Bench::new(None);
    bench.put(&[1, 2, 3, 4]);
    let number = bench.pipeline.ask();
    for _ in 0..100 {
        // As much comes as goes out.
        if bench.seen.recv_timeout(Duration::from_millis(200)).is_err() {
            break;
        }
        bench.put(&[5, 6]);
        bench.attempts.send(Ok(())).unwrap();
    }
    assert!(bench.pipeline.wait(number, Duration::ZERO), "it is through");
}

#[test]
fn an_exporter_that_panics_loses_a_batch_and_no_more() {
    let Bench { pipeline, intake, attempts, seen, counts } = Bench::new(None);
    intake.0.lock().unwrap().push(1);
    let number = pipeline.ask();
    seen.recv().unwrap();
    // It panics where nobody tells it what to do.
    drop(attempts);
    assert!(pipeline.wait(number, LONG));
    assert_eq!((counts.export_failed.load(), pipeline.stop()), (1, 0));
}

#[test]
fn who_refuses_is_there_and_ends_the_wait() {
    let ((attempts, told), (see, _seen)) = (mpsc::channel(), mpsc::channel());
    let schedule = Schedule { delay: Duration::MAX, timeout: LONG };
    let counts: &'static Counts = Box::leak(Box::new(Counts::new()));
    let mut worker = Worker {
        shared: Arc::new(Shared { schedule, counts, state: Mutex::default(), done: Condvar::new() }),
        signal: Numbers { intake: Arc::default(), attempts: told, seen: see, fallback: None },
        backlog: Backlog::default(),
        retry: Retry::default(),
        outage: Arc::default(),
    };
    for refusal in [Failure::Refused, Failure::Partial { rejected: 1 }] {
        worker.backlog.push(vec![1], Held { items: 1, bytes: 4 });
        attempts.send(GONE).unwrap();
        assert!(worker.send(true) != Sent::All && worker.retry.is_failing());
        attempts.send(Err(refusal)).unwrap();
        assert!(worker.send(true) == Sent::All && !worker.retry.is_failing());
    }
}

#[test]
fn a_flush_of_nothing_is_done() {
    let bench = Bench::new(None);
    assert!(bench.flush(&[]));
    assert_eq!(bench.pipeline.stop(), 0);
    assert_eq!(bench.counts(), [0, 0, 0]);
}

#[test]
fn a_flush_that_the_end_overtakes_is_not_done() {
    let bench = Bench::new(None);
    bench.put(&[1, 2]);
    let number = bench.pipeline.ask();
    assert_eq!(bench.seen.recv().unwrap(), [1, 2]);
    assert_eq!(bench.pipeline.stop(), 2);
    assert!(!bench.pipeline.wait(number, LONG), "nobody knows what became of it");
    bench.attempts.send(Ok(())).unwrap();
}

#[test]
fn an_exporter_that_panics_loses_its_batch_alone() {
    let mut bench = Bench::new(None);
    bench.put(&[1, 2]);
    let (attempts, told) = mpsc::channel();
    // It panics where nobody tells it what to do.
    drop(std::mem::replace(&mut bench.attempts, attempts));
    drop(told);
    assert!(bench.flush(&[]), "nothing waits any more");
    assert_eq!(bench.counts(), [0, 2, 0]);
}

#[test]
fn an_export_that_is_dropped_leaves_no_thread() {
    let Bench { pipeline, seen, attempts: _attempts, .. } = Bench::new(None);
    drop(pipeline);
    assert_eq!(seen.recv_timeout(LONG), Err(mpsc::RecvTimeoutError::Disconnected));
}
