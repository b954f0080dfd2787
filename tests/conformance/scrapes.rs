//! A service that is scraped while it works: each answer is valid and agrees with itself, nothing is
//! counted twice, and nothing is lost.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

mod http;
#[path = "openmetrics/mod.rs"]
mod openmetrics;
mod service;

use axum::Router;
use observe::{Label, metered};
use openmetrics::{Kind, value};
use service::{OPENMETRICS_FIRST, scrape};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const SCRAPES: usize = 300;
const THREADS: u32 = 4;
/// What each thread calls at least; it goes on as long as there are scrapes.
const CALLS: u64 = 200_000;

#[derive(Label, Clone, Copy)]
enum Third {
    First,
    Second,
    Last,
}

#[metered(name = "hammer", labels(third))]
fn hammer(third: Third, fails: bool) -> Result<(), ()> {
    let _ = third;
    if fails { Err(()) } else { Ok(()) }
}

/// How often it called, and how many of them failed.
fn write(done: &AtomicBool) -> (u64, u64) {
    let (mut calls, mut failed) = (0, 0);
    while calls < CALLS || !done.load(Ordering::Relaxed) {
        let third = [Third::First, Third::Second, Third::Last][usize::try_from(calls % 3).unwrap()];
        failed += u64::from(hammer(third, calls % 10 == 0).is_err());
        calls += 1;
    }
    (calls, failed)
}

#[test]
fn each_scrape_during_heavy_writing_is_valid_and_nothing_is_lost() {
    let address = service::serve(Router::new());
    let done = AtomicBool::new(false);
    let written: Vec<(u64, u64)> = thread::scope(|scope| {
        let writers: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| write(&done))).collect();
        // Set also where an assertion fails, or the writers would never end.
        let end = OnDrop(&done);
        let mut before = HashMap::new();
        for number in 0..SCRAPES {
            let families = scrape(address, [OPENMETRICS_FIRST, ""][number % 2]);
            let calls = value(&families, "hammer_total", &[]);
            assert_eq!(calls, value(&families, "hammer_duration_seconds_count", &[]));
            let active = value(&families, "hammer_in_progress", &[]);
            // Three series, each read at a moment of its own: a thread may be in one, then in the next.
            assert!((0.0..=f64::from(3 * THREADS)).contains(&active), "{active} calls under way");
            for sample in families.iter().filter(|family| family.kind != Kind::Gauge).flat_map(|family| &family.samples)
            {
                let last = before.insert((sample.name.clone(), sample.labels.clone()), sample.value);
                assert!(last.is_none_or(|last| last <= sample.value), "{last:?}, then {sample:?}");
            }
        }
        drop(end);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });

    let (calls, failed) = written.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(calls >= u64::from(THREADS) * CALLS);
    let families = scrape(address, "");
    let count = |name, labels: &[(&str, &str)]| value(&families, name, labels).to_string();
    assert_eq!(count("hammer_total", &[]), calls.to_string());
    assert_eq!(count("hammer_total", &[("status", "error")]), failed.to_string());
    assert_eq!(count("hammer_duration_seconds_bucket", &[("le", "+Inf")]), calls.to_string());
    let firsts: u64 = written.iter().map(|(calls, _)| calls.div_ceil(3)).sum();
    assert_eq!(count("hammer_total", &[("third", "first")]), firsts.to_string());
    assert_eq!(count("hammer_in_progress", &[]), "0");
}

/// Sets a flag when it goes.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
