//! What a traced call takes in all, with the export thread's part of it, for who wants to know:
//! `cargo test --release -p observe-runtime --features otlp --lib otlp::cost -- --ignored --nocapture`

#![expect(unsafe_code, reason = "the records of annotations, which only in this crate are not from elsewhere")]

use super::encode::Encoder;
use crate::clock;
use crate::config::{Settings, Variables};
use crate::export::counters::Counts;
use crate::export::spans::Spans;
use crate::export::worker::{Intake, Pipeline, Schedule};
use crate::export::{ExportError, Exporter};
use crate::log::{LogFilter, Logs, TelemetryFilter};
use crate::resource::Resource;
use crate::sampling::{JudgeSettings, Sampling};
use crate::span::{Capacity, Finished, ObserveSubscriber, Queue, Recorder, install};
use observe::traced;
use std::fmt;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
use tracing::level_filters::LevelFilter;

/// Calls below one root, as in `tests/benches`.
const TREE: u64 = 256;

/// Trees between two flushes: far fewer than the queue holds.
const TREES: u64 = 100;

/// Figures, of which the middle one counts.
const FIGURES: usize = 5;

#[derive(Debug)]
struct Rejected;

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id is reserved")
    }
}

impl std::error::Error for Rejected {}

#[inline]
fn step(id: u64, kind: &str) -> Result<u64, Rejected> {
    let id = black_box(id);
    if id == u64::MAX { Err(Rejected) } else { Ok(id.wrapping_mul(31).wrapping_add(kind.len() as u64)) }
}

#[traced]
#[inline(never)]
fn work_plain(id: u64, kind: &'static str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[traced(fields(id, kind = fixed(kind)))]
#[inline(never)]
fn work_fields(id: u64, kind: &'static str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[traced(name = "root")]
fn root(call: impl Fn(u64)) {
    (0..TREE).for_each(call);
}

/// Encodes as the OTLP exporter does, and sends nothing.
struct Discarding {
    encoder: Encoder,
    out: Vec<u8>,
}

impl Exporter for Discarding {
    fn export(&mut self, spans: &[Finished<'_>], _: Duration) -> Result<(), ExportError> {
        self.encoder.encode(spans, &mut self.out);
        black_box(&mut self.out);
        Ok(())
    }
}

/// Switches tracing on for this process, as `init!` does without any variable, but for the exporter.
fn start() -> (Pipeline, &'static Counts) {
    clock::measure();
    let settings = Settings::read("bench", "0", &Variables::default());
    let counts: &'static Counts = Box::leak(Box::new(Counts::new()));
    let capacity = Capacity { spans: usize::MAX, bytes: settings.span_buffer_bytes };
    let queue = Queue::new(capacity, settings.batch_size, &counts.queue_full);
    let encoder = Encoder::new(&Resource::default(), false);
    let exporter = Box::new(Discarding { encoder, out: Vec::new() });
    let judge = JudgeSettings::new(None, settings.sampling.buffer);
    let spans = Spans::new(Arc::clone(&queue), Some(exporter), None, settings.batch_size, judge);
    let schedule = Schedule { delay: settings.batch_delay, timeout: settings.export_timeout };
    let intake = Arc::clone(&queue) as Arc<dyn Intake>;
    let pipeline = Pipeline::start(spans, intake, schedule, counts, Arc::default()).unwrap();
    queue.set_reader(pipeline.thread());
    let recorder = Recorder::new(Sampling::ALL, Some(queue), Vec::new());
    let filter = TelemetryFilter { logs: LogFilter::default(), spans: LevelFilter::INFO };
    install(ObserveSubscriber::new(recorder, filter, Logs { sinks: Vec::new(), queue: None })).unwrap();
    (pipeline, counts)
}

/// CPU time of all threads that live, in nanoseconds: the first number that Linux has of each.
#[expect(clippy::cast_precision_loss, reason = "a few seconds")]
fn cpu() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let texts = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok());
    texts.filter_map(|text| text.split(' ').next()?.parse::<u64>().ok()).sum::<u64>() as f64
}

#[test]
#[ignore = "a measurement, which shows figures and asserts nothing of them"]
#[expect(clippy::print_stdout, reason = "what it measures is to be seen")]
#[expect(clippy::cast_precision_loss, reason = "some millions")]
fn cost_of_a_call_whose_span_is_encoded_and_discarded() {
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(400_u64);
    let (pipeline, counts) = start();
    let flush = || assert!(pipeline.wait(pipeline.ask(), Duration::from_mins(1)));
    let trees = |call: fn(u64)| {
        for _ in 0..TREES {
            root(call);
        }
        flush();
    };
    let plain = |id| _ = black_box(work_plain(black_box(id), black_box("question")));
    let fields = |id| _ = black_box(work_fields(black_box(id), black_box("question")));
    for (name, call) in [("no fields", plain as fn(u64)), ("2 fields", fields)] {
        trees(call);
        let mut figures: Vec<f64> = (0..FIGURES)
            .map(|_| {
                let begun = cpu();
                (0..rounds).for_each(|_| trees(call));
                (cpu() - begun) / (rounds * TREES * TREE) as f64
            })
            .collect();
        figures.sort_by(f64::total_cmp);
        println!("{name}: {:.1} ns", figures[FIGURES / 2]);
    }
    let made = 2 * (FIGURES as u64 * rounds + 1) * TREES * (TREE + 1);
    assert_eq!((counts.exported.load(), counts.queue_full.load()), (made, 0), "what is lost costs less");
}
