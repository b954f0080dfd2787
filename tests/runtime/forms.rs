//! The forms that a function may have: each ends as it ends, and is counted so.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use async_trait::async_trait;
use observe::{Label, metered, testing, traced};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Waker};

#[derive(Label, Debug)]
#[label(ignore_data)]
#[expect(dead_code, reason = "what a variant carries is no part of its label")]
enum StoreError {
    NotFound { key: u64 },
    Broken(String),
}

fn answer(key: u64) -> Result<u64, StoreError> {
    match key {
        0 => Err(StoreError::NotFound { key }),
        1 => Err(StoreError::Broken("pipe".to_owned())),
        2 => panic!("two"),
        key => Ok(key),
    }
}

/// Polls once, and drops the future.
fn poll_and_drop<T>(future: impl Future<Output = T>) {
    let mut future = pin!(future);
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// Runs a future that never waits; a panic is caught.
fn run<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let poll = || future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    match catch_unwind(AssertUnwindSafe(poll)) {
        Ok(std::task::Poll::Ready(value)) => Some(value),
        Ok(std::task::Poll::Pending) => panic!("waits"),
        Err(_) => None,
    }
}

#[metered(name = "lookup", error = StoreError, labels(fast))]
fn lookup(key: u64, fast: bool) -> Result<u64, StoreError> {
    std::hint::black_box(fast);
    answer(key)
}

#[test]
fn an_error_is_a_label() {
    let capture = testing::capture();
    for key in [0, 0, 1, 7] {
        let _ = lookup(key, true);
    }
    let _ = catch_unwind(|| lookup(2, true));
    let total = |labels: &[(&str, &str)]| capture.metric("lookup_total", labels);
    assert_eq!(total(&[("status", "error"), ("error_type", "not_found"), ("fast", "true")]), 2.0);
    assert_eq!(total(&[("status", "error"), ("error_type", "broken")]), 1.0);
    assert_eq!(total(&[("status", "ok"), ("error_type", "none")]), 1.0);
    assert_eq!(total(&[("status", "panicked"), ("error_type", "none")]), 1.0);
    assert_eq!(total(&[]), 5.0);
    assert_eq!(capture.metric("lookup_in_progress", &[]), 0.0);
}

#[traced]
#[metered(name = "lookup_async", error = StoreError)]
async fn lookup_async(key: u64) -> Result<u64, StoreError> {
    if key == 9 {
        pending::<()>().await;
    }
    answer(key)
}

#[test]
fn an_error_of_an_async_function_is_a_label() {
    let capture = testing::capture();
    assert_eq!(run(lookup_async(1)).map(|result| result.is_err()), Some(true));
    // The span has the same word as the metric.
    let error_type = capture.span("lookup_async").attribute("error.type").unwrap().to_string();
    assert_eq!(error_type, "broken");
    assert!(run(lookup_async(2)).is_none());
    poll_and_drop(lookup_async(9));
    let total = |status, error| capture.metric("lookup_async_total", &[("status", status), ("error_type", error)]);
    assert_eq!(total("error", "broken"), 1.0);
    assert_eq!(total("panicked", "none"), 1.0);
    assert_eq!(total("cancelled", "none"), 1.0);
}

/// Made at once, done later: the arguments are looked at before they move.
#[traced(fields(key))]
#[metered(name = "made", labels(odd: bool = key % 2 == 1))]
fn made(key: u64, text: String) -> impl Future<Output = Result<u64, String>> + Send {
    let length = text.len();
    async move { if key == 1 { Err(text) } else { Ok(length as u64) } }
}

#[metered(name = "made_boxed")]
fn made_boxed<'a>(key: &'a u64) -> Pin<Box<dyn Future<Output = Result<u64, StoreError>> + Send + 'a>> {
    if *key == 9 {
        return Box::pin(pending());
    }
    Box::pin(async move { answer(*key) })
}

#[metered(name = "only_future")]
fn only_future(key: u64) -> impl Future<Output = Result<u64, StoreError>> {
    async move { answer(key) }
}

