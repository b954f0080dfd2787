//! Counts are exact, whatever becomes of the calls: they return, fail, panic or are cancelled, on
//! threads and in tasks that end at any moment, while others scrape.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use observe::{Label, metered, set_metrics_enabled};
use std::array;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{hint, thread};
use tokio::runtime::Runtime;
use tokio::task::yield_now;

/// Metrics are switched off for the whole process: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Label, Clone, Copy)]
enum Model {
    Small,
    Large,
}

/// What becomes of a call that nobody cancels.
#[derive(Clone, Copy)]
enum End {
    Ok,
    Error,
    Panic,
}

impl End {
    fn reach(self) -> Result<(), &'static str> {
        match self {
            Self::Ok => Ok(()),
            Self::Error => Err("asked for"),
            // Without the hook, which would write to the terminal.
            Self::Panic => resume_unwind(Box::new("asked for")),
        }
    }
}

#[metered(name = "exact_step", labels(model: Model))]
fn step(model: Model, end: End) -> Result<(), &'static str> {
    end.reach()
}

#[metered(name = "exact_walk", labels(model: Model))]
async fn walk(model: Model, end: End, polls: u8) -> Result<(), &'static str> {
    for _ in 0..polls {
        yield_now().await;
    }
    end.reach()
}

const OUTCOMES: [&str; 4] = ["ok", "error", "cancelled", "panicked"];

/// What the test itself has counted: calls of one function, by model.
#[derive(Default)]
struct Expected {
    begun: AtomicU64,
    ended: [[AtomicU64; OUTCOMES.len()]; 2],
}

impl Expected {
    /// To be called where the call begins, and kept until it is over.
    fn begin(&self, model: Model) -> Watch<'_> {
        self.begun.fetch_add(1, SeqCst);
        Watch { ended: &self.ended[model as usize], outcome: None }
    }
}

struct Watch<'a> {
    ended: &'a [AtomicU64; OUTCOMES.len()],
    outcome: Option<usize>,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let dropped = if thread::panicking() { 3 } else { 2 };
        self.ended[self.outcome.unwrap_or(dropped)].fetch_add(1, SeqCst);
    }
}

/// A call, and the same call as the test counts it.
fn watched_step(expected: &Expected, random: &mut fastrand::Rng) {
    let (model, end) = (any_model(random), any_end(random));
    let mut watch = expected.begin(model);
    watch.outcome = Some(usize::from(step(model, end).is_err()));
}

async fn watched_walk(expected: Arc<Expected>, mut random: fastrand::Rng) {
    for _ in 0..random.u8(1..5) {
        let (model, end, polls) = (any_model(&mut random), any_end(&mut random), random.u8(..6));
        // Nothing is awaited between this and the first poll, so both are cancelled or neither.
        let mut watch = expected.begin(model);
        watch.outcome = Some(usize::from(walk(model, end, polls).await.is_err()));
    }
}

/// A moment of any length.
fn pause(turns: u32) {
    for _ in 0..turns {
        hint::spin_loop();
    }
}

fn any_model(random: &mut fastrand::Rng) -> Model {
    if random.bool() { Model::Small } else { Model::Large }
}

fn any_end(random: &mut fastrand::Rng) -> End {
    match random.u8(..8) {
        0 => End::Panic,
        1..3 => End::Error,
        _ => End::Ok,
    }
}

/// The samples of this file's metrics.
fn samples() -> HashMap<String, f64> {
    let text = observe::exposition();
    let ours = text.lines().filter(|line| line.starts_with("exact_"));
    ours.map(|line| line.rsplit_once(' ').expect("a sample has a value"))
        .map(|(series, value)| (series.to_owned(), value.parse().expect("a value is a number")))
        .collect()
}

/// The sum of all series of a sample that have this label.
fn sum(samples: &HashMap<String, f64>, sample: &str, labels: &str) -> f64 {
    let of = |series: &&String| series.starts_with(sample) && series.contains(labels);
    samples.iter().filter(|(series, _)| of(series)).map(|(_, value)| value).sum()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}

/// Scrapes until it is told to stop: no total falls, and none is of a call that has not begun.
fn scrape_until(done: &AtomicBool, bounds: &[(&str, &Expected, f64)], seed: u64) {
    let mut before = samples();
    while !done.load(SeqCst) {
        let now = samples();
        for (series, value) in before.iter().filter(|(series, _)| !series.contains("_in_progress")) {
            assert!(now[series] >= *value, "seed {seed}: {series} fell from {value} to {}", now[series]);
        }
        for (name, expected, start) in bounds {
            let (counted, begun) = (sum(&now, name, "") - start, float(expected.begun.load(SeqCst)));
            assert!(counted <= begun, "seed {seed}: {name} is {counted} after {begun} calls");
        }
        before = now;
    }
}

/// Threads that come and go, each with some calls, and a thread's end in a panic now and then.
fn run_threads(expected: &Expected, random: &mut fastrand::Rng) {
    thread::scope(|scope| {
        let mut running = Vec::new();
        for _ in 0..random.usize(1..40) {
            let mut random_here = random.fork();
            running.push(scope.spawn(move || {
                for _ in 0..random_here.usize(..60) {
                    let call = || watched_step(expected, &mut random_here);
                    let panicked = catch_unwind(AssertUnwindSafe(call));
                    if panicked.is_err() && random_here.bool() {
                        return;
                    }
                }
                // A call that takes its thread with it.
                watched_step(expected, &mut random_here);
            }));
            if random.bool() {
                let _ = running.swap_remove(random.usize(..running.len())).join();
            }
        }
        for thread in running {
            let _ = thread.join();
        }
    });
}

