//! Tests beside each other: a capture sees its own work on whichever thread, and nobody else's.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use observe::testing::{self, Capture};
use observe::{metered, traced};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};
use std::thread;

#[traced(name = "outer")]
async fn outer(number: u32) -> u32 {
    let inner = observe::spawn(inner(number));
    let blocking = tokio::task::spawn_blocking(move || {
        tracing::info!("blocks {number}");
        number
    });
    inner.await.unwrap() + blocking.await.unwrap()
}

#[traced(name = "inner", fields(number))]
async fn inner(number: u32) -> u32 {
    tokio::task::yield_now().await;
    tracing::info!("works {number}");
    number
}

#[metered(name = "isolated")]
fn counted() {}

fn names(capture: &Capture) -> Vec<String> {
    let mut names: Vec<String> = capture.spans().iter().map(|span| span.name.to_string()).collect();
    names.sort();
    names
}

#[test]
fn captures_beside_each_other_see_their_own_tasks_on_all_threads() {
    let together = Arc::new(Barrier::new(8));
    let threads = (0..8).map(|number| {
        let together = Arc::clone(&together);
        thread::spawn(move || {
            let capture = testing::capture();
            together.wait();
            for _ in 0..20 {
                assert_eq!(capture.block_on(outer(number)), 2 * number);
            }
            together.wait();
            assert_eq!(names(&capture), [["inner"; 20], ["outer"; 20]].concat());
            let lines = capture.log_lines();
            assert_eq!(lines.len(), 40);
            let mine = |line: &String| {
                line.contains(&format!("works {number}\"")) || line.contains(&format!("blocks {number}\""))
            };
            assert!(lines.iter().all(mine), "{lines:?}");
            // A task is below the span that spawned it, across threads.
            let spans = capture.spans();
            for inner in spans.iter().filter(|span| span.name == "inner") {
                let parent = spans.iter().find(|span| Some(span.span_id) == inner.parent_id).unwrap();
                assert_eq!((&*parent.name, parent.trace_id), ("outer", inner.trace_id));
            }
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
}

#[test]
fn a_thread_is_seen_only_where_it_follows() {
    let capture = testing::capture();
    thread::spawn(|| tracing::info!("elsewhere")).join().unwrap();
    thread::spawn(capture.follow(|| tracing::info!("here"))).join().unwrap();
    assert!(capture.log_line("here").contains("\"message\":\"here\""));
    assert_eq!(capture.log_lines().len(), 1);
}

/// Each of the threads would see the calls of the others, if they were there at once.
#[test]
fn captures_alone_count_one_after_another() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            thread::spawn(|| {
                let capture = testing::capture_alone();
                for _ in 0..50 {
                    counted();
                    thread::yield_now();
                }
                assert_eq!(capture.metric("isolated_total", &[("status", "ok")]), 50.0);
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_planted_text_is_found_wherever_it_is() {
    #[metered(name = "planted_call")]
    fn metered() {}
    #[traced(name = "planted_in_a_span")]
    fn traced() {}

    let capture = testing::capture();
    metered();
    traced();
    tracing::info!("planted_in_a_line, and mail jane@example.org");
    for (text, place) in [
        ("planted_call", "in the metrics"),
        ("planted_in_a_span", "in a span"),
        ("planted_in_a_line", "in a log line"),
        ("", "an empty text"),
    ] {
        let panic = catch_unwind(AssertUnwindSafe(|| capture.assert_no_text(text))).unwrap_err();
        let message =
            panic.downcast_ref::<String>().map_or_else(|| *panic.downcast_ref::<&str>().unwrap(), String::as_str);
        assert!(message.contains(place), "{message}");
    }
    capture.assert_no_text("jane");
}

#[test]
fn alerts_follow_their_capture() {
    let capture = testing::capture();
    let down = |component: &'static str| move || drop(observe::alerts::alert_system_down(component, "gone"));
    down("here")();
    capture.block_on(async {
        tokio::task::spawn_blocking(down("blocking")).await.unwrap();
        tokio::spawn(async move { down("task")() }).await.unwrap();
    });
    thread::spawn(capture.follow(down("thread"))).join().unwrap();
    {
        let inner = testing::capture();
        down("inner")();
        assert_eq!(inner.alerts().len(), 1);
    }
    down("after")();
    let summaries: Vec<String> = capture.alerts().into_iter().map(|alert| alert.summary).collect();
    assert_eq!(summaries, ["here", "blocking", "task", "thread", "after"].map(|what| format!("{what} is down")));
    assert!(catch_unwind(AssertUnwindSafe(|| capture.assert_no_text("thread is down"))).is_err());
}