#[test]
fn a_returned_future_is_counted_when_it_is_done() {
    let capture = testing::capture();
    let total = |name: &str, status| capture.metric(&format!("{name}_total"), &[("status", status)]);
    let future = made(1, "no".to_owned());
    assert_eq!(total("made", "error"), 0.0);
    assert_eq!(capture.metric("made_in_progress", &[("odd", "true")]), 1.0);
    assert_eq!(run(future), Some(Err("no".to_owned())));
    assert_eq!(total("made", "error"), 1.0);
    assert_eq!(run(made(4, "four".to_owned())), Some(Ok(4)));
    let keys: Vec<_> = capture.spans().iter().filter_map(|span| span.attribute("key").cloned()).collect();
    assert_eq!(keys, [observe::AttributeValue::U64(1), observe::AttributeValue::U64(4)]);

    assert!(run(made_boxed(&0)).is_some_and(|result| result.is_err()));
    assert!(run(made_boxed(&2)).is_none());
    poll_and_drop(made_boxed(&9));
    drop(made_boxed(&3));
    assert_eq!(["error", "panicked", "cancelled"].map(|status| total("made_boxed", status)), [1.0, 1.0, 2.0]);

    // A function that is nothing but a future begins with its first poll.
    drop(only_future(3));
    assert_eq!(total("only_future", "cancelled"), 0.0);
    assert!(run(only_future(3)).is_some_and(|result| result.is_ok()));
    assert_eq!(total("only_future", "ok"), 1.0);
}

#[async_trait]
trait Store {
    async fn get(&self, key: u64) -> Result<u64, StoreError>;
    async fn put(&mut self, key: u64, text: String) -> usize;
}

struct Memory {
    fast: bool,
    kept: Vec<String>,
}

#[async_trait]
impl Store for Memory {
    #[traced(fields(key))]
    #[metered(name = "memory_get", error = StoreError, labels(fast: bool = self.fast))]
    async fn get(&self, key: u64) -> Result<u64, StoreError> {
        if key == 9 {
            pending::<()>().await;
        }
        answer(key)
    }

    #[metered(name = "memory_put", labels(odd: bool = key % 2 == 1))]
    async fn put(&mut self, key: u64, text: String) -> usize {
        if key > 5 {
            return 0;
        }
        self.kept.push(text);
        self.kept.len()
    }
}

#[test]
fn methods_of_async_traits() {
    let capture = testing::capture();
    let mut memory = Memory { fast: true, kept: Vec::new() };
    assert!(run(memory.get(0)).is_some_and(|result| result.is_err()));
    assert!(run(memory.get(2)).is_none());
    poll_and_drop(memory.get(9));
    drop(memory.get(9));
    let total = |labels: &[(&str, &str)]| capture.metric("memory_get_total", labels);
    assert_eq!(total(&[("status", "error"), ("error_type", "not_found"), ("fast", "true")]), 1.0);
    assert_eq!(total(&[("status", "panicked")]), 1.0);
    assert_eq!(total(&[("status", "cancelled")]), 1.0);
    assert_eq!(capture.metric("memory_get_in_progress", &[]), 0.0);
    assert_eq!(run(memory.put(1, "one".to_owned())), Some(1));
    assert_eq!(run(memory.put(7, "seven".to_owned())), Some(0));
    assert_eq!(capture.metric("memory_put_total", &[("odd", "true")]), 2.0);
    let errors = capture.spans().iter().filter(|span| span.attribute("error.type").is_some()).count();
    assert_eq!((capture.spans().len(), errors), (3, 2));
}

struct Ledger(u64);

#[metered(buckets = ai)]
#[traced]
impl Ledger {
    fn add(&mut self, by: u64) -> u64 {
        self.0 += by;
        self.0
    }

    #[metered(skip)]
    fn peek(&self) -> u64 {
        self.0
    }

    /// Its own name, and its own buckets.
    #[metered(name = "ledger_closed")]
    async fn close(self) -> Result<u64, String> {
        Err(format!("{} left", self.0))
    }

    fn first<'a, T: Ord>(items: &'a [T]) -> Option<&'a T> {
        items.iter().min()
    }
}

#[test]
fn an_attribute_on_an_impl_block_is_on_each_method() {
    let capture = testing::capture();
    let mut ledger = Ledger(1);
    assert_eq!((ledger.add(2), ledger.peek(), Ledger::first(&[3, 1])), (3, 3, Some(&1)));
    assert_eq!(run(ledger.close()), Some(Err("3 left".to_owned())));
    assert_eq!(capture.metric("ledger_add_total", &[("status", "ok")]), 1.0);
    assert_eq!(capture.metric("ledger_add_duration_seconds_bucket", &[("le", "60")]), 1.0);
    assert_eq!(capture.metric("ledger_first_total", &[]), 1.0);
    assert_eq!(capture.metric("ledger_closed_total", &[("status", "error")]), 1.0);
    assert!(!observe::exposition().contains("ledger_peek"));
    assert_eq!(capture.spans().len(), 4);
}