/// Tasks of which some are aborted, some waited for, and the rest dropped with their runtime.
fn run_tasks(expected: &Arc<Expected>, random: &mut fastrand::Rng) {
    let workers = random.usize(1..4);
    let runtime: Runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(workers).build().expect("threads");
    let tasks: Vec<_> = (0..random.usize(..80))
        .map(|_| {
            let task = runtime.spawn(watched_walk(Arc::clone(expected), random.fork()));
            pause(random.u32(..2_000));
            if random.u8(..4) == 0 {
                task.abort();
            }
            task
        })
        .collect();
    for task in tasks {
        if random.bool() {
            let _ = runtime.block_on(task);
        }
    }
}

#[test]
fn every_call_is_counted_once_and_by_its_outcome() {
    let _alone = alone();
    for seed in 0..30 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (steps, walks) = (Expected::default(), Arc::new(Expected::default()));
        let (before, done) = (samples(), AtomicBool::new(false));
        let start = |name| sum(&before, name, "");
        let bounds = [
            ("exact_step_total", &steps, start("exact_step_total")),
            ("exact_walk_total", &*walks, start("exact_walk_total")),
        ];
        let mut seeds: [_; 2] = array::from_fn(|_| random.fork());
        thread::scope(|scope| {
            let scraper = scope.spawn(|| scrape_until(&done, &bounds, seed));
            let [threads, tasks] = &mut seeds;
            let running = [scope.spawn(|| run_threads(&steps, threads)), scope.spawn(|| run_tasks(&walks, tasks))];
            let ran: Vec<_> = running.into_iter().map(thread::ScopedJoinHandle::join).collect();
            done.store(true, SeqCst);
            scraper.join().unwrap_or_else(|panic| resume_unwind(panic));
            for ran in ran {
                ran.unwrap_or_else(|panic| resume_unwind(panic));
            }
        });
        let after = samples();
        for (name, expected) in [("exact_step", &steps), ("exact_walk", &walks)] {
            for (model, ended) in ["small", "large"].into_iter().zip(&expected.ended) {
                for (outcome, ended) in OUTCOMES.into_iter().zip(ended) {
                    let labels = format!(r#"{{model="{model}",status="{outcome}""#);
                    for sample in ["total", "duration_seconds_count"] {
                        let sample = format!("{name}_{sample}");
                        let counted = sum(&after, &sample, &labels) - sum(&before, &sample, &labels);
                        assert_eq!(counted, float(ended.load(SeqCst)), "seed {seed}: {sample}{labels}");
                    }
                }
            }
            let in_progress = sum(&after, &format!("{name}_in_progress"), "");
            assert_eq!(in_progress, 0.0, "seed {seed}: {name}");
        }
    }
}

#[metered(name = "exact_switched")]
fn switched(end: End) -> Result<(), &'static str> {
    end.reach()
}

fn switched_calls() -> f64 {
    sum(&samples(), "exact_switched_total", "")
}

/// Calls are counted as a whole or not at all, and switching loses nothing that was counted.
#[test]
fn metrics_may_be_switched_at_any_time() {
    let _alone = alone();
    for seed in 0..10 {
        let mut random = fastrand::Rng::with_seed(seed);
        let expected = Expected::default();
        let (before, done) = (switched_calls(), AtomicBool::new(false));
        thread::scope(|scope| {
            let bounds = [("exact_switched_total", &expected, before)];
            let (expected, done) = (&expected, &done);
            let scraper = scope.spawn(move || scrape_until(done, &bounds, seed));
            let mut random_here = random.fork();
            let switcher = scope.spawn(move || {
                while !done.load(SeqCst) {
                    set_metrics_enabled(random_here.bool());
                    pause(random_here.u32(..5_000));
                }
            });
            let callers: Vec<_> = (0..random.usize(1..30))
                .map(|_| {
                    let mut random = random.fork();
                    scope.spawn(move || {
                        for _ in 0..random.usize(..500) {
                            expected.begun.fetch_add(1, SeqCst);
                            let end = any_end(&mut random);
                            let _ = catch_unwind(|| switched(end));
                        }
                    })
                })
                .collect();
            for caller in callers {
                caller.join().expect("every panic is caught");
            }
            done.store(true, SeqCst);
            switcher.join().expect("no panic");
            scraper.join().unwrap_or_else(|panic| resume_unwind(panic));
        });
        let ended = switched_calls();
        assert!(ended - before <= float(expected.begun.load(Relaxed)), "seed {seed}");
        assert_eq!(sum(&samples(), "exact_switched_in_progress", ""), 0.0, "seed {seed}");

        set_metrics_enabled(false);
        let _ = switched(End::Ok);
        assert_eq!(switched_calls(), ended, "seed {seed}: counted while off");
        set_metrics_enabled(true);
        let _ = switched(End::Ok);
        assert_eq!(switched_calls(), ended + 1.0, "seed {seed}: not counted while on");
    }
}
